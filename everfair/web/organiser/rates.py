"""Exchange rates at the organiser's desk: the list, a list brought in after it was looked at, one taken away and back."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.deals.actions import rates as actions
from everfair.deals.forms.rates import RateListForm, rates_of_payload
from everfair.deals.queries import rates as queries
from everfair.engines.money import RateValue
from everfair.fair import access as fair_access
from everfair.fair.queries import today_of
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.organiser.frame import address, attempt, desk, done
from everfair.web.templatetags.figures import fair_zone
from everfair.web.uploads import takes_upload

A_PAGE, SHOWN = 50, 100
RIGHT = "administer"
SALT = "deals.rates"
AN_HOUR, A_DAY = 3600, 86_400


def _held(request: HttpRequest, edition: str) -> Any:
    return fair_access.get_edition_at_desk(request.user, edition, RIGHT)


def _salt(edition: Any) -> str:
    return f"{SALT}.{edition.pk}"


@login_required
@never_cache
@require_safe
def rate_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every rate of the edition, newest first, narrowed by what stands in the address."""
    held = _held(request, edition)
    filters = queries.filters_of(request.GET.dict())
    page = Paginator(queries.rates_of(held, filters), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    context = {
        "title": _("Exchange rates"),
        "lead": _("By these rates buyers compare quotations in one currency. Each comparison names rate, day and source."),
        "page": page,
        "filters": filters,
        "currencies": queries.currencies_of(held),
        "exports": file_links(lambda kind: address("deals.rate_export", edition=held.slug, kind=kind), query),
    }  # fmt: skip
    return desk(request, "deals/rate_list", held, context)


@login_required
@never_cache
@require_safe
def rate_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file that the import reads back."""
    held = _held(request, edition)
    rows = queries.export_rows(queries.rates_of(held, queries.filters_of(request.GET.dict())))
    return file_of_rows(
        kind, f"rates-{held.slug}", rows, queries.COLUMNS, sheet=_("Exchange rates"), zone=fair_zone(held)
    )


@takes_upload("MAX_LIST_MB", back="organiser:deals.rate_import")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_import(request: HttpRequest, edition: str) -> HttpResponse:
    """Send a list and look at what it would do. Nothing is written here."""
    held = _held(request, edition)
    form = RateListForm(request.POST, request.FILES) if request.method == "POST" else RateListForm()
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            plan = _plan(held, form.cleaned_data)
        except Refused as error:
            form.add_error("file", str(error))
    list_url = address("deals.rate_list", edition=held.slug)
    context: dict[str, Any] = {
        "title": _("Bring rates in"),
        "lead": _("First you see what the table would do. It is written as a whole or not at all."),
        "form": form,
        "plan": plan,
        "list_url": list_url,
        "crumbs": [(_("Exchange rates"), list_url), (_("Bring rates in"), "")],
    }
    if plan is not None:
        counts = plan.counts
        context |= {
            "figures": [
                (plan.rows, _("rows in the table")), (counts["new"], _("new rates")), (counts["changed"], _("changed")),
                (counts["unchanged"], _("unchanged")), (len(plan.problems), _("errors")),
            ],
            "planned": plan.planned[:SHOWN],
            "more": max(0, len(plan.planned) - SHOWN),
            "payload": _payload(held, [one.rate for one in plan.planned]) if plan.is_whole else "",
        }  # fmt: skip
    return desk(request, "deals/rate_import", held, context, 422 if form.errors else 200)


def _plan(edition: Any, data: dict[str, Any]) -> Any:
    """Judge the uploaded file; it is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("list" + Path(data["file"].name).suffix.lower()[:6])
        with path.open("wb") as out:
            for chunk in data["file"].chunks():
                out.write(chunk)
        return actions.plan_rates(
            edition, path, today=today_of(edition), base=data["base"], source=data["source"]
        )


def _payload(edition: Any, rates: list[RateValue]) -> str:
    rows = [(one.currency, one.base, str(one.value), one.on.isoformat(), one.source) for one in rates]
    return signing.dumps(rows, salt=_salt(edition), compress=True)


def _carried(edition: Any, text: str, seconds: int) -> list[RateValue]:
    """What was looked at before; Refused when it is too old or not ours."""
    try:
        return rates_of_payload(signing.loads(text, salt=_salt(edition), max_age=seconds))
    except (signing.BadSignature, ValidationError) as error:
        raise Refused(_("What you looked at is too old to be written. Send the table again.")) from error


@login_required
@require_POST
def rate_write(request: HttpRequest, edition: str) -> HttpResponse:
    """Write what was looked at. Pressed twice it changes nothing the second time."""
    held = _held(request, edition)
    try:
        rates = _carried(held, request.POST.get("rates", ""), AN_HOUR)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(address("deals.rate_import", edition=held.slug))
    counts = actions.write_rates(held, rates, by=request.user)
    written = counts["new"] + counts["changed"]
    sentence = ngettext("%(count)d rate is written.", "%(count)d rates are written.", written)
    return done(request, sentence % {"count": written}, "deals.rate_list", edition=held.slug)


@login_required
@require_POST
def rate_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take one away; Undo brings it back."""
    held = _held(request, edition)
    row = queries.rate_of(held, pk)
    if row is None:
        raise Http404
    gone = actions.remove_rate(row, by=request.user)
    undo = address("deals.rate_restore", edition=held.slug, kept=_payload(held, [gone]))
    return done(request, _("The rate is removed."), "deals.rate_list", undo=undo, edition=held.slug)


@login_required
@require_POST
def rate_restore(request: HttpRequest, edition: str, kept: str) -> HttpResponse:
    """Undo."""
    held = _held(request, edition)

    def act() -> None:
        for gone in _carried(held, kept, A_DAY):
            actions.restore_rate(held, gone, by=request.user)

    return attempt(request, act, _("The rate is back."), "deals.rate_list", edition=held.slug)
