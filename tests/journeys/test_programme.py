"""The programme in a real browser: arrow keys through the grid, the reader's own hours, nothing fetched before a click."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.factories.programme import BEGIN, make_session, make_stage
from tests.programme.live_world import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.querySelector('b')?.textContent"


def test_arrow_keys_lead_along_a_stage_and_to_the_next_one(page: Any) -> None:
    edition = make_edition()
    first, second = make_stage(edition), make_stage(edition)
    titles = {
        name: make_session(edition, stage=stage, hour=hour, title={"en": name})
        for name, stage, hour in (("A1", first, 0), ("A2", first, 2), ("B1", second, 0), ("B2", second, 2))
    }
    assert len(titles) == 4
    page.goto(f"/en/{edition.slug}/programme/")
    page.locator("[data-board]").focus()
    page.keyboard.press("ArrowRight")
    walked = [page.evaluate(FOCUSED)]
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(page.evaluate(FOCUSED))
    assert walked == ["A1", "A2", "B2", "B1", "A1", "A1"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/a1-*/", wait_until="commit")


def test_hours_of_a_reader_elsewhere_stand_beside_the_fairs(browser: Any, live: str) -> None:
    edition = make_edition()
    session = make_session(edition)
    for zone, own in (("Africa/Nairobi", "04:00"), ("Asia/Shanghai", "")):
        context = browser.new_context(base_url=live, timezone_id=zone, locale="en-GB")
        page = context.new_page()
        page.goto(f"/en/{edition.slug}/programme/?day={BEGIN:%Y-%m-%d}")
        ruler = page.locator("[data-own-ruler]")
        assert ruler.is_visible() == bool(own)
        if own:
            assert ruler.locator("time").first.inner_text() == own
        page.goto(f"/en/{edition.slug}/sessions/{session.address}/")
        yours = page.locator("[data-yours]").first
        assert yours.is_visible() == bool(own)
        if own:
            assert "04:00–05:00" in yours.inner_text()
        context.close()


def test_nothing_is_asked_of_another_site_before_a_click(page: Any, live: str) -> None:
    edition = make_edition()
    start = timezone.now() - timedelta(minutes=5)
    session = make_session(
        edition,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        live_url="https://stream.example/live.m3u8",
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/en/{edition.slug}/sessions/{session.address}/", wait_until="networkidle")
    assert page.get_by_role("link", name="Watch live").is_visible()
    assert asked
    assert [url for url in asked if not url.startswith((live, "data:"))] == []
    assert page.locator("iframe, video").count() == 0


def test_a_session_is_kept_from_its_page_and_stands_in_my_programme(browser: Any, live: str) -> None:
    edition = make_edition()
    start = timezone.now() + timedelta(hours=2)
    session = make_session(
        edition,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        seats=1,
        title={"en": "Cold chain", "zh": "冷链"},
    )
    person = make_user(language="zh")
    context = browser.new_context(base_url=live, java_script_enabled=False, locale="zh-CN")
    context.add_cookies([{"name": "everfair_session", "value": signed_in(person), "url": live}])
    page = context.new_page()
    page.goto(f"/zh/{edition.slug}/sessions/{session.address}/")
    page.locator("form[action$='/keep/'] button").click()
    page.locator("form[action$='/seat/'] button").click()
    page.goto(f"/zh/my/programme/{edition.slug}/")
    assert "冷链" in page.locator(".lines").inner_text()
    assert page.locator(".state.won").count() == 1
    page.locator("form[action$='/give-back/'] button").click()
    page.wait_for_url(f"**/zh/my/programme/{edition.slug}/")
    assert page.locator(".state.won").count() == 0
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_day_of_many_stages_never_scrolls_the_page_sideways(browser: Any, live: str, width: int) -> None:
    edition = make_edition()
    for number in range(12):
        stage = make_stage(edition, name={"en": f"A stage with a rather long name, number {number}"})
        for half in range(12):
            at = BEGIN + timedelta(minutes=30 * half)
            make_session(edition, stage=stage, starts_at=at, ends_at=at + timedelta(minutes=25))
    context = browser.new_context(base_url=live, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"/en/{edition.slug}/programme/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    on_each_other = page.evaluate(_MEETING)
    assert on_each_other == 0, "sessions of one stage stand on each other"
    context.close()


_MEETING = """() => {
  let found = 0;
  for (const lane of document.querySelectorAll(".lane")) {
    const boxes = [...lane.querySelectorAll(".slot > a")].map((link) => link.getBoundingClientRect());
    for (let a = 0; a < boxes.length; a++) for (let b = a + 1; b < boxes.length; b++) {
      const [x, y] = [boxes[a], boxes[b]];
      if (x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1) found++;
    }
  }
  return found;
}"""
