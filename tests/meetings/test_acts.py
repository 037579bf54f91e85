"""What the diary tells matchmaking: asked, met, for whoever lets their acts be kept, and not after all."""

from datetime import timedelta
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.matchmaking.actions.interests import switch_learning
from everfair.matchmaking.actions.recommending import note_shown
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Act, Seeker, Shown
from everfair.meetings.actions.booking import note_came
from everfair.meetings.actions.requests import send_request
from everfair.meetings.models import FirmRule
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.meetings import BEFORE, make_meeting, make_participant
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def _acts(seeker: Seeker) -> list[tuple[str, str]]:
    return [(row.act, row.kind) for row in Act.objects.filter(seeker=seeker).order_by("pk")]


def test_a_visitor_who_asks_a_firm_is_noted_and_the_match_shown_with_it(world: World) -> None:
    me = world.buyer()
    seeker = seeker_for(me.user, world.edition)
    note_shown(seeker, "exhibitor", [[world.firm.pk, 0.8, ""]], now=BEFORE)
    send_request(me, exhibitor=world.firm, by=me.user, now=BEFORE)
    assert _acts(seeker) == [("asked", "exhibitor")]
    assert Shown.objects.get().asked_at == BEFORE


def test_who_asks_about_an_offer_asked_for_the_offer_and_the_firm_counts_as_asked(world: World) -> None:
    me, offer = world.buyer(), make_offer(world.firm)
    seeker = seeker_for(me.user, world.edition)
    note_shown(seeker, "exhibitor", [[world.firm.pk, 0.8, ""]], now=BEFORE)
    note_shown(seeker, "offer", [[offer.pk, 0.8, ""]], now=BEFORE)
    send_request(me, exhibitor=world.firm, values={"offer": offer}, by=me.user, now=BEFORE)
    assert _acts(seeker) == [("asked", "offer")]
    assert list(Shown.objects.values_list("asked_at", flat=True)) == [BEFORE, BEFORE]


def test_of_a_firms_person_the_firm_asked(world: World) -> None:
    FirmRule.objects.create(edition=world.edition, reach=FirmRule.Reach.REGISTERED)
    you = world.buyer()
    send_request(world.staff, asked=you, by=world.staff.user, now=BEFORE)
    assert _acts(seeker_for(world.firm)) == [("asked", "person")]
    assert Act.objects.get().person == seeker_for(you.user, world.edition)


def test_nothing_is_noted_of_whoever_switched_learning_off(world: World) -> None:
    me = world.buyer()
    switch_learning(seeker_for(me.user, world.edition), False, by=me.user)
    send_request(me, exhibitor=world.firm, by=me.user, now=BEFORE)
    assert not Act.objects.exists()


def test_a_request_that_is_refused_leaves_nothing(world: World) -> None:
    me = world.buyer()
    send_request(me, exhibitor=world.firm, by=me.user, now=BEFORE)
    with pytest.raises(Refused):
        send_request(me, exhibitor=world.firm, by=me.user, now=BEFORE)
    assert Act.objects.get().times == 1


def _came(meeting: Any, people: Any, *, last: bool = True) -> None:
    late = meeting.slot.starts_at + timedelta(minutes=5)
    for person in people[:-1]:
        note_came(meeting, person, True, by=None, now=late)
    note_came(meeting, people[-1], last, by=None, now=late)


def test_when_both_came_each_met_the_other(world: World) -> None:
    me = world.buyer()
    meeting = make_meeting(world.slots[0], me, world.staff)
    late = meeting.slot.starts_at + timedelta(minutes=5)
    note_came(meeting, me, True, by=None, now=late)
    assert not Act.objects.exists()  # the other side may not have come
    note_came(meeting, world.staff, True, by=None, now=late)
    assert _acts(seeker_for(me.user, world.edition)) == [("met", "exhibitor")]
    assert _acts(seeker_for(world.firm)) == [("met", "person")]


def test_the_desk_may_take_it_back(world: World) -> None:
    me = world.buyer()
    seeker = seeker_for(me.user, world.edition)
    note_shown(seeker, "exhibitor", [[world.firm.pk, 0.8, ""]], now=BEFORE)
    meeting = make_meeting(world.slots[0], me, world.staff)
    _came(meeting, [me, world.staff])
    assert Shown.objects.get().met_at is not None
    _came(meeting, [world.staff], last=False)
    assert not Act.objects.exists()
    assert Shown.objects.get().met_at is None
    assert not seeker.interests.filter(weight__gt=0).exists()


def test_nothing_is_noted_of_somebody_without_an_account(world: World) -> None:
    me = make_participant(world.edition)
    me.user = None
    me.save(update_fields=["user"])
    if me.registration is not None:
        me.registration.user = None
        me.registration.save(update_fields=["user"])
    meeting = make_meeting(world.slots[0], me, world.staff)
    _came(meeting, [me, world.staff])
    assert not Act.objects.exists()


def test_two_firms_that_meet_meet_each_other_as_firms(world: World) -> None:
    other = make_exhibitor(world.edition)
    theirs = make_participant(world.edition, exhibitor=other)
    _came(make_meeting(world.slots[0], world.staff, theirs), [world.staff, theirs])
    assert _acts(seeker_for(world.firm)) == [("met", "exhibitor")]
    assert Act.objects.get(seeker=seeker_for(other)).exhibitor == world.firm
