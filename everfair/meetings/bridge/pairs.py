"""Wishes, open requests and meetings there are → one row for each pair of firms. Plain values, no arrays.

A row knows its class from what was wished, whether or not somebody said never: what a run tells of a row is the same
with a veto as without one.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from everfair.engines.scheduling.types import Wish as Class
from everfair.meetings.models import PlaceKind, Run, Wish
from everfair.meetings.queries.inputs import HeldMeeting, Inputs, Person, Side, is_kept

Pair = frozenset[Side]


@dataclass
class Draft:
    """What two firms want of each other, while it is gathered. `a` asks: a visitor's side, where there is one."""

    a: Side
    b: Side
    by_a: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # person → levels said
    of_a: dict[int, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # person → levels others said of them
    by_b: dict[int, set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )  # only where b is no exhibitor
    place: str = ""
    needs_interpreter: bool = False
    suggested: dict[int, float] = field(default_factory=dict)  # person → score, where nobody asked

    @property
    def is_wanted(self) -> bool:
        """Whether anybody asked; answers alone are no wish."""
        return any(map(_is_wanted, (*self.by_a.values(), *self.of_a.values())))


@dataclass(frozen=True)
class Row:
    """One meeting wished for, or one there is. `a` and `b`: who may sit there; empty `a`: nobody may."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    asker: int  # for whom the row is told, whoever of the firm sits there
    exhibitor: int | None
    other: int | None
    wish: Class
    firms: tuple[Side, Side]
    place: str = ""
    needs_interpreter: bool = False
    held: HeldMeeting | None = None
    is_locked: bool = False
    met_before: bool = False  # in an earlier edition
    score: float = 0.0  # of a suggestion: how well the two suit each other, 0 … 1

    @property
    def can_be(self) -> bool:
        """Whether anybody may sit on either side."""
        return bool(self.a and self.b)


def rows_of(inputs: Inputs, kind: str, now: datetime) -> list[Row]:
    """Every row, those of meetings that stay first, then in the order of firms. A veto leaves `a` empty."""
    staff: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for person in inputs.people.values():
        if person.exhibitor:
            staff[person.exhibitor] += (person.pk,)
    drafts = _drafts(inputs)
    rows: list[Row] = []
    told: set[Pair] = set()
    for meeting in inputs.meetings:
        pair, is_locked = _pair_of(meeting, inputs.people), is_kept(meeting, kind)
        if pair is not None and (is_locked or kind == Run.Kind.REPAIR):
            rows.append(_held_row(meeting, inputs, drafts.get(pair), is_locked))
            told.add(pair)
    for pair in sorted(drafts.keys() - told, key=sorted):
        if not (drafts[pair].is_wanted or drafts[pair].suggested):
            continue
        rows.append(_wished_row(drafts[pair], staff, pair in inputs.apart, inputs))
    return rows


def _pair_of(meeting: HeldMeeting, people: dict[int, Person]) -> Pair | None:
    """The firms of a meeting whose people are all still there."""
    if not (meeting.askers and meeting.asked):
        return None
    if any(who not in people for who in (*meeting.askers, *meeting.asked)):
        return None
    return frozenset((people[meeting.askers[0]].firm, people[meeting.asked[0]].firm))


def _drafts(inputs: Inputs) -> dict[Pair, Draft]:
    drafts: dict[Pair, Draft] = {}

    def draft(a: Side, b: Side) -> Draft | None:
        if a[0] == "x" and b[0] != "x":
            a, b = b, a
        return None if a == b else drafts.setdefault(frozenset((a, b)), Draft(a, b))

    wanted = [wish for wish in inputs.wishes if wish.level != Wish.Level.NEVER]
    for wish in wanted:
        _note_wish(wish, inputs, draft)
    for request in inputs.requests:
        asker, asked = inputs.people.get(request.asker_id), inputs.people.get(request.asked_id or 0)
        target: Side | None = ("x", request.exhibitor_id) if request.exhibitor_id else None
        if target is None and asked is not None:
            target = asked.firm
        if asker is None or target is None:
            continue
        found = draft(asker.firm, target)
        if found is None:
            continue
        found.place = found.place or request.place
        found.needs_interpreter |= request.needs_interpreter
        if asker.firm == found.a:
            found.by_a[asker.pk].add(Wish.Level.WANT)
        elif asked is not None and asked.firm == found.a:
            found.of_a[asked.pk].add(Wish.Level.WANT)

    for one in inputs.suggested:
        visitor, firm = inputs.people[one.participant].firm, ("x", one.exhibitor)
        pair = frozenset((visitor, firm))
        if pair in inputs.apart or (pair in drafts and drafts[pair].is_wanted):
            continue
        if found := draft(visitor, firm):
            found.suggested[one.participant] = one.score

    def known(a: Side, b: Side) -> Draft | None:
        return drafts.get(frozenset((a, b)))

    for (
        wish
    ) in inputs.wishes:  # after all others: who asks and how much is the same with a veto as without one
        if wish.level == Wish.Level.NEVER:
            _note_wish(wish, inputs, known)
    return drafts


def _note_wish(wish: Wish, inputs: Inputs, draft: Callable[[Side, Side], Draft | None]) -> None:
    person = inputs.people.get(wish.participant_id or 0)
    other = inputs.people.get(wish.other_id or 0)
    if person is not None and wish.exhibitor_id:
        if found := draft(person.firm, ("x", wish.exhibitor_id)):
            _say(found, person, wish.level)
    elif person is not None and other is not None:
        if found := draft(person.firm, other.firm):
            _say(found, person, wish.level)
            said_of = found.of_a if other.firm == found.a else found.by_b
            if other.firm == found.b:
                said_of[other.pk].add("")  # who was meant, though they said nothing yet
            else:
                said_of[other.pk].add(wish.level)
    elif other is not None and wish.by_exhibitor_id:
        found = draft(other.firm, ("x", wish.by_exhibitor_id))
        if found is not None:
            found.of_a[other.pk].add(wish.level)


def _say(found: Draft, person: Person, level: str) -> None:
    (found.by_a if person.firm == found.a else found.by_b)[person.pk].add(level)


def class_of(asked: set[str], answered: set[str]) -> Class:
    """must > both > the one who asks > the other; vetoes are not looked at."""
    if Wish.Level.MUST in asked | answered:
        return Class.MUST
    if Wish.Level.WANT in asked:
        return Class.MUTUAL if Wish.Level.WANT in answered else Class.BUYER
    return Class.SELLER if Wish.Level.WANT in answered else Class.SUGGESTION


def _class(found: Draft) -> Class:
    asked = set().union(*found.by_a.values()) if found.by_a else set()
    answered = set().union(*found.of_a.values()) if found.of_a else set()
    for levels in found.by_b.values():
        answered |= levels
    return class_of(asked, answered)


def _wished_row(found: Draft, staff: dict[int, tuple[int, ...]], is_apart: bool, inputs: Inputs) -> Row:
    meant = {who for who in (*found.by_a, *found.of_a) if _is_wanted(found.by_a[who] | found.of_a[who])}
    meant = meant or set(found.suggested)
    may = {who for who in meant if Wish.Level.NEVER not in found.by_a[who] | found.of_a[who]}
    exhibitor = found.b[1] if found.b[0] == "x" else None
    others = staff[exhibitor] if exhibitor else tuple(sorted(found.by_b))
    if exhibitor is None and any(Wish.Level.NEVER in levels for levels in found.by_b.values()):
        may = set()
    asker = min(meant)
    lasting = {inputs.people[who].lasting for who in meant}
    met = any(frozenset((one, inputs.people[who].lasting)) in inputs.met for one in lasting for who in others)
    return Row(
        a=() if is_apart else tuple(sorted(may)),
        b=others,
        asker=asker,
        exhibitor=exhibitor,
        other=None if exhibitor else min(others, default=None),
        wish=_class(found),
        firms=(found.a, found.b),
        place=found.place,
        needs_interpreter=found.needs_interpreter,
        met_before=met,
        score=max(found.suggested.values(), default=0.0),
    )


def _is_wanted(levels: set[str]) -> bool:
    return bool(levels & {Wish.Level.MUST, Wish.Level.WANT})


def _class_of_held(meeting: HeldMeeting) -> Class:
    """Of a meeting nobody asks for any more, or that two agreed on."""
    return Class.SUGGESTION if meeting.is_suggested else Class.MUTUAL


def _held_row(meeting: HeldMeeting, inputs: Inputs, found: Draft | None, is_locked: bool) -> Row:
    a, b = meeting.askers[0], meeting.asked[0]
    people = inputs.people
    return Row(
        a=(a,),
        b=(b,),
        asker=a,
        exhibitor=people[b].exhibitor,
        other=None if people[b].exhibitor else b,
        wish=_class(found) if found is not None and found.is_wanted else _class_of_held(meeting),
        firms=(people[a].firm, people[b].firm),
        place=meeting.place if meeting.place != PlaceKind.STAND else "",
        held=meeting,
        is_locked=is_locked,
    )
