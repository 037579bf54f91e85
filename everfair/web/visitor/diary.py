"""A person's diary: days and list in two zones, the calendar's secret address, the copy for the pocket, when they are free."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways.calendars import CONTENT_TYPE, CalendarEvent, write_calendar
from everfair.meetings.actions.diary import (
    end_diary_key,
    fair_span,
    forget_when_free,
    make_diary_key,
    say_how,
    say_when_free,
)
from everfair.meetings.actions.people import participant_for
from everfair.meetings.forms.availability import AvailabilityForm, ClockForm, WaysForm
from everfair.meetings.queries import diary as queries
from everfair.meetings.queries.ground import rules_of
from everfair.meetings.queries.own import count_open, offers_to, open_slots
from everfair.programme.queries.board import board_of
from everfair.web.limits import allow
from everfair.web.public.programme.calendars import event_of
from everfair.web.templatetags.diary import where_words, with_whom
from everfair.web.visitor import diary_shown as shown

SHOWN_ONCE = "meetings.calendar"  # the new secret, in the person's session until the page showed it
FILES = ("css/everfair.css", "css/programme.css", "css/diary.css", "js/badge.js", "img/seal.svg")
REFRESH = timedelta(minutes=15)
EVERY_STATE = ("scheduled", "held", "no_show", "cancelled")


def place(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    """The edition and the person's row in its meetings; None where they take part in none."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found, participant_for(request.user, found)


