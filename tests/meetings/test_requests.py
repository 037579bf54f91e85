"""Requests from sending to the end: every state, who is told, what comes back."""

from datetime import timedelta
from typing import Any

import pytest

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings.actions.requests import (
    accept,
    cancel_request,
    counter,
    decline,
    expire_requests,
    hand_on,
    hand_on_silent,
    possible_slots,
    propose_again,
    send_request,
)
from everfair.meetings.models import Booking, Meeting, Participant, Request
from tests.factories.exhibition import make_offer
from tests.factories.meetings import BEFORE, make_line, make_wish
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
State = Request.State


@pytest.fixture
def fair() -> World:
    return make_world()


def ask(fair: World, asker: Participant, **values: Any) -> Request:
    target = {"exhibitor": fair.firm} if "asked" not in values else {"asked": values.pop("asked")}
    return send_request(asker, **target, values=values, by=asker.user, now=BEFORE)


def counts(*people: Participant) -> list[tuple[int, int]]:
    rows = {row.pk: row for row in Participant.objects.filter(pk__in=[one.pk for one in people])}
    return [(rows[one.pk].asked_counted, rows[one.pk].received_counted) for one in people]


def test_a_request_waits_for_an_answer_and_counts_on_both_sides(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer, message="  Water treatment\u202e ", slots=fair.slots[:2], offer=make_offer(fair.firm))
    assert request.state == State.SENT
    assert request.asked == fair.staff
    assert request.message == "Water treatment"
    assert request.expires_at == BEFORE + timedelta(hours=72)
    assert [one.slot for one in request.proposals.all()] == fair.slots[:2]
    assert counts(buyer, fair.staff) == [(1, 0), (0, 1)]
    assert audit.entries(target=request).get().event == "meetings.request.sent"
    assert not Booking.objects.exists()


def test_yes_makes_a_meeting_with_everything_booked(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer, slots=fair.slots[:2])
    meeting = accept(request, fair.slots[1], by=fair.staff.user, now=BEFORE)
    assert request.state == State.SCHEDULED
    assert meeting.slot == fair.slots[1]
    assert meeting.exhibitor == fair.firm
    booked = {one.resource for one in Booking.objects.filter(meeting=meeting)}
    assert booked == {buyer.resource, fair.staff.resource, fair.tables[0]}
    assert {(one.participant, one.side) for one in meeting.people.all()} == {(buyer, "asker"), (fair.staff, "asked")}
    assert counts(buyer, fair.staff) == [(1, 0), (0, 1)]
