"""Through a real coturn alone: two see each other, one goes off line and comes back, a wrong secret is said in clear words."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import RELAY, cameras, code_of, enter, new_call, page_of, sees
from tests.journeys.lossy import Line, line_to
from tools.services import free_port
from tools.services_of_calls import NotHere, Turn, turn

pytestmark = pytest.mark.journey
OFF_LINE = 20_000  # ms
CHOSEN = """async () => {
  const stats = [...(await everfairCall.engine.lines()[0][1].getStats()).values()];
  const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded");
  return stats.filter((one) => [pair.localCandidateId, pair.remoteCandidateId].includes(one.id))
    .map((one) => one.candidateType);
}"""


def installation(folder: Path, url: str, secret: str) -> Installation:
    """An installation whose relay is there."""
    settings = {
        "EVERFAIR_SEARCH_ENGINE": "null",
        "EVERFAIR_RATE_LIMITS": "false",
        "EVERFAIR_TURN_URLS": url,
        "EVERFAIR_TURN_SECRET": secret,
    }
    return Installation(folder, settings).with_tables()


@pytest.fixture(scope="module")
def relay() -> Iterator[Turn]:
    try:
        with turn() as given:
            yield given
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def fair(
    relay: Turn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, Server, Line]]:
    """An installation that serves; the way to its relay can be cut."""
    with ExitStack() as stack:
        line = stack.enter_context(line_to(relay.port))
        url = f"turn:127.0.0.1:{line.port}?transport=udp"
        made = installation(tmp_path_factory.mktemp("call-relay"), url, relay.secret)
        yield made, stack.enter_context(made.serving()), line


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server, Line]) -> Iterator[Callable[..., Any]]:
    """Pages of people who reach each other through the relay alone; whatever the browser complains of fails the journey."""
    wrong: list[str] = []
    with cameras(browser.browser_type) as started:
        yield lambda key, base=fair[1].base, script=RELAY: page_of(started, base, key, wrong, script=script)
    fair[2].share = 0.0
    assert wrong == [], f"the browser complained: {wrong}"


def test_through_the_relay_alone(
    fair: tuple[Installation, Server, Line], open_as: Callable[..., Any]
) -> None:
    call = new_call(fair[0])
    one, two = (enter(open_as(key), call["door"]) for key in call["people"])
    sees(one, code_of(two))
    sees(two, code_of(one))
    assert one.evaluate(CHOSEN) == two.evaluate(CHOSEN) == ["relay", "relay"]


def test_a_browser_off_line_for_twenty_seconds_comes_back_by_itself(
    fair: tuple[Installation, Server, Line], open_as: Callable[..., Any]
) -> None:
    call, line = new_call(fair[0]), fair[2]
    one, two = (enter(open_as(key), call["door"]) for key in call["people"])
    sees(one, code_of(two))
    sees(two, code_of(one))
    one.context.set_offline(True)  # for everfair; the relay's line is cut beside it
    line.share = 1.0
    one.wait_for_selector("[data-note]:has-text('out of reach for a moment')")
    two.wait_for_selector(f"[data-code='{code_of(one)}'] [data-line]:has-text('interrupted')")
    one.wait_for_timeout(OFF_LINE)
    line.share = 0.0
    one.context.set_offline(False)
    one.wait_for_function("() => everfairCall.words.includes('Everything is connected again.')")
    sees(two, code_of(one))
    sees(one, code_of(two))
    two.wait_for_selector(f"[data-code='{code_of(one)}'] [data-line]:empty", state="attached")
    assert one.locator("[data-note].stop").count() == 0
    assert one.evaluate(CHOSEN) == ["relay", "relay"]


def at_the_door(open_as: Callable[..., Any], made: Installation, base: str, said: str) -> None:
    """The door's check of the network says this."""
    call = new_call(made)
    page = open_as(call["people"][0], base=base, script="")
    page.goto(call["door"])
    page.wait_for_selector(f"[data-check=network]:has-text('{said}')")
    page.context.close()


def test_the_door_says_whether_the_relay_takes_us(
    fair: tuple[Installation, Server, Line],
    relay: Turn,
    open_as: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    at_the_door(open_as, fair[0], fair[1].base, "passed through the relay")
    wrong = installation(tmp_path_factory.mktemp("wrong-secret"), relay.url, "another secret, not coturn's")
    with wrong.serving() as server:
        at_the_door(open_as, wrong, server.base, "refuses this fair")
    told = wrong.run("doctor")
    assert told.returncode != 0
    assert "refuses the name and password (401" in told.stdout
    assert "Set EVERFAIR_TURN_SECRET to the value of static-auth-secret" in told.stdout
    away = f"turn:127.0.0.1:{free_port()}?transport=udp"
    nobody = installation(tmp_path_factory.mktemp("no-relay"), away, relay.secret)
    with nobody.serving() as server:
        at_the_door(open_as, nobody, server.base, "out of reach from here")
