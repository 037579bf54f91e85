"""In the room, in real browsers: asked, voted, answered live; an open page is what a fresh one would be; without script too."""

import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.config.installation import Client, Installation, Server
from tests.programme.live_world import cookies_of

pytestmark = pytest.mark.journey

MAKE = "import json; from tests.programme.live_world import make; print(json.dumps(make()))"
DRAWN = """() => {
  const draw = (node) => {
    if (node.nodeType === 3) return node.textContent.trim();
    if (node.nodeType !== 1 || ["TEMPLATE", "SCRIPT"].includes(node.tagName)) return "";
    if (node.name === "csrfmiddlewaretoken" || node.matches(".error, [data-keep]")) return "";
    const said = [...node.attributes].filter((a) => a.name !== "data-position").map((a) => `${a.name}=${a.value}`).sort();
    return `<${node.tagName} ${said.join(" ")}>\\n${[...node.childNodes].map(draw).filter(Boolean).join("\\n")}`;
  };
  return draw(document.querySelector("[data-live]"));
}"""
IS_LIVE = "() => document.querySelector('[data-live-note=on]')?.hidden === false"
HIDE = "(on) => { Object.defineProperty(document, 'hidden', { value: on, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server]]:
    """An installation that serves."""
    made = Installation(
        tmp_path_factory.mktemp("live-journey"),
        {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_WORKER_IN_PROCESS": "false",
            "EVERFAIR_RATE_LIMITS": "false",
        },
    )
    with made.with_tables().serving() as server:
        yield made, server


