"""What was accepted and changed afterwards in the database is named by `verify`."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F

from everfair.agreements.queries.chain import verify
from everfair.deals.actions.quotation_answers import accept
from everfair.deals.models import Quotation, QuotationLine, QuotationVersion
from everfair.engines.money import LineValue
from tests.factories.deals import NOW
from tests.factories.quotations import make_quotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted() -> Quotation:
    quotation = make_quotation(currency="KWD", lines=[LineValue("x", Decimal("2.5"), "", Decimal("12.345"))])
    return accept(quotation, 1, by=quotation.negotiation.buyer, now=NOW)


CHANGES: dict[str, Callable[[], Any]] = {
    "price": lambda: QuotationLine.objects.update(price=Decimal(1)),
    "line": lambda: QuotationLine.objects.all().delete(),
    "total": lambda: QuotationVersion.objects.update(total=Decimal(101)),
    "terms": lambda: QuotationVersion.objects.update(terms="Other."),
    "last day": lambda: QuotationVersion.objects.update(ends_on=F("ends_on") + timedelta(days=1)),
    "digest": lambda: QuotationVersion.objects.update(digest="0" * 64),
}


def test_a_whole_one_is_counted(accepted: Quotation) -> None:
    verdict = verify()
    assert (verdict.quotations, verdict.differences) == (1, [])


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_one_is_named(accepted: Quotation, name: str) -> None:
    CHANGES[name]()
    found = verify().differences
    assert [one.where for one in found] == [f"quotation {accepted.code}"]
    assert "accepted and differs" in found[0].what
