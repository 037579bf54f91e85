"""The best choice of requests, proved by CP-SAT: most wishes, then what breaks and ways cost. Small instances only."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from ortools.sat.python import cp_model

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.exact.fewest_breaks import add_breaks
from everfair.engines.scheduling.exact.formula import Literal
from everfair.engines.scheduling.exact.model import Model, add_starts, build, days_of
from everfair.engines.scheduling.exact.talking import listened
from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.measure import Measures, measure, worth
from everfair.engines.scheduling.types import (
    NONE,
    Aim,
    Answer,
    Clock,
    Problem,
    Progress,
    Status,
    Timetable,
)

Terms = list[tuple[Literal, int]]  # literals with what they add when true
STATUS = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
}


def choose(
    problem: Problem, clock: Clock, seed: int, limit: float, start: Timetable | None, listener: Listener
) -> Answer:
    """As `solve_exact`, for the best choice; and for placing all where ways have a price, breaks before ways.

    Quotas are wishes: the least shortfall comes first, then the smallest share if it is asked for, then the weight.
    """
    began = clock()
    search = _Search(build(problem, seed), clock, began, limit, seed, listener)
    search.hint(start if start is not None else search.nothing_placed())
    if problem.rules.aim is Aim.CHOOSE:
        search.first_quotas()
        if problem.rules.share_first:
            search.first_shares()
        search.near_the_weight()
    answer = search.answer()
    if start is None or answer.status is Status.OPTIMAL or check(problem, start):
        return answer
    if answer.table is not None and worth(problem, answer.table) >= worth(problem, start):
        return answer
    figures = measure(problem, start)
    bound = answer.bound
    if bound is not None and answer.table is not None and problem.rules.aim is Aim.CHOOSE:
        ahead = int(worth(problem, start)[-1] - worth(problem, answer.table)[-1])
        bound = figures.weight + max(0, bound - answer.weight - ahead)
    return replace(
        answer,
        status=Status.FEASIBLE,
        table=start,
        placed=figures.placed,
        weight=figures.weight,
        breaks=figures.breaks,
        bound=bound,
    )


class _Search:
    """One CP-SAT model and what is to be maximised in it, one thing after the other."""

    def __init__(
        self, model: Model, clock: Clock, began: float, limit: float, seed: int, listener: Listener
    ) -> None:
        self._model, self._problem = model, model.problem
        self._clock, self._began, self._limit, self._seed, self._listener = (
            clock,
            began,
            limit,
            seed,
            listener,
        )
        self._terms = self._objective()
        self._cp = cp_model.CpModel()
        self._variables = [self._cp.new_bool_var("") for _ in range(model.formula.top)]
        self._proved = True  # of what came first
        self._standing = Progress(0.0, "prove", 0, 0, 0, None)
        self._table: Timetable | None = None
        formula = model.formula
        for clause in formula.clauses:
            self._cp.add_bool_or(self._these(clause))
        for group in formula.ones:
            self._cp.add_at_most_one(self._these(group))
        for found, literals in formula.sums:
            self._cp.add_exactly_one(self._these([*literals, -found]))
        for literals, most in formula.limits:
            self._cp.add(cp_model.LinearExpr.sum(self._these(literals)) <= most)

    def _objective(self) -> Terms:
        """To be maximised. Placing all: breaks weigh more than all ways together."""
        model, rules = self._model, self._problem.rules
        ways: Terms = [(way, -price) for way, price in model.walks]
        if rules.aim is Aim.PLACE_ALL:
            add_breaks(model)
            above = 1 + sum(-price for _, price in ways)
            return [(cost, -above) for cost in model.formula.costs] + ways
        weight = self._problem.requests.weight
        wishes: Terms = [(placed, int(weight[r])) for r, placed in model.placed.items()]
        return wishes + ways + (self._breaks(rules.breaks) if rules.breaks else [])

    def _breaks(self, price: int) -> Terms:
        """Each run costs, and the first of a person and day is free."""
        model = self._model
        add_starts(model, exact=False)
        terms = [(begins, -price) for begins in model.start.values()]
        for busy in model.busy.values():
            for day in days_of(self._problem):
                those = [busy[t] for t in day if t in busy]
                if those:
                    terms.append((model.formula.any_of(those), price))
        return terms

    def _these(self, literals: Iterable[Literal]) -> list[cp_model.BoolVarT]:
        variables = self._variables
        return [variables[x - 1] if x > 0 else variables[-x - 1].negated() for x in literals]

    def _sum(self, terms: Terms) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum(
            self._these(literal for literal, _ in terms), [weight for _, weight in terms]
        )

    def hint(self, table: Timetable) -> None:
        """Begin near this timetable."""
        true = set(self._model.means(table))
        for slots in self._model.at.values():
            for literal in slots.values():
                self._cp.add_hint(self._variables[literal - 1], literal in true)

    def nothing_placed(self) -> Timetable:
        """Always without fault but for what is locked."""
        return self._model.table(frozenset())

    def near_the_weight(self) -> None:
        """Where breaks and ways cost, go on from the best weight: that is found soon, and near."""
        if len(self._terms) > len(self._model.placed):
            weights = self._sum(self._terms[: len(self._model.placed)])
            self._run(weights, self._left() / 3)

    def first_quotas(self) -> None:
        """Fall short of the quotas as little as possible, before anything else."""
        short = []
        for p, least in enumerate(self._problem.people.least.tolist()):
            if least > 0 and p in self._model.busy:
                busy = self._these(self._model.busy[p].values())
                lacking = self._cp.new_int_var(0, least, "")
                self._cp.add(cp_model.LinearExpr.sum(busy) + lacking >= least)
                short.append(lacking)
        if short:
            least_short = self._first(-cp_model.LinearExpr.sum(short))
            if least_short is not None:
                self._cp.add(cp_model.LinearExpr.sum(short) <= -least_short)

    def first_shares(self) -> None:
        """Raise the smallest share of what a person or group asked for and may have."""
        asked: dict[int, list[Literal]] = {}
        for r, placed in self._model.placed.items():
            for side in (self._problem.requests.a[r], self._problem.requests.b[r]):
                asked.setdefault(int(side), []).append(placed)
        wished = self._wished()
        unit = 1 + max(wished.values(), default=1) ** 2  # fine enough to tell any two shares apart
        smallest = self._cp.new_int_var(0, unit, "")
        for side, most in wished.items():
            got = cp_model.LinearExpr.sum(self._these(asked.get(side, [])))
            self._cp.add(unit * got >= most * smallest)
        share = self._first(smallest)
        if share is not None:
            self._cp.add(smallest >= share)

    def _wished(self) -> dict[int, int]:
        """Meetings each side asked for, at most as many as it may have."""
        requests, most = self._problem.requests, self._problem.people.most
        alive = np.array(sorted(self._model.at), dtype=np.int64)
        sides, counts = np.unique(np.concatenate((requests.a[alive], requests.b[alive])), return_counts=True)
        wished = dict(zip(sides.tolist(), counts.tolist(), strict=True))
        for side in wished:
            if side < len(most) and most[side] != NONE:
                wished[side] = min(wished[side], int(most[side]))
        return {side: count for side, count in wished.items() if count}

    def _first(self, aim: cp_model.LinearExprT) -> int | None:
        """The most that `aim` can be, found in a third of the time left; None when nothing was found."""
        solver, status = self._run(aim, self._left() / 3)
        self._proved = self._proved and status == cp_model.OPTIMAL
        if solver is None or status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return round(solver.objective_value)

    def _left(self) -> float:
        return max(0.0, self._limit - (self._clock() - self._began))

    def _run(
        self, aim: cp_model.LinearExprT, seconds: float
    ) -> tuple[cp_model.CpSolver | None, cp_model.CpSolverStatus]:
        """One search; none once the listener has had enough."""
        if self._listener.stopped:
            return None, cp_model.UNKNOWN
        self._cp.maximize(aim)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # one search: the same answer each time
        solver.parameters.linearization_level = 2  # proofs of weights live on the linear relaxation
        solver.parameters.random_seed = self._seed % (1 << 31)
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = listened(solver, self._cp, self._tell, self._listener, self._standing)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._table = self._read(solver)
            self._cp.clear_hints()  # type: ignore[no-untyped-call]
            self.hint(self._table)
        return solver, status

    def _read(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Timetable:
        true = (
            number
            for number, variable in enumerate(self._variables, start=1)
            if solver.boolean_value(variable)
        )
        return self._model.table(frozenset(true))

    def _tell(self, callback: cp_model.CpSolverSolutionCallback) -> Progress:
        """What the listener hears of a better timetable."""
        figures = measure(self._problem, self._read(callback))
        self._standing = Progress(0.0, "prove", figures.placed, figures.weight, figures.breaks, None)
        return self._standing

    def answer(self) -> Answer:
        """The last and main thing: weight less what breaks and ways cost."""
        solver, status = self._run(self._sum(self._terms), self._left())
        told = STATUS.get(status, Status.UNKNOWN)
        if told is Status.OPTIMAL and not self._proved:
            told = Status.FEASIBLE
        aim = self._problem.rules.aim
        if self._table is None:
            return Answer(told, None, 0, 0, 0, None, self._clock() - self._began, self._seed, aim)
        figures = measure(self._problem, self._table)
        return Answer(
            told if told is not Status.UNKNOWN else Status.FEASIBLE,
            self._table,
            figures.placed,
            figures.weight,
            figures.breaks,
            self._bound(solver, figures),
            self._clock() - self._began,
            self._seed,
            aim,
        )

    def _bound(self, solver: cp_model.CpSolver | None, figures: Measures) -> int | None:
        """What is left to prove is added to what was reached, so that no gap means optimal."""
        if solver is None:
            return None
        rules = self._problem.rules
        ways = figures.walking * rules.walking
        if rules.aim is Aim.CHOOSE:
            reached = figures.weight - figures.breaks * rules.breaks - ways
            return figures.weight + max(0, round(solver.best_objective_bound) - reached)
        above = 1 + sum(price for _, price in self._model.walks)
        left = max(0, round(solver.best_objective_bound) + above * figures.breaks + ways)
        return max(0, figures.breaks - left // above)
