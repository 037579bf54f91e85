"""Three and five people in a room's page, carried by a real Janus: who sees whom, who is put out, and a Janus that falls."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.gateways.video.page import Page, Refused
from tests.journeys.call_stage import (
    all_see_all,
    cameras,
    code_of,
    enter,
    let_in,
    new_call,
    page_of,
    sees,
    word,
)
from tools.services_of_calls import Janus, NotHere, janus

pytestmark = pytest.mark.journey
WRONG_TOKEN = 433
SERVED = "() => everfairCall.engine?.isServed === true"
BETWEEN = "() => everfairCall.engine?.isServed === false"


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Server, Janus]]:
    """An installation that serves, with Janus."""
    with ExitStack() as stack:
        try:
            media = stack.enter_context(janus())
        except NotHere as reason:
            pytest.skip(str(reason))
        settings = {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_RATE_LIMITS": "false",
            "EVERFAIR_JANUS_URL": media.url,
            "EVERFAIR_JANUS_PUBLIC_URL": media.public_url,
            "EVERFAIR_JANUS_TOKEN_SECRET": media.token_secret,
            "EVERFAIR_JANUS_ADMIN_KEY": media.admin_key,
        }
        made = Installation(tmp_path_factory.mktemp("call-groups"), settings)
        yield made, stack.enter_context(made.with_tables().serving()), media


@pytest.fixture
def media(fair: tuple[Installation, Server, Janus]) -> Iterator[Janus]:
    """Janus, running again afterwards whatever was done to it."""
    yield fair[2]
    if fair[2].process is None:
        fair[2].start()


@pytest.fixture
def open_as(browser: Any, fair: tuple[Installation, Server, Janus]) -> Iterator[Callable[..., Any]]:
    """Pages of people; errors of scripts and of the security policy fail the journey."""
    wrong: list[str] = []
    with cameras(browser.browser_type) as started:
        yield lambda key, **options: page_of(started, fair[1].base, key, wrong, **options)
    assert wrong == [], f"the browser complained: {wrong}"


def group(fair: Any, open_as: Callable[..., Any], size: int) -> tuple[dict[str, Any], list[Any]]:
    """A call in which so many see each other: the visitor, the colleague, and guests who were let in."""
    call = new_call(fair[0], size - 2)
    pages = [enter(open_as(key), call["door"]) for key in call["people"][:2]]
    for key in call["people"][2:]:
        pages.append(let_in(pages[0], open_as(key), call))
    all_see_all(pages)
    return call, pages


def seat_of(page: Any) -> SimpleNamespace:
    """What a page was given to enter Janus."""
    return SimpleNamespace(**page.evaluate("everfairCall.engine.call.seat"))


def refusal(media: Janus, seat: SimpleNamespace, **instead: Any) -> int:
    """The code with which Janus refuses somebody."""
    with pytest.raises(Refused) as refused:
        Page(media.url, seat.token).join(seat, **instead)  # type: ignore[arg-type]
    return refused.value.code


def test_three_meet_through_janus_and_see_a_screen(
    fair: tuple[Installation, Server, Janus], open_as: Callable[..., Any]
) -> None:
    _call, (one, two, three) = group(fair, open_as, 3)
    assert all(page.evaluate(SERVED) for page in (one, two, three))
    word(two, "mute")
    for page in (one, three):
        page.wait_for_selector(f"[data-code='{code_of(two)}'] .tile-name small:has-text('microphone off')")
    word(three, "share")
    for page in (one, two):
        sees(page, code_of(three), "screen")
    word(three, "share")
    one.wait_for_selector(f"[data-code='{code_of(three)}'][data-what=screen]", state="detached")
    own = code_of(two)
    two.click("[data-leave] button")
    for page in (one, three):
        page.wait_for_selector(f"[data-tiles] [data-code='{own}']", state="detached")
    two.click("a:has-text('Go back in')")
    two.click("[data-enter] button")
    all_see_all([one, two, three])


def test_five_see_each_other(fair: tuple[Installation, Server, Janus], open_as: Callable[..., Any]) -> None:
    _call, pages = group(fair, open_as, 5)
    assert all(page.evaluate(SERVED) for page in pages)
    assert [page.locator("[data-tiles] .tile").count() for page in pages] == [5] * 5


def test_who_is_put_out_does_not_return_with_the_old_seat(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    call, (one, two, three) = group(fair, open_as, 3)
    kept, staying, own = seat_of(three), seat_of(two), code_of(three)
    one.click(f"[data-people] [data-code='{own}'] [data-act=remove]")
    three.wait_for_url("**/over/")
    for page in (one, two):
        page.wait_for_selector(f"[data-tiles] [data-code='{own}']", state="detached")
    assert refusal(media, kept) == WRONG_TOKEN, "the seat that was taken away"
    assert refusal(media, kept, token=staying.entry[:-4] + "AAA=") == WRONG_TOKEN, "a forged one"
    answer = three.request.post(
        f"{call['door']}seat/", form={"csrfmiddlewaretoken": "a" * 32}, headers={"Referer": three.url}
    )
    assert answer.status == 422, "and everfair gives no new one"
    assert "taken out of this call" in answer.json()["words"]
    sees(one, code_of(two))
    sees(two, code_of(one))


def test_a_seat_of_one_call_opens_no_other(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    _call, pages = group(fair, open_as, 3)
    mine = seat_of(pages[0])
    for page in pages:
        page.context.close()
    _other, others = group(fair, open_as, 3)
    theirs = seat_of(others[0])
    assert mine.room != theirs.room
    assert refusal(media, mine, room=int(theirs.room)) == WRONG_TOKEN
    all_see_all(others)


def test_pictures_that_stand_still_are_asked_for_anew(
    fair: tuple[Installation, Server, Janus], open_as: Callable[..., Any]
) -> None:
    _call, (one, two, three) = group(fair, open_as, 3)
    feed = seat_of(two).feed
    stopped = one.evaluate(
        """async (feed) => { const line = everfairCall.engine.call.watched.get(feed);
        const streams = [...line.names.keys()].map((mid) => ({ mid, send: false }));
        return JSON.stringify((await line.say({ request: "configure", streams })).plugindata.data); }""",
        feed,
    )
    assert "error" not in stopped
    line = "(feed) => everfairCall.engine.call.watched.get(feed)?.id || 0"
    before = one.evaluate(line, feed)
    one.wait_for_function(
        "([feed, before]) => ![0, before].includes(everfairCall.engine.call.watched.get(feed)?.id || 0)",
        arg=[feed, before],
    )
    sees(one, code_of(two))
    sees(one, code_of(three))


def test_janus_is_killed_and_started_and_all_meet_again(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    _call, pages = group(fair, open_as, 3)
    media.stop()
    pages[0].wait_for_selector("[data-note]:has-text('carries this call is out of reach')")
    media.start()
    for page in pages:
        page.wait_for_function("() => everfairCall.words.includes('Everything is connected again.')")
    all_see_all(pages)
    assert all(page.evaluate(SERVED) for page in pages)


def test_a_pair_beside_a_group_whose_server_falls_is_not_disturbed(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    other = new_call(fair[0])
    pair = [enter(open_as(key), other["door"]) for key in other["people"]]
    all_see_all(pair)
    said = [page.evaluate("everfairCall.words.length") for page in pair]
    _call, pages = group(fair, open_as, 3)
    all_see_all(pair)
    media.stop()
    pages[0].wait_for_selector("[data-note]:has-text('carries this call is out of reach')")
    all_see_all(pair)
    assert [page.evaluate("everfairCall.words.length") for page in pair] == said, "they were told nothing"
    codes = {code_of(page) for page in pages}
    for page in pair:
        seen = set(
            page.evaluate(
                "[...document.querySelectorAll('[data-tiles] .tile')].map((one) => one.dataset.code)"
            )
        )
        assert seen == {code_of(one) for one in pair}
        assert not seen & codes


def test_without_janus_three_go_on_between_their_browsers(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    call, pages = group(fair, open_as, 3)
    media.stop()
    for page in pages:
        page.wait_for_function(BETWEEN)
    assert any(
        "goes on between your browsers" in said
        for page in pages
        for said in page.evaluate("everfairCall.words")
    )
    all_see_all(pages)
    media.start()
    again = enter(pages[2], call["door"])
    for page in pages[:2]:
        page.wait_for_function(SERVED)
    all_see_all([pages[0], pages[1], again])


def test_five_without_janus_are_told_and_meet_again_when_it_is_back(
    fair: tuple[Installation, Server, Janus], media: Janus, open_as: Callable[..., Any]
) -> None:
    _call, pages = group(fair, open_as, 5)
    media.stop()
    for page in pages:
        page.wait_for_selector("[data-note].stop:has-text('server for calls does not answer')")
        assert page.locator("[data-spare]").is_visible()
    media.start()
    all_see_all(pages)
