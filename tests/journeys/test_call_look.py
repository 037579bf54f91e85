"""Door and room of a call as people with little sight, small screens and other languages meet them: axe, widths, both themes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, new_call, page_of, sees

pytestmark = pytest.mark.journey
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    """An installation that serves."""
    settings = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}
    made = Installation(tmp_path_factory.mktemp("call-look"), settings)
    with made.with_tables().serving() as server:
        yield made, server


def problems(page: Any, where: str) -> list[str]:
    """What axe finds, minor things left out, and whether the page is wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    result = Axe().run(page).response
    assert result["passes"], f"axe looked at nothing: {where}"
    found = [
        f"{where}: {one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in result["violations"]
        if one["impact"] != "minor"
    ]
    return [*found, *([f"{where}: too wide"] if page.evaluate(TOO_WIDE) else [])]


@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("en", "light", 1280), ("zh", "dark", 390), ("en", "dark", 320)]
)
def test_door_and_room_are_sound(
    browser: Any, fair: tuple[Installation, Server], lang: str, scheme: str, width: int
) -> None:
    call, wrong = new_call(fair[0], 1), list[str]()
    door = call["door"].replace("/en/", f"/{lang}/")
    look = {"bypass_csp": True, "color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    found: list[str] = []
    with cameras(browser.browser_type) as started:
        one, two = (page_of(started, fair[1].base, key, wrong, **look) for key in call["people"][:2])
        one.goto(door)
        one.wait_for_selector("[data-check=network]:not(:empty)")
        found += problems(one, "door")
        enter(one, door)
        found += problems(one, "alone")
        enter(two, door)
        sees(one, code_of(two))
        guest = page_of(started, fair[1].base, call["people"][2], wrong, **look)
        guest.goto(call["link"].replace("/en/", f"/{lang}/"))
        found += problems(guest, "guest")
        guest.click("main form button")
        guest.wait_for_selector("[data-waiting]")
        found += problems(guest, "waiting")
        one.wait_for_selector("[data-people] [data-act=admit]")
        one.evaluate(
            "() => document.querySelectorAll('main details').forEach((part) => { part.open = true })"
        )
        found += problems(one, "room of two")
        one.select_option("select[data-mode]", "sound")
        two.wait_for_function(
            f"() => document.querySelector('[data-code=\"{code_of(one)}\"]').dataset.mode === 'sound'"
        )
        found += problems(one, "sound only") + problems(two, "the other's sound only")
        one.click("[data-leave] button")
        one.wait_for_url("**/over/")
        found += problems(one, "left")
    assert found == [], "\n".join(found)
    assert wrong == []
