"""The published format: what a file means, and which field is at fault where it means nothing."""

import re

import numpy as np
import pytest

from everfair.engines.scheduling.dzn import read_dzn
from everfair.engines.scheduling.types import NONE, Aim
from everfair.engines.scheduling.validate import ProblemError, validate

TEXT = """% two mornings slots, one in the afternoon
nBusiness = 3;
nMeetings = 3;
nTables = 2;
nTotalSlots = 3;
nMorningSlots = 2;

requested = [|1, 2,1,
|1, 3,2,
|2, 3,3,
|];

meetingsxBusiness = [{1,1,2},
{1,1,3},
{1,2,3}];
nMeetingsBusiness = [2,2,2];
forbidden = [{0},
{},
{1, 3}];
fixed = [0,3,0];
precedences = [{},
{1},
{}];
"""


def test_a_file_is_read_from_one_to_zero() -> None:
    problem = read_dzn(TEXT, fairness=1)
    requests = problem.requests
    validate(problem)
    assert (len(problem.people), len(requests), len(problem.slots)) == (3, 3, 3)
    assert problem.places.capacity.tolist() == [[2, 2, 2]]
    assert list(zip(requests.a.tolist(), requests.b.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert requests.session.tolist() == [0, 1, NONE]
    assert requests.sessions.tolist() == [[True, True, False], [False, False, True]]
    assert problem.people.free.tolist() == [[True] * 3, [True] * 3, [False, True, False]]
    assert requests.fixed_slot.tolist() == [NONE, 2, NONE]
    assert requests.after.tolist() == [[0, 1]]
    assert (problem.rules.aim, problem.rules.fairness) == (Aim.PLACE_ALL, 1)
    assert problem.slots.runs_on.tolist() == [False, True, True]  # lunch is no break there


FIELDS = (
    "nBusiness", "nMeetings", "nTables", "nTotalSlots", "nMorningSlots", "requested", "nMeetingsBusiness", "forbidden",
    "fixed", "precedences",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_array_is_named(field: str) -> None:
    without = re.sub(rf"\b{field} = [^;]*;", "", TEXT)
    with pytest.raises(ProblemError, match="is missing") as told:
        read_dzn(without)
    assert told.value.field == field


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("nTables = 2", "nTables = 0", "nTables", "must be 1 or more"),
        ("nTables = 2", "nTables = two", "nTables", "whole number"),
        ("nMorningSlots = 2", "nMorningSlots = 4", "nMorningSlots", "more than nTotalSlots"),
        ("nMeetings = 3", "nMeetings = 4", "requested", "3 rows"),
        ("|1, 2,1", "|1, 4,1", "requested", "row 1"),
        ("|1, 2,1", "|1, 1,1", "requested", "row 1"),
        ("|1, 2,1", "|1, 2,7", "requested", "session 7"),
        ("|1, 2,1", "|1, 2", "requested", "three are needed"),
        ("[2,2,2]", "[2,2,1]", "nMeetingsBusiness", "does not agree"),
        ("{1, 3}", "{1, 4}", "forbidden", "set 3 holds 4"),
        ("{0},", "", "forbidden", "has 2 sets"),
        ("{1},", "{x},", "precedences", "no whole number"),
        ("[0,3,0]", "[0,3]", "fixed", "has 2 entries"),
        ("[0,3,0]", "[0,9,0]", "fixed", "not within"),
    ],
)
def test_nonsense_is_told_with_its_field(old: str, new: str, field: str, reason: str) -> None:
    assert old in TEXT
    with pytest.raises(ProblemError, match=reason) as told:
        read_dzn(TEXT.replace(old, new))
    assert told.value.field == field


def test_an_empty_text_is_no_file() -> None:
    with pytest.raises(ProblemError, match="nBusiness"):
        read_dzn("")


def test_no_forbidden_slots_leave_everybody_free() -> None:
    assert np.all(read_dzn(TEXT.replace("{1, 3}", "{}")).people.free)
