"""Who erases their account leaves what the other side has read, and nothing they kept to themselves."""

from typing import Any

import pytest
from django.test import TestCase

from everfair.base.models import MediaFile
from everfair.deals.access import Stand
from everfair.deals.actions.notes import set_next_step, write_note
from everfair.deals.models import Inquiry, InquiryFile, Negotiation, NegotiationNote, NextStep
from everfair.gateways.storage.store import get_store
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user
from tests.factories.quotations import seller_of

pytestmark = pytest.mark.django_db


def make_file(name: str, data: bytes) -> MediaFile:
    stored = get_store().save(data, ".pdf")
    return MediaFile.objects.create(
        kind="document", name=name, content_type="application/pdf", digest=stored.digest, size=stored.size
    )


def test_drafts_go_with_their_files_and_what_was_sent_stays(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    buyer = make_user(name="Gone Person")
    draft = make_inquiry(buyer=buyer, state="draft", title="My plan", text="call +254 700 000000")
    file = make_file("plan.pdf", b"%PDF-1.7 plan")
    InquiryFile.objects.create(inquiry=draft, file=file, name="plan.pdf")
    sent = make_inquiry(draft.edition, buyer, title="Cold storage")
    with TestCase.captureOnCommitCallbacks(execute=True):
        buyer.delete()
    assert not Inquiry.objects.filter(pk=draft.pk).exists()
    assert not MediaFile.objects.filter(pk=file.pk).exists()
    assert not get_store().exists(file.digest)
    sent.refresh_from_db()
    assert (sent.title, sent.buyer, sent.by) == ("Cold storage", None, None)


def test_private_notes_and_next_steps_go_shared_ones_and_the_firms_stay() -> None:
    buyer = make_user(name="Gone Person")
    held = make_negotiation(buyer=buyer)
    seller = seller_of(held)
    for side, by in (("buyer", buyer), ("firm", seller)):
        for is_shared in (True, False):
            write_note(Stand(held, side), None, f"{side} {is_shared}", by=by, is_shared=is_shared)  # type: ignore[arg-type]
        set_next_step(Stand(held, side), f"{side} next", None, is_shared=False)  # type: ignore[arg-type]
    buyer.delete()
    assert set(NegotiationNote.objects.values_list("text", flat=True)) == {
        "buyer True", "firm True", "firm False"
    }  # fmt: skip
    assert list(NextStep.objects.values_list("text", flat=True)) == ["firm next"]
    assert Negotiation.objects.get().buyer is None


def test_what_is_a_firms_stays_unsigned() -> None:
    firm = make_exhibitor()
    draft = make_inquiry(buyer_firm=firm, state="draft")
    held = make_negotiation(firm=firm)
    colleague = seller_of(held)
    write_note(Stand(held, "firm"), None, "for us", by=colleague, is_shared=False)
    colleague.delete()
    assert Inquiry.objects.filter(pk=draft.pk).exists()
    note = NegotiationNote.objects.get()
    assert (note.text, note.by) == ("for us", None)
