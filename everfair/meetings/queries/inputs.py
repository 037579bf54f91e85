"""Everything a run of the generator is made from, read in bulk: a few queries, whatever the size of the fair. Nothing is decided here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from everfair.fair.models import Edition
from everfair.gate.queries.areas import AreaDoors, doors_of_areas
from everfair.meetings.models import (
    BlockedPair,
    BoothDuty,
    FreeTime,
    Meeting,
    MeetingPerson,
    MeetingRules,
    Participant,
    PlaceKind,
    Request,
    Resource,
    Run,
    Slot,
    Wish,
)
from everfair.meetings.queries.free import badge_kind_of
from everfair.meetings.queries.places import area_of, is_lost_in
from everfair.meetings.queries.suggested import Suggested, suggested_meetings
from everfair.programme.models import Bookmark, Seat, Session, SessionSpeaker

Span = tuple[datetime, datetime]
Side = tuple[str, int]  # ("x", exhibitor), ("o", organisation of visitors) or ("p", participant)
Levels = dict[tuple[int, Side], str]
A_BATCH = 500  # ids in one query: SQLite takes no more than some thousands


@dataclass(frozen=True)
class Person:
    """A participant as the generator needs them. `firm` is whom they stand for, `lasting` who that is in every edition."""

    pk: int
    user: int | None
    exhibitor: int | None
    firm: Side
    lasting: tuple[str, int]
    is_on_site: bool
    languages: tuple[str, ...]
    least: int
    most: int | None
    most_a_day: int | None
    longest_run: int | None
    keeps_lunch: bool
    says_when_free: bool
    badge: int | None = (
        None  # the kind by which the gate lets them in; None: a firm's people, whom none binds
    )


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting there is. `askers` and `asked` are participants, the one it was made for first."""

    pk: int
    slot: int
    place: str
    resource: int | None  # table, stand place, line or room
    exhibitor: int | None
    askers: tuple[int, ...]
    asked: tuple[int, ...]
    is_confirmed: bool
    is_made_by_run: bool
    is_over: bool
    is_suggested: bool = False  # neither side had asked for it


@dataclass(frozen=True)
class Inputs:
    """The rows, as plain values."""

    zone: str
    rules: MeetingRules
    slots: list[Slot]
    people: dict[int, Person]
    resources: list[Resource]
    free: dict[int, list[tuple[datetime, datetime, str]]]
    busy: dict[int, list[Span]]
    meetings: list[HeldMeeting]
    wishes: list[Wish]
    requests: list[Request]
    apart: set[frozenset[Side]]  # blocked, declined, or cancelled by one of the two: not brought together
    met: set[frozenset[tuple[str, int]]]  # pairs of `lasting` that met in an earlier edition
    areas: dict[int, str] = field(default_factory=dict)  # id → code, of areas with tables or stands
    stands_in: dict[int, int] = field(default_factory=dict)  # exhibitor → area
    at_stand: dict[int, list[Span]] = field(
        default_factory=dict
    )  # duties in which one is met at the own stand only; other duties are in `busy`
    doors: AreaDoors = field(default_factory=AreaDoors)
    suggested: list[Suggested] = field(default_factory=list)  # what the fair would add, the best first


def read_inputs(edition: Edition, *, suggest: int = 0) -> Inputs:
    """All of it as it is now, with up to `suggest` suggestions for each person. Raises MeetingRules.DoesNotExist where there are no rules."""
    people = {person.pk: person for person in _people(edition)}
    resources = list(Resource.objects.filter(edition=edition).select_related("area", "exhibitor__area"))
    areas = {row.area.pk: row.area.code for row in resources if row.area}
    busy, at_stand = _busy(edition, people.values()), _duties(edition)
    for who, spans in at_stand[False].items():
        busy[who] += spans
    stands_in: dict[int, int] = {}
    for row in resources:
        where = row.area or (row.exhibitor.area if row.exhibitor else None)
        if row.kind == Resource.Kind.STAND and row.exhibitor_id and where is not None:
            stands_in[row.exhibitor_id] = where.pk
            areas[where.pk] = where.code
    wishes = list(Wish.objects.filter(edition=edition).order_by("pk"))
    requests = list(Request.objects.filter(edition=edition, state__in=Request.OPEN).order_by("pk"))
    return Inputs(
        zone=edition.time_zone,
        rules=MeetingRules.objects.get(edition=edition),
        slots=list(Slot.objects.filter(edition=edition).order_by("starts_at")),
        people=people,
        resources=resources,
        free=_free(edition),
        busy=busy,
        meetings=list(meetings_of(edition)),
        wishes=wishes,
        requests=requests,
        apart=_apart(edition, people),
        met=_met(edition),
        areas=areas,
        stands_in=stands_in,
        at_stand=at_stand[True],
        doors=doors_of_areas(edition),
        suggested=_suggested(edition, people, wishes, requests, suggest) if suggest else [],
    )


