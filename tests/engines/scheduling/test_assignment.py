"""Timetables told as pairs: there and back, and pairs that mean nothing."""

import pytest

from everfair.engines.scheduling.assignment import AssignmentError, as_assignment, read_assignment
from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.types import NONE
from tests.engines.scheduling.examples import problem, table


def test_there_and_back() -> None:
    made = problem([(0, 1), (0, 2), (1, 2)])
    pairs = as_assignment(table(made, [0, 2, NONE]))
    assert pairs == [[1, 1], [2, 3]]
    assert read_assignment(made, pairs).slot.tolist() == [0, 2, NONE]


def test_places_are_taken_in_order_of_preference_while_there_is_room() -> None:
    made = problem([(0, 1), (2, 3), (4, 5)], slots=1, capacity=[[1], [5]])
    placed = read_assignment(made, [[1, 1], [2, 1], [3, 1]])
    assert placed.place.tolist() == [0, 1, 1]
    assert check(made, placed) == []


def test_too_many_at_a_time_are_left_for_the_judge_to_see() -> None:
    made = problem([(0, 1), (2, 3)], slots=1, capacity=[[1]])
    assert [fault.rule for fault in check(made, read_assignment(made, [[1, 1], [2, 1]]))] == [
        "more meetings than places"
    ]


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([[4, 1]], "no meeting 4"),
        ([[0, 1]], "no meeting 0"),
        ([[1, 9]], "no slot 9"),
        ([[1, 1], [1, 2]], "twice"),
        ([[1]], "not a pair"),
        ([[1, "2"]], "not a pair"),
    ],
)
def test_pairs_that_mean_nothing_are_refused(pairs: list[list[int]], reason: str) -> None:
    with pytest.raises(AssignmentError, match=reason):
        read_assignment(problem([(0, 1), (0, 2), (1, 2)]), pairs)
