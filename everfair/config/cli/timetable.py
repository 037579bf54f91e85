"""`timetable solve` and `timetable check`: the engine of 1:1 meetings on files, without a fair."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from everfair.engines.scheduling.types import Answer, Problem, Timetable

OPTIMAL_OR_FEASIBLE, NO_TIMETABLE, BAD_INPUT, FAULTS = 0, 1, 2, 3  # exit codes
File = Annotated[Path, typer.Argument(help="A .dzn or .npz file.")]
PUBLISHED_FAIRNESS = 2  # of the published results
Fairness = Annotated[
    int | None,
    typer.Option(
        help="Most breaks of anybody less fewest of anybody at most; -1: no bound. Without it 2 for a .dzn, none for an .npz.",
        min=-1,
    ),
]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    timetable = typer.Typer(help="Timetables of 1:1 meetings, from files.", no_args_is_help=True)
    timetable.command()(solve)
    timetable.command()(check)
    app.add_typer(timetable, name="timetable")


def solve(
    file: File,
    fairness: Fairness = None,
    limit: Annotated[float, typer.Option(help="Seconds at most.", min=0.0)] = 60.0,
    seed: Annotated[int, typer.Option(help="Decides between equals.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a timetable. Exit code: 0 found, 1 impossible or none found, 2 the file is wrong."""
    from everfair.engines.scheduling.solve import solve as solve_it
    from everfair.engines.scheduling.validate import ProblemError

    problem = _read(file, fairness)
    try:
        answer = solve_it(problem, clock=time.monotonic, seed=seed, limit=limit)
    except ProblemError as error:
        _bad_input(f"{file}: {error}")
    shown = _shown(answer)
    if as_json:
        typer.echo(json.dumps(shown))
    else:
        for name, value in shown.items():
            typer.echo(f"{name}: {value}")
    raise typer.Exit(NO_TIMETABLE if answer.table is None else OPTIMAL_OR_FEASIBLE)


def check(
    file: File,
    solution: Annotated[Path, typer.Argument(help="JSON as printed by `solve --json`.")],
    fairness: Fairness = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a timetable. Exit code: 0 no fault, 2 a file is wrong, 3 faults."""
    from everfair.engines.scheduling.check import check as check_it
    from everfair.engines.scheduling.measure import measure

    problem = _read(file, fairness)
    table = _timetable(problem, solution)
    faults = check_it(problem, table)
    figures = measure(problem, table)
    shown: dict[str, Any] = {
        "faults": [str(fault) for fault in faults],
        "placed": figures.placed,
        "breaks": figures.breaks,
        "weight": figures.weight,
    }
    if as_json:
        typer.echo(json.dumps(shown))
    else:
        for fault in faults:
            typer.echo(str(fault))
        typer.echo(
            f"{len(faults)} faults; {figures.placed} placed, {figures.breaks} breaks, weight {figures.weight}."
        )
    raise typer.Exit(FAULTS if faults else OPTIMAL_OR_FEASIBLE)


def _read(file: Path, fairness: int | None) -> "Problem":
    """The problem in a file, whichever of the two formats it is in."""
    import zipfile

    from everfair.engines.scheduling.npz import NpzError
    from everfair.engines.scheduling.validate import ProblemError

    try:
        if file.suffix == ".npz":
            return _read_npz(file, fairness)
        from everfair.engines.scheduling.dzn import read_dzn

        bound = PUBLISHED_FAIRNESS if fairness is None else fairness
        return read_dzn(file.read_text(encoding="utf-8"), fairness=bound)
    except (ProblemError, NpzError) as error:
        _bad_input(f"{file}: {error}")
    except OSError as error:
        _bad_input(f"{file} cannot be read: {error.strerror or error}")
    except (ValueError, EOFError, zipfile.BadZipFile) as error:  # not UTF-8, or no such archive
        _bad_input(f"{file} is neither a .dzn nor an .npz file: {error}")


def _read_npz(file: Path, fairness: int | None) -> "Problem":
    import dataclasses

    import numpy as np

    from everfair.engines.scheduling.npz import read_npz
    from everfair.engines.scheduling.types import Aim

    with np.load(file) as arrays:
        problem = read_npz(arrays)
    if fairness is None or problem.rules.aim is not Aim.PLACE_ALL:
        return problem
    return dataclasses.replace(problem, rules=dataclasses.replace(problem.rules, fairness=fairness))


def _timetable(problem: "Problem", solution: Path) -> "Timetable":
    """The assignment in a solution: each placed meeting in the first of its places with room."""
    from everfair.engines.scheduling.assignment import AssignmentError, read_assignment

    try:
        told = json.loads(solution.read_text(encoding="utf-8"))
        return read_assignment(problem, told["assignment"])
    except OSError as error:
        _bad_input(f"{solution} cannot be read: {error.strerror or error}")
    except AssignmentError as error:
        _bad_input(f"{solution}: {error}")
    except (ValueError, KeyError, TypeError):
        _bad_input(
            f"{solution} holds no “assignment”: a list of [meeting, slot], as `solve --json` prints it."
        )


def _shown(answer: "Answer") -> dict[str, Any]:
    """What is printed. Meetings and slots count from 1, as in the files."""
    from everfair.engines.scheduling.assignment import as_assignment

    found = answer.table is not None
    return {
        "status": str(answer.status),
        "placed": answer.placed,
        "breaks": answer.breaks if found else None,
        "weight": answer.weight if found else None,
        "bound": answer.bound,
        "gap": answer.gap,
        "seconds": round(answer.seconds, 3),
        "seed": answer.seed,
        "assignment": as_assignment(answer.table) if answer.table is not None else [],
    }


def _bad_input(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(BAD_INPUT)
