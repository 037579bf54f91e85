"""Conflicts: each the right cause with the right figures, each a proof, none where everything fits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from everfair.engines.scheduling import (
    NONE,
    Aim,
    Cause,
    Conflict,
    Problem,
    Status,
    Timetable,
    Wish,
    check,
    explain,
    measure,
    solve,
)
from tests.engines.scheduling.examples import clock, problem, table
from tests.engines.scheduling.strategies import problems

STAR = [(0, 1), (0, 2), (0, 3)]


def _only(made: Problem) -> Conflict:
    found = explain(made)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("given", "cause", "requests", "needed", "there"),
    [
        ({"free": {0: [0, 1]}}, Cause.TOO_MANY, (0, 1, 2), 3, 2),
        ({"free": {1: [0], 2: [0]}}, Cause.TOO_MANY, (0, 1), 2, 1),
        ({"most": {0: 2}}, Cause.CAP, (0, 1, 2), 3, 2),
        ({"free": {0: [0, 1], 1: [2]}}, Cause.NO_COMMON_SLOT, (0,), 1, 0),
        ({"fixed": {0: 1, 2: 1}}, Cause.FIXED_TOGETHER, (0, 2), 2, 1),
        (
            {"session": {0: 0, 1: 0, 2: 0}, "sessions": [[0, 1]]},
            Cause.SESSION_TOO_SHORT,
            (0, 1, 2),
            3,
            2,
        ),
        ({"session": {0: 0}, "sessions": [[0]], "free": {1: [1, 2]}}, Cause.SESSION_TOO_SHORT, (0,), 1, 0),
        ({"capacity": [[1, 1, 0]], "slots": 3}, Cause.NO_PLACE, (0, 1, 2), 3, 2),
        ({"interpreters": [[0, 1, 0]], "interpreter": {1: 0, 2: 0}}, Cause.NO_INTERPRETER, (1, 2), 2, 1),
        ({"after": [(0, 1), (1, 2)], "free": {3: [0, 1]}}, Cause.ORDER, (0, 1, 2), 3, 0),
        ({"rests": [([0, 1], [0])]}, Cause.PAUSE, (0, 1, 2), 3, 2),
        ({"longest_run": {0: 1}}, Cause.PAUSE, (0, 1, 2), 3, 2),
    ],
)
def test_each_cause_with_its_figures(
    given: dict[str, Any], cause: Cause, requests: tuple[int, ...], needed: int, there: int
) -> None:
    found = explain(problem(STAR, **given))
    named = [each for each in found if each.cause is cause]
    assert [(each.requests, each.needed, each.there) for each in named] == [(requests, needed, there)], found


def test_the_conflict_of_a_diary_is_the_smallest() -> None:
    """Of eight meetings two share the only slot that both can have; the six others do not matter."""
    made = problem([(0, p) for p in range(1, 9)], slots=9, free={3: [4], 7: [4]})
    conflict = _only(made)
    assert (conflict.requests, conflict.people, conflict.slots) == ((2, 6), (0,), (4,))


def test_a_pool_that_is_short_is_named_with_its_slots() -> None:
    pairs = [(2 * k, 2 * k + 1) for k in range(4)]
    made = problem(
        pairs,
        capacity=[[5, 5, 5], [1, 0, 1]],
        places={1: [1], 2: [1], 3: [1]},
    )
    conflict = _only(made)
    assert (conflict.cause, conflict.requests, conflict.pool) == (Cause.NO_PLACE, (1, 2, 3), 1)
    assert (conflict.slots, conflict.needed, conflict.there) == ((0, 2), 3, 2)


def test_a_circle_of_precedences_is_told() -> None:
    conflict = _only(problem(STAR, after=[(0, 1), (1, 2), (2, 0)]))
    assert conflict.cause is Cause.ORDER
    assert set(conflict.requests) == {0, 1, 2}


def test_two_fixed_meetings_too_far_apart() -> None:
    far: dict[str, Any] = {"capacity": [[9] * 3] * 2, "area": [0, 1], "change": [[0, 30], [30, 0]]}
    conflict = _only(problem(STAR, fixed={0: 0, 1: 1}, places={0: [0], 1: [1]}, **far))
    assert (conflict.cause, conflict.requests, conflict.slots) == (Cause.WAY, (0, 1), (0, 1))
    assert (conflict.needed, conflict.there) == (30, 0)


def test_vetoed_requests_stand_in_nobodys_way() -> None:
    assert explain(problem(STAR, free={0: [0, 1]}, wish={1: Wish.NEVER})) == []


def test_a_conflict_makes_the_answer_infeasible_at_once() -> None:
    answer = solve(problem(STAR, free={0: [0, 1]}), clock=clock)
    assert (answer.status, answer.table) == (Status.INFEASIBLE, None)


def _timetables(
    made: Problem, slot: list[int], place: list[int], a: list[int], b: list[int]
) -> Iterator[Timetable]:
    """Every timetable without a fault that places all but the vetoed, by trying."""
    n = len(slot)
    requests, people = made.requests, made.people
    rows = len(requests)
    rest = [NONE] * (rows - n)
    now = Timetable(*(np.array(column + rest, dtype=np.int64) for column in (slot, place, a, b)))
    if any(fault.rule != "a locked request is not placed" for fault in check(made, now, all_placed=False)):
        return
    if n == rows:
        yield now
        return
    if requests.wish[n] == Wish.NEVER:
        yield from _timetables(made, [*slot, NONE], [*place, NONE], [*a, 0], [*b, 0])
        return
    sides = [
        (side,) if side < len(people) else people.groups[side - len(people)]
        for side in (int(requests.a[n]), int(requests.b[n]))
    ]
    for t in range(len(made.slots)):
        for pool in range(len(made.places)):
            for one in sides[0]:
                for other in sides[1]:
                    yield from _timetables(made, [*slot, t], [*place, pool], [*a, one], [*b, other])


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(problems(aim=Aim.PLACE_ALL, most_requests=4, most_slots=3))
def test_every_conflict_is_a_proof(made: Problem) -> None:
    """Where a conflict is told, no timetable at all places everything: all were tried."""
    if explain(made):
        assert next(_timetables(made, [], [], [], []), None) is None


def test_the_trier_finds_what_there_is() -> None:
    made = problem([(0, 1), (1, 2)], slots=2)
    found = [each.slot.tolist() for each in _timetables(made, [], [], [], [])]
    assert found == [[0, 1], [1, 0]]
    assert check(made, table(made, found[0])) == []


def test_a_meeting_without_room_beside_fixed_ones_of_both_sides() -> None:
    """Persons 0 and 1 have two slots; 0 has a fixed meeting in the first, 1 in the second."""
    conflict = _only(problem([(0, 1), (0, 2), (1, 3)], slots=2, fixed={1: 0, 2: 1}))
    assert (conflict.cause, conflict.requests) == (Cause.FIXED_TOGETHER, (0, 1, 2))
    assert (conflict.needed, conflict.there) == (1, 0)


def _least_spread(made: Problem) -> int | None:
    """The smallest difference of breaks over all timetables whatever the bound; None where there are none."""
    free = replace(made, rules=replace(made.rules, fairness=NONE))
    spreads = []
    for each in _timetables(free, [], [], [], []):
        breaks = measure(made, each).breaks_per_person
        spreads.append(int(breaks.max() - breaks.min()))
    return min(spreads, default=None)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(problems(aim=Aim.PLACE_ALL, most_requests=5, most_slots=5), st.integers(0, 1))
def test_fairness_is_told_exactly_where_nothing_else_stands_against_it(made: Problem, bound: int) -> None:
    """All timetables were tried: the bound that is told is the smallest that works."""
    choices = len(made.slots) * len(made.places) * (4 if made.people.groups else 1)
    assume(choices ** len(made.requests) <= 20_000)
    made = replace(made, rules=replace(made.rules, fairness=bound))
    least = _least_spread(made)
    quick, proved = explain(made), explain(made, clock=clock)
    only = [each for each in proved if each.cause is Cause.FAIRNESS]
    for each in quick:
        if each.cause is Cause.FAIRNESS:
            assert least is None or least >= each.needed > bound == each.there
    if least is None:
        assert all(conflict.needed > bound for conflict in only)
    elif least <= bound:
        assert proved == []
    else:
        assert [(each.needed, each.there) for each in proved] == [(least, bound)]
        assert only[0].people


def test_the_one_who_would_have_too_many_breaks_is_named() -> None:
    """Person 0 has meetings in slots 0, 2 and 4 only; 1, 2, 3 have one each: two breaks against none."""
    made = problem(STAR, slots=5, free={0: [0, 2, 4]}, fairness=1)
    conflict = _only(made)
    assert (conflict.cause, conflict.needed, conflict.there) == (Cause.FAIRNESS, 2, 1)
    assert (conflict.requests, conflict.people[0]) == ((0, 1, 2), 0)
    assert solve(made, clock=clock).status is Status.INFEASIBLE
    assert explain(replace(made, rules=replace(made.rules, fairness=2))) == []


def test_what_only_all_diaries_together_show_takes_a_proof() -> None:
    """One table and two slots a day apart: nobody alone is forced, but somebody has to wait."""
    made = problem([(0, 1), (0, 2), (1, 2), (0, 3)], slots=4, capacity=[[1] * 4], fairness=0)
    assert explain(made) == []
    found = explain(made, clock=clock)
    assert [(each.cause, each.needed, each.there) for each in found] == [(Cause.FAIRNESS, 1, 0)]
    assert set(found[0].people) <= {0, 1, 2}
