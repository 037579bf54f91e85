"""A person's own page behind the mailed link: see, change, agree, take one's data away, cancel. No account needed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.access import get_edition_for
from everfair.matchmaking.queries import first_answers
from everfair.registration import access
from everfair.registration.actions import consents, deciding
from everfair.registration.actions.registering import OWN, save_registration
from everfair.registration.forms.person import ConsentForm, RegistrationForm, answers_in_words
from everfair.registration.queries import registrations as queries
from everfair.web.public.registration.entry import attempt_entry, page
from everfair.web.public.registration.questions import questions_of

CHANGEABLE = ("requested", "waiting", "approved")


def _held(request: HttpRequest, edition: str, secret: str) -> tuple[Any, Any, dict[str, str]]:
    """Edition, registration, and the words of the address."""
    found = get_edition_for(request.user, edition)
    return found, access.get_registration_by_secret(found, secret), {"edition": edition, "secret": secret}


def _own_page(where: dict[str, str]) -> HttpResponse:
    return redirect(reverse("public:registration.own_show", kwargs=where))


def _actor(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


@never_cache
@require_safe
def own_show(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """Where the registration stands, what happens next, the badge, the data, what was agreed to."""
    found, registration, where = _held(request, edition, secret)
    agreed = list(queries.consents_of(registration))
    current = {consent.purpose for consent in agreed if consent.withdrawn_at is None}
    context = {
        "registration": registration,
        "state_kind": queries.STATE_KINDS[registration.state],
        "where": where,
        "line": queries.place_in_line(registration) if registration.state == "waiting" else 0,
        "answers": answers_in_words(registration.kind.questions, registration.answers),
        "agreed": agreed,
        "consents": ConsentForm(agreed=current),
        "can_change": registration.state in CHANGEABLE,
        "badge_url": badge_url(where),
        "may_register": registration.state == "cancelled" and registration.kind.is_open,
        "questions": questions_of(request, registration, where),
    }
    return page(request, "own_show", found, context)


def badge_url(where: dict[str, str]) -> str:
    """The badge's own page; "" where that room is not installed."""
    try:
        return reverse("public:registration.own_badge", kwargs=where)
    except NoReverseMatch:
        return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_change(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The person corrects what they said. The address stays: letters and the link belong to it."""
    found, registration, where = _held(request, edition, secret)
    if registration.state not in CHANGEABLE:
        messages.warning(request, _("This registration is closed; nothing in it can be changed any more."))
        return _own_page(where)
    form = RegistrationForm(
        request.POST or None, kind=registration.kind, registration=registration, without=["email"]
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            version = int(request.POST.get("version") or 0)
        except ValueError as error:
            raise Http404 from error
        try:
            save_registration(registration, form.values(), by=_actor(request), version=version, only=OWN)
        except EditedMeanwhile as error:
            form.refuse(error)
            registration.version = error.current
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return _own_page(where)
    if form.errors:
        status = 422
    context = {"registration": registration, "form": form, "where": where, "kind": registration.kind}
    return page(request, "own_change", found, context, status)


@never_cache
@require_POST
def own_consents(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """Yes to what is ticked, no to the rest, from now on."""
    _found, registration, where = _held(request, edition, secret)
    form = ConsentForm(request.POST, agreed=set())
    if form.is_valid():
        consents.save_consents(registration, form.purposes(), by=_actor(request))
        messages.success(request, _("Saved. It holds from now on."))
    return _own_page(where)


@never_cache
@require_POST
def own_cancel(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The person does not come; the place goes to whoever waits."""
    _found, registration, where = _held(request, edition, secret)
    try:
        deciding.cancel(
            registration, by=_actor(request), role="person", reason=request.POST.get("reason", "")
        )
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your registration is cancelled. Thank you for telling us."))
    return _own_page(where)


@never_cache
@require_safe
def own_export(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """Everything kept about the person, to take away."""
    _found, registration, _where = _held(request, edition, secret)
    answered = first_answers.first_answers_of(registration)
    kept = {**queries.own_file(registration), "three_questions": answered.answers if answered else {}}
    response = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="registration-{registration.code}.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The form a mailed invitation opens, for the kind it was written for."""
    found = get_edition_for(request.user, edition)
    invitation = access.get_invitation_by_secret(found, secret)
    if invitation is None:
        return page(request, "invitation_over", found, {"why": "unknown"}, 404)
    if invitation.registration_id is not None:
        return page(request, "invitation_over", found, {"why": "used", "invitation": invitation}, 410)
    if invitation.withdrawn_at or invitation.expires_at <= timezone.now():
        why = "withdrawn" if invitation.withdrawn_at else "expired"
        return page(request, "invitation_over", found, {"why": why, "invitation": invitation}, 410)
    known = {"name": invitation.name, "email": invitation.email}
    if invitation.organisation is not None:
        known["organisation_name"] = str(invitation.organisation)
    form = RegistrationForm(request.POST or None, kind=invitation.kind, with_consents=True, initial=known)
    if request.method == "POST" and form.is_valid():
        done = attempt_entry(
            request, found, invitation.kind, form, source="invitation", invitation=invitation,
            delegation=invitation.delegation,
        )  # fmt: skip
        if done is not None:
            return done
    context = {"kind": invitation.kind, "form": form, "invitation": invitation}
    return page(request, "register", found, context, 422 if form.errors else 200)
