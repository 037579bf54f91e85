"""Checks a registered list: reads it in batches that are committed one by one, then compares it with the
edition."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing import Report, is_full, locked_run, quiet, table_of
from everfair.exhibition.actions.importing_compare import plan_row
from everfair.exhibition.actions.importing_files import storage_full
from everfair.exhibition.actions.importing_quotas import QuotaCheck
from everfair.exhibition.actions.importing_staging import Stage
from everfair.exhibition.forms.importing import mapping_from_json
from everfair.exhibition.forms.importing_cells import fold
from everfair.exhibition.forms.importing_rows import Lookups, RowReader
from everfair.exhibition.models import ImportProblem, ImportRow, ImportRun
from everfair.exhibition.queries.importing import (
    CHUNK,
    Choice,
    choices_of,
    existing_for,
    good_rows,
    no_longer_in_file,
    tell_progress,
)
from everfair.fair.models import Edition
from everfair.gateways.tables import Row, Table, TableError

State = ImportRun.State


def lookups_for(edition: Edition) -> Lookups:
    """The edition's areas, sectors and delegations by folded code and by name in any language."""
    choices = choices_of(edition)

    def table(rows: Iterable[Choice]) -> dict[str, str]:
        found: dict[str, str] = {}
        for row in rows:
            found[fold(row.code)] = row.code
        for row in rows:
            for name in row.names:
                found.setdefault(fold(name), row.code)
        return found

    language = translation.get_language() or "en"
    language = "zh" if language.startswith("zh") else "en"
    return Lookups(
        table(choices.area),
        table(choices.sector),
        table(choices.delegation),
        [row.label(language) for row in choices.area],
        [row.label(language) for row in choices.delegation],
    )


def check_import(run: ImportRun, *, report: Report = quiet) -> ImportRun:
    """Read the rows in batches of 500 and stage them; each is committed, so a check cut short goes on there.

    Then compare with the edition. Ends in “ready”, or in “failed” with a sentence where the file is
    unreadable.
    Raises Refused when the disk is full; the run stays and can be carried on.
    """
    language = CONTENT_TO_INTERFACE.get(
        getattr(run.by, "language", "") or "", translation.get_language() or "en"
    )
    with translation.override(language):
        try:
            _check(run, report)
        except TableError as error:
            _fail(run, str(error))
        except Exception as error:
            sentence = (
                storage_full()
                if is_full(error)
                else _("The check stopped by a fault. Carry on, or send it again.")
            )
            _note_error(run, sentence)
            if is_full(error):
                raise Refused(sentence) from error
            raise
    run.refresh_from_db()
    return run


def _fail(run: ImportRun, sentence: str) -> None:
    with transaction.atomic():
        run = locked_run(run)
        if run.state == State.CHECKING:
            run.state, run.error, run.finished_at = State.FAILED, sentence, timezone.now()
            run.save(update_fields=["state", "error", "finished_at"])


def _note_error(run: ImportRun, sentence: str) -> None:
    try:
        ImportRun.objects.filter(pk=run.pk).update(error=sentence)
    except DatabaseError:
        return  # not even this fits; the command or the page says it


def _check(run: ImportRun, report: Report) -> None:
    run.refresh_from_db()
    if run.state != State.CHECKING:
        return
    table = table_of(run)
    mapped = mapping_from_json(run.mapping)
    if not run.rows_total:
        run.rows_total = sum(1 for _item in _items(table))
        if not run.rows_total:
            raise TableError(
                _("The list has a heading but no rows below it. Choose the file that holds the entries.")
            )
        ImportRun.objects.filter(pk=run.pk).update(rows_total=run.rows_total)
    reader = RowReader(mapped, lookups_for(run.edition), _defaults(run))
    stage = Stage(run, reader)
    items = islice(_items(table), run.rows_checked, None)
    while batch := list(islice(items, CHUNK)):
        if not stage.take(batch):
            return  # stopped, or somebody else carries on with it
        report(stage.checked, run.rows_total)
        tell_progress(run.pk, stage.checked, run.rows_total)
    _compare(run)
    _finish_check(run, reader)


