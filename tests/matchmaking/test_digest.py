"""The weekly letter: only asked for, only what is new, never twice, ended by one click; a hidden buyer is not named."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.matchmaking.actions.digest import send_digests, switch_digest
from everfair.matchmaking.actions.interests import save_answers
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.models import Need, Seeker
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_firm, make_need, make_seeker
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seeker() -> Seeker:
    edition = make_edition(phase="live")
    sector = make_sector(edition, code="1.B", name={"en": "Computer services", "zh": "计算机服务"})
    for name, title in (("Cloud Ledger", "Cloud accounting"), ("Plain Code", "Web pages")):
        organisation = make_organisation(name={"en": name}, country="KE")
        make_offer(
            make_exhibitor(edition, organisation=organisation, state="published", sector=sector),
            title={"en": title},
        )
    made = seeker_for(make_user(name="Wanjiru"), edition)
    return save_answers(made, {"looks_for": "accounting in the cloud"}, by=made.user)


def _bodies() -> list[str]:
    return [str(letter.body) for letter in mail.outbox]


def test_nobody_gets_a_letter_who_did_not_ask(seeker: Seeker) -> None:
    assert send_digests() == 0
    assert mail.outbox == []


def test_a_letter_has_names_reasons_and_addresses_once_a_week_and_only_what_is_new(seeker: Seeker) -> None:
    now = timezone.now()
    switch_digest(seeker, True, by=seeker.user)
    assert send_digests(now) == 1
    (body,) = _bodies()
    assert "Cloud Ledger" in body
    assert "- Offers what you ask for: accounting, cloud" in body
    assert re.search(r"^https?://\S+/en/\S*cloud-ledger\S*$", body, re.MULTILINE | re.IGNORECASE)
    assert send_digests(now + timedelta(days=6)) == 0  # the week is not over
    assert send_digests(now + timedelta(days=8)) == 0  # nothing is new
    organisation = make_organisation(name={"en": "New Books"}, country="FR")
    firm = make_exhibitor(seeker.edition, organisation=organisation, state="published")
    make_offer(firm, title={"en": "Accounting for all"})
    matchers.clear()
    assert send_digests(now + timedelta(days=16)) == 1
    assert "New Books" in _bodies()[1]
    assert "Cloud Ledger" not in _bodies()[1]


def test_one_click_ends_it_without_signing_in(seeker: Seeker) -> None:
    switch_digest(seeker, True, by=seeker.user)
    send_digests()
    letter: Any = mail.outbox[0]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = letter.extra_headers["List-Unsubscribe"].strip("<>")
    path = re.sub(r"^https?://[^/]+", "", url)
    assert url in letter.body
    client = Client(enforce_csrf_checks=True)
    assert b"No more letters</button>" in client.get(path).content
    assert Seeker.objects.get(
        pk=seeker.pk
    ).wants_digest  # a look at the page, or a scanner of links, ends nothing
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Seeker.objects.get(pk=seeker.pk).wants_digest
    assert b"No more letters with matches are sent." in client.get(path).content
    assert client.get(path[:-8] + "0000000/").status_code == 404
    assert AuditEntry.objects.filter(event="matchmaking.digest.switched_off").count() == 1
    assert send_digests(timezone.now() + timedelta(days=30)) == 0


def test_a_firm_reads_of_a_hidden_buyers_need_without_the_buyer() -> None:
    edition = make_edition(phase="live")
    firm, owner = make_firm(edition)
    make_offer(firm, title={"en": "Cloud accounting"})
    buyer = make_seeker(edition, make_user(name="Secret Person"))
    make_need(edition, seeker=buyer, title={"en": "Accounting in the cloud wanted"}, state="open",
              audience=Need.Audience.HIDDEN, buyer_country="KE")  # fmt: skip
    switch_digest(seeker_for(firm), True, by=owner)
    assert send_digests() >= 1
    (body,) = _bodies()
    assert "Accounting in the cloud wanted" in body
    assert "- Looks for what you offer: Accounting, cloud" in body
    assert "Secret Person" not in body
    assert f"/booth-desk/{firm.code}/" in body


def test_a_chinese_reader_gets_chinese_addresses(seeker: Seeker) -> None:
    assert seeker.user is not None
    seeker.user.language = "zh"
    seeker.user.save()
    switch_digest(seeker, True, by=seeker.user)
    send_digests()
    assert "/zh/my/matches/digest/" in _bodies()[0]


def test_asked_for_and_ended_at_the_desk(seeker: Seeker, client: Client) -> None:
    client.force_login(seeker.user)
    base = f"/en/my/matches/{seeker.edition.slug}/interests/"
    assert b"Send me the letter" in client.get(base).content
    client.post(base + "letters/", {"on": "1"})
    assert Seeker.objects.get(pk=seeker.pk).wants_digest
    assert b"No more letters" in client.get(base).content
    client.post(base + "letters/", {"on": "0"})
    assert not Seeker.objects.get(pk=seeker.pk).wants_digest
