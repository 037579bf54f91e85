"""“Who scanned me”: the visitor sees every booth at once, shares with one, withdraws from one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.leads import actions
from everfair.leads.models import Lead
from everfair.registration.access import digest_of, secret_of
from tests.factories.leads import make_booth, make_lead, make_staff, make_visitor, scan
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PAGE = "visitor:leads.scan_list"


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_scan_is_seen_at_once_with_what_is_shared() -> None:
    booth, visitor = make_booth(), make_user(name="Wanjiru")
    _registration, code = make_visitor(booth.edition, user=visitor)
    client = browser(visitor)
    assert "Nobody yet" in client.get(reverse(PAGE)).content.decode()
    staff = make_staff(booth)
    scan(booth, code, staff, interest="hot", note="Private words")
    page = client.get(reverse(PAGE))
    text = page.content.decode()
    assert str(booth.organisation) in text
    assert str(staff) in text
    assert "no name and no address" in text
    assert "a note" in text
    assert "Private words" not in text
    assert "hot" not in page.context["rows"][0]["lead"].keeps


def test_sharing_with_one_booth_and_withdrawing_again() -> None:
    visitor = make_user()
    lead = make_lead(user=visitor, values={"note": "Private words"})
    other = make_lead(make_booth(lead.exhibitor.edition), user=visitor)
    client = browser(visitor)
    page = client.post(reverse("visitor:leads.lead_share", args=[lead.code]), follow=True)
    assert "sees your contact now" in page.content.decode()
    assert set(Lead.objects.values_list("code", "is_shared")) == {(lead.code, True), (other.code, False)}
    page = client.post(reverse("visitor:leads.lead_withdraw", args=[lead.code]), follow=True)
    assert "It is erased" in page.content.decode()
    lead.refresh_from_db()
    assert (lead.note, lead.is_shared) == ("", False)
    assert lead.withdrawn_at is not None


def test_consent_for_all_booths_is_named_as_such() -> None:
    visitor = make_user()
    lead = make_lead(agrees=True, user=visitor, email="w@example.org")
    row = browser(visitor).get(reverse(PAGE)).context["rows"][0]["lead"]
    assert (row.code, row.is_shared, row.is_for_all) == (lead.code, True, True)
    assert "e-mail address" in row.shared


def test_nobody_elses_leads() -> None:
    lead = make_lead(user=make_user())
    stranger = browser(make_user())
    assert not stranger.get(reverse(PAGE)).context["rows"]
    assert stranger.post(reverse("visitor:leads.lead_withdraw", args=[lead.code])).status_code == 404
    owner = browser(make_staff(lead.exhibitor, "owner"))
    assert owner.post(reverse("visitor:leads.lead_share", args=[lead.code])).status_code == 404
    lead.refresh_from_db()
    assert (lead.is_shared, lead.withdrawn_at) == (False, None)


def test_a_joined_registration_keeps_its_leads() -> None:
    visitor = make_user()
    lead = make_lead()
    kept, _code = make_visitor(lead.exhibitor.edition, user=visitor, agrees=True)
    lead.registration.merged_into = kept
    lead.registration.save()
    row = browser(visitor).get(reverse(PAGE)).context["rows"][0]["lead"]
    assert (row.code, row.is_for_all) == (lead.code, True)


def test_the_mailed_link_works_without_an_account() -> None:
    lead = make_lead(agrees=True)
    registration = lead.registration
    registration.secret_digest = digest_of(secret_of(registration))
    registration.save()
    link = {"edition": registration.edition.slug, "secret": secret_of(registration)}
    client = Client()
    page = client.get(reverse("visitor:leads.link_list", kwargs=link))
    assert page["Referrer-Policy"] == "same-origin"
    assert str(lead.exhibitor.organisation) in page.content.decode()
    client.post(reverse("visitor:leads.link_withdraw", kwargs={**link, "lead": lead.code}))
    lead.refresh_from_db()
    assert lead.withdrawn_at is not None
    client.post(reverse("visitor:leads.link_share", kwargs={**link, "lead": lead.code}))
    lead.refresh_from_db()
    assert lead.is_shared
    assert Lead.objects.get(withdrawn_at=None) == lead
    wrong = {**link, "secret": link["secret"][:-1] + "x"}
    assert client.get(reverse("visitor:leads.link_list", kwargs=wrong)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    visitor, first = make_user(), make_booth()
    for _number in range(count):
        lead = make_lead(make_booth(first.edition), user=visitor, by=make_staff(first))
        assert lead.registration.user == visitor
    client = browser(visitor)
    with django_assert_num_queries(6):
        assert len(client.get(reverse(PAGE)).context["rows"]) == count


class TestLetter:
    @pytest.mark.parametrize(
        ("language", "word"), [("en", "These booths scanned your badge"), ("zh", "scans")]
    )
    def test_one_letter_a_day_names_the_booths(
        self, language: str, word: str, settings: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        booth = make_booth()
        registration, code = make_visitor(booth.edition, email="guest@example.org", language=language)
        second = make_booth(booth.edition)
        yesterday = timezone.now() - timedelta(days=1)
        for one in (booth, second):
            scan(one, code, at=yesterday)
        today = timezone.localdate()
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.tell_visitors(today) == 1
            assert actions.tell_visitors(today) == 0
        assert len(mail.outbox) == 1
        letter = mail.outbox[0]
        assert letter.to == ["guest@example.org"]
        assert word in letter.body
        name = "name_zh" if language == "zh" else "name_en"
        assert booth.organisation.name[name[-2:]] in letter.body
        assert second.organisation.name[name[-2:]] in letter.body
        assert secret_of(registration) in letter.body

    def test_no_letter_about_today_or_where_they_are_off(self, settings: Any) -> None:
        lead = make_lead()
        assert actions.tell_visitors(timezone.localdate()) == 0
        Lead.objects.filter(pk=lead.pk).update(taken_at=timezone.now() - timedelta(days=2))
        settings.LEAD_LETTERS = False
        assert actions.tell_visitors(timezone.localdate()) == 0
