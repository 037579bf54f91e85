"""`import programme` and `export programme`: schedules in and out, in the foreground, with the same checks as the desk's page."""

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from everfair.base.refusals import Refused

if TYPE_CHECKING:
    from everfair.fair.models import Edition
    from everfair.programme.models import ScheduleRun

FORMATS = ("schedule.xml", "schedule.json", "ical", "csv")
MOST_PRINTED = 50


def import_programme(
    file: Annotated[Path, typer.Argument(help="schedule.xml or schedule.json.", exists=True, dir_okay=False)],
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    source: Annotated[str, typer.Option(help="The schedule's own name; without it, its acronym.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare and show, write nothing.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Keep new sessions as drafts.")] = False,
) -> None:
    """Import a programme. All or nothing; it tells first what is kept, moved, retitled, changed, new, withdrawn or back.

    Run it again with a later file of the same name: seats and bookmarks of sessions that stay survive, people are
    told of moves, withdrawn sessions are cancelled and announced. Cut short, the same command begins anew.
    """
    from everfair.config.cli.importing import find_edition, progress_bar
    from everfair.exhibition.actions.importing_files import chunks_of  # app ready
    from everfair.programme.actions.schedule_apply import apply_run, start_applying
    from everfair.programme.actions.schedule_reading import clear_schedule, read_run, register_schedule

    found = find_edition(edition)
    try:
        run = register_schedule(found, chunks_of(file), file.name, by=None, source=source, publish=not drafts)
        with progress_bar("Reading") as report:
            run = read_run(run, report=report)
        _print_findings(run)
        if run.state != "ready":
            raise SystemExit(1)
        if dry_run:
            clear_schedule(run, by=None)
            typer.echo("Dry run: nothing was written.")
            return
        with progress_bar("Importing") as report:
            run = apply_run(start_applying(run, by=None), report=report)
        typer.echo(f"Imported into {found.slug}.")
    except Refused as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None


def _print_findings(run: "ScheduleRun") -> None:
    for problem in run.problems[:MOST_PRINTED]:
        kind = "note" if problem["is_warning"] else "error"
        where = f"{problem['event']}: " if problem["event"] else ""
        typer.echo(f"  {kind}: {where}{problem['message']}", err=not problem["is_warning"])
    if len(run.problems) > MOST_PRINTED:
        typer.echo(f"  … and {len(run.problems) - MOST_PRINTED} more.", err=True)
    if run.state != "ready":
        typer.echo(f"{run.file_name}: {run.error}", err=True)
        typer.echo("Nothing was imported.", err=True)
        return
    counts = run.counts
    typer.echo(f"{run.file_name}: {run.format}, source “{run.source}”, {counts['events']} sessions:")
    told = ("kept", "moved", "retitled", "changed", "new", "withdrawn", "back")
    typer.echo("  " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in told))
    if counts["new_stages"]:
        typer.echo(f"  {counts['new_stages']} stages are made.")
    for entry in [entry for entry in run.differences if entry["verdict"] != "new"][:MOST_PRINTED]:
        typer.echo(f"  {entry['verdict']}: {entry['title']}{_change(entry)}")


def _change(entry: dict[str, Any]) -> str:
    """ ": 10:00 → 11:00" for what a person looks for first."""
    before, after = entry["before"], entry["after"]
    names = [name for name in ("starts_at", "stage", "title") if before.get(name) != after.get(name)]
    pairs = [f"{before.get(name) or '–'} → {after.get(name) or '–'}" for name in names if name in after]
    return f": {'; '.join(pairs)}" if pairs else ""


def export_programme(
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    file_format: Annotated[
        str, typer.Option("--format", help="schedule.xml, schedule.json, ical or csv.")
    ] = "schedule.xml",
    language: Annotated[
        str, typer.Option("--lang", help="Language of titles and texts where there are several.")
    ] = "",
    drafts: Annotated[bool, typer.Option("--drafts", help="With what is not published yet.")] = False,
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
) -> None:
    """Write the programme. What was imported and not changed here comes out letter for letter."""
    from everfair.config.cli.importing import find_edition

    if file_format not in FORMATS:
        raise SystemExit(f"“{file_format}” is no format. Choose one of: {', '.join(FORMATS)}.")
    found = find_edition(edition)
    if out is None:
        _write(found, file_format, language, drafts, sys.stdout.buffer)
        return
    beside = out.with_name(f".{out.name}.part")
    try:
        with beside.open("wb") as file:
            count = _write(found, file_format, language, drafts, file)
        os.replace(beside, out)
    except OSError as error:
        raise SystemExit(f"{out} cannot be written: {error.strerror}. Nothing was exported.") from None
    finally:
        beside.unlink(missing_ok=True)
    typer.echo(f"{count} sessions written to {out}.", err=True)


def _write(edition: "Edition", file_format: str, language: str, drafts: bool, out: IO[bytes]) -> int:
    """How many sessions were written."""
    if file_format == "ical":
        return _write_calendar(edition, language or "en", out)
    from everfair.gateways.tables import write_csv
    from everfair.programme.queries.exchange import (  # app ready
        COLUMNS,
        schedule_file,
        schedule_of,
        table_rows,
    )

    exported = schedule_of(edition, language=language, with_drafts=drafts)
    if exported.left_out:
        typer.echo(f"{exported.left_out} sessions without a time were left out.", err=True)
    if file_format == "csv":
        write_csv(table_rows(exported), COLUMNS, out)
    else:
        out.write(schedule_file(exported, file_format))
    return len(exported.schedule.events)


def _write_calendar(edition: "Edition", language: str, out: IO[bytes]) -> int:
    """The same events, with the same names for calendars, as the public feed."""
    from django.utils import translation

    from everfair.base.languages import CONTENT_TO_INTERFACE, pick
    from everfair.gateways.calendars import write_calendar  # app ready
    from everfair.programme.queries.board import read_board
    from everfair.web.public.programme.calendars import event_of

    with translation.override(CONTENT_TO_INTERFACE.get(language, "en")):
        lines = (event_of(line, edition, language) for line in read_board(edition).sessions)
        events = [event for event in lines if event is not None]
        out.write(write_calendar(events, name=pick(edition.name, language), time_zone=edition.time_zone))
    return len(events)
