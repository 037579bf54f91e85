"""Memory is tidied in quiet moments, and never left for long in a busy one."""

import gc
from collections.abc import Iterator

import pytest

from everfair.config import limits
from everfair.config.limits import Tidy


@pytest.fixture
def tidy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tidy, list[float]]]:
    before = gc.get_threshold()
    now = [1000.0]
    monkeypatch.setattr(limits, "monotonic", lambda: now[0])
    one = Tidy()
    one.begin()
    yield one, now
    one.end()
    gc.set_threshold(*before)


def test_python_no_longer_chooses_the_moment(tidy: tuple[Tidy, list[float]]) -> None:
    assert gc.get_threshold()[2] >= 1_000_000
    assert gc.get_freeze_count() > 0
    tidy[0].end()
    assert gc.get_threshold() == (700, 10, 10)
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(
    ("after", "is_quiet", "done"),
    [(59.0, True, False), (61.0, True, True), (61.0, False, False), (901.0, False, True)],
)
def test_when_it_is_due(tidy: tuple[Tidy, list[float]], after: float, is_quiet: bool, done: bool) -> None:
    one, now = tidy
    now[0] += after
    assert one.now_if_due(is_quiet) is done
    assert not one.now_if_due(is_quiet)


def test_what_nobody_can_reach_goes(tidy: tuple[Tidy, list[float]]) -> None:
    one, now = tidy
    circle: list[object] = []
    circle.append(circle)
    key = id(circle)
    del circle
    now[0] += 61
    assert one.now_if_due(is_quiet=True)
    assert all(id(kept) != key or kept != [kept] for kept in gc.get_objects() if isinstance(kept, list))
