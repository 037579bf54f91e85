"""Who carries a call of so many, and what becomes of people while the server that carries it is asked or away."""

from datetime import datetime
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.access import get_place_by_link, invitation
from everfair.calls.actions.entering import come, enter, remove
from everfair.calls.bridge import provider_for
from everfair.calls.models import Call, CallPerson
from everfair.gateways import video
from tests.factories.calls import make_call, make_person, place_of
from tests.factories.conversations import NOW, make_colleague, party_of
from tests.factories.people import make_user


def test_with_livekit_alone_browsers_carry_calls_and_four_is_the_most(settings: Any) -> None:
    settings.JANUS_URL, settings.LIVEKIT_URL = "", "http://127.0.0.1:9"
    assert [provider_for(size) for size in (2, 3, 4)] == ["browser"] * 3
    with pytest.raises(video.TooMany, match="5 people, at most 4"):
        provider_for(5)
    settings.JANUS_URL = "http://127.0.0.1:9/janus"
    assert [provider_for(size) for size in (2, 3, 8)] == ["browser", "janus", "janus"]


@pytest.mark.django_db
def test_who_is_put_out_while_a_seat_is_made_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    call = make_call()
    assert call.conversation is not None
    visitor, firm = party_of(call.conversation, "a").user, party_of(call.conversation, "b").exhibitor
    assert visitor is not None
    assert firm is not None
    host = make_person(call, make_colleague(firm, name="Otieno"))
    person = come(place_of(visitor, call), by=visitor, now=NOW)
    put_out: list[str] = []

    def make_seat(row: CallPerson, size: int, now: datetime) -> video.Seat:
        remove(row, by=host.user, now=now)
        return video.Seat(
            kind="group", provider="janus", room="1", token="t", url="ws://127.0.0.1:9", may_send=True, until=now, feed="7"
        )  # fmt: skip

    monkeypatch.setattr(bridge, "seat_for", make_seat)
    monkeypatch.setattr(bridge, "put_out", lambda row, now: put_out.append(row.code))
    with pytest.raises(Refused, match="taken out"):
        enter(person, by=visitor, now=NOW)
    person.refresh_from_db()
    assert (person.state, person.feed, person.code in put_out) == ("removed", "", True)


@pytest.mark.django_db
def test_nobody_is_inside_who_got_no_place(settings: Any) -> None:
    call = make_call()
    assert call.conversation is not None
    visitor = party_of(call.conversation, "a").user
    assert visitor is not None
    make_person(call, visitor)
    Call.objects.update(provider="janus")
    settings.JANUS_URL = settings.JANUS_PUBLIC_URL = "http://127.0.0.1:9/janus"
    settings.JANUS_TOKEN_SECRET = settings.JANUS_ADMIN_KEY = "s" * 32
    guests = []
    for number in range(5):
        guest = make_user(name=f"Guest {number}")
        row = come(get_place_by_link(guest, call.edition, call.code, invitation(call)), by=guest, now=NOW)
        guests.append(CallPerson.objects.get(pk=row.pk))
    CallPerson.objects.filter(pk__in=[one.pk for one in guests[:4]]).update(state="in")
    CallPerson.objects.filter(pk=guests[4].pk).update(state="admitted")
    with pytest.raises(Refused, match="does not answer"):
        enter(guests[4], by=guests[4].user, now=NOW)
    assert CallPerson.objects.get(pk=guests[4].pk).state == "left"
    with pytest.raises(Refused, match="does not answer"):
        enter(guests[0], by=guests[0].user, now=NOW)
    assert CallPerson.objects.get(pk=guests[0].pk).state == "in", (
        "who was inside waits there until it is back"
    )
