"""What a run placed, carried out: meetings made, moved and dropped in bulk, as far as they still can be. The transaction is publishing's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from everfair.meetings.actions.guards import lock_people, release_quota
from everfair.meetings.models import (
    Booking,
    Meeting,
    MeetingPerson,
    NextInLine,
    PlaceKind,
    Request,
    Resource,
    Run,
    RunRow,
    Slot,
    Wish,
)
from everfair.meetings.queries.inputs import HeldMeeting, Inputs, Side, is_gone, is_kept, may_sit
from everfair.meetings.queries.suggested import waved_away

PLACE_OF = {
    Resource.Kind.TABLE: PlaceKind.TABLE, Resource.Kind.STAND: PlaceKind.STAND, Resource.Kind.LINE: PlaceKind.ONLINE,
}  # fmt: skip
A_BATCH = 500
SUGGESTION = 0  # of engines.scheduling.Wish, which is not loaded here


@dataclass
class Outcome:
    """What publishing did, as meetings' numbers; `left_out` counts what could not be any more."""

    made: list[int] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)  # meeting → slot it was in
    dropped: list[int] = field(default_factory=list)
    left_out: int = 0
    stayed: int = 0

    def counts(self) -> dict[str, int]:
        return {
            "made": len(self.made), "moved": len(self.moved), "dropped": len(self.dropped),
            "left_out": self.left_out, "stayed": self.stayed,
        }  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A meeting the run placed."""

    participant: int
    other: int
    exhibitor: int | None
    slot: int
    place: Resource | None
    is_suggested: bool = False  # neither side asked for it


def wanted_by(row: RunRow) -> Wanted:
    """A placed row as plain values."""
    return Wanted(
        row.participant_id, row.other_id or 0, row.exhibitor_id, row.slot_id or 0, row.place, row.wish == SUGGESTION
    )  # fmt: skip


class Publishing:
    """One publication on its way: who and what is taken, kept while rows are gone through."""

    def __init__(self, run: Run, inputs: Inputs, now: datetime) -> None:
        self.run, self.inputs, self.now = run, inputs, now
        self.slots = {slot.pk: slot for slot in inputs.slots}
        self.resources = {row.pk: row for row in inputs.resources}
        self.person_of = {row.participant_id: row.pk for row in inputs.resources if row.participant_id}
        self.vetoes = _vetoes(inputs)
        self.waved_away: set[tuple[int, int]] = set()
        self.alike: dict[tuple[Any, ...], list[Resource]] = defaultdict(list)
        for row in sorted(inputs.resources, key=lambda row: (row.number, row.pk)):
            self.alike[_group(row)].append(row)
        self.outcome = Outcome()
        self.taken: set[tuple[int, int]] = set()  # (resource, slot)

    def carry_out(self, rows: list[Wanted]) -> Outcome:
        """Drop, then move and make."""
        movable, met = self._meetings()
        if any(row.is_suggested for row in rows):
            users = {
                one.user: one.pk for one in self.inputs.people.values() if one.user and not one.exhibitor
            }
            self.waved_away = waved_away(self.run.edition, users)
        wanted = {pair: row for row in rows if (pair := self._pair(row.participant, row.other))}
        freed = [meeting for pair, meeting in movable.items() if not self._is_same(meeting, wanted.get(pair))]
        drop = [meeting for pair, meeting in movable.items() if pair not in wanted] + self._broken()
        gone = {meeting.pk for meeting in (*freed, *drop)}
        Booking.objects.filter(meeting__in=gone).delete()
        self.taken = set(
            Booking.objects.filter(slot__edition=self.run.edition_id).values_list("resource_id", "slot_id")
        )
        self._make(wanted, movable, met, drop)
        self._drop(drop)
        return self.outcome

    def _meetings(self) -> tuple[dict[frozenset[Side], HeldMeeting], set[frozenset[Side]]]:
        """Meetings this run may move, and pairs that meet whatever it says."""
        movable: dict[frozenset[Side], HeldMeeting] = {}
        met: set[frozenset[Side]] = set()
        for meeting in self.inputs.meetings:
            pair = self._pair(*(side[0] if side else None for side in (meeting.askers, meeting.asked)))
            if pair is None:
                continue
            is_past = self.slots[meeting.slot].starts_at <= self.now
            if is_kept(meeting, self.run.kind) or is_past:
                met.add(pair)
            else:
                movable[pair] = meeting
        return movable, met

    def _broken(self) -> list[HeldMeeting]:
        """Coming meetings somebody of which left."""
        people = self.inputs.people
        return [
            meeting for meeting in self.inputs.meetings
            if not meeting.is_over and self.slots[meeting.slot].starts_at > self.now
            and any(not side or side[0] not in people for side in (meeting.askers, meeting.asked))
        ]  # fmt: skip

    def _pair(self, one: int | None, other: int | None) -> frozenset[Side] | None:
        people = self.inputs.people
        if one not in people or other not in people or one is None or other is None:
            return None
        return frozenset((people[one].firm, people[other].firm))

    @staticmethod
    def _is_same(meeting: HeldMeeting, row: Wanted | None) -> bool:
        if (
            row is None
            or row.slot != meeting.slot
            or (row.place.pk if row.place else None) != meeting.resource
        ):
            return False
        return {row.participant, row.other} == {meeting.askers[0], meeting.asked[0]}

    def _make(
        self,
        wanted: Mapping[frozenset[Side], Wanted],
        movable: Mapping[frozenset[Side], HeldMeeting],
        met: set[frozenset[Side]],
        drop: list[HeldMeeting],
    ) -> None:
        requests = self._requests()
        fresh: list[tuple[Meeting, Wanted, int, int | None]] = []
        bookings: list[Booking] = []
        for pair, row in wanted.items():
            meeting = movable.get(pair)
            if meeting is not None and self._is_same(meeting, row):
                self.outcome.stayed += 1
                continue
            place, speaker = self._place_for(row), self._speaker_for(row)
            if pair in met or place is None or speaker is None or not self._can_be(pair, row):
                self.outcome.left_out += pair not in met
                if meeting is not None:
                    drop.append(meeting)
                continue
            both = [self.person_of[row.participant], self.person_of[row.other]]
            taken = [*both, place, *([speaker] if speaker else [])]
            self.taken |= {(resource, row.slot) for resource in taken}
            if meeting is not None:
                self._move(meeting, row, place, taken, bookings)
                continue
            made = Meeting(
                edition=self.run.edition, run=self.run, slot_id=row.slot, exhibitor_id=row.exhibitor,
                place=PLACE_OF[Resource.Kind(self.resources[place].kind)], language=self._language(row),
                request=requests.get(pair), made_at=self.now,
            )  # fmt: skip
            fresh.append((made, row, place, speaker or None))
        self._tell_why([(made, row) for made, row, *_rest in fresh if row.is_suggested])
        Meeting.objects.bulk_create([made for made, *_rest in fresh], batch_size=A_BATCH)
        people: list[MeetingPerson] = []
        for made, row, place, speaker in fresh:
            for who, side in ((row.participant, "asker"), (row.other, "asked")):
                people.append(MeetingPerson(meeting=made, participant_id=who, side=side))
                bookings.append(Booking(meeting=made, slot_id=row.slot, resource_id=self.person_of[who]))
            for resource in (place, speaker):
                if resource:
                    bookings.append(Booking(meeting=made, slot_id=row.slot, resource_id=resource))
            self.outcome.made.append(made.pk)
        MeetingPerson.objects.bulk_create(people, batch_size=A_BATCH)
        Booking.objects.bulk_create(bookings, batch_size=A_BATCH)
        self._settle([made.request_id for made, *_rest in fresh if made.request_id], wanted)

    def _tell_why(self, suggested: list[tuple[Meeting, Wanted]]) -> None:
        """Both sides read that the fair suggested it, and why, each from their own side."""
        if not suggested:
            return
        from everfair.matchmaking.bridge.telling import told_to_both  # slow import: what ranks

        users = {one.pk: one.user for one in self.inputs.people.values() if one.user}
        of = {id(made): (users.get(row.participant, 0), row.exhibitor or 0) for made, row in suggested}
        told = told_to_both(self.run.edition, [pair for pair in of.values() if all(pair)], self.now)
        for made, _row in suggested:
            asker, asked = told.get(of[id(made)], ([], []))
            made.suggested = {"asker": asker, "asked": asked}

    def _move(
        self, meeting: HeldMeeting, row: Wanted, place: int, taken: Iterable[int], bookings: list[Booking]
    ) -> None:
        Meeting.objects.filter(pk=meeting.pk).update(
            slot=row.slot, run=self.run, reminded_at=None,
            place=PLACE_OF[Resource.Kind(self.resources[place].kind)],
        )  # fmt: skip
        sides = {row.participant, row.other}
        if sides != {meeting.askers[0], meeting.asked[0]}:
            MeetingPerson.objects.filter(meeting=meeting.pk).delete()
            asker = row.participant
            MeetingPerson.objects.bulk_create(
                MeetingPerson(
                    meeting_id=meeting.pk, participant_id=who, side="asker" if who == asker else "asked"
                )
                for who in (row.participant, row.other)
            )
        bookings += [Booking(meeting_id=meeting.pk, slot_id=row.slot, resource_id=one) for one in taken]
        self.outcome.moved[meeting.pk] = meeting.slot

    def _drop(self, drop: Iterable[HeldMeeting]) -> None:
        ids = sorted({meeting.pk for meeting in drop})
        Booking.objects.filter(meeting__in=ids).delete()
        rows = Meeting.objects.filter(pk__in=ids)
        asked = Request.objects.filter(meetings__in=rows, state=Request.State.SCHEDULED)
        for request in asked.distinct():
            release_quota(request, lock_people([request.asker_id, request.asked_id]))
            Request.objects.filter(pk=request.pk).update(state=Request.State.CANCELLED)
        rows.update(state=Meeting.State.CANCELLED, is_dropped=True)
        self.outcome.dropped = ids

    def _can_be(self, pair: frozenset[Side], row: Wanted) -> bool:
        slot = self.slots.get(row.slot)
        if slot is None or slot.starts_at <= self.now or pair in self.inputs.apart:
            return False
        people = self.inputs.people
        one, other = row.participant, row.other
        if {(one, people[other].firm), (other, people[one].firm)} & self.vetoes:
            return False
        if row.is_suggested and (one, row.exhibitor) in self.waved_away:
            return False
        return all(
            who in self.person_of
            and (self.person_of[who], slot.pk) not in self.taken
            and is_free(self.inputs, who, slot)
            for who in (row.participant, row.other)
        )

    def _place_for(self, row: Wanted) -> int | None:
        """The place the run named, else another one like it in the same hall or at the same stand."""
        slot, named = self.slots[row.slot], row.place
        people = self.inputs.people
        if (
            named is None
            or named.pk not in self.resources
            or not {row.participant, row.other} <= people.keys()
        ):
            return None
        for one in (self.resources[named.pk], *self.alike[_group(named)]):
            if is_gone(one, slot) or (one.pk, slot.pk) in self.taken:
                continue
            if all(may_sit(who, one, slot, self.inputs) for who in (row.participant, row.other)):
                return one.pk
        return None

    def _speaker_for(self, row: Wanted) -> int | None:
        """An interpreter where one is needed and stands between the two; 0: none is needed; None: none is left."""
        mine, theirs = (self._languages(who) for who in (row.participant, row.other))
        if not mine or not theirs or mine & theirs:
            return 0
        there = [
            one for one in self.inputs.resources
            if one.kind == Resource.Kind.INTERPRETER and len(set(one.languages) & mine) == 1
            and len(set(one.languages) & theirs) == 1
        ]  # fmt: skip
        slot = self.slots[row.slot]
        for one in there:
            if not is_gone(one, slot) and (one.pk, slot.pk) not in self.taken:
                return one.pk
        return None if there else 0

    def _languages(self, who: int | None) -> set[str]:
        person = self.inputs.people.get(who or 0)
        return set(person.languages) if person else set()

    def _language(self, row: Wanted) -> str:
        """The first language of the one who asks that the other speaks too."""
        person, theirs = self.inputs.people.get(row.participant), self._languages(row.other)
        return next((code for code in (person.languages if person else ()) if code in theirs), "")

    def _requests(self) -> dict[frozenset[Side], Request]:
        """Open requests by pair: the one that became a meeting is answered by it."""
        found = {}
        for request in self.inputs.requests:
            person = self.inputs.people.get(request.asker_id)
            other: Side | None = ("x", request.exhibitor_id) if request.exhibitor_id else None
            if other is None and request.asked_id in self.inputs.people:
                other = self.inputs.people[request.asked_id].firm
            if person is not None and other is not None:
                found[frozenset((person.firm, other))] = request
        return found

    def _settle(self, requests: list[int], wanted: Mapping[frozenset[Side], Wanted]) -> None:
        """Requests are agreed; who waited for a slot waits no longer."""
        Request.objects.filter(pk__in=requests).update(state=Request.State.SCHEDULED, answered_at=self.now)
        lines = NextInLine.objects.filter(edition=self.run.edition_id, ended_at=None)
        people = self.inputs.people
        over = []
        for line in lines:
            person = people.get(line.participant_id)
            other: Side | None = ("x", line.exhibitor_id) if line.exhibitor_id else None
            if other is None and line.other_id in people:
                other = people[line.other_id].firm
            if person is not None and other is not None and frozenset((person.firm, other)) in wanted:
                over.append(line.pk)
        NextInLine.objects.filter(pk__in=over).update(ended_at=self.now)


def _group(row: Resource) -> tuple[Any, ...]:
    """Places with the same are as good as each other."""
    return row.kind, row.area_id, row.exhibitor_id


def is_free(inputs: Inputs, who: int, slot: Slot) -> bool:
    """Whether somebody said they are free in a slot and no session has them, whatever meetings they have."""
    person = inputs.people.get(who)
    if person is None:
        return False
    if any(begin < slot.ends_at and end > slot.starts_at for begin, end in inputs.busy.get(who, ())):
        return False
    if not person.says_when_free:
        return True
    return any(
        begin <= slot.starts_at and end >= slot.ends_at for begin, end, _place in inputs.free.get(who, ())
    )


def _vetoes(inputs: Inputs) -> set[tuple[int, Side]]:
    """Who shall not meet which firm, whichever of the two said so: left out like everything else that cannot be any more."""
    found: set[tuple[int, Side]] = set()
    for wish in inputs.wishes:
        if wish.level != Wish.Level.NEVER:
            continue
        firm = wish.exhibitor_id or wish.by_exhibitor_id
        other = inputs.people.get(wish.other_id or 0)
        if firm:
            found.add((wish.participant_id or wish.other_id or 0, ("x", firm)))
        elif other is not None and wish.participant_id:
            found.add((wish.participant_id, other.firm))
    return found
