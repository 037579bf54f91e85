"""Amounts have the places of their currency: what was quoted in dinars is agreed in dinars, to the thousandth."""

from decimal import Decimal

import pytest

from everfair.agreements.forms.agreements import AgreementForm
from everfair.agreements.queries.chain import verify
from everfair.agreements.queries.lists import initial_of
from everfair.agreements.queries.record_face import amount_words
from everfair.engines.money import LineValue
from tests.factories.agreements import make_agreement
from tests.factories.quotations import make_quotation

pytestmark = pytest.mark.django_db


def form_of(amount: str, currency: str) -> AgreementForm:
    return AgreementForm(
        {
            "kind": "contract", "title_en": "x", "summary_en": "y", "worth": "exact", "value_from": amount,
            "currency": currency,
        }
    )  # fmt: skip


def test_what_was_quoted_in_dinars_begins_the_agreement() -> None:
    quotation = make_quotation(currency="KWD", lines=[LineValue("x", Decimal(1), "", Decimal("12.345"))])
    initial = initial_of(quotation)
    assert initial["value_from"] == Decimal("12.345")
    shown = AgreementForm(initial=initial)["value_from"].value()
    form = form_of(str(shown), "KWD")
    assert form.is_valid(), form.errors
    assert form.terms().value_from == Decimal("12.345")


@pytest.mark.parametrize(
    ("amount", "currency", "is_fine"),
    [
        ("12.345", "KWD", True), ("12.345", "kwd", True), ("12.3451", "KWD", False), ("1200000.50", "CNY", True),
        ("12.3450", "CNY", False), ("12.34", "CNY", True),
    ],
)  # fmt: skip
def test_as_many_places_as_the_currency_has(amount: str, currency: str, is_fine: bool) -> None:
    form = form_of(amount, currency)
    assert form.is_valid() is is_fine, form.errors
    assert is_fine or list(form.errors) == ["value_from"]


def test_a_point_before_three_digits_is_asked_back_elsewhere() -> None:
    assert "two ways" in str(form_of("250.000", "CNY").errors["value_from"])


def test_thousandths_are_kept_stated_and_told() -> None:
    made = make_agreement(
        state="confirmed", value_from=Decimal("12.345"), value_to=Decimal("12.345"), currency="KWD"
    )
    made.refresh_from_db()
    assert made.value_from == Decimal("12.345")
    assert '"from":"12.345"' in made.statement
    assert "12.345" in amount_words(made)
    assert verify().differences == []


def test_hundredths_are_stated_as_before() -> None:
    made = make_agreement(state="confirmed")
    made.refresh_from_db()
    assert '"from":"1200000.5"' in made.statement
    assert "1,200,000.50" in amount_words(made)
    assert verify().differences == []