@pytest.fixture
def world(fair: tuple[Installation, Server]) -> dict[str, Any]:
    """A session of its own for each journey."""
    found: dict[str, Any] = json.loads(fair[0].python(MAKE))
    return found


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server]) -> Iterator[Callable[..., Any]]:
    """A page of a fresh profile of somebody; errors of scripts and of the security policy fail the journey."""
    server, contexts, wrong = fair[1], [], []

    def start(key: str = "", **options: Any) -> Any:
        context = browser.new_context(
            base_url=server.base, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        context.add_cookies(
            [{"name": name, "value": value, "url": server.base} for name, value in cookies_of(key).items()]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield start
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


class Hand:
    """Acts as somebody by plain forms, without a browser."""

    def __init__(self, server: Server, key: str, room: str, moderate: str = "") -> None:
        self.client = Client(server.base, cookies_of(key))
        self.room, self.moderate = f"/en{room}", f"/en{moderate}"

    def post(self, path: str, **fields: str) -> int:
        return self.client.post(path, fields).status

    def ask(self, text: str, *, named: bool = False) -> int:
        return self.post(f"{self.room}ask/", text=text, **({"is_named": "on"} if named else {}))

    def rows(self, path: str, css: str) -> list[str]:
        """Ids of what stands on a page: "question" or "poll"."""
        import re

        text = self.client.get(path).text.partition("<template")[0]
        return re.findall(rf'class="{css}[^"]*" data-id="([^"]+)"', text)


def live_page(page: Any, path: str) -> Any:
    """The page, connected."""
    page.goto(path)
    page.wait_for_function(IS_LIVE)
    return page


def test_a_question_is_asked_voted_and_answered_live_in_two_browsers(
    world: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    asker = live_page(open_as(world["visitors"][0]), f"/zh{world['room']}")
    other = live_page(
        open_as(world["visitors"][1], viewport={"width": 390, "height": 800}), f"/en{world['room']}"
    )
    desk = live_page(open_as(world["moderator"]), f"/en{world['moderate']}")
    words = "云展厅全年开放吗？"

    asker.fill("#ask-text", words)
    asker.check("[name=is_named]")
    asker.click(".ask button")
    asker.wait_for_selector(f".own li:has-text('{words}')")
    # the pushed question may come before the answer that empties the field
    asker.wait_for_function("document.querySelector('#ask-text').value === ''")
    waiting = desk.wait_for_selector(f"[data-list=asked] li:has-text('{words}')")
    assert "Visitor 0" in waiting.inner_text()
    assert other.locator(".questions li").count() == 0

    waiting.query_selector("button[value=shown]:not([hidden])").click()
    shown = f".questions li:has-text('{words}')"
    other.wait_for_selector(shown)
    asker.wait_for_selector(shown)
    asker.wait_for_selector(".own li", state="detached")

    other.click(f"{shown} button.vote")
    asker.wait_for_selector(f"{shown}[data-votes='1']")
    desk.wait_for_selector(f"{shown}[data-votes='1']")
    other.wait_for_selector(f"{shown} button.vote[aria-pressed=true]")
    assert asker.get_attribute(f"{shown} button.vote", "aria-pressed") == "false"

    desk.locator(f"[data-list=shown] li:has-text('{words}') button[value=answered]").click()
    for page in (asker, other):
        page.wait_for_selector(f"{shown}[data-state=answered]")
        assert page.locator(f"{shown} button.vote").is_disabled()
    assert other.locator(f"{shown} .state.here").is_visible()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_poll_is_opened_voted_in_and_closed_live_and_who_is_late_is_told(
    world: dict[str, Any], open_as: Callable[..., Any]
) -> None:
    desk = open_as(world["moderator"])
    desk.goto(f"/en{world['moderate']}polls/new/")
    desk.fill("[name=text_en]", "Where next?")
    desk.fill("[name=text_zh]", "下一站在哪里？")
    desk.fill("[name=options]", "Harbour | 海港\nHill | 山丘")
    desk.click("main button.btn")
    desk.wait_for_function(IS_LIVE)
    one = live_page(open_as(world["visitors"][0]), f"/zh{world['room']}")
    late = live_page(open_as(world["visitors"][1]), f"/en{world['room']}")
    assert one.locator(".poll").count() == 0

    desk.click(".poll button[value=open]:visible")
    one.wait_for_selector(".poll h3:has-text('下一站在哪里？')")
    one.check(".poll [value=a]")
    one.click(".poll button")
    late.wait_for_selector(".poll [data-option=a] [data-t=count]:text-is('1')")
    assert late.locator("[data-option=a] [data-t=share]").inner_text() == "100%"
    desk.wait_for_selector("[data-t=total]:text-is('1')")

    late.check(".poll [value=b]")
    late.evaluate(HIDE, True)  # its page does not hear that the poll closes
    desk.click(".poll button[value=closed]:visible")
    one.wait_for_selector(".poll[data-state=closed]")
    assert one.locator(".poll [value=a]").is_disabled()
    late.click(".poll button")
    late.wait_for_selector(".poll .error:has-text('Your choice was not counted')")
    late.evaluate(HIDE, False)
    late.wait_for_selector(".poll[data-state=closed]")
    assert late.locator("[data-t=total]").inner_text() == "1"


def test_without_script_one_asks_and_votes_by_plain_forms(
    world: dict[str, Any], fair: tuple[Installation, Server], open_as: Callable[..., Any]
) -> None:
    moderator = Hand(fair[1], world["moderator"], world["room"], world["moderate"])
    page = open_as(world["visitors"][0], java_script_enabled=False)
    page.goto(f"/en{world['room']}")
    page.fill("#ask-text", "?!")
    page.click(".ask button")
    expect(page.locator("#ask-error")).to_have_text("Write your question first.")
    assert page.input_value("#ask-text") == "?!"
    page.fill("#ask-text", "Does it work on an old phone?")
    page.click(".ask button")
    expect(page.locator(".own li")).to_have_text("Does it work on an old phone?")
    (key,) = moderator.rows(moderator.moderate, "question")
    assert moderator.post(f"{moderator.moderate}questions/{key}/", state="shown") == 302
    page.click("text=Show what is new")
    page.click(".questions button.vote")
    expect(page.locator(".questions li")).to_have_attribute("data-votes", "1")
    page.click(".questions button.vote")
    expect(page.locator(".questions li")).to_have_attribute("data-votes", "0")
    assert page.locator(".toast").count() >= 1


def test_a_stages_screen_shows_what_changed_without_being_touched(
    world: dict[str, Any], fair: tuple[Installation, Server], open_as: Callable[..., Any]
) -> None:
    screen = open_as()
    screen.goto(f"/en/{world['edition']}/stages/{world['stage']}/screen/")
    screen.wait_for_selector("article.on h2:has-text('Talk')")
    screen.evaluate("window.isSame = true")
    screen.wait_for_timeout(500)  # the connection has no sign of its own on a screen
    moderator = Hand(fair[1], world["moderator"], world["room"], world["moderate"])
    decide = f"/en/desk/{world['edition']}/programme/sessions/{world['session']}/decide/"
    assert moderator.post(decide, state="cancelled", reason="The hall is under water.") == 302
    screen.wait_for_selector("article.on h2:has-text('Talk')", state="detached")
    assert screen.evaluate("window.isSame"), "the page was loaded again"


def an_act(chance: random.Random, people: list[Hand], moderator: Hand, n: int) -> None:
    """One random thing that somebody does; what is refused at the moment changes nothing."""
    person = chance.choice(people)
    asked = moderator.rows(moderator.moderate, "question")
    drafted = moderator.rows(moderator.moderate, "poll")
    deed = chance.choice(
        [
            "ask",
            "ask",
            "vote",
            "vote",
            "vote",
            "set",
            "set",
            "set",
            "poll",
            "choose",
            "choose",
            "do",
            "do",
            "asking",
        ]
    )
    if deed == "ask":
        person.ask(
            chance.choice(["Why", "Wie", "为什么", "<b>&amp;</b>"]) + f" {n}?", named=chance.random() < 0.5
        )
    elif deed == "vote" and asked:
        person.post(
            f"{person.room}questions/{chance.choice(asked)}/vote/", on=chance.choice("001"[::-1] + "1")
        )
    elif deed == "set" and asked:
        state = chance.choice(["shown", "shown", "shown", "answered", "hidden"])
        moderator.post(f"{moderator.moderate}questions/{chance.choice(asked)}/", state=state)
    elif deed == "poll" and len(drafted) < 4:
        options = "\n".join(["Yes | 是", "No", "Perhaps | 也许"][: chance.choice([2, 3])])
        shows = {"shows_results": "on"} if chance.random() < 0.5 else {}
        words = {"text_en": f"Poll {n}?"} | ({"text_zh": f"第{n}个投票？"} if chance.random() < 0.5 else {})
        moderator.post(f"{moderator.moderate}polls/new/", options=options, **words, **shows)
    elif deed == "choose" and drafted:
        person.post(f"{person.room}polls/{chance.choice(drafted)}/vote/", option=chance.choice("abc"))
    elif deed == "do" and drafted:
        do = chance.choice(["open", "open", "open", "closed", "show", "keep", "remove"])
        moderator.post(f"{moderator.moderate}polls/{chance.choice(drafted)}/set/", do=do)
    elif deed == "asking":
        do = chance.choice(["open", "open", "close", "at_once", "let_through"])
        moderator.post(f"{moderator.moderate}asking/", do=do)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_open_page_is_what_a_fresh_one_would_be(
    seed: int, world: dict[str, Any], fair: tuple[Installation, Server], open_as: Callable[..., Any]
) -> None:
    chance = random.Random(seed)
    people = [Hand(fair[1], key, world["room"]) for key in world["visitors"]]
    moderator = Hand(fair[1], world["moderator"], world["room"], world["moderate"])
    for n in range(10):  # pages do not begin empty
        an_act(chance, people, moderator, n)
    seen = {
        "anybody": (open_as(), f"/en{world['room']}"),
        "a visitor": (open_as(world["visitors"][0]), f"/zh{world['room']}"),
        "moderator": (open_as(world["moderator"]), f"/en{world['moderate']}"),
        "hidden for a while": (open_as(world["visitors"][1]), f"/en{world['room']}"),
        "stale": (open_as(world["visitors"][2]), f"/en{world['room']}"),
    }
    for page, path in seen.values():
        live_page(page, path)
    asleep, stale = seen["hidden for a while"][0], seen["stale"][0]
    for n in range(10, 60):
        if n == 25:
            asleep.evaluate(HIDE, True)
            stale.evaluate(HIDE, True)
            stale.evaluate("document.querySelector('[data-live]').dataset.position = '1'")
        if n == 45:
            asleep.evaluate(HIDE, False)
            stale.evaluate(HIDE, False)
        an_act(chance, people, moderator, n)
    for name, (page, path) in seen.items():
        fresh = page.context.new_page()
        live_page(fresh, path)
        wanted, ends = fresh.evaluate(DRAWN), time.monotonic() + 10
        while page.evaluate(DRAWN) != wanted and time.monotonic() < ends:
            page.wait_for_timeout(100)
        assert page.evaluate(DRAWN).splitlines() == wanted.splitlines(), name
        assert "class=question" in wanted or "class=poll" in wanted, "nothing happened"
        fresh.close()
