"""A call of two in real browsers with fake cameras: seen, muted, shared, left, come back; lost lines; put out; on a weak line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, let_in, new_call, page_of, sees, word

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


def test_who_is_put_out_is_out_at_once_and_does_not_come_back(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    one = enter(open_as(call["people"][0]), call["door"])
    guest = let_in(one, open_as(call["people"][2]), call)
    own = code_of(guest)
    sees(one, own)
    guest.evaluate(
        "window.kept = everfairCall.engine.lines().map(([, pc]) => pc); kept.forEach((pc) => { pc.close = () => {}; })"
    )
    one.click(f"[data-people] [data-code='{own}'] [data-act=remove]")
    one.wait_for_selector(f"[data-tiles] [data-code='{own}']", state="detached")
    guest.wait_for_url("**/over/")
    assert "taken out of this call" in guest.inner_text("main")
    guest.goto(f"{call['door']}room/")
    guest.wait_for_load_state()
    assert guest.locator("[data-room]").count() == 0
    assert guest.locator("[data-enter]").count() == 0


def test_the_server_goes_and_comes_back_while_pictures_go_on(
    devices: Any,
    tmp_path_factory: pytest.TempPathFactory,
    call: dict[str, Any],
    fair: tuple[Installation, Server],
) -> None:
    import subprocess
    import sys

    from tests.config.installation import HERE
    from tools.services import free_port

    made, port, wrong = fair[0], free_port(), []  # type: ignore[var-annotated]
    base = f"http://127.0.0.1:{port}"

    def start() -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "everfair", "serve", "--port", str(port)]
        with (made.folder / "killed.log").open("ab") as log:
            begun = subprocess.Popen(
                words, env={**made.environment, "EVERFAIR_BASE_URL": base}, cwd=HERE, stdout=log, stderr=log
            )
        server = Server(base, begun, made.folder / "killed.log")
        for _n in range(200):
            try:
                if server.get("/healthz").status == 200:
                    return begun
            except OSError:
                import time

                time.sleep(0.3)
        raise AssertionError("the server did not answer")

    process = start()
    try:
        one, two = (enter(page_of(devices, base, key, wrong), call["door"]) for key in call["people"][:2])
        sees(one, code_of(two))
        sees(two, code_of(one))
        process.kill()
        process.wait()
        one.wait_for_selector("[data-note]:has-text('out of reach')")
        sees(one, code_of(two))
        sees(two, code_of(one))
        process = start()
        one.wait_for_selector("[data-note]:has-text('connected again')")
        word(one, "mute")
        two.wait_for_selector(f"[data-code='{code_of(one)}'] .tile-name small:has-text('microphone off')")
        sees(two, code_of(one))
        one.context.close()
        two.context.close()
    finally:
        process.kill()
        process.wait()
    assert wrong == []


def test_a_browser_off_line_comes_back_by_itself(call: dict[str, Any], open_as: Callable[..., Any]) -> None:
    one, two = both(call, open_as)
    own = code_of(one)
    # off line for the server, and the way between the browsers broken as by a change of network
    one.context.set_offline(True)
    one.evaluate("for (const peer of everfairCall.engine.peers.peers.values()) peer.pc.close()")
    one.wait_for_selector("[data-note]:has-text('out of reach')")
    two.wait_for_selector(f"[data-code='{own}'] [data-line]:not(:empty)")
    one.wait_for_timeout(20000)
    one.context.set_offline(False)
    one.wait_for_selector("[data-note]:has-text('connected again')")
    sees(two, own, timeout=60000)
    sees(one, code_of(two), timeout=60000)


def test_in_writing_without_a_camera_and_on_a_weak_line(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    one = enter(open_as(call["people"][0]), call["door"], mode="text")
    two = enter(open_as(call["people"][1], viewport={"width": 390, "height": 844}), call["door"])
    assert one.evaluate("everfairCall.own.camera || everfairCall.own.audio") is None
    one.fill("#say", "请发报价。")
    one.click("[data-say] button")
    two.wait_for_selector("[data-said] li:has-text('请发报价。')")
    # what the statistics would say on a weak line: sound is offered, then chosen, and pictures come back
    two.evaluate("for (let n = 0; n < 2; n += 1) everfairCall.choice.look(0.1)")
    two.wait_for_selector("[data-note]:has-text('Sound alone would be clearer')")
    two.evaluate("for (let n = 0; n < 2; n += 1) everfairCall.choice.look(0.1)")
    one.wait_for_selector(f"[data-code='{code_of(two)}'] small:has-text('sound only')")
    two.evaluate("for (let n = 0; n < 6; n += 1) everfairCall.choice.look(0.4)")
    one.wait_for_selector(f"[data-code='{code_of(two)}'] small:has-text('in writing')")
    two.evaluate("for (let n = 0; n < 60; n += 1) everfairCall.choice.look(0)")
    two.wait_for_function("everfairCall.choice.mode === 'picture'")
    sees(one, code_of(two))
    assert two.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_notes_are_shared_and_nothing_is_overwritten(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    one, two = (enter(open_as(key), call["door"], mode="text") for key in call["people"][:2])
    for page in (one, two):
        page.click("[data-panel=notes] summary")
    one.fill("#notes", "Four border posts")
    one.click("[data-notes] button")
    two.wait_for_function("document.querySelector('#notes').value === 'Four border posts'")
    two.evaluate("document.querySelector('[data-notes] [name=version]').value = 1")
    two.fill("#notes", "Two border posts")
    two.click("[data-notes] button")
    two.wait_for_selector("[data-meanwhile] [data-now]:has-text('Four border posts')")
    assert one.input_value("#notes") == "Four border posts"
    assert two.input_value("#notes") == "Two border posts"


def test_no_way_between_them_is_told_in_the_conversation(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    from tests.journeys.call_stage import RELAY

    one = enter(open_as(call["people"][0], script=RELAY), call["door"])
    two = enter(open_as(call["people"][1], script=RELAY), call["door"])
    for page in (one, two):
        page.wait_for_selector("[data-note].stop:has-text('No way was found')", timeout=60000)
        assert page.locator("[data-spare]").get_attribute("href") == "https://meet.example.org/spare"
        assert page.locator("[data-talk]").is_visible()
    page = open_as(call["people"][1])
    page.goto(call["door"])
    page.click("[data-talk]")
    page.wait_for_load_state()
    assert "meet.example.org/spare" in page.content()
