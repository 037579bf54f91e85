"""The ground of meetings: rules, hours, slots, places, kinds' rules, blocked pairs. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from everfair.fair.models import BadgeKind, Edition
from everfair.meetings.models import BlockedPair, KindRule, Meeting, MeetingRules, Resource, Slot


@dataclass(frozen=True)
class DayHours:
    """When meetings are on one day of the fair, in its time. `opens` = None: no meetings that day."""

    day: date
    opens: time | None = None
    closes: time | None = None
    lunch_from: time | None = None
    lunch_until: time | None = None


@dataclass(frozen=True)
class DayOfSlots:
    """The slots of one day of the fair."""

    day: date
    slots: tuple[Slot, ...]

    @property
    def lunch(self) -> int:
        """How many are kept for lunch."""
        return sum(slot.is_lunch for slot in self.slots)


def rules_of(edition: Edition) -> MeetingRules | None:
    """How the edition holds its meetings; None: nobody has said yet."""
    return MeetingRules.objects.filter(edition=edition).first()


def most_musts(edition: Edition, *, of_firm: bool) -> int:
    """How many of one side's wishes may be a must, by the edition's rules."""
    rules = rules_of(edition) or MeetingRules()
    return rules.firm_musts if of_firm else rules.visitor_musts


def days_of(edition: Edition) -> list[date]:
    """The days of the edition."""
    count = (edition.ends_on - edition.starts_on).days + 1
    return [edition.starts_on + timedelta(days=number) for number in range(count)]


def hours_of(edition: Edition, rules: MeetingRules | None) -> list[DayHours]:
    """The hours of every day of the edition, as typed; days that nobody spoke of are without meetings."""
    typed = rules.hours if rules else {}
    found = []
    for day in days_of(edition):
        given = [*typed.get(day.isoformat(), []), "", "", "", ""][:4]
        opens, closes, lunch_from, lunch_until = (_time(text) for text in given)
        found.append(DayHours(day, opens, closes, lunch_from, lunch_until))
    return found


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def slots_by_day(edition: Edition) -> list[DayOfSlots]:
    """All slots, by day in the edition's zone."""
    zone = ZoneInfo(edition.time_zone)
    by_day: dict[date, list[Slot]] = {}
    for slot in Slot.objects.filter(edition=edition):
        by_day.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    return [DayOfSlots(day, tuple(slots)) for day, slots in sorted(by_day.items())]


def most_slots_a_day(edition: Edition) -> int:
    """Slots of the longest day, lunch too."""
    return max((len(day.slots) for day in slots_by_day(edition)), default=0)


def kinds_with_rules(edition: Edition) -> list[tuple[BadgeKind, KindRule | None]]:
    """Every kind of badge with what its holders may ask; None: exhibitors, without a limit."""
    kinds = BadgeKind.objects.filter(edition=edition)
    rules = KindRule.objects.filter(kind__edition=edition).prefetch_related("may_ask")
    by_kind = {rule.kind_id: rule for rule in rules}
    return [(kind, by_kind.get(kind.pk)) for kind in kinds]


def blocked_pairs(edition: Edition, q: str = "") -> QuerySet[BlockedPair]:
    """Who is kept apart, newest first; `q`: words of names, firms and notes."""
    rows = BlockedPair.objects.filter(edition=edition)
    for word in q[:100].split():
        found = Q(note__icontains=word) | Q(exhibitor__organisation__name__icontains=word)
        for side in ("a", "b"):
            found |= Q(**{f"{side}__name__icontains": word}) | Q(
                **{f"{side}__organisation_name__icontains": word}
            )
        rows = rows.filter(found)
    return rows.select_related("a", "b", "exhibitor__organisation").order_by("-made_at", "-id")


@dataclass(frozen=True)
class Hall:
    """The tables of one area."""

    area: Any
    tables: tuple[Resource, ...]

    @property
    def in_use(self) -> int:
        """Tables that can be booked."""
        return sum(not table.is_out for table in self.tables)


def places_of(edition: Edition, *kinds: str) -> QuerySet[Resource]:
    """Places of these kinds (all but people, when none is named) with how many meetings they hold (`booked`)."""
    rows = Resource.objects.filter(edition=edition).select_related("area", "exhibitor__organisation")
    rows = rows.filter(kind__in=kinds) if kinds else rows.exclude(kind=Resource.Kind.PERSON)
    held = Count("bookings", filter=Q(bookings__meeting__state=Meeting.State.SCHEDULED))
    return rows.annotate(booked=held).order_by("area__position", "area_id", "number", "id")


def halls_of(edition: Edition) -> list[Hall]:
    """Areas that have tables, each with them."""
    by_area: dict[Any, list[Resource]] = {}
    for table in places_of(edition, Resource.Kind.TABLE):
        by_area.setdefault(table.area, []).append(table)
    return [Hall(area, tuple(tables)) for area, tables in by_area.items()]


def numbers_in_words(numbers: Iterable[int]) -> str:
    """[1, 2, 3, 7] → "1–3, 7"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def is_lost(place: Resource, at: datetime) -> bool:
    """Whether a place cannot be used at a moment."""
    if place.is_out:
        return True
    if place.lost_from is None:
        return False
    return place.lost_from <= at and (place.lost_until is None or at < place.lost_until)


def meetings_at(place: Resource) -> list[Meeting]:
    """Agreed meetings booked at a place, in order of time, with their people."""
    rows = Meeting.objects.filter(bookings__resource=place, state=Meeting.State.SCHEDULED)
    return list(
        rows.select_related("slot").prefetch_related("people__participant").order_by("slot__starts_at")[:200]
    )
