"""schedule.json (version 1) that its published JSON Schema accepts. What the format cannot carry is left out."""

import json
from datetime import timedelta, tzinfo
from typing import Any

from .layout import laid_out
from .names import guid_for, is_guid, is_whole, json_acronym, json_slug
from .times import length_text, moment_text, parse_length
from .types import Conference, Event, Link, Person, Room, Schedule

_LINK_TYPES = frozenset({"slides", "paper", "web", "blog", "article", "media", "related", "activitypub"})
_ROOM_TYPES = frozenset(
    {"lecturehall", "stage", "workshop", "outside", "online", "project", "bbb", "hangar", "other"}
)
_RECORDING = frozenset(
    {
        "record_by_default", "not_recorded_by_default", "recording_forbidden", "recording_not_possible",
        "unknown",
    }
)  # fmt: skip
_MINUTE = timedelta(minutes=1)


def write_json(schedule: Schedule, zone: tzinfo, *, generator: str = "", system: str = "") -> bytes:
    """The file. `zone` makes days of events outside of the given days; `system` is the address of this server."""
    name, _space, version = generator.partition(" ")
    made_by = {key: value for key, value in (("name", name), ("version", version), ("url", system)) if value}
    days = [
        {
            "index": day.index,
            "date": day.date,
            "day_start": moment_text(day.starts_at),
            "day_end": moment_text(day.ends_at),
            "rooms": {room: [_event(event) for event in events] for room, events in day.rooms},
        }
        for day in laid_out(schedule, zone)
    ]
    said: dict[str, Any] = {"version": schedule.version}
    if schedule.conference.base_url:
        said["base_url"] = schedule.conference.base_url
    said["conference"] = _conference(schedule.conference, schedule.rooms, days)
    document: dict[str, Any] = {"$schema": "https://c3voc.de/schedule/schema.json"}
    if made_by:
        document["generator"] = made_by
    document["schedule"] = said
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _conference(
    conference: Conference, rooms: tuple[Room, ...], days: list[dict[str, Any]]
) -> dict[str, Any]:
    slot = parse_length(conference.timeslot_duration) or timedelta(minutes=5)
    said: dict[str, Any] = {
        "acronym": json_acronym(conference.acronym),
        "title": conference.title,
        "start": conference.start or (days[0]["date"] if days else ""),
        "end": conference.end or (days[-1]["date"] if days else ""),
        "daysCount": len(days),
        "timeslot_duration": length_text(abs(slot)),
    }
    for key in ("description", "logo", "url"):
        if value := getattr(conference, key):
            said[key] = value
    if _zone_fits(conference.time_zone_name):
        said["time_zone_name"] = conference.time_zone_name
    if conference.color:
        said["colors"] = dict(conference.color)
    if conference.keywords:
        said["keywords"] = list(conference.keywords)
    if conference.meta:
        said["meta"] = dict(conference.meta)
    if conference.tracks:
        said["tracks"] = [
            {"name": track.name}
            | ({"slug": slug} if (slug := json_slug(track.slug)) else {})
            | ({"color": track.color} if track.color else {})
            for track in conference.tracks
        ]
    if rooms:
        said["rooms"] = [_room(room) for room in rooms]
    said["days"] = days
    return said


def _zone_fits(name: str) -> bool:
    """The schema knows Continent/City, and UTC."""
    continent, _slash, city = name.partition("/")
    words = (continent, city)
    return name.endswith("UTC") or all(
        word[:1].isupper() and word[1:2].islower() and word.isascii() for word in words
    )


def _room(room: Room) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": room.name,
        "guid": room.guid if is_guid(room.guid) else guid_for(f"room:{room.name}"),
    }
    if slug := json_slug(room.slug):
        said["slug"] = slug
    if room.type in _ROOM_TYPES:
        said["type"] = room.type
    for key in ("description", "capacity", "url", "stream_id"):
        value = getattr(room, key)
        if value not in ("", None):
            said[key] = value
    if room.features and room.features.get("recording", "unknown") in _RECORDING:
        said["features"] = dict(room.features)
    if all(isinstance(room.assembly.get(key), str) for key in ("name", "guid", "slug")):
        said["assembly"] = dict(room.assembly)
    return said


def _event(event: Event) -> dict[str, Any]:
    said: dict[str, Any] = {
        "guid": event.guid,
        "id": int(event.id),
        "date": moment_text(event.starts_at),
        "start": f"{event.starts_at:%H:%M}",
        "duration": length_text(event.duration),
        "room": event.room,
        "slug": json_slug(event.slug) or f"session-{event.id}",
        "url": event.url,
        "title": event.title,
        "subtitle": event.subtitle,
        "track": event.track,
        "type": event.type,
        "language": event.language,
        "abstract": event.abstract,
        "description": event.description,
        "logo": event.logo,
        "persons": [_person(person) for person in event.persons if person.name],
        "links": [_link(link) for link in event.links if link.url],
        "attachments": [_link(link) for link in event.attachments if link.url],
    }
    if event.duration % _MINUTE:
        said["end"] = moment_text(event.ends_at)
    if event.code and event.code.isascii() and event.code.isalnum() and event.code == event.code.upper():
        said["code"] = event.code
    for key in ("feedback_url", "origin_url"):
        if value := getattr(event, key):
            said[key] = value
    if event.recording.license:
        said["recording_license"] = event.recording.license
    if event.recording.optout is not None:
        said["do_not_record"] = event.recording.optout
    if event.do_not_stream:
        said["do_not_stream"] = {"true": True, "false": False}.get(event.do_not_stream, event.do_not_stream)
    return said


def _person(person: Person) -> dict[str, Any]:
    """Either id and public_name, or name: the schema wants exactly one of the two."""
    said: dict[str, Any]
    if is_whole(person.id.removeprefix("-")) or person.id == "0":
        said = {"id": int(person.id), "public_name": person.name}
        fits = True
    else:
        said = {"name": person.name}
        fits = person.code.isascii() and person.code.isalnum() and person.code == person.code.upper()
    if is_guid(person.guid):
        said["guid"] = person.guid
    if person.code and fits:
        said["code"] = person.code
    for key in ("url", "avatar", "biography"):
        if value := getattr(person, key):
            said[key] = value
    if person.links:
        said["links"] = [_link(link) for link in person.links if link.url]
    return said


def _link(link: Link) -> dict[str, str]:
    said = {"url": link.url}
    if link.title:
        said["title"] = link.title
    if link.type in _LINK_TYPES:
        said["type"] = link.type
    return said
