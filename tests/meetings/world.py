"""A small fair with an open round of meetings: a firm with staff, buyers, six slots, tables. For tests of this room."""

from dataclasses import dataclass, field
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Area, BadgeKind, Edition
from everfair.meetings.models import Participant, Resource, Slot
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_user
from tests.factories.registration import make_kind, make_registration


@dataclass
class World:
    """An edition with what a test of meetings needs."""

    edition: Edition
    firm: Exhibitor
    staff: Participant
    kind: BadgeKind
    hall: Area
    slots: list[Slot]
    tables: list[Resource] = field(default_factory=list)

    def buyer(self, kind: BadgeKind | None = None, **extra: Any) -> Participant:
        """A registered visitor with an account."""
        user = make_user()
        person = make_registration(kind or self.kind, email=user.email)
        person.user = user
        person.save(update_fields=["user"])
        return make_participant(self.edition, registration=person, user=user, name=person.name, **extra)

    def colleague(self, **extra: Any) -> Participant:
        """Another of the firm's staff."""
        return make_participant(self.edition, exhibitor=self.firm, **extra)


def make_world(*, slots: int = 6, tables: int = 3, **rules: Any) -> World:
    """Slots from nine to twelve on the first day, tables 1, 2, … in one hall."""
    edition = make_edition()
    make_rules(edition, **rules)
    firm = make_exhibitor(edition)
    hall = make_area(edition)
    return World(
        edition=edition,
        firm=firm,
        staff=make_participant(edition, exhibitor=firm),
        kind=make_kind(edition),
        hall=hall,
        slots=make_slots(edition, slots),
        tables=[make_table(edition, hall, number=n + 1) for n in range(tables)],
    )
