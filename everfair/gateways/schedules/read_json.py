"""schedule.json of the c3voc family, both versions: days with rooms with events, or one list of events."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from .check import MOST_EVENTS
from .findings import Findings, needs_text, shown
from .names import clean_text
from .times import parse_day, parse_length, parse_moment, zone_of
from .types import Conference, Day, Event, Link, Person, Recording, Room, Schedule, ScheduleError, Track

_CONFERENCE_TEXTS = (
    "title", "acronym", "description", "start", "end", "timeslot_duration", "time_zone_name", "logo", "url",
)  # fmt: skip
_EVENT_TEXTS = (
    "title", "subtitle", "type", "language", "slug", "code", "url", "feedback_url", "origin_url",
)  # fmt: skip
_LANGUAGES = ("en", "de")


def read_json(data: bytes, zone: tzinfo, findings: Findings) -> Schedule:
    """The schedule. ScheduleError where it is not JSON or no schedule; single faults go to `findings`."""
    return _Reader(_schedule_in(data), zone, findings).schedule()


def _schedule_in(data: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise ScheduleError(
            _("The file is written in a character set that cannot be read. Save it as UTF-8.")
        ) from error
    except json.JSONDecodeError as error:
        raise ScheduleError(
            _(
                "The file is not whole JSON: it breaks off or is damaged at line %(line)d, column %(column)d. Export it again."
            )
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except (RecursionError, ValueError) as error:
        raise ScheduleError(_("The file is not the JSON of a schedule. Export it again.")) from error
    schedule = document.get("schedule") if isinstance(document, dict) else None
    if not isinstance(schedule, dict) or not isinstance(schedule.get("conference"), dict):
        raise ScheduleError(
            _(
                "The file is JSON but no schedule: it must hold “schedule”, and in it “conference” with its days."
            )
        )
    return schedule


def _no_number(word: str) -> Any:
    raise ValueError(word)


class _Reader:
    """Walks through the file; every value is looked at before it is trusted."""

    def __init__(self, said: Mapping[str, Any], zone: tzinfo, findings: Findings) -> None:
        self.said, self.findings = said, findings
        self.conference = said["conference"]
        name = self.conference.get("time_zone_name")
        self.zone = (zone_of(name) if isinstance(name, str) else None) or zone
        self.track_names: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self.events: list[Event] = []
        self.seen = 0

    def schedule(self) -> Schedule:
        """All of it."""
        self._refuse_misplaced_rooms()
        conference = self._conference()
        rooms = tuple(self._room(one) for one in self._list(self.conference, "rooms", _("the conference")))
        days = tuple(self._day(place, one) for place, one in enumerate(self._day_list(), start=1))
        self._read_days()
        for one in self._list(self.said, "events", _("the schedule")):
            self._take(one, "")
        rooms += self._unlisted(rooms)
        return Schedule(
            conference, tuple(self.events), days, rooms, version=self._text(self.said, "version", "")
        )

    def _unlisted(self, listed: tuple[Room, ...]) -> tuple[Room, ...]:
        """Rooms that only events name: all of them where the file has no list, else told, for one may be misspelt."""
        known = {room.name for room in listed}
        first: dict[str, Event] = {}
        for event in self.events:
            if event.room and event.room not in known:
                first.setdefault(event.room, event)
        for room, event in first.items() if listed else ():
            self.findings.warn(
                event.name,
                _("The room “%(room)s” is not in the file's list of rooms. Check its spelling.")
                % {"room": shown(room)},
            )
        return tuple(Room(room) for room in first)

    def _refuse_misplaced_rooms(self) -> None:
        if "rooms" in self.said:
            self.findings.error(
                "",
                _(
                    "“rooms” stands beside the conference; the format wants it inside “conference”. Move it there."
                ),
            )

    def _day_list(self) -> list[Mapping[str, Any]]:
        return self._list(self.conference, "days", _("the conference"))

    def _read_days(self) -> None:
        for place, day in enumerate(self._day_list(), start=1):
            rooms = day.get("rooms", {})
            if not isinstance(rooms, dict):
                self.findings.error(
                    "", _("“rooms” of day %(day)d must name each room with its events.") % {"day": place}
                )
                continue
            for room, events in rooms.items():
                if not isinstance(events, list):
                    self.findings.error(
                        "",
                        _("The room “%(room)s” of day %(day)d must hold a list of events.")
                        % {"room": shown(room), "day": place},
                    )
                    continue
                for event in events:
                    self._take(event, clean_text(room).strip())

    def _take(self, said: Any, room: str) -> None:
        self.seen += 1
        if self.seen > MOST_EVENTS:
            raise ScheduleError(
                _("The file holds more than %(most)d events. Split it by days.") % {"most": MOST_EVENTS}
            )
        if not isinstance(said, dict):
            self.findings.error(
                "", _("An event of the file is “%(value)s” and no event.") % {"value": shown(said)}
            )
            return
        event = self._event(said, room)
        if event is not None:
            self.events.append(event)

    def _event(self, said: Mapping[str, Any], room: str) -> Event | None:
        name = shown(said.get("title") or said.get("id") or said.get("guid") or "", 120)
        texts = {key: self._text(said, key, name) for key in _EVENT_TEXTS}
        starts_at = self._start(said, name)
        duration = self._duration(said, name, starts_at)
        if starts_at is None or duration is None:
            return None
        title = texts.pop("title")
        optout = said.get("do_not_record")
        stream = said.get("do_not_stream")
        links = self._links(said, "links", name)
        return Event(
            title, starts_at, duration, self._room_of(said, room, name), **texts,
            id=self._whole(said, "id", name), guid=self._text(said, "guid", name).strip().lower(),
            track=self._track_of(said, name), logo=self._logo(said, name),
            abstract=self._words(said, "abstract", name), description=self._words(said, "description", name),
            recording=Recording(self._text(said, "recording_license", name), optout if isinstance(optout, bool) else None),
            do_not_stream=str(stream).lower() if isinstance(stream, bool) else clean_text(str(stream or "")),
            persons=self._persons(said, name), links=links,
            attachments=self._links(said, "attachments", name),
        )  # fmt: skip

    def _start(self, said: Mapping[str, Any], name: str) -> datetime | None:
        written = self._text(said, "date" if "date" in said else "start", name)
        moment = parse_moment(written, self.zone)
        if moment is None:
            self.findings.error(
                name,
                _("“%(time)s” is no time. Write the date as 2026-09-10T09:30:00+08:00.")
                % {"time": shown(written)},
            )
        return moment

    def _duration(self, said: Mapping[str, Any], name: str, starts_at: datetime | None) -> timedelta | None:
        written, end = self._text(said, "duration", name), self._text(said, "end", name)
        length = parse_length(written) if written else None
        ends_at = parse_moment(end, self.zone) if end else None
        if ends_at is not None and starts_at is not None:
            by_end = ends_at - starts_at
            if (
                length is not None
                and timedelta(0) < abs(by_end - length)
                and by_end > timedelta(0)
                and abs(by_end - length) >= timedelta(minutes=1)
            ):
                self.findings.warn(name, _("The length and the end do not agree; the end is taken."))
            return by_end
        if length is None:
            self.findings.error(
                name, _("“%(length)s” is no length. Write it as 00:45.") % {"length": shown(written or end)}
            )
        return length

    def _room_of(self, said: Mapping[str, Any], around: str, name: str) -> str:
        told = said.get("room")
        if isinstance(told, dict):
            guid = told.get("guid")
            known = self.room_names.get(guid, "") if isinstance(guid, str) else ""
            return known or self._text(told, "name", name).strip()
        own = self._text(said, "room", name).strip()
        if around and own and own != around:
            self.findings.warn(
                name,
                _("The event names the room “%(said)s” but stands in “%(room)s”, which is taken.")
                % {"said": shown(own), "room": shown(around)},
            )
        return around or own

    def _track_of(self, said: Mapping[str, Any], name: str) -> str:
        told = said.get("track")
        if isinstance(told, dict):
            slug = self._text(told, "slug", name)
            return self.track_names.get(slug, slug)
        return self._text(said, "track", name)

    def _logo(self, said: Mapping[str, Any], name: str) -> str:
        told = said.get("logo")
        return self._text(told, "url", name) if isinstance(told, dict) else self._text(said, "logo", name)

    def _persons(self, said: Mapping[str, Any], name: str) -> tuple[Person, ...]:
        key = "persons" if "persons" in said else "participants"
        return tuple(self._person(one, name) for one in self._list(said, key, name))

    def _person(self, said: Mapping[str, Any], event: str) -> Person:
        shown_name = self._text(said, "public_name", event) or self._text(said, "name", event)
        return Person(
            shown_name.strip(),
            self._whole(said, "id", event, _("A speaker's id")),
            self._text(said, "guid", event).strip().lower(),
            self._text(said, "code", event),
            self._text(said, "url", event),
            self._text(said, "avatar", event),
            self._words(said, "biography", event),
            self._links(said, "links", event),
        )

    def _links(self, said: Mapping[str, Any], key: str, event: str) -> tuple[Link, ...]:
        found = (
            Link(
                self._text(one, "title", event), self._text(one, "url", event).strip(),
                self._text(one, "type", event).lower(), self._text(one, "service", event),
            )
            for one in self._list(said, key, event)
        )  # fmt: skip
        return tuple(link for link in found if link.url)

    def _conference(self) -> Conference:
        said, where = self.conference, ""
        texts = {key: self._text(said, key, where) for key in _CONFERENCE_TEXTS}
        tracks = [
            Track(
                self._text(one, "name", where),
                self._text(one, "slug", where),
                self._text(one, "color", where),
            )
            for one in self._list(said, "tracks", _("the conference"))
        ]
        self.track_names = {track.slug: track.name for track in tracks if track.slug and track.name}
        colors, keywords, meta = said.get("colors"), said.get("keywords"), said.get("meta")
        return Conference(
            **texts,
            base_url=self._text(self.said, "base_url", where),
            color=_plain(colors) if isinstance(colors, dict) else {},
            keywords=tuple(clean_text(str(word)) for word in keywords) if isinstance(keywords, list) else (),
            meta=_plain(meta) if isinstance(meta, dict) else {},
            tracks=tuple(track for track in tracks if track.name),
        )

    def _room(self, said: Mapping[str, Any]) -> Room:
        where = _("a room")
        name = self._text(said, "name", where).strip()
        guid, features, assembly = said.get("guid"), said.get("features"), said.get("assembly")
        if isinstance(guid, str) and name:
            self.room_names[guid] = name
        capacity, told = said.get("capacity"), said.get("description")
        return Room(
            name, self._text(said, "guid", where), self._text(said, "slug", where),
            self._text(said, "type", where).lower(),
            {str(key): clean_text(str(text)) for key, text in told.items()} if isinstance(told, dict) else self._text(said, "description", where),
            int(capacity) if isinstance(capacity, (int, float)) and 0 <= capacity < 10**7 else None,
            self._text(said, "url", where), self._text(said, "stream_id", where),
            _plain(features) if isinstance(features, dict) else {},
            _plain(assembly) if isinstance(assembly, dict) else {},
        )  # fmt: skip

    def _day(self, place: int, said: Mapping[str, Any]) -> Day:
        index = said.get("index")
        date = parse_day(self._text(said, "date", ""))
        if date is None:
            self.findings.error("", _("Day %(day)d has no date. Write it as 2026-09-10.") % {"day": place})
        return Day(
            index if isinstance(index, int) else place,
            date.isoformat() if date else "",
            parse_moment(self._text(said, "day_start", "") or self._text(said, "start", ""), self.zone),
            parse_moment(self._text(said, "day_end", "") or self._text(said, "end", ""), self.zone),
        )

    def _text(self, said: Mapping[str, Any], key: str, event: str) -> str:
        value = said.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return clean_text(value)
        self.findings.error(event, needs_text(key))
        return ""

    def _words(self, said: Mapping[str, Any], key: str, event: str) -> str:
        """A text; of one in several languages the first of those we know best."""
        value = said.get(key)
        if not isinstance(value, dict):
            return self._text(said, key, event)
        texts = {
            str(code): clean_text(text) for code, text in value.items() if isinstance(text, str) and text
        }
        return next((texts[code] for code in _LANGUAGES if code in texts), next(iter(texts.values()), ""))

    def _whole(self, said: Mapping[str, Any], key: str, event: str, what: str = "") -> str:
        value = said.get(key)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            return str(value)
        self.findings.error(
            event,
            _("%(what)s must be a whole number, not “%(value)s”. Correct it and export again.")
            % {"what": what or _("The event's id"), "value": shown(value)},
        )
        return ""

    def _list(self, said: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
        value = said.get(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return value
        self.findings.error(where, _("“%(name)s” must be a list.") % {"name": key})
        return []


def _plain(value: Any, depth: int = 0) -> Any:
    """Foreign JSON that is only carried: bounded in depth, without characters no database holds."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return (
            {clean_text(str(key)): _plain(one, depth + 1) for key, one in value.items()} if depth < 5 else {}
        )
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value] if depth < 5 else []
    return value
