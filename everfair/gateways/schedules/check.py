"""Judges a schedule that was read: doubles, lengths, missing titles are errors; overlaps are warnings."""

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .findings import Findings, shown
from .names import is_whole
from .times import zone_of
from .types import Event, Schedule

MOST_EVENTS = 20_000


def judged(schedule: Schedule, findings: Findings) -> Schedule:
    """The same schedule; `findings` then holds what is wrong with it."""
    if not schedule.events:
        findings.error("", _("The file holds no event. Export the schedule again with its sessions."))
    _find_doubles(schedule.events, findings)
    for event in schedule.events:
        _check_event(event, findings)
    _find_overlaps(schedule, findings)
    return schedule


def _check_event(event: Event, findings: Findings) -> None:
    if not event.title.strip():
        findings.error(event.name, _("The event has no title. Give it one and export again."))
    if event.duration < timedelta(0):
        findings.error(event.name, _("The event ends before it begins. Correct its length and export again."))
    elif event.duration == timedelta(0):
        findings.error(event.name, _("The event has no length. Give it one and export again."))
    if event.id and not is_whole(event.id):
        findings.error(
            event.name,
            _("The id “%(id)s” is not a whole number from 1 on. Correct it and export again.")
            % {"id": event.id},
        )
    if not event.room:
        findings.warn(
            event.name, _("The event has no room; it comes in without a stage. Choose one afterwards.")
        )
    for person in event.persons:
        if not person.name.strip():
            findings.warn(event.name, _("A speaker has no name and is left out."))


def _find_doubles(events: tuple[Event, ...], findings: Findings) -> None:
    by_key: dict[str, Event] = {}
    by_id: dict[str, Event] = {}
    for event in events:
        if not event.key:
            findings.error(
                event.name, _("The event has neither a guid nor an id, so a later file could not name it.")
            )
            continue
        first = by_key.setdefault(event.key, event)
        if first is not event:
            findings.error(
                event.name,
                _(
                    "The id “%(id)s” stands at two events, here and at “%(other)s”. Give each its own and export again."
                )
                % {"id": shown(event.key), "other": first.name},
            )
        elif event.id and (other := by_id.setdefault(event.id, event)) is not event:
            findings.warn(
                event.name,
                _("The number %(id)s also stands at “%(other)s”; the two are told apart by their guid.")
                % {"id": event.id, "other": other.name},
            )


def _find_overlaps(schedule: Schedule, findings: Findings) -> None:
    zone = zone_of(schedule.conference.time_zone_name)
    in_room: dict[str, list[Event]] = defaultdict(list)
    for event in schedule.events:
        if event.room and event.duration > timedelta(0):
            in_room[event.room].append(event)
    for room, events in in_room.items():
        events.sort(key=lambda event: event.starts_at)
        latest = events[0]
        for event in events[1:]:
            if event.starts_at < latest.ends_at:
                findings.warn(event.name, _overlap(room, latest, event, zone))
            if event.ends_at > latest.ends_at:
                latest = event


def _overlap(room: str, first: Event, second: Event, zone: ZoneInfo | None) -> str:
    return _(
        "In “%(room)s”, “%(first)s” (%(first_time)s) and “%(second)s” (%(second_time)s) overlap. Both come in; "
        "give one of them another time or stage."
    ) % {
        "room": shown(room),
        "first": first.name,
        "first_time": _span(first, zone),
        "second": second.name,
        "second_time": _span(second, zone),
    }


def _span(event: Event, zone: ZoneInfo | None) -> str:
    starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if zone is None:
        starts, ends = event.starts_at, event.ends_at
    return f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"
