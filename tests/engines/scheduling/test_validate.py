"""Bad input is told with its field and a reason, before anything is solved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from everfair.engines.scheduling import NONE, Problem, ProblemError, Wish, solve, validate
from tests.engines.scheduling.examples import clock, ints, problem

PAIRS = [(0, 1), (1, 2)]


def _with(part: str, **changed: Any) -> Callable[[], Problem]:
    def make() -> Problem:
        made = problem(PAIRS)
        return replace(made, **{part: replace(getattr(made, part), **changed)})

    return make


def _problem(**given: Any) -> Callable[[], Problem]:
    return lambda: problem(given.pop("pairs", PAIRS), **given)


NOBODY = np.zeros((0, 3), dtype=np.bool_)

BAD: list[tuple[Callable[[], Problem], str, str]] = [
    (_with("people", free=np.ones((3, 5), dtype=np.bool_)), "people.free", "has shape [3, 5], but [3, 3]"),
    (_with("people", free=np.ones((3, 3))), "people.free", "true and false are needed"),
    (_with("people", most=ints([0, 1, 1])), "people.most[0]", "1 or more"),
    (_with("people", most=ints([1, -4, 1])), "people.most[1]", "1 or more"),
    (_with("people", longest_run=ints([1, 1, 0])), "people.longest_run[2]", "1 or more"),
    (_with("people", least=ints([0, 4, 0])), "people.least[1]", "more meetings than there are slots (3)"),
    (_with("people", least=ints([-1, 0, 0])), "people.least[0]", "0 or more"),
    (
        _with("people", least=ints([2, 0, 0]), most=ints([1, 1, 1])),
        "people.least[0]",
        "than people.most allows",
    ),
    (_with("people", free=NOBODY), "people", "nobody"),
    (_with("people", groups=((),)), "people.groups[0]", "nobody in it"),
    (_with("people", groups=((0, 0),)), "people.groups[0]", "twice"),
    (_with("people", groups=((7,),)), "people.groups[0]", "not there"),
    (_with("people", met_before=frozenset({(2, 1)})), "people.met_before", "smaller number first"),
    (_with("slots", runs_on=np.ones(3, dtype=np.bool_)), "slots.runs_on[0]", "false"),
    (_with("slots", ends=ints([15, 30, 10])), "slots.ends[2]", "end after it starts"),
    (_with("slots", ends=ints([20, 30, 45])), "slots.starts[1]", "not overlap"),
    (_with("places", capacity=ints([])), "places.capacity", "no place"),
    (_with("places", capacity=np.full((1, 3), -1)), "places.capacity[0, 0]", "negative"),
    (_with("places", area=ints([4])), "places.area[0]", "only 1 areas"),
    (_with("places", price=np.zeros((2, 2), dtype=np.int64)), "places.price", "shape"),
    (_with("requests", b=ints([1, 9])), "requests.b[1]", "nobody who is there"),
    (_with("requests", b=ints([1, 1])), "requests.b[1]", "two sides"),
    (_with("requests", a=ints([0])), "requests.b", "has shape [2], but [1]"),
    (_with("requests", weight=ints([1, -1])), "requests.weight[1]", "0 or more"),
    (_with("requests", weight=np.full(2, 2**61)), "requests.weight", "2^62"),
    (_with("requests", weight=np.array([0.5, 1.0])), "requests.weight", "whole numbers"),
    (_with("requests", wish=ints([1, 5])), "requests.wish[1]", "must"),
    (_with("requests", session=ints([NONE, 0])), "requests.session[1]", "has to be -1"),
    (_with("requests", fixed_slot=ints([3, NONE])), "requests.fixed_slot[0]", "between 0 and 2"),
    (_with("requests", places=np.full((2, 1), NONE)), "requests.places[0]", "no place suits"),
    (_with("requests", not_in=ints([1, 2])), "requests.not_in", "shape"),
    (_problem(not_in=[(0, 3)]), "requests.not_in[0, 1]", "not there"),
    (_problem(after=[(1, 1)]), "requests.after[0]", "itself"),
    (_problem(rests=[([], [0])]), "people.rests[0].slots", "at least one slot"),
    (_problem(wish={0: Wish.NEVER}, locked={0: (0, 0)}), "requests.locked[0]", "must never be"),
    (_with("requests", locked=np.array([True, False])), "requests.fixed_slot[0]", "needs its slot"),
    (
        _problem(locked={0: (1, 0), 1: (1, 0)}),
        "requests.locked",
        "two meetings at a time; requests 0, 1; person 1",
    ),
    (_problem(locked={0: (1, 0)}, free={0: [0]}), "requests.locked", "a person is not free; requests 0"),
    (_problem(locked={0: (1, 0)}, capacity=[[1, 0, 1]]), "requests.locked", "more meetings than places"),
    (_problem(locked={0: (0, 0), 1: (1, 0)}, change=[[5]]), "requests.locked", "no time for the way"),
]


@pytest.mark.parametrize(("make", "field", "reason"), BAD, ids=[f"{row[1]} {row[2]}" for row in BAD])
def test_bad_input_is_told(make: Callable[[], Problem], field: str, reason: str) -> None:
    with pytest.raises(ProblemError) as told:
        validate(make())
    assert told.value.field == field
    assert reason in told.value.reason
    assert str(told.value) == f"{field}: {told.value.reason}"


def test_an_empty_instance_is_told() -> None:
    made = problem(PAIRS)
    empty = {name: getattr(made.requests, name)[:0] for name in vars(made.requests) if name != "sessions"}
    with pytest.raises(ProblemError, match="nothing to place"):
        validate(replace(made, requests=replace(made.requests, **empty)))
    none = ints([])
    with pytest.raises(ProblemError, match="at least one slot"):
        validate(replace(made, slots=replace(made.slots, starts=none)))


def test_solving_begins_with_looking_at_the_input() -> None:
    with pytest.raises(ProblemError, match="two meetings at a time"):
        solve(problem(PAIRS, locked={0: (1, 0), 1: (1, 0)}), clock=clock)


def test_a_good_problem_passes() -> None:
    validate(problem(PAIRS, locked={0: (1, 0)}, groups=[(0, 1)], after=[(0, 1)], not_in=[(1, 0)]))
