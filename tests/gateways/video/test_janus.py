"""Rooms and tokens against the real Janus: who is let in, who is not, who stays out."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from everfair.gateways.video.janus import JanusRooms
from everfair.gateways.video.janus_tokens import PLUGIN, Signer
from everfair.gateways.video.janus_wire import JanusRefusal, Talk
from everfair.gateways.video.types import NotAnswering, Seat, SecretRefused
from tests.gateways.video.page import Page, Refused
from tools.services_of_calls import Janus

FORBIDDEN, WRONG_TOKEN, NO_SUCH_ROOM, NOT_IN_ROOM = 403, 433, 426, 425
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def take(rooms: JanusRooms, room: str, person: str, now: datetime, *, may_send: bool = True) -> Seat:
    kind = "group" if may_send else "stage"
    return rooms.take_seat(
        room, person, kind=kind, senders=8, may_send=may_send, now=now, until=now + HOUR  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def room(rooms: JanusRooms, request: pytest.FixtureRequest, now: datetime) -> Iterator[str]:
    yield request.node.name
    rooms.close(request.node.name, now=now)


def refusal(page: Page, seat: Seat, **instead: object) -> int:
    with pytest.raises(Refused) as refused:
        page.join(seat, **instead)
    return refused.value.code


def test_who_has_a_seat_joins_under_its_number(rooms: JanusRooms, room: str, now: datetime) -> None:
    ann, ben = take(rooms, room, "1", now), take(rooms, room, "2", now)
    first, second = Page(rooms.url, ann.token), Page(rooms.url, ben.token)
    assert first.join(ann)["id"] == int(ann.feed)
    assert [one["id"] for one in second.join(ben)["attendees"]] == [int(ann.feed)]
    assert first.hear_of("joining") == {"id": int(ben.feed)}
    assert {one.feed for one in rooms.present(room, now=now)} == {ann.feed, ben.feed}
    assert not any(one.is_sending for one in rooms.present(room, now=now))
    assert (ann.room, ann.provider, ann.url) == (ben.room, "janus", rooms.public_url)


@pytest.mark.parametrize(
    "token",
    [None, "", "nonsense", "4102444800,janus,janus.plugin.videoroom:bm9uc2Vuc2U="],
    ids=["missing", "empty", "no token", "forged"],
)
def test_without_a_session_token_janus_hears_nothing(rooms: JanusRooms, token: str | None) -> None:
    with pytest.raises(Refused) as refused:
        Page(rooms.url, token)
    assert refused.value.code == FORBIDDEN


def test_session_tokens_of_another_secret_and_of_yesterday(rooms: JanusRooms, now: datetime) -> None:
    for token in (Signer("another").session_token(now + HOUR), rooms.signer.session_token(now - HOUR)):
        with pytest.raises(Refused) as refused:
            Page(rooms.url, token)
        assert refused.value.code == FORBIDDEN


def test_a_changed_expiry_breaks_the_signature(rooms: JanusRooms, now: datetime) -> None:
    token = rooms.signer.session_token(now - HOUR)
    later = str(int((now + DAY).timestamp())) + token[token.index(",") :]
    with pytest.raises(Refused) as refused:
        Page(rooms.url, later)
    assert refused.value.code == FORBIDDEN


def test_a_seat_opens_no_other_plugin(rooms: JanusRooms, room: str, now: datetime) -> None:
    page = Page(rooms.url, take(rooms, room, "1", now).token)
    with pytest.raises(Refused) as refused:
        page.attach("janus.plugin.echotest")
    assert refused.value.code in (405, 460)


def test_the_room_refuses_what_was_not_made_for_it(rooms: JanusRooms, room: str, now: datetime) -> None:
    seat, page = take(rooms, room, "1", now), Page(rooms.url, rooms.signer.session_token(now + HOUR))
    elsewhere = take(rooms, f"{room} other", "1", now)
    number = int(seat.room)
    listed = rooms.signer.entry_token(number, "1", may_send=True, until=now + HOUR)  # signed, never let in
    wrong = {
        "missing": None,
        "empty": "",
        "session token": seat.token,
        "other room's": elsewhere.entry,
        "forged": seat.entry[:-4] + "AAA=",
        "foreign secret": Signer("another").entry_token(number, "1", may_send=True, until=now + HOUR),
        "signed but not on the list": listed,
    }
    assert {name: refusal(page, seat, token=token) for name, token in wrong.items()} == dict.fromkeys(
        wrong, WRONG_TOKEN
    )
    rooms.close(f"{room} other", now=now)
    assert page.join(seat)["id"] == int(seat.feed)


def test_an_expired_entry_is_refused_though_it_is_on_the_list(
    rooms: JanusRooms, room: str, now: datetime
) -> None:
    seat = rooms.take_seat(
        room, "1", kind="group", senders=8, may_send=True, now=now, until=now - timedelta(minutes=1)
    )
    page = Page(rooms.url, rooms.signer.session_token(now + HOUR))
    assert refusal(page, seat) == WRONG_TOKEN


def test_being_on_the_list_is_not_enough_either(rooms: JanusRooms, room: str, now: datetime) -> None:
    seat = take(rooms, room, "1", now)
    with Talk(rooms.url, seat.token) as talk:
        secret = rooms.signer.room_secret(int(seat.room))
        talk.ask("allowed", room=int(seat.room), secret=secret, action="add", allowed=["plain"])
    assert refusal(Page(rooms.url, seat.token), seat, token="plain") == WRONG_TOKEN


def test_watching_needs_the_entry_too(rooms: JanusRooms, room: str, now: datetime) -> None:
    ann, ben = take(rooms, room, "1", now), take(rooms, room, "2", now)
    Page(rooms.url, ann.token).join(ann)
    watch = {"ptype": "subscriber", "id": None, "streams": [{"feed": int(ann.feed)}]}
    assert refusal(Page(rooms.url, ben.token), ben, **watch, token=None) == WRONG_TOKEN
    assert refusal(Page(rooms.url, ben.token), ben, **watch, token=ben.token) == WRONG_TOKEN


def test_a_seat_rules_nothing(rooms: JanusRooms, room: str, now: datetime) -> None:
    ann, ben = take(rooms, room, "1", now), take(rooms, room, "2", now)
    Page(rooms.url, ann.token).join(ann)
    page, number = Page(rooms.url, ben.token), int(ben.room)
    page.join(ben)
    for request, body in {
        "kick": {"room": number, "id": int(ann.feed)},
        "destroy": {"room": number},
        "edit": {"room": number, "new_description": "x"},
        "allowed": {"room": number, "action": "disable"},
        "enable_recording": {"room": number, "record": True},
        "create": {"room": 77, "secret": "mine"},
    }.items():
        with pytest.raises(Refused) as refused:
            page.say(request, **body)
        assert refused.value.code in (429, WRONG_TOKEN), request
        with pytest.raises(Refused) as refused:
            page.say(request, **body, admin_key="wrong", **({} if "secret" in body else {"secret": "wrong"}))
        assert refused.value.code == WRONG_TOKEN, request
    assert page.say("list")["list"] == []
    assert {one.feed for one in rooms.present(room, now=now)} == {ann.feed, ben.feed}


def test_who_was_put_out_is_out_at_once_and_stays_out(rooms: JanusRooms, room: str, now: datetime) -> None:
    ann, ben, again = take(rooms, room, "1", now), take(rooms, room, "2", now), take(rooms, room, "2", now)
    staying, leaving = Page(rooms.url, ann.token), Page(rooms.url, ben.token)
    staying.join(ann)
    leaving.join(ben)
    Page(rooms.url, again.token).join(again)  # a second window
    assert rooms.remove(room, "2", now=now) == 2
    assert leaving.hear_of("reason") == "kicked"
    assert staying.hear_of("kicked") in (int(ben.feed), int(again.feed))
    assert [one.feed for one in rooms.present(room, now=now)] == [ann.feed]
    for seat in (ben, again):
        assert refusal(Page(rooms.url, seat.token), seat) == WRONG_TOKEN
    assert refusal(leaving, ben) == NOT_IN_ROOM  # the old handle is dead
    assert rooms.remove(room, "2", now=now) == 0
    new = take(rooms, room, "2", now)  # only if the caller gives a new seat
    assert Page(rooms.url, new.token).join(new)["id"] == int(new.feed)


def test_another_number_is_no_hiding_place(rooms: JanusRooms, room: str, now: datetime) -> None:
    ann, ben = take(rooms, room, "1", now), take(rooms, room, "2", now)
    Page(rooms.url, ann.token).join(ann)
    hiding = Page(rooms.url, ben.token)
    hiding.join(ben, id=4711)
    assert rooms.sweep(room, now=now) == 1
    hiding.attach(PLUGIN)
    hiding.join(ben, id=4712)
    assert rooms.remove(room, "2", now=now) == 1
    assert [one.feed for one in rooms.present(room, now=now)] == [ann.feed]


def test_a_seat_that_was_given_back_opens_nothing(rooms: JanusRooms, room: str, now: datetime) -> None:
    seat = take(rooms, room, "1", now)
    rooms.release(room, seat, now=now)
    assert refusal(Page(rooms.url, seat.token), seat) == WRONG_TOKEN


def test_expired_entries_leave_the_list(rooms: JanusRooms, room: str, now: datetime) -> None:
    old = take(rooms, room, "1", now)
    later = rooms.take_seat(room, "2", kind="group", senders=8, may_send=True, now=now, until=now + DAY)
    with rooms._talk(now) as talk:
        assert set(rooms._change_list(talk, int(old.room), "add", [])) == {old.entry, later.entry}
        rooms._forget_expired(talk, int(old.room), [old.entry, later.entry, "nonsense"], now + 2 * HOUR)
        assert rooms._change_list(talk, int(old.room), "add", []) == [later.entry]


def test_making_a_room_twice_at_once_makes_one(rooms: JanusRooms, room: str, now: datetime) -> None:
    seats: dict[str, Seat] = {}
    gate = threading.Barrier(6)

    def enter(person: str) -> None:
        gate.wait()
        seats[person] = take(rooms, room, person, now)

    threads = [threading.Thread(target=enter, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {seat.room for seat in seats.values()} == {str(rooms.signer.room_number(room))}
    for seat in seats.values():
        assert Page(rooms.url, seat.token).join(seat)["id"] == int(seat.feed)


def test_a_room_that_is_closed_puts_all_out(rooms: JanusRooms, room: str, now: datetime) -> None:
    seat = take(rooms, room, "1", now)
    page = Page(rooms.url, seat.token)
    page.join(seat)
    rooms.close(room, now=now)
    assert page.hear_of("videoroom") == "destroyed"
    assert rooms.present(room, now=now) == []
    rooms.close(room, now=now)  # closed already
    rooms.release(room, seat, now=now)
    assert rooms.remove(room, "1", now=now) == 0


def test_janus_forgets_its_rooms_and_a_new_seat_makes_them_again(
    janus_server: Janus, rooms: JanusRooms, room: str, now: datetime
) -> None:
    seat = take(rooms, room, "1", now)
    Page(rooms.url, seat.token).join(seat)
    janus_server.stop()
    try:
        with pytest.raises(NotAnswering) as away:
            take(rooms, room, "1", now)
        assert "does not answer" in away.value.detail
        assert "spare link" in str(away.value.words)
    finally:
        janus_server.start()
    assert (
        refusal(Page(rooms.url, seat.token), seat) == NO_SUCH_ROOM
    )  # what tells a page to ask for a new seat
    assert rooms.present(room, now=now) == []
    new = take(rooms, room, "1", now)
    assert new.room == seat.room
    assert Page(rooms.url, new.token).join(new)["id"] == int(new.feed)
    assert refusal(Page(rooms.url, seat.token), seat) == WRONG_TOKEN  # rights are asked again


def test_our_secrets_are_wrong(rooms: JanusRooms, janus_server: Janus, now: datetime) -> None:
    foreign = JanusRooms(rooms.url, rooms.public_url, "another", janus_server.admin_key)
    with pytest.raises(SecretRefused, match="EVERFAIR_JANUS_TOKEN_SECRET"):
        take(foreign, "x", "1", now)
    keyless = JanusRooms(rooms.url, rooms.public_url, janus_server.token_secret, "another")
    with pytest.raises(SecretRefused, match="EVERFAIR_JANUS_ADMIN_KEY"):
        take(keyless, "x", "1", now)
    with pytest.raises(NotAnswering, match="not Janus"):
        take(JanusRooms(rooms.public_url.replace("ws:", "http:"), "", "x", "x"), "x", "1", now)


def test_a_janus_that_takes_the_line_and_says_nothing(now: datetime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/janus"
        with pytest.raises(NotAnswering, match="does not answer: timed out"):
            take(JanusRooms(url, "", "x", "x", timeout=0.1), "x", "1", now)


def test_names_stay_at_home(rooms: JanusRooms, room: str, now: datetime) -> None:
    seat = take(rooms, room, "person-41", now)
    assert "person-41" not in seat.token + seat.entry + seat.feed
    assert room not in seat.token + seat.entry
    assert seat.entry not in repr(seat)
    assert seat.token not in repr(seat)
    assert replace(seat, token="x") != seat


def test_a_refusal_tells_its_code(rooms: JanusRooms, now: datetime) -> None:
    with (
        Talk(rooms.url, rooms.signer.session_token(now + HOUR)) as talk,
        pytest.raises(JanusRefusal) as refused,
    ):
        talk.ask("listparticipants", room=1)
    assert refused.value.code == NO_SUCH_ROOM
