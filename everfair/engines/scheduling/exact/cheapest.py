"""The cheapest way to satisfy a formula: core-guided MaxSAT over a clause-learning solver. Knows nothing of timetables.

Lower bounds come from cores (sets of costs that cannot all be avoided), relaxed by counting them (OLL). Cores are first
taken apart from each other until what is left can be satisfied: that yields a solution early, and better bounds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from pysat.card import ITotalizer
from pysat.solvers import Cadical153

from everfair.engines.scheduling.exact.formula import Formula, Literal

CONFLICTS_A_LOOK = 1000  # between two looks at the clock
CONFLICTS_A_TRIAL = 300  # to find out whether a core stays one without a literal
LONGEST_TRIED = 60  # literals of a core that are tried


class Found(Enum):
    """How a search ended."""

    CHEAPEST = "cheapest"
    IMPOSSIBLE = "impossible"
    STOPPED = "stopped"


@dataclass
class Outcome:
    """What is known: the best model (true variables), its cost, and a cost nothing is below.

    A cost without a model is that of a solution of the caller's own, who may lower it while the search goes on.
    """

    found: Found
    model: frozenset[int] | None
    cost: int | None
    bound: int
    conflicts: int = 0  # what was done so far, whatever the machine

    def know(self, cost: int) -> None:
        """The caller has a solution of that cost, cheaper than the one at hand."""
        self.model, self.cost = None, cost


Price: TypeAlias = Callable[[frozenset[int]], int]  # what a model costs: not more than its true costs


class _Stop(Exception):
    """The listener wants no more."""


class _Search:
    """One search: the solver, what it still assumes to be free of cost, and the sums over relaxed cores."""

    def __init__(
        self, formula: Formula, price: Price, go_on: Callable[[Outcome], bool], known: int | None
    ) -> None:
        self._solver = Cadical153(bootstrap_with=formula.in_clauses())
        self._solver.set_phases([-cost for cost in formula.costs])  # good timetables sooner, proofs no later
        self._top = formula.top
        self._price = price
        self._go_on = go_on
        self._sums: list[ITotalizer] = []
        self._place: dict[Literal, tuple[int, int]] = {}  # assumption → its sum and the total it stands for
        self._free = {-cost: None for cost in formula.costs}  # a set that keeps its order
        self.outcome = Outcome(Found.STOPPED, None, known, 0)

    def run(self) -> Outcome:
        """Until it is proved or stopped."""
        try:
            while not self._proved() and self._ask([]) and not self._round():
                pass
            if self.outcome.cost is None:
                self.outcome.found = Found.IMPOSSIBLE
            else:
                self.outcome.found, self.outcome.bound = Found.CHEAPEST, self.outcome.cost
        except _Stop:
            pass
        finally:
            self._solver.delete()
            for total in self._sums:
                total.delete()
        return self.outcome

    def _round(self) -> bool:
        """Cores apart from each other, then their sums. True when the best is proved to be the cheapest."""
        later: list[Literal] = []
        cores: list[list[Literal]] = []
        while not self._ask(list(self._free)):
            core = self._smaller(self._solver.get_core() or [])
            self.outcome.bound += 1
            for literal in core:
                del self._free[literal]
                later += self._next_total(literal)
            if len(core) > 1:
                cores.append(core)
            else:
                self._solver.add_clause([-core[0]])
            if self._proved():
                return True
        if self._proved():
            return True
        for core in cores:
            later += self._new_sum([-literal for literal in core])
        self._free.update(dict.fromkeys(later))
        return False

    def _proved(self) -> bool:
        return self.outcome.cost is not None and self.outcome.bound >= self.outcome.cost

    def _ask(self, assumptions: list[Literal], conflicts: int = 0) -> bool | None:
        """Whether it can be satisfied so; None when `conflicts` were not enough."""
        while True:
            self._solver.conf_budget(conflicts or CONFLICTS_A_LOOK)
            answer: bool | None = self._solver.solve_limited(assumptions=assumptions)
            self.outcome.conflicts = self._solver.accum_stats()["conflicts"]
            if answer:
                self._keep(self._solver.get_model() or [])
            if not self._go_on(self.outcome):
                raise _Stop
            if answer is not None or conflicts:
                return answer

    def _keep(self, model: Iterable[int]) -> None:
        true = frozenset(literal for literal in model if literal > 0)
        cost = self._price(true)
        if self.outcome.cost is None or cost < self.outcome.cost:
            self.outcome.model, self.outcome.cost = true, cost

    def _smaller(self, core: list[Literal]) -> list[Literal]:
        """The core without literals it does not need, as far as short trials tell."""
        while len(core) > 1:
            if self._ask(core, CONFLICTS_A_TRIAL) is not False:
                break
            again: list[Literal] = self._solver.get_core() or []
            if len(again) >= len(core):
                break
            core = again
        if len(core) > LONGEST_TRIED:
            return core
        for literal in list(core):
            if len(core) > 1 and literal in core:
                without = [other for other in core if other != literal]
                if self._ask(without, CONFLICTS_A_TRIAL) is False:
                    core = self._solver.get_core() or without
        return core

    def _new_sum(self, literals: list[Literal]) -> list[Literal]:
        """Count these; one of them is true for certain, so assume that not two are."""
        total = ITotalizer(literals, ubound=1, top_id=self._top)
        self._top = total.top_id
        self._sums.append(total)
        self._solver.append_formula(total.cnf.clauses)
        return self._assume(len(self._sums) - 1, 1)

    def _next_total(self, literal: Literal) -> list[Literal]:
        """A total that is reached: assume that the next is not."""
        if literal not in self._place:
            return []
        number, reached = self._place.pop(literal)
        total = self._sums[number]
        if reached + 1 >= len(total.lits):
            return []
        total.increase(ubound=reached + 1, top_id=self._top)
        self._top = total.top_id
        if total.nof_new:
            self._solver.append_formula(total.cnf.clauses[-total.nof_new :])
        return self._assume(number, reached + 1)

    def _assume(self, number: int, total: int) -> list[Literal]:
        literal = -self._sums[number].rhs[total]
        self._place[literal] = number, total
        return [literal]


def cheapest(
    formula: Formula, price: Price, go_on: Callable[[Outcome], bool], *, known: int | None = None
) -> Outcome:
    """Minimise the number of true costs. `go_on` sees how far it is now and then, and answers False to stop.

    `known`: what a solution of the caller's own costs. Only cheaper ones are of interest then, and where there is none the
    outcome is that cost without a model. The search is not led towards it: that makes proofs longer.
    """
    return _Search(formula, price, go_on, known).run()
