"""A call of two in real browsers with fake cameras: seen, muted, shared, left, come back; lost lines; put out; on a weak line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, new_call, page_of, sees, word

pytestmark = pytest.mark.journey
SETTINGS = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    """An installation that serves."""
    made = Installation(tmp_path_factory.mktemp("call-journey"), SETTINGS)
    with made.with_tables().serving() as server:
        yield made, server


@pytest.fixture(scope="module")
def devices(browser: Any) -> Iterator[Any]:
    with cameras(browser.browser_type) as started:
        yield started


@pytest.fixture
def open_as(devices: Any, fair: tuple[Installation, Server]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    opened: list[Any] = []

    def start(key: str, **options: Any) -> Any:
        opened.append(page_of(devices, fair[1].base, key, wrong, **options))
        return opened[-1]

    yield start
    for page in opened:
        page.context.close()
    assert wrong == [], f"the browser complained: {wrong}"


@pytest.fixture
def call(fair: tuple[Installation, Server]) -> dict[str, Any]:
    return new_call(fair[0], 1)


def both(call: dict[str, Any], open_as: Callable[..., Any], **options: Any) -> tuple[Any, Any]:
    """The visitor and the colleague, who see each other."""
    one, two = (enter(open_as(key, **options), call["door"]) for key in call["people"][:2])
    sees(one, code_of(two))
    sees(two, code_of(one))
    return one, two


def test_two_see_each_other_mute_share_leave_and_come_back(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    one, two = both(call, open_as)
    word(one, "mute")
    two.wait_for_selector(f"[data-code='{code_of(one)}'] .tile-name small:has-text('microphone off')")
    word(one, "share")
    sees(two, code_of(one), "screen")
    word(one, "share")
    two.wait_for_selector(f"[data-code='{code_of(one)}'][data-what=screen]", state="detached")
    own = code_of(one)
    one.click("[data-leave] button")
    one.wait_for_url("**/over/")
    two.wait_for_selector(f"[data-tiles] [data-code='{own}']", state="detached")
    one.click("a:has-text('Go back in')")
    one.click("[data-enter] button")
    sees(two, own)
    sees(one, code_of(two))
