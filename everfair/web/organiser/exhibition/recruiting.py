"""A delegation's own desk: its firms, its quota, invitations."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from everfair.exhibition.actions.recruiting import invite_firm
from everfair.exhibition.forms.organising import FirmInvitationForm
from everfair.exhibition.queries import exhibitor_table as table
from everfair.fair import access
from everfair.fair.queries import COUNTED
from everfair.web.organiser.exhibition.table import filters_of
from everfair.web.organiser.frame import address, delegation_desk, desk, done, named, through

ROWS_ON_A_PAGE = 50


@login_required
def delegation_show(request: HttpRequest, code: str) -> HttpResponse:
    """The delegation's firms, what needs it first, quota and counts."""
    delegation = access.get_delegation_for(request.user, code)
    filters = filters_of(request.GET)
    lang: str = request.content_language  # type: ignore[attr-defined]
    rows = table.firms_of_delegation(delegation, filters, "-since", lang)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = table.delegation_counts(delegation)
    accepted = sum(counts[state] for state in COUNTED)
    context = {
        "title": delegation.name,
        "lead": _lead(delegation, counts, accepted),
        "page": page,
        "filters": filters,
        "q": filters.q,
        "state": filters.states[0] if filters.states else "",
        "states": [(state, words) for state, words in table.STATE_LABELS if counts[state]],
        "accepted": accepted,
        "figures": [
            (sum(counts.values()), _("firms in this edition")),
            (counts["applied"], _("waiting for a decision")),
            (
                accepted,
                _("accepted, of %(quota)d allowed") % {"quota": delegation.quota}
                if delegation.quota
                else _("accepted"),
            ),
            (counts["published"], _("booths open")),
        ],
    }
    return delegation_desk(request, "fair/delegation_desk", delegation, context)


@login_required
def firm_invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite a firm on the delegation's account."""
    delegation = access.get_delegation_for(request.user, code)
    form = FirmInvitationForm(request.POST or None, edition=delegation.edition)

    def invite(values: dict[str, Any]) -> Any:
        return invite_firm(delegation.edition, values, by=request.user, delegation=delegation)

    if firm := through(form, invite):
        return done(request, _invited(request, firm, form), "fair.delegation_desk", code=delegation.code)
    back_url = address("fair.delegation_desk", code=delegation.code)
    return delegation_desk(request, "row_edit", delegation, _inviting(form, back_url, _("Firms")))


@login_required
def exhibitor_create(request: HttpRequest, edition: str) -> HttpResponse:
    """The organiser invites a firm itself."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = FirmInvitationForm(request.POST or None, edition=held)
    if firm := through(form, lambda values: invite_firm(held, values, by=request.user)):
        return done(request, _invited(request, firm, form), "exhibition.exhibitor_list", edition=held.slug)
    back_url = address("exhibition.exhibitor_list", edition=held.slug)
    return desk(request, "row_edit", held, _inviting(form, back_url, _("Exhibitors")))


def _invited(request: HttpRequest, firm: Any, form: Any) -> str:
    words = {"firm": named(request, firm.organisation.name), "email": form.cleaned_data["email"]}
    return _("%(firm)s has a draft booth, and %(email)s gets a letter.") % words


def _inviting(form: Any, back_url: str, parent: str) -> dict[str, Any]:
    title = _("Invite a firm")
    return {
        "title": title, "form": form, "save": _("Send the invitation"), "back_url": back_url,
        "crumbs": [(parent, back_url), (title, "")],
    }  # fmt: skip


def _lead(delegation: Any, counts: dict[str, int], accepted: int) -> str:
    if counts["applied"]:
        return _("%(count)d of your firms wait for a decision.") % {"count": counts["applied"]}
    if delegation.quota and accepted >= delegation.quota:
        return _("Your quota of %(quota)d firms is full.") % {"quota": delegation.quota}
    return _("Nothing waits for you.")
