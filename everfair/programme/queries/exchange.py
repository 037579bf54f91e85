"""An edition's programme as the values a schedule file is written from. Reads only."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch

from everfair import __version__
from everfair.base.languages import Words, pick
from everfair.fair.models import Edition
from everfair.gateways.markup import to_text
from everfair.gateways.schedules import (
    Conference,
    Day,
    Event,
    Link,
    Person,
    Recording,
    Room,
    Schedule,
    Track,
    event_from_json,
    write_json,
    write_xml,
)
from everfair.gateways.schedules.names import guid_for, is_guid
from everfair.people.notices import address
from everfair.programme.models import Material, ScheduleRun, Session, SessionSpeaker, Stage
from everfair.programme.queries.exchange_values import (
    is_storable,
    line,
    person_key,
    spoken_in,
    subtitle_of,
    title_of,
    track_of,
)

EXPORTED_STATES = ("published", "live", "ended")
MOST_EMPTY_DAYS = 31


@dataclass(frozen=True)
class Exported:
    """What is written, on which clock, and how many sessions have no time yet and were left out."""

    schedule: Schedule
    zone: tzinfo
    left_out: int = 0


class HeldLink(NamedTuple):
    """A material of a session that is a link."""

    pk: int
    url: str
    title: str


@dataclass(frozen=True)
class Parts:
    """What belongs to sessions, by session: speakers in their order, addresses of links."""

    speakers: Mapping[int, list[SessionSpeaker]]
    links: Mapping[int, list[HeldLink]]


@dataclass(frozen=True)
class _Frame:
    """What all events of one export share."""

    zone: tzinfo
    language: str
    stages: Mapping[int, str]
    kinds: Mapping[int, str]
    kind_codes: Mapping[int, str]
    edition: Edition

    @cached_property
    def pages(self) -> tuple[str, str]:
        """What stands before and after a session's own part in the address of its page; asked only where it is needed."""
        return _page_pattern(self.edition, self.language)


def schedule_of(edition: Edition, *, language: str = "", with_drafts: bool = False) -> Exported:
    """The whole programme: eight queries. `language` chooses among translations; without it, as it came in, else English.

    Sessions that came in give back what the file said of them beyond our tables, except where they were changed here.
    """
    rows = list(_exported_rows(edition, with_drafts))
    parts = parts_of(rows)
    runs = _applied_runs(edition)
    whole = _came_whole_from(rows, runs)
    conference = _carried_conference(whole) if whole else Conference()
    zone = ZoneInfo(conference.time_zone_name or edition.time_zone or "UTC")
    stages = list(Stage.objects.filter(edition=edition))
    names = _stage_names(stages, language)
    frame = frame_of(edition, names, zone, language)
    timed = [row for row in rows if row.starts_at and row.ends_at]
    events = tuple(event_of(row, parts, frame) for row in timed)
    conference = _whole_conference(conference, edition, language, events, runs)
    days = _carried_days(whole) if whole else _fair_days(edition)
    schedule = Schedule(
        conference,
        events,
        days,
        tuple(_room(stage, names[stage.pk], runs) for stage in stages),
        version=_version(whole, rows, edition),
        url=str(whole.carried.get("url", "")) if whole else "",
    )
    return Exported(schedule, zone, len(rows) - len(timed))


def _exported_rows(edition: Edition, with_drafts: bool) -> QuerySet[Session]:
    states = (*EXPORTED_STATES, "draft", "confirmed") if with_drafts else EXPORTED_STATES
    found = Session.objects.filter(edition=edition, state__in=states)
    return found.defer("reason", "interpretation", "host_name").order_by("starts_at", "id")


def parts_of(rows: Iterable[Session]) -> Parts:
    """Speakers and links of the sessions: two queries."""
    keys = [row.pk for row in rows]
    speakers: dict[int, list[SessionSpeaker]] = defaultdict(list)
    links: dict[int, list[HeldLink]] = defaultdict(list)
    for at in range(0, len(keys), 5000):
        some = keys[at : at + 5000]
        for part in SessionSpeaker.objects.filter(session__in=some).select_related("speaker"):
            speakers[part.session_id].append(part)
        held = Material.objects.filter(session__in=some).exclude(url="").order_by("position", "id")
        for session, pk, url, title in held.values_list("session_id", "pk", "url", "title"):
            links[session].append(HeldLink(pk, url, title))
    return Parts(speakers, links)


def frame_of(edition: Edition, stages: Mapping[int, str], zone: tzinfo, language: str = "") -> _Frame:
    """What `event_of` needs besides the session: one query."""
    kinds = list(edition.activity_kinds.all())
    return _Frame(
        zone,
        language,
        stages,
        {kind.pk: pick(kind.name, language or "en") for kind in kinds},
        {kind.pk: kind.code for kind in kinds},
        edition,
    )


