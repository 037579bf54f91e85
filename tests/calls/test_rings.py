"""A booth's team is rung one after the other; who is late, quiet or away is passed over; a missed call waits as a message."""

from datetime import timedelta
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.calls.actions.rings import answer_ring, decline_ring, follow_rings, give_up, ring_booth
from everfair.calls.models import Call, Ring
from everfair.conversations.models import Block, Party
from everfair.exhibition.models import Exhibitor
from everfair.gateways import live
from everfair.presence.models import Showing
from tests.factories.calls import make_host
from tests.factories.conversations import NOW, make_colleague
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def a_booth() -> Exhibitor:
    return make_exhibitor(state=Exhibitor.State.PUBLISHED)


def test_the_next_colleague_is_rung_after_ten_seconds_and_then_it_is_missed() -> None:
    firm, visitor = a_booth(), make_user(name="Wanjiru")
    one = make_host(firm, name="Otieno")
    two = make_host(firm, name="Achieng", now=NOW + timedelta(seconds=1))
    make_colleague(firm, name="Away")
    call = ring_booth(firm, by=visitor, now=NOW)
    assert list(call.rings.values_list("user", flat=True)) == [one.pk]
    assert follow_rings(NOW + timedelta(seconds=9)) == 0
    assert follow_rings(NOW + timedelta(seconds=10)) == 1
    assert follow_rings(NOW + timedelta(seconds=11)) == 0
    assert list(call.rings.values_list("user", flat=True)) == [one.pk, two.pk]
    assert follow_rings(NOW + timedelta(seconds=21)) == 1
    call.refresh_from_db()
    assert call.state == Call.State.MISSED
    party = Party.objects.get(conversation=call.conversation, kind="firm")
    assert party.waiting_since == NOW + timedelta(seconds=21), "the team finds it and has something to answer"
    assert call.conversation is not None
    assert call.conversation.messages.get().note == "call_missed"


def test_the_first_who_answers_has_it() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    one = make_host(firm)
    two = make_host(firm, now=NOW + timedelta(seconds=1))
    call = ring_booth(firm, by=visitor, now=NOW)
    follow_rings(NOW + timedelta(seconds=11))
    answer_ring(call, by=one, now=NOW + timedelta(seconds=12))
    call.refresh_from_db()
    assert call.state == Call.State.OPEN
    with pytest.raises(Refused, match="colleague has taken"):
        answer_ring(call, by=two)
    with pytest.raises(Refused, match="does not ring at you"):
        answer_ring(call, by=visitor)
    assert ring_booth(firm, by=visitor, now=NOW) == call


def test_declining_rings_the_next_at_once() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    one, two = make_host(firm), make_host(firm, now=NOW + timedelta(seconds=1))
    call = ring_booth(firm, by=visitor, now=NOW)
    decline_ring(call, by=one, now=NOW + timedelta(seconds=2))
    assert list(Ring.objects.filter(declined_at=None).values_list("user", flat=True)) == [two.pk]


def test_nobody_here_is_said_before_it_rings() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    make_colleague(firm)
    quiet = make_host(firm)
    Showing.objects.filter(user=quiet).update(quiet_until=NOW + timedelta(hours=1))
    Showing.objects.filter(user=make_host(firm)).update(attends=False)
    with pytest.raises(Refused, match="Nobody of the team is here"):
        ring_booth(firm, by=visitor, now=NOW)
    assert not Call.objects.exists()


def test_a_blocked_visitor_reads_the_same_as_when_nobody_is_here() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    make_host(firm)
    Block.objects.create(edition=firm.edition, own=f"firm:{firm.pk}", other=f"person:{visitor.pk}")
    with pytest.raises(Refused, match="Nobody of the team is here"):
        ring_booth(firm, by=visitor, now=NOW)


def test_who_gives_up_again_and_again_is_asked_to_write() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    make_host(firm)
    for n in range(3):
        at = NOW + timedelta(minutes=n)
        give_up(ring_booth(firm, by=visitor, now=at), by=visitor, now=at)
    with pytest.raises(Refused, match="called a few times"):
        ring_booth(firm, by=visitor, now=NOW + timedelta(minutes=4))
    ring_booth(firm, by=visitor, now=NOW + timedelta(minutes=13))


def test_who_listens_hears_when_it_begins_and_stops_to_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stale page + facts = page loaded afresh: nothing rings that a fresh page would not ring, and the other way."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(
        live, "publish",
        lambda topic, fact, *, key="", to=None, keep=True: told.update({f"{topic}/{key}": fact}),
    )  # fmt: skip
    firm, visitor = a_booth(), make_user(name="Wanjiru")
    one = make_host(firm, name="Otieno")
    two = make_host(firm, name="Achieng", now=NOW + timedelta(seconds=1))
    call = ring_booth(firm, by=visitor, now=NOW)
    assert told[f"rings:{one.pk}/{call.code}"]["name"] == "Wanjiru"
    follow_rings(NOW + timedelta(seconds=11))
    ringing = {user.pk for user in (one, two) if told[f"rings:{user.pk}/{call.code}"]["until"]}
    assert (
        ringing
        == {two.pk}
        == set(call.rings.filter(until__gt=NOW + timedelta(seconds=11)).values_list("user", flat=True))
    )
    answer_ring(call, by=two, now=NOW + timedelta(seconds=12))
    assert not any(told[f"rings:{user.pk}/{call.code}"]["until"] for user in (one, two))
