"""Who may make an outcome of a confirmed agreement: whoever may bind one of its parties, and nobody else of its firms."""

import pytest
from django.test import Client
from django.urls import reverse

from everfair.agreements.queries.agreements import confirmed_of
from everfair.outcomes.models import Outcome
from tests.factories.agreements import make_agreement
from tests.factories.outcomes import make_class
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "is_theirs"),
    [("owner", True), ("editor", True), ("booth_staff", False), ("lead_only", False), ("", False)],
)
def test_owners_and_editors_find_it_others_of_the_firm_do_not(role: str, is_theirs: bool) -> None:
    agreement = make_agreement(state="confirmed")
    assert agreement.negotiation is not None
    person = make_user()
    if role:
        make_membership(person, agreement.negotiation.firm.organisation, role)
    assert confirmed_of(person, agreement.edition).exists() is is_theirs
    kind = make_class(agreement.edition)
    client = Client()
    client.force_login(person)
    url = reverse("visitor:outcomes.outcome_create", kwargs={"edition": agreement.edition.slug})
    page = client.get(f"{url}?agreement={agreement.code}")
    assert page.status_code == (200 if is_theirs else 404)
    assert ("1200000.5" in page.content.decode()) is is_theirs
    typed = {"kind": kind.pk, "title_en": "Cold chain", "worth": "undisclosed"}
    answer = client.post(f"{url}?agreement={agreement.code}", typed)
    assert Outcome.objects.exists() is is_theirs
    assert answer.status_code == (302 if is_theirs else 404)


def test_the_buyer_finds_it() -> None:
    agreement = make_agreement(state="confirmed")
    assert agreement.negotiation is not None
    assert agreement.negotiation.buyer is not None
    assert confirmed_of(agreement.negotiation.buyer, agreement.edition).get() == agreement
