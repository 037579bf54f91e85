"""When people can meet: their free time, what they have in hand, and whether a place is left. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.gate.queries.areas import AreaDoors, doors_of_areas
from everfair.meetings.models import FreeTime, KindRule, Meeting, MeetingRules, Participant, PlaceKind, Slot
from everfair.meetings.queries.busy import Busy, busy_of
from everfair.meetings.queries.places import interpreters_between, places_of, room

ALTERNATIVES = 5
Span = tuple[datetime, datetime]


def free_slots(
    people: Iterable[Participant],
    *,
    place: str = PlaceKind.TABLE,
    exhibitor: Exhibitor | None = None,
    languages: tuple[str, str] | None = None,
    without: Meeting | None = None,
    now: datetime | None = None,
) -> list[Slot]:
    """Slots to come in which all `people` (of one edition) can meet, in order of time.

    `place` must be left there (with STAND: at `exhibitor`'s), with `languages` an interpreter between the two too.
    `without` is a meeting that does not count: the one that is about to be moved.
    """
    people = list(people)
    diaries = Diaries(people, people[0].edition, place, exhibitor, languages, without, now)
    return diaries.together(people)


def free_slots_with_firm(
    people: Iterable[Participant],
    exhibitor: Exhibitor,
    *,
    place: str = PlaceKind.TABLE,
    languages: tuple[str, str] | None = None,
    now: datetime | None = None,
) -> list[Slot]:
    """Slots in which all `people` can meet any one of the firm's staff. As many queries as free_slots, and one."""
    people = list(people)
    staff = list(staff_of(exhibitor))
    diaries = Diaries([*people, *staff], exhibitor.edition, place, exhibitor, languages, None, now)
    found: dict[int, Slot] = {}
    for one in staff:
        found |= {slot.pk: slot for slot in diaries.together([*people, one])}
    return sorted(found.values(), key=lambda slot: slot.starts_at)


def staff_of(exhibitor: Exhibitor) -> Sequence[Participant]:
    """The firm's people who take part in meetings."""
    rows = Participant.objects.filter(exhibitor=exhibitor, is_out=False)
    return list(rows.select_related("edition", "exhibitor", "registration__kind").order_by("pk"))


def takes_part(person: Participant) -> bool:
    """Whether somebody can be met: not out, and with a registration, if any, that still holds."""
    return not person.is_out and (person.registration is None or person.registration.is_expected)


def badge_kind_of(person: Participant) -> int | None:
    """The kind of badge by which the gate lets somebody in; None for a firm's people, whom no visitor's kind binds."""
    if person.registration is None or person.exhibitor_id is not None:
        return None
    return person.registration.kind_id


class Diaries:
    """Everything needed to say when people of an edition can meet: read at once, asked often.

    `place` and the rest are as in free_slots. Constant queries, however many people and slots.
    """

    def __init__(
        self,
        people: Sequence[Participant],
        edition: Edition,
        place: str = PlaceKind.TABLE,
        exhibitor: Exhibitor | None = None,
        languages: tuple[str, str] | None = None,
        without: Meeting | None = None,
        now: datetime | None = None,
    ) -> None:
        self.now = now or timezone.now()
        self.is_online = place == PlaceKind.ONLINE
        self.stand_of = exhibitor.pk if place == PlaceKind.STAND and exhibitor is not None else None
        self.rules = MeetingRules.objects.filter(edition=edition).first() or MeetingRules(edition=edition)
        self.slots = list(Slot.objects.filter(edition=edition).order_by("starts_at"))
        self.zone = ZoneInfo(edition.time_zone)
        self.days = {slot.pk: slot.starts_at.astimezone(self.zone).date() for slot in self.slots}
        self.lunch = Counter(self.days[slot.pk] for slot in self.slots if slot.is_lunch)
        self.busy = busy_of(people, edition, without=without, now=self.now)
        self.free_times = self._read_free_times(people)
        kinds = {one.registration.kind_id for one in people if one.registration is not None}
        self.kind_rules = {rule.kind_id: rule for rule in KindRule.objects.filter(kind_id__in=kinds)}
        self.doors = AreaDoors() if self.is_online else doors_of_areas(edition)
        self.room = room(places_of(edition, place, exhibitor, len(people)), without=without)
        self.interpreters = (
            room(interpreters_between(edition, languages), without=without) if languages is not None else None
        )
        self._free: dict[int, set[int]] = {}

    def together(self, people: Sequence[Participant]) -> list[Slot]:
        """Slots in which all of them are free, a place within everybody's reach is left, and an interpreter if one is needed."""
        if not people:
            return []
        common = set.intersection(*(self.free(person) for person in people))
        return [slot for slot in self.slots if slot.pk in common and self._has_room(slot, people)]

    def free(self, person: Participant) -> set[int]:
        """Numbers of the slots in which the person is free for this kind of place, wherever it stands."""
        if person.pk not in self._free:
            self._free[person.pk] = self._free_slots(person)
        return self._free[person.pk]

    def reaches(self, person: Participant, slot: Slot, area: str) -> bool:
        """Whether the gate lets the person into this hall for the slot, and they can walk there from where they are."""
        if self.is_online:
            return True
        if not self._let_in(person, slot, area):
            return False
        if not self.rules.walking:
            return True
        for one in self.busy[person.pk]:
            if one.is_online or not one.area or one.area == area:
                continue
            minutes = self.rules.walking.get(" ".join(sorted((one.area, area))), 0)
            if _gap(one, slot) < timedelta(minutes=minutes):
                return False
        return True

    def places_beside(self, person: Participant, slot: Slot) -> list[int]:
        """Places where the person sits in the slots next to this one: to stay is better than to walk."""
        at = self.slots.index(slot)
        beside = {
            one.pk for one in self.slots[max(at - 1, 0) : at + 2] if self.days[one.pk] == self.days[slot.pk]
        }
        return [one.place_id for one in self.busy[person.pk] if one.slot_id in beside and one.place_id]

    def shut_out(self, people: Sequence[Participant], slot: Slot) -> Participant | None:
        """Somebody whom the gate lets into none of the halls with places for them then; None: the gate is not the reason."""
        areas = self.room.all_areas()
        if self.is_online or not areas:
            return None
        return next((one for one in people if not any(self._let_in(one, slot, area) for area in areas)), None)

    def _let_in(self, person: Participant, slot: Slot, area: str) -> bool:
        return self.doors.let_in(area, badge_kind_of(person), slot.starts_at, slot.ends_at)

    def _has_room(self, slot: Slot, people: Sequence[Participant]) -> bool:
        areas = self.room.areas(slot)
        if not any(all(self.reaches(one, slot, area) for one in people) for area in areas):
            return False
        return self.interpreters is None or bool(self.interpreters.areas(slot))

    def _free_slots(self, person: Participant) -> set[int]:
        if not takes_part(person) or not (self.is_online or person.is_on_site):
            return set()
        busy = self.busy[person.pk]
        taken = {one.slot_id for one in busy if one.slot_id}
        held = Counter(self.days[pk] for pk in taken if pk in self.days)
        if person.most is not None and len(taken) >= person.most:
            return set()
        found = {
            slot.pk
            for slot in self.slots
            if slot.starts_at > self.now
            and self._says_free(person, slot)
            and not any(self._stands_against(one, slot) for one in busy)
            and self._leaves_lunch(person, slot, taken)
            and self._below_most(person, held[self.days[slot.pk]])
        }
        return found - self._too_long_runs(person, taken)

    def _says_free(self, person: Participant, slot: Slot) -> bool:
        if person.said_when_free is None:
            return True
        spans = self.free_times.get((person.pk, self.is_online), [])
        return any(begin <= slot.starts_at and slot.ends_at <= end for begin, end in spans)

    def _stands_against(self, one: Busy, slot: Slot) -> bool:
        if one.starts_at < slot.ends_at and one.ends_at > slot.starts_at:
            return not (one.stand_of and one.stand_of == self.stand_of)
        if one.is_online is None or one.is_online == self.is_online:
            return False
        return _gap(one, slot) < timedelta(minutes=self.rules.buffer)

    def _leaves_lunch(self, person: Participant, slot: Slot, taken: set[int]) -> bool:
        """One lunch slot of the day at least stays free for whoever keeps lunch."""
        if not (slot.is_lunch and person.keeps_lunch):
            return True
        day = self.days[slot.pk]
        gone = sum(1 for one in self.slots if one.is_lunch and one.pk in taken and self.days[one.pk] == day)
        return gone + 1 < self.lunch[day]

    def _below_most(self, person: Participant, held: int) -> bool:
        rule = self.kind_rules.get(person.registration.kind_id) if person.registration is not None else None
        return rule is None or rule.most_a_day is None or held < rule.most_a_day

    def _too_long_runs(self, person: Participant, taken: set[int]) -> set[int]:
        """Slots that would make more meetings in a row than the person wants."""
        if person.longest_run is None:
            return set()
        found = set()
        for slots in self._stretches():
            for at, slot in enumerate(slots):
                before, after = _run(reversed(slots[:at]), taken), _run(slots[at + 1 :], taken)
                if before + 1 + after > person.longest_run:
                    found.add(slot.pk)
        return found

    def _stretches(self) -> list[list[Slot]]:
        """Slots that run on without more than the usual pause between them, within a day."""
        found: list[list[Slot]] = []
        pause = timedelta(minutes=self.rules.pause)
        for slot in self.slots:
            last = found[-1][-1] if found else None
            if (
                last is not None
                and self.days[last.pk] == self.days[slot.pk]
                and slot.starts_at - last.ends_at <= pause
            ):
                found[-1].append(slot)
            else:
                found.append([slot])
        return found

    def _read_free_times(self, people: Sequence[Participant]) -> dict[tuple[int, bool], list[Span]]:
        """(person, is on line) → spans, those that touch joined."""
        found: dict[tuple[int, bool], list[Span]] = {}
        said = [one.pk for one in people if one.said_when_free is not None]
        rows = FreeTime.objects.filter(participant_id__in=said).order_by("starts_at")
        for person, begin, end, place in rows.values_list("participant_id", "starts_at", "ends_at", "place"):
            for is_online in (False, True):
                if place and (place == "online") != is_online:
                    continue
                spans = found.setdefault((person, is_online), [])
                if spans and begin <= spans[-1][1]:
                    spans[-1] = spans[-1][0], max(end, spans[-1][1])
                else:
                    spans.append((begin, end))
        return found


def _run(slots: Iterable[Slot], taken: set[int]) -> int:
    count = 0
    for slot in slots:
        if slot.pk not in taken:
            break
        count += 1
    return count


def _gap(one: Busy, slot: Slot) -> timedelta:
    """The time between what somebody has in hand and a slot beside it."""
    return slot.starts_at - one.ends_at if one.ends_at <= slot.starts_at else one.starts_at - slot.ends_at
