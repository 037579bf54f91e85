"""What became of outcomes: who is asked and answers, from which day it counts, what the public page tells."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from everfair.base.refusals import Refused
from everfair.engines.outcomes import due_on
from everfair.fair.queries import today_of
from everfair.outcomes import notices
from everfair.outcomes.actions.confirming import change_consent
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
from everfair.outcomes.actions.following import answer_follow_up, ask_due, next_due
from everfair.outcomes.actions.preparing import NewParty, add_party, save_facts
from everfair.outcomes.models import FIELDS, FollowUp, Outcome
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


def test_a_held_back_day_moves_neither_asking_nor_the_page() -> None:
    today = timezone.localdate()
    hidden = [name for name in FIELDS if name != "day"]
    outcome = make_published(shown=hidden, agreed_on=today - timedelta(days=400))
    assert ask_due() == 0
    assert next_due(today, outcome.edition) == due_on(today_of(outcome.edition), 6)
    assert "not asked" not in _page(outcome)
    assert ask_due(timezone.now() + timedelta(days=186)) == 1
    assert outcome.follow_ups.get().months == 6


def test_what_was_asked_by_a_day_that_is_held_back_since_is_not_told() -> None:
    outcome, asked = _asked()
    party = outcome.parties.first()
    assert party is not None
    by = signer_of(party.exhibitor)  # type: ignore[arg-type]
    answer_follow_up(asked, party, "ended", "", by=by)
    assert "1 of 2 answered" in _page(outcome)
    change_consent(party, [name for name in FIELDS if name != "day"], by=by)
    page = _page(outcome)
    assert "answered" not in page
    assert "After 6 months: not due yet" in page
    client = Client()
    client.force_login(by)
    assert (
        "ended" in client.get(f"/en/my/outcomes/{outcome.edition.slug}/{outcome.code}/").text
    )  # to its parties


def test_a_day_that_is_not_confirmed_yet_stands_nowhere() -> None:
    outcome = make_published(agreed_on=date(2026, 3, 1))
    facts = {
        "kind": outcome.kind, "title": outcome.title, "worth": "none", "agreed_on": date(2021, 1, 15), "sectors": [],
    }  # fmt: skip
    save_facts(outcome, facts, by=signer_of(outcome.parties.first().exhibitor))  # type: ignore[union-attr, arg-type]
    page = _page(outcome)
    assert "2021" not in page
    assert "1 Sept 2026" in page
    assert ask_due(datetime(2026, 8, 31, 12, tzinfo=UTC)) == 0
    assert ask_due(datetime(2026, 9, 1, 12, tzinfo=UTC)) == 1


def test_asking_and_its_letters_are_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = make_published(agreed_on=timezone.localdate() - timedelta(days=200))

    def broken(_follow_up: FollowUp) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "ask_what_became", broken)
        with pytest.raises(RuntimeError):
            ask_due()
    assert not outcome.follow_ups.exists()
    asked: list[FollowUp] = []
    monkeypatch.setattr(notices, "ask_what_became", asked.append)
    assert ask_due() == 1
    assert asked == [outcome.follow_ups.get()]
