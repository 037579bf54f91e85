"""What `solve` answers where a proof is not done in time."""

import pytest

import everfair.engines.scheduling.exact as exact
from everfair.engines.scheduling import Answer, Status, check, solve
from tests.engines.scheduling.examples import clock, problem, table


@pytest.mark.parametrize("found", [Status.UNKNOWN, Status.FEASIBLE])
def test_where_no_proof_is_done_the_other_way_answers(monkeypatch: pytest.MonkeyPatch, found: Status) -> None:
    made = problem([(0, 1), (0, 2), (1, 2), (2, 3), (1, 3)], slots=5)
    whole = solve(made, clock=clock, limit=10.0)
    assert whole.status is Status.OPTIMAL
    poor = table(made, [0, 2, 4, 0, 2])
    assert check(made, poor) == []
    worse = Answer(found, poor if found is Status.FEASIBLE else None, 5, 5, 6, 0, 1.0, 0)
    monkeypatch.setattr(exact, "solve_exact", lambda *_problem, **_how: worse)
    answer = solve(made, clock=clock, limit=10.0)
    assert answer.table is not None
    assert answer.placed == len(made.requests)
    assert answer.breaks < 6
    assert check(made, answer.table) == []
