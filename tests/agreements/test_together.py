"""Firms that left, parties that block each other: nobody confirms any more, and what all confirmed stands."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from everfair.agreements.models import Agreement
from everfair.agreements.queries.chain import verify
from everfair.base.refusals import Refused
from everfair.conversations.models import Block
from tests.factories.agreements import confirm_for, make_agreement, signer_of

pytestmark = pytest.mark.django_db


def firm_leaves(agreement: Agreement, state: str) -> None:
    assert agreement.negotiation is not None
    firm = agreement.negotiation.firm
    firm.state = state
    firm.save(update_fields=["state"])


def block(agreement: Agreement) -> None:
    one, two = agreement.parties.order_by("position")
    Block.objects.create(edition=agreement.edition, own=one.key, other=two.key)


@pytest.mark.parametrize("state", ["withdrawn", "rejected"])
@pytest.mark.parametrize("position", [0, 1])
def test_nobody_confirms_with_a_firm_that_left(state: str, position: int) -> None:
    agreement = make_agreement()
    firm_leaves(agreement, state)
    with pytest.raises(Refused, match="no longer takes part"):
        confirm_for(agreement, agreement.parties.get(position=position))
    assert not agreement.parties.exclude(confirmed_at=None).exists()


def test_the_last_party_does_not_confirm_once_the_first_has_left() -> None:
    agreement = make_agreement()
    confirm_for(agreement, agreement.parties.get(position=1))
    firm_leaves(agreement, "withdrawn")
    with pytest.raises(Refused, match="no longer takes part"):
        confirm_for(agreement, agreement.parties.get(position=0))
    agreement.refresh_from_db()
    assert agreement.state == "offered"


@pytest.mark.parametrize("position", [0, 1])
def test_nobody_confirms_in_a_blocked_pair(position: int) -> None:
    agreement = make_agreement()
    block(agreement)
    with pytest.raises(Refused, match="wants to hear nothing"):
        confirm_for(agreement, agreement.parties.get(position=position))


def test_the_page_says_so_before_a_proof_is_asked_for() -> None:
    agreement = make_agreement()
    party = agreement.parties.get(position=0)
    block(agreement)
    client = Client()
    client.force_login(signer_of(party))
    url = reverse("visitor:agreements.agreement_confirm", args=[agreement.edition.slug, agreement.code])
    page = html.unescape(client.get(f"{url}?party={party.pk}").content.decode())
    assert "wants to hear nothing" in page
    assert 'name="code"' not in page


def test_what_all_confirmed_stands() -> None:
    agreement = make_agreement(state="confirmed")
    block(agreement)
    firm_leaves(agreement, "withdrawn")
    agreement.refresh_from_db()
    assert agreement.state == "confirmed"
    assert verify().differences == []
