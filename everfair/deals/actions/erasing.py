"""A person leaves: what they never sent or shared goes; what the other side has read stays, without their name."""

from typing import Any

from django.db import transaction

from everfair.deals.actions.files import forget_files
from everfair.deals.models import Inquiry, InquiryFile, Negotiation, NegotiationNote, NextStep

BUYER = "buyer"


def forget_person(user: Any) -> None:
    """Drafts with their files, private notes and next steps of one's own deals. A firm's are the firm's and stay, unsigned."""
    with transaction.atomic():
        drafts = Inquiry.objects.filter(buyer=user, state=Inquiry.State.DRAFT)
        forget_files(list(InquiryFile.objects.filter(inquiry__in=drafts).select_related("file")))
        drafts.delete()
        own = Negotiation.objects.filter(buyer=user)
        for kept_apart in (NegotiationNote, NextStep):
            rows = kept_apart.objects.filter(negotiation__in=own, side=BUYER, is_shared=False)
            rows.delete()
