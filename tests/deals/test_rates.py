"""Rates come in as a whole or not at all; days that passed are kept; what is taken away comes back."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.deals.actions.rates import plan_rates, remove_rate, restore_rate, write_rates
from everfair.deals.models import Rate
from everfair.deals.queries.rates import known_rates
from everfair.engines.money import RateValue
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.factories.quotations import TODAY, make_rate

pytestmark = pytest.mark.django_db
HEAD = "currency,in,value,day,source\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "rates.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("XXX,CNY,8,2026-09-04,Bank", "no currency in use"), ("DEM,CNY,8,2026-09-04,Bank", "no currency in use"),
        (",CNY,8,2026-09-04,Bank", "three letters"), ("CNY,CNY,1,2026-09-04,Bank", "no rate in itself"),
        ("EUR,CNY,-8,2026-09-04,Bank", "below zero"), ("EUR,CNY,0,2026-09-04,Bank", "more than zero"),
        ("EUR,CNY,NaN,2026-09-04,Bank", "no number"), ("EUR,CNY,1e400,2026-09-04,Bank", "no number"),
        ('EUR,CNY,"7,123",2026-09-04,Bank', "two ways"), ("EUR,CNY,99999999,2026-09-04,Bank", "too large"),
        ("EUR,CNY,0.000000001,2026-09-04,Bank", "more than zero"), ("EUR,CNY,8,soon,Bank", "no day"),
        ("EUR,CNY,8,2026-13-45,Bank", "no day"), ("EUR,CNY,8,2027-01-01,Bank", "has come"), ("EUR,CNY,8,,Bank", "no day"),
        ("EUR,CNY,8,1890-01-01,Bank", "1990"), ("EUR,CNY,,2026-09-04,Bank", "Write a number"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_can_be_written(tmp_path: Path, row: str, sentence: str) -> None:
    plan = plan_rates(
        make_edition(), written(tmp_path, f"{HEAD}USD,CNY,7.1234,2026-09-04,Bank\n{row}\n"), today=TODAY
    )
    assert sentence in " ".join(str(one["message"]) for one in plan.problems)
    assert plan.problems[0]["row"] == 3
    assert not plan.is_whole
    assert Rate.objects.count() == 0


def test_a_pair_twice_on_a_day_is_a_problem(tmp_path: Path) -> None:
    plan = plan_rates(make_edition(), written(tmp_path, HEAD + "EUR,CNY,8,2026-09-04,A\n" * 2), today=TODAY)
    assert [one["row"] for one in plan.problems] == [3]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD, "currency,value,day\nEUR,8,2026-09-04\n"])
def test_what_is_no_list_of_rates_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused):
        plan_rates(make_edition(), written(tmp_path, text), today=TODAY)


def test_chinese_titles_units_and_a_common_base(tmp_path: Path) -> None:
    text = "币种,中间价,日期,单位\nJPY,4.7891,2026/9/4,100\nKWD,23.25,20260904,1\n"
    plan = plan_rates(make_edition(), written(tmp_path, text), today=TODAY, base="CNY", source="央行")
    assert plan.problems == []
    assert [(one.rate.currency, one.rate.base, one.rate.value, one.rate.source) for one in plan.planned] == [
        ("JPY", "CNY", Decimal("0.047891"), "央行"), ("KWD", "CNY", Decimal("23.25"), "央行")
    ]  # fmt: skip


def test_written_again_nothing_changes_and_what_is_corrected_stands_in_the_log() -> None:
    edition, by = make_edition(), make_user()
    make_rate(edition, value="7.9", on=TODAY - timedelta(days=1))
    rate = RateValue("EUR", "CNY", Decimal("8.00000000"), TODAY, "Bank")
    assert write_rates(edition, [rate], by=by) == {"new": 1, "changed": 0, "unchanged": 0}
    assert write_rates(edition, [rate], by=by) == {"new": 0, "changed": 0, "unchanged": 1}
    mended = RateValue("EUR", "CNY", Decimal("8.1"), TODAY, "Bank")
    assert write_rates(edition, [mended], by=by) == {"new": 0, "changed": 1, "unchanged": 0}
    assert sorted(Rate.objects.values_list("value", flat=True)) == [Decimal("7.9"), Decimal("8.1")]
    entries = list(audit.entries(edition_id=edition.pk))
    assert [one.event for one in entries] == ["deals.rates.imported"] * 2
    assert entries[0].before == {"EUR/CNY 2026-09-04": "8 · Bank"}


def test_one_bad_row_among_many_writes_nothing() -> None:
    edition, by = make_edition(), make_user()
    good = RateValue("EUR", "CNY", Decimal(8), TODAY)
    bad = RateValue("CNY", "CNY", Decimal(1), TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_rates(edition, [good, bad], by=by)
    assert Rate.objects.count() == 0


def test_a_rate_taken_away_comes_back() -> None:
    edition, by = make_edition(), make_user()
    gone = remove_rate(make_rate(edition), by=by)
    assert Rate.objects.count() == 0
    assert restore_rate(edition, gone, by=by).value == 8
    restore_rate(edition, gone, by=by)
    Rate.objects.update(value=9)
    with pytest.raises(Refused):
        restore_rate(edition, gone, by=by)


def test_the_latest_on_or_before_a_day_is_known() -> None:
    edition = make_edition()
    for days, value in ((5, "7"), (2, "8"), (-1, "9")):
        make_rate(edition, value=value, on=TODAY - timedelta(days=days))
    make_rate(make_edition(), "EUR", "CNY", "99")
    make_rate(edition, "USD", "JPY", "150")
    assert [rate.value for rate in known_rates(edition, {"EUR"}, TODAY)] == [8]
    assert [rate.value for rate in known_rates(edition, {"CNY"}, TODAY - timedelta(days=3))] == [7]
    assert known_rates(edition, {"EUR"}, TODAY - timedelta(days=9)) == []


def test_the_database_refuses_what_is_no_rate() -> None:
    edition = make_edition()
    make_rate(edition)
    for fields in ({}, {"currency": "CNY"}, {"value": "0"}, {"value": "-1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_rate(edition, **{"on": TODAY if not fields else TODAY - timedelta(days=9), **fields})  # type: ignore[arg-type]
