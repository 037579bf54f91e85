"""Brings a schedule in: kept, read, compared and shown. Applying is in schedule_apply.py."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import require_step
from everfair.base.codes import slug
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing_files import forget_file, keep_file, path_of
from everfair.fair.models import Edition
from everfair.gateways.schedules import MOST_BYTES, Problem, Read, ScheduleError, read_schedule, to_json
from everfair.programme.actions.schedule_compare import Plan, plan_schedule
from everfair.programme.models import SCHEDULE_STEPS, ScheduleRun
from everfair.programme.queries.schedule_runs import tell_progress

State = ScheduleRun.State
EVENT = "programme.schedule."
LONGEST_SOURCE = 60
Report = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


def register_schedule(
    edition: Edition,
    chunks: Iterable[bytes],
    file_name: str,
    *,
    by: Any,
    source: str = "",
    publish: bool = True,
    now: datetime | None = None,
) -> ScheduleRun:
    """Keep the file; `read_run` then reads it. Refused when it is too large, empty or the disk is full.

    `source` is the schedule's own name: later files of the same name are compared with this one. Without one the
    file's acronym is taken. `publish`: whether new sessions are announced when the file is applied.
    """
    kept = keep_file(_bounded(chunks), file_name)
    if kept.size == 0:
        forget_file(kept.digest, file_name)
        raise Refused(_("The file is empty. Choose the file that holds the schedule."), field="file")
    with transaction.atomic():
        run = ScheduleRun.objects.create(
            edition=edition,
            by=by,
            file_name=Path(file_name).name[:200],
            file_digest=kept.digest,
            source=" ".join(source.split())[:LONGEST_SOURCE],
            options={"publish": publish},
            state=State.READING,
            created_at=now or timezone.now(),
        )
        audit.record(EVENT + "registered", run, by=by, edition_id=edition.pk, after={"file": run.file_name})
    tell_progress(run.pk, 0, 0)
    return run


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, up to the largest file that is read: a larger one is refused before it fills the disk."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refused(
                _(
                    "The file is larger than the %(most)d MB that a schedule may have. Take pictures and logs out of "
                    "it, or export fewer days at a time."
                )
                % {"most": MOST_BYTES // 1_000_000},
                field="file",
            )
        yield chunk


def start_reading(run: ScheduleRun, *, by: Any, publish: bool | None = None) -> ScheduleRun:
    """Have the file read and compared once more, against what the programme is now."""
    with transaction.atomic():
        run = locked_run(run)
        require_step(SCHEDULE_STEPS, run.state, State.READING, state_labels())
        run.state, run.error, run.total, run.done = State.READING, "", 0, 0
        run.counts, run.differences, run.problems = {}, [], []
        if publish is not None:
            run.options = {**run.options, "publish": publish}
        run.save()
        audit.record(EVENT + "read_again", run, by=by, edition_id=run.edition_id)
    tell_progress(run.pk, 0, 0)
    return run


def read_run(run: ScheduleRun, *, report: Report = quiet) -> ScheduleRun:
    """Read the kept file and compare it. Ends in “ready”, or in “failed” with every reason. Safe to call again."""
    with translation.override(_language_of(run)):
        try:
            _read(run, report)
        except ScheduleError as error:
            _fail(run, str(error), error.problems)
        except Refused as error:
            _fail(run, str(error), ())
        except DatabaseError:
            raise
        except Exception:
            _fail(run, _("The file could not be read because of a fault of ours. Tell the operator."), ())
            raise
    run.refresh_from_db()
    return run


def _language_of(run: ScheduleRun) -> str:
    """Of the person who sent the file; of the command line where nobody did."""
    return CONTENT_TO_INTERFACE.get(getattr(run.by, "language", "") or "", translation.get_language() or "en")


def _read(run: ScheduleRun, report: Report) -> None:
    run.refresh_from_db()
    if run.state != State.READING:
        return
    report(0, 3)
    read = file_of(run)
    tell_progress(run.pk, 1, 3)
    report(1, 3)
    source = run.source or source_name(read, run.file_name)
    plan = plan_schedule(run.edition, read, source)
    tell_progress(run.pk, 2, 3)
    with transaction.atomic():
        run = locked_run(run)
        if run.state != State.READING:  # stopped meanwhile
            return
        run.source, run.format = source, read.format
        keep_plan(run, read, plan)
        run.state = State.READY
        run.save()
        after = {"source": source, **plan.counts}
        audit.record(EVENT + "read", run, by=run.by, edition_id=run.edition_id, after=after)
    report(3, 3)


def keep_plan(run: ScheduleRun, read: Read, plan: Plan) -> None:
    """Put the comparison on the run, in memory."""
    run.total, run.done = len(plan.matches) + len(plan.withdrawn), 0
    warnings = len(plan.problems)
    run.counts = {**plan.counts, "errors": 0, "warnings": warnings}
    run.differences = plan.differences
    run.problems = [_as_json(problem) for problem in plan.problems]
    run.carried = carried_of(read)
    run.error = ""


def carried_of(read: Read) -> dict[str, Any]:
    """What the file says beyond its events; rooms by name until stages are made."""
    schedule = read.schedule
    return {
        "conference": to_json(schedule.conference),
        "days": [to_json(day) for day in schedule.days],
        "version": schedule.version,
        "url": schedule.url,
    }


def _as_json(problem: Problem) -> dict[str, Any]:
    return {"event": problem.event, "message": problem.message, "is_warning": problem.is_warning}


def file_of(run: ScheduleRun) -> Read:
    """The kept file, read. Refused when it is gone, ScheduleError when something in it is wrong."""
    path = path_of(run.file_digest, run.file_name)
    if not path.exists():
        raise Refused(_("The file of this import is no longer kept. Send it again."))
    return read_schedule(path.read_bytes(), ZoneInfo(run.edition.time_zone or "UTC"))


def source_name(read: Read, file_name: str) -> str:
    """The schedule's own name: its acronym, else its title, else the file's name; - and _ are the same."""
    conference = read.schedule.conference
    for text in (conference.acronym, conference.title, Path(file_name).stem):
        if name := slug(text, LONGEST_SOURCE):
            return name
    return "schedule"


def _fail(run: ScheduleRun, sentence: str, problems: tuple[Problem, ...]) -> None:
    with transaction.atomic():
        run = locked_run(run)
        if run.state != State.READING:
            return
        run.state, run.error, run.finished_at = State.FAILED, sentence, timezone.now()
        run.source = run.source or slug(Path(run.file_name).stem, LONGEST_SOURCE) or "schedule"
        run.problems = [_as_json(problem) for problem in problems]
        run.counts = {"errors": len(problems) or 1, "warnings": 0}
        run.save()
        audit.record(EVENT + "failed", run, by=run.by, edition_id=run.edition_id, after={"error": sentence})


def carry_on(run: ScheduleRun, *, by: Any) -> ScheduleRun:
    """Allow work on a run that was cut short; the caller then queues its task again."""
    with transaction.atomic():
        run = locked_run(run)
        if run.state not in (State.READING, State.APPLYING):
            raise Refused(_("This import is not at work, so there is nothing to carry on."))
        audit.record(EVENT + "carried_on", run, by=by, edition_id=run.edition_id)
    tell_progress(run.pk, 0, run.total)
    return run


def stop_schedule(run: ScheduleRun, *, by: Any) -> ScheduleRun:
    """Put a schedule away. Nothing was written into the programme."""
    with transaction.atomic():
        run = locked_run(run)
        require_step(SCHEDULE_STEPS, run.state, State.STOPPED, state_labels())
        run.state = State.STOPPED
        run.save(update_fields=["state"])
        audit.record(EVENT + "stopped", run, by=by, edition_id=run.edition_id)
    return run


def clear_schedule(run: ScheduleRun, *, by: Any) -> None:
    """Forget a schedule that was not applied, and its file. An applied one stays: exports give back what it said."""
    with transaction.atomic():
        run = locked_run(run)
        if run.state in (State.READING, State.APPLYING):
            raise Refused(_("This import is at work. Stop it first."))
        if run.state == State.DONE:
            raise Refused(_("This schedule is part of the programme; what it says is given back on export."))
        audit.record(EVENT + "cleared", run, by=by, edition_id=run.edition_id, before={"file": run.file_name})
        digest, file_name = run.file_digest, run.file_name
        run.delete()
    if not ScheduleRun.objects.filter(file_digest=digest).exists():
        forget_file(digest, file_name)


def state_labels() -> dict[str, str]:
    """State → its name in the reader's language."""
    return {value: str(label) for value, label in State.choices}


def locked_run(run: ScheduleRun) -> ScheduleRun:
    """A fresh copy, locked until the transaction ends."""
    return (
        ScheduleRun.objects.select_for_update(of=("self",))
        .select_related("edition__fair", "by")
        .get(pk=run.pk)
    )


def find_run(run_id: int) -> ScheduleRun | None:
    """The run by its number, for background work; None when it was cleared away."""
    return ScheduleRun.objects.select_related("edition__fair", "by").filter(pk=run_id).first()
