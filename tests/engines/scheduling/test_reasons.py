"""Why a request was not placed; and that no reason, nor the lack of one, gives a veto away."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from everfair.engines.scheduling import NONE, Aim, Cause, Problem, Wish, why_not
from tests.engines.scheduling.examples import problem, table
from tests.engines.scheduling.strategies import greedy, problems

PAIRS = [(0, 1), (0, 2)]


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({}, Cause.OTHERS_COUNT_MORE),
        ({"slots": 1}, Cause.OTHERS_COUNT_MORE),
        ({"free": {0: [0], 2: [1]}}, Cause.NO_COMMON_SLOT),
        ({"not_in": [(1, 0), (1, 1), (1, 2)]}, Cause.NO_COMMON_SLOT),
        ({"session": {1: 0}, "sessions": [[2]], "free": {2: [0, 1]}}, Cause.SESSION_TOO_SHORT),
        ({"most": {0: 1}}, Cause.CAP),
        ({"capacity": [[1, 0, 0]], "free": {0: [0, 1]}}, Cause.OTHERS_COUNT_MORE),
        ({"capacity": [[1] * 3, [0] * 3], "places": {1: [1]}}, Cause.NO_PLACE),
        ({"interpreters": [[0, 0, 0]], "interpreter": {1: 0}}, Cause.NO_INTERPRETER),
        ({"slots": 2, "rests": [([0, 1], [0])]}, Cause.PAUSE),
        ({"slots": 2, "longest_run": {0: 1}}, Cause.PAUSE),
        ({"slots": 2, "change": [[1]]}, Cause.WAY),
        ({"after": [(1, 0)]}, Cause.ORDER),
    ],
)
def test_each_reason(given: dict[str, Any], cause: Cause) -> None:
    """Request 0 is placed in slot 0, request 1 is left over."""
    made = problem(PAIRS, aim=Aim.CHOOSE, **given)
    told = why_not(made, table(made, [0, NONE]))
    assert list(told) == [1]
    assert told[1].cause is cause
    assert told[1].requests == (1,)


def test_full_tables_are_no_place() -> None:
    made = problem([(0, 1), (2, 3)], slots=1, capacity=[[1]], aim=Aim.CHOOSE)
    told = why_not(made, table(made, [0, NONE]))[1]
    assert (told.cause, told.slots) == (Cause.NO_PLACE, (0,))


@settings(deadline=None, max_examples=150)
@given(problems(aim=Aim.CHOOSE))
def test_a_veto_cannot_be_told_from_little_weight(made: Problem) -> None:
    """The same timetable with every veto turned into a suggestion gives the same reasons, word for word."""
    filled = greedy(made, range(len(made.requests)))
    harmless = np.maximum(made.requests.wish, Wish.SUGGESTION)
    told = why_not(made, filled)
    assert told == why_not(replace(made, requests=replace(made.requests, wish=harmless)), filled)
    assert all(conflict.cause is not Cause.VETO for conflict in told.values())
    assert list(told) == np.flatnonzero(filled.slot == NONE).tolist(), "a lacking reason would tell as well"


def test_only_who_asks_for_vetoes_hears_of_them() -> None:
    made = problem(PAIRS, aim=Aim.CHOOSE, wish={1: Wish.NEVER})
    left = table(made, [0, NONE])
    assert why_not(made, left, vetoes=True)[1].cause is Cause.VETO
    assert why_not(made, left)[1].cause is Cause.OTHERS_COUNT_MORE
