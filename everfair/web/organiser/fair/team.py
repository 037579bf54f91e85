"""Pages about people: the organiser's team, delegations and their members, the audit log."""

from collections.abc import Iterator
from functools import partial
from itertools import tee
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from everfair.base import audit
from everfair.fair import access, queries
from everfair.fair.actions import delegations as delegation_actions
from everfair.fair.actions import team as actions
from everfair.fair.forms import DelegationForm, MemberForm, TeamForm, TeamRoleForm
from everfair.gateways.tables import csv_chunks
from everfair.web.organiser.events import SENTENCES, event_words, log_lines
from everfair.web.organiser.frame import address, attempt, desk, done, named, require_proof, through

LINES_ON_A_PAGE = 50
DUTIES = {
    "administrator": gettext_lazy("Everything: settings, team, publishing."),
    "reviewer": gettext_lazy("Vets firms, in every area or in one."),
    "programme": gettext_lazy("Looks after the programme; reads exhibitors."),
    "gate": gettext_lazy("Works at the gate; reads exhibitors."),
    "reader": gettext_lazy("Reads everything at the desk, changes nothing."),
}


@login_required
def team_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who has which role, and an invitation for one more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = TeamForm(request.POST or None, edition=held)
    if request.method == "POST":

        def invite(values: dict[str, Any]) -> Any:
            return actions.invite_team_member(
                held,
                values["email"],
                values["role"],
                by=request.user,
                language=values["language"],
                area=values["area"],
            )

        member = through(form, invite, prove=request)
        if member:
            sentence = _("%(person)s is in the team and gets a letter.") % {"person": member.user}
            return done(request, sentence, "fair.team_list", edition=held.slug)
    context = {"title": _("Team"), "members": queries.team_of(held), "form": form, "duties": DUTIES}
    return desk(request, "fair/team_list", held, context)


@login_required
def team_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Another role for a member."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    member = access.get_row_for(request.user, held.team.select_related("user", "area"), pk)
    form = TeamRoleForm(request.POST or None, row=member, edition=held)
    if request.method == "POST":

        def change(values: dict[str, Any]) -> Any:
            return actions.change_team_role(member, values["role"], by=request.user, area=values["area"])

        if through(form, change, prove=request):
            return done(request, _("The role is changed."), "fair.team_list", edition=held.slug)
    back_url = address("fair.team_list", edition=held.slug)
    context = {
        "title": str(member.user),
        "form": form,
        "save": _("Change the role"),
        "back_url": back_url,
        "crumbs": [(_("Team"), back_url), (str(member.user), "")],
        "remove_url": address("fair.team_remove", edition=held.slug, pk=member.pk),
        "remove": _("Take the role away"),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def team_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take a role away."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    member = access.get_row_for(request.user, held.team.select_related("user"), pk)
    require_proof(request)
    sentence = _("%(person)s no longer has this role.") % {"person": member.user}
    deed = partial(actions.remove_team_member, member, by=request.user)
    name = "fair.edition_list" if member.user == request.user else "fair.team_list"
    kwargs = {} if member.user == request.user else {"edition": held.slug}
    return attempt(request, deed, sentence, name, **kwargs)


@login_required
def delegation_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Delegations with their quota and what they brought, and a form for one more."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = DelegationForm(request.POST or None, languages=held.languages)
    if request.method == "POST":
        made = through(
            form, lambda values: delegation_actions.save_delegation(held, None, values, by=request.user)
        )
        if made:
            sentence = _("“%(delegation)s” added. Now let somebody work for it.") % {
                "delegation": named(request, made.name)
            }
            return done(request, sentence, "fair.delegation_edit", edition=held.slug, code=made.code)
    page = Paginator(queries.delegations_with_counts(held), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Delegations"), "page": page, "form": form}
    return desk(request, "fair/delegation_list", held, context)


@login_required
def delegation_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One delegation: name, quota, people."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    delegation = access.get_delegation_in(request.user, held, code)
    title = dict(delegation.name)
    is_inviting = "email" in request.POST
    form = DelegationForm(
        request.POST if request.method == "POST" and not is_inviting else None,
        row=delegation,
        languages=held.languages,
    )
    member_form = MemberForm(request.POST if is_inviting else None, auto_id="member_%s")
    if request.method == "POST" and is_inviting:

        def invite(values: dict[str, Any]) -> Any:
            return delegation_actions.invite_delegation_member(
                delegation, values["email"], by=request.user, language=values["language"]
            )

        if through(member_form, invite, prove=request):
            sentence = _("%(email)s gets a letter.") % {"email": member_form.cleaned_data["email"]}
            return done(request, sentence, "fair.delegation_edit", edition=held.slug, code=code)
    elif through(
        form, lambda values: delegation_actions.save_delegation(held, delegation, values, by=request.user)
    ):
        return done(request, _("Saved."), "fair.delegation_edit", edition=held.slug, code=code)
    context = {
        "title": title,
        "delegation": delegation,
        "form": form,
        "member_form": member_form,
        "members": queries.members_of(delegation),
        "crumbs": [(_("Delegations"), address("fair.delegation_list", edition=held.slug)), (title, "")],
    }
    return desk(request, "fair/delegation_edit", held, context)


@login_required
@require_POST
def delegation_remove(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take a delegation away that brought no firm."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    delegation = access.get_delegation_in(request.user, held, code)
    require_proof(request)
    sentence = _("“%(delegation)s” removed.") % {"delegation": named(request, delegation.name)}
    deed = partial(delegation_actions.remove_delegation, delegation, by=request.user)
    return attempt(request, deed, sentence, "fair.delegation_list", edition=held.slug)


@login_required
@require_POST
def delegation_member_remove(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """A person no longer works for a delegation."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    delegation = access.get_delegation_in(request.user, held, code)
    member = access.get_delegation_member(delegation, pk)
    require_proof(request)
    sentence = _("%(person)s no longer works for this delegation.") % {"person": member.user}
    deed = partial(delegation_actions.remove_delegation_member, member, by=request.user)
    return attempt(request, deed, sentence, "fair.delegation_edit", edition=held.slug, code=code)


@login_required
def log_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The audit log: who did what to whom, when; filters in the address."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    entries = _filtered(request, held)
    page = Paginator(entries, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Audit log"),
        "page": page,
        "lines": list(log_lines(page, held)),
        "q": request.GET.get("q", ""),
        "event": request.GET.get("event", ""),
        "day": request.GET.get("day", ""),
        "events": sorted((str(words), event) for event, words in SENTENCES.items()),
    }
    return desk(request, "fair/log_list", held, context)


@login_required
def log_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered log as CSV."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    columns = {
        "at": _("When"), "by": _("Who"), "event": _("Event"), "what": _("What"), "label": _("About"),
        "detail": _("Detail"), "reason": _("Reason"),
    }  # fmt: skip

    def rows() -> Iterator[dict[str, object]]:
        entries, told = tee(_filtered(request, held).iterator(chunk_size=500))
        for entry, line in zip(entries, log_lines(told, held, with_label=False), strict=True):
            yield {
                "at": timezone.localtime(line.at), "by": line.by, "event": entry.event,
                "what": event_words(entry.event), "label": line.label, "detail": line.detail,
                "reason": entry.reason,
            }  # fmt: skip

    response = StreamingHttpResponse(csv_chunks(rows(), columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-log.csv"'
    return response


def _filtered(request: HttpRequest, edition: Any) -> Any:
    chosen = request.GET
    return audit.search(
        edition_id=edition.pk,
        words=chosen.get("q", ""),
        event=chosen.get("event", ""),
        day=chosen.get("day", ""),
    )
