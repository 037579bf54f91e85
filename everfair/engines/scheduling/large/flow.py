"""Which requests, if slots were all alike: a min-cost flow, whose value bounds every timetable. Nothing is placed here."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from everfair.engines.scheduling.large.board import I8, compiled
from everfair.engines.scheduling.types import Bools, Ints


@dataclass(frozen=True, eq=False)
class Chosen:
    """The requests the flow takes, and the most weight that any timetable can have."""

    taken: Bools  # [requests]
    bound: int


@compiled
def _colour(a: Ints, b: Ints, colour: I8) -> bool:
    """Give the two sides of every request different colours, 0 and 1; False if that cannot be."""
    people = colour.shape[0]
    at = np.zeros(people + 2, np.int64)
    for e in range(a.shape[0]):
        at[a[e] + 2] += 1
        at[b[e] + 2] += 1
    for p in range(people):
        at[p + 2] += at[p + 1]
    of = np.zeros(2 * a.shape[0], np.int64)
    for e in range(a.shape[0]):
        of[at[a[e] + 1]] = b[e]
        at[a[e] + 1] += 1
        of[at[b[e] + 1]] = a[e]
        at[b[e] + 1] += 1
    stack = np.zeros(people, np.int64)
    for first in range(people):
        if colour[first] >= 0:
            continue
        colour[first] = 0
        stack[0] = first
        height = 1
        while height > 0:
            height -= 1
            p = stack[height]
            for i in range(at[p], at[p + 1]):
                q = of[i]
                if colour[q] < 0:
                    colour[q] = 1 - colour[p]
                    stack[height] = q
                    height += 1
                elif colour[q] == colour[p]:
                    return False
    return True


def two_sides(a: Ints, b: Ints, people: int) -> Bools | None:
    """True for one side of every request, or None if there is no such split (any-to-any)."""
    colour = np.full(people, -1, np.int8)
    if not _colour(a, b, colour):
        return None
    side: Bools = colour == 0
    return side


def choose(a: Ints, b: Ints, weight: Ints, most: Ints, least: Ints, seats: int) -> Chosen:
    """The best requests within everybody's most and the seats there are; `least` is bought at a high price first."""
    plain = _flow(a, b, weight, most, None, seats)
    if not least.any():
        return plain
    quotas = _flow(a, b, weight, most, np.minimum(least, most), seats)
    return Chosen(quotas.taken, plain.bound)


def fair_least(a: Ints, b: Ints, most: Ints, least: Ints, seats: int) -> Ints:
    """What everybody gets at least when the smallest satisfied share is as large as the flow can make it (in 64ths)."""
    asked = np.minimum(np.bincount(a, minlength=len(most)) + np.bincount(b, minlength=len(most)), most)
    low, high, best = 0, 64, least
    while low < high:
        share = (low + high + 1) // 2
        wanted = np.maximum(least, np.minimum(-(-asked * share // 64), most))
        taken = _flow(a, b, np.zeros(len(a), np.int64), most, wanted, seats).taken
        got = np.bincount(a[taken], minlength=len(most)) + np.bincount(b[taken], minlength=len(most))
        if (got >= np.minimum(wanted, asked)).all():
            low, best = share, wanted
        else:
            high = share - 1
    return best


def _flow(a: Ints, b: Ints, weight: Ints, most: Ints, least: Ints | None, seats: int) -> Chosen:
    people = len(most)
    if not len(a):
        return Chosen(np.zeros(0, np.bool_), 0)
    side = two_sides(a, b, people)
    if side is not None:
        left, right = np.where(side[a], a, b), np.where(side[a], b, a)
        used, value = _solve(left, right, weight, most, least, seats)
        return Chosen(used, value)
    both = np.concatenate([a, b]), np.concatenate([b, a])
    used, value = _solve(both[0], both[1] + people, np.tile(weight, 2), np.tile(most, 2), least, 2 * seats)
    times = used[: len(a)].astype(np.int64) + used[len(a) :]
    return Chosen(_round(a, b, weight, most, times, seats), value // 2)


def _solve(
    left: Ints, right: Ints, weight: Ints, most: Ints, least: Ints | None, seats: int
) -> tuple[Bools, int]:
    """Arcs used and their weight. Left and right are different nodes."""
    nodes = len(most)
    source, sink = nodes, nodes + 1
    lefts, rights = np.unique(left), np.unique(right)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(left, right, np.ones(len(left), np.int64), -weight)
    price = -4 * int(weight.max(initial=1))
    for ends, into in ((lefts, True), (rights, False)):
        cap = most[ends]
        hubs = np.full(len(ends), source if into else sink)
        tails, heads = (hubs, ends) if into else (ends, hubs)
        if least is None:
            flow.add_arcs_with_capacity_and_unit_cost(tails, heads, cap, np.zeros(len(ends), np.int64))
        else:
            few = np.tile(least, 2)[ends] if nodes == 2 * len(least) else least[ends]
            flow.add_arcs_with_capacity_and_unit_cost(tails, heads, few, np.full(len(ends), price))
            flow.add_arcs_with_capacity_and_unit_cost(tails, heads, cap - few, np.zeros(len(ends), np.int64))
    supply = int(min(seats, most[lefts].sum(), most[rights].sum(), len(left)))
    flow.add_arc_with_capacity_and_unit_cost(source, sink, supply, 0)
    flow.set_node_supply(source, supply)
    flow.set_node_supply(sink, -supply)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("The flow that chooses requests did not end; weights may be above 10^12.")
    used: Bools = np.asarray(flow.flows(arcs)) > 0
    return used, int(weight[used].sum())


def _round(a: Ints, b: Ints, weight: Ints, most: Ints, times: Ints, seats: int) -> Bools:
    """Whole ones are taken; halves by weight while both have room."""
    taken: Bools = times == 2
    count = np.bincount(a[taken], minlength=len(most)) + np.bincount(b[taken], minlength=len(most))
    total = int(taken.sum())
    halves = np.flatnonzero(times == 1)
    for e in halves[np.argsort(-weight[halves], kind="stable")]:
        if total < seats and count[a[e]] < most[a[e]] and count[b[e]] < most[b[e]]:
            taken[e] = True
            count[a[e]] += 1
            count[b[e]] += 1
            total += 1
    return taken
