"""A firm's board by hand: what is pressed is what moves, however the board slides; what is given up stays; the keyboard's way."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Negotiation
from tests.factories.deals import make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.outcomes import make_signer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
A_STAGE = 14  # cards: more than a window is high
CENTRE = "(one) => one.scrollIntoView({block: 'center', inline: 'center'})"


@pytest.fixture
def firm() -> Any:
    """A firm with every stage full."""
    firm = make_exhibitor(state="published")
    for number, stage in enumerate(stages_of(firm.edition)):
        for place in range(A_STAGE):
            make_negotiation(
                firm=firm, has_conversation=False, stage=stage, place=place + 1, title=f"{number}-{place}"
            )
    return firm


@pytest.fixture
def board(browser: Any, live: str, firm: Any) -> Iterator[Callable[..., Any]]:
    """The board in a window of so many pixels. Errors of its script fail the journey."""
    opened, wrong = [], []

    def open_board(width: int) -> Any:
        client = Client()
        client.force_login(make_signer(firm))
        context = browser.new_context(base_url=live, viewport={"width": width, "height": 800})
        opened.append(context)
        context.add_cookies([{"name": n, "value": c.value, "url": live} for n, c in client.cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(f"/en/booth-desk/{firm.code}/deals/")
        return page

    yield open_board
    for context in opened:
        context.close()
    assert wrong == []


def title(page: Any, name: str) -> Any:
    return page.locator("[data-deal]").filter(has_text=name).first


def middle(part: Any) -> tuple[float, float]:
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 8


def column(page: Any, number: int) -> list[str]:
    """What stands in a stage, the first first."""
    cards = page.locator("ol[data-stage]").nth(number).locator("[data-deal] > p:first-of-type a")
    return [text.strip() for text in cards.all_inner_texts()]


def stored(name: str) -> tuple[str, int]:
    row = Negotiation.objects.select_related("stage").get(title=name)
    return row.stage.code if row.stage else "", row.place


def slide(page: Any, right: int, down: int) -> None:
    """The board and the page under a mouse that stands still."""
    page.evaluate(
        "([right, down]) => { document.querySelector('[data-board]').scrollLeft += right; scrollBy(0, down) }",
        [right, down],
    )


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("by", ["card", "title"])
def test_what_is_pressed_moves_while_the_board_slides(
    board: Callable[..., Any], firm: Any, width: int, by: str
) -> None:
    page = board(width)
    pressed = title(page, "1-5")
    page.evaluate(CENTRE, pressed.element_handle())
    at = middle(pressed if by == "card" else pressed.locator("a").first)
    before = [column(page, number) for number in range(5)]
    page.mouse.move(*at)
    page.mouse.down()
    slide(
        page, 40, int(title(page, "1-6").bounding_box()["y"] - pressed.bounding_box()["y"])
    )  # 1-6 is under the mouse now
    goal = title(page, "2-6").bounding_box()
    with page.expect_response("**/move/") as answered:
        for step in range(1, 6):
            page.mouse.move(
                at[0] + (goal["x"] + 40 - at[0]) * step / 5, at[1] + (goal["y"] + 4 - at[1]) * step / 5
            )
        page.mouse.move(goal["x"] + 42, goal["y"] + 5)
        page.mouse.up()
    assert answered.value.status == 200
    assert column(page, 2)[6] == "1-5"
    assert column(page, 1) == [one for one in before[1] if one != "1-5"]
    page.reload()
    assert column(page, 2)[6] == "1-5"
    assert [one for one in column(page, 2) if one != "1-5"] == before[2]
    for number in (0, 3, 4):
        assert column(page, number) == before[number]


def test_a_drag_that_is_given_up_moves_nothing(board: Callable[..., Any], firm: Any) -> None:
    page = board(1280)
    before = [column(page, number) for number in range(5)]
    card = title(page, "0-1")
    page.evaluate(CENTRE, card.element_handle())
    at, over = middle(card), middle(title(page, "3-1"))
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(*over, steps=6)
    page.mouse.move(over[0] + 2, over[1] + 2)
    assert "0-1" in column(page, 3)  # shown where it would go
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_function("() => !document.querySelector('.deal-card.dragged')")
    assert [column(page, number) for number in range(5)] == before
    assert stored("0-1") == ("new", 2)


def test_by_keyboard_from_the_handle(board: Callable[..., Any], firm: Any) -> None:
    page = board(800)
    title(page, "1-0").locator("[data-grip]").focus()
    for key in ("ArrowRight", "ArrowDown"):
        with page.expect_response("**/move/") as answered:
            page.keyboard.press(key)
        assert answered.value.status == 200
    assert column(page, 2)[:2] == ["2-0", "1-0"]
    assert page.evaluate("document.activeElement.closest('[data-deal]').textContent.includes('1-0')")
    page.reload()
    assert column(page, 2)[:2] == ["2-0", "1-0"]
