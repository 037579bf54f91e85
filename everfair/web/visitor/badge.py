"""A person's badge: on the phone, also without a network, and on paper. Behind the mailed link, or listed for who is signed in."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.base.languages import other, pick
from everfair.base.refusals import Refused
from everfair.fair.access import get_edition_for
from everfair.gateways.printing import qr_drawing
from everfair.registration import access
from everfair.registration.actions.badges import issue_badge
from everfair.registration.actions.batches import print_badge
from everfair.registration.queries.badges import valid_badge, valid_badges
from everfair.registration.queries.registrations import STATE_KINDS
from everfair.web.kept_page import manifest_response, worker_response
from everfair.web.limits import allow

FILES = ("css/everfair.css", "css/badge.css", "js/badge.js", "img/seal.svg")
MOST_PDFS, AN_HOUR = 60, 3600  # from one network address


@login_required
@never_cache
@require_safe
def badge_list(request: HttpRequest) -> HttpResponse:
    """The signed-in person's registrations, newest first, each with the way to its badge."""
    found = list(access.registrations_of(request.user)[:100])
    valid = valid_badges(found)
    rows = [
        (
            row,
            STATE_KINDS[row.state],
            valid.get(row.pk),
            _address("own_badge", row) if row.is_expected else "",
        )
        for row in found
    ]
    return render(request, "visitor/badge/badge_list.html", {"rows": rows, "title": _("My badges")})


@never_cache
@require_safe
def own_badge(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The badge as a page for the phone. Opened once, it works without a network."""
    held, person = _held(request, edition, secret)
    badge = None
    if person.is_expected:
        badge = valid_badge(person) or issue_badge(person, by=None)
    lang: str = request.content_language  # type: ignore[attr-defined]
    second_kind, second_fair = other(person.kind.name, lang), other(held.name, lang)
    context = {
        "edition": held,
        "fair": held.fair,
        "person": person,
        "badge": badge,
        "second_kind": second_kind,
        "second_fair": second_fair,
        "until": _ends(badge.valid_until, held) if badge else None,
        "last_day": badge.valid_until - timedelta(days=1) if badge else None,
        "checked": timezone.now(),
        "qr": qr_drawing(badge.code) if badge else None,
        "where": {"edition": edition, "secret": secret},
        "page_url": request.path,
        "words": _words(),
    }
    return render(request, "visitor/badge/badge_show.html", context)


@never_cache
@require_safe
def own_badge_pdf(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The badge on paper, A6 or a sheet to fold."""
    _held_edition, person = _held(request, edition, secret)
    back = reverse("public:registration.own_show", kwargs={"edition": edition, "secret": secret})
    if not allow(request, "badge-pdf", most=MOST_PDFS, seconds=AN_HOUR):
        messages.error(request, _("Too many badges were printed from here within an hour. Try again later."))
        return redirect(back)
    try:
        content = print_badge(person, request.GET.get("paper", "a6"), by=None)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="badge-{person.code}.pdf"'
    return response


@require_safe
def own_badge_worker(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The service worker of this one page: its folder is all it may touch."""
    _held(request, edition, secret)
    return worker_response("badge", _page(edition, secret), FILES)


@require_safe
def own_badge_manifest(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """What the installed page is called and how it opens."""
    held, _person = _held(request, edition, secret)
    lang: str = request.content_language  # type: ignore[attr-defined]
    name = _("Badge: %(edition)s") % {"edition": pick(held.name, lang)}
    return manifest_response(_page(edition, secret), name=name, short_name=_("Badge"), lang=lang)


def _page(edition: str, secret: str) -> str:
    return reverse("public:registration.own_badge", kwargs={"edition": edition, "secret": secret})


def _held(request: HttpRequest, edition: str, secret: str) -> tuple[Any, Any]:
    found = get_edition_for(request.user, edition)
    return found, access.get_registration_by_secret(found, secret)


def _address(name: str, registration: Any) -> str:
    where = {"edition": registration.edition.slug, "secret": access.secret_of(registration)}
    return reverse(f"public:registration.{name}", kwargs=where)


def _ends(last: Any, edition: Any) -> datetime:
    """The moment a badge stops counting: the end of its last day at the fair."""
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(edition.time_zone))


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "online": _("Checked with the fair just now."),
        "offline": _("Off line. Last checked at {time}."),
        "over": _("This badge has expired."),
        "kept": _("Kept on this phone: it opens without a network."),
    }
