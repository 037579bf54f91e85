"""From the fair's front to a badge: which kinds there are, the form, and the link sent once more."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import Refused
from everfair.fair.access import get_edition_for
from everfair.registration import access
from everfair.registration.actions import links
from everfair.registration.actions.registering import register
from everfair.registration.forms.person import LinkForm, RegistrationForm
from everfair.registration.queries import registrations as queries
from everfair.web.limits import allow
from everfair.web.public.shown import doors

AN_HOUR = 3600
MOST_REGISTRATIONS, MOST_LINKS = 60, 10  # from one network address in an hour


@dataclass(frozen=True)
class KindRow:
    """A kind of badge as people choose it."""

    kind: Any
    url: str
    state: str  # "open", "later", "closed"
    is_full: bool
    places_left: int | None


def page(
    request: HttpRequest, template: str, edition: Any, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A public page of registration."""
    request.edition = edition  # type: ignore[attr-defined]
    common = {"edition": edition, "fair": edition.fair, "doors": doors(edition)}
    return render(request, f"public/registration/{template}.html", {**common, **context}, status=status)


@never_cache
@require_safe
def kind_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The kinds of badge that anybody may register under."""
    found = get_edition_for(request.user, edition)
    now = timezone.now()
    rows = [_kind_row(found, kind, now) for kind in queries.open_kinds(found)]
    own = access.registrations_of(request.user).filter(edition=found)[:10]
    context = {
        "rows": rows if queries.takes_registrations(found) else [],
        "own": [(one, queries.STATE_KINDS[one.state], own_url(one)) for one in own],
    }
    return page(request, "kind_list", found, context)


def own_url(registration: Any) -> str:
    """The person's own page; only for whoever is that person."""
    return reverse(
        "public:registration.own_show",
        kwargs={"edition": registration.edition.slug, "secret": access.secret_of(registration)},
    )


def _kind_row(edition: Any, kind: Any, now: Any) -> KindRow:
    left = None if kind.capacity is None else max(0, kind.capacity - kind.expected)
    is_open = queries.is_open_now(kind, now)
    is_later = bool(kind.opens_at and now < kind.opens_at)
    return KindRow(
        kind=kind,
        url=reverse("public:registration.register", kwargs={"edition": edition.slug, "kind": kind.code}),
        state="open" if is_open else "later" if is_later else "closed",
        is_full=left == 0,
        places_left=left,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_person(request: HttpRequest, edition: str, kind: str) -> HttpResponse:
    """The form of one kind. Afterwards the person's own page says what happens next."""
    found = get_edition_for(request.user, edition)
    chosen = next((one for one in queries.open_kinds(found) if one.code == kind), None)
    if chosen is None or not queries.takes_registrations(found):
        raise Http404
    row = _kind_row(found, chosen, timezone.now())
    form = RegistrationForm(
        request.POST or None, kind=chosen, with_consents=True, initial=known_of(request.user)
    )
    if request.method == "POST" and row.state == "open" and form.is_valid():
        if not allow(request, "register", most=MOST_REGISTRATIONS, seconds=AN_HOUR):
            form.add_error(None, _("Many people registered from your network this hour. Try again later."))
        else:
            done = attempt_entry(request, found, chosen, form)
            if done is not None:
                return done
    context = {"row": row, "kind": chosen, "form": form}
    return page(request, "register", found, context, 422 if form.errors else 200)


def attempt_entry(
    request: HttpRequest, edition: Any, kind: Any, form: RegistrationForm, **ways: Any
) -> HttpResponse | None:
    """Register through the form and go to the person's own page; None with the sentence in the form."""
    user = request.user if request.user.is_authenticated else None
    try:
        registration = register(
            edition, kind, form.values(), by=user, consents=form.consents(), **{"source": "self", **ways}
        )
    except Refused as error:
        form.refuse(error)
        return None
    return redirect(own_url(registration))


def known_of(user: Any) -> dict[str, str]:
    """What a signed-in person need not type again."""
    if not user.is_authenticated:
        return {}
    return {"name": user.name, "email": user.email, "language": user.language}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_again(request: HttpRequest, edition: str) -> HttpResponse:
    """The letter was lost: the links go to the address once more. The answer is the same whether it is known or not."""
    found = get_edition_for(request.user, edition)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if allow(request, "registration-link", most=MOST_LINKS, seconds=AN_HOUR):
            links.send_links(found, form.cleaned_data["email"])
        sentence = _("If %(email)s is registered, a letter with the link is on its way.")
        messages.success(request, sentence % {"email": form.cleaned_data["email"]})
        return redirect("public:registration.kind_list", edition=found.slug)
    return page(request, "link_again", found, {"form": form}, 422 if form.errors else 200)
