"""schedule.xml of the c3voc family, event by event, so that only one of them is a tree at any time."""

import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from .check import MOST_EVENTS
from .findings import Findings, shown
from .names import clean_text
from .times import parse_clock, parse_day, parse_length, parse_moment, zone_of
from .types import Conference, Day, Event, Link, Person, Recording, Room, Schedule, ScheduleError, Track

_DEEPEST = 30
_MOST_WAITING = 100_000
"""Elements outside of events, or inside one event."""
_MOST_ELEMENTS = 1_000_000
"""Elements of a whole file: a thousand sessions have twenty thousand."""

_EMPTIED = (("schedule",), ("schedule", "day"), ("schedule", "day", "room"))
"""Where an element that was read is forgotten at once."""

_CONFERENCE_TEXTS = frozenset(
    {
        "title", "acronym", "subtitle", "description", "venue", "city", "start", "end", "day_change",
        "timeslot_duration", "time_zone_name", "base_url", "url", "logo",
    }
)  # fmt: skip
_EVENT_TEXTS = (
    "slug", "subtitle", "track", "type", "language", "abstract", "description", "url", "feedback_url",
    "origin_url", "video_download_url", "logo",
)  # fmt: skip


def read_xml(data: bytes, zone: tzinfo, findings: Findings) -> Schedule:
    """The schedule. ScheduleError where it is not XML or no schedule; single faults go to `findings`."""
    reader = _Reader(zone, findings)
    try:
        for place, element in _ended(data):
            reader.take(place, element)
    except ParseError as error:
        line, column = error.position
        raise ScheduleError(
            _(
                "The file is not whole XML: it breaks off or is damaged at line %(line)d, column %(column)d. Export it again."
            )
            % {"line": line, "column": column + 1}
        ) from error
    except DefusedXmlException as error:
        raise ScheduleError(
            _(
                "The file declares a document type or entities, which no schedule needs and which can harm. Remove the declaration."
            )
        ) from error
    except (ValueError, LookupError) as error:
        raise ScheduleError(
            _("The file is written in a character set that cannot be read. Save it as UTF-8.")
        ) from error
    if not reader.is_schedule:
        raise ScheduleError(_("The file is XML but no schedule: its outermost element must be “schedule”."))
    return reader.schedule()


def _ended(data: bytes) -> Iterator[tuple[tuple[str, ...], Element]]:
    """Each element once: days and rooms when they begin, the others when they are complete; then forgotten."""
    path: list[Element] = []
    waiting = total = 0
    for kind, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        if kind == "start":
            waiting += 1
            total += 1
            if waiting > _MOST_WAITING or total > _MOST_ELEMENTS or len(path) >= _DEEPEST:
                raise ScheduleError(
                    _(
                        "The file holds more elements, or deeper ones, than any schedule. Check what was exported."
                    )
                )
            element.tag = element.tag.rpartition("}")[2]
            path.append(element)
            if element.tag in ("schedule", "day", "room") and len(path) <= 3:
                yield tuple(part.tag for part in path), element
            continue
        place = tuple(part.tag for part in path)
        path.pop()
        if place in (("schedule", "conference"), ("schedule", "day", "room", "event")) or (
            len(place) == 2 and place[1] not in ("day",)
        ):
            yield place, element
        if place[:-1] in _EMPTIED:
            path[-1].remove(element)
            waiting = 0


