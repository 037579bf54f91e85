"""Calls carried by a real coturn and a real Janus: relay only, three and five people, a Janus that forgets everything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import (
    RELAY,
    all_see_all,
    cameras,
    code_of,
    enter,
    let_in,
    new_call,
    page_of,
    sees,
)
from tools.services_of_calls import Janus, NotHere, janus, turn

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server, Janus]]:
    """An installation that serves, with Janus and coturn."""
    with ExitStack() as stack:
        try:
            media, relay = stack.enter_context(janus()), stack.enter_context(turn())
        except NotHere as reason:
            pytest.skip(str(reason))
        settings = {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_RATE_LIMITS": "false",
            "EVERFAIR_JANUS_URL": media.url,
            "EVERFAIR_JANUS_PUBLIC_URL": media.public_url,
            "EVERFAIR_JANUS_TOKEN_SECRET": media.token_secret,
            "EVERFAIR_JANUS_ADMIN_KEY": media.admin_key,
            "EVERFAIR_TURN_URLS": relay.url,
            "EVERFAIR_TURN_SECRET": relay.secret,
        }
        made = Installation(tmp_path_factory.mktemp("call-groups"), settings)
        yield made, stack.enter_context(made.with_tables().serving()), media


@pytest.fixture
def open_as(browser: Any, servers: tuple[Installation, Server, Janus]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    with cameras(browser.browser_type) as started:
        yield lambda key, **options: page_of(started, servers[1].base, key, wrong, **options)
    assert wrong == [], f"the browser complained: {wrong}"


def test_through_the_relay_alone(
    servers: tuple[Installation, Server, Janus], open_as: Callable[..., Any]
) -> None:
    call = new_call(servers[0])
    one, two = (enter(open_as(key, script=RELAY), call["door"]) for key in call["people"])
    sees(one, code_of(two))
    sees(two, code_of(one))
    kinds = one.evaluate(
        """async () => { const stats = [...(await everfairCall.engine.lines()[0][1].getStats()).values()];
        const chosen = stats.find((one) => one.selectedCandidatePairId)?.selectedCandidatePairId;
        const pair = stats.find((one) => one.id === chosen) || stats.find((one) => one.type === "candidate-pair" && one.state === "succeeded");
        return stats.filter((one) => [pair.localCandidateId, pair.remoteCandidateId].includes(one.id)).map((one) => one.candidateType); }"""
    )
    assert sorted(kinds) == ["relay", "relay"]


def test_a_third_moves_all_to_janus_which_may_forget_them(
    servers: tuple[Installation, Server, Janus], open_as: Callable[..., Any]
) -> None:
    call = new_call(servers[0], 1)
    one, two = (enter(open_as(key), call["door"]) for key in call["people"][:2])
    sees(one, code_of(two))
    three = let_in(one, open_as(call["people"][2]), call)
    all_see_all([one, two, three])
    assert all(page.evaluate("everfairCall.engine.isServed") for page in (one, two, three))
    servers[2].stop()
    servers[2].start()
    all_see_all([one, two, three])
    own = code_of(three)
    one.click(f"[data-people] [data-code='{own}'] [data-act=remove]")
    three.wait_for_url("**/over/")
    one.wait_for_selector(f"[data-tiles] [data-code='{own}']", state="detached")
    sees(one, code_of(two))


def test_five_see_each_other(
    servers: tuple[Installation, Server, Janus], open_as: Callable[..., Any]
) -> None:
    call = new_call(servers[0], 3)
    pages = [enter(open_as(key), call["door"]) for key in call["people"][:2]]
    for key in call["people"][2:]:
        pages.append(let_in(pages[0], open_as(key), call))
    all_see_all(pages)
