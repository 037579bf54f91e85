"""A session from proposal to move in real browsers: a host proposes, the team announces and moves it, the attendee is told."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from everfair.fair.models import Edition
from everfair.programme.models import Session
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import PASSWORD, make_membership, make_user
from tests.factories.programme import make_call, make_stage

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def edition(transactional_db: None) -> Edition:
    """A fair whose second day is tomorrow."""
    today = timezone.localdate()
    return make_edition(starts_on=today, ends_on=today + timedelta(days=5))


@pytest.fixture
def opened(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """Signs a person in, in a browser of their own; what scripts or the security policy complain about fails the journey."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_for(user: Any, width: int = 1280) -> Any:
        context = browser.new_context(base_url=live, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto("/en/account/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def test_proposed_announced_kept_moved_told(edition: Edition, opened: Callable[..., Any]) -> None:
    exhibitor = make_exhibitor(edition)
    host = make_membership(organisation=exhibitor.organisation).user
    team, visitor = make_user(), make_user(language="zh")
    make_team_member(edition, team, "programme")
    make_call(edition)
    make_stage(edition, name={"en": "Tide Room", "zh": "潮汐厅"})
    tomorrow = edition.starts_on + timedelta(days=1)

    page = opened(host, width=390)
    page.goto(f"/en/booth-desk/{exhibitor.code}/sessions/")
    page.get_by_role("link", name="Propose a session").click()
    page.locator("input[name=title_en]").fill("Ports that never sleep")
    page.locator("input[name=title_zh]").fill("不眠的港口")
    page.locator("textarea[name=abstract_en]").fill("Night work on the quay.")
    page.locator("input[name=starts_at]").fill(f"{tomorrow}T10:00")
    page.locator("input[name=ends_at]").fill(f"{tomorrow}T11:00")
    page.locator("input[name=person-0-name_en]").fill("Ann Lee")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("Proposed. The programme team decides")).to_be_visible()
    session = Session.objects.get()

    desk = opened(team)
    desk.goto(f"/en/desk/{edition.slug}/programme/proposals/")
    desk.get_by_role("link", name="Ports that never sleep", exact=True).click()
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.get_by_text("confirmed").first).to_be_visible()
    desk.get_by_role("link", name="Edit", exact=True).click()
    desk.locator("select[name=stage]").select_option(label="Tide Room")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    desk.get_by_role("button", name="Announce").click()
    expect(desk.locator(".state.here").first).to_have_text("published")

    phone = opened(visitor, width=390)
    phone.goto(f"/zh/{edition.slug}/sessions/{session.code}/")
    phone.wait_for_url(re.compile(session.code))
    form = phone.locator(f"form[action*='/{session.code}/keep/']").first
    with phone.expect_navigation():
        form.locator("button").click()
    assert session.bookmarks.filter(user=visitor).exists()

    mail.outbox.clear()
    desk.get_by_role("link", name="Edit", exact=True).click()
    desk.locator("input[name=starts_at]").fill(f"{tomorrow}T15:00")
    desk.locator("input[name=ends_at]").fill(f"{tomorrow}T16:00")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Changes people were told")).to_be_visible()
    told = [letter for letter in mail.outbox if letter.to == [visitor.email]]
    assert len(told) == 1
    assert "不眠的港口" in told[0].subject
    assert "15:00–16:00" in told[0].body
    assert "潮汐厅" in told[0].body