def event_of(row: Session, parts: Parts, frame: _Frame) -> Event:
    """The session as a file tells it. What was not changed here since it came in stays letter for letter."""
    carried = row.carried.get("event")
    base = event_from_json(carried) if carried else Event("", datetime.min, timedelta(0))
    language = frame.language or row.carried.get("lang", "") or "en"
    abstract, description = _texts(row, base, language)
    if row.starts_at is None or row.ends_at is None:
        raise ValueError("a session without a time is no event of a schedule")
    return replace(
        base,
        title=_as_it_came(base.title, title_of(base), pick(row.title, language)),
        subtitle=_as_it_came(base.subtitle, subtitle_of(base), pick(row.subtitle, language)),
        starts_at=base.starts_at if base.starts_at == row.starts_at else row.starts_at.astimezone(frame.zone),
        duration=row.ends_at - row.starts_at,
        room=frame.stages.get(row.stage_id or 0, ""),
        id=base.id or str(1_000_000 + row.pk),
        guid=base.guid if is_guid(base.guid) else session_guid(row),
        slug=base.slug if carried else f"session-{row.code}",
        url=base.url or row.address.join(frame.pages),
        track=_as_it_came(base.track, track_of(base), row.track),
        type=_type(row, base, frame),
        language=_as_it_came(base.language, spoken_in(base), row.language),
        abstract=abstract,
        description=description,
        recording=_recording(row, base),
        persons=tuple(_persons(parts.speakers.get(row.pk, []), base, language)),
        links=tuple(_kept(base.links, parts.links.get(row.pk, []))),
        attachments=tuple(_attachments(base, parts.links.get(row.pk, []))),
    )


def session_guid(row: Session) -> str:
    """The guid of a session that came from no file, for ever the same."""
    return guid_for(f"session:{row.code}")


def speaker_guid(code: str) -> str:
    """The guid of a speaker who came from no file."""
    return guid_for(f"speaker:{code}")


def _as_it_came(raw: str, as_kept: str, now: str) -> str:
    """The file's own words as long as nobody changed ours."""
    return raw if now == as_kept else now


def _texts(row: Session, base: Event, language: str) -> tuple[str, str]:
    """Abstract and description as they came; once changed here, ours as the abstract."""
    now = pick(row.abstract, language)
    if row.carried.get("text", "") == text_mark(now):
        return base.abstract, base.description
    return now, ""


def text_mark(text: str) -> str:
    """A short sign of a text, by which a later change is noticed."""
    return f"{zlib.crc32(text.encode()):08x}{len(text)}" if text else ""


def _type(row: Session, base: Event, frame: _Frame) -> str:
    code = frame.kind_codes.get(row.kind_id or 0, "")
    if base.type and code == row.carried.get("kind", ""):
        return base.type
    return frame.kinds.get(row.kind_id or 0, "") or base.type


def _recording(row: Session, base: Event) -> Recording:
    came = base.recording.url or base.video_download_url
    if row.replay_url and row.replay_url != came:
        return replace(base.recording, url=row.replay_url)
    return base.recording


def _persons(parts: Iterable[SessionSpeaker], base: Event, language: str) -> Iterable[Person]:
    said = {person_key(one): one for one in reversed(base.persons)}
    for part in sorted(parts, key=lambda part: (part.position, part.pk)):
        speaker = part.speaker
        name = pick(speaker.name, language)
        came = said.get(speaker.external_id) if speaker.external_id else None
        if came is not None:
            yield replace(came, name=_as_it_came(came.name, line(came.name, 120), name))
        else:
            about = pick(speaker.about, language)
            yield Person(name, guid=speaker_guid(speaker.code), biography=about)


def _kept(links: Iterable[Link], held: Iterable[HeldLink]) -> Iterable[Link]:
    """Links that came in and were not taken off the session."""
    there = {material.url for material in held}
    return (link for link in links if not is_storable(link) or link.url in there)


def _attachments(base: Event, held: list[HeldLink]) -> Iterable[Link]:
    """Those that came in and are still there, then what was added here."""
    yield from _kept(base.attachments, held)
    came = {link.url for link in (*base.links, *base.attachments)}
    for material in held:
        if material.url not in came:
            yield Link(material.title, material.url)


def _page_pattern(edition: Edition, language: str) -> tuple[str, str]:
    """What stands before and after a session's own part in the address of its page."""
    try:
        page = address("public:programme.session", language or "en", edition=edition.slug, address="SESSION")
    except NoReverseMatch:  # the public pages are not installed
        return f"{settings.BASE_URL}/en/{edition.slug}/programme/", "/"
    before, _word, after = page.partition("SESSION")
    return before, after


def _stage_names(stages: Iterable[Stage], language: str) -> dict[int, str]:
    """Stage → its name, told apart by the code where two are called the same."""
    named: dict[int, str] = {}
    taken: set[str] = set()
    for stage in stages:
        name = pick(stage.name, language or "en") or stage.code
        named[stage.pk] = name if name not in taken else f"{name} ({stage.code})"
        taken.add(named[stage.pk])
    return named


def stage_names(edition: Edition, language: str = "") -> dict[int, str]:
    """Stage → the name a file gives it. One query."""
    return _stage_names(Stage.objects.filter(edition=edition), language)


# What a file says beyond its events ------------------------------------------------------------------------------


