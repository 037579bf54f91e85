"""`needs import`: a list of needs in, in the foreground, with the same checks as the desk's page."""

from pathlib import Path
from typing import Annotated

import typer

from everfair.base.refusals import Refused

MOST_PRINTED = 50


def import_list(
    file: Annotated[Path, typer.Argument(help="XLSX, CSV or JSON lines.", exists=True, dir_okay=False)],
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    source: Annotated[
        str,
        typer.Option(
            help="The list's own name; without it, the file's. Sent again it is brought up to date."
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row, write nothing.")] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave rows with errors out and write the others.")
    ] = False,
) -> None:
    """Bring needs into an edition, all or nothing; also tenders of TED, put under sectors by their CPV codes."""
    from everfair.config.cli.importing import find_edition
    from everfair.matchmaking.actions.importing import import_needs  # app ready

    found = find_edition(edition)
    try:
        report = import_needs(
            found, file, by=None, source=source, file_name=file.name, skip_bad=skip_bad, is_trial=dry_run
        )
    except Refused as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
    for problem in report.problems[:MOST_PRINTED]:
        typer.echo(f"  row {problem.row}, {problem.column or 'line'}: {problem.message}", err=True)
    if len(report.problems) > MOST_PRINTED:
        typer.echo(f"  … and {len(report.problems) - MOST_PRINTED} more.", err=True)
    told = ", ".join(f"{count} {name}" for name, count in report.counts().items())
    typer.echo(f"{file.name} as “{report.source}”: {told}.")
    if not report.is_written:
        typer.echo("Dry run: nothing was written." if dry_run else "Nothing was written.", err=not dry_run)
        if report.bad and not dry_run:
            raise SystemExit(1)
