"""Puts events into days and rooms as both formats want them, each with a guid and a number of its own."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from .names import guid_for, is_guid, is_whole
from .times import parse_clock, parse_day
from .types import Day, Event, Schedule

RoomEvents = list[tuple[str, list[Event]]]


@dataclass(frozen=True)
class LaidOutDay:
    """A day with whole bounds, and in it the rooms in the order of the schedule."""

    index: int
    date: str
    starts_at: datetime
    ends_at: datetime
    rooms: RoomEvents


def laid_out(schedule: Schedule, zone: tzinfo) -> list[LaidOutDay]:
    """The days in order. Events keep their own offsets; an event outside of every day gets a day of its own."""
    days = _whole_days(schedule, zone)
    of_day: dict[str, list[Event]] = {day.date: [] for day in days}
    for event in _with_own_numbers(schedule.events):
        date = _date_of(event, days, zone)
        of_day.setdefault(date, []).append(event)
    for date in sorted(set(of_day) - {day.date for day in days}):
        days.append(_whole(Day(0, date), schedule.conference.day_change, zone))
    days.sort(key=lambda day: day.date)
    indexes = _indexes(days)
    order = {room.name: place for place, room in enumerate(schedule.rooms)}
    return [
        LaidOutDay(index, day.date, day.starts_at, day.ends_at, _in_rooms(of_day[day.date], order))
        for index, day in zip(indexes, days, strict=True)
        if day.starts_at and day.ends_at
    ]


def _whole_days(schedule: Schedule, zone: tzinfo) -> list[Day]:
    found: dict[str, Day] = {}
    for day in schedule.days:
        if parse_day(day.date) and day.date not in found:
            found[day.date] = _whole(day, schedule.conference.day_change, zone)
    return list(found.values())


def _whole(day: Day, day_change: str, zone: tzinfo) -> Day:
    opening = datetime.combine(
        parse_day(day.date) or datetime.min, parse_clock(day_change) or time(0), tzinfo=zone
    )
    starts_at = day.starts_at or opening
    ends_at = day.ends_at or datetime.combine(opening.date() + timedelta(days=1), opening.time(), tzinfo=zone)
    return replace(day, starts_at=starts_at, ends_at=ends_at)


def _date_of(event: Event, days: list[Day], zone: tzinfo) -> str:
    for day in days:
        if day.starts_at and day.ends_at and day.starts_at <= event.starts_at < day.ends_at:
            return day.date
    return event.starts_at.astimezone(zone).date().isoformat()


def _indexes(days: list[Day]) -> list[int]:
    """Their own numbers where they rise from 1 on, else 1, 2, 3 …"""
    own = [day.index for day in days]
    rises = all(number > 0 for number in own) and own == sorted(set(own))
    return own if rises else list(range(1, len(days) + 1))


def _in_rooms(events: Iterable[Event], order: dict[str, int]) -> RoomEvents:
    rooms: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        rooms[event.room].append(event)
    for held in rooms.values():
        held.sort(key=lambda event: (event.starts_at, int(event.id)))
    return sorted(rooms.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))


def _with_own_numbers(events: Iterable[Event]) -> list[Event]:
    """Each with a guid and a whole number that no other has; those that fit stay as they are."""
    given = list(events)
    taken = {event.id for event in given if is_whole(event.id)}
    seen_ids: set[str] = set()
    seen_guids: set[str] = set()
    numbered = []
    for event in given:
        guid = event.guid.lower() if is_guid(event.guid) else guid_for(f"event:{event.guid}:{event.id}")
        while guid in seen_guids:
            guid = guid_for(guid)
        seen_guids.add(guid)
        number = event.id
        if not is_whole(number) or number in seen_ids:
            number = _number_for(guid, taken)
            taken.add(number)
        seen_ids.add(number)
        numbered.append(
            event if (guid, number) == (event.guid, event.id) else replace(event, guid=guid, id=number)
        )
    return numbered


def _number_for(guid: str, taken: set[str]) -> str:
    number = uuid.UUID(guid).int % 900_000_000 + 100_000_000
    while str(number) in taken:
        number += 1
    return str(number)
