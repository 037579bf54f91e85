"""Deals at the organiser's desk: the stages firms move negotiations along, and how many there are. None is opened here."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.deals import access
from everfair.deals.actions import stages as actions
from everfair.deals.forms.stages import StageForm
from everfair.deals.queries import counts as queries
from everfair.fair import access as fair_access
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.organiser.frame import address, attempt, delegation_desk, desk, done, named, through

UP, DOWN = "up", "down"


@login_required
@never_cache
@require_safe
def deal_show(request: HttpRequest, edition: str) -> HttpResponse:
    """Numbers by state, stage, sector, country and delegation."""
    held = access.get_edition_with_figures(request.user, edition)
    totals, tables = queries.of_edition(held)
    context = {
        "title": _("Inquiries and negotiations"),
        "lead": _("How many there are. Nobody of the organiser opens one: what two sides write and quote is theirs."),
        "figures": figures_of(totals), "tables": tables, "has_any": bool(tables),
        "exports": file_links(lambda kind: address("deals.deal_export", edition=held.slug, kind=kind)),
    }  # fmt: skip
    return desk(request, "deals/deal_show", held, context)


def figures_of(totals: queries.Totals) -> list[tuple[int | str, str]]:
    """Figures for parts/figures.html; what is too small to tell is not told."""
    found: list[tuple[int | None, str]] = [(totals.negotiations, _("negotiations"))]
    if totals.inquiries is not None:
        found.insert(0, (totals.inquiries, _("inquiries sent")))
    return [("–" if count is None else count, label) for count, label in found]


@login_required
@never_cache
@require_safe
def deal_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same tables as a file."""
    held = access.get_edition_with_figures(request.user, edition)
    rows = queries.export_rows(*queries.of_edition(held))
    return file_of_rows(
        kind, f"negotiations-{held.slug}", rows, queries.COLUMNS, sheet=_("Negotiations"), zone=ZoneInfo(held.time_zone)
    )  # fmt: skip


# Stages -------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stage_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The columns of every firm's board, and a form for one more."""
    held = access.get_edition_with_figures(request.user, edition)
    form = StageForm(request.POST if request.method == "POST" else None, languages=held.languages)
    if request.method == "POST":
        row = through(form, lambda values: actions.add_stage(held, values["name"], by=request.user))
        if row:
            said = _("“%(stage)s” added.") % {"stage": named(request, row.name)}
            return done(request, said, "deals.stage_list", edition=held.slug)
    context = {
        "title": _("Stages of negotiations"),
        "lead": _("Firms move their negotiations along these; buyers do not see them. In this order, on every firm's board."),
        "stages": actions.stages_of(held), "form": form,
    }  # fmt: skip
    return desk(request, "deals/stage_list", held, context, 422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stage_edit(request: HttpRequest, edition: str, stage: str) -> HttpResponse:
    """Another name."""
    held = access.get_edition_with_figures(request.user, edition)
    row = access.get_stage_at_desk(held, stage)
    form = StageForm(request.POST if request.method == "POST" else None, row=row, languages=held.languages)
    if request.method == "POST" and through(
        form, lambda values: actions.rename_stage(row, values["name"], by=request.user)
    ):
        return done(request, _("Saved."), "deals.stage_list", edition=held.slug)
    list_url = address("deals.stage_list", edition=held.slug)
    context = {
        "title": named(request, row.name), "form": form, "save": _("Save"), "back_url": list_url,
        "crumbs": [(_("Stages of negotiations"), list_url), (named(request, row.name), "")],
        "remove_url": address("deals.stage_remove", edition=held.slug, stage=row.code), "remove": _("Take this stage off the boards"),
    }  # fmt: skip
    return desk(request, "row_edit", held, context, 422 if form.errors else 200)


@login_required
@require_POST
def stage_move(request: HttpRequest, edition: str, stage: str) -> HttpResponse:
    """One place up or down."""
    held = access.get_edition_with_figures(request.user, edition)
    row = access.get_stage_at_desk(held, stage)
    to = request.POST.get("to", "")
    if to not in (UP, DOWN):
        raise Http404
    step = -1 if to == UP else 1
    return attempt(
        request, lambda: actions.move_stage(row, step, by=request.user), _("Moved."), "deals.stage_list", edition=held.slug
    )  # fmt: skip


@login_required
@require_POST
def stage_remove(request: HttpRequest, edition: str, stage: str) -> HttpResponse:
    """Take an empty stage away."""
    held = access.get_edition_with_figures(request.user, edition)
    row = access.get_stage_at_desk(held, stage)
    said = _("“%(stage)s” removed.") % {"stage": named(request, row.name)}
    return attempt(
        request, lambda: actions.remove_stage(row, by=request.user), said, "deals.stage_list", edition=held.slug
    )  # fmt: skip


# A delegation -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def delegation_deals(request: HttpRequest, code: str) -> HttpResponse:
    """How its firms' negotiations stand, in numbers only."""
    delegation = fair_access.get_delegation_for(request.user, code)
    totals, tables = queries.of_delegation(access.counted_for(delegation), delegation.edition)
    context = {
        "title": _("Negotiations of our firms"),
        "lead": _("How many there are. What a firm and a buyer write and quote is theirs alone."),
        "figures": figures_of(totals), "tables": tables, "has_any": bool(tables), "exports": [],
    }  # fmt: skip
    return delegation_desk(request, "deals/deal_show", delegation, context)
