"""When parties are asked what became of an outcome, and what their answers come to."""

from datetime import date

import pytest

from everfair.engines.outcomes import due_on, settle

ASKED = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("since", "months", "expected"),
    [
        (date(2025, 9, 4), 6, date(2026, 3, 4)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 1), 24, date(2026, 12, 1)),
    ],
)
def test_due_days(since: date, months: int, expected: date) -> None:
    assert due_on(since, months) == expected


def test_standings() -> None:
    assert settle(None, [None, None], ASKED).state == "not_due"
    assert settle(ASKED, [None, None], date(2026, 5, 3)).state == "waiting"
    assert settle(ASKED, [None, None], date(2026, 5, 4)).state == "no_answer"
    one = settle(ASKED, ["in_force", None], date(2027, 1, 1))
    assert (one.state, one.answered, one.asked) == ("in_force", 1, 2)
    assert settle(ASKED, ["fulfilled", "fulfilled"], ASKED).state == "fulfilled"
    assert settle(ASKED, ["fulfilled", "ended"], ASKED).state == "differ"


def test_beyond_the_last_day_there_is_none() -> None:
    assert due_on(date(9999, 6, 30), 24) == date.max
