"""Pages about the edition's lists: sectors, kinds of activity, outcome classes, kinds of badge."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from everfair.fair import access, queries
from everfair.fair.actions import kinds as kind_actions
from everfair.fair.actions import sectors as sector_actions
from everfair.fair.forms import KindForm, SectorForm
from everfair.web.organiser.frame import address, attempt, desk, done, named, require_proof, through

PARTS = {
    "activity_kinds": gettext_lazy("Kinds of activity"),
    "outcome_classes": gettext_lazy("Outcome classes"),
    "badge_kinds": gettext_lazy("Kinds of badge"),
}


@login_required
def sector_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The tree of sectors, and a form for one more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = SectorForm(request.POST or None, edition=held)
    if request.method == "POST":
        sector = through(form, lambda values: sector_actions.save_sector(held, None, values, by=request.user))
        if sector:
            return done(
                request,
                _("Sector “%(sector)s” added.") % {"sector": named(request, sector.name)},
                "fair.sector_list",
                edition=held.slug,
            )
    context = {"title": _("Sectors"), "tree": queries.sector_tree(held), "form": form}
    return desk(request, "fair/sector_list", held, context)


@login_required
@require_POST
def sector_lay_out(request: HttpRequest, edition: str) -> HttpResponse:
    """The W/120 tree into an edition without sectors."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    deed = partial(sector_actions.lay_out_default_sectors, held, by=request.user)
    return attempt(request, deed, _("The W/120 sectors are laid out."), "fair.sector_list", edition=held.slug)


@login_required
def sector_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One sector's name, CPC code, pigment, order."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    sector = access.get_row_for(request.user, held.sectors, pk)
    title = f"{sector.code} {named(request, sector.name)}"
    form = SectorForm(request.POST or None, row=sector, edition=held)
    if through(form, lambda values: sector_actions.save_sector(held, sector, values, by=request.user)):
        return done(request, _("Saved."), "fair.sector_list", edition=held.slug)
    context = _editing(held, form, title, _("Sectors"), "fair.sector_list")
    context |= {
        "remove_url": address("fair.sector_remove", edition=held.slug, pk=sector.pk),
        "remove": _("Remove this sector"),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def sector_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take a sector away that nothing uses."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    sector = access.get_row_for(request.user, held.sectors, pk)
    require_proof(request)
    sentence = _("Sector “%(sector)s” removed.") % {"sector": named(request, sector.name)}
    deed = partial(sector_actions.remove_sector, sector, by=request.user)
    return attempt(request, deed, sentence, "fair.sector_list", edition=held.slug)


@login_required
def kind_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The three lists of kinds, each with a form for one more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    posted = request.POST.get("part", "") if request.method == "POST" else ""
    if posted and posted not in PARTS:
        raise Http404
    forms = {
        part: KindForm(
            request.POST if part == posted else None, languages=held.languages, auto_id=f"{part}_%s"
        )
        for part in PARTS
    }
    if posted:
        kind = through(
            forms[posted], lambda values: kind_actions.save_kind(held, posted, None, values, by=request.user)
        )
        if kind:
            return done(
                request,
                _("“%(kind)s” added.") % {"kind": named(request, kind.name)},
                "fair.kind_list",
                edition=held.slug,
            )
    kinds = queries.kinds_of(held)
    groups = [
        {"part": part, "label": label, "kinds": getattr(kinds, part), "form": forms[part]}
        for part, label in PARTS.items()
    ]
    return desk(request, "fair/kind_list", held, {"title": _("Kinds"), "groups": groups, "lead": _KIND_LEAD})


_KIND_LEAD = gettext_lazy("They are this edition's own. Rename them freely; what uses them follows.")


@login_required
def kind_edit(request: HttpRequest, edition: str, part: str, pk: int) -> HttpResponse:
    """One kind's name and order."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    kind = _kind(request, held, part, pk)
    title = named(request, kind.name)
    form = KindForm(request.POST or None, row=kind, languages=held.languages)
    if through(form, lambda values: kind_actions.save_kind(held, part, kind, values, by=request.user)):
        return done(request, _("Saved."), "fair.kind_list", edition=held.slug)
    context = _editing(held, form, title, _("Kinds"), "fair.kind_list")
    context |= {
        "remove_url": address("fair.kind_remove", edition=held.slug, part=part, pk=kind.pk),
        "remove": _("Remove this kind"),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def kind_remove(request: HttpRequest, edition: str, part: str, pk: int) -> HttpResponse:
    """Take a kind away that nothing uses."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    kind = _kind(request, held, part, pk)
    require_proof(request)
    sentence = _("“%(kind)s” removed.") % {"kind": named(request, kind.name)}
    deed = partial(kind_actions.remove_kind, kind, by=request.user)
    return attempt(request, deed, sentence, "fair.kind_list", edition=held.slug)


def _kind(request: HttpRequest, edition: Any, part: str, pk: int) -> Any:
    if part not in PARTS:
        raise Http404
    return access.get_row_for(request.user, getattr(edition, part), pk)


def _editing(edition: Any, form: Any, title: str, parent: str, parent_name: str) -> dict[str, Any]:
    back_url = address(parent_name, edition=edition.slug)
    return {
        "title": title, "form": form, "save": _("Save"), "back_url": back_url,
        "crumbs": [(parent, back_url), (title, "")],
    }  # fmt: skip
