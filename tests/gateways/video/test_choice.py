"""Who carries a call, by what is set; the one door to all; and what the doctor says of it with real servers."""

from datetime import datetime
from typing import Any

import pytest

from everfair.gateways import video
from everfair.gateways.video.checks import describe
from everfair.gateways.video.types import Check, NotAnswering, TooMany
from tests.gateways.video.page import Page, Refused
from tools.services_of_calls import Janus, Turn


def with_janus(configured: Any, server: Janus) -> None:
    configured.JANUS_URL, configured.JANUS_PUBLIC_URL = server.url, server.public_url
    configured.JANUS_TOKEN_SECRET, configured.JANUS_ADMIN_KEY = server.token_secret, server.admin_key


def with_livekit(configured: Any) -> None:
    configured.LIVEKIT_URL, configured.LIVEKIT_PUBLIC_URL = "http://127.0.0.1:9", "wss://calls.example.org"
    configured.LIVEKIT_KEY, configured.LIVEKIT_SECRET = "key", "secret"


def with_turn(configured: Any, server: Turn) -> None:
    configured.STUN_URLS = [f"stun:127.0.0.1:{server.port}"]
    configured.TURN_URLS, configured.TURN_SECRET = (
        [server.url, server.url.replace("udp", "tcp")],
        server.secret,
    )


def carrying(*counts: int, kind: Any = "group") -> list[str]:
    found = []
    for count in counts:
        try:
            found.append(video.provider_for(count, kind))
        except TooMany as error:
            found.append(str(error.words))
    return found


def test_nothing_is_set(configured: Any) -> None:
    *small, five = carrying(1, 2, 3, 4, 5)
    assert small == ["browser"] * 4
    assert (
        five
        == "At most 4 people can be connected in one call here. Invite fewer, or use the meeting's spare link."
    )
    assert "needs a server" in carrying(1, kind="stage")[0]
    assert video.connect_sources() == ()


def test_livekit_is_set(configured: Any) -> None:
    with_livekit(configured)
    assert carrying(2, 3, 8) == ["browser", "livekit", "livekit"]
    assert "At most 8 people" in carrying(9)[0]
    assert carrying(3, kind="stage") == ["livekit"]
    assert video.connect_sources() == ("wss://calls.example.org", "https://calls.example.org")


def test_both_are_set(configured: Any) -> None:
    with_livekit(configured)
    configured.JANUS_URL, configured.JANUS_PUBLIC_URL = (
        "http://127.0.0.1:9/janus",
        "wss://fair.example.org/janus",
    )
    assert carrying(2, 3, 8) == ["browser", "janus", "janus"]
    assert carrying(1, kind="stage") == ["janus"]
    assert carrying(2, kind="pair") == ["browser"]
    assert carrying(4, kind="mesh") == ["browser"]
    assert "At most 4" in carrying(5, kind="mesh")[0]
    assert video.connect_sources()[0] == "wss://fair.example.org"


@pytest.mark.parametrize(("size", "kind"), [(2, "pair"), (4, "mesh")])
def test_a_seat_between_browsers_holds_the_ways_only(
    configured: Any, turn_server: Turn, now: datetime, size: int, kind: str
) -> None:
    with_turn(configured, turn_server)
    seat = video.take_seat("m-1", "41", "Ann", provider="browser", kind="group", size=size, now=now)
    assert (seat.kind, seat.room, seat.token, seat.url, seat.feed) == (kind, "", "", "", "")
    assert seat.until == now + video.SEAT_LASTS
    told = seat.as_json()
    assert [sorted(server) for server in told["ice"]] == [["urls"], ["credential", "urls", "username"]]
    assert video.remove("m-1", "41", provider="browser", now=now) is None
    assert video.present("m-1", provider="browser", now=now) == []
    assert video.sweep("m-1", provider="browser", now=now) == 0
    video.release("m-1", seat, now=now)
    video.close("m-1", provider="browser", now=now)


def test_the_door_leads_to_janus(configured: Any, janus_server: Janus, now: datetime) -> None:
    with_janus(configured, janus_server)
    seat = video.take_seat("m-1", "41", "Ann", provider="janus", kind="group", size=3, now=now)
    Page(janus_server.url, seat.token).join(seat)
    assert [one.feed for one in video.present("m-1", provider="janus", now=now)] == [seat.feed]
    assert video.sweep("m-1", provider="janus", now=now) == 0
    other = video.take_seat("m-1", "42", "Ben", provider="janus", kind="group", size=3, now=now)
    video.release("m-1", other, now=now)
    with pytest.raises(Refused):
        Page(janus_server.url, other.token).join(other)
    assert video.remove("m-1", "41", provider="janus", now=now) is None
    with pytest.raises(Refused):
        Page(janus_server.url, seat.token).join(seat)
    video.close("m-1", provider="janus", now=now)
    assert set(seat.as_json()) == {
        "kind",
        "provider",
        "room",
        "token",
        "entry",
        "feed",
        "url",
        "maySend",
        "until",
        "ice",
    }


