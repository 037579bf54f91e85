"""A call of two in real browsers with fake cameras: seen, muted, shared, left, come back; lost lines; put out; on a weak line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, let_in, new_call, page_of, sees, word

pytestmark = pytest.mark.journey
FROZEN = """(() => { const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const given = await ask(wanted);
    if (!wanted.video || !location.pathname.endsWith("/room/")) return given;
    window.asked = (window.asked || 0) + 1;
    if (window.asked > 1) return given;
    for (const camera of given.getVideoTracks()) { camera.stop(); given.removeTrack(camera); }
    const sheet = document.createElement("canvas");
    sheet.getContext("2d").fillRect(0, 0, 9, 9);
    given.addTrack(sheet.captureStream().getVideoTracks()[0]);
    return given;
  }; })()"""
"""The first camera of the room gives one picture and no other."""
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


def test_a_camera_that_gives_no_pictures_any_more_is_asked_for_again(
    call: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    one = enter(open_as(call["people"][0], script=FROZEN), call["door"])
    two = enter(open_as(call["people"][1]), call["door"])
    sees(one, code_of(two))
    assert one.evaluate("window.asked") == 1
    sees(two, code_of(one))
    assert one.evaluate("window.asked") == 2


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
        one.wait_for_function("() => everfairCall.words.includes('Everything is connected again.')")
        word(one, "mute")
        two.wait_for_selector(f"[data-code='{code_of(one)}'] .tile-name small:has-text('microphone off')")
        sees(two, code_of(one))
        one.context.close()
        two.context.close()
    finally:
        process.kill()
        process.wait()
    assert wrong == []
