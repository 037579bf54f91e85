"""Pages of a person: My fair, profile, security, invitations received, sample sign-in."""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.matchmaking import access as matching_access
from everfair.people import actions, queries
from everfair.people.forms import EraseForm, ProfileForm
from everfair.web.match_glance import Glance, glance_of, questions_of
from everfair.web.visitor import demo
from everfair.web.visitor.deals_glance import deals_glance
from everfair.web.visitor.firms import require_proof
from everfair.web.visitor.matching import desk_of
from everfair.web.visitor.waiting import waiting_of

STATE_KINDS = {
    "published": "here",
    "applied": "wait",
    "changes_asked": "wait",
    "rejected": "stop",
    "withdrawn": "stop",
}


@dataclass(frozen=True)
class DeskRow:
    """An edition or delegation and the address of its desk."""

    what: Any
    desk_url: str


@dataclass(frozen=True)
class BoothRow:
    """A booth of one of the person's firms, with the addresses of its two faces."""

    booth: Any
    state_kind: str
    public_url: str
    desk_url: str

    @classmethod
    def of(cls, booth: Any) -> "BoothRow":
        public = {"edition": booth.edition.slug, "address": booth.address}
        return cls(
            booth=booth,
            state_kind=STATE_KINDS.get(booth.state, "away"),
            public_url=_first(("public:exhibition.booth", public)) if booth.is_public else "",
            desk_url=_first(("exhibitor:exhibition.booth_overview", {"code": booth.code})),
        )


def _first(*names: tuple[str, dict[str, Any]]) -> str:
    """The first of these addresses that exists; "" when none does."""
    for name, kwargs in names:
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


@login_required
@require_safe
def my_fair(request: HttpRequest) -> HttpResponse:
    """What is the person's own: firms, booths, desks, invitations."""
    user = request.user
    edition = fair_queries.current_edition()
    memberships = list(queries.memberships_of(user)[:6])
    return render(
        request,
        "visitor/people/my_fair.html",
        {
            "memberships": memberships[:5],
            "has_more_firms": len(memberships) > 5,
            "booths": [BoothRow.of(booth) for booth in exhibition_access.exhibitors_of(user)[:12]],
            "desks": [
                DeskRow(edition, _first(("organiser:fair.edition_show", {"edition": edition.slug})))
                for edition in fair_access.editions_at_desk(user)[:12]
            ],
            "delegations": [
                DeskRow(delegation, _first(("organiser:fair.delegation_desk", {"code": delegation.code})))
                for delegation in fair_access.delegations_of(user)[:12]
            ],
            "waiting": waiting_of(user, edition) if edition else [],
            "glance": _matches(request, edition),
            "deals": deals_glance(request, edition),
            "invitations": queries.pending_invitations(user),
            "doors_current": "mine",
        },
    )


def _matches(request: HttpRequest, edition: Any) -> Glance | None:
    """The best matches in the edition of the day, while it is not over."""
    if edition is None or edition.phase == "archived":
        return None
    seeker = matching_access.own_seeker(request.user, edition)
    return glance_of(request, desk_of(request, edition, seeker)) if seeker else questions_of(edition)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone. Another language leads to the page in that language."""
    user: Any = request.user
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.save_profile(user, form.cleaned_data)
        with translation.override(CONTENT_TO_INTERFACE[user.language]):
            messages.success(request, _("Saved."))
            return redirect("visitor:people.profile_edit")
    return render(request, "visitor/people/profile_edit.html", {"form": form})


@login_required
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How the person signs in, and from where they have."""
    user: Any = request.user
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "visitor/people/security.html",
        {
            "has_password": user.has_usable_password(),
            "has_totp": Authenticator.Type.TOTP in kinds,
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "sessions": len(UserSession.objects.purge_and_list(user)),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_erase(request: HttpRequest) -> HttpResponse:
    """Erase one's account: what goes and what stays is read first; the address is typed, and identity proved afresh."""
    user: Any = request.user
    form = EraseForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        require_proof(request)
        try:
            actions.erase_account(user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            messages.success(request, _("Your account is erased."))
            return redirect("public:fair.home")
    return render(
        request, "visitor/people/account_erase.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponse:
    """The page a mailed invitation opens, for people with an account and without."""
    invitation = queries.invitation_by_secret(secret)
    if invitation is None:
        return render(request, "visitor/people/invitation_over.html", {"why": "unknown"}, status=404)
    if not invitation.is_open(timezone.now()):
        why = "used" if invitation.accepted_at else "withdrawn" if invitation.withdrawn_at else "expired"
        context = {"why": why, "invitation": invitation}
        return render(request, "visitor/people/invitation_over.html", context, status=410)
    user: Any = request.user
    if request.method == "POST":
        if not user.is_authenticated:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return _join(request, lambda: actions.accept_invitation(secret, by=user))
    if not user.is_authenticated:
        # The secret was mailed to this address: who signs up with it has proven it.
        get_adapter().stash_verified_email(request, invitation.email)
    return render(
        request,
        "visitor/people/invitation_accept.html",
        {
            "invitation": invitation,
            "other_address": user.is_authenticated and user.email.lower() != invitation.email.lower(),
            "has_account": queries.find_user(invitation.email) is not None,
        },
    )


@login_required
@require_POST
def invitation_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, from My fair, an invitation sent to one's own verified address."""
    invitation = queries.pending_invitations(request.user).filter(pk=pk).first()
    if invitation is None:
        raise Http404
    user: Any = request.user
    return _join(request, lambda: actions.accept(invitation, by=user))


def _join(request: HttpRequest, act: Any) -> HttpResponse:
    try:
        membership = act()
    except Refused as error:
        messages.error(request, str(error))
        return redirect("visitor:people.my_fair")
    lang = getattr(request, "content_language", "en")
    messages.success(
        request, _("You now belong to %(firm)s.") % {"firm": pick(membership.organisation.name, lang)}
    )
    return redirect("visitor:people.my_fair")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a listed sample person: only in a sample installation, only on its own machine."""
    wanted = request.POST.get("email", "")
    account = next((one for one in demo.accounts(request) if one.email == wanted), None)
    user = queries.find_user(account.email) if account else None
    if account is None or user is None:
        raise Http404
    desk = account.desk if account.desk.startswith("/") and get_adapter().is_safe_url(account.desk) else None
    response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=desk)
    return response
