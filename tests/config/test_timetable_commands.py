"""`everfair timetable solve` and `check`, as people type them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from everfair.config.cli import timetable

FILE = """nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 4;
requested = [|1, 2,3, |1, 3,3, |2, 3,3, |];
nMeetingsBusiness = [2,2,2];
forbidden = [{}, {}, {}];
fixed = [1,0,0];
precedences = [{}, {3}, {}];
"""
app = typer.Typer()
timetable.register(app)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "three.dzn"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["timetable", *map(str, words)])


def solved(file: Path, *more: object) -> dict[str, Any]:
    done = run("solve", file, "--json", *more)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_solve_tells_everything_in_json(file: Path) -> None:
    told = solved(file)
    assert (told["status"], told["breaks"], told["bound"], told["gap"]) == ("optimal", 1, 1, 0)
    assert (told["placed"], told["weight"], told["seed"]) == (3, 3, 0)
    assert told["seconds"] >= 0
    slots = dict(told["assignment"])
    assert slots.keys() == {1, 2, 3}
    assert slots[1] == 1
    assert slots[3] < slots[2]


def test_solve_in_words(file: Path) -> None:
    assert "status: optimal" in run("solve", file).stdout


def test_check_finds_no_fault_in_what_solve_says(file: Path, tmp_path: Path) -> None:
    solution = tmp_path / "solution.json"
    solution.write_text(json.dumps(solved(file)))
    done = run("check", file, solution)
    assert done.exit_code == 0, done.output
    assert "0 faults; 3 placed, 1 breaks" in done.stdout


def test_check_tells_faults(file: Path, tmp_path: Path) -> None:
    solution = tmp_path / "solution.json"
    solution.write_text(json.dumps({"assignment": [[1, 1], [2, 1]]}))
    done = run("check", file, solution, "--json")
    assert done.exit_code == timetable.FAULTS
    told = " ".join(json.loads(done.stdout)["faults"])
    assert "not placed" in told
    assert "two meetings at a time" in told
    assert "more meetings than places" in told


def test_impossible_is_said_and_is_an_exit_code(file: Path) -> None:
    file.write_text(FILE.replace("[1,0,0]", "[1,1,0]"))
    done = run("solve", file, "--json")
    assert done.exit_code == timetable.NO_TIMETABLE
    told = json.loads(done.stdout)
    assert (told["status"], told["breaks"], told["assignment"]) == ("infeasible", None, [])


def test_fairness_may_make_it_impossible(file: Path) -> None:
    """Somebody has one break and somebody none, whatever one does."""
    assert run("solve", file, "--fairness", 0).exit_code == timetable.NO_TIMETABLE
    assert solved(file, "--fairness", -1)["breaks"] == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.dzn", FILE.replace("fixed = [1,0,0];", ""), "fixed: is missing"),
        ("a.dzn", "", "nBusiness: is missing"),
        ("a.npz", "no archive", "neither a .dzn nor an .npz"),
    ],
)
def test_a_bad_file_is_told(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    done = run("solve", tmp_path / name)
    assert done.exit_code == timetable.BAD_INPUT
    assert said in done.stderr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run("solve", tmp_path / "none.dzn")
    assert done.exit_code == timetable.BAD_INPUT
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "assignment"),
        ("no json", "assignment"),
        ('{"assignment": 3}', "assignment"),
        ('{"assignment": [[9, 1]]}', "no meeting 9"),
    ],
)
def test_a_bad_solution_is_told(file: Path, tmp_path: Path, content: str, said: str) -> None:
    solution = tmp_path / "solution.json"
    solution.write_text(content)
    done = run("check", file, solution)
    assert done.exit_code == timetable.BAD_INPUT
    assert said in done.stderr


def test_arrays_of_the_generator_are_read(tmp_path: Path) -> None:
    path = tmp_path / "small.npz"
    np.savez(
        path, P=3, T=2, a=[0, 0, 1], b=[1, 2, 2], w=[5, 3, 4], avail=np.full(3, 3, np.uint64), cap=[2, 2, 2], L=[1, 1],
        side=[2, 2, 2],
    )  # fmt: skip
    told = solved(path)
    assert (told["status"], told["weight"], told["placed"]) == ("optimal", 9, 2)
