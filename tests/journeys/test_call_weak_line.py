"""A tenth of all datagrams lost and 300 kbit/s: sound goes on, pictures stop by themselves, and come back with the line.

The line is worsened between the browsers and a real relay, so that no right over the machine's network is needed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import RELAY, cameras, code_of, enter, new_call, page_of, sees
from tests.journeys.lossy import Line, line_to
from tools.services_of_calls import NotHere, turn

pytestmark = pytest.mark.journey
HEARD = """async () => {
  const heard = async () => {
    for (const [, pc] of everfairCall.engine.lines()) for (const one of (await pc.getStats()).values())
      if (one.type === "inbound-rtp" && one.kind === "audio") return [one.packetsReceived, one.totalAudioEnergy];
    return [0, 0];
  };
  const [before, quiet] = await heard();
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const [after, loud] = await heard();
  return [after - before, loud > quiet];
}"""
"""Packets of sound in four seconds, and whether there was a sound in them: the false microphone beeps once a second."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server, Line]]:
    """An installation whose relay is reached over a line that can be made bad."""
    with ExitStack() as stack:
        try:
            relay = stack.enter_context(turn())
        except NotHere as reason:
            pytest.skip(str(reason))
        line = stack.enter_context(line_to(relay.port))
        settings = {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_RATE_LIMITS": "false",
            "EVERFAIR_TURN_URLS": f"turn:127.0.0.1:{line.port}?transport=udp",
            "EVERFAIR_TURN_SECRET": relay.secret,
        }
        made = Installation(tmp_path_factory.mktemp("weak-line"), settings)
        yield made, stack.enter_context(made.with_tables().serving()), line


def test_sound_goes_on_when_a_tenth_is_lost(browser: Any, ground: tuple[Installation, Server, Line]) -> None:
    made, server, line = ground
    wrong: list[str] = []
    call = new_call(made)
    with cameras(browser.browser_type) as started:
        pages = [page_of(started, server.base, key, wrong, script=RELAY) for key in call["people"]]
        one, two = (enter(page, call["door"]) for page in pages)
        sees(one, code_of(two))
        sees(two, code_of(one))
        line.share, line.bits = 0.1, 300_000
        for page in (one, two):
            page.wait_for_function("() => everfairCall.choice.mode === 'sound'", timeout=60000)
            assert page.evaluate("everfairCall.words.some((one) => one.includes('sound goes on'))")
            assert page.input_value("select[data-mode]") == "sound"
        for page in (one, two):
            packets, is_loud = page.evaluate(HEARD)
            assert packets > 100, "of two hundred packets of sound in four seconds"
            assert is_loud
            assert page.evaluate("everfairCall.choice.mode") == "sound"
            assert page.evaluate("everfairCall.engine.lines()[0][1].connectionState") == "connected"
        line.share, line.bits = 0.0, 0
        one.wait_for_function("() => everfairCall.choice.mode === 'picture'", timeout=60000)
        two.wait_for_function("() => everfairCall.choice.mode === 'picture'", timeout=60000)
        sees(one, code_of(two))
    assert wrong == []
    assert line.lost > 0
