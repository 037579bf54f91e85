"""A list of needs in the background: kept, judged row by row, written whole or not at all. The rows are importing.py's work."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit, progress
from everfair.base.charts import require_step
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing_files import forget_file, keep_file, path_of
from everfair.fair.models import Edition
from everfair.matchmaking.actions.importing import Report, count_rows, import_needs, open_list
from everfair.matchmaking.models import NEED_LIST_STEPS, NeedList
from everfair.matchmaking.queries.need_lists import KIND

State = NeedList.State
EVENT = "matchmaking.list."


def lists_folder() -> Path:
    """Where lists wait until they are written or put away."""
    return Path(settings.DATA_DIR) / "needs"


def register_list(
    edition: Edition,
    chunks: Iterable[bytes],
    file_name: str,
    *,
    by: Any,
    source: str = "",
    writes: bool = False,
    skips_bad: bool = False,
    now: datetime | None = None,
) -> NeedList:
    """Keep the file; `carry_out` then judges it and, with `writes`, writes it where no row is bad or `skips_bad`.

    Refused with a sentence where it is no list of needs; then nothing is kept.
    """
    kept = keep_file(chunks, file_name, lists_folder())
    try:
        opened = open_list(edition, kept.path, source=source, file_name=file_name)
        with transaction.atomic():
            row = NeedList.objects.create(
                edition=edition, by=by, file_name=Path(file_name).name[:200], file_digest=kept.digest,
                source=opened.report.source, writes=writes, skips_bad=skips_bad, unused=opened.report.unused,
                created_at=now or timezone.now(),
            )  # fmt: skip
            _record("registered", row, by)
    except Refused:
        _forget(kept.digest, file_name)
        raise
    progress.tell(KIND, row.pk, 0, 0)
    return row


def find_list(key: int) -> NeedList | None:
    """The list by its number, for background work; None when it was put away."""
    return NeedList.objects.select_related("edition__fair", "by").filter(pk=key).first()


def carry_out(row: NeedList) -> NeedList:
    """Judge the list, then write it if that was asked for. Cut short it begins again: nothing was half written.

    A fault stays on the row in a sentence and is raised again.
    """
    language = getattr(row.by, "language", "") or ""
    with translation.override(CONTENT_TO_INTERFACE.get(language, translation.get_language() or "en")):
        try:
            if row.state == State.CHECKING:
                row = _judge(row)
            if row.state == State.APPLYING:
                row = _write(row)
        except Exception:
            sentence = _(
                "The work stopped by a fault; nothing was written. Carry on, or send the list again."
            )
            NeedList.objects.filter(pk=row.pk).update(error=sentence)
            raise
    return row


def _judge(row: NeedList) -> NeedList:
    rows = NeedList.objects.filter(pk=row.pk, state=State.CHECKING)

    def tell(done: int) -> None:
        if not rows.update(rows_done=done):
            raise _Gone
        progress.tell(KIND, row.pk, done, total)

    try:
        total = count_rows(open_list(row.edition, _path_of(row), file_name=row.file_name).table)
        rows.update(rows_total=total, rows_done=0)
        report = _import(row, tell, is_trial=True)
    except _Gone:
        return _again(row)
    except Refused as error:
        rows.update(state=State.FAILED, error=str(error), finished_at=timezone.now())
        return _again(row)
    good = report.new + report.changed + report.unchanged
    goes_on = row.writes and good > 0 and (not report.bad or row.skips_bad)
    rows.update(
        state=State.APPLYING if goes_on else State.READY,
        rows_done=report.rows, rows_total=report.rows, error="", **_found(report),
    )  # fmt: skip
    return _again(row)


class _Gone(Exception):
    """The list was put away while it was judged."""


def _write(row: NeedList) -> NeedList:
    try:
        with transaction.atomic():
            locked = lock_list(row)
            if locked.state != State.APPLYING:
                return locked
            report = _import(row, lambda done: progress.tell(KIND, row.pk, done, row.rows_total))
            locked.state = State.DONE if report.is_written else State.READY
            locked.finished_at = timezone.now() if report.is_written else None
            locked.error = "" if report.is_written else _not_written(report)
            for name, value in _found(report).items():
                setattr(locked, name, value)
            locked.save()
    except Refused as error:
        NeedList.objects.filter(pk=row.pk, state=State.APPLYING).update(state=State.READY, error=str(error))
    row = _again(row)
    if row.state == State.DONE:
        _forget(row.file_digest, row.file_name)
    return row


def _again(row: NeedList) -> NeedList:
    """As it stands now; as it was where it was put away meanwhile."""
    return find_list(row.pk) or row


def _import(row: NeedList, tell: Any, *, is_trial: bool = False) -> Report:
    return import_needs(
        row.edition, _path_of(row), by=row.by, source=row.source, file_name=row.file_name,
        skip_bad=row.skips_bad, is_trial=is_trial, tell=tell,
    )  # fmt: skip


def _found(report: Report) -> dict[str, Any]:
    return {"counts": report.counts(), "problems": [problem.as_dict() for problem in report.problems]}


def _not_written(report: Report) -> str:
    first = report.problems[0]
    return _("Since the list was judged, row %(row)d has become bad: %(why)s Nothing was written.") % {
        "row": first.row,
        "why": first.message,
    }


def start_writing(row: NeedList, *, by: Any, skips_bad: bool = False) -> NeedList:
    """A judged list is to be written; `carry_out` then does it. Refused while rows are bad, unless they are left out."""
    with transaction.atomic():
        locked = lock_list(row)
        require_step(NEED_LIST_STEPS, locked.state, State.APPLYING, _labels())
        bad = locked.counts.get("bad", 0)
        if bad and not skips_bad:
            raise Refused(
                _("Some rows have errors. Correct them and send the list again, or leave them out.")
            )
        if bad == locked.counts.get("rows", 0):
            raise Refused(
                _("Every row has errors, so there is nothing to write. Correct the list and send it again.")
            )
        locked.state, locked.writes, locked.skips_bad, locked.error = State.APPLYING, True, skips_bad, ""
        locked.save(update_fields=["state", "writes", "skips_bad", "error"])
        _record("write_started", locked, by)
    progress.tell(KIND, row.pk, 0, locked.rows_total)
    return locked


def begin_again(row: NeedList, *, by: Any) -> NeedList:
    """Judge once more, with the fair as it is now; work that was cut short goes on. Refused once the list is written."""
    with transaction.atomic():
        locked = lock_list(row)
        if locked.state not in (State.CHECKING, State.APPLYING):
            require_step(NEED_LIST_STEPS, locked.state, State.CHECKING, _labels())
            locked.state, locked.writes = State.CHECKING, False
            locked.counts, locked.problems, locked.rows_done = {}, [], 0
        locked.error = ""
        locked.save()
    progress.tell(KIND, row.pk, locked.rows_done, locked.rows_total)
    return locked


def put_away(row: NeedList, *, by: Any) -> None:
    """Forget the file and what was found in it. Needs it brought stay."""
    with transaction.atomic():
        locked = lock_list(row)
        if locked.state == State.APPLYING:
            raise Refused(_("This list is being written. Wait until it is done."))
        _record("put_away", locked, by)
        locked.delete()
    _forget(row.file_digest, row.file_name)


def lock_list(row: NeedList) -> NeedList:
    """A fresh copy, locked until the transaction ends."""
    return (
        NeedList.objects.select_for_update(of=("self",)).select_related("edition__fair", "by").get(pk=row.pk)
    )


def _path_of(row: NeedList) -> Path:
    path = path_of(row.file_digest, row.file_name, lists_folder())
    if not path.exists():
        raise Refused(_("The file of this list is no longer kept. Send it again."))
    return path


def _forget(digest: str, file_name: str) -> None:
    """Remove the file unless another list that is still to be written is the same one."""
    if not NeedList.objects.filter(file_digest=digest).exclude(state=State.DONE).exists():
        forget_file(digest, file_name, lists_folder())


def _labels() -> dict[str, str]:
    return {value: str(label) for value, label in State.choices}


def _record(what: str, row: NeedList, by: Any) -> None:
    after = {"file": row.file_name, "name": row.source}
    audit.record(EVENT + what, row, by=by, edition_id=row.edition_id, after=after)
