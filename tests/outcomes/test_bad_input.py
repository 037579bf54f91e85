"""What no registry takes: days to come, amounts that read in two ways, letters to the whole world, one agreement twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from everfair.base.refusals import Refused
from everfair.conversations.models import Block
from everfair.outcomes.actions import earlier, preparing
from everfair.outcomes.actions.preparing import MOST_A_DAY, NewParty, add_party, prepare_outcome, save_facts
from everfair.outcomes.models import Outcome, OutcomeParty
from everfair.outcomes.queries import own
from tests.factories.agreements import make_agreement
from tests.factories.fair import make_edition
from tests.factories.outcomes import make_class, make_firm, make_outcome, organiser_of, signer_of
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def _facts(outcome: Outcome, **more: Any) -> dict[str, Any]:
    return {
        "kind": outcome.kind, "title": outcome.title, "summary": outcome.summary, "worth": "exact", "value_from": "1000",
        "currency": "USD", "agreed_on": outcome.agreed_on, "sectors": [], **more,
    }  # fmt: skip


def _signer(outcome: Outcome) -> Any:
    return signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("day", [date(9999, 12, 31), timezone.localdate() + timedelta(days=2)])
def test_a_day_to_come_is_refused(day: date) -> None:
    outcome = make_outcome()
    with pytest.raises(Refused) as refused:
        save_facts(outcome, _facts(outcome, agreed_on=day), by=_signer(outcome))
    assert refused.value.field == "agreed_on"


@pytest.mark.parametrize(
    ("typed", "currency", "kept"),
    [("250,000", "EUR", "250000.00"), ("1.250.000,5", "EUR", "1250000.50"), ("２５０", "CNY", "250.00"), ("12.5", "KWD", "12.50")],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_meant(typed: str, currency: str, kept: str) -> None:
    outcome = make_outcome()
    save_facts(outcome, _facts(outcome, value_from=typed, currency=currency), by=_signer(outcome))
    assert str(Outcome.objects.get(pk=outcome.pk).value_from) == kept


@pytest.mark.parametrize(("typed", "currency"), [("250.000", "EUR"), ("12.345", "KWD"), ("1e5", "EUR")])
def test_an_amount_that_may_mean_two_things_or_is_too_fine_is_not_guessed(typed: str, currency: str) -> None:
    outcome = make_outcome()
    with pytest.raises(Refused) as refused:
        save_facts(outcome, _facts(outcome, value_from=typed, currency=currency), by=_signer(outcome))
    assert refused.value.field == "value_from"
    assert typed in str(refused.value)


def test_marks_that_break_feeds_or_turn_words_round_are_taken_out() -> None:
    outcome = make_outcome()
    words = {"title": {"en": "A\x0bB\u202eC"}, "summary": {"en": "one\x0btwo\u202e\n\nthree"}}
    save_facts(outcome, _facts(outcome, **words), by=_signer(outcome))
    kept = Outcome.objects.get(pk=outcome.pk)
    assert (kept.title["en"], kept.summary["en"]) == ("A BC", "onetwo\n\nthree")


def test_nobody_writes_to_the_world_by_naming_it() -> None:
    edition = make_edition()
    stranger, kind = make_user(), make_class(edition)
    facts = {"kind": kind, "title": {"en": "WIN https://evil.example"}, "worth": "none"}
    outcome = prepare_outcome(edition, facts, [NewParty(name={"en": "I"}, email=stranger.email)], by=stranger)
    for n in range(MOST_A_DAY):
        named = add_party(outcome, NewParty(name={"en": f"B{n}"}, email=f"b{n}@else.example"), by=stranger)
        preparing.remove_party(named, by=stranger)
    with pytest.raises(Refused, match="20 parties a day"):
        add_party(outcome, NewParty(name={"en": "One more"}, email="more@else.example"), by=stranger)
    again = prepare_outcome(edition, facts, [NewParty(name={"en": "I"}, email=stranger.email)], by=stranger)
    with pytest.raises(Refused, match="20 parties a day"):
        add_party(again, NewParty(name={"en": "One more"}, email="more@else.example"), by=stranger)


def test_the_organiser_names_as_many_as_there_are() -> None:
    outcome = make_outcome()
    by = organiser_of(outcome.edition)
    for n in range(MOST_A_DAY + 1):
        named = add_party(outcome, NewParty(name={"en": f"B{n}"}, email=f"b{n}@else.example"), by=by)
        preparing.remove_party(named, by=by)
    assert outcome.parties.count() == 2


def test_a_letter_to_an_address_without_an_account_carries_no_words_of_the_sender(
    django_capture_on_commit_callbacks: Any,
) -> None:
    outcome = make_outcome(title={"en": "WIN https://evil.example", "zh": "https://evil.example"})
    with django_capture_on_commit_callbacks(execute=True):
        add_party(outcome, NewParty(name={"en": "Board"}, email="ann@board.example"), by=_signer(outcome))
    letter = next(one for one in mail.outbox if "ann@board.example" in one.to)
    assert "evil" not in f"{letter.subject}{letter.body}"
    assert "Board" in str(letter.body)


def test_who_wants_to_hear_nothing_is_not_named() -> None:
    outcome, third = make_outcome(), None
    third = make_firm(outcome.edition)
    by, first = _signer(outcome), outcome.parties.first()
    Block.objects.create(edition=outcome.edition, own=f"firm:{third.pk}", other=first.key)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="hear nothing"):
        add_party(outcome, NewParty(exhibitor=third), by=by)
    assert not OutcomeParty.objects.filter(exhibitor=third).exists()


def test_one_outcome_stands_for_an_agreement() -> None:
    agreement = make_agreement(state="confirmed")
    facts = {"kind": make_class(agreement.edition), "title": {"en": "Cranes"}, "worth": "undisclosed"}
    parties = own.parties_of_agreement(agreement)
    by = make_user()
    made = prepare_outcome(agreement.edition, facts, parties, by=by, agreement=agreement)
    with pytest.raises(Refused, match="prepared already"):
        prepare_outcome(agreement.edition, facts, parties, by=by, agreement=agreement)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(edition=agreement.edition, kind=made.kind, agreement=agreement)


def test_figures_of_earlier_editions_with_endless_digits_are_refused_in_their_row(tmp_path: Any) -> None:
    edition, path = make_edition(), tmp_path / "earlier.csv"
    path.write_text(
        "year,dimension,code,name_en,name_zh,count,source\n2020,class,a,A,A," + "9" * 5000 + ",x\n"
    )
    with pytest.raises(Refused, match="no whole number"):
        earlier.import_totals(edition, path, by=None)
