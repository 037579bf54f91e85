"""How many connections there may be, in all, from one network address and of one person; SSE and sockets share them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OF_ONE_PERSON = 24  # sockets of one signed-in person in one process: tabs, a telephone, forgotten machines


class Places:
    """Counts what is open. Used in the event loop only."""

    def __init__(self, *, per_address: int, most: int, per_person: int = OF_ONE_PERSON) -> None:
        self.per_address = per_address
        self.per_person = per_person
        self.most = most
        self.total = 0
        self._by_address: Counter[str] = Counter()
        self._by_person: Counter[int] = Counter()

    def are_left(self, address: str) -> bool:
        """Whether one more fits."""
        return self.total < self.most and self._by_address[address] < self.per_address

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """Hold a place until the block ends."""
        self.total += 1
        self._by_address[address] += 1
        try:
            yield
        finally:
            self.total -= 1
            _take(self._by_address, address)

    def are_left_for(self, person: int | None) -> bool:
        """Whether the person may open one more socket."""
        return person is None or self._by_person[person] < self.per_person

    @contextmanager
    def one_of(self, person: int | None) -> Iterator[None]:
        """Hold one of the person's sockets until the block ends."""
        if person is None:
            yield
            return
        self._by_person[person] += 1
        try:
            yield
        finally:
            _take(self._by_person, person)


def _take(counted: Counter[Any], key: str | int) -> None:
    counted[key] -= 1
    if counted[key] <= 0:
        del counted[key]
