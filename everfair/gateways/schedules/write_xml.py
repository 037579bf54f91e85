"""schedule.xml that its published XSD accepts. What the format cannot carry is left out."""

from datetime import timedelta, tzinfo
from xml.sax.saxutils import escape, quoteattr

from .layout import RoomEvents, laid_out
from .names import (
    clean_text,
    guid_for,
    is_color,
    is_guid,
    is_web_address,
    is_whole,
    xml_acronym,
    xml_slug,
    xml_track_slug,
)
from .times import exact_length_text, moment_text, parse_length
from .types import Conference, Event, Link, Person, Room, Schedule

_CARRIAGE = {"\r": "&#13;"}
_LONGEST = timedelta(hours=99, minutes=59)


def write_xml(schedule: Schedule, zone: tzinfo, *, generator: str = "", system: str = "") -> bytes:
    """The file. `zone` makes days of events outside of the given days; `system` is the address of this server."""
    rooms = {room.name: room for room in schedule.rooms}
    seen = _Seen()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<schedule>"]
    if generator:
        name, _space, version = generator.partition(" ")
        lines.append("  " + _attributes("generator", name=name, system=system, version=version)[:-1] + "/>")
    if is_web_address(schedule.url):
        lines.append("  " + _element("url", schedule.url))
    lines.append("  " + _element("version", schedule.version))
    days = laid_out(schedule, zone)
    lines += _conference(schedule.conference, len(days))
    for place, day in enumerate(days):
        start, end = moment_text(day.starts_at), moment_text(day.ends_at)
        lines.append("  " + _attributes("day", date=day.date, start=start, end=end, index=str(day.index)))
        # the first day names every room, so that their order and those without events are not lost
        for name, events in _every_room(day.rooms, schedule.rooms) if place == 0 else day.rooms:
            lines.append("    " + _room(name, rooms.get(name)))
            for event in events:
                lines += _event(event, seen)
            lines.append("    </room>")
        lines.append("  </day>")
    lines.append("</schedule>\n")
    return "\n".join(lines).encode()


def _every_room(held: RoomEvents, rooms: tuple[Room, ...]) -> RoomEvents:
    events = dict(held)
    known = [room.name for room in rooms]
    return [(name, events.pop(name, [])) for name in dict.fromkeys(known)] + list(events.items())


class _Seen:
    """Slugs and codes written so far: each may stand once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def once(self, kind: str, value: str) -> str:
        key = f"{kind}:{value}"
        if not value or key in self._seen:
            return ""
        self._seen.add(key)
        return value


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(clean_text(text), _CARRIAGE)}</{tag}>" if text else f"<{tag}/>"


def _attributes(tag: str, **values: str) -> str:
    said = "".join(f" {name}={quoteattr(clean_text(value))}" for name, value in values.items() if value)
    return f"<{tag}{said}>"


def _conference(conference: Conference, days: int) -> list[str]:
    lines = [_element("title", conference.title), _element("acronym", xml_acronym(conference.acronym))]
    lines += [
        _element(tag, text) for tag, text in (("start", conference.start), ("end", conference.end)) if text
    ]
    lines.append(_element("days", str(days)))
    if conference.timeslot_duration and (length := parse_length(conference.timeslot_duration)) is not None:
        lines.append(_element("timeslot_duration", exact_length_text(abs(length))))
    for tag, text in (("base_url", conference.base_url), ("logo", conference.logo), ("url", conference.url)):
        if is_web_address(text):
            lines.append(_element(tag, text))
    if conference.time_zone_name:
        lines.append(_element("time_zone_name", conference.time_zone_name))
    if is_color(conference.color.get("primary", "")):
        colors = {
            key: value for key, value in conference.color.items() if is_color(value) and key.isidentifier()
        }
        lines.append(_attributes("color", **colors)[:-1] + "/>")
    for track in conference.tracks:
        color = track.color if is_color(track.color) else ""
        lines.append(
            _attributes("track", name=track.name, color=color, slug=xml_track_slug(track.slug))[:-1] + "/>"
        )
    return ["  <conference>", *("    " + line for line in lines), "  </conference>"]


def _room(name: str, room: Room | None) -> str:
    guid = room.guid if room and is_guid(room.guid) else guid_for(f"room:{name}")
    return f"<room name={quoteattr(clean_text(name))} guid={quoteattr(guid)}>"


def _event(event: Event, seen: _Seen) -> list[str]:
    code = event.code if len(event.code) == 6 and event.code.isascii() and event.code.isalnum() else ""
    code = seen.once("code", code if code == code.upper() else "")
    lines = [
        _element("room", event.room),
        _element("title", event.title),
        _element("subtitle", event.subtitle),
        _element("type", event.type),
        _element("date", moment_text(event.starts_at)),
        _element(
            "start", f"{event.starts_at:%H:%M:%S}" if event.starts_at.second else f"{event.starts_at:%H:%M}"
        ),
        _element("duration", exact_length_text(min(event.duration, _LONGEST))),
        _element("abstract", event.abstract),
    ]
    if slug := seen.once("slug", xml_slug(event.slug)):
        lines.append(_element("slug", slug))
    lines.append(_element("track", event.track))
    if is_web_address(event.logo):
        lines.append(_element("logo", event.logo))
    lines.append(_block("persons", [_person(person) for person in event.persons if person.name]))
    lines.append(_element("language", event.language))
    lines.append(_element("description", event.description))
    lines += _recording(event)
    lines.append(_block("links", [_link("link", link) for link in event.links]))
    lines.append(_block("attachments", [_link("attachment", link) for link in event.attachments]))
    for tag in ("video_download_url", "url", "feedback_url", "origin_url"):
        if is_web_address(getattr(event, tag)):
            lines.append(_element(tag, getattr(event, tag)))
    head = _attributes("event", code=code, id=event.id, guid=event.guid)
    return ["      " + head, *("        " + line for line in lines if line), "      </event>"]


def _recording(event: Event) -> list[str]:
    said = event.recording
    if not (said.license or said.optout is not None or said.url or said.link):
        return []
    inner = [_element("license", said.license)]
    inner.append(_element("optout", "" if said.optout is None else str(said.optout).lower()))
    if said.optout is None:  # the format wants an answer; silence means that recording is allowed
        inner[-1] = _element("optout", "false")
    inner += [
        _element(tag, text) for tag, text in (("url", said.url), ("link", said.link)) if is_web_address(text)
    ]
    return [_block("recording", inner)]


def _block(tag: str, inner: list[str]) -> str:
    return f"<{tag}>{''.join(inner)}</{tag}>" if inner else f"<{tag}/>"


def _person(person: Person) -> str:
    number = person.id if is_whole(person.id.removeprefix("-")) or person.id == "0" else ""
    head = _attributes("person", id=number, guid=person.guid if is_guid(person.guid) else "")
    return f"{head}{escape(clean_text(person.name), _CARRIAGE)}</person>"


def _link(tag: str, link: Link) -> str:
    service = {"service": link.service} if tag == "link" else {}
    head = _attributes(tag, href=link.url, type=link.type, **service)
    return f"{head}{escape(clean_text(link.title), _CARRIAGE)}</{tag}>"
