"""Holds a schedule that came in against the edition: kept, moved, retitled, changed, new, withdrawn, back. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.fair.models import ActivityKind, Edition
from everfair.gateways.schedules import Event, Problem, Read, Room, event_from_json, to_json
from everfair.gateways.schedules.names import is_guid
from everfair.programme.actions.schedule_notes import notes_on, overlap_with
from everfair.programme.actions.schedule_values import (
    EventValues,
    abstract_of,
    safe_event,
    short,
    values_of,
)
from everfair.programme.models import Session, Stage
from everfair.programme.queries.clashes import OCCUPYING
from everfair.programme.queries.exchange import (
    Parts,
    event_of,
    frame_of,
    parts_of,
    session_guid,
    stage_names,
    text_mark,
)

State = Session.State
VERDICTS = ("kept", "moved", "retitled", "changed", "new", "withdrawn", "back")
_OTHER = ("type", "links", "attachments", "recording", "logo", "do_not_stream", "url")
_WITHDRAWABLE = frozenset({State.DRAFT, State.CONFIRMED, State.PUBLISHED, State.LIVE})


@dataclass
class Match:
    """One event of the file and the session it is, if there is one; `fresh` are the columns to set."""

    event: Event
    session: Session | None
    verdict: str = "new"
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    fresh: dict[str, Any] = field(default_factory=dict)
    changes_stage: bool = True
    changes_speakers: bool = True
    base: Event | None = None

    @property
    def entry(self) -> dict[str, Any]:
        """As the run keeps and the page shows it."""
        return {
            "verdict": self.verdict,
            "external_id": self.event.key,
            "title": self.event.name,
            "before": self.before,
            "after": self.after,
        }


@dataclass
class Plan:
    """Everything that applying the file would do."""

    source: str
    matches: list[Match]
    withdrawn: list[Session]
    new_rooms: list[Room]
    problems: list[Problem]
    parts: Parts
    stages: dict[str, Stage]

    @property
    def differences(self) -> list[dict[str, Any]]:
        """All but the kept ones, in the order of VERDICTS."""
        entries = [match.entry for match in self.matches if match.verdict != "kept"]
        entries += [_withdrawn_entry(row) for row in self.withdrawn]
        return sorted(entries, key=lambda entry: VERDICTS.index(entry["verdict"]))

    @property
    def counts(self) -> dict[str, int]:
        """Verdict → how many, and what else is made."""
        found = Counter(match.verdict for match in self.matches)
        found["withdrawn"] = len(self.withdrawn)
        counts = {verdict: found[verdict] for verdict in VERDICTS}
        return {**counts, "events": len(self.matches), "new_stages": len(self.new_rooms)}


def plan_schedule(edition: Edition, read: Read, source: str, *, lock: bool = False) -> Plan:
    """What the file would do to the edition. About eight queries. With `lock` the sessions stay as they are."""
    planner = _Planner(edition, source, lock)
    problems = list(read.warnings)
    events = [safe_event(event, problems) for event in read.schedule.events]
    matches = [planner.match(event) for event in events]
    new_rooms = planner.rooms_to_make(read.schedule.rooms, matches)
    withdrawn = planner.withdrawn(problems)
    problems += notes_on(edition, events, new_rooms)
    problems += _still_cancelled(matches)
    problems += planner.overlaps(matches, withdrawn)
    return Plan(source, matches, withdrawn, new_rooms, problems, planner.parts, planner.stages)


def room_key(name: str) -> str:
    """How rooms and stages are found by name: letter case and spaces do not count."""
    return " ".join(name.split()).casefold()


class _Planner:
    """The edition's rows, found by all that may name them; each is taken by one event."""

    def __init__(self, edition: Edition, source: str, lock: bool) -> None:
        self.edition, self.source = edition, source
        rows = Session.objects.filter(edition=edition).select_related("stage").order_by("pk")
        self.rows = list(rows.select_for_update(of=("self",)) if lock else rows)
        self.parts = parts_of(self.rows)
        self.stages = _stages_by_name(Stage.objects.filter(edition=edition))
        self.kinds = _kinds_by_name(edition.activity_kinds.all())
        self.kind_codes = {kind.pk: kind.code for kind in self.kinds.values()}
        self.frame = frame_of(edition, stage_names(edition), ZoneInfo(edition.time_zone or "UTC"))
        self.frames: dict[str, Any] = {}
        self.taken: set[int] = set()
        self.by_guid: dict[str, Session] = {}
        self.by_id: dict[str, Session] = {}
        for row in self.rows:
            self._index(row)

    def _index(self, row: Session) -> None:
        said = row.carried.get("event", {})
        for guid in (said.get("guid", ""), session_guid(row), row.external_id):
            if is_guid(guid):
                self.by_guid.setdefault(guid.lower(), row)
        if row.source == self.source and row.external_id:
            for key in (row.external_id, said.get("id", "")):
                if key and not is_guid(said.get("guid", "")):
                    self.by_id.setdefault(key, row)

    def match(self, event: Event) -> Match:
        """The event with its session and what differs."""
        found = self.by_guid.get(event.guid.lower()) if event.guid else None
        found = found or self.by_id.get(event.key) or self.by_id.get(event.id)
        if found is None or found.pk in self.taken:
            return self._new(event)
        self.taken.add(found.pk)
        return self._compared(event, found)

    def _new(self, event: Event) -> Match:
        values = values_of(event)
        kind = self.kinds.get(room_key(event.type))
        text = abstract_of(event)
        match = Match(event, None)
        match.fresh = {
            "title": {values.language: values.title},
            "subtitle": {values.language: values.subtitle} if values.subtitle else {},
            "abstract": {values.language: text} if text else {},
            "track": values.track,
            "language": values.spoken,
            "starts_at": event.starts_at,
            "ends_at": event.ends_at,
            "replay_url": values.replay_url,
            "kind_id": kind.pk if kind else None,
            "carried": _carried(event, values.language, text_mark(text), kind.code if kind else ""),
        }
        match.after = {**_placed(event), "speakers": [person.name for person in event.persons]}
        return match

    def _compared(self, event: Event, row: Session) -> Match:
        said = row.carried.get("event")
        values = values_of(event)
        base = event_from_json(said) if said else self._as_event(row, values.language)
        match = Match(event, row, base=base)
        language = values.language if not base or event.title != base.title else _language_of(row, values)
        mark = self._compare_texts(match, row, values, language)
        self._compare_place(match, row)
        self._compare_speakers(match, row)
        self._compare_rest(match, row, values)
        if said or row.external_id or "other" in match.after:
            code = self.kind_codes.get(match.fresh.get("kind_id", row.kind_id) or 0, "")
            kind = row.carried.get("kind", "") if "kind_id" not in match.fresh else code
            carried = _carried(event, language, mark, kind)
            if row.state == State.CANCELLED and "withdrawn" in row.carried:
                match.verdict = "back"
            if carried != row.carried:
                match.fresh["carried"] = carried
        if match.verdict != "back":
            match.verdict = _verdict(match.after)
        return match

    def _as_event(self, row: Session, language: str) -> Event | None:
        """Our own session as our export in that language tells it; None while it has no time."""
        if not (row.starts_at and row.ends_at):
            return None
        if language not in self.frames:
            names = stage_names(self.edition, language)
            self.frames[language] = frame_of(self.edition, names, self.frame.zone, language)
        return event_of(row, self.parts, self.frames[language])

    def _compare_texts(self, match: Match, row: Session, values: EventValues, language: str) -> str:
        """Title, subtitle and abstract, each only where the file says something else than before. The text's mark."""
        event, base = match.event, match.base
        was = row.carried.get("lang", "") or language
        is_other = was != language
        for name, text in (("title", values.title), ("subtitle", values.subtitle)):
            if base and not is_other and getattr(event, name) == getattr(base, name):
                continue
            self._set_words(match, row, name, was, language, text)
        same = base and (event.abstract, event.description) == (base.abstract, base.description)
        if same and not is_other:
            return str(row.carried.get("text", ""))
        text = abstract_of(event)
        self._set_words(match, row, "abstract", was, language, text)
        return text_mark(text)

    def _set_words(self, match: Match, row: Session, name: str, was: str, language: str, text: str) -> None:
        held = getattr(row, name)
        words = {code: said for code, said in held.items() if code not in (was, language)}
        words |= {language: text} if text else {}
        if words != held:
            match.fresh[name] = words
            match.before[name], match.after[name] = short(held.get(was, "")), short(text)

    def _compare_place(self, match: Match, row: Session) -> None:
        event, base = match.event, match.base
        says_time = not base or (event.starts_at, event.duration) != (base.starts_at, base.duration)
        if says_time and (row.starts_at, row.ends_at) != (event.starts_at, event.ends_at):
            match.fresh |= {"starts_at": event.starts_at, "ends_at": event.ends_at}
            match.before |= {"starts_at": _written(row.starts_at), "ends_at": _written(row.ends_at)}
            match.after |= {"starts_at": _written(event.starts_at), "ends_at": _written(event.ends_at)}
        says_room = not base or event.room != base.room
        wanted = self.stages.get(room_key(event.room))
        is_there = wanted.pk == row.stage_id if wanted else not event.room and row.stage_id is None
        match.changes_stage = says_room and not is_there
        if match.changes_stage:
            match.before["stage"] = self.frame.stages.get(row.stage_id or 0, "")
            match.after["stage"] = event.room

    def _compare_speakers(self, match: Match, row: Session) -> None:
        event, base = match.event, match.base
        match.changes_speakers = not base or event.persons != base.persons
        if not match.changes_speakers:
            return
        before = [person.name for person in base.persons] if base else []
        after = [person.name for person in event.persons]
        if before != after:
            match.before["speakers"], match.after["speakers"] = before, after

    def _compare_rest(self, match: Match, row: Session, values: EventValues) -> None:
        event, base = match.event, match.base
        for column, part, value in (
            ("track", "track", values.track),
            ("language", "language", values.spoken),
        ):
            if base and getattr(event, part) == getattr(base, part):
                continue
            if getattr(row, column) != value:
                match.fresh[column] = value
                match.before[column], match.after[column] = getattr(row, column), value
        if not base or event.type != base.type:
            kind = self.kinds.get(room_key(event.type))
            if kind is not None and kind.pk != row.kind_id:
                match.fresh["kind_id"] = kind.pk
        was = values_of(base).replay_url if base else ""
        if values.replay_url and values.replay_url != row.replay_url and row.replay_url in ("", was):
            match.fresh["replay_url"] = values.replay_url
        other = [name for name in _OTHER if base and getattr(event, name) != getattr(base, name)]
        if other:
            match.after["other"] = other

    def rooms_to_make(self, rooms: Iterable[Room], matches: list[Match]) -> list[Room]:
        """Rooms of the file that are no stage yet, in its order; those without an event too, for nothing shall be lost."""
        found: dict[str, Room] = {}
        for room in (*rooms, *(Room(match.event.room) for match in matches)):
            key = room_key(room.name)
            if key and key not in self.stages:
                found.setdefault(key, room)
        return list(found.values())

    def withdrawn(self, problems: list[Problem]) -> list[Session]:
        """Sessions that an earlier file of this source brought and this one no longer names."""
        gone = [
            row
            for row in self.rows
            if row.source == self.source and row.external_id and row.pk not in self.taken
        ]
        for row in gone:
            if row.state == State.ENDED:
                sentence = _(
                    "The file no longer names this session, which is over; it stays in the programme."
                )
                problems.append(Problem(str(row), sentence, is_warning=True))
        return [row for row in gone if row.state in _WITHDRAWABLE]

    def overlaps(self, matches: list[Match], withdrawn: list[Session]) -> list[Problem]:
        """Sessions that stay untouched, and events of the file that want their stage at their time."""
        gone = {row.pk for row in withdrawn}
        held: dict[int, list[Session]] = defaultdict(list)
        for row in self.rows:
            is_other = row.pk not in self.taken and row.pk not in gone and row.state in OCCUPYING
            if is_other and row.stage_id and row.starts_at and row.ends_at:
                held[row.stage_id].append(row)
        found = []
        for match in matches:
            stage = self.stages.get(room_key(match.event.room))
            for row in held.get(stage.pk, []) if stage else []:
                if row.starts_at and row.ends_at and _meet(match.event, row.starts_at, row.ends_at):
                    found.append(Problem(match.event.name, overlap_with(row, stage), is_warning=True))
        return found[:200]


