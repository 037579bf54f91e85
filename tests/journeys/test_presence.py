"""A host and a visitor see each other at a booth, in real browsers and without loading a page again: greeted, rung, vanished."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.call_stage import cameras, page_of

pytestmark = pytest.mark.journey

SETTINGS = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}
MAKE = "import json; from tests.journeys.talk_world import make; print(json.dumps(make()))"
ADDRESS = """
import sys
from everfair.exhibition.models import Exhibitor
print(Exhibitor.objects.get(code=sys.argv[1]).address)
"""
HELP = """
import json, sys
from tests.programme.live_world import signed_in
from everfair.conversations.access import Who
from everfair.conversations.actions.writing import begin
from everfair.conversations.models import HelpDeskMember
from everfair.fair.models import Edition
from tests.factories.people import make_user
edition = Edition.objects.get(slug=sys.argv[1])
helper, people = make_user(name="Helper"), [make_user(name=f"P{n}") for n in range(2)]
HelpDeskMember.objects.create(edition=edition, user=helper)
talks = [begin(edition, Who.person(one), Who.help_desk(edition), "Where is the hall?", by=one).conversation for one in people]
print(json.dumps({"talks": [one.code for one in talks], "second": signed_in(people[1]), "helper": helper.pk}))
"""
ANSWER = """
import sys
from everfair.conversations.actions.writing import say
from everfair.conversations.models import Conversation
from everfair.people.models import User
talk = Conversation.objects.get(code=sys.argv[1])
say(talk, "b", "To the left.", by=User.objects.get(pk=sys.argv[2]))
"""


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    """An installation that serves."""
    made = Installation(tmp_path_factory.mktemp("presence-journey"), SETTINGS)
    with made.with_tables().serving() as server:
        yield made, server


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    opened: list[Any] = []
    with cameras(browser.browser_type) as devices:

        def start(key: str, **options: Any) -> Any:
            opened.append(page_of(devices, fair[1].base, key, wrong, **options))
            return opened[-1]

        yield start
        for page in opened:
            page.context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def choose(page: Any, edition: str, level: str, *, greet: bool = False) -> None:
    """The visitor's word, on their own page."""
    page.goto(f"/en/my/here/{edition}/")
    page.check(f"[name=level][value={level}]")
    page.set_checked("[name=may_greet]", greet)
    page.click("main form button")
    page.wait_for_selector("text=It holds at once")


def test_they_see_each_other_greet_ring_and_one_vanishes(
    fair: tuple[Installation, Server], open_as: Callable[..., Any]
) -> None:
    installation = fair[0]
    world: dict[str, Any] = json.loads(installation.python(MAKE))
    booth = f"/en/{world['edition']}/booths/{installation.python(ADDRESS, world['firm']).strip()}/"
    host, visitor, stranger = open_as(world["host"]), open_as(world["visitor"]), open_as("")
    choose(visitor, world["edition"], "name", greet=True)
    visitor.goto(booth)
    visitor.wait_for_selector("text=Visitors at this booth now: 1")
    assert not visitor.is_visible("[data-here-hosts]")

    host.goto(f"/en/booth-desk/{world['firm']}/now/")
    host.wait_for_selector("[data-stay] b:has-text('王晓明')")
    host.click("button:has-text('Stand at the booth')")
    visitor.wait_for_selector("p[data-here-hosts]:visible")
    stranger.goto(booth)
    stranger.wait_for_selector("p[data-here-hosts]:visible")
    visitor.wait_for_selector("text=Visitors at this booth now: 2")
    assert "王晓明" not in stranger.inner_text("main")
    looks = open_as("")
    looks.goto(f"/en/{world['edition']}/halls/")
    looks.wait_for_selector("[data-area] [data-here-mark]")
    looks.click("[data-area]:has([data-here-mark]) a")
    looks.wait_for_selector("[data-booth] [data-here-mark]")
    host.wait_for_selector("text=1 visitor without a name")

    host.fill("[data-stay] textarea", "Welcome to our booth.")
    host.click("[data-stay] button")
    host.wait_for_selector("[data-stay]:has-text('greeted')")
    visitor.wait_for_selector("[data-here-news]:visible")
    visitor.click("[data-here-news] a")
    visitor.wait_for_selector("text=Welcome to our booth.")

    visitor.goto(booth)
    visitor.wait_for_selector("div[data-here-hosts]:visible")
    visitor.click("div[data-here-hosts] button")
    visitor.wait_for_selector("[data-enter], [data-room]")
    host.wait_for_selector("[data-rings] [data-name]:has-text('王晓明')")
    host.click("[data-rings] form:not([data-decline]) button")
    host.wait_for_selector("[data-enter]")

    other = visitor.context.new_page()
    visitor.goto(booth)
    host.goto(f"/en/booth-desk/{world['firm']}/now/")
    host.wait_for_selector("[data-stay] b:has-text('王晓明')")
    choose(other, world["edition"], "nothing")
    host.wait_for_selector("[data-stay]", state="detached")
    stranger.wait_for_selector("text=Visitors at this booth now: 1")


def test_the_place_at_the_help_desk_moves_by_itself(
    fair: tuple[Installation, Server], open_as: Callable[..., Any]
) -> None:
    installation = fair[0]
    world: dict[str, Any] = json.loads(installation.python(MAKE))
    queue: dict[str, Any] = json.loads(installation.python(HELP, world["edition"]))
    page = open_as(queue["second"])
    page.goto(f"/en/my/conversations/{world['edition']}/{queue['talks'][1]}/")
    page.wait_for_selector("text=Your place at the help desk: 2")
    page.wait_for_function("() => everfairSocket.state === 'on'")
    page.wait_for_timeout(5000)  # two rolls: the server has noted the place
    installation.python(ANSWER, queue["talks"][0], str(queue["helper"]))
    page.wait_for_selector("text=Your place at the help desk: 1")