def _suggested(
    edition: Edition, people: dict[int, Person], wishes: list[Wish], requests: list[Request], most: int
) -> list[Suggested]:
    """Of visitors with an account and firms somebody of which takes part."""
    users = {one.user: one.pk for one in people.values() if one.user and one.exhibitor is None}
    staff = Counter(one.exhibitor for one in people.values() if one.exhibitor)
    taken: set[tuple[int, int]] = set()
    for wish in wishes:
        if wish.level == Wish.Level.NEVER:
            continue
        if firm := wish.exhibitor_id or wish.by_exhibitor_id:
            taken.add((wish.participant_id or wish.other_id or 0, firm))
    for request in requests:
        asker = people.get(request.asker_id)
        if request.exhibitor_id:
            taken.add((request.asker_id, request.exhibitor_id))
        elif asker is not None and asker.exhibitor and request.asked_id:
            taken.add((request.asked_id, asker.exhibitor))
    return suggested_meetings(edition, users, {firm: n for firm, n in staff.items() if firm}, taken, most)


def _people(edition: Edition) -> Iterator[Person]:
    rows = Participant.objects.filter(edition=edition, is_out=False).select_related(
        "registration__kind__meeting_rule", "exhibitor"
    )
    for row in rows.order_by("pk"):
        holder = row.registration
        if holder is not None and not holder.is_expected:
            continue  # whoever may not come meets nobody
        rule = getattr(holder.kind, "meeting_rule", None) if holder else None
        yield Person(
            pk=row.pk,
            user=row.user_id or (holder.user_id if holder else None),
            exhibitor=row.exhibitor_id,
            firm=_firm(row),
            lasting=_lasting(row),
            is_on_site=row.is_on_site,
            languages=tuple(row.languages),
            least=row.least,
            most=row.most,
            most_a_day=rule.most_a_day if rule else None,
            longest_run=row.longest_run,
            keeps_lunch=row.keeps_lunch,
            says_when_free=row.said_when_free is not None,
            badge=badge_kind_of(row),
        )


def _firm(row: Participant) -> Side:
    """Whom a person stands for: two of one firm meet another firm once."""
    if row.exhibitor_id:
        return ("x", row.exhibitor_id)
    if row.registration is not None and row.registration.organisation_id:
        return ("o", row.registration.organisation_id)
    return ("p", row.pk)


def _lasting(row: Participant) -> tuple[str, int]:
    """Who that is in every edition: the organisation, the account, or nobody beyond this one."""
    if row.exhibitor is not None:
        return ("o", row.exhibitor.organisation_id)
    if row.registration is not None and row.registration.organisation_id:
        return ("o", row.registration.organisation_id)
    user = row.user_id or (row.registration.user_id if row.registration else None)
    return ("u", user) if user else ("p", row.pk)


