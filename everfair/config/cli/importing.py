"""`import exhibitors`: a list into an edition, in the foreground, with the same checks as the desk's
pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from everfair.base.refusals import Refused

if TYPE_CHECKING:
    from everfair.exhibition.models import ImportRun
    from everfair.fair.models import Edition

MOST_PRINTED = 50


def import_exhibitors(
    file: Annotated[
        Path, typer.Argument(help="XLSX, CSV, JSON lines, landscape YAML, stand pages.", exists=True)
    ],
    edition: Annotated[str, typer.Option(help="The edition's slug.")],
    mapping: Annotated[Path | None, typer.Option(help="JSON: field → column.", exists=True)] = None,
    source: Annotated[str, typer.Option(help="The list's name; with its ids it makes rows repeatable.")] = "",
    area: Annotated[str, typer.Option(help="Area of exhibitors for whom the list tells none.")] = "",
    sector: Annotated[str, typer.Option(help="Sector of exhibitors for whom the list tells none.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show, write nothing.")] = False,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="Import the others.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish exhibitors that are complete.")] = False,
) -> None:
    """Import exhibitors and their offers. All or nothing, unless told to skip bad rows.

    Run it again with the same list: it tells new, changed, unchanged and no longer listed, and takes nothing
    down.
    Cut short, the same command carries on.
    """
    found = find_edition(edition)
    options = {"skip_bad_rows": skip_bad_rows, "publish": publish, "area": area, "sector": sector}
    try:
        run = _registered(found, file, mapping, source, options)
        _print_mapping(run)
        run = _checked(run)
        _print_findings(run)
        if run.state == "failed":
            raise SystemExit(1)
        if dry_run:
            _end_dry_run(run)
        elif run.state == "done":
            _print_result(run)
        else:
            _print_result(_applied(run, skip_bad_rows, publish))
    except Refused as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None


def find_edition(slug: str) -> "Edition":
    """The edition by slug, drafts too; ends with the known ones otherwise."""
    from everfair.fair.models import Edition  # app ready

    found = Edition.objects.select_related("fair").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Edition.objects.values_list("slug", flat=True)) or "none yet"
        raise SystemExit(f"There is no edition “{slug}”. Editions: {known}.")
    return found


def _registered(
    edition: "Edition", file: Path, mapping: Path | None, source: str, options: dict[str, Any]
) -> "ImportRun":
    """A new run, or the one of the same list that was cut short."""
    from everfair.exhibition.actions.importing import (  # app ready
        clear_import,
        register_import,
        start_check,
        unfinished_run,
    )
    from everfair.exhibition.actions.importing_files import chunks_of, name_of

    given = _mapping_in(mapping) if mapping else None
    run = register_import(
        edition, chunks_of(file), name_of(file), by=None, source=source, mapping=given, options=options
    )
    earlier = unfinished_run(run)
    if earlier is not None:
        clear_import(run, by=None)
        typer.echo(f"Carrying on with the import of {earlier.file_name} that was cut short.")
        return earlier
    try:
        return start_check(run, by=None)
    except Refused:
        clear_import(run, by=None)
        raise


def _mapping_in(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"The mapping file is not valid JSON: {error}.") from error


def _checked(run: "ImportRun") -> "ImportRun":
    from everfair.exhibition.actions.importing_check import check_import  # app ready

    if run.state != "checking":
        return run
    with progress_bar("Checking") as report:
        return check_import(run, report=report)


def _applied(run: "ImportRun", skip_bad_rows: bool, publish: bool) -> "ImportRun":
    from everfair.exhibition.actions.importing_apply import apply_import, start_applying  # app ready

    if run.state == "ready":
        run = start_applying(run, by=None, skip_bad_rows=skip_bad_rows, publish=publish)
    with progress_bar("Importing") as report:
        return apply_import(run, report=report)


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A bar that a long action reports to: `report(done, total)`."""
    with typer.progressbar(length=100, label=label) as bar:
        shown = 0

        def report(done: int, total: int) -> None:
            nonlocal shown
            percent = int(100 * done / max(total, 1))
            bar.update(percent - shown)
            shown = percent

        yield report


def _print_mapping(run: "ImportRun") -> None:
    typer.echo(f"{run.file_name}: {run.table_kind}, source “{run.source}”. Fields and their columns:")
    for key, told in run.mapping["fields"].items():
        typer.echo(f"  {key:<22} {told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)}")


def _print_findings(run: "ImportRun") -> None:
    from everfair.exhibition.queries.importing import no_longer_in_file, problems_of  # app ready

    if run.error:
        typer.echo(run.error, err=True)
    problems = list(problems_of(run)[: MOST_PRINTED + 1])
    for problem in problems[:MOST_PRINTED]:
        where = f"row {problem.row_number}" if problem.row_number else "list"
        column = f", {problem.column}" if problem.column else ""
        kind = "note" if problem.is_warning else "error"
        typer.echo(f"  {kind}: {where}{column}: {problem.message}", err=not problem.is_warning)
    if len(problems) > MOST_PRINTED:
        typer.echo("  … and more; the import's page at the desk lists all of them.", err=True)
    counts = run.counts
    if not counts:
        return
    for key, words in counts.get("unmatched", {}).items():
        shown = ", ".join(f"{word} ({count})" for word, count in list(words.items())[:8])
        typer.echo(
            f"  {key}: words of the list this edition does not know: "
            f"{shown}" + (" …" if len(words) > 8 else "")
        )
    typer.echo(
        f"{run.rows_total} rows: {counts.get('new', 0)} new, {counts.get('changed', 0)} changed, "
        f"{counts.get('unchanged', 0)} unchanged, {counts.get('bad_rows', 0)} with errors, "
        f"{counts.get('missing', 0)} no longer in the file; {counts.get('offers', 0)} offers."
    )
    for exhibitor in no_longer_in_file(run)[:10]:
        typer.echo(f"  no longer in the file, left as it is: {exhibitor.organisation} ({exhibitor.code})")


def _end_dry_run(run: "ImportRun") -> None:
    from everfair.exhibition.actions.importing import clear_import  # app ready

    bad = run.counts.get("bad_rows", 0) and not run.options.get("skip_bad_rows")
    clear_import(run, by=None)
    typer.echo("Dry run: nothing was written.")
    if bad:
        raise SystemExit(1)


def _print_result(run: "ImportRun") -> None:
    counts = run.counts
    typer.echo(
        f"Imported: {counts.get('new', 0)} new, {counts.get('changed', 0)} "
        f"changed, {counts.get('unchanged', 0)} "
        f"unchanged; {counts.get('offers_new', 0)} offers new, {counts.get('offers_changed', 0)} changed; "
        f"{counts.get('published', 0)} published, {counts.get('incomplete', 0)} accepted but not complete."
    )
