"""The judge: every rule broken alone is told, with whom and where, and a good timetable is not blamed."""

from typing import Any

import numpy as np
import pytest

from everfair.engines.scheduling import NONE, Aim, Problem, Timetable, Wish, check
from tests.engines.scheduling.examples import problem, table

CHAIN = [(0, 1), (1, 2)]


def _rules(made: Problem, judged: Timetable, **more: Any) -> list[str]:
    return [fault.rule for fault in check(made, judged, **more)]


def test_a_good_timetable_has_no_fault() -> None:
    made = problem(CHAIN)
    assert check(made, table(made, [0, 1])) == []


@pytest.mark.parametrize(
    ("given", "slots", "rule"),
    [
        ({}, [1, 1], "two meetings at a time"),
        ({}, [0, NONE], "not placed"),
        ({"free": {2: [0, 1]}}, [0, 2], "a person is not free"),
        ({"session": {0: 0}, "sessions": [[1, 2]]}, [0, 1], "outside its session"),
        ({"fixed": {0: 2}}, [0, 1], "not in its fixed slot"),
        ({"not_in": [(1, 1)]}, [0, 1], "in a forbidden slot"),
        ({"after": [(0, 1)]}, [2, 1], "out of order"),
        ({"most": {1: 1}}, [0, 2], "more meetings than a person wants"),
        ({"longest_run": {1: 1}}, [0, 1], "too many meetings without a pause"),
        ({"rests": [([0, 1], [1])]}, [0, 1], "pause 0 is not kept"),
        ({"interpreters": [[0, 1, 1]], "interpreter": {0: 0}}, [0, 1], "more meetings than interpreters"),
        ({"capacity": [[0, 1, 1]]}, [0, 1], "more meetings than places"),
        ({"change": [[1]]}, [0, 1], "no time for the way"),
        ({"wish": {1: Wish.NEVER}}, [0, 1], "a vetoed request is placed"),
    ],
)
def test_each_broken_rule_is_told(given: dict[str, Any], slots: list[int], rule: str) -> None:
    made = problem(CHAIN, **given)
    assert _rules(made, table(made, slots)) == [rule]


def test_a_fault_says_who_and_where() -> None:
    made = problem(CHAIN)
    fault = check(made, table(made, [1, 1]))[0]
    assert (fault.requests, fault.person, fault.slot) == ((0, 1), 1, 1)
    assert str(fault) == "two meetings at a time; requests 0, 1; person 1; slot 1"


def test_the_place_has_to_suit_and_the_locked_one_to_be_kept() -> None:
    made = problem(CHAIN, capacity=[[1] * 3] * 2, places={0: [1]}, locked={1: (2, 0)})
    assert _rules(made, table(made, [0, 2], [0, 0])) == ["at a place that does not suit"]
    assert _rules(made, table(made, [0, 2], [1, 1])) == ["not at its locked place"]
    assert _rules(made, table(made, [0, 1], [1, 0])) == ["not in its fixed slot"]
    assert _rules(made, table(made, [0, NONE], [1, NONE]), all_placed=False) == [
        "a locked request is not placed"
    ]
    assert _rules(made, table(made, [0, 2], [1, 0])) == []


def test_colleagues_stand_in_for_each_other_and_nobody_else() -> None:
    made = problem([(4, 3), (2, 4)], people=4, groups=[(0, 1)])
    assert _rules(made, table(made, [0, 0], a=[0, 2], b=[3, 1])) == []
    assert _rules(made, table(made, [0, 1], a=[2, 2], b=[3, 1])) == [
        "somebody who was not asked sits in the meeting"
    ]
    herself = problem([(2, 0)], people=2, groups=[(0, 1)])
    assert "a person meets herself" in _rules(herself, table(herself, [0], a=[0], b=[0]))


@pytest.mark.parametrize(("minutes", "faults"), [(0, 0), (15, 1), (16, 2)])
def test_the_way_counts_between_all_meetings_not_only_neighbours(minutes: int, faults: int) -> None:
    """Two meetings in hall 0, then one in hall 1: nothing lies between the second and it, a slot after the first."""
    change = [[0, minutes], [minutes, 0]]
    made = problem([(0, 1), (0, 2), (0, 3)], capacity=[[1] * 3] * 2, area=[0, 1], change=change)
    assert _rules(made, table(made, [0, 1, 2], [0, 0, 1])) == ["no time for the way"] * faults


def test_a_day_ends_runs_and_breaks() -> None:
    """Six slots in two days: meetings late on day one and early on day two are no run, and no break."""
    pairs = [(0, 1), (0, 2), (0, 3)]
    made = problem(pairs, slots=6, days=[0, 3], longest_run={0: 2}, fairness=0)
    assert _rules(made, table(made, [1, 2, 3])) == []
    assert _rules(made, table(made, [0, 1, 2])) == ["too many meetings without a pause"]
    assert _rules(made, table(made, [3, 5, 0])) == ["breaks are shared unfairly"]


def test_fairness_is_judged_of_whole_timetables_only() -> None:
    made = problem([(0, 1), (0, 2)], fairness=0)
    split = table(made, [0, 2])
    assert _rules(made, split) == ["breaks are shared unfairly"]
    assert _rules(made, split, all_placed=False) == []


def test_choosing_leaves_requests_out() -> None:
    made = problem(CHAIN, aim=Aim.CHOOSE)
    assert _rules(made, table(made, [0, NONE])) == []
    assert _rules(made, table(made, [0, NONE]), all_placed=True) == ["not placed"]


@pytest.mark.parametrize(
    ("slot", "place", "rule"),
    [
        ([0], [0], "an array has not one entry for each request"),
        ([0, 9], [0, 0], "no such slot or place"),
        ([0, 1], [0, 7], "no such slot or place"),
        ([0, NONE], [0, 0], "a slot without a place, or a place without a slot"),
    ],
)
def test_a_malformed_timetable_is_told_before_anything_else(
    slot: list[int], place: list[int], rule: str
) -> None:
    made = problem(CHAIN)
    assert _rules(made, table(made, slot, place)) == [rule]


def test_more_than_64_slots() -> None:
    pairs = [(0, person) for person in range(1, 91)]
    made = problem(pairs, slots=90)
    assert check(made, table(made, list(range(90)))) == []
    assert _rules(made, table(made, [*range(89), 88])) == ["two meetings at a time"]
    assert np.array_equal(made.requests.a, np.zeros(90))
