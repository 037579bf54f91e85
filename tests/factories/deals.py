"""Inquiries and negotiations: sent to a published firm unless told otherwise. Quotations are in quotations.py."""

from datetime import UTC, datetime
from typing import Any

from everfair.conversations.access import Who
from everfair.conversations.actions.writing import Thing, make, say
from everfair.conversations.models import Conversation
from everfair.deals.models import Inquiry, Negotiation
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import User
from tests.factories import number
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.people import make_user

NOW = datetime(2026, 9, 4, 2, 0, tzinfo=UTC)


def make_inquiry(
    edition: Edition | None = None,
    buyer: User | None = None,
    *,
    buyer_firm: Exhibitor | None = None,
    **extra: Any,
) -> Inquiry:
    """A sent inquiry of a new person, or of `buyer`, or of `buyer_firm`; a draft with state="draft"."""
    n = number()
    edition = edition or (buyer_firm.edition if buyer_firm is not None else make_edition())
    person = None if buyer_firm is not None else buyer or make_user(name=f"Buyer {n}")
    key = f"firm:{buyer_firm.pk}" if buyer_firm is not None else f"person:{person.pk if person else 0}"
    values: dict[str, Any] = {
        "title": f"Cold storage, lot {n}",
        "text": f"We need cold storage near the port, lot {n}.",
        "language": "en",
        "state": Inquiry.State.SENT,
        "by": person or buyer,
        "made_at": NOW,
        **extra,
    }
    if values["state"] != Inquiry.State.DRAFT:
        values.setdefault("sent_at", NOW)
    return Inquiry.objects.create(
        edition=edition, buyer=person, buyer_firm=buyer_firm, buyer_key=key, **values
    )


def make_negotiation(
    inquiry: Inquiry | None = None,
    firm: Exhibitor | None = None,
    buyer: User | None = None,
    *,
    has_conversation: bool = True,
    **extra: Any,
) -> Negotiation:
    """An open negotiation of an inquiry with a firm of its edition; the inquiry's text is the first message."""
    if inquiry is None:
        edition = firm.edition if firm is not None else None
        inquiry = make_inquiry(edition, buyer)
    firm = firm or make_exhibitor(inquiry.edition)
    values: dict[str, Any] = {"title": inquiry.title, "is_hidden": inquiry.is_hidden, "made_at": NOW, **extra}
    negotiation = Negotiation.objects.create(
        edition=inquiry.edition, inquiry=inquiry, firm=firm, buyer_key=inquiry.buyer_key, buyer=inquiry.buyer,
        buyer_firm=inquiry.buyer_firm, **values,
    )  # fmt: skip
    if has_conversation:
        negotiation.conversation = _conversation(negotiation, inquiry)
        negotiation.save(update_fields=["conversation"])
    return negotiation


def make_begun(
    firm: Exhibitor | None = None, buyer: User | None = None, *, source: str = "lead", **extra: Any
) -> Negotiation:
    """An open negotiation that the firm began with a person, as a row: no conversation, its source long gone."""
    n = number()
    firm = firm or make_exhibitor()
    person = buyer or make_user(name=f"Buyer {n}")
    values: dict[str, Any] = {
        "title": f"After the fair, lot {n}", "made_at": NOW, "source_code": f"gone{n}", **extra
    }  # fmt: skip
    return Negotiation.objects.create(
        edition=firm.edition, firm=firm, buyer=person, buyer_key=f"person:{person.pk}", source=source, **values
    )  # fmt: skip


def _conversation(negotiation: Negotiation, inquiry: Inquiry) -> Conversation:
    hidden = negotiation.is_hidden
    if inquiry.buyer_firm is not None:
        own = Who.firm(inquiry.buyer_firm, is_hidden=hidden)
    else:
        assert inquiry.buyer is not None
        own = Who.person(inquiry.buyer, is_hidden=hidden)
    thing = Thing(Conversation.About.INQUIRY, negotiation.code, {"en": inquiry.title})
    talk = make(inquiry.edition, own, Who.firm(negotiation.firm), thing, NOW)
    if inquiry.by is not None:
        say(talk, "a", inquiry.text, by=inquiry.by, now=NOW)
        talk.refresh_from_db()
    return talk
