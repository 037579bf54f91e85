"""Somebody who may sign for both parties confirms for one; refuses for the one they mean; the record says what was checked."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.agreements.actions import drafting, offering
from everfair.agreements.actions.chain import append
from everfair.agreements.models import Agreement, ChainEntry
from everfair.agreements.queries.agreements import parties_of
from everfair.agreements.queries.record_face import record_face
from everfair.base.refusals import Refused
from everfair.people.models import User
from tests.factories.agreements import NOW, confirm_for, make_agreement, make_terms
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


def of_two_firms_of_one_person() -> tuple[Agreement, User]:
    one = make_exhibitor()
    other, person = make_exhibitor(one.edition), make_user()
    make_membership(person, one.organisation, "owner")
    make_membership(person, other.organisation, "owner")
    made = drafting.make_of_firm(one, make_terms(), by=person)
    drafting.add_firms(made, [other], by=person)
    return offering.offer(made, by=person), person


def test_one_person_does_not_confirm_for_both() -> None:
    agreement, person = of_two_firms_of_one_person()
    one, two = agreement.parties.order_by("position")
    confirm_for(agreement, one, by=person)
    with pytest.raises(Refused, match="somebody else does who may sign"):
        confirm_for(agreement, two, by=person)
    client = Client()
    client.force_login(person)
    url = reverse("visitor:agreements.agreement_confirm", args=[agreement.edition.slug, agreement.code])
    page = html.unescape(client.get(f"{url}?party={two.pk}").content.decode())
    assert "One person does not confirm for two parties" in page
    assert 'name="code"' not in page
    assert two.exhibitor is not None
    colleague = make_membership(make_user(), two.exhibitor.organisation, "editor").user
    assert confirm_for(agreement, two, by=colleague).state == "confirmed"


def test_refused_for_the_party_the_page_named() -> None:
    agreement, person = of_two_firms_of_one_person()
    one, two = agreement.parties.order_by("position")
    client = Client()
    client.force_login(person)
    url = reverse("visitor:agreements.agreement_refuse", args=[agreement.edition.slug, agreement.code])
    answer = client.post(url, {"reason": "no"})
    assert answer.status_code == 422
    assert "several parties" in answer.content.decode()
    assert client.post(url, {"reason": "no", "party": "9" * 5000}).status_code == 404
    assert client.post(url, {"reason": "no", "party": two.pk}).status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.refused_at is None, two.refused_why) == (True, "no")


def test_the_page_names_the_party_it_refuses_for() -> None:
    agreement, person = of_two_firms_of_one_person()
    client = Client()
    client.force_login(person)
    show = reverse("visitor:agreements.agreement_show", args=[agreement.edition.slug, agreement.code])
    party = agreement.parties.get(position=0)
    assert f'name="party" value="{party.pk}"' in client.get(show).content.decode()


def test_the_record_says_what_was_checked_and_which_name_was_not() -> None:
    agreement = make_agreement(state="confirmed")
    entry = ChainEntry.objects.get(code=agreement.code)
    face = record_face(agreement, parties_of(agreement), [], entry)
    said = " ".join(face.notes)
    assert "Checked: for each party an account that may sign for it here" in said
    assert "Not checked: who these people are beyond their accounts" in said
    assert "authorised" not in said
    buyer, firm = face.parties
    assert "name given by the buyer, not checked" in buyer.detail
    assert "not checked" not in firm.detail


def test_times_in_the_chain_never_step_back() -> None:
    late = append("agreement.confirmed", "one", {}, now=NOW)
    early = append("agreement.confirmed", "two", {}, now=NOW - timedelta(seconds=5))
    assert early.at == late.at
    assert append("agreement.confirmed", "three", {}).at >= timezone.now() - timedelta(minutes=1)