def _free(edition: Edition) -> dict[int, list[tuple[datetime, datetime, str]]]:
    found: dict[int, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    rows = FreeTime.objects.filter(participant__edition=edition)
    for who, begin, end, place in rows.values_list("participant_id", "starts_at", "ends_at", "place"):
        found[who].append((begin, end, place))
    return found


def _busy(edition: Edition, people: Iterable[Person]) -> dict[int, list[Span]]:
    """Participant → when a session has them: as a speaker, with a seat, or with a bookmark."""
    by_user: dict[int, list[int]] = defaultdict(list)
    for person in people:
        if person.user:
            by_user[person.user].append(person.pk)
    timed = Q(
        session__edition=edition, session__starts_at__isnull=False, session__ends_at__isnull=False
    ) & ~Q(session__state=Session.State.CANCELLED)
    when = ("session__starts_at", "session__ends_at")
    found: dict[int, list[Span]] = defaultdict(list)
    told: list[tuple[int | None, datetime, datetime]] = [
        *SessionSpeaker.objects.filter(timed).values_list("speaker__user_id", *when),
        *Seat.objects.filter(timed, state=Seat.State.HELD).values_list("user_id", *when),
        *Bookmark.objects.filter(timed).values_list("user_id", *when),
    ]
    for user, begin, end in told:
        for who in by_user.get(user or 0, ()):
            found[who].append((begin, end))
    return found


def _duties(edition: Edition) -> dict[bool, dict[int, list[Span]]]:
    """Whether one may meet at the own stand meanwhile → participant → when they are at the booth."""
    found: dict[bool, dict[int, list[Span]]] = {True: defaultdict(list), False: defaultdict(list)}
    rows = BoothDuty.objects.filter(participant__edition=edition)
    for who, begin, end, may_meet in rows.values_list("participant_id", "starts_at", "ends_at", "may_meet"):
        found[may_meet][who].append((begin, end))
    return found


def meetings_of(edition: Edition) -> Iterator[HeldMeeting]:
    """Every meeting that is not cancelled, with its sides and its place. Three queries."""
    rows = Meeting.objects.filter(edition=edition).exclude(state=Meeting.State.CANCELLED)
    sides: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    confirmed: set[int] = set()
    parts = MeetingPerson.objects.filter(meeting__in=rows).order_by("pk")
    for part in parts:
        sides[part.meeting_id][part.side].append(part.participant_id)
        if part.confirmed_at:
            confirmed.add(part.meeting_id)
    places = (Resource.Kind.TABLE, Resource.Kind.STAND, Resource.Kind.LINE, Resource.Kind.ROOM)
    taken = Resource.objects.filter(kind__in=places, bookings__meeting__in=rows)
    where = dict(taken.values_list("bookings__meeting_id", "pk"))
    for row in rows.order_by("pk"):
        side = sides[row.pk]
        yield HeldMeeting(
            pk=row.pk,
            slot=row.slot_id,
            place=row.place,
            resource=where.get(row.pk),
            exhibitor=row.exhibitor_id,
            askers=tuple(side[MeetingPerson.Side.ASKER]),
            asked=tuple(side[MeetingPerson.Side.ASKED]),
            is_confirmed=row.pk in confirmed,
            is_made_by_run=row.run_id is not None,
            is_over=row.state != Meeting.State.SCHEDULED,
            is_suggested=row.suggested is not None,
        )


def is_gone(place: Resource, slot: Slot) -> bool:
    """Whether a place or an interpreter is not to be had in a slot."""
    return place.is_out or is_lost_in(slot, place)


def is_shut(place: Resource, slot: Slot, inputs: Inputs) -> bool:
    """Whether the doors of its hall are closed for some of the slot."""
    return not inputs.doors.is_open(area_of(place), slot.starts_at, slot.ends_at)


def may_sit(who: int, place: Resource, slot: Slot, inputs: Inputs) -> bool:
    """Whether somebody can be at a place in a slot: the gate lets them in, and who is at the booth stays at the stand."""
    person = inputs.people[who]
    if not inputs.doors.let_in(area_of(place), person.badge, slot.starts_at, slot.ends_at):
        return False
    is_on_duty = any(
        begin < slot.ends_at and end > slot.starts_at for begin, end in inputs.at_stand.get(who, ())
    )
    is_own_stand = place.kind == Resource.Kind.STAND and place.exhibitor_id == person.exhibitor
    return is_own_stand or not is_on_duty


def is_kept(meeting: HeldMeeting, kind: str) -> bool:
    """What people confirmed or agreed on themselves stays, and what the organiser put into a room.

    What fills a timetable leaves everything where it is.
    """
    if meeting.place == PlaceKind.ROOM:
        return True
    return kind == Run.Kind.FILL or meeting.is_confirmed or not meeting.is_made_by_run or meeting.is_over


def _apart(edition: Edition, people: dict[int, Person]) -> set[frozenset[Side]]:
    found: set[frozenset[Side]] = set()

    def add(a: int | None, b: int | None, exhibitor: int | None) -> None:
        first = people.get(a or 0)
        other: Side | None = ("x", exhibitor) if exhibitor else None
        if other is None and b in people:
            other = people[b].firm
        if first is not None and other is not None:
            found.add(frozenset((first.firm, other)))

    for pair in BlockedPair.objects.filter(edition=edition):
        add(pair.a_id, pair.b_id, pair.exhibitor_id)
    refused = Request.objects.filter(
        edition=edition, state__in=(Request.State.DECLINED, Request.State.CANCELLED)
    ).exclude(meetings__is_dropped=True)
    for asker, asked, exhibitor in refused.values_list("asker_id", "asked_id", "exhibitor_id"):
        add(asker, asked, exhibitor)
    given_up = Meeting.objects.filter(edition=edition, state=Meeting.State.CANCELLED, is_dropped=False)
    sides: dict[int, dict[str, int]] = defaultdict(dict)
    rows = MeetingPerson.objects.filter(meeting__in=given_up).order_by("-pk")
    for meeting, side, who in rows.values_list("meeting_id", "side", "participant_id"):
        sides[meeting][side] = who
    for side_of in sides.values():
        add(side_of.get("asker"), side_of.get("asked"), None)
    return found


def _met(edition: Edition) -> set[frozenset[tuple[str, int]]]:
    earlier = Meeting.objects.filter(
        edition__fair_id=edition.fair_id, edition__starts_on__lt=edition.starts_on, state=Meeting.State.HELD
    )
    sides: dict[int, dict[str, set[tuple[str, int]]]] = defaultdict(lambda: defaultdict(set))
    ids = list(earlier.values_list("pk", flat=True))
    for some in _batches(ids):
        rows = MeetingPerson.objects.filter(meeting_id__in=some).select_related(
            "participant__registration", "participant__exhibitor"
        )
        for row in rows:
            sides[row.meeting_id][row.side].add(_lasting(row.participant))
    return {
        frozenset((one, other))
        for side in sides.values()
        for one in side["asker"]
        for other in side["asked"]
        if "p" not in (one[0], other[0])
    }


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for begin in range(0, len(ids), A_BATCH):
        yield ids[begin : begin + A_BATCH]
