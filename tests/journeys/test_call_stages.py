"""A session's stage in real browsers through a real Janus: one speaks with moving pictures, the audience sees it and sends nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from time import time_ns
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, page_of, sees
from tests.programme.live_world import signed_in
from tools.services_of_calls import Janus, NotHere, janus

pytestmark = pytest.mark.journey
MAKE = "import json, sys; from tests.journeys.test_call_stages import make; print(json.dumps(make()))"
CONNECTED = "() => [...(everfairStage.call?.watched.values() || [])].some((line) => line.peer.connectionState === 'connected')"
FORGE = """async () => {
  try { await everfairStage.call.publish(await navigator.mediaDevices.getUserMedia({ audio: true, video: true })); } catch (error) { return error.name; }
  return "sent";
}"""
"""A listener's own program. Cameras are allowed to the whole browser here, and the page's policy keeps them closed to it."""
FORGE_DRAWN = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  try { await everfairStage.call.publish(canvas.captureStream(5)); } catch (error) { return error.code; }
  return 0;
}"""
FULL = 432


def make() -> dict[str, Any]:
    """A session that is live now, with a moderator, a speaker and three visitors; not carried here yet."""
    from datetime import timedelta

    from django.utils import timezone

    from tests import factories

    factories._numbers = count(time_ns() // 1000 % 10**11)
    from tests.factories.calls import make_speaker_user
    from tests.factories.people import make_user
    from tests.factories.programme import make_session

    now = timezone.now()
    session = make_session(
        state="live", starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=55), format="online",
        live_url="https://meet.example.org/spare", seats=9,
    )  # fmt: skip
    from everfair.programme.actions.seats import take_seat

    visitors = [make_user(name=f"Visitor {n + 1}") for n in range(3)]
    for one in visitors[:2]:
        take_seat(session, by=one)
    below = f"/en/{session.edition.slug}/sessions/{session.address}/"
    return {
        "room": f"{below}room/",
        "page": below,
        "moderate": f"{below}moderate/",
        "moderator": signed_in(make_speaker_user(session, "moderator", name="Wanjiru Kamande")),
        "speaker": signed_in(make_speaker_user(session, name="Lin Yao")),
        "visitors": [signed_in(one) for one in visitors],
    }


def settings_of(media: Janus) -> dict[str, str]:
    """An installation's that has this Janus."""
    return {
        "EVERFAIR_SEARCH_ENGINE": "null",
        "EVERFAIR_RATE_LIMITS": "false",
        "EVERFAIR_JANUS_URL": media.url,
        "EVERFAIR_JANUS_PUBLIC_URL": media.public_url,
        "EVERFAIR_JANUS_TOKEN_SECRET": media.token_secret,
        "EVERFAIR_JANUS_ADMIN_KEY": media.admin_key,
    }


def new_world(installation: Installation) -> dict[str, Any]:
    """A session of its own, made in the installation: what `make` says."""
    found: dict[str, Any] = json.loads(installation.python(MAKE))
    return found


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server, Janus]]:
    """An installation that serves, with Janus."""
    with ExitStack() as stack:
        try:
            media = stack.enter_context(janus())
        except NotHere as reason:
            pytest.skip(str(reason))
        made = Installation(tmp_path_factory.mktemp("stages"), settings_of(media))
        yield made, stack.enter_context(made.with_tables().serving()), media


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server, Janus]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    with cameras(browser.browser_type) as started:
        yield lambda key, **options: page_of(started, fair[1].base, key, wrong, **options)
    assert wrong == [], f"the browser complained: {wrong}"


@pytest.fixture
def world(fair: tuple[Installation, Server, Janus]) -> dict[str, Any]:
    return new_world(fair[0])


def chosen(page: Any, world: dict[str, Any]) -> str:
    """The moderator has the session carried here; the address of the stage's door."""
    page.goto(world["moderate"])
    page.click("button:has-text('Speak here')")
    door: str = page.get_attribute("a:has-text('Go on the stage')", "href")
    return door


def on_air(open_as: Callable[..., Any], world: dict[str, Any]) -> tuple[Any, str]:
    """The moderator on a stage that has begun."""
    host = open_as(world["moderator"])
    door = chosen(host, world)
    enter(host, door)
    host.click("[data-begin] button")
    host.wait_for_selector("[data-stage-bar] [data-on-air]:visible")
    return host, door


def watching(page: Any, world: dict[str, Any]) -> Any:
    page.goto(world["room"])
    page.click("[data-do=watch]")
    return page


