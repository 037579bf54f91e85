"""Wishes in a real browser: without a script, and by keyboard. The way from wishes to a timetable is in test_timetable.py."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from everfair.meetings.models import Wish
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_membership, make_organisation, make_user
from tests.programme.live_world import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Stage:
    """A fair next week with one slot, one firm with one person, three guests."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.edition = make_edition(starts_on=today + timedelta(days=7), ends_on=today + timedelta(days=9))
        make_rules(self.edition, wishes_close_at=timezone.now() + timedelta(days=2))
        begin = datetime.combine(self.edition.starts_on, time(14), SHANGHAI).astimezone(UTC)
        self.slot = make_slots(self.edition, 1, starts_at=begin)[0]
        make_table(self.edition)
        name = {"en": "Tidewater Surveys", "zh": "潮水测绘"}
        self.firm = make_exhibitor(self.edition, organisation=make_organisation(name=name))
        self.owner = make_membership(organisation=self.firm.organisation, role="owner").user
        make_participant(self.edition, exhibitor=self.firm, user=self.owner, name="Li Wen")
        kind = make_badge_kind(self.edition)
        self.guests = {}
        for who in ("Amina", "Berta", "Carlos"):
            user = make_user(name=who, time_zone="Africa/Nairobi")
            make_badge_holder(kind, user=user, name=who, email=user.email)
            self.guests[who] = user
        own = [self.edition.slug]
        self.wishes = reverse("visitor:meetings.wish_list", args=own)


@pytest.fixture
def seat(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """A page of a browser in which somebody is signed in; what goes wrong in it fails the journey."""
    contexts, wrong = [], []

    def open_page(user: Any, **options: Any) -> Any:
        context = browser.new_context(
            base_url=live, locale="en-GB", viewport={"width": 1280, "height": 900}, **options
        )
        cookie = {"name": "everfair_session", "value": signed_in(user), "url": live}
        context.add_cookies([cookie])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def wish(page: Any, address: str, code: str, level: str) -> None:
    """Choose a level in the list; the page says that it is kept."""
    page.goto(address)
    page.locator(f'input[name="w-{code}"][value="{level}"]').check(force=True)
    said = page.locator(f'[data-said="w-{code}"]')
    said.get_by_text("Saved.").wait_for()


def test_wishes_work_without_a_script_and_by_keyboard(seat: Callable[..., Any]) -> None:
    stage = Stage()
    user = stage.guests["Amina"]
    plain = seat(user, java_script_enabled=False)
    plain.goto(stage.wishes)
    plain.locator(f'input[name="w-{stage.firm.code}"][value="want"]').check(force=True)
    plain.get_by_role("button", name="Save", exact=True).last.click()
    plain.get_by_text("1 wish changed.").wait_for()
    assert Wish.objects.get().level == "want"
    page = seat(user)
    page.goto(stage.wishes)
    page.locator(f'input[name="w-{stage.firm.code}"]:checked').focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("0 must meet · 0 would like · 1 no, thank you").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("0 must meet · 1 would like · 0 no, thank you").wait_for()
    assert Wish.objects.get().level == "want"
