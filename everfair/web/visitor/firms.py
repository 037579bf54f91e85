"""Pages of the person's firms: list, edit, people, invitations. Changing rights asks for fresh proof."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.gateways import tables
from everfair.people import access, actions, queries
from everfair.people.forms import InvitationForm, OrganisationForm, RoleForm

A_PAGE = 25


@reauthentication_required  # type: ignore[untyped-decorator]
def require_proof(request: HttpRequest) -> None:
    """Go on only with a proof of identity within five minutes; else ask, then repeat the request."""


@login_required
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """The person's firms, with a search."""
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.memberships_of(request.user, words), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "visitor/people/organisation_list.html", {"page": page, "words": words})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    """A new firm; who makes it owns it."""
    user: Any = request.user
    posted = request.method == "POST"
    form = OrganisationForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        try:
            organisation = actions.create_organisation(form.values(), by=user, owner=user)
        except Refused as error:
            _say(form, error)
        else:
            lang = getattr(request, "content_language", "en")
            said = _("%(firm)s is here. Now invite those who work on it.") % {
                "firm": pick(organisation.name, lang)
            }
            messages.success(request, said)
            return redirect("visitor:people.member_list", code=organisation.code)
    return render(request, "visitor/people/organisation_edit.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit a firm; those who may only see it get the same facts to read."""
    organisation = access.get_organisation_for(request.user, code, to="see")
    if not access.may(request.user, "edit", organisation):
        if request.method == "POST":
            access.get_organisation_for(request.user, code, to="edit")
        return render(request, "visitor/people/organisation_see.html", _about(request, organisation))
    posted = request.method == "POST"
    form = OrganisationForm(
        request.POST if posted else None, request.FILES if posted else None, organisation=organisation
    )
    theirs = None
    if form.is_valid():
        try:
            actions.save_organisation(
                organisation, form.values(), by=request.user, stamp=request.POST.get("stamp") or None
            )
        except EditedMeanwhile as error:
            form.add_error(None, str(error))
            theirs = form.differences(access.get_organisation_for(request.user, code))
        except Refused as error:
            _say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("visitor:people.organisation_edit", code=code)
    context = {"form": form, "theirs": theirs, "stamp": queries.stamp_of(organisation)}
    return render(
        request, "visitor/people/organisation_edit.html", {**context, **_about(request, organisation)}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_list(request: HttpRequest, code: str) -> HttpResponse:
    """The firm's people and open invitations; its owners invite here."""
    organisation = access.get_organisation_for(request.user, code, to="see")
    user: Any = request.user
    form = InvitationForm(initial={"language": user.language})
    if request.method == "POST":
        access.get_organisation_for(user, code, to="own")
        form = InvitationForm(request.POST)
        if form.is_valid():  # what can be mended is mended before the proof, so that nothing typed is lost
            require_proof(request)
            if _invited(request, form, organisation):
                return redirect("visitor:people.member_list", code=code)
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.members_of(organisation, words), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "words": words,
        "roles": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined]
        "invitations": queries.sent_invitations(organisation),
        "now": timezone.now(),
    }
    return render(request, "visitor/people/member_list.html", {**context, **_about(request, organisation)})


def _invited(request: HttpRequest, form: InvitationForm, organisation: Any) -> bool:
    data = form.cleaned_data
    try:
        actions.invite(organisation, data["email"], data["role"], by=request.user, language=data["language"])
    except Refused as error:
        _say(form, error)
        return False
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": data["email"]})
    return True


@login_required
@require_safe
def member_export(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The firm's people as CSV, for its owners and editors."""
    organisation = access.get_organisation_for(request.user, code, to="edit")
    chunks = tables.csv_chunks(queries.member_rows(organisation), queries.MEMBER_COLUMNS)
    return StreamingHttpResponse(
        chunks,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="people-{organisation.code}.csv"'},
    )


@login_required
@require_POST
def member_change(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Another role for a member."""
    organisation = access.get_organisation_for(request.user, code, to="own")
    membership = access.get_membership_for(request.user, organisation, pk)
    require_proof(request)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role from the list."))
        return redirect("visitor:people.member_list", code=code)
    role = form.cleaned_data["role"]
    said = _("%(name)s has a new role.") % {"name": membership.user}
    return _done(request, code, lambda: actions.change_role(membership, role, by=request.user), said)


@login_required
@require_POST
def member_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a membership; a member may leave, owners may remove anybody."""
    organisation = access.get_organisation_for(request.user, code, to="see")
    membership = access.get_membership_for(request.user, organisation, pk, to="leave")
    require_proof(request)
    is_self = membership.user_id == request.user.pk
    said = (
        _("You left the firm.")
        if is_self
        else _("%(name)s no longer belongs to the firm.") % {"name": membership.user}
    )
    back = "visitor:people.my_fair" if is_self else ""
    return _done(request, code, lambda: actions.remove_member(membership, by=request.user), said, back)


@login_required
@require_POST
def invitation_resend(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A new letter with a new link."""
    organisation = access.get_organisation_for(request.user, code, to="own")
    invitation = access.get_invitation_for(request.user, organisation, pk)
    require_proof(request)
    said = _("A new letter to %(email)s is on its way; the old link has ended.") % {"email": invitation.email}
    return _done(request, code, lambda: actions.send_invitation_again(invitation, by=request.user), said)


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The invitation's link ends."""
    organisation = access.get_organisation_for(request.user, code, to="own")
    invitation = access.get_invitation_for(request.user, organisation, pk)
    said = _("The invitation to %(email)s was withdrawn.") % {"email": invitation.email}
    return _done(request, code, lambda: actions.withdraw_invitation(invitation, by=request.user), said)


def _done(request: HttpRequest, code: str, act: Callable[[], Any], said: str, back: str = "") -> HttpResponse:
    """Run one action; say what happened, or why not; back to the people of the firm."""
    try:
        act()
    except Refused as error:
        messages.error(request, str(error))
        back = ""
    else:
        messages.success(request, said)
    return redirect(back) if back else redirect("visitor:people.member_list", code=code)


def _say(form: Any, error: Refused) -> None:
    """The refusal stands beside its field."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _about(request: HttpRequest, organisation: Any) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "may_edit": access.may(request.user, "edit", organisation),
        "may_own": access.may(request.user, "own", organisation),
    }
