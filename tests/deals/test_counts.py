"""Numbers for the organiser and delegations: never of one firm, and never to be reckoned from a sum."""

from typing import Any

import pytest
from django.utils import timezone

from everfair.deals.access import counted_for
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Negotiation
from everfair.deals.queries import counts
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition

pytestmark = pytest.mark.django_db


def test_small_cells_are_hidden_and_a_second_with_a_single_one() -> None:
    lines = counts.hide_small([("a", (9, 4)), ("b", (2, 2)), ("c", (6, 3)), ("d", (0, 0))])
    assert [(one.group, one.count) for one in lines] == [("a", 9), ("b", None), ("c", None), ("d", 0)]


def test_hidden_ones_are_five_together_or_all_are_hidden() -> None:
    lines = counts.hide_small([("open", (10, 5)), ("won", (1, 1)), ("lost", (1, 1))])
    assert [one.count for one in lines] == [None, None, None]
    lines = counts.hide_small([("a", (10, 5)), ("b", (3, 1)), ("c", (2, 1))])
    assert [one.count for one in lines] == [10, None, None]


def test_many_of_one_firm_are_hidden_too() -> None:
    lines = counts.hide_small([("a", (50, 1)), ("b", (20, 5)), ("c", (30, 2))])
    assert [one.count for one in lines] == [None, 20, None]


def test_a_fair_with_few_tells_nothing() -> None:
    row = make_negotiation()
    totals, tables = counts.of_edition(row.edition)
    assert totals.negotiations is None
    assert totals.inquiries is None
    assert all(line.count in (None, 0) for table in tables for line in table.lines)


def test_counts_by_state_stage_and_delegation() -> None:
    edition = make_edition()
    delegation = make_delegation(edition)
    stage = stages_of(edition)[0]
    firms = [make_exhibitor(edition, delegation=delegation if n < 3 else None) for n in range(6)]
    for n in range(12):
        make_negotiation(
            make_inquiry(edition), firms[n % 6], has_conversation=False, stage=stage
        )  # fmt: skip
    totals, tables = counts.of_edition(edition)
    assert (totals.inquiries, totals.negotiations) == (12, 12)
    found = {table.code: {line.group: line.count for line in table.lines} for table in tables}
    assert found["state"] == {"open": 12, "agreed": 0, "not agreed": 0}
    assert found["stage"]["New"] == 12
    assert sorted(found["delegation"].values(), key=str) == [6, 6]
    assert counts.of_delegation(counted_for(delegation), edition)[0].negotiations == 6
    assert Negotiation.objects.count() == 12


def test_a_hidden_number_of_open_ones_does_not_follow_from_the_stages() -> None:
    """All less those won less the stages' sum was the one that was lost."""
    edition = make_edition()
    firms, stage = [make_exhibitor(edition) for _ in range(3)], stages_of(edition)[0]
    for n in range(11):
        one = make_inquiry(edition)
        for firm in firms:
            more: dict[str, Any] = {"state": "won", "ended_at": timezone.now()} if n < 7 else {"stage": stage}
            make_negotiation(one, firm, has_conversation=False, **more)
    lost: dict[str, Any] = {"state": "lost", "why": "price", "ended_at": timezone.now()}
    make_negotiation(make_inquiry(edition), firms[0], has_conversation=False, **lost)
    _totals, tables = counts.of_edition(edition)
    found = {table.code: [line.count for line in table.lines] for table in tables}
    assert found["state"].count(None) == 2
    assert None in found["stage"]
    _totals, tables = counts.of_delegation(Negotiation.objects.filter(edition=edition), edition)
    assert None in [line.count for line in tables[1].lines]


def test_the_page_costs_the_same_however_many(django_assert_num_queries: object) -> None:
    edition = make_edition()
    for _ in range(3):
        make_negotiation(make_inquiry(edition), has_conversation=False)
    with django_assert_num_queries(6):  # type: ignore[operator]
        counts.of_edition(edition)