def _meet(event: Event, starts_at: datetime, ends_at: datetime) -> bool:
    return event.starts_at < ends_at and starts_at < event.ends_at


def _stages_by_name(stages: Iterable[Stage]) -> dict[str, Stage]:
    found: dict[str, Stage] = {}
    rows = list(stages)
    for stage in rows:
        for name in stage.name.values():
            found.setdefault(room_key(name), stage)
    for stage in rows:
        found.setdefault(room_key(stage.code), stage)
    return found


def _kinds_by_name(kinds: Iterable[ActivityKind]) -> dict[str, ActivityKind]:
    found: dict[str, ActivityKind] = {}
    for kind in kinds:
        for name in (kind.code, *kind.name.values()):
            found.setdefault(room_key(name), kind)
    return found


def _language_of(row: Session, values: EventValues) -> str:
    """The language the session's texts came in; for our own the one of the file's title."""
    return str(row.carried.get("lang", "")) or values.language


def _carried(event: Event, language: str, mark: str, kind: str) -> dict[str, Any]:
    said = {"event": to_json(event), "lang": language}
    return {**said, **({"text": mark} if mark else {}), **({"kind": kind} if kind else {})}


def _verdict(after: Mapping[str, Any]) -> str:
    if after.keys() & {"starts_at", "ends_at", "stage"}:
        return "moved"
    if "title" in after:
        return "retitled"
    return "changed" if after else "kept"


def _written(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _placed(event: Event) -> dict[str, Any]:
    return {
        "starts_at": _written(event.starts_at),
        "ends_at": _written(event.ends_at),
        "stage": event.room,
    }


def _withdrawn_entry(row: Session) -> dict[str, Any]:
    before = {
        "starts_at": _written(row.starts_at),
        "ends_at": _written(row.ends_at),
        "stage": pick(row.stage.name, "en") if row.stage else "",
    }
    title = pick(row.title, str(row.carried.get("lang", "")) or "en")
    return {
        "verdict": "withdrawn",
        "external_id": row.external_id,
        "title": title,
        "before": before,
        "after": {},
    }


def _still_cancelled(matches: list[Match]) -> list[Problem]:
    cancelled = [
        match.event.name
        for match in matches
        if match.session and match.session.state == State.CANCELLED and match.verdict != "back"
    ]
    sentence = _("The session was cancelled here and stays so, though the file still names it.")
    return [Problem(name, sentence, is_warning=True) for name in cancelled]
