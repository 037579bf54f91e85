"""static/js/socket.js in a real browser, under the site's own policy: facts, the outbox off line and across pages, the end."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.programme.live_world import cookies_of
from tests.realtime.talking import live_installation, live_world, serving, talking

pytestmark = pytest.mark.journey

SCRIPT = Path(__file__).resolve().parents[2] / "everfair/web/static/js/socket.js"
BEGIN = """() => {
  window.heard = []; window.states = [];
  addEventListener("everfair:socket", (event) => states.push(event.detail));
  window.stop = everfairSocket.connect("hall:js", (fact) => heard.push(fact));
}"""
SAY = "([text, number]) => { window.said = everfairSocket.say('hall:js', 'word', { text }, { number }); window.answer = null; said.then((data) => { answer = data; }, (error) => { answer = error.code; }); }"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return live_installation(tmp_path_factory.mktemp("socket"))


@pytest.fixture(scope="module")
def world(installation: Installation) -> dict[str, Any]:
    return live_world(installation)


@pytest.fixture(scope="module")
def server(installation: Installation, world: dict[str, Any]) -> Iterator[Server]:
    with serving(installation) as started:
        yield started


@pytest.fixture
def context(browser: Any, server: Server, world: dict[str, Any]) -> Iterator[Any]:
    made = browser.new_context(base_url=server.base)
    made.set_default_timeout(20000)
    key = world["visitors"][0]
    made.add_cookies(
        [{"name": name, "value": value, "url": server.base} for name, value in cookies_of(key).items()]
    )
    yield made
    made.close()


@pytest.fixture
def opened(context: Any, server: Server, world: dict[str, Any]) -> Callable[..., Any]:
    """A page with the socket, of the signed-in person unless another is named."""
    with talking(server, world["visitors"][0]) as talk:
        mine = str(talk.person)

    def open_one(person: str = mine) -> Any:
        page = context.new_page()
        page.goto("/healthz")
        page.set_content("<p>A page")
        return begun(page, person)

    return open_one


def begun(page: Any, person: str) -> Any:
    """The page with the socket, drawn for this person."""
    page.evaluate("(person) => { document.body.dataset.person = person; }", person)
    page.evaluate(SCRIPT.read_text("utf-8"))
    page.evaluate(BEGIN)
    page.wait_for_function("() => everfairSocket.state === 'on'")
    return page


def test_the_site_s_policy_lets_its_own_socket_through(context: Any) -> None:
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    answer = page.goto("/en/account/login/")
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    page.evaluate(
        "() => new Promise((done, no) => { const s = new WebSocket(`ws://${location.host}/ws`); s.onmessage = done; s.onerror = no; })"
    )
    assert [text for text in wrong if "Security Policy" in text] == []


def test_said_off_line_is_kept_and_sent_once_when_there_is_a_line(
    opened: Callable[..., Any], context: Any, server: Server
) -> None:
    with talking(server) as other:
        other.ask(do="subscribe", topic="hall:js")
        page = opened()
        page.evaluate(SAY, ["on line", "js-1"])
        page.wait_for_function("() => answer?.new === true")
        assert other.facts()[0]["text"] == "on line"
        page.wait_for_function("() => heard.some((fact) => fact.text === 'on line')")
        context.set_offline(True)
        page.wait_for_function("() => everfairSocket.state === 'off'")
        page.evaluate(SAY, ["off line", "js-2"])
        page.evaluate(
            "() => { everfairSocket.say('hall:js', 'word', { text: 'twice' }, { number: 'js-2' }); }"
        )
        assert page.evaluate("() => everfairSocket.unsent('hall:js').map((one) => one.number)") == ["js-2"]
        assert page.evaluate("() => answer") is None
        context.set_offline(False)
        page.wait_for_function("() => everfairSocket.unsent().length === 0")
        assert [fact["text"] for fact in other.facts()] == ["off line"]
        assert other.is_quiet()
        page.wait_for_function("() => answer?.new === true")  # the first promise, though it was said twice


def test_a_page_that_was_closed_leaves_its_words_to_the_next_of_the_same_person(
    opened: Callable[..., Any], context: Any, server: Server
) -> None:
    with talking(server) as other:
        other.ask(do="subscribe", topic="hall:js")
        page = opened()
        context.set_offline(True)
        page.wait_for_function("() => everfairSocket.state === 'off'")
        page.evaluate(SAY, ["left behind", "js-3"])
        page.close()
        context.set_offline(False)
        stranger = opened("999999")  # drawn for somebody else in this browser
        assert stranger.evaluate("() => everfairSocket.unsent()") == []
        stranger.evaluate(SAY, ["not mine", "js-4"])
        stranger.wait_for_timeout(500)
        assert stranger.evaluate("() => everfairSocket.unsent().map((one) => one.number)") == ["js-4"]
        again = opened()
        again.wait_for_function("() => everfairSocket.unsent().length === 0")
        assert [fact["text"] for fact in other.facts()] == ["left behind"]
        assert other.is_quiet()


def test_refusals_reach_who_spoke_and_a_server_that_ends_is_told_from_one_that_is_lost(
    installation: Installation, browser: Any, world: dict[str, Any]
) -> None:
    with serving(installation) as own:
        made = browser.new_context(base_url=own.base)
        made.add_cookies(
            [
                {"name": name, "value": value, "url": own.base}
                for name, value in cookies_of(world["visitors"][1]).items()
            ]
        )
        with talking(own, world["visitors"][1]) as talk:
            mine = str(talk.person)
        page = made.new_page()
        page.goto("/healthz")
        page.set_content("<p>A page")
        begun(page, mine)
        page.evaluate(
            "() => { window.refused = null; everfairSocket.say('hall:js', 'refuse').catch((error) => { refused = [error.code, error.message]; }); }"
        )
        page.wait_for_function("() => refused")
        assert page.evaluate("() => refused") == ["refused", "Please sign in first."]
        assert page.evaluate("() => everfairSocket.unsent()") == []
        own.process.send_signal(signal.SIGTERM)
        page.wait_for_function("() => states.includes('deploy')", timeout=20000)
        made.close()
