"""One negotiation's page, full of everything: what both sides read on it, and how often it asks the database for that."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.conversations.actions import files, manners
from everfair.conversations.models import ReadMark
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import InquiryFile, Negotiation, NegotiationNote, NextStep
from everfair.people.models import User
from everfair.registration.models import Registration
from tests.factories.agreements import make_agreement
from tests.factories.conversations import make_colleague, make_message, stand_of
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import make_meeting, make_participant, make_slots
from tests.factories.people import make_user
from tests.factories.quotations import make_quotation, seller_of
from tests.factories.registration import make_kind
from tests.web.visitor.test_deals import PDF

pytestmark = pytest.mark.django_db
PERSON, FIRM = 12, 14  # a buyer; the firm, which besides reads its stages and its people
MOVED = 1  # the reader's mark moves forward


def page(deal: Negotiation) -> str:
    return reverse("visitor:deals.negotiation_show", args=[deal.edition.slug, deal.code])


def talk_page(deal: Negotiation) -> str:
    assert deal.conversation is not None
    return reverse(
        "visitor:conversations.conversation_show", args=[deal.edition.slug, deal.conversation.code]
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Full:
    """A negotiation with `count` of everything either side may read; the buyer is a person, or with `is_firm` a firm."""

    def __init__(self, count: int, *, is_firm: bool = False) -> None:
        edition = make_edition()
        self.buyer = make_user(name="Wanjiru")
        own = make_exhibitor(edition) if is_firm else None
        if own is not None:
            self.buyer = make_colleague(own, name="Wanjiru")
        inquiry = make_inquiry(edition, self.buyer, buyer_firm=own)
        self.deal = make_negotiation(inquiry)
        self.seller = seller_of(self.deal)
        make_colleague(self.deal.firm, name="Otieno")
        stages_of(edition)
        self._badge(self.buyer, "Wanjiru of the badge")
        slots = make_slots(edition, count)
        guest = make_participant(edition, user=self.buyer, exhibitor=own)
        host = make_participant(edition, user=self.seller, exhibitor=self.deal.firm)
        for number in range(count):
            self._one_of_each(number)
            meeting = make_meeting(slots[number], guest, host)
            for side, by in (("buyer", self.buyer), ("firm", self.seller)):
                NegotiationNote.objects.create(
                    negotiation=self.deal, side=side, text=f"Of the meeting, {side} {number}", by=by, meeting=meeting
                )  # fmt: skip
        NextStep.objects.create(negotiation=self.deal, side="firm", text="Send the sample", is_shared=True)
        NextStep.objects.create(negotiation=self.deal, side="buyer", text="Ask the board")

    def _badge(self, user: User, name: str) -> None:
        Registration.objects.create(
            edition=self.deal.edition, kind=make_kind(self.deal.edition), user=user, name=name, email=user.email,
            state=Registration.State.APPROVED,
        )  # fmt: skip

    def _one_of_each(self, number: int) -> None:
        deal = self.deal
        assert deal.conversation is not None
        assert deal.inquiry is not None
        (kept,) = files.keep_files([(f"offer-{number}.pdf", io.BytesIO(PDF))], by=self.seller)
        make_message(deal.conversation, self.seller, "b", f"Our offer {number}", files=[kept])
        make_message(deal.conversation, self.buyer, "a", f"Our question {number}")
        InquiryFile.objects.create(inquiry=deal.inquiry, file=kept.file, name=f"plan-{number}.pdf")
        make_quotation(deal, title=f"Quotation {number}")
        make_agreement(deal, title={"en": f"Agreement {number}"})
        NegotiationNote.objects.create(
            negotiation=deal, side="firm", text=f"For both {number}", by=self.seller, is_shared=True
        )


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("is_firm", [False, True])
def test_it_asks_as_often_with_one_of_everything_as_with_three(
    count: int, is_firm: bool, django_assert_num_queries: Any
) -> None:
    full = Full(count, is_firm=is_firm)
    for user, most in ((full.buyer, PERSON), (full.seller, FIRM)):
        client = signed_in(user)
        ReadMark.objects.filter(user=user).delete()
        with django_assert_num_queries(most + MOVED):  # opened for the first time
            client.get(page(full.deal))
        with django_assert_num_queries(most):
            client.get(page(full.deal))
        ReadMark.objects.filter(user=user).update(number=1)
        with django_assert_num_queries(most + MOVED):  # something new was said
            client.get(page(full.deal))


@pytest.mark.parametrize("is_firm", [False, True])
def test_everything_of_everybody_is_on_it(is_firm: bool) -> None:
    full = Full(3, is_firm=is_firm)
    buyer = signed_in(full.buyer).get(page(full.deal)).content.decode()
    firm = signed_in(full.seller).get(page(full.deal)).content.decode()
    for number in range(3):
        for said in ("Our offer", "Our question", "Quotation", "Agreement", "For both"):
            assert f"{said} {number}" in buyer
            assert f"{said} {number}" in firm
        for name in (f"offer-{number}.pdf", f"plan-{number}.pdf"):
            assert name in buyer
            assert name in firm
        assert f"Of the meeting, buyer {number}" in buyer
        assert f"Of the meeting, buyer {number}" not in firm
        assert f"Of the meeting, firm {number}" in firm
    assert "Send the sample" in buyer
    assert "Ask the board" in buyer
    assert "Ask the board" not in firm, "the buyer keeps it to itself"
    assert buyer.count('datetime="2026-09-04') == firm.count('datetime="2026-09-04')
    assert 'name="stage"' in firm
    assert "Otieno" in firm, "who may look after it"
    assert 'name="stage"' not in buyer
    if not is_firm:
        assert "Wanjiru of the badge" in firm, "as on the badge, not as in the account"


def test_how_far_the_other_side_has_read_is_said() -> None:
    full = Full(1)
    url = page(full.deal)
    buyer, seller = signed_in(full.buyer), signed_in(full.seller)
    make_message(full.deal.conversation, full.buyer, "a", "One more")  # type: ignore[arg-type]
    firm = full.deal.firm.organisation.name["en"]
    assert f"Read by {firm} at" not in buyer.get(url).content.decode().split("One more")[1]
    seller.get(url, headers={"X-Peek": "1"})
    assert f"Read by {firm} at" not in buyer.get(url).content.decode().split("One more")[1]
    seller.get(url)
    assert f"Read by {firm} at" in buyer.get(url).content.decode().split("One more")[1]
    assert ReadMark.objects.get(user=full.seller).number == 5


def test_who_blocked_reads_so_and_the_other_reads_that_it_is_over() -> None:
    full = Full(1)
    talk = full.deal.conversation
    assert talk is not None
    manners.block(stand_of(full.buyer, talk), by=full.buyer)
    for url in (page(full.deal), talk_page(full.deal)):
        buyer = signed_in(full.buyer).get(url).content.decode()
        firm = signed_in(full.seller).get(url).content.decode()
        assert "You blocked this side" in buyer
        assert "No messages can be exchanged here any more" in firm
        assert "You blocked" not in firm
        assert "data-say" not in buyer + firm


def test_a_stranger_finds_nothing_on_a_page_of_the_edition() -> None:
    full = Full(1)
    answer = signed_in(make_user()).get(page(full.deal))
    assert answer.status_code == 404
    other = make_edition()
    moved = reverse("visitor:deals.negotiation_show", args=[other.slug, full.deal.code])
    assert signed_in(full.buyer).get(moved).status_code == 404, "at the address of another edition"
    full.deal.edition.phase = "draft"
    full.deal.edition.save()
    assert signed_in(full.buyer).get(page(full.deal)).status_code == 404, "a draft is its team's"


def test_a_next_step_that_a_colleague_set_meanwhile_is_shown_and_the_typed_one_kept() -> None:
    deal = make_negotiation(make_inquiry(make_edition(), make_user()))
    mine, theirs = (signed_in(make_colleague(deal.firm)) for _ in range(2))
    address = reverse("visitor:deals.step_set", args=[deal.edition.slug, deal.code])

    def seen(text: str) -> str:
        return text.split('name="seen" value="')[1].split('"')[0]

    before = seen(mine.get(page(deal)).text)
    assert before == ""
    assert theirs.post(address, {"step": "Call them", "seen": before}).status_code == 302
    refused = mine.post(address, {"step": "Send a sample", "seen": before})
    assert refused.status_code == 422
    assert "A colleague saved this meanwhile" in refused.text
    assert 'value="Send a sample"' in refused.text
    assert "Call them" in refused.text
    assert [one.text for one in NextStep.objects.all()] == ["Call them"]
    assert mine.post(address, {"step": "Send a sample", "seen": seen(refused.text)}).status_code == 302
    assert [one.text for one in NextStep.objects.all()] == ["Send a sample"]