def _items(table: Table) -> Iterator[Row | TableError]:
    """Rows and errors of single rows, in the file's order."""
    errors: list[TableError] = []
    for row in table.rows(errors.append):
        yield from errors
        errors.clear()
        yield row
    yield from errors


def _defaults(run: ImportRun) -> dict[str, str]:
    known = lookups_for(run.edition)
    defaults = {}
    for key in ("area", "sector"):
        given = str(run.options.get(key) or "")
        code = getattr(known, key).get(fold(given))
        if given and code is None:
            raise TableError(
                _("The default “%(given)s” is no %(key)s of this edition. Choose another one.")
                % {"given": given, "key": _("area") if key == "area" else _("sector")}
            )
        defaults[key] = code or ""
    return defaults


def _compare(run: ImportRun) -> None:
    """Give every good row its verdict: new, changed (with what), unchanged."""
    Verdict = ImportRow.Verdict
    meant: dict[int, int] = {}
    quotas = QuotaCheck(run)
    for chunk in good_rows(run):
        tell_progress(run.pk, run.rows_total, run.rows_total)
        existing = existing_for(run, chunk)
        by_verdict: dict[str, list[int]] = {}
        changed: list[ImportRow] = []
        problems: list[ImportProblem] = []
        for row in chunk:
            found = existing.find(row.external_id, str(row.values.get("code") or ""))
            if found is not None and meant.setdefault(found.pk, row.number) != row.number:
                by_verdict.setdefault(Verdict.BAD, []).append(row.pk)
                problems.append(_same_exhibitor(run, row, meant[found.pk]))
                continue
            plan = plan_row(row.values, found)
            if problem := quotas.take(row, plan):
                by_verdict.setdefault(Verdict.BAD, []).append(row.pk)
                problems.append(problem)
                continue
            verdict = (
                Verdict.NEW if plan.is_new else Verdict.CHANGED if plan.is_changed else Verdict.UNCHANGED
            )
            if plan.shown:
                row.verdict, row.changes = verdict, plan.shown
                changed.append(row)
            elif row.verdict != verdict:
                by_verdict.setdefault(verdict, []).append(row.pk)
        with transaction.atomic():
            ImportProblem.objects.bulk_create(problems)
            ImportRow.objects.bulk_update(changed, ["verdict", "changes"], batch_size=100)
            for found_verdict, keys in by_verdict.items():
                ImportRow.objects.filter(pk__in=keys).update(verdict=found_verdict, changes={})


def _same_exhibitor(run: ImportRun, row: ImportRow, other: int) -> ImportProblem:
    return ImportProblem(
        run=run,
        row_number=row.number,
        message=_("This row and row %(other)d mean the same exhibitor. Keep one of them.") % {"other": other},
        value=row.external_id,
    )


def _finish_check(run: ImportRun, reader: RowReader) -> None:
    rows = ImportRow.objects.filter(run=run)
    verdicts = Counter(rows.values_list("verdict", flat=True))
    problems = ImportProblem.objects.filter(run=run)
    with transaction.atomic():
        run = locked_run(run)
        if run.state != State.CHECKING:
            return
        run.counts = {
            **run.counts,
            **{verdict: verdicts.get(verdict, 0) for verdict in ImportRow.Verdict.values},
            "exhibitors": sum(verdicts.values()) - verdicts.get("bad", 0),
            "offers": sum(len(row.values.get("offers", ())) for chunk in good_rows(run) for row in chunk),
            "missing": no_longer_in_file(run).count(),
            "errors": problems.filter(is_warning=False).count(),
            "bad_rows": problems.filter(is_warning=False).values("row_number").distinct().count(),
            "warnings": problems.filter(is_warning=True).count(),
        }
        run.state = State.READY
        run.save(update_fields=["state", "counts"])
