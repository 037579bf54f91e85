"""`meetings run`: carries out one run of the generator. The server starts it as a process of its own."""

from typing import Annotated

import typer


def run(number: Annotated[int, typer.Argument(help="The run's id in the database.")]) -> None:
    """Make the timetable of a run that waits at the organiser's desk, and keep it for them to look at."""
    from everfair.meetings.actions.runs import carry_out  # app ready

    state = carry_out(number)
    typer.echo(state)
    if state == "failed":
        raise SystemExit(1)
