"""What a first visit costs on the wire: bytes and requests of the public pages, from this server alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Places

pytestmark = [pytest.mark.journey]

MOST_BYTES = 100_000
MOST_REQUESTS = 12


NAMES = [
    "front", "halls", "hall", "booth", "offer", "search", "about",
    "programme", "programme_list", "programme_now", "session", "stage", "speakers", "outcomes", "outcome", "outcome_rules",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_first_visit_is_light(visit: Callable[..., Any], demo: str, places: Places, name: str) -> None:
    page = visit()
    asked: list[str] = []
    answered: list[str] = []
    sizes: list[float] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: answered.append(response.url))

    page.goto(f"/en/{places.all()[name]}", wait_until="networkidle")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # pictures that wait to be seen count too
    page.wait_for_load_state("networkidle")

    there = urlsplit(demo).netloc
    fetched = [url for url in asked if not url.startswith("data:")]
    print(f"{name}: {sum(sizes):.0f} bytes in {len(answered)} requests")
    assert [url for url in fetched if urlsplit(url).netloc != there] == []
    assert len(sizes) >= 3, "page, stylesheet and script were expected to be counted"
    assert sum(sizes) <= MOST_BYTES
    assert len(fetched) <= MOST_REQUESTS
