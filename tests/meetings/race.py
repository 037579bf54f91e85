"""200 people after the same ten slots at the same moment, each in a thread of their own; and other races for one thing."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def people_of(edition: Any, count: int) -> list[Any]:
    """People without accounts: making passwords would take longer than the race."""
    from everfair.meetings.models import Participant, Resource

    rows = [Participant.objects.create(edition=edition, name=f"Person {n}") for n in range(count)]
    Resource.objects.bulk_create(Resource(edition=edition, kind="person", participant=row) for row in rows)
    return rows


def slots_race(people: int, wanted: int, at_a_time: int) -> dict[str, Any]:
    """Everybody wants one of `wanted` slots of one person; twice as many slots are there, tables without end."""
    from everfair.meetings.actions.booking import SlotTaken, book_meeting
    from everfair.meetings.models import Booking, Meeting, Participant, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world(slots=wanted * 2, tables=4)
    buyers = people_of(fair.edition, people)

    def want(number: int) -> Callable[[], str]:
        def deed() -> str:
            buyer, staff = (
                Participant.objects.get(pk=buyers[number].pk),
                Participant.objects.get(pk=fair.staff.pk),
            )
            slot = Slot.objects.get(pk=fair.slots[number % wanted].pk)
            try:
                book_meeting(slot, [buyer], [staff], by=None, now=BEFORE)
            except SlotTaken as taken:
                return f"alternatives {len(taken.alternatives)}"
            return "won"

        return deed

    deeds = [want(number) for number in range(people)]
    answers = [
        answer
        for begin in range(0, people, at_a_time)
        for answer in at_once(deeds[begin : begin + at_a_time])
    ]
    return {
        "answers": answers,
        "meetings": Meeting.objects.filter(edition=fair.edition).count(),
        "bookings": Booking.objects.filter(slot__edition=fair.edition).count(),
        "slots": sorted({meeting.slot_id for meeting in Meeting.objects.filter(edition=fair.edition)})
        == sorted(s.pk for s in fair.slots[:wanted]),
    }


def tables_race(pairs: int, tables: int) -> dict[str, Any]:
    """Pairs that have nobody in common want tables of one slot: as many win as there are tables."""
    from everfair.meetings.actions.booking import SlotTaken, book_meeting
    from everfair.meetings.models import Booking, Participant, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world(slots=2, tables=tables)
    sides = list(zip(people_of(fair.edition, pairs), people_of(fair.edition, pairs), strict=True))

    def want(number: int) -> Callable[[], str]:
        def deed() -> str:
            first, second = (Participant.objects.get(pk=one.pk) for one in sides[number])
            try:
                book_meeting(Slot.objects.get(pk=fair.slots[0].pk), [first], [second], by=None, now=BEFORE)
            except SlotTaken as taken:
                return f"alternatives {len(taken.alternatives)}"
            return "won"

        return deed

    answers = at_once([want(number) for number in range(pairs)])
    held = Booking.objects.filter(resource__kind="table", slot__edition=fair.edition).values_list(
        "resource_id", flat=True
    )
    return {"answers": answers, "tables": sorted(held) == sorted(table.pk for table in fair.tables)}


def interpreters_race(pairs: int) -> list[str]:
    """Pairs that need the only interpreter in one slot."""
    from everfair.meetings.actions.booking import book_meeting
    from everfair.meetings.models import Participant, Slot
    from tests.factories.meetings import BEFORE, make_interpreter
    from tests.meetings.world import make_world

    fair = make_world(slots=1, tables=pairs)
    make_interpreter(fair.edition)
    sides = list(zip(people_of(fair.edition, pairs), people_of(fair.edition, pairs), strict=True))

    def want(number: int) -> Callable[[], str]:
        def deed() -> str:
            first, second = (Participant.objects.get(pk=one.pk) for one in sides[number])
            slot = Slot.objects.get(pk=fair.slots[0].pk)
            book_meeting(slot, [first], [second], interpreter=("en", "zh"), by=None, now=BEFORE)
            return "won"

        return deed

    return at_once([want(number) for number in range(pairs)])


def quota_race(tabs: int, most: int) -> dict[str, Any]:
    """One buyer asks many firms from several tabs, with a limit."""
    from everfair.exhibition.models import Exhibitor
    from everfair.meetings.actions.requests import send_request
    from everfair.meetings.models import KindRule, Participant, Request
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world()
    KindRule.objects.create(kind=fair.kind, most_sent=most)
    buyer = fair.buyer()
    firms = [make_exhibitor(fair.edition) for _ in range(tabs)]

    def ask(number: int) -> Callable[[], str]:
        def deed() -> str:
            asker, firm = Participant.objects.get(pk=buyer.pk), Exhibitor.objects.get(pk=firms[number].pk)
            send_request(asker, exhibitor=firm, by=None, now=BEFORE)
            return "won"

        return deed

    answers = at_once([ask(number) for number in range(tabs)])
    counted = Participant.objects.get(pk=buyer.pk).asked_counted
    return {
        "answers": answers,
        "counted": counted,
        "open": Request.objects.filter(edition=fair.edition).count(),
    }


def answers_race(sides: int) -> dict[str, Any]:
    """Half say yes and half say no to one request at once; then everybody cancels the meeting, if there is one."""
    from everfair.base.charts import IllegalChange
    from everfair.meetings.actions.booking import cancel_meeting
    from everfair.meetings.actions.requests import accept, decline
    from everfair.meetings.models import Booking, Meeting, Participant, Request, Slot
    from tests.factories.meetings import BEFORE, make_request
    from tests.meetings.world import make_world

    fair = make_world()
    request = make_request(fair.buyer(), exhibitor=fair.firm, asked=fair.staff)

    def answer(number: int) -> Callable[[], str]:
        def deed() -> str:
            row = Request.objects.get(pk=request.pk)
            try:
                if number % 2:
                    decline(row, by=None, now=BEFORE)
                    return "no"
                accept(row, Slot.objects.get(pk=fair.slots[number % 6].pk), by=None, now=BEFORE)
                return "yes"
            except IllegalChange:
                return "late"

        return deed

    answers = at_once([answer(number) for number in range(sides)])
    other = make_request(fair.buyer(), exhibitor=fair.firm, asked=fair.staff)
    held = accept(other, fair.slots[1] if answers.count("yes") else fair.slots[0], by=None, now=BEFORE)

    def cancel() -> str:
        try:
            cancel_meeting(Meeting.objects.get(pk=held.pk), by=None, now=BEFORE)
        except IllegalChange:
            return "late"
        return "cancelled"

    cancelled = at_once([cancel] * 4)
    askers = Participant.objects.filter(pk__in=[request.asker_id, other.asker_id])
    return {
        "answers": answers,
        "cancelled": cancelled,
        "bookings": Booking.objects.filter(meeting=held).count(),
        "counted": [one.asked_counted for one in askers.order_by("pk")],
    }


def joining_race(tabs: int) -> dict[str, Any]:
    """One person opens the meetings in several tabs for the first time."""
    from everfair.meetings.actions.people import participant_for
    from everfair.meetings.models import Participant, Resource
    from everfair.people.models import User
    from tests.factories.people import make_user
    from tests.factories.registration import make_kind, make_registration

    user = make_user()
    person = make_registration(make_kind(), email=user.email)

    def come() -> str:
        found = participant_for(User.objects.get(pk=user.pk), person.edition)
        return str(found.pk) if found is not None else "none"

    answers = at_once([come] * tabs)
    return {
        "answers": answers,
        "rows": Participant.objects.filter(edition=person.edition).count(),
        "resources": Resource.objects.filter(participant__edition=person.edition).count(),
    }


def forcing_race(desks: int) -> dict[str, Any]:
    """Several organisers force the same meeting to the same time at once, while the one in the way is called off by its people."""
    from everfair.base.charts import IllegalChange
    from everfair.base.refusals import Refused
    from everfair.meetings.actions.booking import book_meeting, cancel_meeting
    from everfair.meetings.actions.forcing import force_move
    from everfair.meetings.models import Booking, Meeting, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world()
    ours = book_meeting(fair.slots[0], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    theirs = book_meeting(fair.slots[3], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    seen = {ours.code: ours.version, theirs.code: theirs.version}

    def force() -> str:
        try:
            slot = Slot.objects.get(pk=fair.slots[3].pk)
            force_move(Meeting.objects.get(pk=ours.pk), slot, "Why.", seen=seen, by=None, now=BEFORE)
        except Refused:
            return "refused"
        return "forced"

    def cancel() -> str:
        try:
            cancel_meeting(Meeting.objects.get(pk=theirs.pk), by=None, now=BEFORE)
        except IllegalChange:
            return "late"
        return "cancelled"

    answers = at_once([*[force] * desks, cancel])
    held = {one.pk: one for one in Meeting.objects.filter(pk__in=(ours.pk, theirs.pk))}
    booked = Booking.objects.filter(meeting__in=held).values_list("meeting_id", "slot_id")
    return {
        "answers": answers,
        "as_booked": all(held[meeting].slot_id == slot for meeting, slot in booked),
        "bookings": {
            key: sum(meeting == row.pk for meeting, _slot in booked)
            for key, row in (("ours", held[ours.pk]), ("theirs", held[theirs.pk]))
        },
        "ours_there": held[ours.pk].slot_id == fair.slots[3].pk,
        "theirs": held[theirs.pk].state,
    }


def starting_race(desks: int) -> dict[str, Any]:
    """Several organisers start a run of the generator at once."""
    from everfair.base.refusals import Refused
    from everfair.meetings.actions.runs import start_run
    from everfair.meetings.models import Run
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.meetings import make_wish
    from tests.meetings.world import make_world

    fair = make_world()
    make_wish(fair.edition, participant=fair.buyer(), exhibitor=make_exhibitor(fair.edition), level="want")
    options = {"kind": "all", "seed": 1, "limit": 1, "breaks": 0, "walking": 0, "share_first": False}

    def start() -> str:
        try:
            start_run(fair.edition, options, by=None)
        except Refused as refused:
            return "under way" if "under way" in str(refused) else str(refused)
        return "started"

    answers = at_once([start] * desks)
    return {
        "answers": answers,
        "numbers": list(Run.objects.filter(edition=fair.edition).values_list("number", flat=True)),
    }


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): the answers as JSON."""
    import django

    django.setup()
    make_tables()
    found = {"slots": slots_race(200, 10, 200)}
    found |= {"quota": quota_race(8, 3), "answers": answers_race(6)}
    found |= {"tables": tables_race(12, 4), "interpreters": interpreters_race(4)}
    found |= {"joining": joining_race(6), "forcing": forcing_race(4), "starting": starting_race(6)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
