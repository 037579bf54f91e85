"""What firms began with a buyer, after a meeting, a scan or a conversation: list and files."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.deals import access
from everfair.deals.queries import begun as queries
from everfair.deals.queries.narrowing import filters_of
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.public.exhibition import page_number
from everfair.web.visitor.talks import edition_of

A_PAGE = 24


@login_required
@never_cache
@require_safe
def begun_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The latest first; narrowed by words and state."""
    found = edition_of(request, edition)
    filters = filters_of(request.GET.dict(), queries.STATES)
    mine = queries.begun_with(found, access.deal_keys_of(request.user, found))
    page = Paginator(queries.narrowed(mine, filters), A_PAGE).get_page(page_number(request))
    counts = queries.state_counts(mine)
    base, query = reverse("visitor:deals.begun_list", args=[found.slug]), request.GET.urlencode()
    labels = {
        "": _("All"),
        "open": pgettext("negotiation", "Open"),
        "won": pgettext("negotiation", "Agreed"),
        "lost": pgettext("negotiation", "Not agreed"),
    }
    context = {
        "page": page, "rows": queries.lines(list(page)), "filters": filters, "has_any": any(counts.values()),
        "doors_current": "mine",
        "tabs": [
            (label, f"{base}?state={state}" if state else base, state == filters.state,
             counts.get(state, sum(counts.values())))
            for state, label in labels.items()
        ],
        "exports": file_links(lambda kind: reverse("visitor:deals.begun_export", args=[found.slug, kind]), query),
    }  # fmt: skip
    return render(request, "visitor/deals/begun_list.html", context)


@login_required
@never_cache
@require_safe
def begun_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    found = edition_of(request, edition)
    rows = queries.narrowed(
        queries.begun_with(found, access.deal_keys_of(request.user, found)),
        filters_of(request.GET.dict(), queries.STATES),
    )
    return file_of_rows(
        kind, f"from-firms-{found.slug}", queries.export_rows(rows), queries.COLUMNS, sheet=_("From firms"),
        zone=ZoneInfo(found.time_zone),
    )  # fmt: skip
