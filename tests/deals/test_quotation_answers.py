"""A buyer accepts the very version they read, declines with a reason, or asks for another price."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.models import Message
from everfair.deals.actions import quotation_answers, quoting
from everfair.deals.models import Negotiation, QuotationAnswer
from everfair.deals.queries.quotations import digest_of
from tests.factories.deals import NOW, make_inquiry, make_negotiation
from tests.factories.quotations import TODAY, make_quotation, seller_of, values_of, version_of

pytestmark = pytest.mark.django_db


def test_accepting_twice_is_accepting_once_and_moves_nothing_else() -> None:
    sent = make_quotation()
    buyer = sent.negotiation.buyer
    assert quotation_answers.accept(sent, 1, by=buyer, now=NOW).state == "accepted"
    assert quotation_answers.accept(sent, 1, by=buyer, now=NOW).state == "accepted"
    assert QuotationAnswer.objects.get().kind == "accepted"
    assert Message.objects.filter(note="quotation_accepted").count() == 1
    assert Negotiation.objects.get().state == "open"


def test_only_one_quotation_of_a_negotiation_is_accepted() -> None:
    first = make_quotation()
    second = make_quotation(first.negotiation, title="Dry storage")
    quotation_answers.accept(first, 1, by=first.negotiation.buyer, now=NOW)
    with pytest.raises(Refused, match="only one"):
        quotation_answers.accept(second, 1, by=first.negotiation.buyer, now=NOW)
    second.refresh_from_db()
    assert second.state == "sent"


def test_a_stale_page_accepts_nothing() -> None:
    sent = make_quotation()
    by = seller_of(sent.negotiation)
    quoting.begin_version(sent, by=by, now=NOW)
    quoting.send(sent, values_of(title="Dearer"), by=by, now=NOW)
    for answer in (
        lambda: quotation_answers.accept(sent, 1, by=sent.negotiation.buyer, now=NOW),
        lambda: quotation_answers.decline(sent, 1, "No.", by=sent.negotiation.buyer, now=NOW),
        lambda: quotation_answers.counter(sent, 1, "Less.", by=sent.negotiation.buyer, now=NOW),
    ):
        with pytest.raises(EditedMeanwhile):
            answer()
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_nothing_is_accepted_before_its_first_day_or_after_its_last() -> None:
    sent = make_quotation(starts_on=TODAY + timedelta(days=2), ends_on=TODAY + timedelta(days=3))
    buyer = sent.negotiation.buyer
    with pytest.raises(Refused, match="from"):
        quotation_answers.accept(sent, 1, by=buyer, now=NOW)
    with pytest.raises(Refused, match="over"):
        quotation_answers.accept(sent, 1, by=buyer, now=NOW + timedelta(days=4))
    assert quotation_answers.accept(sent, 1, by=buyer, now=NOW + timedelta(days=3)).state == "accepted"


def test_the_last_day_is_the_fairs_own() -> None:
    sent = make_quotation(ends_on=TODAY)
    sent.negotiation.edition.time_zone = "Pacific/Honolulu"
    sent.negotiation.edition.save()
    late = NOW + timedelta(hours=30)  # over in Greenwich, still that day in Honolulu
    assert quotation_answers.accept(sent, 1, by=sent.negotiation.buyer, now=late).state == "accepted"


def test_declining_needs_a_reason_and_a_new_version_opens_it_again() -> None:
    sent = make_quotation()
    buyer, by = sent.negotiation.buyer, seller_of(sent.negotiation)
    with pytest.raises(Refused) as refused:
        quotation_answers.decline(sent, 1, "", by=buyer, now=NOW)
    assert refused.value.field == "text"
    assert quotation_answers.decline(sent, 1, "Too dear.", by=buyer, now=NOW).state == "declined"
    assert quotation_answers.decline(sent, 1, "Too dear.", by=buyer, now=NOW).state == "declined"
    with pytest.raises(Refused):
        quotation_answers.accept(sent, 1, by=buyer, now=NOW)
    quoting.begin_version(sent, by=by, now=NOW)
    assert quoting.send(sent, values_of(), by=by, now=NOW).state == "sent"
    assert quotation_answers.accept(sent, 2, by=buyer, now=NOW).state == "accepted"
    assert [one.kind for one in QuotationAnswer.objects.order_by("pk")] == ["declined", "accepted"]


def test_a_counter_carries_wished_prices_and_nothing_is_accepted_meanwhile() -> None:
    sent = make_quotation()
    buyer = sent.negotiation.buyer
    with pytest.raises(Refused):
        quotation_answers.counter(sent, 1, "", {}, by=buyer, now=NOW)
    row = quotation_answers.counter(sent, 1, "For a year.", {1: Decimal("11.50")}, by=buyer, now=NOW)
    assert row.state == "countered"
    assert version_of(row).answers.get().wishes == {"1": "11.5"}
    with pytest.raises(Refused, match="another price"):
        quotation_answers.accept(row, 1, by=buyer, now=NOW)
    assert quotation_answers.decline(row, 1, "Given up.", by=buyer, now=NOW).state == "declined"
    with pytest.raises(IllegalChange):
        quotation_answers.counter(row, 1, "Less.", by=buyer, now=NOW)


def test_nothing_is_answered_in_an_ended_negotiation() -> None:
    sent = make_quotation()
    Negotiation.objects.update(state="lost", ended_at=NOW)
    with pytest.raises(Refused, match="ended"):
        quotation_answers.accept(sent, 1, by=sent.negotiation.buyer, now=NOW)


def test_a_hidden_buyer_is_named_in_no_letter(
    django_capture_on_commit_callbacks: object, mailoutbox: list[object]
) -> None:
    negotiation = make_negotiation(make_inquiry(is_hidden=True))
    buyer = negotiation.buyer
    assert buyer is not None
    sent = make_quotation(negotiation)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        quotation_answers.counter(sent, 1, "Less, please.", by=buyer, now=NOW)
    told = [one for one in mailoutbox if "Another price" in one.subject]  # type: ignore[attr-defined]
    assert len(told) == 1
    assert buyer.name not in told[0].body  # type: ignore[attr-defined]
    assert buyer.email not in str(told[0].message())  # type: ignore[attr-defined]
    assert "A buyer, not named" in told[0].body  # type: ignore[attr-defined]


def test_erasing_ones_account_takes_the_name_and_leaves_what_was_agreed() -> None:
    sent = make_quotation()
    buyer, host = sent.negotiation.buyer, seller_of(sent.negotiation)
    assert buyer is not None
    quotation_answers.accept(sent, 1, by=buyer, now=NOW)
    digest = version_of(sent).digest
    buyer.delete()
    host.delete()
    sent.refresh_from_db()
    version = version_of(sent)
    assert sent.state == "accepted"
    assert version.sent_by is None
    assert version.answers.get().by is None
    assert version.digest == digest == digest_of(version)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("accepted", "CNY 1,550.00"),
        ("declined", "Too dear."),
        ("countered", "For a year."),
        ("withdrawn", "Sold out."),
    ],
)
def test_each_step_is_told_to_the_other_side_once_in_their_language(
    answer: str, words: str, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    sent = make_quotation()
    buyer, host = sent.negotiation.buyer, seller_of(sent.negotiation)
    assert buyer is not None
    buyer.language = host.language = "zh"
    buyer.save()
    host.save()
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        if answer == "accepted":
            quotation_answers.accept(sent, 1, by=buyer, now=NOW)
        elif answer == "declined":
            quotation_answers.decline(sent, 1, words, by=buyer, now=NOW)
        elif answer == "countered":
            quotation_answers.counter(sent, 1, words, by=buyer, now=NOW)
        else:
            quoting.withdraw(sent, words, by=host, now=NOW)
    told = [one for one in mailoutbox if "Cold storage" in one.subject]
    assert [one.to for one in told] == [[(buyer if answer == "withdrawn" else host).email]]
    assert words in told[0].body
    assert "/zh/my/deals/" in told[0].body
    assert Message.objects.filter(note=f"quotation_{answer}").count() == 1
