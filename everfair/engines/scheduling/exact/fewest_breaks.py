"""Place all with the fewest breaks: what is counted, and facts that help the proof. Solves nothing."""

from itertools import pairwise

from everfair.engines.scheduling.exact.formula import Literal
from everfair.engines.scheduling.exact.model import Model, add_starts, days_of
from everfair.engines.scheduling.types import NONE


def add_breaks(model: Model) -> None:
    """The costs of the formula are the breaks, and fairness holds."""
    meetings = _meetings(model)
    everybody_may_have_some = len(model.busy) == len(model.problem.people) and all(
        meetings.get(p, 2) > 1 for p in model.busy
    )
    fairness = model.problem.rules.fairness
    both_ways = fairness != NONE and everybody_may_have_some
    add_starts(model, exact=both_ways)  # the other way costs a third of the time of proofs
    breaks = {p: _breaks(model, p, meetings.get(p, NONE), both_ways) for p in model.busy}
    if fairness != NONE:
        if both_ways:
            _near_the_fewest(model, breaks, fairness)
        else:  # somebody has none for certain, so nobody has more than the bound
            for p, totals in breaks.items():
                for over in totals[fairness : fairness + 1]:
                    model.formula.add(-over)
                breaks[p] = totals[:fairness]
    model.formula.costs += [total for totals in breaks.values() for total in totals]


def _meetings(model: Model) -> dict[int, int]:
    """How many meetings a person has, where that is certain: nobody of a group stands in for her or she for others."""
    counts: dict[int, int] = {}
    unsure: set[int] = set()
    for people in model.member.values():
        for p in people:
            counts[p] = counts.get(p, 0) + 1
        if len(people) > 1:
            unsure.update(people)
    return {p: count for p, count in counts.items() if p not in unsure}


def _breaks(model: Model, p: int, meetings: int, exact: bool) -> list[Literal]:
    """Unary: the k-th literal, from 0, is true if `p` has more than k breaks; with `exact` only then."""
    formula, busy = model.formula, model.busy[p]
    if meetings in (0, 1):
        return []
    if meetings != NONE:
        formula.exactly([busy[t] for t in sorted(busy)], meetings)
    extra = []
    days = [day for day in days_of(model.problem) if any(t in busy for t in day)]
    for day in days:
        starts = [model.start[p, t] for t in day if t in busy]
        most = (len(day) + 1) // 2
        if meetings != NONE:
            most = min(most, meetings)
            if len(days) == 1:
                most = min(most, len(day) - meetings + 1)
                formula.add(*starts)
        totals = formula.count(starts, max(most, 1) + 1, exact=exact)
        for low, high in pairwise(totals):
            formula.add(-high, low)
        for over in totals[max(most, 1) :]:
            formula.add(-over)
        extra.append(totals[1 : max(most, 1)])
    if len(extra) == 1:
        return extra[0]
    together = [total for totals in extra for total in totals]
    return formula.count(together, len(together), exact=exact) if together else []


def _near_the_fewest(model: Model, breaks: dict[int, list[Literal]], fairness: int) -> None:
    """Whoever has more than k + fairness breaks, everybody has more than k."""
    formula = model.formula
    longest = max(len(totals) for totals in breaks.values())
    for k in range(longest - fairness):
        everybody = formula.new()
        for totals in breaks.values():
            for over in totals[k + fairness : k + fairness + 1]:
                formula.add(-over, everybody)
            formula.add(-everybody, *totals[k : k + 1])


def add_seat_counts(model: Model) -> None:
    """Redundant, and decisive for proofs: not more people are busy than there are seats at tables."""
    capacity = model.problem.places.capacity
    for t in range(len(model.problem.slots)):
        busy = [diary[t] for diary in model.busy.values() if t in diary]
        model.formula.at_most(busy, 2 * int(capacity[:, t].sum()))