class _Reader:
    """What was read so far: the day and room that are open, the events."""

    def __init__(self, zone: tzinfo, findings: Findings) -> None:
        self.zone, self.findings = zone, findings
        self.is_schedule = False
        self.conference: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.generator = ""
        self.tracks: list[Track] = []
        self.days: list[Day] = []
        self.rooms: dict[str, Room] = {}
        self.room = ""
        self.events: list[Event] = []
        self.seen = 0

    def take(self, place: tuple[str, ...], element: Element) -> None:
        """One element in its place."""
        if place == ("schedule",):
            self.is_schedule = True
        elif place == ("schedule", "conference"):
            self._take_conference(element)
        elif place in (("schedule", "version"), ("schedule", "url")):
            self.texts[place[1]] = _text(element)
        elif place == ("schedule", "generator"):
            self.generator = clean_text(element.get("name", ""))
        elif place == ("schedule", "tracks"):
            self.tracks += [track for one in element.iter() if (track := _track(one))]
        elif place == ("schedule", "day"):
            self._begin_day(element)
        elif place == ("schedule", "day", "room"):
            self._begin_room(element)
        elif place == ("schedule", "day", "room", "event"):
            self.seen += 1
            if self.seen > MOST_EVENTS:
                raise ScheduleError(
                    _("The file holds more than %(most)d events. Split it by days.") % {"most": MOST_EVENTS}
                )
            event = self._event(element)
            if event is not None:
                self.events.append(event)

    def schedule(self) -> Schedule:
        """All of it."""
        conference = Conference(**self.conference, tracks=tuple(self.tracks))
        return Schedule(
            conference, tuple(self.events), tuple(self.days), tuple(self.rooms.values()), generator=self.generator,
            version=self.texts.get("version", ""), url=self.texts.get("url", ""),
        )  # fmt: skip

    def _take_conference(self, element: Element) -> None:
        for child in element:
            if child.tag in _CONFERENCE_TEXTS:
                self.conference[child.tag] = _text(child).strip()
            elif child.tag == "color":
                self.conference["color"] = {
                    clean_text(key): clean_text(value) for key, value in child.attrib.items()
                }
            elif track := _track(child):
                self.tracks.append(track)
        self.zone = zone_of(self.conference.get("time_zone_name", "")) or self.zone

    def _begin_day(self, element: Element) -> None:
        date = element.get("date", "")
        day = parse_day(date) or parse_day(element.get("start", ""))
        if day is None:
            self.findings.error(
                "",
                _("A day has no date, or “%(date)s” is none. Write it as 2026-09-10.")
                % {"date": shown(date)},
            )
        index = element.get("index", "")
        self.days.append(
            Day(
                int(index) if index.isascii() and index.isdigit() and len(index) < 6 else len(self.days) + 1,
                day.isoformat() if day else "",
                parse_moment(element.get("start", ""), self.zone),
                parse_moment(element.get("end", ""), self.zone),
            )
        )

    def _begin_room(self, element: Element) -> None:
        self.room = clean_text(element.get("name", "")).strip()
        room = Room(self.room, clean_text(element.get("guid", "")), clean_text(element.get("slug", "")))
        if self.room and self.room not in self.rooms:
            self.rooms[self.room] = room

    def _event(self, element: Element) -> Event | None:
        texts = {child.tag: child for child in element}
        title = _text(texts.get("title"))
        name = " ".join(title.split())[:120] or element.get("id", "") or element.get("guid", "")
        starts_at, duration = self._start(texts, name), self._duration(texts, name)
        if starts_at is None or duration is None:
            return None
        said = {key: _text(texts[key]) for key in _EVENT_TEXTS if key in texts}
        return Event(
            title, starts_at, duration, self._room(texts, name),
            id=clean_text(element.get("id", "")).strip(), guid=clean_text(element.get("guid", "")).strip().lower(),
            code=clean_text(element.get("code", "")), recording=_recording(texts.get("recording")),
            persons=tuple(_person(one) for one in texts.get("persons", ()) if one.tag == "person"),
            links=_links(texts.get("links"), "link"), attachments=_links(texts.get("attachments"), "attachment"),
            **said,
        )  # fmt: skip

    def _room(self, texts: dict[str, Element], name: str) -> str:
        """The room around the event; told where the event itself names another one."""
        said = _text(texts.get("room")).strip()
        if said and self.room and said != self.room:
            self.findings.warn(
                name,
                _("The event names the room “%(said)s” but stands in “%(room)s”, which is taken.")
                % {"said": shown(said), "room": shown(self.room)},
            )
        return self.room or said

    def _start(self, texts: dict[str, Element], name: str) -> datetime | None:
        written = _text(texts.get("date")).strip()
        moment = parse_moment(written, self.zone) if written else self._start_by_day(texts)
        if moment is None:
            said = written or _text(texts.get("start"))
            self.findings.error(
                name,
                _("“%(time)s” is no time. Write the date as 2026-09-10T09:30:00+08:00.")
                % {"time": shown(said)},
            )
        return moment

    def _start_by_day(self, texts: dict[str, Element]) -> datetime | None:
        """Older files tell the day around the event and the time of day; before the day's change it is the next day."""
        clock = parse_clock(_text(texts.get("start")))
        day = parse_day(self.days[-1].date) if self.days else None
        if clock is None or day is None:
            return None
        opening = self.days[-1].starts_at
        change = (
            opening.timetz().replace(tzinfo=None)
            if opening
            else parse_clock(self.conference.get("day_change", ""))
        )
        if clock < (change or time(0)):
            day += timedelta(days=1)
        return datetime.combine(day, clock, tzinfo=self.zone)

    def _duration(self, texts: dict[str, Element], name: str) -> timedelta | None:
        written = _text(texts.get("duration")).strip()
        length = parse_length(written)
        if length is None:
            self.findings.error(
                name, _("“%(length)s” is no length. Write it as 00:45.") % {"length": shown(written)}
            )
        return length


def _text(element: Element | None) -> str:
    """The words of an element, those of elements inside it too."""
    if element is None:
        return ""
    words = "".join(element.itertext()) if len(element) else element.text or ""
    return clean_text(words)


def _track(element: Element) -> Track | None:
    if element.tag != "track":
        return None
    name = clean_text(element.get("name", "") or _text(element)).strip()
    return (
        Track(name, clean_text(element.get("slug", "")), clean_text(element.get("color", "")))
        if name
        else None
    )


def _person(element: Element) -> Person:
    return Person(
        _text(element).strip(),
        clean_text(element.get("id", "")).strip(),
        clean_text(element.get("guid", "")).strip().lower(),
        clean_text(element.get("code", "")),
    )


def _links(parent: Element | None, tag: str) -> tuple[Link, ...]:
    if parent is None:
        return ()
    return tuple(
        Link(
            _text(one),
            clean_text(one.get("href", "")).strip(),
            clean_text(one.get("type", "")),
            clean_text(one.get("service", "")),
        )
        for one in parent
        if one.tag == tag
    )


def _recording(element: Element | None) -> Recording:
    if element is None:
        return Recording()
    said = {child.tag: _text(child).strip() for child in element}
    wish = said.get("optout", "").lower()
    optout = True if wish in ("true", "1") else False if wish in ("false", "0") else None
    return Recording(said.get("license", ""), optout, said.get("url", ""), said.get("link", ""))
