"""Decides who passes a door, over what a batch of scans read beforehand. Touches no database: counts and people in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from everfair.gate.forms.given import Given
from everfair.gate.models import Scan, Zone
from everfair.gate.queries.shown import Shown

Verdict = Scan.Verdict
COUNTED = (
    Verdict.ADMITTED,
    Verdict.LEFT,
    Verdict.CONFLICT,
)  # scans after which somebody went through the door
Event = tuple[datetime, str, int]  # when, "in" or "out", the scan's id (0: of this batch)


@dataclass
class DoorState:
    """A locked zone as the batch goes on: who is inside, who went when. `moved` says what must be written."""

    zone: Zone
    kinds: frozenset[int] | None  # None: every kind
    present: set[int]
    events: dict[int, list[Event]] = field(default_factory=dict)  # registration id → its events, by time
    moved: dict[int, bool] = field(default_factory=dict)  # registration id → was inside before the batch

    @property
    def is_full(self) -> bool:
        return self.zone.most is not None and self.zone.inside >= self.zone.most

    def put(self, person: int, is_inside: bool) -> None:
        """Count a person in or out; nothing happens when they are there already, or not."""
        was = person in self.present
        if was == is_inside:
            return
        self.moved.setdefault(person, was)
        if is_inside:
            self.present.add(person)
        else:
            self.present.discard(person)
        self.zone.inside += 1 if is_inside else -1

    def note(self, person: int, at: datetime, direction: str, scan_id: int = 0) -> None:
        """Remember that the person went through."""
        known = self.events.setdefault(person, [])
        known.append((at, direction, scan_id))
        known.sort(key=lambda event: event[0])

    def after(self, person: int, at: datetime) -> Event | None:
        """The person's next event later than `at`: then a late scan tells of the past only."""
        return next((event for event in self.events.get(person, ()) if event[0] > at), None)

    def before(self, person: int, at: datetime) -> Iterable[Event]:
        """The person's events up to `at`."""
        return [event for event in self.events.get(person, ()) if event[0] <= at]


def decide(given: Given, shown: Shown, door: DoorState) -> tuple[str, str]:
    """(verdict, reason) of one scan; counts the person where the verdict says so.

    Whoever was let in off line is inside, whatever we think of it: a refusal becomes a conflict to be looked at,
    and the person is counted while a place is left.
    """
    if given.was_offline and given.own_verdict == "refused":
        return Verdict.REFUSED, given.own_reason or shown.reason
    if given.direction == "out":
        return _out(given, shown, door)
    reason = _against(given, shown, door)
    was_let_in = given.was_offline and given.own_verdict == "admitted"
    if reason and not was_let_in:
        return Verdict.REFUSED, reason
    if shown.registration is not None:
        person = shown.registration.pk
        if door.after(person, given.at) is None and not door.is_full:
            door.put(person, True)
        door.note(person, given.at, "in")
    if reason:
        return Verdict.CONFLICT, reason
    has_asked = given.has_asked and shown.registration is not None and shown.registration.watch == "stop"
    return Verdict.ADMITTED, "asked" if has_asked else ""


def _out(given: Given, shown: Shown, door: DoorState) -> tuple[str, str]:
    """Nobody is kept inside for a badge that ran out; only what is no badge of ours stays unanswered."""
    if shown.registration is None:
        return Verdict.REFUSED, shown.reason
    if not door.zone.counts_exits and not given.was_offline:
        return Verdict.REFUSED, "one_way"
    person = shown.registration.pk
    if door.after(person, given.at) is None:
        door.put(person, False)
    door.note(person, given.at, "out")
    return Verdict.LEFT, ""


def _against(given: Given, shown: Shown, door: DoorState) -> str:
    """The first thing that speaks against letting in, or ""."""
    zone, person = door.zone, shown.registration
    if shown.reason or person is None:
        return shown.reason or "not_expected"
    if person.watch == "stop" and not given.has_asked:
        return "watch"
    if door.kinds is not None and person.kind_id not in door.kinds:
        return "kind"
    if (zone.opens_at and given.at < zone.opens_at) or (zone.closes_at and given.at >= zone.closes_at):
        return "closed"
    return _crowding(given, person.pk, door)


def _crowding(given: Given, person: int, door: DoorState) -> str:
    later = door.after(person, given.at)
    if (
        later is not None
    ):  # of the past: it moves nobody, but two entries without a way out between do not fit
        return "inside" if later[1] == "in" and door.zone.counts_exits else ""
    if person in door.present:
        return "inside" if door.zone.counts_exits or not door.zone.allows_return else ""
    if not door.zone.allows_return and any(way == "in" for _at, way, _scan in door.before(person, given.at)):
        return "no_return"
    return "full" if door.is_full else ""


def take_back(scan: Any, door: DoorState) -> bool:
    """Forget a scan: the person is where their other scans leave them. False when no place is left for that."""
    person = scan.registration_id
    if person is None or scan.verdict not in COUNTED:
        return True
    others = [
        event
        for event in door.events.get(person, [])
        if not (event[2] == scan.pk or (event[2] == 0 and event[:2] == (scan.scanned_at, scan.direction)))
    ]
    is_inside = person in door.present
    should = bool(others) and others[-1][1] == "in"
    if scan.direction == "in" and is_inside and not should:
        door.put(person, False)
    elif scan.direction == "out" and not is_inside and should:
        if door.is_full:
            return False
        door.put(person, True)
    door.events[person] = others
    return True
