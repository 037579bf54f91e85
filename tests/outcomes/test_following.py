"""What became of outcomes: who is asked and answers, from which day it counts, what the public page tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from everfair.base.refusals import Refused
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
from everfair.outcomes.actions.following import answer_follow_up, ask_due
from everfair.outcomes.actions.preparing import NewParty, add_party
from everfair.outcomes.models import FollowUp, Outcome
from everfair.outcomes.queries.waiting import waiting_for
from tests.factories.outcomes import confirm_all, make_firm, make_published, organiser_of, signer_of

pytestmark = pytest.mark.django_db


def _asked(**more: Any) -> tuple[Outcome, FollowUp]:
    outcome = make_published(agreed_on=timezone.localdate() - timedelta(days=200), **more)
    assert ask_due() == 1
    return outcome, outcome.follow_ups.get()


def _publish_again(outcome: Outcome) -> None:
    by = organiser_of(outcome.edition)
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)


def _page(outcome: Outcome) -> str:
    return Client().get(f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/").text


def test_a_party_of_a_draft_neither_answers_nor_counts() -> None:
    outcome, asked = _asked()
    third = make_firm(outcome.edition)
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr, arg-type]
    party = add_party(outcome, NewParty(exhibitor=third), by=by)
    with pytest.raises(Refused, match="does not name this party yet"):
        answer_follow_up(asked, party, "ended", "We say it is over.", by=signer_of(third))
    assert waiting_for(signer_of(third), outcome.edition).to_answer == []
    client = Client()
    client.force_login(signer_of(third))
    assert 'value="answer"' not in client.get(f"/en/my/outcomes/{outcome.edition.slug}/{outcome.code}/").text
    page = _page(outcome)
    assert "0 of 2 answered" in page
    assert third.organisation.name["en"] not in page
    outcome.refresh_from_db()
    _publish_again(outcome)
    answer_follow_up(asked, party, "ended", "We say it is over.", by=signer_of(third))
    page = _page(outcome)
    assert "1 of 3 answered" in page
    assert "We say it is over." in page
