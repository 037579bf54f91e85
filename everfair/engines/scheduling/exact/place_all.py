"""Place all with the fewest breaks: the proof, and beside it a timetable without one, which is there sooner."""

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.exact.cheapest import Found, Outcome, cheapest
from everfair.engines.scheduling.exact.fewest_breaks import add_breaks, add_seat_counts
from everfair.engines.scheduling.exact.model import Model, build
from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.types import Answer, Clock, Problem, Progress, Status, Timetable

BRIEF = 0.2  # seconds of the large solver before the proof: where nobody has to pause, that is all it takes
LONGER = 0.6  # seconds of it where the proof takes long; again from another seed does more than longer
TRIES = 4  # of those
PATIENCE = 2_500  # conflicts of the proof before each; not seconds, which differ from machine to machine
NEAR = 2  # breaks above the bound with which the proof is left alone
ANOTHER = 7919  # from one seed to that of the next try
STATUS = {Found.CHEAPEST: Status.OPTIMAL, Found.IMPOSSIBLE: Status.INFEASIBLE, Found.STOPPED: Status.FEASIBLE}


class PlaceAll:
    """One search. The timetable without a proof ends the proof as soon as the bound reaches it, and never leads it."""

    def __init__(self, problem: Problem, clock: Clock, seed: int, limit: float, listener: Listener) -> None:
        self._problem, self._clock, self._seed, self._limit = problem, clock, seed, limit
        self._listener, self._began = listener, clock()
        self._known: Timetable | None = None  # the best that is not of the proof
        self._breaks = 0  # of that
        self._bound = 0
        self._tries = 0

    def run(self, start: Timetable | None, *, at_once: bool) -> Answer:
        """As `solve_exact`. `at_once`: so small that a proof is the quickest way."""
        if start is not None and not check(self._problem, start):
            self._keep(start)
        if not at_once:
            self._quick(BRIEF)
        if self._listener.stopped or self._reached(self._bound):
            return self._answer(None, Outcome(Found.STOPPED, None, None, self._bound))
        model = build(self._problem, self._seed)
        add_breaks(model)
        add_seat_counts(model)
        outcome = cheapest(
            model.formula,
            lambda true: measure(self._problem, model.table(true)).breaks,
            lambda outcome: self._go_on(outcome, patient=at_once),
            known=None if self._known is None else self._breaks,
        )
        return self._answer(model, outcome)

    def _reached(self, bound: int) -> bool:
        return self._known is not None and self._breaks <= bound

    def _keep(self, table: Timetable) -> None:
        breaks = measure(self._problem, table).breaks
        if self._known is None or breaks < self._breaks:
            self._known, self._breaks = table, breaks

    def _quick(self, seconds: float) -> None:
        """A timetable by the way of large fairs; the listener hears of what is without fault only."""
        from everfair.engines.scheduling.large import solve_large  # its libraries are large

        seconds = min(seconds, self._limit / 4)
        answer = solve_large(
            self._problem,
            clock=self._clock,
            seed=self._seed + ANOTHER * self._tries,
            limit=seconds,
            report=lambda _: self._tell(),
        )
        if answer.table is not None and answer.status in (Status.FEASIBLE, Status.OPTIMAL):
            self._keep(answer.table)
        elif seconds >= LONGER:
            self._tries = TRIES  # not everything found room, and would not the next time
        self._bound = max(self._bound, answer.bound or 0)
        self._tell()

    def _tell(self, outcome: Outcome | None = None) -> bool:
        cost = outcome.cost if outcome is not None else None if self._known is None else self._breaks
        bound = max(self._bound, outcome.bound if outcome is not None else 0)
        placed, weight = (0, 0) if cost is None else self._all()
        return self._listener(Progress(0.0, "prove", placed, weight, cost or 0, bound))

    def _all(self) -> tuple[int, int]:
        requests = self._problem.requests
        alive = requests.wish >= 0
        return int(alive.sum()), int(requests.weight[alive].sum())

    def _go_on(self, outcome: Outcome, *, patient: bool) -> bool:
        going = self._tell(outcome) and self._clock() - self._began < self._limit
        far = outcome.cost is None or outcome.cost > max(outcome.bound, self._bound) + NEAR
        if not going or patient or not far or self._tries == TRIES:
            return going
        if outcome.conflicts < PATIENCE * (1 + self._tries):
            return True
        self._tries += 1
        self._quick(LONGER)
        if self._known is not None and (outcome.cost is None or self._breaks < outcome.cost):
            outcome.know(self._breaks)
        return not self._listener.stopped

    def _answer(self, model: Model | None, outcome: Outcome) -> Answer:
        problem, seconds = self._problem, self._clock() - self._began
        bound = max(self._bound, outcome.bound)
        table = self._known
        if model is not None and outcome.model is not None:
            table = model.table(outcome.model)
        if table is None:
            status = Status.INFEASIBLE if outcome.found is Found.IMPOSSIBLE else Status.UNKNOWN
            known = None if status is Status.INFEASIBLE else bound
            return Answer(status, None, 0, 0, 0, known, seconds, self._seed, problem.rules.aim)
        figures = measure(problem, table)
        status = Status.OPTIMAL if figures.breaks <= bound else STATUS[outcome.found]
        return Answer(
            status,
            table,
            figures.placed,
            figures.weight,
            figures.breaks,
            bound,
            seconds,
            self._seed,
            problem.rules.aim,
        )
