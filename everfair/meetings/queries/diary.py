"""A person's diary: sessions, meetings, duties at the booth and free time in one order; days with meetings on anybody's clock; whose calendar a secret opens."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from everfair.base.languages import Words
from everfair.fair.models import Edition
from everfair.meetings.models import (
    Booking,
    BoothDuty,
    DiaryKey,
    Meeting,
    MeetingPerson,
    Participant,
    PlaceKind,
    Resource,
    Slot,
)
from everfair.meetings.queries.duties import duties_of
from everfair.programme.models import Speaker
from everfair.programme.queries.board import Board, SessionLine
from everfair.programme.queries.own import OwnSession, own_programme

State = Meeting.State
SHOWN = (State.SCHEDULED, State.HELD, State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """A day with meetings on somebody's clock: its slots as (from, until) in order."""

    day: date
    slots: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a meeting is: a table of a hall, a place at a firm's stand, a line, or a room. `number` 0: not settled yet."""

    place: str  # PlaceKind
    number: int = 0
    area: Words = field(default_factory=dict)
    stand: str = ""  # of the firm: "S1-0112"
    url: str = ""  # on line
    name: Words = field(default_factory=dict)  # of a room


@dataclass(frozen=True, slots=True)
class OtherPerson:
    """Somebody of a meeting beside the diary's owner."""

    name: str
    organisation: str
    is_own_side: bool


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting as the diary of one of its people needs it. `firm` is the exhibitor met, {} where that is one's own."""

    pk: int
    code: str
    state: str
    starts_at: datetime
    ends_at: datetime
    where: Where
    others: tuple[OtherPerson, ...]
    firm: Words
    firm_address: str  # of the booth's page
    language: str
    is_confirmed: bool
    version: int
    changed_at: datetime
    interpreter: Words
    reason: str
    is_suggested: bool = False  # by the fair: neither side had asked
    because: tuple[
        tuple[str, dict[str, Any]], ...
    ] = ()  # why, as told to the reader's side: sentence's code, facts

    @property
    def met(self) -> tuple[OtherPerson, ...]:
        """The other side's people."""
        return tuple(one for one in self.others if not one.is_own_side)

    @property
    def along(self) -> tuple[OtherPerson, ...]:
        """Who comes along on one's own side."""
        return tuple(one for one in self.others if one.is_own_side)

    def standing(self, now: datetime) -> Literal["ahead", "now", "ended", "cancelled"]:
        """By its state first, else by the clock."""
        if self.state == State.CANCELLED:
            return "cancelled"
        if self.state != State.SCHEDULED or self.ends_at <= now:
            return "ended"
        return "now" if self.starts_at <= now else "ahead"


@dataclass(slots=True)
class DiaryEntry:
    """One thing in a diary: a session, a meeting, a duty at the booth, or free time with how many slots fit in.

    `clashes` are others at its time.
    """

    kind: Literal["session", "meeting", "duty", "free"]
    starts_at: datetime
    ends_at: datetime
    session: OwnSession | None = None
    is_speaking: bool = False
    meeting: MeetingLine | None = None
    duty: BoothDuty | None = None
    slots: int = 0
    clashes: list["DiaryEntry"] = field(default_factory=list)

    @property
    def more_clashes(self) -> int:
        """Clashes beyond the two that a page names."""
        return max(0, len(self.clashes) - 2)

    def standing(self, now: datetime) -> str:
        """ "ahead", "now", "ended" or "cancelled"."""
        if self.session is not None:
            return self.session.line.standing(now)
        if self.meeting is not None:
            return self.meeting.standing(now)
        if self.ends_at <= now:
            return "ended"
        return "now" if self.duty is not None and self.starts_at <= now else "ahead"


