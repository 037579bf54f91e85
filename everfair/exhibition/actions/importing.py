"""Brings a list in: registered, mapped, checked row by row, looked at. Applying is in importing_apply.py."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing_files import forget_file, keep_file, path_of, storage_full
from everfair.exhibition.forms.importing import (
    Mapped,
    Source,
    columns_digest,
    guessed,
    mapping_from_json,
    mapping_to_json,
    require_usable,
)
from everfair.exhibition.models import ImportMapping, ImportProblem, ImportRow, ImportRun
from everfair.exhibition.models.importing import IMPORT_STEPS
from everfair.exhibition.queries.importing import (
    saved_mapping,
    tell_progress,
)
from everfair.fair.models import Edition
from everfair.gateways.tables import Limits, Table, TableError, read_rows

State = ImportRun.State
EVENT = "exhibition.import."
SAMPLE_ROWS = 50
Report = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


def state_labels() -> dict[str, str]:
    """State → its name in the reader's language."""
    return {value: str(label) for value, label in State.choices}


def register_import(
    edition: Edition,
    chunks: Iterable[bytes],
    file_name: str,
    *,
    by: Any,
    source: str = "",
    mapping: Any = None,
    options: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> ImportRun:
    """Keep the list, tell its kind and columns, and take the mapping given, saved before, or guessed.

    `options`: skip_bad_rows, publish, area, sector (codes of the defaults). Refused (TableError among them)
    with a sentence when the list cannot be read; then nothing is kept.
    """
    kept = keep_file(chunks, file_name)
    try:
        table = _open(kept.path)
        sample = [row.values for row in islice(table.rows(_ignore), SAMPLE_ROWS)]
        if mapping is not None:
            mapped = mapping_from_json(mapping)
        else:
            saved = saved_mapping(edition, columns_digest(table.columns))
            mapped = mapping_from_json(saved.mapping) if saved else guessed(table.kind, table.columns, sample)
        with transaction.atomic():
            run = ImportRun.objects.create(
                edition=edition,
                by=by,
                file_name=Path(file_name).name[:200],
                file_digest=kept.digest,
                table_kind=table.kind,
                source=(source.strip() or Path(file_name).stem)[:60],
                mapping={"columns": list(table.columns), "fields": mapping_to_json(mapped)},
                options=dict(options or {}),
                created_at=now or timezone.now(),
            )
            audit.record(
                EVENT + "registered", run, by=by, edition_id=edition.pk, after={"file": run.file_name}
            )
    except (Refused, DatabaseError) as error:
        if not ImportRun.objects.filter(file_digest=kept.digest).exists():
            forget_file(kept.digest, file_name)
        raise _as_refusal(error) from error
    return run


def _ignore(_error: TableError) -> None:
    """Bad lines are told when the list is checked."""


def _open(path: Path) -> Table:
    return read_rows(path, limits=Limits(max_bytes=settings.MAX_LIST_MB * 1_000_000))


def _as_refusal(error: Exception) -> Exception:
    return Refused(storage_full()) if is_full(error) else error


def is_full(error: BaseException) -> bool:
    """Whether the database or the disk has no room left."""
    text = str(error).lower()
    return isinstance(error, DatabaseError) and (
        "is full" in text or "no space left" in text or "disk full" in text
    )


def sample_of(run: ImportRun, limit: int = 3) -> list[dict[str, object]]:
    """The first rows as they stand in the file, for the mapping page. Refused when the file is gone."""
    return [dict(row.values) for row in islice(table_of(run).rows(_ignore), limit)]


def words_in(run: ImportRun, source: Source, limit: int = 60) -> list[tuple[str, int]]:
    """The list's own words in the columns of `source`, the most frequent first, for the value map."""
    words: Counter[str] = Counter()
    for row in table_of(run).rows(_ignore):
        for _column, value in source.candidates(row.values):
            for word in value if isinstance(value, list) else [value]:
                words[str(word)] += 1
            break
    return words.most_common(limit)


def table_of(run: ImportRun) -> Table:
    """The kept list, ready to be read. Refused when the file is gone."""
    path = path_of(run.file_digest, run.file_name)
    if not path.exists():
        raise Refused(_("The file of this import is no longer kept. Send it again."))
    return _open(path)


def save_mapping(run: ImportRun, mapped: Mapped, *, by: Any, name: str = "") -> ImportRun:
    """Confirm the mapping for this run and for later files with the same columns."""
    columns = run.mapping.get("columns", [])
    require_usable(mapped, columns)
    fields = mapping_to_json(mapped)
    with transaction.atomic():
        run = locked_run(run)
        if run.state not in (State.UPLOADED, State.READY, State.FAILED, State.STOPPED):
            raise Refused(_("This import is at work or done; its columns can no longer be changed."))
        run.mapping = {"columns": columns, "fields": fields}
        run.save(update_fields=["mapping"])
        ImportMapping.objects.update_or_create(
            fair_id=run.edition.fair_id,
            columns_digest=columns_digest(columns),
            defaults={"name": (name or run.file_name)[:120], "mapping": fields, "saved_at": timezone.now()},
        )
        audit.record(EVENT + "mapped", run, by=by, edition_id=run.edition_id, after={"fields": fields})
    return run


def start_check(run: ImportRun, *, by: Any, options: Mapping[str, Any] | None = None) -> ImportRun:
    """Move the run to “checking” and forget an earlier check; `check_import` then does the work."""
    require_usable(mapping_from_json(run.mapping), run.mapping.get("columns", []))
    with transaction.atomic():
        run = locked_run(run)
        require_step(IMPORT_STEPS, run.state, State.CHECKING, state_labels())
        ImportRow.objects.filter(run=run).delete()
        ImportProblem.objects.filter(run=run).delete()
        run.state, run.error, run.counts = State.CHECKING, "", {}
        run.rows_total = run.rows_checked = run.rows_applied = 0
        run.options = {**run.options, **(options or {})}
        run.save()
        audit.record(EVENT + "check_started", run, by=by, edition_id=run.edition_id)
    tell_progress(run.pk, 0, 0)
    return run


def carry_on(run: ImportRun, *, by: Any) -> ImportRun:
    """Allow work on a run that was cut short; the caller then calls `check_import` or `apply_import`
    again."""
    with transaction.atomic():
        run = locked_run(run)
        if run.state not in (State.CHECKING, State.APPLYING):
            raise Refused(_("This import is not at work, so there is nothing to carry on."))
        run.error = ""
        run.save(update_fields=["error"])
        audit.record(EVENT + "carried_on", run, by=by, edition_id=run.edition_id)
    tell_progress(run.pk, run.rows_checked, run.rows_total)
    return run


def stop_import(run: ImportRun, *, by: Any) -> ImportRun:
    """Stop a check, or put a checked list away. Nothing was written to the fair."""
    with transaction.atomic():
        run = locked_run(run)
        require_step(IMPORT_STEPS, run.state, State.STOPPED, state_labels())
        run.state = State.STOPPED
        run.save(update_fields=["state"])
        audit.record(EVENT + "stopped", run, by=by, edition_id=run.edition_id)
    return run


def clear_import(run: ImportRun, *, by: Any) -> None:
    """Remove the run's staged rows and its file. Exhibitors it made stay."""
    with transaction.atomic():
        run = locked_run(run)
        if run.state in (State.CHECKING, State.APPLYING):
            raise Refused(_("This import is at work. Stop it first."))
        audit.record(EVENT + "cleared", run, by=by, edition_id=run.edition_id, before={"file": run.file_name})
        digest, file_name = run.file_digest, run.file_name
        run.delete()
    if not ImportRun.objects.filter(file_digest=digest).exists():
        forget_file(digest, file_name)


def locked_run(run: ImportRun) -> ImportRun:
    """A fresh copy, locked until the transaction ends."""
    return (
        ImportRun.objects.select_for_update(of=("self",)).select_related("edition__fair", "by").get(pk=run.pk)
    )


def find_run(run_id: int) -> ImportRun | None:
    """The run by its number, for background work; None when it was cleared away."""
    return ImportRun.objects.select_related("edition__fair", "by").filter(pk=run_id).first()


def unfinished_run(run: ImportRun) -> ImportRun | None:
    """An earlier run of the same file, source, mapping and defaults that was cut short at work: carry on
    with it."""
    same = ImportRun.objects.filter(
        edition=run.edition,
        file_digest=run.file_digest,
        source=run.source,
        state__in=(State.CHECKING, State.APPLYING),
    ).exclude(pk=run.pk)
    for found in same.order_by("-pk"):
        alike = all(found.options.get(key) == run.options.get(key) for key in ("area", "sector"))
        if alike and found.mapping == run.mapping:
            return found
    return None
