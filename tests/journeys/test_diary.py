"""The diary for the pocket in real Chromium: without a network it opens, after signing out nothing of it stays."""

from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from everfair.meetings.models import Participant
from tests.factories.fair import make_edition
from tests.factories.meetings import make_meeting, make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def person() -> Participant:
    """Somebody in Nairobi with a meeting at table 12 tomorrow."""
    today = timezone.now().date()
    edition = make_edition(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=3))
    make_rules(edition)
    (slot,) = make_slots(edition, 1, starts_at=timezone.now() + timedelta(days=1))
    found = make_participant(edition, user=make_user(time_zone="Africa/Nairobi"))
    make_meeting(slot, found, make_participant(edition, name="Shen Mo"), table=make_table(edition, number=12))
    return found


def sign_in(page: Any, live: str, person: Participant) -> None:
    client = Client()
    client.force_login(person.user)
    cookies = [{"name": name, "value": one.value, "url": live} for name, one in client.cookies.items()]
    page.context.add_cookies(cookies)


def wait_until(page: Any, asked: str, seconds: float = 20) -> None:
    """Asked again from here: Playwright takes the promise of an asynchronous predicate for true."""
    ends = monotonic() + seconds
    while not page.evaluate(asked):
        assert monotonic() < ends, asked
        page.wait_for_timeout(100)


def kept_by_worker(page: Any) -> None:
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "() => document.querySelector('[data-kept]').textContent.includes('without a network')"
    )


def test_the_diary_opens_without_a_network_until_one_signs_out(
    page: Any, live: str, person: Participant
) -> None:
    address = f"/en/my/meetings/{person.edition.slug}/pocket/"
    sign_in(page, live, person)
    page.goto(address)
    kept_by_worker(page)
    page.context.set_offline(True)
    page.reload()
    assert page.locator(".line.meet h3").all_inner_texts() == ["Shen Mo"]
    assert "Table 12" in page.locator(".line.meet").inner_text()
    assert "Off line" in page.locator("[data-line]").inner_text()
    page.context.set_offline(False)
    page.goto("/en/account/logout/")
    wait_until(page, "async () => !(await caches.keys()).some((one) => one.startsWith('diary '))")
    page.locator("form.form button").click()
    page.goto(address)
    assert "/login/" in page.url
    wait_until(
        page,
        "async () => (await Promise.all((await caches.keys()).map(async (one) =>"
        " (await (await caches.open(one)).keys()).length))).every((count) => count === 0)",
    )