def _applied_runs(edition: Edition) -> list[ScheduleRun]:
    """The last applied run of each source, newest first."""
    found: dict[str, ScheduleRun] = {}
    rows = ScheduleRun.objects.filter(edition=edition, state=ScheduleRun.State.DONE)
    for run in rows.defer("differences", "problems").order_by("-finished_at", "-id")[:50]:
        found.setdefault(run.source, run)
    return list(found.values())


def _came_whole_from(rows: list[Session], runs: list[ScheduleRun]) -> ScheduleRun | None:
    """The run from whose schedule the whole programme came, if it is so."""
    sources = {row.source if row.external_id else "" for row in rows}
    return next((run for run in runs if sources == {run.source}), None)


def _carried_conference(run: ScheduleRun) -> Conference:
    values = dict(run.carried.get("conference", {}))
    values["tracks"] = tuple(Track(**one) for one in values.get("tracks", ()))
    values["keywords"] = tuple(values.get("keywords", ()))
    return Conference(**values)


def _carried_days(run: ScheduleRun) -> tuple[Day, ...]:
    return tuple(
        Day(
            one.get("index", 0),
            one.get("date", ""),
            datetime.fromisoformat(one["starts_at"]) if one.get("starts_at") else None,
            datetime.fromisoformat(one["ends_at"]) if one.get("ends_at") else None,
        )
        for one in run.carried.get("days", ())
    )


def _fair_days(edition: Edition) -> tuple[Day, ...]:
    count = (edition.ends_on - edition.starts_on).days + 1
    first: date = edition.starts_on
    return tuple(
        Day(number + 1, (first + timedelta(days=number)).isoformat())
        for number in range(min(count, MOST_EMPTY_DAYS))
    )


def _whole_conference(
    came: Conference, edition: Edition, language: str, events: tuple[Event, ...], runs: list[ScheduleRun]
) -> Conference:
    """What came in, the rest from the edition; every track that a session has."""
    tracks = {track.name: track for run in reversed(runs) for track in _carried_conference(run).tracks}
    for event in events:
        if event.track and not came.title:  # our own sessions are among them
            tracks.setdefault(event.track, Track(event.track))
    page = settings.BASE_URL + f"/en/{edition.slug}/"
    return replace(
        came,
        title=came.title or pick(edition.name, language or "en"),
        acronym=came.acronym or edition.slug,
        venue=came.venue or pick(edition.venue, language or "en"),
        start=came.start or edition.starts_on.isoformat(),
        end=came.end or edition.ends_on.isoformat(),
        timeslot_duration=came.timeslot_duration or "00:05",
        time_zone_name=came.time_zone_name or edition.time_zone,
        base_url=came.base_url or page,
        url=came.url or page,
        tracks=tuple(tracks.values()),
    )


def _room(stage: Stage, name: str, runs: list[ScheduleRun]) -> Room:
    said = next((found for run in runs if (found := run.carried.get("rooms", {}).get(stage.code))), None)
    if said is None:
        is_online = stage.kind == Stage.Kind.ONLINE
        guid = guid_for(f"stage:{stage.edition_id}:{stage.code}")
        return Room(name, guid, stage.code, "online" if is_online else "", capacity=stage.seats)
    room = Room(**{**said, "name": name})
    return (
        room if is_guid(room.guid) else replace(room, guid=guid_for(f"stage:{stage.edition_id}:{stage.code}"))
    )


def _version(whole: ScheduleRun | None, rows: list[Session], edition: Edition) -> str:
    """The file's own version while nothing was changed since; else the time of the last change."""
    changed = max((row.changed_at for row in rows), default=None)
    if (
        whole
        and whole.carried.get("version")
        and whole.finished_at
        and (not changed or changed <= whole.finished_at)
    ):
        return str(whole.carried["version"])
    return f"{changed.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if changed else f"{edition.version}"


def schedule_file(exported: Exported, form: str) -> bytes:
    """The bytes of a schedule.xml or schedule.json."""
    write = write_json if form == "schedule.json" else write_xml
    made_by = f"everfair {__version__}"
    return write(exported.schedule, exported.zone, generator=made_by, system=settings.BASE_URL)


def table_rows(exported: Exported) -> Iterable[dict[str, object]]:
    """One row for each session, for a spreadsheet. See COLUMNS."""
    for event in sorted(exported.schedule.events, key=lambda event: (event.starts_at, event.room)):
        starts_at = event.starts_at.astimezone(exported.zone)
        yield {
            "date": starts_at.date(),
            "start": f"{starts_at:%H:%M}",
            "end": f"{event.ends_at.astimezone(exported.zone):%H:%M}",
            "room": event.room,
            "title": event.title,
            "subtitle": event.subtitle,
            "track": event.track,
            "type": event.type,
            "language": event.language,
            "speakers": ", ".join(person.name for person in event.persons),
            "abstract": to_text(event.abstract)[:2000],
            "url": event.url,
            "guid": event.guid,
        }


COLUMNS: Words = {
    key: key
    for key in (
        "date", "start", "end", "room", "title", "subtitle", "track", "type", "language", "speakers", "abstract",
        "url", "guid",
    )
}  # fmt: skip
