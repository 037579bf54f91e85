"""A CP-SAT search that can be listened to: it runs beside, and whoever listens is asked on the thread that began it."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from ortools.sat.python import cp_model

from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.types import Progress

EVERY = 0.2  # seconds between two questions whether to go on, while nothing better is found


def listened(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    tell: Callable[[cp_model.CpSolverSolutionCallback], Progress],
    listener: Listener,
    standing: Progress,
) -> cp_model.CpSolverStatus:
    """Solve; `listener` hears of each better solution, as `tell` puts it, and in between of what stands.

    Its questions do not touch the search, so the answer is the same however often they are asked.
    """
    heard = _Heard(tell)
    ended: list[cp_model.CpSolverStatus] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            ended.append(solver.solve(model, heard))
        except BaseException as problem:  # raised again below, where it can be caught
            failed.append(problem)
        finally:
            heard.told.put(None)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            try:
                told = heard.told.get(timeout=EVERY)
            except Empty:
                if not listener(standing):
                    solver.stop_search()
                continue
            if told is None:
                break
            standing = told
            heard.go_on.put(listener(told))
    finally:
        heard.over.set()
        heard.go_on.put(False)
        solver.stop_search()
        thread.join()
    if failed:
        raise failed[0]
    return ended[0]


class _Heard(cp_model.CpSolverSolutionCallback):
    """Passes solutions on, and waits for leave to go on."""

    def __init__(self, tell: Callable[[cp_model.CpSolverSolutionCallback], Progress]) -> None:
        super().__init__()
        self._tell = tell
        self.told: SimpleQueue[Progress | None] = SimpleQueue()
        self.go_on: SimpleQueue[bool] = SimpleQueue()
        self.over = threading.Event()

    def on_solution_callback(self) -> None:
        """Called by the solver for each better solution."""
        if not self.over.is_set():
            self.told.put(self._tell(self))
        if self.over.is_set() or not self.go_on.get():
            self.stop_search()
