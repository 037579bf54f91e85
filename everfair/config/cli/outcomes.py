"""`outcomes recompute`: the registry's figures from its open data. `outcomes verify` is `agreements verify`, which judges both."""

import csv
from pathlib import Path
from typing import Annotated

import typer


def recompute(
    file: Annotated[
        Path, typer.Argument(help="The open data of a registry page, as CSV.", exists=True, dir_okay=False)
    ],
) -> None:
    """Print the figures of the page the file comes from, line by line. Asks no database."""
    from everfair.outcomes.queries.files import figures_of, told  # app ready

    try:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            found = figures_of(csv.DictReader(rows))
    except (ValueError, csv.Error) as error:  # what cannot be counted says its row
        typer.echo(f"{file.name}: {error}", err=True)
        raise SystemExit(1) from None
    for figure in found:
        typer.echo(told(figure))
