"""Which slots a request may have by itself, before anybody else is looked at. Vectors over all requests at once."""

import numpy as np

from everfair.engines.scheduling.types import NONE, Bools, Ints, Problem


def side_free(problem: Problem, sides: Ints) -> Bools:
    """[len(sides), n]: is that person, or somebody of that group, free then?"""
    people = problem.people
    free = people.free
    if people.groups:
        of_groups = np.stack([free[list(group)].any(axis=0) for group in people.groups])
        free = np.concatenate((free, of_groups))
    return np.asarray(free[sides])


def common(problem: Problem, rows: Ints) -> Bools:
    """[rows, n]: both sides are free."""
    requests = problem.requests
    return side_free(problem, requests.a[rows]) & side_free(problem, requests.b[rows])


def in_session(problem: Problem, rows: Ints) -> Bools:
    """[rows, n]: inside the session asked for."""
    requests = problem.requests
    anywhere = np.ones((1, len(problem.slots)), dtype=np.bool_)
    return np.asarray(np.concatenate((requests.sessions, anywhere))[requests.session[rows]])


def not_ruled_out(problem: Problem, rows: Ints) -> Bools:
    """[rows, n]: the fixed slot where there is one, and none of the forbidden ones."""
    requests = problem.requests
    n = len(problem.slots)
    fixed = requests.fixed_slot[rows]
    may = (fixed[:, None] == NONE) | (fixed[:, None] == np.arange(n))
    if len(requests.not_in):
        row_of = np.full(len(requests), NONE)
        row_of[rows] = np.arange(len(rows))
        forbidden = requests.not_in[row_of[requests.not_in[:, 0]] != NONE]
        may[row_of[forbidden[:, 0]], forbidden[:, 1]] = False
    return np.asarray(may)


def with_place(problem: Problem, rows: Ints, used: Ints | None = None) -> Bools:
    """[rows, n]: some pool that suits has at least one place then, `used` [pools, n] taken off."""
    left = problem.places.capacity if used is None else problem.places.capacity - used
    there = np.concatenate((left > 0, np.zeros((1, len(problem.slots)), dtype=np.bool_)))
    may = np.zeros((len(rows), len(problem.slots)), dtype=np.bool_)
    for pool in pools_of(problem, rows).T:
        may |= there[pool]
    return may


def with_interpreter(problem: Problem, rows: Ints) -> Bools:
    """[rows, n]: an interpreter is there, or none is needed."""
    there = np.concatenate(
        (problem.places.interpreters > 0, np.ones((1, len(problem.slots)), dtype=np.bool_))
    )
    return np.asarray(there[problem.requests.interpreter[rows]])


def pools_of(problem: Problem, rows: Ints) -> Ints:
    """[rows, k] pools that suit, preferred ones first, padded with NONE; of a locked request only the locked one."""
    requests = problem.requests
    pools = requests.places[rows].copy()
    held = requests.locked[rows] & (requests.locked_place[rows] != NONE)
    if held.any() and not pools.shape[1]:
        pools = np.full((len(rows), 1), NONE, dtype=np.int64)
    pools[held] = NONE
    pools[held, 0] = requests.locked_place[rows][held] if held.any() else NONE
    return pools


def allowed(problem: Problem, rows: Ints, used: Ints | None = None) -> Bools:
    """[rows, n]: everything above together."""
    return (
        common(problem, rows)
        & in_session(problem, rows)
        & not_ruled_out(problem, rows)
        & with_place(problem, rows, used)
        & with_interpreter(problem, rows)
    )
