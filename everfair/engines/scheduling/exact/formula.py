"""A formula in clauses, and counters written as clauses. Nothing about timetables, no solver."""

from collections.abc import Iterable, Sequence

Literal = int  # a variable, counted from 1, or its negation


class Formula:
    """Clauses over variables 1..top, with the literals that cost something when they are true."""

    def __init__(self) -> None:
        self.top = 0
        self.clauses: list[list[Literal]] = []
        self.costs: list[Literal] = []

    def new(self) -> Literal:
        """A fresh variable."""
        self.top += 1
        return self.top

    def add(self, *literals: Literal) -> None:
        """At least one of these is true."""
        self.clauses.append(list(literals))

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        """Pairwise up to five, then in chains of four."""
        rest = list(literals)
        while len(rest) > 5:
            link = self.new()
            self._pairwise([*rest[:3], link])
            rest = [*rest[3:], -link]
        self._pairwise(rest)

    def _pairwise(self, literals: Sequence[Literal]) -> None:
        for i, one in enumerate(literals):
            for other in literals[i + 1 :]:
                self.add(-one, -other)

    def count(self, literals: Iterable[Literal], most: int, *, exact: bool = False) -> list[Literal]:
        """Unary totals: the k-th (from 0) is true if more than k are; up to `most` totals. With `exact` also only if."""
        return self._merged([[literal] for literal in literals], most, exact)

    def _merged(self, parts: list[list[Literal]], most: int, exact: bool) -> list[Literal]:
        if not parts:
            return []
        while len(parts) > 1:
            pairs = zip(parts[::2], parts[1::2], strict=False)
            merged = [self._merge(left, right, most, exact) for left, right in pairs]
            parts = merged + ([parts[-1]] if len(parts) % 2 else [])
        return parts[0][:most]

    def _merge(self, left: list[Literal], right: list[Literal], most: int, exact: bool) -> list[Literal]:
        """One node of a totalizer."""
        total = [self.new() for _ in range(min(len(left) + len(right), most))]
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                body = ([-left[i - 1]] if i else []) + ([-right[j - 1]] if j else [])
                if 0 < i + j:
                    self.add(*body, total[min(i + j, len(total)) - 1])
                if exact and i + j < len(total):
                    head = ([left[i]] if i < len(left) else []) + ([right[j]] if j < len(right) else [])
                    self.add(*head, -total[i + j])
        return total
