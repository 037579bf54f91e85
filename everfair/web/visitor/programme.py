"""The person's own programme: sessions kept, seats, where two overlap, and the calendar's secret address."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.matchmaking.actions.interests import follow_bookmark
from everfair.programme import access
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.actions.calendar import end_calendar, make_calendar
from everfair.programme.actions.seats import give_back_seat, take_seat
from everfair.programme.queries.board import board_of
from everfair.programme.queries.own import has_calendar, own_programme
from everfair.web.public.programme.shown import viewer_zone

SHOWN_ONCE = "programme.calendar"  # the new secret, in the person's session until the page showed it


@login_required
@require_safe
def programme_home(request: HttpRequest) -> HttpResponse:
    """My programme of the edition of the day."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:programme.own", edition=edition.slug)


@login_required
@require_safe
def own(request: HttpRequest, edition: str) -> HttpResponse:
    """Sessions kept and seats held, by day; clashes are named."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    board = board_of(found)
    listed = own_programme(board, found, request.user)
    now = timezone.now()
    days: dict[Any, list[Any]] = {}
    for one in listed:
        days.setdefault(one.line.day, []).append((one, one.line.standing(now)))
    ahead = [one for one in listed if one.line.standing(now) in ("now", "ahead")]
    secret = request.session.pop(SHOWN_ONCE + f".{found.pk}", "")
    context = {
        "days": list(days.items()),
        "next": next((one for one in ahead if one.line.starts_at), None),
        "clashing": sum(1 for one in ahead if one.clashes),
        "zone": board.zone.key,
        "own_zone": viewer_zone(board),
        "has_calendar": has_calendar(found, request.user),
        "calendar_url": _calendar_url(secret) if secret else "",
        "doors_current": "mine",
    }
    response = render(request, "visitor/programme/own.html", context)
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _calendar_url(secret: str) -> str:
    return settings.BASE_URL + reverse("public:programme.own_calendar", args=[secret])


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page the button stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return HttpResponseRedirect(urlsplit(wanted)._replace(fragment="").geturl() if is_ours else otherwise)


def _session_of(request: HttpRequest, edition: str, code: str) -> tuple[Any, str]:
    found = fair_access.get_edition_for(request.user, edition)
    session = access.get_session_for(request.user, found, code)
    return session, reverse("public:programme.session", args=[found.slug, session.address])


@login_required
@require_POST
def bookmark(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Keep a session, or (`on=0`) let it go."""
    session, address = _session_of(request, edition, code)
    on = request.POST.get("on", "1") != "0"
    title = {"title": pick(session.title, getattr(request, "content_language", "en"))}
    try:
        set_bookmark(session, on, by=request.user)
        follow_bookmark(session, on, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = _("“%(title)s” is in your programme.") if on else _("“%(title)s” is out of your programme.")
        messages.success(request, said % title)
    return _back(request, address)


@login_required
@require_POST
def seat_take(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Ask for a seat: one is held, or the person waits for one."""
    session, address = _session_of(request, edition, code)
    title = {"title": pick(session.title, getattr(request, "content_language", "en"))}
    try:
        seat = take_seat(session, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = (
            _("You have a seat in “%(title)s”.")
            if seat.state == "held"
            else _("You are on the waiting list of “%(title)s”. We write to you when a seat is free.")
        )
        messages.success(request, said % title)
    return _back(request, address)


@login_required
@require_POST
def seat_give_back(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Give the seat back; the next who waits gets it."""
    session, address = _session_of(request, edition, code)
    title = {"title": pick(session.title, getattr(request, "content_language", "en"))}
    if give_back_seat(session, by=request.user):
        messages.success(request, _("Your seat in “%(title)s” is given back.") % title)
    return _back(request, address)


@login_required
@require_POST
def calendar_make(request: HttpRequest, edition: str) -> HttpResponse:
    """A new secret address for the person's calendar; it is shown once."""
    found = fair_access.get_edition_for(request.user, edition)
    request.session[SHOWN_ONCE + f".{found.pk}"] = make_calendar(found, by=request.user)
    return redirect(reverse("visitor:programme.own", args=[found.slug]) + "#calendar")


@login_required
@require_POST
def calendar_end(request: HttpRequest, edition: str) -> HttpResponse:
    """The secret address ends."""
    found = fair_access.get_edition_for(request.user, edition)
    if end_calendar(found, by=request.user):
        messages.success(
            request, _("The calendar address has ended. Calendars that used it get nothing more.")
        )
    return redirect("visitor:programme.own", edition=found.slug)
