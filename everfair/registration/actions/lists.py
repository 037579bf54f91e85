"""A list of people from upload to done: kept, columns guessed, every row checked, written all or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.codes import new_code
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind, Edition
from everfair.gateways.tables import Limits, Row, Table, TableError, read_rows
from everfair.registration.access import digest_of, secret_of
from everfair.registration.actions.list_files import forget_file, keep_file, path_of
from everfair.registration.actions.lists_plan import COMPARED, Planned, Planner, Problem
from everfair.registration.actions.places import lock_kind, take_place
from everfair.registration.forms.lists import RowReader, guess_fields, require_usable
from everfair.registration.models import Registration, RegistrationList

State = RegistrationList.State
AT_REST = (State.UPLOADED, State.READY, State.FAILED, State.STOPPED)
EVENT = "registration.list."
SAMPLE_ROWS, MOST_PROBLEMS, STEP = 50, 500, 2000
CODE_LENGTH = 10  # a hundred thousand codes at once must not meet
OWN_KINDS = ("xlsx", "csv", "jsonl")


def register_list(
    edition: Edition,
    chunks: Iterable[bytes],
    file_name: str,
    *,
    by: Any,
    kind: BadgeKind,
    name: str = "",
    delegation: Any = None,
    now: datetime | None = None,
) -> RegistrationList:
    """Keep the file and guess which column holds what. Refused with a sentence where it cannot be read; nothing is kept."""
    digest = keep_file(chunks, file_name)
    try:
        table = _open(path_of(digest, file_name))
        sample = [row.values for row in islice(table.rows(_ignore), SAMPLE_ROWS)]
        if not sample:
            raise Refused(
                _("The list has a heading but no rows below it. Choose the file that holds the people.")
            )
        fields = guess_fields(table.columns, sample, [kind])
        with transaction.atomic():
            run = RegistrationList.objects.create(
                edition=edition, kind=kind, delegation=delegation, by=by if getattr(by, "pk", None) else None,
                file_name=Path(file_name).name[:200], file_digest=digest,
                name=(name.strip() or Path(file_name).stem)[:60],
                mapping={"columns": list(table.columns), "fields": fields},
                options={"approve": delegation is None}, created_at=now or timezone.now(),
            )  # fmt: skip
            _record("registered", run, by, {"file": run.file_name, "name": run.name})
    except Refused:
        if not RegistrationList.objects.filter(file_digest=digest).exists():
            forget_file(digest, file_name)
        raise
    return run


def sample_of(run: RegistrationList, limit: int = 3) -> list[Mapping[str, object]]:
    """The first rows as they stand in the file. Refused when the file is gone."""
    return [row.values for row in islice(_table(run).rows(_ignore), limit)]


def save_list_mapping(
    run: RegistrationList, fields: Mapping[str, str], *, by: Any, options: Mapping[str, Any] | None = None
) -> RegistrationList:
    """Say which column holds what. `options`: approve (at once), letters (write to everybody who comes in)."""
    fields = {key: column for key, column in fields.items() if column}
    require_usable(fields, run.mapping["columns"])
    with transaction.atomic():
        row = locked_list(run)
        if row.state not in AT_REST:
            raise Refused(_("This list is at work or done; its columns can no longer be changed."))
        row.mapping = {**row.mapping, "fields": fields}
        row.options = {**row.options, **(options or {})}
        row.state, row.counts, row.problems, row.error = State.UPLOADED, {}, [], ""
        row.save(update_fields=["mapping", "options", "state", "counts", "problems", "error"])
    return row


def start_check(run: RegistrationList, *, by: Any) -> RegistrationList:
    """Move the list to “checking”; `check_list` then does the work."""
    with transaction.atomic():
        row = locked_list(run)
        if row.state not in AT_REST:
            raise Refused(_("This list is at work or done already."))
        row.state, row.error, row.counts, row.problems = State.CHECKING, "", {}, []
        row.rows_done = row.rows_total = 0
        row.save()
        _record("check_started", row, by, {})
    return row


def check_list(run: RegistrationList) -> RegistrationList:
    """Judge every row. Cut short, it is simply begun again: nothing is written but the judgement."""
    with _in_language_of(run):
        try:
            _check(run)
        except Refused as error:
            RegistrationList.objects.filter(pk=run.pk, state=State.CHECKING).update(
                state=State.FAILED, error=str(error), finished_at=timezone.now()
            )
    run.refresh_from_db()
    return run


def _check(run: RegistrationList) -> None:
    run.refresh_from_db()
    if run.state != State.CHECKING:
        return
    total = sum(1 for _item in _items(_table(run)))
    RegistrationList.objects.filter(pk=run.pk).update(rows_total=total)
    planner = Planner(run, _reader(run))
    problems: list[dict[str, Any]] = []
    for count, answer in enumerate(planner.plan(_items(_table(run))), start=1):
        if isinstance(answer, Problem) and len(problems) < MOST_PROBLEMS:
            problems.append(answer.as_dict())
        if count % STEP == 0:
            tell_progress(run.pk, count, total)
            still = RegistrationList.objects.filter(pk=run.pk, state=State.CHECKING)
            if not still.update(rows_done=count):
                return  # stopped
    RegistrationList.objects.filter(pk=run.pk, state=State.CHECKING).update(
        state=State.READY, rows_done=total, counts=dict(planner.counts), problems=problems
    )


def start_applying(run: RegistrationList, *, by: Any, skip_bad_rows: bool = False) -> RegistrationList:
    """Move a checked list to “applying”. Refused while rows are bad, unless they are to be left out."""
    with transaction.atomic():
        row = locked_list(run)
        if row.state != State.READY:
            raise Refused(_("Check the list first; then it can be written into the fair."))
        bad = row.counts.get("bad_rows", 0)
        if bad and not skip_bad_rows:
            raise Refused(
                _("%(count)d rows have errors. Correct them and send the list again, or leave them out.") % {"count": bad}
            )  # fmt: skip
        row.state, row.error, row.rows_done = State.APPLYING, "", 0
        row.options = {**row.options, "skip_bad_rows": skip_bad_rows}
        row.save(update_fields=["state", "error", "rows_done", "options"])
        _record("apply_started", row, by, {"skip_bad_rows": skip_bad_rows})
    return row


def apply_list(run: RegistrationList, *, now: datetime | None = None) -> RegistrationList:
    """Write every good row in one transaction, or none. Begun again after a cut it starts from nothing, rightly so.

    A row that has become bad since the check puts the list back to “ready” with the reason, and nothing is written,
    unless bad rows are left out.
    """
    now = now or timezone.now()
    with _in_language_of(run):
        try:
            with transaction.atomic():
                _apply(run, now)
        except (Refused, IntegrityError) as error:
            sentence = str(error) if isinstance(error, Refused) else _meanwhile()
            RegistrationList.objects.filter(pk=run.pk, state=State.APPLYING).update(
                state=State.READY, error=sentence
            )
    run.refresh_from_db()
    return run


def _meanwhile() -> str:
    return _(
        "Somebody of this list registered in another way meanwhile. Nothing was written; check the list again."
    )


def _apply(run: RegistrationList, now: datetime) -> None:
    row = locked_list(run)
    if row.state != State.APPLYING:
        return
    locked = {key: lock_kind(key) for key in sorted(row.edition.badge_kinds.values_list("pk", flat=True))}
    planner = Planner(row, _reader(row, {kind.code: kind for kind in locked.values()}))
    fresh: list[Registration] = []
    changed: list[Registration] = []
    for count, answer in enumerate(planner.plan(_items(_table(row))), start=1):
        if isinstance(answer, Problem):
            if not row.options.get("skip_bad_rows"):
                raise Refused(
                    _("Row %(row)d: %(why)s Nothing was written. Check the list again.")
                    % {"row": answer.row, "why": answer.message}
                )
            continue
        if answer.existing is None:
            fresh.append(_new(row, answer, now))
        elif answer.is_changed:
            changed.append(_altered(answer))
        if len(fresh) >= STEP:
            _write(fresh, changed)
        if count % STEP == 0:
            tell_progress(row.pk, count, row.rows_total)
    _write(fresh, changed)
    for key, taken in planner.taken.items():
        if taken > locked[key].expected:
            take_place(locked[key], taken - locked[key].expected)
    row.state, row.finished_at, row.rows_done = State.DONE, now, row.rows_total
    row.counts = dict(planner.counts)
    row.options = {**row.options, "applied_at": now.isoformat()}
    row.save()
    _record("applied", row, row.by, row.counts)


def _new(run: RegistrationList, planned: Planned, now: datetime) -> Registration:
    made = Registration(
        edition_id=run.edition_id, kind=planned.kind, code=new_code(CODE_LENGTH), state=planned.state,
        source=Registration.Source.GROUP if run.delegation_id else Registration.Source.LIST,
        delegation_id=run.delegation_id, list_name=run.name, external_id=planned.external_id, registered_at=now,
        decided_at=now if planned.state == Registration.State.APPROVED else None, **planned.values,
    )  # fmt: skip
    made.secret_digest = digest_of(secret_of(made))
    return made


def _altered(planned: Planned) -> Registration:
    row = planned.existing
    assert row is not None  # only rows that were there are altered
    for name in COMPARED:
        setattr(row, name, planned.values[name])
    row.version += 1
    return row


def _write(fresh: list[Registration], changed: list[Registration]) -> None:
    Registration.objects.bulk_create(fresh, batch_size=STEP)
    if changed:
        Registration.objects.bulk_update(changed, [*COMPARED, "version"], batch_size=200)
    fresh.clear()
    changed.clear()


def stop_list(run: RegistrationList, *, by: Any) -> RegistrationList:
    """Stop a check, or put a checked list away. Nothing was written."""
    with transaction.atomic():
        row = locked_list(run)
        if row.state in (State.APPLYING, State.DONE):
            raise Refused(_("The list is being written or is done; it cannot be stopped any more."))
        row.state = State.STOPPED
        row.save(update_fields=["state"])
        _record("stopped", row, by, {})
    return row


def clear_list(run: RegistrationList, *, by: Any) -> None:
    """Forget the file and its findings. People it brought stay."""
    with transaction.atomic():
        row = locked_list(run)
        if row.state in (State.CHECKING, State.APPLYING):
            raise Refused(_("This list is at work. Stop it first."))
        _record("cleared", row, by, {"file": row.file_name})
        digest, file_name = row.file_digest, row.file_name
        row.delete()
    if not RegistrationList.objects.filter(file_digest=digest).exists():
        forget_file(digest, file_name)


def locked_list(run: RegistrationList) -> RegistrationList:
    """A fresh copy, locked until the transaction ends."""
    return (
        RegistrationList.objects.select_for_update(of=("self",))
        .select_related("edition__fair", "by", "kind", "delegation")
        .get(pk=run.pk)
    )


def find_list(key: int) -> RegistrationList | None:
    """The list by its number, for background work; None when it was cleared away."""
    return (
        RegistrationList.objects.select_related("edition__fair", "by", "kind", "delegation")
        .filter(pk=key)
        .first()
    )


def tell_progress(key: int, done: int, total: int) -> None:
    """A sign of life outside the transaction."""
    told = {"done": done, "total": total, "at": timezone.now().timestamp()}
    cache.set(f"everfair.registration-list.{key}", told, timeout=3600)


def progress_of(run: RegistrationList) -> tuple[int, int]:
    """(rows done, rows in all): while applying from the cache, for its transaction is not visible yet."""
    told = cache.get(f"everfair.registration-list.{run.pk}") or {}
    if run.state == State.APPLYING:
        return told.get("done", 0), told.get("total", run.rows_total)
    return run.rows_done, run.rows_total


def _reader(run: RegistrationList, kinds: Mapping[str, BadgeKind] | None = None) -> RowReader:
    known = kinds or {kind.code: kind for kind in run.edition.badge_kinds.select_related("edition")}
    default = next((kind for kind in known.values() if kind.pk == run.kind_id), None)
    if default is None:
        raise Refused(_("The list's kind of badge is gone. Send the list again with another kind."))
    if run.delegation_id is not None:  # a delegation's list brings people under its one kind only
        known = {default.code: default}
    language = "zh" if "zh" in run.edition.languages and run.edition.languages[0] == "zh" else "en"
    return RowReader(run.mapping["fields"], known, default, language)


def _table(run: RegistrationList) -> Table:
    path = path_of(run.file_digest, run.file_name)
    if not path.exists():
        raise Refused(_("The file of this list is no longer kept. Send it again."))
    return _open(path)


def _open(path: Path) -> Table:
    table = read_rows(path, limits=Limits(max_bytes=settings.MAX_LIST_MB * 1_000_000))
    if table.kind not in OWN_KINDS:
        raise Refused(_("This file is no list. Send an Excel workbook (.xlsx), a CSV file or JSON lines."))
    return table


def _ignore(_error: TableError) -> None:
    """Bad lines are told when the list is checked."""


def _items(table: Table) -> Iterator[Row | TableError]:
    """Rows and errors of single rows, in the file's order."""
    errors: list[TableError] = []
    for row in table.rows(errors.append):
        yield from errors
        errors.clear()
        yield row
    yield from errors


def _in_language_of(run: RegistrationList) -> Any:
    """Sentences about rows are read by whoever sent the list."""
    language = getattr(run.by, "language", "") or ""
    return translation.override(CONTENT_TO_INTERFACE.get(language, translation.get_language() or "en"))


def _record(what: str, run: RegistrationList, by: Any, after: Mapping[str, Any]) -> None:
    audit.record(EVENT + what, run, by=by, edition_id=run.edition_id, after=after)
