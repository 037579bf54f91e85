"""What the public programme is made of, as frozen values: sessions, stages, speakers, and the board that holds them. No reading."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from everfair.base.languages import Words, pick
from everfair.engines.facets import Catalogue

Standing = Literal["ahead", "now", "ended", "cancelled"]


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage as lists need it."""

    pk: int
    code: str
    name: Words
    kind: str
    area: str
    directions: Words
    seats: int | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of activity of the edition."""

    pk: int
    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A speaker of a public session."""

    pk: int
    code: str
    address: str
    name: Words
    title: Words
    organisation: Words
    country: str
    photo: str  # digest of the small picture, "" without one


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A public session as grids and lists need it. `mark` changes whenever anything shown of it does."""

    pk: int
    code: str
    address: str
    title: Words
    subtitle: Words
    summary: Words
    track: str
    kind: KindLine | None
    stage: StageLine | None
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None  # in the fair's zone
    format: str
    language: str
    interpretation: tuple[str, ...]
    sectors: tuple[str, ...]
    motif: int
    seats: int | None
    host: Words
    host_address: str  # of the host's booth, "" where it has none
    exhibitor: int | None  # the host's id where it is one
    speakers: tuple[tuple[SpeakerLine, str], ...]
    state: str
    has_live: bool
    has_replay: bool
    version: int
    changed_at: datetime
    zone: str  # the fair's, in which times are shown
    mark: int

    def standing(self, now: datetime) -> Standing:
        """Where the session stands at a moment: its own state first, else the clock."""
        if self.state == "cancelled":
            return "cancelled"
        if self.state == "live":
            return "now"
        if self.state == "ended" or (self.ends_at is not None and self.ends_at <= now):
            return "ended"
        return "now" if self.starts_at is not None and self.starts_at <= now else "ahead"


@dataclass(frozen=True)
class Board:
    """Everything public of one edition's programme. Sessions stand in order of time, those without a time last."""

    edition_id: int
    zone: ZoneInfo
    sessions: tuple[SessionLine, ...]
    stages: tuple[StageLine, ...]
    kinds: tuple[KindLine, ...]
    catalogue: Catalogue = field(repr=False)
    number: int = field(default_factory=count().__next__)  # no two boards of a process have the same

    @cached_property
    def speakers(self) -> tuple[SpeakerLine, ...]:
        """Everybody who takes part in a session, by name."""
        found = {speaker.pk: speaker for session in self.sessions for speaker, _role in session.speakers}
        return tuple(sorted(found.values(), key=lambda one: (pick(one.name, "en").casefold(), one.pk)))

    @cached_property
    def hosts(self) -> frozenset[int]:
        """Exhibitors that host a session: their names are shown."""
        return frozenset(session.exhibitor for session in self.sessions if session.exhibitor is not None)

    @cached_property
    def by_pk(self) -> Mapping[int, SessionLine]:
        return {session.pk: session for session in self.sessions}

    @cached_property
    def by_code(self) -> Mapping[str, SessionLine]:
        return {session.code: session for session in self.sessions}

    @cached_property
    def stage_by_code(self) -> Mapping[str, StageLine]:
        return {stage.code: stage for stage in self.stages}

    @cached_property
    def speaker_by_code(self) -> Mapping[str, SpeakerLine]:
        return {speaker.code: speaker for speaker in self.speakers}

    @cached_property
    def by_day(self) -> Mapping[date, tuple[SessionLine, ...]]:
        found: dict[date, list[SessionLine]] = defaultdict(list)
        for session in self.sessions:
            if session.day is not None:
                found[session.day].append(session)
        return {day: tuple(found[day]) for day in sorted(found)}

    @cached_property
    def by_stage(self) -> Mapping[str, tuple[SessionLine, ...]]:
        found: dict[str, list[SessionLine]] = defaultdict(list)
        for session in self.sessions:
            if session.stage is not None and session.starts_at is not None:
                found[session.stage.code].append(session)
        return {code: tuple(lines) for code, lines in found.items()}

    @cached_property
    def by_speaker(self) -> Mapping[str, tuple[SessionLine, ...]]:
        found: dict[str, list[SessionLine]] = defaultdict(list)
        for session in self.sessions:
            for speaker, _role in session.speakers:
                found[speaker.code].append(session)
        return {code: tuple(lines) for code, lines in found.items()}

    @cached_property
    def _edges(self) -> tuple[datetime, ...]:
        moments = {s.starts_at for s in self.sessions} | {s.ends_at for s in self.sessions}
        return tuple(sorted(moment for moment in moments if moment is not None))

    def next_edge(self, now: datetime) -> datetime | None:
        """When the next session begins or ends: until then a page made now stays right."""
        at = self.stretch(now)
        return self._edges[at] if at < len(self._edges) else None

    def stretch(self, now: datetime) -> int:
        """Between two such numbers nothing begins or ends: what was made at one moment of a stretch holds for all of it."""
        return bisect_right(self._edges, now)

    def day_for(self, now: datetime) -> date | None:
        """The day a page without one means: today, else the next with sessions, else the first."""
        days = list(self.by_day)
        at = bisect_left(days, now.astimezone(self.zone).date())
        return days[at] if at < len(days) else (days[0] if days else None)

    def on_stage(self, code: str, now: datetime) -> tuple[list[SessionLine], list[SessionLine]]:
        """(on now, still to come) on one stage, cancelled ones left out."""
        lines = self.by_stage.get(code, ())
        on_now = [line for line in lines if line.standing(now) == "now"]
        return on_now, [line for line in lines if line.standing(now) == "ahead"]