def test_the_door_leads_to_livekit(configured: Any, now: datetime) -> None:
    with_livekit(configured)
    seat = video.take_seat(
        "m-1", "41", "Ann", provider="livekit", kind="stage", size=1, now=now, may_send=False
    )
    assert (seat.provider, seat.kind, seat.may_send) == ("livekit", "stage", False)
    for ask in (video.present, video.close):
        with pytest.raises(NotAnswering):
            ask("m-1", provider="livekit", now=now)
    with pytest.raises(NotAnswering):
        video.remove("m-1", "41", provider="livekit", now=now)


@pytest.mark.parametrize("provider", ["janus", "livekit"])
def test_a_call_whose_server_was_taken_from_the_settings(
    configured: Any, now: datetime, provider: Any
) -> None:
    with pytest.raises(NotAnswering, match="is not set"):
        video.take_seat("m-1", "41", "Ann", provider=provider, kind="group", size=3, now=now)


# What the doctor says ----------------------------------------------------------------------------------------------
def told(checks: list[Check]) -> dict[str, Check]:
    return {one.what: one for one in checks}


def test_the_doctor_where_nothing_is_set(configured: Any, now: datetime) -> None:
    (only,) = describe(now=now)
    assert only.is_fine
    assert "up to 4, without a server" in only.detail
    assert "no TURN server" in only.detail


def test_the_doctor_tries_everything(
    configured: Any, janus_server: Janus, turn_server: Turn, now: datetime
) -> None:
    with_janus(configured, janus_server)
    with_turn(configured, turn_server)
    found = told(describe(now=now))
    assert [one.is_fine for one in found.values()] == [True, True, True]
    assert "up to 8 through Janus" in found["calls"].detail
    assert found["calls: relay"].detail.count("relays at 127.0.0.1:") == 2
    assert "refuses forged tokens" in found["calls: Janus"].detail


def test_the_doctor_on_a_wrong_turn_secret(configured: Any, turn_server: Turn, now: datetime) -> None:
    with_turn(configured, turn_server)
    configured.TURN_SECRET = "wrong"
    check = told(describe(now=now))["calls: relay"]
    assert not check.is_fine
    assert "401" in check.detail
    assert "EVERFAIR_TURN_SECRET" in check.to_do
    configured.TURN_URLS = ["turn:127.0.0.1:9?transport=tcp"]
    check = told(describe(now=now))["calls: relay"]
    assert "Start coturn" in check.to_do


def test_the_doctor_on_wrong_secrets_of_janus(configured: Any, janus_server: Janus, now: datetime) -> None:
    with_janus(configured, janus_server)
    configured.JANUS_TOKEN_SECRET = "wrong"
    check = told(describe(now=now))["calls: Janus"]
    assert (check.is_fine, "same two secrets" in check.to_do) == (False, True)
    with_janus(configured, janus_server)
    configured.JANUS_ADMIN_KEY = "wrong"
    assert "EVERFAIR_JANUS_ADMIN_KEY" in told(describe(now=now))["calls: Janus"].detail
    with_janus(configured, janus_server)
    configured.JANUS_PUBLIC_URL = janus_server.url.replace("http:", "ws:")
    check = told(describe(now=now))["calls: Janus"]
    assert "no WebSocket of Janus" in check.detail
    configured.JANUS_PUBLIC_URL = "ws://127.0.0.1:9/"
    assert "cannot be reached" in told(describe(now=now))["calls: Janus"].detail
    configured.JANUS_URL = "http://127.0.0.1:9/janus"
    assert "Start Janus" in told(describe(now=now))["calls: Janus"].to_do


@pytest.mark.parametrize(
    ("open_door", "words"),
    [({"token_auth": False}, "token_auth = true"), ({"with_admin_key": False}, "Set admin_key")],
)
def test_the_doctor_on_a_janus_that_lets_everybody_in(
    configured: Any, janus_server: Janus, now: datetime, open_door: dict[str, bool], words: str
) -> None:
    with_janus(configured, janus_server)
    janus_server.stop()
    try:
        janus_server.write(**open_door)
        janus_server.start()
        check = told(describe(now=now))["calls: Janus"]
    finally:
        janus_server.stop()
        janus_server.write()
        janus_server.start()
    assert not check.is_fine
    assert words in check.to_do


def test_the_doctor_on_livekit(configured: Any, now: datetime) -> None:
    with_livekit(configured)
    check = told(describe(now=now))["calls: LiveKit"]
    assert (check.is_fine, "Start LiveKit" in check.to_do) == (False, True)
