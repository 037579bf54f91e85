"""A formula in clauses and counts, and how counts are written as clauses. Nothing about timetables, no solver."""

from collections.abc import Iterable, Sequence

Literal = int  # a variable, counted from 1, or its negation
Clause = list[Literal]


class Formula:
    """Clauses and limits over the variables 1..top, with the literals that cost something when they are true."""

    def __init__(self) -> None:
        self.top = 0
        self.clauses: list[Clause] = []
        self.ones: list[list[Literal]] = []  # at most one of these
        self.sums: list[tuple[Literal, list[Literal]]] = []  # the first is true exactly when one of these is
        self.limits: list[tuple[list[Literal], int]] = []  # at most so many of these
        self.costs: list[Literal] = []

    def new(self) -> Literal:
        """A fresh variable."""
        self.top += 1
        return self.top

    def add(self, *literals: Literal) -> None:
        """At least one of these is true; none given: nothing can be."""
        if not literals:
            literals = (self.new(),)
            self.clauses.append([-literals[0]])
        self.clauses.append(list(literals))

    def any_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly when one of these is."""
        if len(literals) == 1:
            return literals[0]
        found = self.new()
        self.add(-found, *literals)
        for literal in literals:
            self.add(-literal, found)
        return found

    def one_of(self, literals: Sequence[Literal]) -> Literal:
        """As `any_of`, of literals that exclude each other: told apart, because a sum is more to a linear solver."""
        found = self.any_of(literals)
        if len(literals) > 1:
            self.sums.append((found, list(literals)))
        return found

    def both(self, one: Literal, other: Literal) -> Literal:
        """A literal that is true exactly when both are."""
        return -self.any_of((-one, -other))

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        """Not two of these."""
        if len(literals) > 1:
            self.ones.append(list(literals))

    def at_most(self, literals: Sequence[Literal], most: int) -> None:
        """Not more than `most` of these."""
        if most <= 0:
            for literal in literals:
                self.add(-literal)
        elif most == 1:
            self.at_most_one(literals)
        elif len(literals) > most:
            self.limits.append((list(literals), most))

    def exactly(self, literals: Sequence[Literal], total: int) -> None:
        """So many of these, as a chain of counters in both directions."""
        before: list[Literal] = []
        for number, literal in enumerate(literals):
            now = [self.new() for _ in range(min(number + 1, total))]
            for k, reached in enumerate(now):
                earlier = before[k : k + 1]
                self.add(-reached, *earlier, literal)
                for was in earlier:
                    self.add(-was, reached)
                if k:
                    self.add(-literal, -before[k - 1], reached)
                    self.add(-reached, *earlier, before[k - 1])
                else:
                    self.add(-literal, reached)
            if len(before) == total:
                self.add(-literal, *(-was for was in before[-1:]))
            before = now
        if total:
            self.add(*before[total - 1 : total])

    def count(self, literals: Iterable[Literal], most: int, *, exact: bool = False) -> list[Literal]:
        """Unary totals (a totalizer): the k-th, from 0, is true if more than k are; with `exact` only then.

        There are at most `most` totals, and at least one literal is needed.
        """
        parts = [[literal] for literal in literals]
        while len(parts) > 1:
            merged = [
                self._merge(left, right, most, exact)
                for left, right in zip(parts[::2], parts[1::2], strict=False)
            ]
            parts = merged + parts[len(parts) - len(parts) % 2 :]
        return parts[0][:most]

    def _merge(self, left: list[Literal], right: list[Literal], most: int, exact: bool) -> list[Literal]:
        total = [self.new() for _ in range(min(len(left) + len(right), most))]
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                if 0 < i + j <= len(total):
                    self.add(
                        *[-x for x in left[i - 1 : i] if i],
                        *[-x for x in right[j - 1 : j] if j],
                        total[i + j - 1],
                    )
                if exact and i + j < len(total):
                    self.add(*left[i : i + 1], *right[j : j + 1], -total[i + j])
        return total

    def in_clauses(self) -> list[Clause]:
        """Everything as clauses alone. Adds variables, so ask once."""
        first = len(self.clauses)
        for group in self.ones:
            self._at_most_one_in_clauses(group)
        for literals, most in self.limits:
            self._at_most_in_clauses(literals, most)
        every = self.clauses
        self.clauses = every[:first]
        return every

    def _at_most_one_in_clauses(self, literals: Sequence[Literal]) -> None:
        """Pairwise up to five, then in chains."""
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

    def _at_most_in_clauses(self, literals: Sequence[Literal], most: int) -> None:
        """A tree of counters; a chain took twice the time and twice the variables here."""
        for over in self.count(literals, most + 1)[most:]:
            self.add(-over)
