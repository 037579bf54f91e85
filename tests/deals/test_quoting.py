"""A firm drafts, sends, changes and withdraws quotations; what was sent never changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.actions.manners import block
from everfair.conversations.models import Message
from everfair.deals.actions import quotation_answers, quoting
from everfair.deals.models import Quotation, QuotationVersion
from everfair.deals.queries.quotations import differences, digest_of, draft_of
from everfair.engines.money import LineValue
from tests.factories.conversations import stand_of
from tests.factories.deals import NOW, make_negotiation
from tests.factories.quotations import (
    TODAY,
    make_draft,
    make_quotation,
    seller_of,
    values_of,
    version_of,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_begun_once() -> None:
    negotiation = make_negotiation()
    by = seller_of(negotiation)
    first = quoting.begin_quotation(negotiation, by=by)
    assert quoting.begin_quotation(negotiation, by=by) == first
    assert Quotation.objects.count() == 1


def test_a_draft_that_cannot_be_read_is_kept_as_typed() -> None:
    draft = make_draft()
    row = quoting.save_draft(
        draft, None, {"title": "Half", "ends_on": "soon"}, by=seller_of(draft.negotiation)
    )
    kept = draft_of(row)
    assert kept is not None
    assert kept.typed == {"title": "Half", "ends_on": "soon"}
    assert kept.title == "Cold storage"
    assert kept.lines.count() == 2


def test_two_colleagues_do_not_overwrite_each_other() -> None:
    draft = make_draft()
    by = seller_of(draft.negotiation)
    seen = draft.version
    quoting.save_draft(draft, values_of(title="Hers"), {}, by=by, version=seen)
    with pytest.raises(EditedMeanwhile):
        quoting.save_draft(draft, values_of(title="His"), {}, by=by, version=seen)
    kept = draft_of(draft)
    assert kept is not None
    assert kept.title == "Hers"


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [("CNY", "0.335", "1.01"), ("JPY", "0.335", "1"), ("KWD", "0.335", "1.005")],
)
def test_lines_are_rounded_to_the_places_of_the_currency(currency: str, price: str, total: str) -> None:
    lines = [LineValue("Hour", Decimal(3), "", Decimal(price))]
    sent = version_of(make_quotation(currency=currency, lines=lines))
    assert sent.total == Decimal(total)


def test_a_total_too_large_is_refused() -> None:
    huge = [LineValue("Hour", Decimal(10**10), "", Decimal(10**10))]
    with pytest.raises(Refused, match="too large"):
        make_draft(lines=huge)


def test_sending_tells_the_buyer_once(django_capture_on_commit_callbacks: Any) -> None:
    draft = make_draft()
    by, seen = seller_of(draft.negotiation), draft.version
    with django_capture_on_commit_callbacks(execute=True):
        sent = quoting.send(draft, values_of(), by=by, version=seen, now=NOW)
    with pytest.raises(EditedMeanwhile):
        quoting.send(draft, values_of(), by=by, version=seen, now=NOW)
    version = version_of(sent)
    assert (sent.state, sent.sent_number, version.total) == ("sent", 1, Decimal(1550))
    assert version.digest == digest_of(version)
    notes = Message.objects.filter(conversation=sent.negotiation.conversation, note="quotation_sent")
    facts = notes.get().note_facts
    assert set(facts) == {"en", "zh"}
    assert facts["en"] == "Cold storage, version 1"
    letters = [one for one in mail.outbox if "quotes" in one.subject]
    assert [one.to for one in letters] == [[sent.negotiation.buyer.email]]  # type: ignore[union-attr]
    assert "CNY 1,550.00" in letters[0].body


def test_the_log_says_that_and_not_what() -> None:
    sent = make_quotation(title="Secret plan")
    entries = list(audit.entries(target=sent))
    assert [one.event for one in entries] == ["deals.quotation.sent", "deals.quotation.drafted"]
    assert "Secret" not in str([(one.object_label, one.before, one.after, one.by_name) for one in entries])


def test_a_sent_version_stays_and_a_new_one_says_what_changed() -> None:
    sent = make_quotation()
    by = seller_of(sent.negotiation)
    draft = quoting.begin_version(sent, by=by, now=NOW)
    assert quoting.begin_version(sent, by=by, now=NOW) == draft
    lines = [
        LineValue("Cold storage", Decimal(100), "m³", Decimal(11)),
        LineValue("Insurance", Decimal(1), "", Decimal(50)),
    ]
    again = quoting.send(sent, values_of(lines=lines, terms="Sixty days."), by=by, now=NOW)
    first, second = again.versions.all()
    told = differences(first, second)
    assert [(one.kind, one.fields) for one in told.lines] == [
        ("removed", ()), ("changed", ("price",)), ("added", ())
    ]  # fmt: skip
    assert [label for label, _before, _after in told.fields] == ["Terms"]
    assert (told.before.total, told.after.total) == (Decimal(1550), Decimal(1150))
    assert first.digest == digest_of(first)
    assert first.digest != second.digest
    with pytest.raises(Refused, match="stays as it is"):
        quoting.save_draft(again, values_of(), {}, by=by)


def test_a_draft_is_thrown_away_and_what_was_sent_stays() -> None:
    sent = make_quotation()
    by = seller_of(sent.negotiation)
    quoting.begin_version(sent, by=by, now=NOW)
    assert quoting.drop_draft(sent, by=by) is False
    assert sent.versions.count() == 1
    other = make_draft(sent.negotiation)
    assert quoting.drop_draft(other, by=by) is True
    assert not Quotation.objects.filter(pk=other.pk).exists()


def test_withdrawing_tells_the_buyer_and_is_final() -> None:
    sent = make_quotation()
    by = seller_of(sent.negotiation)
    row = quoting.withdraw(sent, "Sold out.", by=by, now=NOW)
    assert quoting.withdraw(sent, by=by, now=NOW).state == "withdrawn"
    assert version_of(row).answers.get().text == "Sold out."
    with pytest.raises(Refused):
        quoting.begin_version(row, by=by, now=NOW)


def test_an_accepted_one_cannot_be_withdrawn_nor_changed() -> None:
    sent = make_quotation()
    quotation_answers.accept(sent, 1, by=sent.negotiation.buyer, now=NOW)
    by = seller_of(sent.negotiation)
    with pytest.raises(IllegalChange):
        quoting.withdraw(sent, by=by, now=NOW)
    with pytest.raises(Refused):
        quoting.begin_version(sent, by=by, now=NOW)


def test_nothing_is_sent_to_who_blocked_the_firm_or_has_left_or_has_ended() -> None:
    draft = make_draft()
    negotiation, by = draft.negotiation, seller_of(draft.negotiation)
    talk, buyer = negotiation.conversation, negotiation.buyer
    assert talk is not None
    assert buyer is not None
    block(stand_of(buyer, talk), by=buyer)
    with pytest.raises(Refused):
        quoting.send(draft, values_of(), by=by, now=NOW)
    ended = make_draft(make_negotiation())
    ended.negotiation.state, ended.negotiation.ended_at = "lost", NOW
    ended.negotiation.save()
    with pytest.raises(Refused, match="ended"):
        quoting.send(ended, values_of(), by=seller_of(ended.negotiation), now=NOW)


def test_the_database_holds_days_in_order_and_sent_ones_whole() -> None:
    version = version_of(make_quotation())
    for fields in (
        {"starts_on": TODAY + timedelta(days=60)},
        {"ends_on": None},
        {"digest": ""},
        {"total": Decimal(-1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuotationVersion.objects.filter(pk=version.pk).update(**fields)
