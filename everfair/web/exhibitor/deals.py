"""A firm's pipeline at its booth's desk: the board by stage, lists of won and lost, moves, colleagues, files."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import for_reader
from everfair.base.refusals import Refused
from everfair.conversations.queries.answer_time import answer_time
from everfair.deals import access
from everfair.deals.actions import negotiations as actions
from everfair.deals.actions.stages import stages_of
from everfair.deals.queries import pipeline as queries
from everfair.web.exhibitor.exhibition.frame import show
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.public.exhibition import page_number
from everfair.web.templatetags.figures import duration

A_PAGE = 50


def at_deals(request: HttpRequest, code: str) -> Any:
    """The firm, for the people at its booth and nobody else; the page then shows its edition."""
    exhibitor = access.get_exhibitor_with_deals(request.user, code)
    request.edition = exhibitor.edition  # type: ignore[attr-defined]
    return exhibitor


@login_required
@never_cache
@require_safe
def pipeline_show(request: HttpRequest, code: str) -> HttpResponse:
    """Open negotiations as a board; those won or lost, and one stage, as a list."""
    exhibitor = at_deals(request, code)
    filters, stages = queries.filters_of(request.GET.dict()), stages_of(exhibitor.edition)
    figures, team = queries.figures_of(exhibitor), queries.team_of(exhibitor)
    base = reverse("exhibitor:deals.pipeline_show", args=[exhibitor.code])
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "filters": filters, "stages": stages, "figures": _figures(exhibitor, figures), "whys": figures.whys,
        "tabs": [
            (pgettext("negotiation", "Open"), base, filters.state == "open", figures.open),
            (pgettext("negotiation", "Agreed"), f"{base}?state=won", filters.state == "won", figures.won),
            (pgettext("negotiation", "Not agreed"), f"{base}?state=lost", filters.state == "lost", figures.lost),
        ],
        "stage": next((one for one in stages if one.code == filters.stage), None),
        "has_any": bool(figures.open + figures.won + figures.lost), "team": team, "can_edit": exhibitor.is_edited,
        "list_url": base,
        "exports": file_links(lambda kind: reverse("exhibitor:deals.pipeline_export", args=[exhibitor.code, kind]), query),
    }  # fmt: skip
    if filters.state == "open" and not filters.stage:
        columns = queries.board(exhibitor, stages, filters, figures, team)
        if not filters.is_narrowed or any(one.count for one in columns):
            context |= {
                "columns": [(one, _stage_options(stages, one.stage)) for one in columns],
                "move_at": _around("exhibitor:deals.negotiation_move", exhibitor.code),
                "page_at": _around("visitor:deals.negotiation_show", exhibitor.edition.slug),
            }
    else:
        order = ("place", "-pk") if filters.stage else ("-ended_at", "-pk")
        rows = queries.narrowed(access.pipeline_of(exhibitor), filters).order_by(*order)
        page = Paginator(rows, A_PAGE).get_page(page_number(request))
        context |= {"page": page, "cards": queries.cards(list(page), exhibitor, team)}
    return show(request, "pipeline_show", exhibitor, "deals.pipeline_show", context, room="deals")


def _around(name: str, owner: str) -> tuple[str, str]:
    """What stands before and after a negotiation's code in an address: asked for once, not for each card."""
    code = "00000000"
    before, _code, after = reverse(name, args=[owner, code]).rpartition(code)
    return before, after


def _stage_options(stages: Sequence[Any], current: Any) -> SafeString:
    """Options of a card's choice of stage: the same for each card of a column, so they are written once for it."""
    rows = (
        (one.code, mark_safe(" selected") if one.pk == current.pk else "", for_reader(one.name))
        for one in stages
    )
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def _figures(exhibitor: Any, figures: queries.Figures) -> list[tuple[Any, str]]:
    measured = answer_time(access.firm_key(exhibitor))
    typical = duration(measured.typical) if measured is not None else "–"
    label = _("usual time to answer") if measured is not None else _("to answer: shown from five answers on")
    return [
        (figures.open, pgettext("negotiation", "open")),
        (figures.won, pgettext("negotiation", "agreed")),
        (figures.lost, pgettext("negotiation", "not agreed")),
        (typical, label),
    ]


@login_required
@never_cache
@require_safe
def pipeline_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """What the page shows as a file; a hidden buyer is not named."""
    exhibitor = at_deals(request, code)
    rows = queries.narrowed(access.pipeline_of(exhibitor), queries.filters_of(request.GET.dict()))
    return file_of_rows(
        kind, f"pipeline-{exhibitor.code}", queries.export_rows(rows, exhibitor), queries.COLUMNS,
        sheet=_("Negotiations"), zone=ZoneInfo(exhibitor.edition.time_zone),
    )  # fmt: skip


@login_required
@require_POST
def negotiation_move(request: HttpRequest, code: str, deal: str) -> HttpResponse:
    """Into a stage, above the one named by `before`. A page that is older than the row is refused; a script reads JSON."""
    exhibitor = at_deals(request, code)
    row = access.get_negotiation_of_firm(exhibitor, deal)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 10 else 0
    by_script = "application/json" in request.headers.get("Accept", "")
    stage = next((one for one in stages_of(exhibitor.edition) if one.code == request.POST.get("stage")), None)
    try:
        if stage is None:
            raise Refused(_("The organiser has removed this stage. Load the page again."))
        moved = actions.move_negotiation(
            row, stage, by=request.user, before=request.POST.get("before", "")[:12], version=version
        )
    except Refused as error:
        if by_script:
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    else:
        if by_script:
            return JsonResponse({"version": moved.version})
        messages.success(request, _("Moved to “%(stage)s”.") % {"stage": stage})
    return _back(request, exhibitor, row)


@login_required
@require_POST
def negotiation_hand(request: HttpRequest, code: str, deal: str) -> HttpResponse:
    """A colleague looks after it, or nobody in particular."""
    exhibitor = at_deals(request, code)
    row = access.get_negotiation_of_firm(exhibitor, deal)
    key = request.POST.get("colleague", "")
    found = next((one for one in queries.team_of(exhibitor) if str(one.pk) == key), None)
    if key and found is None:
        messages.error(request, _("Choose a colleague."))
    else:
        actions.hand_negotiation(row, found, by=request.user)
        messages.success(request, _("Saved."))
    return _back(request, exhibitor, row)


def _back(request: HttpRequest, exhibitor: Any, row: Any) -> HttpResponse:
    """To the negotiation where it was done there, else to the board."""
    if request.POST.get("from") == "negotiation":
        return redirect("visitor:deals.negotiation_show", edition=exhibitor.edition.slug, code=row.code)
    board = reverse("exhibitor:deals.pipeline_show", args=[exhibitor.code])
    return redirect(f"{board}#deal-{row.code}")
