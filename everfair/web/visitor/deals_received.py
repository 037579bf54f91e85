"""Quotations a buyer received, whoever asked for them: list and files. One of them is in quotations."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.deals import access
from everfair.deals.queries import received as queries
from everfair.deals.queries.narrowing import filters_of
from everfair.fair.queries import today_of
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.public.exhibition import page_number
from everfair.web.visitor.talks import edition_of

A_PAGE = 24


def _received(request: HttpRequest, edition: Any) -> QuerySet[Any]:
    return queries.received_by(edition, access.deal_keys_of(request.user, edition))


@login_required
@never_cache
@require_safe
def quotation_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The latest first, what waits for an answer by its last day; narrowed by words and state."""
    found = edition_of(request, edition)
    filters, today = filters_of(request.GET.dict(), queries.TABS), today_of(found)
    mine = _received(request, found)
    page = Paginator(queries.narrowed(mine, filters, today), A_PAGE).get_page(page_number(request))
    counts = queries.counts_of(mine, today)
    base, query = reverse("visitor:deals.quotation_list", args=[found.slug]), request.GET.urlencode()
    labels = {
        "": _("All"), "waiting": _("To answer"), "countered": _("Another price asked for"),
        "accepted": pgettext("quotations", "Accepted"), "declined": pgettext("quotations", "Declined"),
        "withdrawn": pgettext("quotations", "Withdrawn"),
    }  # fmt: skip
    context = {
        "page": page, "rows": queries.lines(page, today), "filters": filters, "has_any": bool(counts[""]),
        "doors_current": "mine",
        "tabs": [
            (label, f"{base}?state={state}" if state else base, state == filters.state, counts[state])
            for state, label in labels.items()
        ],
        "exports": file_links(lambda kind: reverse("visitor:deals.quotation_export", args=[found.slug, kind]), query),
    }  # fmt: skip
    return render(request, "visitor/deals/quotation_list.html", context)


@login_required
@never_cache
@require_safe
def quotation_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    found = edition_of(request, edition)
    filters, today = filters_of(request.GET.dict(), queries.TABS), today_of(found)
    rows = queries.narrowed(_received(request, found), filters, today)
    return file_of_rows(
        kind, f"quotations-{found.slug}", queries.export_rows(rows, today), queries.COLUMNS, sheet=_("Quotations"),
        zone=ZoneInfo(found.time_zone),
    )  # fmt: skip
