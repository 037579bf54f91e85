"""A person's diary: days and list in two zones, and the calendar's secret address. The copy for the pocket is in pocket."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import pick
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways.calendars import CONTENT_TYPE, CalendarEvent, write_calendar
from everfair.meetings.actions.diary import (
    end_diary_key,
    make_diary_key,
)
from everfair.meetings.queries import diary as queries
from everfair.meetings.queries.ground import rules_of
from everfair.meetings.queries.own import count_open, offers_to, open_slots
from everfair.programme.queries.board import board_of
from everfair.web.limits import allow
from everfair.web.public.programme.calendars import event_of
from everfair.web.templatetags.diary import where_words, with_whom
from everfair.web.visitor import diary_shown as shown
from everfair.web.visitor.meetings_frame import clocks_of, nobody, own_place, place

SHOWN_ONCE = "meetings.calendar"  # the new secret, in the person's session until the page showed it
FILES = ("css/everfair.css", "css/programme.css", "css/diary.css", "js/badge.js", "img/seal.svg")
REFRESH = timedelta(minutes=15)
EVERY_STATE = ("scheduled", "held", "no_show", "cancelled")


def diary_in(person: Any, zone: ZoneInfo, user: Any, *, with_free: bool = True) -> queries.Diary:
    free = open_slots(person, timezone.now()) if with_free else []
    return queries.diary_of(person, board_of(person.edition), zone=zone, user=user, free=free)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My diary of the edition of the day."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:meetings.diary", edition=edition.slug)


@login_required
@never_cache
@require_safe
def diary(request: HttpRequest, edition: str) -> HttpResponse:
    """Sessions, meetings and free time: a day on two rulers, or all days as a list."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    now = timezone.now()
    clock = clocks_of(request, found, person)
    mine = diary_in(person, clock["zone"], request.user)
    days = mine.by_day()
    view = "day" if request.GET.get("view") == "day" and days else "list"
    day = shown.chosen_day(mine, request.GET.get("day", ""), now)
    secret = request.session.pop(f"{SHOWN_ONCE}.{found.pk}", "")
    context: dict[str, Any] = {
        **clock,
        "person": person,
        "diary": mine,
        "view": view,
        "days": [(one, rows_of_day(rows, now)) for one, rows in days.items()],
        "next": mine.next(now),
        "clashing": sum(1 for one in mine.entries if one.clashes and one.standing(now) in ("ahead", "now")),
        "open": count_open(person),
        "offers": offers_to(person, now),
        "rules": rules_of(found),
        "has_calendar": queries.has_diary_key(person),
        "calendar_url": _calendar_url(secret) if secret else "",
        "now": now,
        "doors_current": "mine",
    }
    if view == "day" and day is not None:
        grid = shown.grid_of(day, days[day], clock["zone"], clock["second"])
        context |= {
            "grid": grid,
            "day": day,
            "tabs_of_days": shown.day_tabs(mine, day),
            "now_column": grid.column(now),
            "has_meetings": any(lane.key == "meeting" for lane in grid.lanes),
            "is_today": grid.column(now) is not None,
            "cells": [
                (lane, [(cell, cell.entry.standing(now)) for cell in lane.cells]) for lane in grid.lanes
            ],
        }
    return render(request, "visitor/meetings/diary.html", context)


def rows_of_day(entries: list[Any], now: Any) -> list[tuple[Any, str]]:
    return [(one, one.standing(now)) for one in entries]


def _calendar_url(secret: str) -> str:
    return settings.BASE_URL + reverse("visitor:meetings.feed", args=[secret])


# The calendar ------------------------------------------------------------------------------------------------
@login_required
@require_POST
def calendar_make(request: HttpRequest, edition: str) -> HttpResponse:
    """A new secret address for the person's diary; it is shown once."""
    found, person = own_place(request, edition)
    request.session[f"{SHOWN_ONCE}.{found.pk}"] = make_diary_key(person, by=request.user)
    return redirect(reverse("visitor:meetings.diary", args=[found.slug]) + "#calendar")


@login_required
@require_POST
def calendar_end(request: HttpRequest, edition: str) -> HttpResponse:
    """The secret address ends."""
    found, person = own_place(request, edition)
    if end_diary_key(person, by=request.user):
        messages.success(
            request, _("The calendar address has ended. Calendars that used it get nothing more.")
        )
    return redirect("visitor:meetings.diary", edition=found.slug)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Sessions, meetings and duties for calendar programs: the address is the key, so that they need no signing in."""
    if not allow(request, "calendar", most=120, seconds=60):
        return HttpResponse(
            _("Too many requests. Wait a minute."), status=429, content_type="text/plain; charset=utf-8"
        )
    person = queries.diary_by_secret(secret)
    if person is None:
        raise Http404
    account = queries.account_of(person)
    edition = fair_access.get_edition_for(account, person.edition.slug)
    lang: str = request.content_language  # type: ignore[attr-defined]
    mine = diary_in(person, ZoneInfo(edition.time_zone), account, with_free=False)
    sessions = [event_of(one.session.line, edition, lang) for one in mine.entries if one.session is not None]
    meetings = [_event(line, edition, lang) for line in queries.meetings_of(person, EVERY_STATE)]
    name = _("My diary, %(fair)s") % {"fair": pick(edition.name, lang)}
    duties = [_duty_event(one.duty, edition, lang) for one in mine.entries if one.duty is not None]
    events = [one for one in (*sessions, *meetings, *duties) if one is not None]
    body = write_calendar(events, name=name, time_zone=edition.time_zone, refresh=REFRESH)
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="diary-{edition.slug}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _event(line: queries.MeetingLine, edition: Any, lang: str) -> CalendarEvent:
    """A meeting as a calendar's event; a cancelled one is taken out of the calendar by its state."""
    address = settings.BASE_URL + reverse("visitor:meetings.meeting_show", args=[edition.slug, line.code])
    people = [f"{one.name}, {one.organisation}".strip(", ") for one in line.others]
    is_cancelled = line.state == "cancelled"
    title = _("Meeting: %(with)s") % {"with": with_whom(line, lang)}
    where = where_words(line.where, lang)
    venue = pick(edition.venue, lang) if line.where.place != "online" else ""
    return CalendarEvent(
        uid=f"meeting-{line.code}@{settings.BASE_URL.partition('://')[2] or 'everfair'}",
        title=_("Cancelled: %(title)s") % {"title": title} if is_cancelled else title,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        changed_at=line.changed_at,
        sequence=line.version - 1,
        description="\n".join([*people, *([line.where.url] if line.where.url else []), address]),
        location=", ".join(text for text in (where, venue) if text),
        url=address,
        status="CANCELLED" if is_cancelled else "CONFIRMED",
    )


def _duty_event(duty: Any, edition: Any, lang: str) -> CalendarEvent:
    """A duty at the booth as a calendar's event; one that is removed is not in the file any more."""
    return CalendarEvent(
        uid=f"duty-{duty.pk}@{settings.BASE_URL.partition('://')[2] or 'everfair'}",
        title=_("At the booth of %(firm)s")
        % {"firm": pick(duty.participant.exhibitor.organisation.name, lang)},
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        changed_at=duty.starts_at,
        description=duty.note,
        location=pick(edition.venue, lang),
        url=settings.BASE_URL + reverse("visitor:meetings.diary", args=[edition.slug]),
    )
