"""A visitor and a firm write to each other in two languages, in real browsers: live, closed and reopened, off line, killed."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.journeys.talk_world import serving_at
from tests.programme.live_world import cookies_of
from tools.services import free_port

pytestmark = pytest.mark.journey

MAKE = "import json; from tests.journeys.talk_world import make; print(json.dumps(make()))"
SILENCE = """
from datetime import timedelta
from django.utils import timezone
from everfair.conversations.actions.silence import follow_silence
print(follow_silence(timezone.now() + timedelta(minutes=20)))
"""
KEPT = """
import json, sys
from everfair.conversations.models import Message
rows = Message.objects.filter(conversation__edition__slug=sys.argv[1], kind="text").order_by("conversation", "number")
print(json.dumps([[row.number, row.side, row.text, row.language] for row in rows]))
"""
DRAWN = """() => {
  const draw = (node) => {
    if (node.nodeType === 3) return node.textContent.trim();
    const said = [...node.attributes].map((a) => `${a.name}=${a.value}`).sort();
    return `<${node.tagName} ${said.join(" ")}>\\n${[...node.childNodes].map(draw).filter(Boolean).join("\\n")}`;
  };
  return draw(document.querySelector("[data-thread]"));
}"""
IS_ON = "() => everfairSocket.state === 'on'"
TEXTS = "() => [...document.querySelectorAll('[data-thread] .text')].map((one) => one.textContent)"
HAS = (
    "(text) => [...document.querySelectorAll('[data-thread] .text')].some((one) => one.textContent === text)"
)
UNREAD = "() => document.querySelector('.desk-nav [data-unread]')?.textContent || ''"


class Fair:
    """An installation whose server can be killed and comes back at the same address."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.port = free_port()
        self.open = ExitStack()
        self.server: Server = self.open.enter_context(serving_at(installation, self.port))

    def kill(self) -> None:
        """kill -9."""
        self.server.process.kill()
        self.server.process.wait(timeout=20)

    def start(self) -> None:
        self.server = self.open.enter_context(serving_at(self.installation, self.port))

    def kept(self, edition: str) -> list[list[Any]]:
        """[number, side, text, language] of what was said."""
        found: list[list[Any]] = json.loads(self.installation.python(KEPT, edition))
        return found


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fair]:
    made = Installation(
        tmp_path_factory.mktemp("talk-journey"),
        {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_WORKER_IN_PROCESS": "false",
            "EVERFAIR_RATE_LIMITS": "false",
        },
    )
    fair = Fair(made.with_tables())
    yield fair
    fair.open.close()


@pytest.fixture
def world(fair: Fair) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fair.installation.python(MAKE))
    return found


@pytest.fixture
def profile(browser: Any, fair: Fair) -> Iterator[Callable[..., Any]]:
    """Browser profiles of people, by their session's key; what a page complains about fails the journey."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def make(key: str, **options: Any) -> Any:
        context = browser.new_context(
            base_url=fair.server.base, **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        context.add_cookies(
            [
                {"name": name, "value": value, "url": fair.server.base}
                for name, value in cookies_of(key).items()
            ]
        )
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def begun(visitor: Any, world: dict[str, Any], text: str) -> tuple[Any, str]:
    """The visitor's page of a conversation they began in Chinese, and its code."""
    page = visitor.new_page()
    page.goto(f"/zh/my/conversations/{world['edition']}/new/?to=booth:{world['firm']}")
    page.fill("#text", text)
    page.click("form.say .acts .btn")
    page.wait_for_selector("[data-thread]")
    return page, page.url.rstrip("/").rsplit("/", 1)[-1]


def opened(context: Any, world: dict[str, Any], code: str, lang: str = "en") -> Any:
    """Somebody's page of the conversation, with a line."""
    page = context.new_page()
    page.goto(f"/{lang}/my/conversations/{world['edition']}/{code}/")
    page.wait_for_function(IS_ON)
    return page


