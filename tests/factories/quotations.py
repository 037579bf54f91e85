"""Quotations and rates: drafted and sent through the actions, by an owner of the firm that is made with it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from everfair.deals.actions import quoting
from everfair.deals.models import Negotiation, Quotation, QuotationVersion, Rate
from everfair.engines.money import LineValue
from everfair.fair.models import Edition
from everfair.people.models import Membership, User
from tests.factories.deals import NOW, make_negotiation
from tests.factories.people import make_membership, make_user

TODAY = NOW.date()
LINES = (
    LineValue("Cold storage", Decimal("100"), "m³", Decimal("12.50")),
    LineValue("Handling", Decimal("1"), "", Decimal("300")),
)


def values_of(**extra: Any) -> dict[str, Any]:
    """What a valid form gives."""
    return {
        "title": "Cold storage", "currency": "CNY", "tax_note": "", "starts_on": None, "ends_on": TODAY + timedelta(days=30),
        "terms": "", "note": "", "lines": list(LINES), **extra,
    }  # fmt: skip


def typed_of(**extra: Any) -> dict[str, str]:
    """What a browser sends: two lines."""
    found = {
        "title": "Cold storage", "currency": "CNY", "tax_note": "without VAT", "starts_on": "",
        "ends_on": (TODAY + timedelta(days=30)).isoformat(), "terms": "Thirty days net.", "note": "", "version": "", "lines": "2",
        "line-0-text": "Cold storage", "line-0-quantity": "100", "line-0-unit": "m³", "line-0-price": "12.50",
        "line-1-text": "Handling", "line-1-quantity": "1", "line-1-unit": "", "line-1-price": "300",
    }  # fmt: skip
    return found | {key.replace("__", "-"): value for key, value in extra.items()}


def seller_of(negotiation: Negotiation) -> User:
    """An owner of the firm; made when there is none."""
    organisation = negotiation.firm.organisation
    found = Membership.objects.filter(organisation=organisation, role="owner").first()
    return (
        found.user if found is not None else make_membership(organisation=organisation, user=make_user()).user
    )


def make_draft(negotiation: Negotiation | None = None, **extra: Any) -> Quotation:
    """A draft with two lines; `extra` are fields of the form."""
    held = negotiation or make_negotiation()
    by = seller_of(held)
    made = quoting.begin_quotation(held, by=by, now=NOW)
    return quoting.save_draft(made, values_of(**extra), {}, by=by)


def make_quotation(negotiation: Negotiation | None = None, **extra: Any) -> Quotation:
    """Sent: 1,550.00 CNY for thirty days."""
    draft = make_draft(negotiation, **extra)
    return quoting.send(draft, values_of(**extra), by=seller_of(draft.negotiation), now=NOW)


def version_of(quotation: Quotation) -> QuotationVersion:
    """What the buyer reads."""
    return quotation.versions.get(number=quotation.sent_number)


def make_rate(
    edition: Edition, currency: str = "EUR", base: str = "CNY", value: str = "8", on: date = TODAY, source: str = "Central bank"
) -> Rate:  # fmt: skip
    """What one unit was worth on a day."""
    return Rate.objects.create(
        edition=edition, currency=currency, base=base, value=Decimal(value), on=on, source=source
    )
