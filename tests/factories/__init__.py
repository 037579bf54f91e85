"""Makes rows for tests, one file per room. Deterministic: names carry a running number."""

from itertools import count

_numbers = count(1)


def number() -> int:
    """The next running number of this test run."""
    return next(_numbers)
