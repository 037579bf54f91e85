"""What a desk counts: the public version of an outcome that is being changed, and nothing of the change."""

from decimal import Decimal

import pytest

from everfair.outcomes.actions.preparing import save_facts
from everfair.outcomes.queries import public, totals
from tests.factories.fair import make_edition
from tests.factories.outcomes import make_class, make_published, signer_of

pytestmark = pytest.mark.django_db


def test_what_is_being_changed_counts_as_it_is_public() -> None:
    edition = make_edition()
    outcome, _other = make_published(edition), make_published(edition)
    facts = {
        "kind": make_class(edition, "award"), "title": {"en": "Other"}, "worth": "exact", "value_from": "999", "currency": "EUR",
        "agreed_on": None, "sectors": [],
    }  # fmt: skip
    save_facts(outcome, facts, by=signer_of(outcome.parties.first().exhibitor))  # type: ignore[union-attr, arg-type]
    public.forget_registries()
    rows = totals.desk_rows(edition)
    assert len(rows) == public.whole_of(edition.fair_id).all.count == 2
    assert {(row.entry.kind, row.entry.low) for row in rows} == {("deal", Decimal(1000))}
