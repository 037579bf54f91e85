"""`export exhibitors`: an edition's exhibitors and offers as CSV, XLSX or JSON lines that `import
exhibitors` reads back."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

FORMATS = ("csv", "xlsx", "jsonl")


def export_exhibitors(
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    file_format: Annotated[str, typer.Option("--format", help="csv, xlsx or jsonl.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
) -> None:
    """Write one row per offer, one for an exhibitor without offers. Formulas are neutralised."""
    from everfair.config.cli.importing import find_edition
    from everfair.exhibition.queries.exporting import write_export  # app ready

    if file_format not in FORMATS:
        raise SystemExit(f"“{file_format}” is no format. Choose one of: {', '.join(FORMATS)}.")
    found = find_edition(edition)
    if out is None:
        if file_format == "xlsx" and sys.stdout.isatty():
            raise SystemExit("A workbook cannot be shown. Name a file with --out.")
        write_export(found, file_format, sys.stdout.buffer)
        return
    beside = out.with_name(f".{out.name}.part")
    try:
        with beside.open("wb") as file:
            count = write_export(found, file_format, file)
        os.replace(beside, out)
    except OSError as error:
        raise SystemExit(f"{out} cannot be written: {error.strerror}. Nothing was exported.") from None
    finally:
        beside.unlink(missing_ok=True)
    typer.echo(f"{count} rows written to {out}.", err=True)
