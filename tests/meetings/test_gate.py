"""Doors of halls: a closed hall has no place, a badge that is not let in sits elsewhere, and people read why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everfair.base.refusals import Refused
from everfair.gate.queries.areas import doors_of_areas
from everfair.meetings.actions.booking import SlotTaken, book_meeting, move_meeting
from everfair.meetings.actions.requests import send_request
from everfair.meetings.models import Booking, Participant, PlaceKind
from everfair.meetings.queries.free import free_slots
from everfair.meetings.queries.limits import why_not_ask
from everfair.meetings.queries.own import places_for
from tests.factories.fair import make_area
from tests.factories.gate import make_zone
from tests.factories.meetings import BEFORE, make_line, make_stand_place, make_table
from tests.factories.registration import make_kind
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(db: None) -> World:
    return make_world()


def numbers(fair: World, *people: Participant, **ways: Any) -> list[int]:
    """Which of the six slots are free."""
    return [fair.slots.index(slot) for slot in free_slots(people, now=BEFORE, **ways)]


def table_of(meeting: Any) -> Any:
    return Booking.objects.get(meeting=meeting, resource__kind="table").resource


def test_a_hall_is_used_while_its_doors_are_open_for_the_whole_slot(fair: World) -> None:
    zone = make_zone(fair.edition, area=fair.hall, opens_at=fair.slots[1].starts_at)
    zone.closes_at = fair.slots[4].ends_at - timedelta(minutes=1)
    zone.save()
    assert numbers(fair, fair.staff) == [1, 2, 3]
    make_line(fair.edition)
    assert numbers(fair, fair.staff, place="online") == [0, 1, 2, 3, 4, 5]
    with pytest.raises(SlotTaken, match="gate does not let") as taken:
        book_meeting(fair.slots[0], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    assert taken.value.alternatives == fair.slots[1:4]
    meeting = book_meeting(fair.slots[1], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    with pytest.raises(SlotTaken, match="gate does not let"):
        move_meeting(meeting, fair.slots[5], by=None, now=BEFORE)
    zone.area = None
    zone.save()
    assert numbers(fair, fair.buyer()) == [0, 1, 2, 3, 4, 5], "a zone of no area stands in nobody's way"


def test_a_badge_that_is_not_let_in_sits_in_another_hall(fair: World) -> None:
    press = make_kind(fair.edition, code="press")
    make_zone(fair.edition, area=fair.hall).kinds.add(fair.kind)
    reporter, buyer = fair.buyer(press), fair.buyer()
    assert numbers(fair, reporter) == []
    assert numbers(fair, buyer) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(SlotTaken, match=f"does not let {reporter.name}"):
        book_meeting(fair.slots[0], [reporter], [fair.staff], by=None, now=BEFORE)
    open_hall = make_area(fair.edition)
    table = make_table(fair.edition, open_hall)
    meeting = book_meeting(fair.slots[0], [reporter], [fair.staff], by=None, now=BEFORE)
    assert table_of(meeting) == table
    assert numbers(fair, reporter, buyer) == [1, 2, 3, 4, 5]
    assert numbers(fair, buyer, fair.colleague()) == [0, 1, 2, 3, 4, 5]


def test_both_must_be_let_into_one_hall(fair: World) -> None:
    press = make_kind(fair.edition, code="press")
    make_zone(fair.edition, area=fair.hall).kinds.add(fair.kind)
    other_hall = make_area(fair.edition)
    make_table(fair.edition, other_hall)
    make_zone(fair.edition, area=other_hall).kinds.add(press)
    reporter, buyer = fair.buyer(press), fair.buyer()
    assert numbers(fair, reporter) == numbers(fair, buyer) == [0, 1, 2, 3, 4, 5]
    assert numbers(fair, reporter, buyer) == []


def test_one_of_several_doors_is_enough_and_a_firms_people_are_not_bound(fair: World) -> None:
    press = make_kind(fair.edition, code="press")
    early = make_zone(fair.edition, area=fair.hall, closes_at=fair.slots[1].ends_at)
    early.kinds.add(press)
    make_zone(fair.edition, area=fair.hall, opens_at=fair.slots[3].starts_at).kinds.add(fair.kind)
    assert numbers(fair, fair.buyer(press)) == [0, 1]
    assert numbers(fair, fair.buyer()) == [3, 4, 5]
    assert numbers(fair, fair.staff) == [0, 1, 3, 4, 5]
    mine = fair.buyer(press)
    mine.exhibitor = fair.firm
    assert numbers(fair, mine) == [0, 1, 3, 4, 5], "who works at a booth comes in as its staff"


def test_the_place_at_a_stand_goes_by_the_stands_hall(fair: World) -> None:
    north = make_area(fair.edition)
    fair.firm.area = north
    fair.firm.save(update_fields=["area"])
    make_stand_place(fair.firm)
    make_zone(fair.edition, area=north, closes_at=fair.slots[2].ends_at)
    assert numbers(fair, fair.staff, place="stand", exhibitor=fair.firm) == [0, 1, 2]
    assert numbers(fair, fair.staff) == [0, 1, 2, 3, 4, 5]


def test_what_the_gate_makes_impossible_is_said_before_anybody_types(fair: World) -> None:
    press = make_kind(fair.edition, code="press")
    for slot in fair.slots:  # the page asks the clock of today
        slot.starts_at, slot.ends_at = (one.replace(year=2099) for one in (slot.starts_at, slot.ends_at))
        slot.save()
    reporter = fair.buyer(press)
    assert why_not_ask(reporter, fair.firm) is None
    zone = make_zone(fair.edition, area=fair.hall)
    zone.kinds.add(fair.kind)
    sentence = why_not_ask(reporter, fair.firm)
    assert sentence is not None
    assert "With your kind of badge one is not let into" in sentence
    assert str(fair.hall.name["en"]) in sentence
    assert why_not_ask(fair.buyer(), fair.firm) is None
    with pytest.raises(Refused, match="not let into"):
        send_request(reporter, exhibitor=fair.firm, values={"place": "table"}, by=None)
    make_line(fair.edition)
    assert why_not_ask(reporter, fair.firm) is None
    assert places_for(reporter, fair.firm) == [PlaceKind.ONLINE]
    with pytest.raises(Refused, match="not let into") as refused:
        send_request(reporter, exhibitor=fair.firm, values={"place": "table"}, by=None)
    assert refused.value.field == "place"
    sent = send_request(reporter, exhibitor=fair.firm, values={}, by=None)
    assert sent.place == PlaceKind.ONLINE
    zone.kinds.clear()
    zone.closes_at = fair.slots[0].starts_at
    zone.save()
    assert places_for(fair.buyer(), fair.firm) == [PlaceKind.ONLINE]


def test_the_page_says_which_places_stay_shut(fair: World) -> None:
    press = make_kind(fair.edition, code="press")
    for slot in fair.slots:  # the page asks the clock of today
        slot.starts_at, slot.ends_at = (one.replace(year=2099) for one in (slot.starts_at, slot.ends_at))
        slot.save()
    make_line(fair.edition)
    make_zone(fair.edition, area=fair.hall).kinds.add(fair.kind)
    reporter = fair.buyer(press)
    client = Client()
    client.force_login(reporter.user)
    address = reverse("visitor:meetings.ask_firm", args=[fair.edition.slug, fair.firm.code])
    page = client.get(address)
    assert page.status_code == 200
    assert "With your kind of badge one is not let into" in page.content.decode()
    assert page.context["places"] == ["online"]
    assert not page.context["why_not"]


def test_doors_cost_one_query_however_many(fair: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            doors_of_areas(fair.edition)
        return len(counted)

    def in_all() -> int:
        people = [fair.buyer(), fair.buyer()]
        with CaptureQueriesContext(connection) as counted:
            free_slots(people, now=BEFORE)
        return len(counted)

    make_zone(fair.edition, area=fair.hall).kinds.add(fair.kind)
    assert asked() == 1
    before = in_all()
    for code in ("press", "guest"):
        make_zone(fair.edition, area=make_area(fair.edition)).kinds.add(
            fair.kind, make_kind(fair.edition, code=code)
        )
    assert asked() == 1
    assert in_all() == before
