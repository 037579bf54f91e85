"""Through a real Janus: sound alone stops the pictures and not the screen; a screen is still shown when Janus falls."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import (
    all_see_all,
    cameras,
    code_of,
    enter,
    let_in,
    new_call,
    page_of,
    sees,
    word,
)
from tests.journeys.test_call_stages import settings_of
from tools.services_of_calls import Janus, NotHere, janus

pytestmark = pytest.mark.journey
BETWEEN = "() => everfairCall.engine?.isServed === false"
RECEIVED = """async () => {
  const found = { audio: 0, video: 0, screen: 0 };
  for (const line of everfairCall.engine.call.watched.values()) for (const one of (await line.peer.getStats()).values())
    if (one.type === "inbound-rtp") found[line.names.get(one.mid)] += one.packetsReceived;
  return found;
}"""


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server, Janus]]:
    """An installation that serves, with Janus."""
    with ExitStack() as stack:
        try:
            media = stack.enter_context(janus())
        except NotHere as reason:
            pytest.skip(str(reason))
        made = Installation(tmp_path_factory.mktemp("call-served"), settings_of(media))
        yield made, stack.enter_context(made.with_tables().serving()), media


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server, Janus]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    with cameras(browser.browser_type) as started:
        yield lambda key, **options: page_of(started, fair[1].base, key, wrong, **options)
    assert wrong == [], f"the browser complained: {wrong}"


@pytest.fixture
def three(fair: tuple[Installation, Server, Janus], open_as: Callable[..., Any]) -> list[Any]:
    """Pages of three people in one call, who see each other."""
    call = new_call(fair[0], 1)
    pages = [enter(open_as(key), call["door"]) for key in call["people"][:2]]
    pages.append(let_in(pages[0], open_as(call["people"][2]), call))
    all_see_all(pages)
    return pages


def test_sound_alone_stops_the_pictures_and_not_the_screen(three: list[Any]) -> None:
    one, two, other = three
    word(other, "share")
    sees(one, code_of(other), "screen")
    one.select_option("select[data-mode]", "sound")
    own = code_of(one)
    for page in (two, other):
        page.wait_for_selector(f"[data-tiles] [data-code='{own}'] small:has-text('sound only')")
    one.wait_for_timeout(1500)
    before = one.evaluate(RECEIVED)
    one.wait_for_timeout(2000)
    after = one.evaluate(RECEIVED)
    assert after["video"] == before["video"] > 0, "no picture of anybody is sent to them any more"
    assert after["audio"] > before["audio"]
    assert after["screen"] > before["screen"], "a screen still comes"
    sees(one, code_of(other), "screen")
    sees(two, code_of(other))
    one.select_option("select[data-mode]", "picture")
    all_see_all(three)


def test_a_screen_is_still_shown_when_janus_falls(
    fair: tuple[Installation, Server, Janus], three: list[Any]
) -> None:
    one, two, shows = three
    word(shows, "share")
    for page in (one, two):
        sees(page, code_of(shows), "screen")
    fair[2].stop()
    try:
        for page in three:
            page.wait_for_function(BETWEEN)
        for page in (one, two):
            sees(page, code_of(shows), "screen")
            sees(page, code_of(shows))
        word(shows, "share")
        one.wait_for_selector(f"[data-code='{code_of(shows)}'][data-what=screen]", state="detached")
        all_see_all(three)
    finally:
        fair[2].start()
