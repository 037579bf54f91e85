"""The visitor's page of wishes: with and without a script, before, during and after the round."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.meetings.models import Participant, Wish
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import make_rules, make_slots
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


class Page:
    """A visitor at the page."""

    def __init__(self, **rules: Any) -> None:
        self.edition = make_edition()
        make_rules(self.edition, **(rules or {"wishes_close_at": timezone.now() + timedelta(hours=30)}))
        self.user, self.client = make_user(), Client()
        make_badge_holder(make_badge_kind(self.edition), user=self.user)
        self.client.force_login(self.user)
        self.url = reverse("visitor:meetings.wish_list", args=[self.edition.slug])

    def get(self, **query: Any) -> str:
        response = self.client.get(self.url, query)
        assert response.status_code == 200
        return response.content.decode()


def test_looking_makes_no_row() -> None:
    page = Page()
    firm = make_exhibitor(page.edition)
    html = page.get()
    assert f'name="w-{firm.code}"' in html
    assert f'<form method="post" action="{page.url}?page=1"' in html
    assert "Wishes close in 1 day" in html
    assert not Participant.objects.exists()


def test_a_form_keeps_the_page_and_comes_back_to_it() -> None:
    page = Page()
    firms = [make_exhibitor(page.edition) for _ in range(2)]
    told = page.client.post(
        page.url + "?level=none", {f"w-{firms[0].code}": "must", f"w-{firms[1].code}": ""}, follow=True
    )
    assert told.redirect_chain == [(f"{page.url}?level=none", 302)]
    assert "1 wish changed." in told.content.decode()
    wish = Wish.objects.get()
    assert (wish.participant.user, wish.exhibitor, wish.level) == (page.user, firms[0], "must")  # type: ignore[union-attr]


def test_save_and_next_page() -> None:
    page = Page()
    for _ in range(26):
        make_exhibitor(page.edition)
    assert "Save and next page" in page.get()
    told = page.client.post(page.url, {"next": "1"})
    assert told.headers["Location"] == f"{page.url}?page=2"


def test_a_script_keeps_one_choice_and_hears_the_counts() -> None:
    page = Page()
    firm = make_exhibitor(page.edition)
    told = page.client.post(page.url, {f"w-{firm.code}": "never"}, headers={"accept": "application/json"})
    assert told.json() == {"text": "Saved.", "counts": "0 must meet · 0 would like · 1 no, thank you"}
    told = page.client.post(page.url, {"w-nobody": "want"}, headers={"accept": "application/json"})
    assert told.status_code == 422
    assert "not in the list" in told.json()["error"]


def test_after_the_round_it_can_be_read_and_not_changed() -> None:
    page = Page()
    firm = make_exhibitor(page.edition)
    page.client.post(page.url, {f"w-{firm.code}": "must"})
    make_rules(page.edition, wishes_close_at=timezone.now() - timedelta(minutes=1))
    html = page.get()
    assert "must meet" in html
    assert "data-wishes" not in html
    assert f'name="w-{firm.code}"' not in html
    told = page.client.post(page.url, {f"w-{firm.code}": ""}, follow=True).content.decode()
    assert "Wishes have closed" in told
    assert Wish.objects.get().level == "must"


def test_without_a_round_the_page_says_so() -> None:
    assert "takes no wishes" in Page(wishes_close_at=None).get()


def test_without_a_registration_it_leads_to_one() -> None:
    page = Page()
    page.client.force_login(make_user())
    html = page.get()
    assert reverse("public:registration.kind_list", args=[page.edition.slug]) in html


def test_limits_come_back_with_the_sentence_beside_the_field() -> None:
    page = Page()
    make_slots(page.edition, 6)
    url = reverse("visitor:meetings.wish_limits", args=[page.edition.slug])
    told = page.client.post(url, {"least": "2", "most": "9", "is_listed": "on"})
    assert told.status_code == 422
    assert "There are 6 times for meetings" in told.content.decode()
    assert page.client.post(url, {"least": "-1"}).status_code == 422
    assert page.client.post(url, {"least": "2", "most": "4", "is_listed": "on"}).status_code == 302
    person = Participant.objects.get()
    assert (person.least, person.most, person.is_listed) == (2, 4, True)


def test_a_name_that_is_markup_stays_text() -> None:
    page = Page()
    make_exhibitor(page.edition, headline={"en": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.get(q="<b>x</b>") + page.get()