def own_place(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    """The same; Http404 for whoever takes part in no meetings."""
    found, person = place(request, edition)
    if person is None:
        raise Http404
    return found, person


def nobody(request: HttpRequest, edition: Any) -> HttpResponse:
    """What somebody without a row reads: how to get one."""
    context = {"rules": rules_of(edition), "doors_current": "mine"}
    return render(request, "visitor/meetings/nobody.html", context)


def clocks_of(request: HttpRequest, edition: Any, person: Any) -> dict[str, Any]:
    """On whose clock the page is."""
    own = queries.zone_of(person, request.user)
    return shown.clocks(
        own,
        ZoneInfo(edition.time_zone),
        request.GET.get("clock", ""),
        is_on_site=person.is_on_site,
        now=timezone.now(),
    )


def _diary(person: Any, zone: ZoneInfo, user: Any, *, with_free: bool = True) -> queries.Diary:
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
    mine = _diary(person, clock["zone"], request.user)
    days = mine.by_day()
    view = "day" if request.GET.get("view") == "day" and days else "list"
    day = shown.chosen_day(mine, request.GET.get("day", ""), now)
    secret = request.session.pop(f"{SHOWN_ONCE}.{found.pk}", "")
    context: dict[str, Any] = {
        **clock,
        "person": person,
        "diary": mine,
        "view": view,
        "days": [(one, _rows(rows, now)) for one, rows in days.items()],
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


def _rows(entries: list[Any], now: Any) -> list[tuple[Any, str]]:
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
    """Sessions and meetings for calendar programs: the address is the key, so that they need no signing in."""
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
    mine = _diary(person, ZoneInfo(edition.time_zone), account, with_free=False)
    sessions = [event_of(one.session.line, edition, lang) for one in mine.entries if one.session is not None]
    meetings = [_event(line, edition, lang) for line in queries.meetings_of(person, EVERY_STATE)]
    name = _("My diary, %(fair)s") % {"fair": pick(edition.name, lang)}
    events = [one for one in (*sessions, *meetings) if one is not None]
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


# The copy for the pocket -------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def pocket(request: HttpRequest, edition: str) -> HttpResponse:
    """All days on one sheet: printed, or kept on the phone for times without a network."""
    found, person = own_place(request, edition)
    now = timezone.now()
    clock = clocks_of(request, found, person)
    mine = _diary(person, clock["zone"], request.user, with_free=False)
    context = {
        **clock,
        "person": person,
        "fair": found.fair,
        "days": [(day, _rows(rows, now)) for day, rows in mine.by_day().items()],
        "checked": now,
        "page_url": reverse("visitor:meetings.pocket", args=[found.slug]),
        "words": {
            "online": _("Checked with the fair just now."),
            "offline": _("Off line. Last checked at {time}."),
            "kept": _("Kept on this device until you sign out: it opens without a network."),
        },
    }
    return render(request, "visitor/meetings/pocket.html", context)


@login_required
@require_safe
def pocket_worker(request: HttpRequest, edition: str) -> HttpResponse:
    """The service worker of this one page: its folder is all it may touch."""
    found, _person = own_place(request, edition)
    page = reverse("visitor:meetings.pocket", args=[found.slug])
    files = [static(name) for name in FILES]
    version = hashlib.sha256("".join([*files, page]).encode()).hexdigest()[:12]
    content = (
        f"self.DIARY = {json.dumps({'page': page, 'files': files, 'cache': f'diary {page} {version}'})};\n"
        f"importScripts({json.dumps(static('js/diary-worker.js'))});\n"
    )
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_required
@require_safe
def pocket_manifest(request: HttpRequest, edition: str) -> HttpResponse:
    """What the installed page is called and how it opens."""
    found, _person = own_place(request, edition)
    page = reverse("visitor:meetings.pocket", args=[found.slug])
    lang: str = request.content_language  # type: ignore[attr-defined]
    content = {
        "id": page,
        "name": _("My diary, %(fair)s") % {"fair": pick(found.name, lang)},
        "short_name": _("My diary"),
        "lang": lang,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#14213d",
        "icons": [{"src": static("img/seal.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


# When I am free ----------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def free_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Free time day by day, on a clock of one's choice."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    clock = ClockForm(request.POST or request.GET or None, fair_zone=found.time_zone)
    asked = clock.cleaned_data["zone"] if clock.is_bound and clock.is_valid() else ""
    zone = ZoneInfo(asked) if asked else queries.zone_of(person, request.user)
    if request.method == "POST" and request.POST.get("whenever"):
        forget_when_free(person, by=request.user)
        messages.success(request, _("You can be asked for every time there are meetings."))
        return redirect("visitor:meetings.free_edit", edition=found.slug)
    held = list(person.free_times.all()) if person.said_when_free else None
    form = AvailabilityForm(
        request.POST if request.method == "POST" else None,
        days=_days_ahead(found, zone),
        zone=zone,
        held=held,
        span=fair_span(found),
    )
    if request.method == "POST" and form.is_valid() and _free_said(request, person, form, zone):
        return redirect("visitor:meetings.free_edit", edition=found.slug)
    return _free_page(request, found, person, form, zone)


def _days_ahead(edition: Any, zone: ZoneInfo) -> list[queries.MeetingDay]:
    """Days whose meetings are not over yet."""
    now = timezone.now()
    return [day for day in queries.meeting_days(edition, zone) if day.slots[-1][1] > now]


def _free_said(request: HttpRequest, person: Any, form: AvailabilityForm, zone: ZoneInfo) -> bool:
    """Save; meetings that now lie outside are named, not touched."""
    try:
        outside = say_when_free(person, form.cleaned_data["parts"], by=request.user)
        say_how(person, {"time_zone": zone.key}, by=request.user)
    except Refused as refused:
        form.refuse(refused)
        return False
    messages.success(request, _("Saved. From now on you are asked for these times only."))
    if outside:
        messages.warning(
            request,
            _(
                "%(count)d of your meetings lie outside these times. They stay: cancel them if you cannot come."
            )
            % {"count": len(outside)},
        )
    return True


@login_required
@require_POST
def ways_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Where and how the person meets."""
    found, person = own_place(request, edition)
    form = _ways_form(found, person, request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["is_out"] = not values.pop("takes_part")
        try:
            say_how(person, values, by=request.user)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("visitor:meetings.free_edit", edition=found.slug)
    return _free_page(request, found, person, None, queries.zone_of(person, request.user), form)


def _ways_form(edition: Any, person: Any, data: Any = None) -> WaysForm:
    rules = rules_of(edition)
    initial = {
        "is_on_site": "1" if person.is_on_site else "0",
        "languages": person.languages,
        "longest_run": person.longest_run,
        "keeps_lunch": person.keeps_lunch,
        "accepts_at_once": person.accepts_at_once,
        "takes_part": not person.is_out,
    }
    return WaysForm(data, initial=initial, offered=rules.languages if rules else (), held=person.languages)


def _free_page(
    request: HttpRequest,
    edition: Any,
    person: Any,
    form: AvailabilityForm | None,
    zone: ZoneInfo,
    ways: WaysForm | None = None,
) -> HttpResponse:
    if form is None:
        held = list(person.free_times.all()) if person.said_when_free else None
        form = AvailabilityForm(days=_days_ahead(edition, zone), zone=zone, held=held)
    fair = ZoneInfo(edition.time_zone)
    context = {
        "person": person,
        "form": form,
        "days": list(form.rows()),
        "zone": zone.key,
        "fair_zone": fair.key if fair.key != zone.key else "",
        "clock_form": ClockForm(initial={"zone": zone.key}, fair_zone=edition.time_zone),
        "ways": ways or _ways_form(edition, person),
        "doors_current": "mine",
    }
    status = 422 if form.errors or (ways is not None and ways.errors) else 200
    return render(request, "visitor/meetings/free.html", context, status=status)
