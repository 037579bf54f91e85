"""Runs of the generator know who is at the booth and which halls are open to whom; publishing asks once more."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everfair.meetings.actions import runs
from everfair.meetings.actions.publishing import publish, start_publishing
from everfair.meetings.bridge.ground import clockwork, firms_at_their_stand, pools_of
from everfair.meetings.models import Booking, Meeting, Participant, Run
from everfair.meetings.queries.inputs import read_inputs
from tests.factories.fair import make_area
from tests.factories.gate import make_zone
from tests.factories.meetings import (
    BEFORE,
    make_duty,
    make_meeting,
    make_participant,
    make_room,
    make_stand_place,
    make_table,
)
from tests.factories.registration import make_kind, make_registration
from tests.meetings.test_runs import Ground

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in test_runs: their thread cannot see what a test has not committed."""
    monkeypatch.setattr(runs, "SIGN_OF_LIFE", 3600.0)


def placed(run: Run) -> dict[tuple[int, int], tuple[int, Any]]:
    """(participant, exhibitor) → (slot, place) of what a run placed."""
    rows = run.rows.filter(slot__isnull=False).select_related("place")
    return {(row.participant_id, row.exhibitor_id): (row.slot_id, row.place) for row in rows}


def told(run: Run) -> list[str]:
    return sorted(run.rows.filter(slot=None).values_list("cause", flat=True))


def test_whoever_is_at_the_booth_meets_nobody_then() -> None:
    ground = Ground(visitors=2, firms=1, slots=4)
    for visitor in range(2):
        ground.wish(visitor, 0)
    make_duty(ground.staff[0], ground.slots[0].starts_at, ground.slots[2].ends_at)
    run = ground.run()
    assert {slot for slot, _place in placed(run).values()} == {ground.slots[3].pk}
    assert told(run) == ["no room"]
    make_duty(ground.staff[0], ground.slots[3].starts_at, ground.slots[3].ends_at)
    run = ground.run()
    assert told(run) == ["no common slot"] * 2


def test_on_duty_one_is_met_at_the_stand_where_the_roster_says_so() -> None:
    ground = Ground(visitors=4, firms=1, slots=4)
    for visitor in range(4):
        ground.wish(visitor, 0)
    make_stand_place(ground.firms[0])
    make_duty(ground.staff[0], ground.slots[0].starts_at, ground.slots[2].ends_at, may_meet=True)
    run = ground.run()
    assert {slot for slot, _place in placed(run).values()} == {slot.pk for slot in ground.slots}
    assert {place.kind for _slot, place in placed(run).values()} == {"stand"}
    publish(start_publishing(run, by=None).pk, by_id=None)
    assert Booking.objects.filter(resource__kind="stand").count() == 4


def test_a_firm_goes_to_tables_where_that_makes_more_meetings() -> None:
    """Three people and one place at the stand: two leave it, and who is on duty is left alone."""
    ground = Ground(visitors=9, firms=1, slots=3, tables=3)
    for visitor in range(9):
        ground.wish(visitor, 0)
    ground.staff += [make_participant(ground.edition, exhibitor=ground.firms[0]) for _n in range(2)]
    make_stand_place(ground.firms[0])
    make_duty(ground.staff[0], ground.slots[0].starts_at, ground.slots[2].ends_at, may_meet=True)
    run = ground.run()
    found = run.rows.filter(slot__isnull=False)
    assert found.count() == 6
    assert ground.staff[0].pk not in set(found.values_list("other_id", flat=True))
    inputs = read_inputs(ground.edition)
    assert firms_at_their_stand(inputs, clockwork(inputs, BEFORE), pools_of(inputs)) == set()
    for _n in range(2):
        make_stand_place(ground.firms[0])
    inputs = read_inputs(ground.edition)
    assert firms_at_their_stand(inputs, clockwork(inputs, BEFORE), pools_of(inputs)) == {ground.firms[0].pk}
    assert ground.run().rows.filter(slot__isnull=False).count() == 9


