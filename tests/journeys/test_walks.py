"""The sample fair from the door to the booth: visitors, an exhibitor and an organiser, in a real browser."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Places

pytestmark = [pytest.mark.journey]


def booths_found(page: Any) -> list[str]:
    """Addresses of the booths among the results, best first, without the language."""
    links = page.locator(".hits h3 a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return [link.removeprefix("/en/").removeprefix("/zh/") for link in links if "/booths/" in link]


def search_for(page: Any, words: str) -> None:
    """Types into the search box of the masthead and sends it as it is."""
    page.locator("#find-q").fill(words)
    page.locator("#find-q").press("Enter")
    page.wait_for_url("**/search/?q=*")


def sign_in(page: Any, email: str, password: str, then: str) -> None:
    """Through the form, on the way to a page of a desk."""
    page.goto(f"/en/account/login/?next={then}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("#main form.form").first.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{then}")


def test_a_visitor_walks_in_chinese_from_the_door_to_a_booth(visit: Callable[..., Any]) -> None:
    page = visit(locale="zh-CN")
    page.goto("/zh/")
    page.wait_for_url(re.compile(r"/zh/[\w-]+/$"))
    assert page.locator("html").get_attribute("lang") == "zh-Hans"

    page.locator("figure svg a:visible").first.click()
    page.wait_for_url("**/halls/*/")
    before = page.locator(".cards .card").count()
    assert before > 1

    folded = "fieldset details:not([open]) *"
    boxes = page.locator(f"form[data-auto-submit] .tick:not(.zero):not({folded}) input[type=checkbox]")
    chosen = boxes.last
    name, value = chosen.get_attribute("name"), chosen.get_attribute("value")
    chosen.check()
    page.wait_for_url(re.compile(rf"[?&]{name}={re.escape(str(value))}(&|$)"))
    assert page.locator(f'input[type=checkbox][name="{name}"][value="{value}"]').is_checked()
    cards = page.locator(".cards .card")
    assert 1 <= cards.count() <= before

    cards.first.locator("h3 a").click()
    page.wait_for_url("**/booths/*/")
    chinese = page.url
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/**")
    assert page.url == chinese.replace("/zh/", "/en/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_suggestion_is_opened_by_keyboard(visit: Callable[..., Any], places: Places) -> None:
    page = visit()
    page.goto(f"/en/{places.front}")
    box = page.locator("#find-q")
    box.click()
    box.press_sequentially("interpre", delay=30)
    first = page.locator("#find-q-list [role=option]").first
    first.wait_for()
    leads_to = first.get_attribute("data-url")
    name = first.locator("span").inner_text()
    assert leads_to
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("Enter")
    page.wait_for_url(f"**{leads_to}")
    assert page.locator("h1").inner_text() == name


def test_both_languages_and_a_typing_error_find_the_same_booth(
    visit: Callable[..., Any], places: Places
) -> None:
    page = visit()
    page.goto(f"/en/{places.front}")
    search_for(page, "interpreters")
    english = booths_found(page)
    assert english
    search_for(page, "interpretters")
    forgiven = booths_found(page)
    page.goto(f"/zh/{places.front}")
    search_for(page, "口译")
    chinese = booths_found(page)

    assert chinese[0] == english[0]
    assert english[0] in forgiven
    page.goto(f"/en/{english[0]}")
    assert "interpret" in page.locator("#main").inner_text().lower()


def test_everything_works_without_javascript(visit: Callable[..., Any], places: Places) -> None:
    page = visit(java_script_enabled=False)
    page.goto(f"/en/{places.halls}")
    page.locator(f'.area-row a[href="/en/{places.hall}"]').click()
    page.wait_for_url(f"**/{places.hall}")
    before = page.locator(".cards .card").count()
    page.locator(".tick:not(.zero) input[type=checkbox]").first.check()
    button = page.get_by_role("button", name="Show results")
    expect(button).to_be_visible()
    button.click()
    page.wait_for_url(re.compile(r"\?.*="))
    assert 1 <= page.locator(".cards .card").count() <= before
    card = page.locator(".cards .card h3 a").first
    name = card.inner_text()
    card.click()
    page.wait_for_url("**/booths/*/")
    assert page.locator("h1").inner_text() == name

    page.locator("#find-q").fill("interpreters")
    page.locator("form.find button").click()
    page.wait_for_url("**/search/?q=interpreters")
    assert booths_found(page)


def test_an_exhibitor_changes_the_booth_and_the_public_sees_it(
    visit: Callable[..., Any], demo_passwords: dict[str, str]
) -> None:
    desk, public = visit(), visit()
    sign_in(desk, "exhibitor@demo.example", demo_passwords["exhibitor@demo.example"], "/en/booth-desk/")
    row = desk.locator("ul.queue > li", has=desk.get_by_role("link", name="See it")).first
    address = row.get_by_role("link", name="See it").get_attribute("href")
    assert address
    for _ in range(2):  # the second answer may be a kept one
        public.goto(address)
    headline = "Told on the hour, to the minute, in two languages."
    assert public.locator(".booth-head .lead").inner_text() != headline

    row.get_by_role("link", name="Work on it").click()
    desk.get_by_role("link", name="Booth text").first.click()
    desk.wait_for_url("**/booth/")
    desk.get_by_label("In one sentence, English").fill(headline)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save", exact=True).click()
    saved = time.monotonic()
    while public.locator(".booth-head .lead").inner_text() != headline:
        assert time.monotonic() - saved < 10, "the public page still says what it said before"
        public.wait_for_timeout(100)
        public.reload()
    print(f"on the public page {time.monotonic() - saved:.2f} s after saving")


def test_an_organiser_accepts_a_firm_and_the_log_says_so(
    visit: Callable[..., Any], places: Places, demo_passwords: dict[str, str]
) -> None:
    page = visit()
    desk = f"/en/desk/{places.front}"
    sign_in(page, "organiser@demo.example", demo_passwords["organiser@demo.example"], f"{desk}queue/")
    page.locator("tbody tr").first.wait_for()
    page.locator("tbody tr").first.get_by_role("link", name=re.compile("^Open")).click()
    page.wait_for_url("**/review/*/")
    firm = page.locator("h1").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Accept", exact=True).click()
    page.goto(f"{desk}queue/")
    assert page.locator("tbody tr").filter(has_text=firm).count() == 0

    page.goto(f"{desk}log/")
    newest = page.locator("li.audit").first
    said = newest.inner_text()
    assert firm in said
    assert "accepted" in said.lower()
