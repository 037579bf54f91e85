"""Many after one room in one slot, by hand and by booking; one person's duty said from several tabs at once."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.meetings.race import people_of
from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def rooms_race(desks: int) -> dict[str, Any]:
    """As many meetings of one slot as `desks` are put into the only room; and as many groups of five book it later."""
    from everfair.base.refusals import Refused
    from everfair.meetings.actions.booking import book_meeting
    from everfair.meetings.actions.seating import seat_meeting
    from everfair.meetings.models import Booking, Meeting, Participant, Resource, Slot
    from tests.factories.meetings import BEFORE, make_room
    from tests.meetings.world import make_world

    fair = make_world(slots=2, tables=desks)
    room = make_room(fair.edition, seats=9)
    sides = list(zip(people_of(fair.edition, desks), people_of(fair.edition, desks), strict=True))
    meetings = [book_meeting(fair.slots[0], [one], [other], by=None, now=BEFORE) for one, other in sides]
    groups = [people_of(fair.edition, 5) for _n in range(desks)]

    def seat(number: int) -> Callable[[], str]:
        def deed() -> str:
            try:
                place = Resource.objects.get(pk=room.pk)
                seat_meeting(Meeting.objects.get(pk=meetings[number].pk), place, by=None, now=BEFORE)
            except Refused:
                return "refused"
            return "won"

        return deed

    def book(number: int) -> Callable[[], str]:
        def deed() -> str:
            people = list(Participant.objects.filter(pk__in=[one.pk for one in groups[number]]))
            slot = Slot.objects.get(pk=fair.slots[1].pk)
            return book_meeting(slot, people[1:], people[:1], by=None, now=BEFORE).place

        return deed

    seated = at_once([seat(number) for number in range(desks)])
    booked = at_once([book(number) for number in range(desks)])
    places = Booking.objects.filter(resource__kind__in=("table", "room"))
    return {
        "seated": seated,
        "booked": booked,
        "in_the_room": [places.filter(resource=room, slot=slot).count() for slot in fair.slots[:2]],
        "placed": [places.filter(slot=slot).count() for slot in fair.slots[:2]],
    }


def duties_race(tabs: int) -> dict[str, Any]:
    """One person's duty is said in several tabs, each a few minutes later than the one before: they all overlap."""
    from everfair.base.refusals import Refused
    from everfair.exhibition.models import Exhibitor
    from everfair.meetings.actions.duties import save_duty
    from everfair.meetings.models import BoothDuty, Participant
    from tests.meetings.world import make_world

    fair = make_world()

    def say(number: int) -> Callable[[], str]:
        def deed() -> str:
            firm = Exhibitor.objects.select_related("edition").get(pk=fair.firm.pk)
            start = fair.slots[0].starts_at + timedelta(minutes=5 * (number // 2))
            values = {
                "person": Participant.objects.get(pk=fair.staff.pk),
                "starts_at": start,
                "ends_at": start + timedelta(hours=2),
            }
            try:
                save_duty(firm, None, values, by=None)
            except Refused:
                return "refused"
            return "won"

        return deed

    answers = at_once([say(number) for number in range(tabs)])
    return {"answers": answers, "duties": BoothDuty.objects.filter(participant=fair.staff).count()}


def booked_on_duty_race(turns: int) -> list[list[int]]:
    """A duty is said while somebody books the same person: the meeting stands or is refused, never unseen by the duty."""
    from everfair.exhibition.models import Exhibitor
    from everfair.meetings.actions.booking import SlotTaken, book_meeting
    from everfair.meetings.actions.duties import save_duty
    from everfair.meetings.models import Participant, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    told = []
    for _turn in range(turns):
        fair = make_world()
        buyer = people_of(fair.edition, 1)[0]
        seen: list[int] = []

        def plan(fair: Any = fair, seen: list[int] = seen) -> str:
            firm = Exhibitor.objects.select_related("edition").get(pk=fair.firm.pk)
            person = Participant.objects.get(pk=fair.staff.pk)
            slot = fair.slots[0]
            planned = save_duty(
                firm, None, {"person": person, "starts_at": slot.starts_at, "ends_at": slot.ends_at}, by=None
            )
            seen.append(len(planned.meetings))
            return "planned"

        def book(fair: Any = fair, buyer: Any = buyer) -> str:
            slot = Slot.objects.get(pk=fair.slots[0].pk)
            both = [Participant.objects.get(pk=pk) for pk in (buyer.pk, fair.staff.pk)]
            try:
                book_meeting(slot, both[:1], both[1:], by=None, now=BEFORE)
            except SlotTaken:
                return "refused"
            return "booked"

        answers = at_once([plan, book])
        told.append([int("booked" in answers), *seen])
    return told


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): the answers as JSON."""
    import django

    django.setup()
    make_tables()
    print(json.dumps({"rooms": rooms_race(6), "duties": duties_race(6), "both": booked_on_duty_race(3)}))


if __name__ == "__main__":
    main()
