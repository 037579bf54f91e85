"""What a timetable is worth, on examples counted by hand and against a count in plain loops."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from everfair.engines.scheduling import NONE, Aim, Answer, Problem, Status, Timetable, Wish, measure
from tests.engines.scheduling.examples import problem, table
from tests.engines.scheduling.strategies import greedy, problems


def test_breaks_are_runs_less_one_and_a_new_day_is_none() -> None:
    """Person 0 meets in slots 0, 1, 3 of day one and 5, 7 of day two: one break a day."""
    made = problem([(0, person) for person in range(1, 6)], slots=8, days=[0, 4])
    told = measure(made, table(made, [0, 1, 3, 5, 7]))
    assert told.breaks_per_person.tolist() == [2, 0, 0, 0, 0, 0]
    assert (told.placed, told.weight, told.breaks) == (5, 5, 2)


def test_walking_is_priced_where_slots_run_on() -> None:
    price = [[0, 7], [3, 0]]
    more: dict[str, Any] = {
        "capacity": [[9] * 4] * 2,
        "area": [0, 1],
        "change": [[0, 0], [0, 0]],
        "price": price,
    }
    made = problem([(0, 1), (0, 2), (0, 3)], slots=4, days=[0, 2], **more)
    assert measure(made, table(made, [0, 1, 2], [0, 1, 0])).walking == 7, "to hall 1 in a day; back overnight"
    assert measure(made, table(made, [1, 2, 3], [0, 1, 0])).walking == 3


def test_the_smallest_share_counts_what_one_may_have() -> None:
    """Person 0 asked for three and may have two; person 3's only request is a veto and counts for nobody."""
    made = problem([(0, 1), (0, 2), (0, 3)], most={0: 2}, wish={2: Wish.NEVER}, aim=Aim.CHOOSE)
    assert measure(made, table(made, [0, 1, NONE])).smallest_share == 1.0
    assert measure(made, table(made, [0, NONE, NONE])).smallest_share == 0.0
    single = problem([(0, 1), (0, 1)], aim=Aim.CHOOSE)
    assert measure(single, table(single, [0, NONE])).smallest_share == 0.5


def _breaks(made: Problem, filled: Timetable, person: int) -> int:
    """Counted slot by slot."""
    busy = {int(t) for r, t in enumerate(filled.slot) if t != NONE and person in (filled.a[r], filled.b[r])}
    breaks, begun, busy_before = 0, False, False
    for slot in range(len(made.slots)):
        if not made.slots.runs_on[slot]:
            begun = busy_before = False
        if slot in busy and not busy_before:
            breaks += begun
            begun = True
        busy_before = slot in busy
    return breaks


@settings(deadline=None, max_examples=60)
@given(problems())
def test_the_fast_count_equals_the_slow_one(made: Problem) -> None:
    filled = greedy(made, range(len(made.requests)))
    told = measure(made, filled)
    assert told.breaks_per_person.tolist() == [_breaks(made, filled, p) for p in range(len(made.people))]
    assert told.breaks == sum(told.breaks_per_person)
    assert told.placed == int((filled.slot != NONE).sum())


@pytest.mark.parametrize(
    ("aim", "bound", "gap"),
    [(Aim.CHOOSE, 200, 0.05), (Aim.CHOOSE, None, None), (Aim.CHOOSE, 0, 0.0), (Aim.PLACE_ALL, 3, 4.0)],
)
def test_the_gap_is_a_share_of_the_weight_or_breaks(aim: Aim, bound: int | None, gap: float | None) -> None:
    made = problem([(0, 1)])
    answer = Answer(Status.FEASIBLE, table(made, [0]), 1, 190, 7, bound, 0.0, 0, aim)
    assert answer.gap == pytest.approx(gap)
    assert Answer(Status.UNKNOWN, None, 0, 0, 0, bound, 0.0, 0, aim).gap is None


def test_an_empty_timetable_is_worth_nothing() -> None:
    made = problem([(0, 1)], aim=Aim.CHOOSE)
    told = measure(made, table(made, [NONE]))
    assert (told.placed, told.weight, told.breaks, told.walking) == (0, 0, 0, 0)
    assert np.array_equal(told.breaks_per_person, [0, 0])
