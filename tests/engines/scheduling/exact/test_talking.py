"""A search that finds nothing better for long is still stopped, and asks on the thread that began it."""

import threading

import pytest
from ortools.sat.python import cp_model

from everfair.engines.scheduling.exact.talking import listened
from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.types import Progress

NOTHING = Progress(0.0, "prove", -1, 0, 0, None)


def pigeons(holes: int) -> cp_model.CpModel:
    """One pigeon too many: takes a single search for ever, and never has a solution."""
    model = cp_model.CpModel()
    sits = [[model.new_bool_var("") for _ in range(holes)] for _ in range(holes + 1)]
    for row in sits:
        model.add_bool_or(row)
    for hole in zip(*sits, strict=True):
        for i, one in enumerate(hole):
            for other in hole[i + 1 :]:
                model.add_bool_or([one.negated(), other.negated()])
    return model


def lone_search() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 0
    solver.parameters.max_time_in_seconds = 120
    return solver


def test_it_is_stopped_while_nothing_is_found() -> None:
    asked: list[int] = []

    def report(progress: Progress) -> bool:
        asked.append(threading.get_ident())
        return len(asked) < 2

    listener = Listener(report, lambda: 0.0)
    status = listened(lone_search(), pigeons(14), lambda _: NOTHING, listener, NOTHING)
    assert status == cp_model.UNKNOWN
    assert asked == [threading.get_ident()] * 2


def test_an_error_of_the_listener_ends_the_search_and_reaches_the_caller() -> None:
    def report(progress: Progress) -> bool:
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        listened(lone_search(), pigeons(14), lambda _: NOTHING, Listener(report, lambda: 0.0), NOTHING)


def test_each_solution_waits_for_leave() -> None:
    model = cp_model.CpModel()
    number = model.new_int_var(0, 50, "")
    model.add_hint(number, 0)
    model.maximize(number)
    told: list[int] = []

    def tell(callback: cp_model.CpSolverSolutionCallback) -> Progress:
        return Progress(0.0, "prove", callback.value(number), 0, 0, None)

    def report(progress: Progress) -> bool:
        if progress.placed >= 0:  # and not asked in between
            told.append(progress.placed)
        return not told

    solver = lone_search()
    listened(solver, model, tell, Listener(report, lambda: 0.0), NOTHING)
    assert len(told) == 1
    assert solver.value(number) >= told[0]
