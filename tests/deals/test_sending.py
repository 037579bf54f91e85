"""An inquiry goes out: to every firm or to none, once, with its first message, and a hidden buyer unnamed."""

from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions.manners import block
from everfair.conversations.models import Message, TalkRules
from everfair.deals.actions import inquiries, sending
from everfair.deals.models import Inquiry, Negotiation
from everfair.fair.models import Edition
from tests.factories.conversations import make_colleague, make_conversation, stand_of
from tests.factories.deals import NOW, make_inquiry
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def draft(*firms: Any, edition: Edition | None = None, **extra: Any) -> Inquiry:
    inquiry = make_inquiry(edition or firms[0].edition, state="draft", **extra)
    return inquiries.choose_firms(inquiry, by=inquiry.by, add=firms)


def three(edition: Edition | None = None) -> list[Any]:
    edition = edition or make_edition()
    return [make_exhibitor(edition) for _ in range(3)]


def test_each_firm_gets_a_negotiation_and_the_text_as_first_message() -> None:
    firms = three()
    inquiry = draft(*firms, questions=["How much space?", "Since when?"], deliver_to="KE")
    made = sending.send_inquiry(inquiry, by=inquiry.by, now=NOW)
    assert {one.firm_id for one in made} == {firm.pk for firm in firms}
    inquiry.refresh_from_db()
    assert inquiry.state == "sent"
    assert inquiry.sent_at == NOW
    for one in made:
        assert one.stage is not None
        assert one.stage.code == "new"
        assert one.conversation is not None
        assert one.conversation.about == "inquiry"
        assert one.conversation.about_code == one.code
        first = Message.objects.get(conversation=one.conversation, number=1)
        assert inquiry.text in first.text
        assert "2. Since when?" in first.text
        assert "Kenya" in first.text
        waiting = one.conversation.parties.get(side="b")
        assert waiting.waiting_since == NOW  # hand-over and answer time run as in any conversation


def test_sent_twice_makes_nothing_twice() -> None:
    inquiry = draft(*three())
    first = sending.send_inquiry(inquiry, by=inquiry.by)
    again = sending.send_inquiry(inquiry, by=inquiry.by)
    assert {one.pk for one in first} == {one.pk for one in again}
    assert Message.objects.count() == 3


def test_firms_are_added_later_and_the_first_are_not_asked_again() -> None:
    first, second, third = three()
    inquiry = draft(first)
    sending.send_inquiry(inquiry, by=inquiry.by)
    inquiries.choose_firms(inquiry, by=inquiry.by, add=[first, second, third])
    made = sending.send_inquiry(inquiry, by=inquiry.by)
    assert len(made) == 3
    assert Message.objects.count() == 3


def test_one_that_refuses_keeps_all_from_being_sent() -> None:
    firms = three()
    person = make_user()
    stand = stand_of(make_colleague(firms[1]), make_conversation(firms[1], person))
    block(stand, by=make_colleague(firms[1]))
    inquiry = draft(*firms, buyer=person)
    before = Message.objects.count()
    with pytest.raises(Refused, match="Nothing was sent"):
        sending.send_inquiry(inquiry, by=person)
    inquiry.refresh_from_db()
    assert inquiry.state == "draft"
    assert not Negotiation.objects.exists()
    assert Message.objects.count() == before
    assert inquiry.chosen.count() == 3


def test_the_pace_of_conversations_holds() -> None:
    firms = three()
    TalkRules.objects.create(edition=firms[0].edition, begun_a_day=2)
    inquiry = draft(*firms)
    with pytest.raises(Refused, match="within a day"):
        sending.send_inquiry(inquiry, by=inquiry.by)
    assert not Negotiation.objects.exists()


def test_without_firms_or_in_an_archived_edition_nothing_goes_out() -> None:
    firms = three()
    empty = make_inquiry(firms[0].edition, state="draft")
    with pytest.raises(Refused, match="at least one firm"):
        sending.send_inquiry(empty, by=empty.by)
    inquiry = draft(*firms)
    Edition.objects.filter(pk=inquiry.edition_id).update(phase=Edition.Phase.ARCHIVED)
    with pytest.raises(Refused, match="archived"):
        sending.send_inquiry(inquiry, by=inquiry.by)


def test_a_firm_that_withdrew_meanwhile_is_named() -> None:
    firms = three()
    inquiry = draft(*firms)
    firms[2].state = "withdrawn"
    firms[2].save()
    with pytest.raises(Refused, match="not open any more"):
        sending.send_inquiry(inquiry, by=inquiry.by)


def test_nobody_asks_a_firm_they_answer_for() -> None:
    firm = make_exhibitor()
    colleague = make_colleague(firm)
    inquiry = draft(firm, buyer=colleague)
    with pytest.raises(Refused, match="yourself"):
        sending.send_inquiry(inquiry, by=colleague)


def test_a_hidden_buyer_is_named_nowhere() -> None:
    firm = make_exhibitor()
    make_colleague(firm)
    buyer = make_user(name="Wanjiru Kamau")
    inquiry = draft(firm, buyer=buyer, is_hidden=True)
    made = sending.send_inquiry(inquiry, by=buyer)
    assert made[0].conversation is not None
    assert made[0].conversation.parties.get(side="a").is_hidden
    logged = " ".join(
        f"{one.by_name} {one.object_label} {one.before} {one.after}" for one in AuditEntry.objects.all()
    )
    assert "Wanjiru" not in logged
    assert inquiry.title not in logged
    assert not any("Wanjiru" in str(one.message()) for one in mail.outbox)


def test_an_inquiry_that_was_sent_is_not_rewritten() -> None:
    inquiry = make_inquiry()
    with pytest.raises(Refused, match="was sent"):
        inquiries.save_inquiry(
            inquiry.edition, inquiry, {"title": "Other"}, buyer=Who.person(inquiry.buyer), by=inquiry.by
        )  # fmt: skip
    with pytest.raises(Refused, match="stays"):
        inquiries.delete_draft(inquiry, by=inquiry.by)


def test_at_most_so_many_firms() -> None:
    edition = make_edition()
    inquiry = make_inquiry(edition, state="draft")
    firms = [make_exhibitor(edition) for _ in range(inquiries.MOST_FIRMS + 1)]
    with pytest.raises(Refused, match="at most 15"):
        inquiries.choose_firms(inquiry, by=inquiry.by, add=firms)
    assert not inquiry.chosen.exists()


def test_closed_and_opened_again() -> None:
    inquiry = make_inquiry()
    inquiries.move_inquiry(inquiry, "closed", by=inquiry.by)
    inquiry.refresh_from_db()
    assert inquiry.state == "closed"
    assert inquiry.closed_at is not None
    with pytest.raises(Refused, match="closed"):
        inquiries.choose_firms(inquiry, by=inquiry.by, add=[make_exhibitor(inquiry.edition)])
    inquiries.move_inquiry(inquiry, "sent", by=inquiry.by)
    inquiry.refresh_from_db()
    assert inquiry.state == "sent"
    assert inquiry.closed_at is None