def test_a_closed_hall_has_no_places_and_a_badge_sits_where_it_is_let_in() -> None:
    ground = Ground(visitors=0, firms=1, slots=4, tables=1)
    buyer, press = make_kind(ground.edition), make_kind(ground.edition, code="press")
    hall = ground.tables[0].area
    zone = make_zone(ground.edition, area=hall, opens_at=ground.slots[1].starts_at)
    zone.kinds.add(buyer)
    for kind in (buyer, press):
        guest = make_registration(kind)
        row = Participant.objects.create(edition=ground.edition, registration=guest, name=guest.name)
        row.resource = type(ground.tables[0]).objects.create(
            edition=ground.edition, kind="person", participant=row
        )
        ground.visitors.append(row)
    ground.wish(0, 0)
    ground.wish(1, 0)
    run = ground.run()
    assert list(placed(run)) == [(ground.visitors[0].pk, ground.firms[0].pk)]
    assert placed(run)[ground.visitors[0].pk, ground.firms[0].pk][0] != ground.slots[0].pk
    assert told(run) == ["no room"]
    other = make_table(ground.edition, make_area(ground.edition))
    run = ground.run()
    assert placed(run)[ground.visitors[1].pk, ground.firms[0].pk][1] == other
    zone.kinds.set([press])  # the gate changes between the run and its publishing
    done = publish(start_publishing(run, by=None).pk, by_id=None)
    assert done["left_out"] == (
        1 if placed(run)[ground.visitors[0].pk, ground.firms[0].pk][1] != other else 0
    )
    assert not Booking.objects.filter(
        resource=ground.tables[0], meeting__people__participant=ground.visitors[0]
    ).exists()


def test_a_repair_takes_meetings_out_of_a_hall_that_closed_and_from_whom_it_shut_out() -> None:
    ground = Ground(visitors=2, firms=2, slots=2, tables=2)
    ground.wish(0, 0)
    ground.wish(1, 1)
    publish(start_publishing(ground.run(), by=None).pk, by_id=None)
    assert Meeting.objects.filter(state="scheduled").count() == 2
    other = [make_table(ground.edition, make_area(ground.edition)) for _ in range(2)]
    make_zone(ground.edition, area=ground.tables[0].area, closes_at=ground.slots[0].starts_at)
    make_zone(ground.edition, area=ground.tables[1].area, closes_at=ground.slots[0].starts_at)
    run = ground.run(kind="repair")
    publish(start_publishing(run, by=None).pk, by_id=None)
    where = Booking.objects.filter(resource__kind="table", meeting__state="scheduled")
    assert {one.resource for one in where} <= set(other)
    assert Meeting.objects.filter(state="scheduled").count() == 2


def test_a_repair_moves_what_lies_in_a_new_duty() -> None:
    ground = Ground(visitors=1, firms=1, slots=2)
    ground.wish(0, 0)
    publish(start_publishing(ground.run(), by=None).pk, by_id=None)
    meeting = Meeting.objects.get()
    make_duty(ground.staff[0], meeting.slot.starts_at, meeting.slot.ends_at)
    publish(start_publishing(ground.run(kind="repair"), by=None).pk, by_id=None)
    was, meeting = meeting.slot_id, Meeting.objects.get()
    assert (meeting.state, meeting.slot_id != was) == ("scheduled", True)


def test_what_the_organiser_put_into_a_room_stays_there() -> None:
    ground = Ground(visitors=2, firms=2, slots=2, tables=2)
    ground.wish(0, 0)
    publish(start_publishing(ground.run(), by=None).pk, by_id=None)
    meeting = Meeting.objects.get()
    room = make_room(ground.edition)
    Booking.objects.filter(meeting=meeting, resource__kind="table").update(resource=room)
    Meeting.objects.update(place="room")
    ground.wish(1, 1)
    publish(start_publishing(ground.run(kind="repair"), by=None).pk, by_id=None)
    assert Booking.objects.get(meeting=meeting, resource__kind="room").slot_id == meeting.slot_id
    assert Meeting.objects.filter(state="scheduled").count() == 2


def test_inputs_are_read_in_as_many_queries_whatever_the_roster() -> None:
    ground = Ground(visitors=1, firms=2, slots=2)

    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            read_inputs(ground.edition)
        return len(counted)

    make_duty(ground.staff[0], ground.slots[0].starts_at, ground.slots[0].ends_at)
    make_zone(ground.edition, area=ground.tables[0].area)
    before = asked()
    make_duty(ground.staff[1], ground.slots[0].starts_at, ground.slots[0].ends_at, may_meet=True)
    make_zone(ground.edition, area=ground.tables[1].area).kinds.add(make_kind(ground.edition))
    assert asked() == before
    make_meeting(ground.slots[1], ground.visitors[0], ground.staff[0], table=ground.tables[0])
    make_meeting(ground.slots[0], ground.visitors[0], ground.staff[1], table=ground.tables[1])
    assert asked() == before