def test_one_speaks_two_see_it_nobody_else_sends_and_the_host_ends_it(
    open_as: Callable[..., Any], world: dict[str, Any]
) -> None:
    first, second = (open_as(key) for key in world["visitors"][:2])
    host = open_as(world["moderator"])
    door = chosen(host, world)
    for page in (first, second):
        watching(page, world)
        assert "has not begun yet" in page.inner_text("[data-stage] [data-note]")
    enter(host, door)
    host.click("[data-begin] button")
    own = code_of(host)
    for page in (first, second):
        sees_stage(page, own)
        assert page.evaluate("everfairStage.call.line.peer.getSenders().length") == 0, "nothing is sent"
    host.wait_for_selector("[data-listeners]:has-text('Listening: 2')")
    first.wait_for_selector("[data-listeners]:has-text('Listening: 2')")
    assert first.evaluate(FORGE) == "NotAllowedError", "no camera for the audience's page"
    assert first.evaluate(FORGE_DRAWN) == FULL, "Janus refuses to let a listener send"
    speaker = enter(open_as(world["speaker"]), door)
    sees(host, code_of(speaker))
    for page in (first, second):
        sees_stage(page, code_of(speaker))
        sees_stage(page, own)
    host.click(f"[data-people] [data-code='{code_of(speaker)}'] [data-act=hush]")
    speaker.wait_for_selector("[data-do=mute][aria-pressed=true]")
    first.wait_for_selector(f"[data-tiles] [data-code='{code_of(speaker)}'] small:has-text('microphone off')")
    host.click(f"[data-people] [data-code='{code_of(speaker)}'] [data-act=remove]")
    speaker.wait_for_url("**/over/")
    host.click("button:has-text('End for all')")
    for page in (first, second):
        page.wait_for_selector("[data-note]:has-text('is over')")
        assert page.locator("[data-tiles] .tile").count() == 0
        assert page.evaluate("everfairStage.call") is None


def sees_stage(page: Any, code: str) -> None:
    try:
        sees(page, code)
    except Exception as error:
        told = page.evaluate(
            "() => ({ words: everfairStage.words, stage: everfairStage.stage, watched: [...(everfairStage.call?.watched || [])].map(([feed, line]) => [feed, line.peer.connectionState]) })"
        )
        raise AssertionError(told) from error


def test_who_has_no_seat_is_not_let_in(open_as: Callable[..., Any], world: dict[str, Any]) -> None:
    on_air(open_as, world)
    stranger = open_as(world["visitors"][2])
    stranger.goto(world["room"])
    assert "watched by who holds a seat" in stranger.inner_text("#stage")
    assert stranger.locator("[data-do=watch]").count() == 0


def test_janus_falls_and_comes_back(
    fair: tuple[Installation, Server, Janus], open_as: Callable[..., Any], world: dict[str, Any]
) -> None:
    host, _door = on_air(open_as, world)
    page = watching(open_as(world["visitors"][0]), world)
    sees_stage(page, code_of(host))
    fair[2].stop()
    try:
        page.wait_for_selector("[data-note]:has-text('the spare link works meanwhile')")
        spare = page.locator("[data-note] [data-spare]")
        assert spare.is_visible()
        assert spare.get_attribute("href") == "https://meet.example.org/spare"
        host.wait_for_selector("[data-note]:visible")
        assert host.locator("[data-spare]").is_visible()
        page.wait_for_selector("[data-note]:has-text('server for calls does not answer')")
    finally:
        fair[2].start()
    sees_stage(page, code_of(host))


def test_who_gives_the_seat_back_is_out(open_as: Callable[..., Any], world: dict[str, Any]) -> None:
    host, _door = on_air(open_as, world)
    page = watching(open_as(world["visitors"][0]), world)
    sees_stage(page, code_of(host))
    other = page.context.new_page()
    other.goto(world["page"])
    other.click("button:has-text('Give the seat back')")
    page.wait_for_selector("[data-note]:has-text('no right to this session')")
    assert page.evaluate("everfairStage.call") is None


def test_sound_alone_stops_the_pictures_and_takes_them_up_again(
    open_as: Callable[..., Any], world: dict[str, Any]
) -> None:
    host, _door = on_air(open_as, world)
    page = watching(open_as(world["visitors"][0]), world)
    own = code_of(host)
    sees_stage(page, own)
    host.click("[data-do=share]")
    sees(page, own, "screen")
    page.wait_for_selector("[data-what=screen] .tile-name b:has-text('Wanjiru')")
    page.click("[data-do=sound]")
    page.wait_for_timeout(1500)
    received = """async () => { let found = { audio: 0, video: 0 };
      for (const line of everfairStage.call.watched.values()) for (const one of (await line.peer.getStats()).values())
        if (one.type === "inbound-rtp") found[line.names.get(one.mid) || one.kind] = (found[line.names.get(one.mid) || one.kind] || 0) + one.packetsReceived;
      return found; }"""
    before = page.evaluate(received)
    page.wait_for_timeout(2000)
    after = page.evaluate(received)
    assert after["video"] == before["video"] > 0, "no picture is sent any more"
    assert after["audio"] > before["audio"], "sound goes on"
    sees(page, own, "screen")  # and what is shown, too
    page.click("[data-do=sound]")
    sees_stage(page, own)
