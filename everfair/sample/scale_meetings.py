"""A round of wishes of measuring size: buyers, the firms' people, places and wishes. The same seed gives the same fair."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import BadgeKind, Edition
from everfair.meetings.actions.bulk_load import load_free_times, load_participants, load_places, load_wishes
from everfair.meetings.actions.rules import make_slots, save_rules
from everfair.meetings.models import FreeTime, Participant, Resource, Slot, Wish
from everfair.meetings.queries.ground import DayHours, days_of
from everfair.registration.actions.bulk_load import load_people
from everfair.registration.models import Registration
from everfair.sample.registration import load_facts

TABLES_A_HALL, LINES = 50, 100
STAFF = ((1, 70), (2, 25), (3, 5))  # of a firm, and how many firms in a hundred
LEVELS = (("must", 5), ("want", 92), ("never", 3))  # in a hundred wishes
BY_BUYERS = 2 / 3  # of all wishes; the rest the firms say
ANSWERED = 0.4  # of a firm's wishes are for somebody who wished for it
SAYS_WHEN = 0.3  # of all people say when they are free: half of the days
ONLINE = 0.15  # of buyers are not on site


class MeetingsMaker:
    """Deals out people, places and wishes of one edition, all by one seed."""

    def __init__(self, edition: Edition, buyers: int, wishes: int, seed: int) -> None:
        self.edition, self.count, self.wishes = edition, buyers, wishes
        self.random, self.now = Random(f"meetings {seed}"), timezone.now()
        rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
        self.firms = list(rows.select_related("organisation").order_by("pk"))
        self.weights = list(accumulate(self.random.paretovariate(1.3) for _ in self.firms))

    def make(self) -> None:
        """Everything, in the order in which one needs the other."""
        self._rules()
        load_places(self._places())
        self.staff = load_participants(self.edition, self._staff())
        kind = BadgeKind.objects.filter(edition=self.edition, code="buyer").first()
        assert kind is not None  # the template of services fairs has it
        self.buyers = load_participants(self.edition, self._guests(load_people(kind, self._registrations())))
        load_free_times(self._free_times())
        load_wishes(self.edition, self._wishes())

    def _rules(self) -> None:
        hours = [DayHours(day, time(9), time(17), time(12), time(13)) for day in days_of(self.edition)]
        make_slots(self.edition, {"minutes": 20, "pause": 10, "hours": hours}, by=None)
        closes = datetime.combine(self.edition.ends_on, time(12), ZoneInfo(self.edition.time_zone))
        save_rules(
            self.edition,
            {"is_open": True, "languages": ["en", "zh"], "wishes_close_at": closes},
            by=None,
        )

    def _places(self) -> Iterator[Resource]:
        for area in self.edition.areas.all():
            for number in range(1, TABLES_A_HALL + 1):
                yield Resource(edition=self.edition, kind=Resource.Kind.TABLE, area=area, number=number)
        for number in range(1, LINES + 1):
            yield Resource(edition=self.edition, kind=Resource.Kind.LINE, number=number)
        for firm in self.firms:
            yield Resource(
                edition=self.edition, kind=Resource.Kind.STAND, exhibitor=firm, area_id=firm.area_id, number=1
            )

    def _staff(self) -> Iterator[Participant]:
        counts, shares = zip(*STAFF, strict=True)
        for firm in self.firms:
            for place in range(self.random.choices(counts, shares)[0]):
                yield self._person(
                    f"{self._name()} {place + 1}", firm.organisation.name["en"], exhibitor=firm, most=None
                )

    def _registrations(self) -> Iterator[Registration]:
        firms = load_facts()["firms"]
        for number in range(self.count):
            firm = firms[number % len(firms)]
            yield Registration(
                name=self._name(), email=f"buyer{number}@people.example", country=firm["country"],
                organisation_name=f"{firm['name']} {number}", language="zh" if firm["country"] == "CN" else "en",
            )  # fmt: skip

    def _guests(self, registrations: list[Registration]) -> Iterator[Participant]:
        for row in registrations:
            yield self._person(
                row.name, row.organisation_name, registration=row, most=self.random.randint(10, 24),
                is_listed=True, is_on_site=self.random.random() >= ONLINE,
            )  # fmt: skip

    def _person(self, name: str, firm: str, *, most: int | None, **who: object) -> Participant:
        says = self.random.random() < SAYS_WHEN
        return Participant(
            edition=self.edition, name=name, organisation_name=firm[:200], languages=["en", "zh"], most=most,
            said_when_free=self.now if says else None, **who,
        )  # fmt: skip

    def _name(self) -> str:
        latin = load_facts()["latin"]
        return f"{self.random.choice(latin)[0]} {self.random.choice(latin)[1]}"

    def _free_times(self) -> Iterator[FreeTime]:
        """Half of the days from end to end, for those who said when they are free."""
        days: dict[object, list[Slot]] = {}
        zone = ZoneInfo(self.edition.time_zone)
        for slot in Slot.objects.filter(edition=self.edition):
            days.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
        held = list(days.values())
        for person in (*self.staff, *self.buyers):
            if person.said_when_free is None:
                continue
            for slots in self.random.sample(held, max(1, len(held) // 2)):
                yield FreeTime(
                    participant=person,
                    starts_at=slots[0].starts_at - timedelta(minutes=5),
                    ends_at=slots[-1].ends_at + timedelta(minutes=5),
                )

    def _wishes(self) -> Iterator[Wish]:
        """Exactly as many as asked for: some firms are wished for by very many, most by a few."""
        random, by_buyers = self.random, round(self.wishes * BY_BUYERS)
        fans: dict[int, list[Participant]] = {}
        for number, buyer in enumerate(self.buyers):
            share = by_buyers * (number + 1) // len(self.buyers) - by_buyers * number // len(self.buyers)
            for place in self._some_firms(share):
                fans.setdefault(place, []).append(buyer)
                yield Wish(
                    edition=self.edition,
                    participant=buyer,
                    exhibitor=self.firms[place],
                    level=self._level(),
                )
        left = self.wishes - by_buyers
        for number, firm in enumerate(self.firms):
            share = left * (number + 1) // len(self.firms) - left * number // len(self.firms)
            wanted: dict[int, Participant] = {}
            while len(wanted) < share:
                known = fans.get(number)
                answers = known and random.random() < ANSWERED
                one = random.choice(known if answers and known else self.buyers)
                wanted[one.pk] = one
            for one in wanted.values():
                yield Wish(edition=self.edition, by_exhibitor=firm, other=one, level=self._level())

    def _some_firms(self, count: int) -> list[int]:
        found: dict[int, None] = {}
        everyone = range(len(self.firms))
        while len(found) < count:
            found[self.random.choices(everyone, cum_weights=self.weights)[0]] = None
        return list(found)

    def _level(self) -> str:
        return self.random.choices([name for name, _share in LEVELS], [share for _name, share in LEVELS])[0]


def make_meetings(edition: Edition, *, buyers: int, wishes: int, seed: int) -> None:
    """Rules, slots, people, places and wishes for an edition that has its exhibitors."""
    MeetingsMaker(edition, buyers, wishes, seed).make()
