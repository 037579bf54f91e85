"""What a schedule file says, as frozen values, and the one error. No file format here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from everfair.base.refusals import Refused


class ScheduleError(Refused):
    """The file is no schedule that can be read. `problems` holds every reason found, the message the first."""

    def __init__(self, message: str, problems: "tuple[Problem, ...]" = ()) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and what to do about it. `event` names the event, "" for the file as a whole."""

    event: str
    message: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an attachment."""

    title: str
    url: str
    type: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on stage. `id` is a whole number written as text."""

    name: str
    id: str = ""
    guid: str = ""
    code: str = ""
    url: str = ""
    avatar: str = ""
    biography: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """What may be recorded and where the recording is."""

    license: str = ""
    optout: bool | None = None
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One session. Times are aware; `room` is the room's name, "" where it has none."""

    title: str
    starts_at: datetime
    duration: timedelta
    room: str = ""
    id: str = ""
    guid: str = ""
    code: str = ""
    slug: str = ""
    subtitle: str = ""
    track: str = ""
    type: str = ""
    language: str = ""
    abstract: str = ""
    description: str = ""
    url: str = ""
    feedback_url: str = ""
    origin_url: str = ""
    video_download_url: str = ""
    logo: str = ""
    recording: Recording = Recording()
    do_not_stream: str = ""  # "true", "false" or a word
    persons: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Link, ...] = ()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.duration

    @property
    def key(self) -> str:
        """What makes the event the same one in the next file: its guid, else its id."""
        return self.guid.lower() or self.id

    @property
    def name(self) -> str:
        """For sentences: the title, else the id."""
        return " ".join(self.title.split())[:120] or self.id or self.guid


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the file describes it."""

    name: str
    guid: str = ""
    slug: str = ""
    type: str = ""
    description: str | dict[str, str] = ""
    capacity: int | None = None
    url: str = ""
    stream_id: str = ""
    features: Mapping[str, Any] = field(default_factory=dict)
    assembly: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """A track with its colour."""

    name: str
    slug: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the schedule; `date` is "2025-02-01", the bounds are aware times or None."""

    index: int
    date: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conference:
    """The event as a whole. `start` and `end` as written: a day or a time."""

    title: str = ""
    acronym: str = ""
    subtitle: str = ""
    description: str = ""
    venue: str = ""
    city: str = ""
    start: str = ""
    end: str = ""
    day_change: str = ""
    timeslot_duration: str = ""
    time_zone_name: str = ""
    base_url: str = ""
    url: str = ""
    logo: str = ""
    color: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    tracks: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole file."""

    conference: Conference
    events: tuple[Event, ...]
    days: tuple[Day, ...] = ()
    rooms: tuple[Room, ...] = ()
    version: str = ""
    url: str = ""
    generator: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A schedule with what a reader should know about it; `format` is schedule.xml or schedule.json."""

    schedule: Schedule
    format: str
    warnings: tuple[Problem, ...] = ()


def to_json(value: Any) -> Any:
    """A value of this file as plain JSON; what is empty is left out. Times as ISO 8601, lengths in seconds."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((part.name, to_json(getattr(value, part.name))) for part in fields(value))
        return {name: said for name, said in pairs if said not in ("", None, [], {})}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value


def event_from_json(said: Mapping[str, Any]) -> Event:
    """The event that `to_json` wrote."""
    values = dict(said)
    values["title"] = values.get("title", "")
    values["starts_at"] = datetime.fromisoformat(values["starts_at"])
    values["duration"] = timedelta(seconds=values["duration"])
    if "recording" in values:
        values["recording"] = Recording(**values["recording"])
    for name in ("links", "attachments"):
        if name in values:
            values[name] = _links(values[name])
    if "persons" in values:
        values["persons"] = tuple(_person(one) for one in values["persons"])
    return Event(**values)


def _links(said: list[Mapping[str, str]]) -> tuple[Link, ...]:
    return tuple(Link(**{"title": "", "url": "", **one}) for one in said)


def _person(said: Mapping[str, Any]) -> Person:
    values = {"name": "", **said}
    if "links" in values:
        values["links"] = _links(values["links"])
    return Person(**values)