@dataclass(frozen=True)
class Diary:
    """Everything of one person in one edition, in order of time; sessions without a time stand apart."""

    zone: ZoneInfo
    entries: tuple[DiaryEntry, ...]
    untimed: tuple[OwnSession, ...]

    def by_day(self) -> dict[date, list[DiaryEntry]]:
        """Entries by the day they begin on the diary's clock."""
        found: dict[date, list[DiaryEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.starts_at.astimezone(self.zone).date(), []).append(entry)
        return found

    def next(self, now: datetime) -> DiaryEntry | None:
        """What comes next or is on: a session, a meeting or a duty."""
        return next(
            (one for one in self.entries if one.kind != "free" and one.standing(now) in ("now", "ahead")),
            None,
        )


def diary_of(
    participant: Participant,
    board: Board,
    *,
    zone: ZoneInfo,
    user: Any = None,
    free: Sequence[Slot] = (),
) -> Diary:
    """The diary on the clock of `zone`. `user` is whose kept sessions count; `free` the slots still open to others."""
    sessions = _sessions_of(participant, board, user)
    entries = [
        DiaryEntry("session", own.line.starts_at, own.line.ends_at, session=own, is_speaking=speaking)
        for own, speaking in sessions
        if own.line.starts_at and own.line.ends_at
    ]
    entries += [
        DiaryEntry("meeting", line.starts_at, line.ends_at, meeting=line) for line in meetings_of(participant)
    ]
    if participant.exhibitor_id is not None:
        entries += [
            DiaryEntry("duty", duty.starts_at, duty.ends_at, duty=duty) for duty in duties_of(participant)
        ]
    find_clashes(entries)
    entries += [DiaryEntry("free", start, end, slots=count) for start, end, count in spans(free, zone)]
    entries.sort(key=lambda one: (one.starts_at, one.kind == "free", one.ends_at))
    untimed = tuple(own for own, _speaking in sessions if not (own.line.starts_at and own.line.ends_at))
    return Diary(zone, tuple(entries), untimed)


def _sessions_of(participant: Participant, board: Board, user: Any) -> list[tuple[OwnSession, bool]]:
    """Sessions kept, with a seat, or that the person speaks in (True)."""
    if user is None:
        return []
    mine = own_programme(board, participant.edition, user)
    speaks = set(
        Speaker.objects.filter(edition_id=participant.edition_id, user=user).values_list("pk", flat=True)
    )

    def is_speaking(line: SessionLine) -> bool:
        return bool(speaks) and any(speaker.pk in speaks for speaker, _role in line.speakers)

    kept = {own.line.pk: own for own in mine}
    found = []
    for line in board.sessions:
        if line.pk in kept:
            found.append((kept[line.pk], is_speaking(line)))
        elif is_speaking(line):
            found.append((OwnSession(line), True))
    return found


def find_clashes(entries: list[DiaryEntry]) -> None:
    """Name in each session and meeting the others at its time; what is cancelled disturbs nobody."""
    timed = sorted(
        (one for one in entries if one.kind != "free" and not _is_off(one)), key=lambda one: one.starts_at
    )
    for number, one in enumerate(timed):
        for other in timed[number + 1 :]:
            if other.starts_at >= one.ends_at:
                break
            if _go_together(one, other) or _go_together(other, one):
                continue
            one.clashes.append(other)
            other.clashes.append(one)


def _go_together(one: DiaryEntry, other: DiaryEntry) -> bool:
    """A meeting at the own stand while on duty there, where the roster says that one may."""
    if one.duty is None or other.meeting is None:
        return False
    return one.duty.may_meet and other.meeting.where.place == PlaceKind.STAND and not other.meeting.firm


def _is_off(entry: DiaryEntry) -> bool:
    return entry.session is not None and entry.session.line.state == "cancelled"


def spans(slots: Iterable[Slot], zone: ZoneInfo) -> list[tuple[datetime, datetime, int]]:
    """Neighbouring slots as one stretch (from, until, how many); a pause of half an hour or midnight parts them."""
    found: list[tuple[datetime, datetime, int]] = []
    for slot in sorted(slots, key=lambda one: one.starts_at):
        if found:
            start, end, count = found[-1]
            same_day = start.astimezone(zone).date() == slot.starts_at.astimezone(zone).date()
            if same_day and slot.starts_at - end < timedelta(minutes=30):
                found[-1] = (start, slot.ends_at, count + 1)
                continue
        found.append((slot.starts_at, slot.ends_at, 1))
    return found


def meetings_of(participant: Participant, states: Iterable[str] = SHOWN) -> list[MeetingLine]:
    """The person's meetings in these states, in order of time. Four queries, however many."""
    rows = (
        Meeting.objects.filter(people__participant=participant, state__in=tuple(states))
        .select_related("slot", "exhibitor__organisation", "exhibitor__place", "exhibitor__edition")
        .prefetch_related(*_prefetches())
        .order_by("slot__starts_at", "id")
    )
    return [line_of(row, participant) for row in rows]


def meeting_line(meeting: Meeting, participant: Participant) -> MeetingLine:
    """One meeting as one of its people sees it."""
    row = (
        Meeting.objects.select_related(
            "slot", "exhibitor__organisation", "exhibitor__place", "exhibitor__edition"
        )
        .prefetch_related(*_prefetches())
        .get(pk=meeting.pk)
    )
    return line_of(row, participant)


def _prefetches() -> tuple[Any, Any]:
    people: QuerySet[MeetingPerson] = MeetingPerson.objects.select_related("participant").order_by("id")
    held: QuerySet[Booking] = Booking.objects.select_related("resource__area")
    return Prefetch("people", people), Prefetch("bookings", held)


def line_of(row: Meeting, participant: Participant) -> MeetingLine:
    """From rows with people and bookings at hand."""
    people = list(row.people.all())
    own = next((one for one in people if one.participant_id == participant.pk), None)
    held = [booking.resource for booking in row.bookings.all()]
    interpreter = next((one for one in held if one.kind == Resource.Kind.INTERPRETER), None)
    is_theirs = row.exhibitor is not None and row.exhibitor_id != participant.exhibitor_id
    return MeetingLine(
        pk=row.pk,
        code=row.code,
        state=row.state,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        where=where_of(row, held),
        others=tuple(
            OtherPerson(
                one.participant.name,
                one.participant.organisation_name,
                own is not None and one.side == own.side,
            )
            for one in people
            if one is not own
        ),
        firm=row.exhibitor.organisation.name if is_theirs and row.exhibitor else {},
        firm_address=row.exhibitor.address if is_theirs and row.exhibitor and row.exhibitor.is_public else "",
        language=row.language,
        is_confirmed=own is not None and own.confirmed_at is not None,
        version=row.version,
        changed_at=row.made_at,
        interpreter=(interpreter.name or {}) if interpreter is not None else {},
        reason=row.reason,
        is_suggested=row.suggested is not None,
        because=tuple(
            (code, facts) for code, facts in (row.suggested or {}).get(own.side if own else "", ())
        ),
    )


def where_of(row: Meeting, held: Iterable[Resource]) -> Where:
    """The place among what a meeting holds."""
    kinds = {
        PlaceKind.TABLE.value: (Resource.Kind.TABLE,),
        PlaceKind.ROOM.value: (Resource.Kind.ROOM,),
        PlaceKind.STAND.value: (Resource.Kind.STAND,),
        PlaceKind.ONLINE.value: (Resource.Kind.LINE,),
    }[row.place]
    found = next((one for one in held if one.kind in kinds), None)
    stand = (
        row.exhibitor.place.number if row.exhibitor is not None and row.exhibitor.place is not None else ""
    )
    area = found.area.name if found is not None and found.area is not None else {}
    name = found.name if found is not None and found.kind == Resource.Kind.ROOM else {}
    return Where(row.place, found.number if found is not None else 0, area, stand, row.online_url, name or {})


def meetings_outside(participant: Participant, now: datetime) -> list[Meeting]:
    """Meetings ahead that lie outside what the person says is free. None where nothing was said."""
    if participant.said_when_free is None:
        return []
    free = list(participant.free_times.all())
    rows = Meeting.objects.filter(
        people__participant=participant, state=State.SCHEDULED, slot__starts_at__gt=now
    ).select_related("slot")
    return [row for row in rows if not _covers(free, row.slot)]


def _covers(free: Sequence[Any], slot: Slot) -> bool:
    """Whether the slot lies within stretches that follow on each other."""
    at = slot.starts_at
    for one in free:
        if one.starts_at <= at < one.ends_at:
            at = one.ends_at
        if at >= slot.ends_at:
            return True
    return False


def meeting_days(edition: Edition, zone: ZoneInfo) -> list[MeetingDay]:
    """Days with slots on the clock of `zone`, in order. A slot over midnight counts on the day it begins."""
    days: dict[date, list[tuple[datetime, datetime]]] = {}
    rows = Slot.objects.filter(edition=edition).order_by("starts_at").values_list("starts_at", "ends_at")
    for starts_at, ends_at in rows:
        days.setdefault(starts_at.astimezone(zone).date(), []).append((starts_at, ends_at))
    return [MeetingDay(day, tuple(slots)) for day, slots in days.items()]


def zone_of(participant: Participant, user: Any = None) -> ZoneInfo:
    """The clock somebody lives by: said with their free time, else in their profile, else the fair's."""
    own = getattr(user, "time_zone", "") or ""
    name = participant.time_zone or (own if own != "UTC" else "") or participant.edition.time_zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(participant.edition.time_zone)


def digest_of(secret: str) -> str:
    """What is kept of a calendar's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def has_diary_key(participant: Participant) -> bool:
    """Whether the person has a calendar address."""
    return DiaryKey.objects.filter(participant=participant).exists()


def diary_by_secret(secret: str) -> Participant | None:
    """Whose diary this secret opens; None for any other text and for accounts that are closed."""
    keys = DiaryKey.objects.select_related(
        "participant__edition__fair", "participant__user", "participant__registration__user"
    )
    key = keys.filter(digest=digest_of(secret[:200])).first()
    if key is None:
        return None
    person = account_of(key.participant)
    return None if person is None or not person.is_active else key.participant


def account_of(participant: Participant) -> Any:
    """The account behind a row, by itself or by its registration; None where there is none."""
    if participant.user is not None:
        return participant.user
    return participant.registration.user if participant.registration is not None else None
