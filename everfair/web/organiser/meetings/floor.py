"""The floor of tables with who sits where now and next; one meeting: who came, cancelled."""

from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base import audit
from everfair.fair.access import get_edition_at_desk, may
from everfair.gateways import live
from everfair.meetings import access
from everfair.meetings.actions import booking
from everfair.meetings.forms.floor import ReasonForm
from everfair.meetings.queries import floor as queries
from everfair.meetings.queries import ground
from everfair.web.meeting_words import sides, where_words
from everfair.web.organiser.events import log_lines
from everfair.web.organiser.frame import address, attempt, desk, done, through

RIGHT = access.RIGHT
SEAT_WORDS = {
    "free": ("away", gettext_lazy("free")),
    "busy": ("here", gettext_lazy("taken")),
    "lost": ("stop", gettext_lazy("out of use")),
    "stuck": ("stop", gettext_lazy("out of use, with a meeting")),
}
MOST_LINES = 50


@login_required
@never_cache
@require_safe
def floor_show(request: HttpRequest, edition: str) -> HttpResponse:
    """Tables by hall at one time. A script listens and asks for its part again; every ten seconds where it cannot listen."""
    held = get_edition_at_desk(request.user, edition, "read")
    now, topic = timezone.now(), queries.floor_topic(held.pk)
    position = live.position(topic)  # before the rows: what changes later has a higher number
    asked = request.GET.get("slot", "")
    slot = queries.slot_shown(held, now, int(asked) if asked.isdecimal() and len(asked) < 16 else None)
    may_run = may(request.user, RIGHT, held)
    context: dict[str, Any] = {"title": _("Floor of meetings"), "may_run": may_run, "slot": slot}
    context |= {"topic": topic, "position": position}
    with timezone.override(ZoneInfo(held.time_zone)):
        if slot is not None:
            context |= _floor(held, slot, now)
        if request.headers.get("X-Part") == "floor" and slot is not None:
            return render(request, "organiser/meetings/floor_part.html", {**context, "edition": held})
        context["days"] = ground.slots_by_day(held)
        return desk(request, "meetings/floor_show", held, context)


def _floor(held: Any, slot: Any, now: Any) -> dict[str, Any]:
    floor, counts = queries.floor_at(held, slot, now), queries.floor_counts(held)
    before, after = queries.neighbours(slot)
    halls = [
        (
            hall,
            [
                (seat, *SEAT_WORDS[seat.state], _people(seat.meeting), _people(seat.next))
                for seat in hall.seats
            ],
        )
        for hall in floor.halls
    ]
    return {
        "floor": floor,
        "halls": halls,
        "elsewhere": [(one, where_words(one), *sides(one)) for one in floor.elsewhere],
        "figures": [
            (floor.busy, _("of %(tables)s tables taken") % {"tables": floor.in_use}),
            (floor.lines_busy, _("of %(lines)s lines taken") % {"lines": floor.lines}),
            (counts.waiting, _("wait for a slot")),
            (counts.no_shows, _("meetings somebody missed")),
        ],
        "alerts": _alerts(held, floor, counts),
        "late": [(one, where_words(one)) for one in floor.late],
        "before": before,
        "after": after,
        "is_now": slot.starts_at - timedelta(minutes=30) <= now <= slot.ends_at,
    }


def _alerts(held: Any, floor: Any, counts: Any) -> list[tuple[str, str, str, str, str]]:
    found = []
    stuck = len(floor.stuck)
    if stuck:
        sentence = ngettext(
            "%(count)d meeting stands at a table that is out of use.",
            "%(count)d meetings stand at tables that are out of use.",
            stuck,
        )
        url = address("meetings.meeting_list", edition=held.slug) + "?look=stuck"
        found.append(("stop", _("To move"), sentence % {"count": stuck}, url, _("Look")))
    if counts.requests:
        sentence = ngettext(
            "%(count)d request waits for an answer.",
            "%(count)d requests wait for an answer.",
            counts.requests,
        )
        url = address("meetings.request_list", edition=held.slug)
        found.append(("wait", _("To answer"), sentence % {"count": counts.requests}, url, _("Look")))
    return found


def _people(meeting: Any) -> list[Any]:
    return list(meeting.people.all()) if meeting else []


@login_required
@require_safe
def meeting_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One meeting: its people and who came, where it is, what may be done."""
    held = get_edition_at_desk(request.user, edition)
    meeting = queries.shown_meeting(access.get_meeting_at_desk(request.user, held, code))
    return desk(request, "meetings/meeting_show", held, _meeting(request, held, meeting, None))


def _meeting(request: HttpRequest, held: Any, meeting: Any, form: Any) -> dict[str, Any]:
    askers, asked = sides(meeting)
    title = _("%(one)s and %(other)s") % {"one": _names(askers), "other": _names(asked)}
    may_run = may(request.user, RIGHT, held)
    return {
        "title": title,
        "meeting": meeting,
        "state_kind": queries.STATE_KINDS[meeting.state],
        "where": where_words(meeting),
        "interpreter": queries.interpreter_of(meeting),
        "people": [*askers, *asked],
        "steps": access.meeting_steps(request.user, meeting) if may_run else [],
        "may_run": may_run,
        "has_begun": meeting.slot.starts_at <= timezone.now(),
        "form": form or ReasonForm(languages=held.languages),
        "log": list(log_lines(audit.entries(target=meeting)[:MOST_LINES], held, with_label=False)),
        "crumbs": [(_("Meetings"), address("meetings.meeting_list", edition=held.slug)), (title, "")],
    }


def _names(people: list[Any]) -> str:
    return _(", ").join(one.participant.name for one in people) or "–"


@login_required
@require_POST
def meeting_came(request: HttpRequest, edition: str, code: str, person: str) -> HttpResponse:
    """Note at the desk who came and who did not."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    meeting = access.get_meeting_at_desk(request.user, held, code, RIGHT)
    participant = access.get_participant_at_desk(request.user, held, person, RIGHT)
    came = request.POST.get("came")
    if came not in ("0", "1"):
        raise Http404
    deed = partial(booking.note_came, meeting, participant, came == "1", by=request.user)
    return attempt(request, deed, _("Noted."), "meetings.meeting_show", edition=held.slug, code=code)


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Call a meeting off, with a reason both sides read."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    meeting = access.get_meeting_at_desk(request.user, held, code, RIGHT)
    form = ReasonForm(request.POST, languages=held.languages)
    if through(form, lambda values: booking.cancel_meeting(meeting, values["reason"], by=request.user)):
        sentence = _("Cancelled. Both sides are told; the slot goes to whoever waits.")
        return done(request, sentence, "meetings.meeting_show", edition=held.slug, code=code)
    context = _meeting(request, held, queries.shown_meeting(meeting), form)
    return desk(request, "meetings/meeting_show", held, context, status=422)