def say(page: Any, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Control+Enter")


def test_two_people_in_two_languages(fair: Fair, world: dict[str, Any], profile: Callable[..., Any]) -> None:
    visitor, firm = profile(world["visitor"]), profile(world["host"])
    asks, code = begun(visitor, world, "我们需要跨境冷链物流")
    asks.wait_for_function(IS_ON)
    desk = firm.new_page()
    desk.goto("/en/my/")
    desk.wait_for_function(f"() => ({UNREAD})() === '1'")
    assert desk.title().startswith("(1) ")
    host = opened(firm, world, code)
    assert host.locator("[data-thread] .theirs .text").get_attribute("lang") == "zh-Hans"
    asks.wait_for_selector("[data-thread] > [data-read]")
    desk.wait_for_function(f"() => ({UNREAD})() === ''")
    assert not desk.title().startswith("(")

    host.fill("#text", "")
    host.type("#text", "Every week")
    asks.wait_for_function("() => document.querySelector('[data-typing]').textContent !== ''")
    host.press("#text", "Control+Enter")
    asks.wait_for_function(HAS, arg="Every week")
    assert asks.locator("[data-thread] .theirs .text").get_attribute("lang") == "en"
    assert host.evaluate("() => document.activeElement.id") == "text", "the keyboard stays where one writes"
    host.wait_for_selector("[data-thread] > [data-read]")
    say(asks, "太好了，第一批是什么时候？")
    host.wait_for_function(HAS, arg="太好了，第一批是什么时候？")
    host.wait_for_function("() => !document.querySelector('[data-unsent] > li')")
    asks.wait_for_function("() => !document.querySelector('[data-unsent] > li')")

    asks.close()
    say(host, "On Monday.")
    say(host, "<b>Shall I</b> hold a place?")
    host.wait_for_function(HAS, arg="<b>Shall I</b> hold a place?")
    host.wait_for_function("() => !document.querySelector('[data-unsent] > li')")
    assert fair.installation.python(SILENCE).strip() == "(1, 0)", "one letter to the one who is away"
    assert fair.installation.python(SILENCE).strip() == "(0, 0)"

    listed = visitor.new_page()
    listed.goto(f"/zh/my/conversations/{world['edition']}/")
    assert listed.locator(".talk-list .unread").count() == 1
    listed.wait_for_function(f"() => ({UNREAD})() === '1'")
    asks = opened(visitor, world, code, "zh")
    assert asks.evaluate(TEXTS)[-2:] == ["On Monday.", "<b>Shall I</b> hold a place?"]
    listed.wait_for_function(f"() => ({UNREAD})() === ''")
    host.wait_for_function(
        "() => document.querySelector('[data-read]')?.previousElementSibling === [...document.querySelectorAll('[data-thread] .own')].pop()"
    )
    assert " at " in host.locator("[data-read]").inner_text()
    say(asks, "要的，谢谢！")
    host.wait_for_function(HAS, arg="要的，谢谢！")
    asks.wait_for_function("() => !document.querySelector('[data-unsent] > li')")

    asks.click(".deeds form[action*='/close/'] button")
    host.wait_for_selector(".talk-head .state.away")
    host.wait_for_selector(".said-note")
    for page, lang in ((host, "en"), (asks, "zh")):
        page.wait_for_timeout(500)
        open_page = page.evaluate(DRAWN)
        fresh = opened(page.context, world, code, lang)
        assert open_page == fresh.evaluate(DRAWN), "an open page is what a fresh one is"
        fresh.close()
    assert [(side, text, language) for _n, side, text, language in fair.kept(world["edition"])] == [
        ("a", "我们需要跨境冷链物流", "zh"),
        ("b", "Every week", "en"),
        ("a", "太好了，第一批是什么时候？", "zh"),
        ("b", "On Monday.", "en"),
        ("b", "<b>Shall I</b> hold a place?", "en"),
        ("a", "要的，谢谢！", "zh"),
    ]


def test_off_line_and_back_it_is_sent_once(
    fair: Fair, world: dict[str, Any], profile: Callable[..., Any]
) -> None:
    visitor, firm = profile(world["visitor"]), profile(world["host"])
    asks, code = begun(visitor, world, "你好")
    asks.wait_for_function(IS_ON)
    host = opened(firm, world, code)
    visitor.set_offline(True)
    asks.wait_for_selector("[data-socket-note]:not([hidden])")
    say(asks, "离线时写的")
    waits = asks.locator("[data-unsent] > li")
    waits.first.wait_for()
    assert waits.count() == 1
    asks.wait_for_timeout(10000)
    assert waits.count() == 1
    assert len(fair.kept(world["edition"])) == 1
    visitor.set_offline(False)
    host.wait_for_function(HAS, arg="离线时写的")
    asks.wait_for_function("() => !document.querySelector('[data-unsent] > li')")
    assert asks.evaluate(TEXTS) == ["你好", "离线时写的"]

    visitor.set_offline(True)
    asks.wait_for_selector("[data-socket-note]:not([hidden])")
    say(asks, "然后关了页面")
    asks.close()
    visitor.set_offline(False)
    other = visitor.new_page()
    other.goto("/zh/my/")
    host.wait_for_function(HAS, arg="然后关了页面")
    again = opened(visitor, world, code, "zh")
    assert again.locator("[data-unsent] > li").count() == 0
    assert [text for _n, _side, text, _l in fair.kept(world["edition"])] == [
        "你好",
        "离线时写的",
        "然后关了页面",
    ]


def test_what_is_refused_stays_with_its_sentence(
    fair: Fair, world: dict[str, Any], profile: Callable[..., Any]
) -> None:
    visitor, firm = profile(world["visitor"]), profile(world["host"])
    asks, code = begun(visitor, world, "你好")
    host = opened(firm, world, code)
    asks.wait_for_function(IS_ON)
    asks.click(".deeds form[action*='/block/'] button")
    say(host, "A long answer I want to keep")
    host.wait_for_selector("[data-unsent] .refused")
    assert "No messages can be exchanged here any more" in host.locator(".refused").inner_text()
    asks.close()
    host.reload()
    host.wait_for_selector("[data-unsent] .refused")
    assert "A long answer I want to keep" in host.locator(".refused").inner_text()
    assert len(fair.kept(world["edition"])) == 1


def test_without_a_script_the_form_does_it_all(
    fair: Fair, world: dict[str, Any], profile: Callable[..., Any]
) -> None:
    visitor = profile(world["visitor"], java_script_enabled=False)
    page, _code = begun(visitor, world, "没有脚本")
    page.fill("#text", "第二句")
    page.click("form.say .acts .btn")
    page.wait_for_selector("#m2")
    page.click("#m2 a")
    page.click("form.stack .btn:not(.text)")
    page.wait_for_selector("#m2 .gone")
    assert [text for _n, _side, text, _l in fair.kept(world["edition"])] == ["没有脚本", ""]


def test_a_server_killed_after_it_said_yes_has_lost_nothing(
    fair: Fair, world: dict[str, Any], profile: Callable[..., Any]
) -> None:
    visitor, firm = profile(world["visitor"]), profile(world["host"])
    asks, code = begun(visitor, world, "一")
    asks.wait_for_function(IS_ON)
    host = opened(firm, world, code)
    asks.evaluate(
        "() => everfairSocket.say(document.querySelector('[data-talk]').dataset.talk, 'say', { text: '二' }, { number: 'own-2' })"
    )
    fair.kill()
    asks.wait_for_selector("[data-socket-note]:not([hidden])")
    say(asks, "三")
    asks.wait_for_selector("[data-unsent] > li")
    assert asks.locator("[data-unsent] > li").count() == 1
    fair.start()
    host.wait_for_function(HAS, arg="三", timeout=60000)
    asks.wait_for_function("() => !document.querySelector('[data-unsent] > li')", timeout=60000)
    assert [(number, text) for number, _s, text, _l in fair.kept(world["edition"])] == [
        (1, "一"),
        (2, "二"),
        (3, "三"),
    ]
    assert asks.evaluate(TEXTS) == ["一", "二", "三"]
    assert host.evaluate(TEXTS) == ["一", "二", "三"]
