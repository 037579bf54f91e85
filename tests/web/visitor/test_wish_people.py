"""A visitor's wishes for other visitors: who stands in the list, filters, saving, and what a silent no does not show."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.meetings.models import KindRule, Participant, Wish
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_edition
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_organisation, make_user
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db


class Page:
    """A visitor whose kind of badge may ask buyers."""

    def __init__(self, *, may: bool = True) -> None:
        self.edition = make_edition()
        make_rules(self.edition, wishes_close_at=timezone.now() + timedelta(hours=30))
        self.user, self.client = make_user(), Client()
        self.kind, self.asked = make_badge_kind(self.edition), make_kind(self.edition)
        self.own = make_badge_holder(self.kind, user=self.user)
        rule = KindRule.objects.create(kind=self.kind)
        if may:
            rule.may_ask.add(self.asked)
        self.client.force_login(self.user)
        self.url = reverse("visitor:meetings.wish_people", args=[self.edition.slug])

    def guest(self, **extra: Any) -> Participant:
        values = {"is_listed": True, "organisation_name": "Kilima", **extra}
        registration = make_registration(
            values.pop("kind", self.asked), country=values.pop("country", "KE"),
            organisation=values.pop("organisation", None),
        )  # fmt: skip
        return make_participant(self.edition, registration=registration, **values)

    def codes(self, **query: Any) -> set[str]:
        response = self.client.get(self.url, query)
        assert response.status_code == 200
        return set(re.findall(r'name="w-(\w+)" value="must"', response.text))


def test_only_those_who_agreed_and_whose_kind_may_be_asked_are_listed() -> None:
    page = Page()
    there = page.guest()
    firm = make_organisation()
    page.own.organisation = firm
    page.own.save(update_fields=["organisation"])
    page.guest(is_listed=False)
    page.guest(is_out=True)
    page.guest(kind=make_kind(page.edition))
    page.guest(organisation=firm)
    gone = page.guest()
    gone.registration.state = "cancelled"  # type: ignore[union-attr]
    gone.registration.save(update_fields=["state"])  # type: ignore[union-attr]
    assert page.codes() == {there.code}
    assert reverse("visitor:meetings.wish_people", args=[page.edition.slug]) in page.client.get(
        reverse("visitor:meetings.wish_list", args=[page.edition.slug])
    ).text  # fmt: skip


def test_a_kind_that_may_ask_nobody_reads_why_and_saves_nothing() -> None:
    page = Page(may=False)
    other = page.guest()
    shown = page.client.get(page.url).text
    assert "Not with this badge" in shown
    assert other.name not in shown
    told = page.client.post(page.url, {f"w-{other.code}": "must"}, follow=True)
    assert "does not meet other visitors" in told.text
    assert not Wish.objects.exists()


def test_words_country_language_firm_and_wish_narrow_the_list() -> None:
    page = Page()
    ana = page.guest(name="Ana Ruiz", country="ES", languages=["es", "en"], organisation_name="Puerto")
    wei = page.guest(name="Wei Ling", country="CN", languages=["zh"], organisation_name="Harbour Bank")
    assert page.codes(q="ruiz") == {ana.code}
    assert page.codes(country="CN") == {wei.code}
    assert page.codes(language="zh") == {wei.code}
    assert page.codes(language="e") == set(), "a code, not a part of one"
    assert page.codes(firm="bank") == {wei.code}
    page.client.post(page.url, {f"w-{ana.code}": "want"})
    assert page.codes(level="want") == {ana.code}
    assert page.codes(level="none") == {wei.code}
    assert "Nobody like this" in page.client.get(page.url, {"q": "nobody"}).text


def test_pages_keep_their_filters_and_save_what_they_show() -> None:
    page = Page()
    people = [page.guest(organisation_name=f"Firm {n:02}") for n in range(26)]
    told = page.client.post(page.url + "?country=KE", {f"w-{people[0].code}": "must", "next": "1"})
    assert told.headers["Location"] == f"{page.url}?country=KE&page=2"
    assert page.codes(page="2") == {people[25].code}
    wish = Wish.objects.get()
    assert (wish.participant.user, wish.other, wish.exhibitor, wish.level) == (  # type: ignore[union-attr]
        page.user, people[0], None, "must",
    )  # fmt: skip


def test_too_many_musts_are_refused_and_firms_are_counted_apart() -> None:
    page = Page()
    people = [page.guest() for _ in range(11)]
    told = page.client.post(page.url, {f"w-{one.code}": "must" for one in people}, follow=True)
    assert "At most 10 can be a must" in told.text
    assert not Wish.objects.exists()


def test_a_silent_no_shows_nowhere_but_to_whoever_said_it() -> None:
    page = Page()
    make_slots(page.edition, 3, starts_at=timezone.now() + timedelta(days=1))
    make_table(page.edition)
    user = make_user()
    other = page.guest(user=user, name="Ana Ruiz")
    rule = KindRule.objects.create(kind=page.asked)
    rule.may_ask.add(page.kind)
    page.client.get(reverse("visitor:meetings.diary", args=[page.edition.slug]))  # their row
    me = Participant.objects.get(user=page.user)
    Participant.objects.filter(pk=me.pk).update(is_listed=True)
    addresses = [
        page.url,
        reverse("visitor:meetings.ask_person", args=[page.edition.slug, other.code]),
        reverse("visitor:meetings.diary", args=[page.edition.slug]),
        reverse("visitor:meetings.request_list", args=[page.edition.slug]),
    ]

    def seen() -> list[str]:
        """The pages without the clock in their frame, tokens and minutes that pass."""
        pages = [page.client.get(url).text for url in addresses]
        return [re.sub(r'csrfmiddlewaretoken" value="\w+|<time\b.*?</time>', "", one) for one in pages]

    before = seen()
    theirs = Client()
    theirs.force_login(user)
    theirs.post(page.url, {f"w-{me.code}": "never"})
    assert Wish.objects.get(participant=other).level == "never"
    assert seen() == before
    assert 'value="never" checked' in theirs.get(page.url).text
    entry = AuditEntry.objects.get(event="meetings.wishes.saved")
    assert entry.after == {"changed": 1}, "how many, never which"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_list(count: int) -> None:
    page = Page()
    for _ in range(count):
        page.guest()
    page.client.get(page.url)
    with CaptureQueriesContext(connection) as asked:
        page.client.get(page.url)
    assert len(asked) == 16
