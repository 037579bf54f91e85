"""The quickest of the published files: verdict and optimum as published. All of them: benchmarks/timetables.py."""

import pytest

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.dzn import read_dzn
from everfair.engines.scheduling.exact import solve_exact
from everfair.engines.scheduling.types import Answer, Problem, Status
from tests.conftest import SHARED

pytestmark = pytest.mark.realdata
IMPOSSIBLE = None


def read(name: str, fairness: int) -> Problem:
    text = (SHARED / f"data/b2b/instances/{name}.dzn").read_text(encoding="utf-8")
    return read_dzn(text, fairness=fairness)


def solved(problem: Problem, seed: int = 0) -> Answer:
    return solve_exact(problem, clock=lambda: 0.0, seed=seed)


@pytest.mark.parametrize(
    ("name", "fairness", "breaks"),
    [
        ("tic-12.original", 2, 0),
        ("tic-12.forb0003", 2, IMPOSSIBLE),
        ("tic-12.fixed020-Forb", 2, 1),
        ("tic-12.prec25", 2, 0),
        ("tic-13.fixed040-Forb", 2, 13),
        ("forumt-14.original", 0, IMPOSSIBLE),
        ("forumt-14crafd.original", 1, 4),
        ("forumt-14crafd.original", 3, 4),
        ("forum-13.prec25", 2, IMPOSSIBLE),
        ("forum-13.fixed040-Forb", 2, 49),
    ],
)
def test_as_published(name: str, fairness: int, breaks: int | None) -> None:
    problem = read(name, fairness)
    answer = solved(problem)
    if breaks is IMPOSSIBLE:
        assert answer.status is Status.INFEASIBLE
        assert answer.table is None
        return
    assert (answer.status, answer.breaks, answer.bound) == (Status.OPTIMAL, breaks, breaks)
    assert answer.table is not None
    assert check(problem, answer.table) == []


def test_the_seed_decides_and_repeats() -> None:
    problem = read("tic-12.original", 2)
    first, again, other = (solved(problem, seed).table for seed in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.slot.tolist() == again.slot.tolist()
    assert first.slot.tolist() != other.slot.tolist()
