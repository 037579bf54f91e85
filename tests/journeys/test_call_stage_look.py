"""A stage's pages as people with little sight, small screens and other languages meet them: axe, widths, both themes."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, code_of, enter, page_of, sees
from tests.journeys.test_call_look import problems
from tests.journeys.test_call_stages import new_world, settings_of
from tools.services_of_calls import NotHere, janus

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    """An installation that serves, with Janus."""
    with ExitStack() as stack:
        try:
            media = stack.enter_context(janus())
        except NotHere as reason:
            pytest.skip(str(reason))
        made = Installation(tmp_path_factory.mktemp("stage-look"), settings_of(media))
        yield made, stack.enter_context(made.with_tables().serving())


@pytest.mark.parametrize(
    ("lang", "scheme", "width"), [("en", "light", 1280), ("zh", "dark", 390), ("en", "dark", 320)]
)
def test_the_stages_pages_are_sound(
    browser: Any, fair: tuple[Installation, Server], lang: str, scheme: str, width: int
) -> None:
    world, wrong = new_world(fair[0]), list[str]()
    room, moderate, page = (world[name].replace("/en/", f"/{lang}/") for name in ("room", "moderate", "page"))
    look = {"bypass_csp": True, "color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    found: list[str] = []
    with cameras(browser.browser_type) as started:
        host, speaker, one, other = (
            page_of(started, fair[1].base, key, wrong, **look)
            for key in (world["moderator"], world["speaker"], world["visitors"][0], world["visitors"][2])
        )
        host.goto(moderate)
        found += problems(host, "moderators, not chosen")
        host.click("[name=carried][value=here]")
        found += problems(host, "moderators, chosen")
        door = host.get_attribute("#stage a.btn", "href")
        one.goto(room)
        found += problems(one, "audience before")
        other.goto(room)
        found += problems(other, "no right")
        enter(host, door)
        found += problems(host, "stage, not on air")
        host.click("[data-begin] button")
        enter(speaker, door)
        one.click("[data-do=watch]")
        for code in (code_of(host), code_of(speaker)):
            sees(one, code)
        sees(host, code_of(speaker))
        host.wait_for_selector("[data-people] [data-act=hush]")
        found += problems(host, "stage, on air") + problems(one, "audience, watching")
        one.click("[data-do=sound]")
        found += problems(one, "audience, sound only")
        one.goto(page)
        found += problems(one, "the session's page")
        host.goto(moderate)
        found += problems(host, "moderators, on air")
    assert found == [], "\n".join(found)
    assert wrong == []
