"""My fair tells in one line each what waits for a person's word, and nothing where nothing does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everfair.agreements.models import Agreement
from everfair.deals.actions.negotiations import win_by_agreement
from everfair.deals.queries.waiting import quotations_to_answer
from everfair.outcomes.actions.following import answer_follow_up
from everfair.outcomes.models import FollowUp, Outcome
from tests.factories.agreements import confirm_for, make_agreement
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.outcomes import make_firm, make_outcome, make_published
from tests.factories.people import make_membership, make_user
from tests.factories.quotations import make_quotation

pytestmark = pytest.mark.django_db
QUERIES = 19  # of which three are of what waits


@pytest.fixture
def edition() -> Any:
    today = timezone.now().date()
    return make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4))


def page(user: Any) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("visitor:people.my_fair"))
    assert answer.status_code == 200
    return str(answer.text)


def valid_until() -> Any:
    return timezone.now().date() + timedelta(days=20)


def test_a_buyer_reads_of_the_agreement_and_the_quotation_and_is_led_to_them(edition: Any) -> None:
    buyer = make_user()
    held = make_negotiation(make_inquiry(edition, buyer))
    assert "What waits for you" not in page(buyer)
    quotation = make_quotation(held, ends_on=valid_until())
    agreement = make_agreement(held, state="draft")
    shown = page(buyer)
    assert "1 quotation to answer" in shown
    assert reverse("visitor:deals.quotation_show", args=[edition.slug, held.code, quotation.code]) in shown
    assert "to confirm" not in shown
    agreement = make_agreement(held)
    shown = page(buyer)
    assert "1 agreement to confirm" in shown
    assert reverse("visitor:agreements.agreement_show", args=[edition.slug, agreement.code]) in shown
    make_agreement(held)
    shown = page(buyer)
    assert "2 agreements to confirm" in shown
    assert reverse("visitor:agreements.agreement_list", args=[edition.slug]) + "?state=offered" in shown
    for one in Agreement.objects.filter(state="offered"):
        confirm_for(one, one.parties.get(user=buyer))
    assert "to confirm" not in page(buyer)


def test_quotations_that_are_over_or_ended_do_not_wait(edition: Any) -> None:
    buyer = make_user()
    held = make_negotiation(make_inquiry(edition, buyer))
    quotation = make_quotation(held, ends_on=valid_until())
    assert quotations_to_answer(buyer, edition) == [(held.code, quotation.code)]
    assert quotations_to_answer(buyer, edition, timezone.now() + timedelta(days=22)) == []
    win_by_agreement(held)
    assert quotations_to_answer(buyer, edition) == []


def test_of_a_firm_those_who_sign_for_it_read_it(edition: Any) -> None:
    firm = make_exhibitor(edition)
    owner = make_membership(organisation=firm.organisation).user
    staff = make_membership(organisation=firm.organisation, role="staff").user
    make_agreement(make_negotiation(make_inquiry(edition), firm))
    make_outcome(edition, firms=[make_firm(edition), firm])
    asked = make_published(edition, firms=[make_firm(edition), firm])
    follow_up = FollowUp.objects.create(outcome=asked, months=6, due_on=timezone.now().date())
    shown = page(owner)
    for words in ("1 agreement to confirm", "1 outcome to confirm", "1 outcome: say what became of it"):
        assert words in shown
    assert reverse("visitor:outcomes.outcome_show", args=[edition.slug, asked.code]) in shown
    assert "What waits for you" not in page(staff)
    listed = Client()
    listed.force_login(owner)
    both = listed.get(reverse("visitor:outcomes.outcome_list", args=[edition.slug])).context["waiting"]
    assert {row.code for row, _url, _what in both} == set(
        Outcome.objects.filter(edition=edition).values_list("code", flat=True)
    )
    answer_follow_up(follow_up, asked.parties.get(exhibitor=firm), "in_force", "", by=owner)
    assert "what became of it" not in page(owner)


def test_nobody_is_asked_after_the_time_to_answer(edition: Any) -> None:
    firm = make_firm(edition)
    owner = make_membership(organisation=firm.organisation).user
    asked = make_published(edition, firms=[firm])
    long_ago = timezone.now() - timedelta(days=61)
    FollowUp.objects.create(outcome=asked, months=6, due_on=long_ago.date(), asked_at=long_ago)
    assert "what became of it" not in page(owner)


def test_a_body_named_by_a_letter_is_told_too(edition: Any) -> None:
    from everfair.outcomes.actions.preparing import NewParty, add_party

    outcome = make_outcome(edition, firms=[make_firm(edition)])
    reader = make_user("clerk@body.example")
    body = NewParty(name={"en": "Port body"}, country="KE", email="Clerk@body.example")
    add_party(outcome, body, by=outcome.made_by)
    assert "1 outcome to confirm" in page(reader)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_waits(edition: Any, count: int) -> None:
    buyer = make_user()
    firm = make_exhibitor(edition)
    make_membership(buyer, firm.organisation)
    for _number in range(count):
        held = make_negotiation(make_inquiry(edition, buyer))
        make_quotation(held, ends_on=valid_until())
        make_agreement(held)
        make_outcome(edition, firms=[make_firm(edition), firm])
    client = Client()
    client.force_login(buyer)
    client.get(reverse("visitor:people.my_fair"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("visitor:people.my_fair"))
    assert len(asked) == QUERIES
