"""Runs of the generator: started at the desk, carried out in a process of their own, stopped, removed. A dry run until published."""

import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.meetings.models import Run, RunRow
from everfair.meetings.queries import runs as queries
from everfair.meetings.queries.inputs import read_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from everfair.engines.scheduling import Progress
    from everfair.meetings.bridge.problem import Made

EVENT = "meetings.run."
State = Run.State
SIGN_OF_LIFE = 1.0  # seconds between two signs of life
TRIES = 3  # a run whose process ends without a word is begun so often
LONGEST = 1800  # seconds a run may think
MOST_SUGGESTED = 20  # as many as recommendations are kept


def start_run(edition: Edition, values: Mapping[str, Any], *, by: Any, now: datetime | None = None) -> Run:
    """Note that a timetable is to be made; a process of its own takes it up. Refused while another run is under way.

    `values`: kind, seed, limit (seconds), breaks and walking (what one costs), share_first, start (number of a run to go on
    from), suggest (meetings the fair adds for each person; 0, where it is missing).
    """
    missing = queries.what_is_missing(edition)
    if missing:
        raise Refused(missing[0])
    options = {name: values[name] for name in ("seed", "limit", "breaks", "walking", "share_first")}
    if not 1 <= options["limit"] <= LONGEST:
        raise Refused(
            _("Let it think for between 1 and %(most)s seconds.") % {"most": LONGEST}, field="limit"
        )
    if min(options["breaks"], options["walking"], options["seed"]) < 0:
        raise Refused(_("Numbers below 0 mean nothing here."))
    options["suggest"] = int(values.get("suggest") or 0)
    if not 0 <= options["suggest"] <= MOST_SUGGESTED:
        raise Refused(
            _("Suggest at most %(most)s meetings for each person.") % {"most": MOST_SUGGESTED},
            field="suggest",
        )
    if values.get("start"):
        options["start"] = values["start"]
    try:
        with transaction.atomic():
            Edition.objects.select_for_update().get(pk=edition.pk)  # numbers are given once
            last = Run.objects.filter(edition=edition).aggregate(last=Max("number"))["last"] or 0
            run = Run.objects.create(
                edition=edition, number=last + 1, kind=values["kind"], options=options, by=by,
                made_at=now or timezone.now(),
            )  # fmt: skip
            audit.record(
                EVENT + "started", run, by=by, edition_id=edition.pk,
                after={"number": run.number, "kind": run.kind, **options}, now=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("A run is under way. Wait until it is done, or stop it.")) from None
    return run


def ask_stop(run: Run, *, by: Any, now: datetime | None = None) -> Run:
    """End a run with the best found so far. One that did not begin yet ends with nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state not in (State.WAITING, State.RUNNING):
            raise Refused(_("This run has ended already."))
        row.stop_asked = True
        if row.state == State.WAITING:
            row.state, row.ended_at = State.STOPPED, now
        row.save(update_fields=["stop_asked", "state", "ended_at"])
        audit.record(EVENT + "stopped", row, by=by, edition_id=row.edition_id, now=now)
    return row


def remove_run(run: Run, *, by: Any) -> None:
    """A run and what it found are gone. Meetings that were made from it stay."""
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state in (State.WAITING, State.RUNNING) or queries.is_publishing(row):
            raise Refused(_("This run is under way. Stop it first."))
        if row.state == State.PUBLISHED:
            raise Refused(
                _("This run was published; it stays, so that everybody can see where meetings came from.")
            )
        audit.record(EVENT + "removed", row, by=by, edition_id=row.edition_id, before={"number": row.number})
        row.delete()


def runs_to_carry_out(now: datetime | None = None) -> list[int]:
    """Runs that wait, and those whose process gave no sign of life for a while: their server stopped."""
    now = now or timezone.now()
    found = Run.objects.filter(state__in=(State.WAITING, State.RUNNING)).only("pk", "state", "progress")
    return [run.pk for run in found if run.state == State.WAITING or queries.is_silent(run, now)]


def let_go(run_id: int, process: int) -> bool:
    """A process of this machine ended. Whether its run is still to be carried out: it said nothing of an end."""
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if row is None or row.state not in (State.WAITING, State.RUNNING):
            return False
        if row.state == State.RUNNING:
            if row.progress.get("process") != _own_name(process):
                return False
            row.progress = {**row.progress, "at": 0}
            row.save(update_fields=["progress"])
    return True


def give_up(run_id: int) -> None:
    """After some tries that ended without a word: the run has failed."""
    row = Run.objects.filter(pk=run_id, state__in=(State.WAITING, State.RUNNING)).first()
    if row is not None:
        with _in_the_language_of(row):
            _fail(
                row,
                _(
                    "Making the timetable broke off several times. Ask who runs the server to look at its log."
                ),
            )


def carry_out(run_id: int) -> str:
    """Make the timetable of a run, in this process. The state it ends in; "taken" where another process has it."""
    row = _claim(run_id)
    if row is None:
        return "taken"
    with _in_the_language_of(row), _Life(row) as life:
        try:
            return _make(row, life)
        except Refused as refused:
            return _fail(row, str(refused))


def _claim(run_id: int) -> Run | None:
    now = timezone.now()
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if row is None or row.state not in (State.WAITING, State.RUNNING):
            return None
        if row.state == State.RUNNING and not queries.is_silent(row, now):
            return None
        row.state, row.started_at = State.RUNNING, row.started_at or now
        tries = row.progress.get("tries", 0) + 1
        row.progress = {"step": "read", "at": now.timestamp(), "tries": tries, "process": _own_name()}
        row.save(update_fields=["state", "started_at", "progress"])
        if tries > TRIES:
            _fail(
                row,
                _(
                    "Making the timetable broke off several times. Ask who runs the server to look at its log."
                ),
            )
            return None
    return Run.objects.select_related("edition__fair", "by").get(pk=run_id)


def _own_name(process: int = 0) -> str:
    return f"{socket.gethostname()}:{process or os.getpid()}"


class _Life:
    """Signs of life of a run: every second from a thread of its own, so that a long step does not look like an end."""

    def __init__(self, run: Run) -> None:
        self.run_id, self.own = run.pk, _own_name()
        self.told: dict[str, Any] = dict(run.progress)
        self.is_stopped = False  # somebody asked to stop
        self.is_lost = False  # the run is gone, or another process has it
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> "_Life":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join(timeout=10)

    def step(self, name: str) -> None:
        self.told = {**self.told, "step": name}

    def report(self, progress: "Progress") -> bool:
        """For the engine: noted here, written by the thread. False ends with the best so far."""
        self.told = {
            **self.told, "step": progress.step, "seconds": round(progress.seconds, 1), "placed": progress.placed,
            "weight": progress.weight, "breaks": progress.breaks, "bound": progress.bound,
        }  # fmt: skip
        return not (self.is_stopped or self.is_lost)

    def _tell(self) -> None:
        while not self._ended.wait(SIGN_OF_LIFE):
            try:
                self._look()
            except DatabaseError:  # SQLite is being written: the next turn
                continue
        connection.close()

    def _look(self) -> None:
        row = Run.objects.filter(pk=self.run_id).values("stop_asked", "progress", "state").first()
        if row is None or row["state"] != State.RUNNING or row["progress"].get("process") != self.own:
            self.is_lost = True
            return
        self.is_stopped = row["stop_asked"]
        told = {**self.told, "at": timezone.now().timestamp()}
        Run.objects.filter(pk=self.run_id, state=State.RUNNING).update(progress=told)


def _make(row: Run, life: _Life) -> str:
    from everfair.engines.scheduling import ProblemError  # slow import: numpy, and what solves
    from everfair.meetings.bridge.answers import figures, moves_told, run_rows
    from everfair.meetings.bridge.problem import NothingToPlace, make_problem
    from everfair.meetings.bridge.solving import solve_run

    now = timezone.now()
    options = row.options
    try:
        made = make_problem(
            read_inputs(row.edition, suggest=options.get("suggest", 0)), row.kind, options, now
        )
        life.step("select")
        solved = solve_run(
            made, row.kind, seed=options["seed"], limit=float(options["limit"]), clock=time.monotonic,
            report=life.report, start=_start_of(row, made),
        )  # fmt: skip
    except NothingToPlace:
        raise Refused(
            _("There is nothing to place: no wish or request has a slot, a place and people on both sides.")
        ) from None
    except ProblemError as error:
        raise Refused(_problem_words(error)) from error
    if solved.answer.table is None:
        raise Refused(_("No timetable was found in this time. Let it think for longer."))
    if solved.faults:
        raise Refused(
            _(
                "What was found broke a rule, so it was thrown away. Nothing was changed. Ask who runs the server to report this: %(fault)s"
            )
            % {"fault": solved.faults[0]}
        )
    life.step("write")
    rows = run_rows(row, made, solved.answer.table)
    result = figures(made, solved.answer, rows, queries.groups_of(row.edition))
    result["moved"] = moves_told(made, solved.moved, rows)
    if life.is_lost:
        return "taken"
    return _finish(row, rows, result, made.digest, is_stopped=life.is_stopped)


def _finish(row: Run, rows: list[RunRow], result: dict[str, Any], digest: str, *, is_stopped: bool) -> str:
    with transaction.atomic():
        held = Run.objects.select_for_update(of=("self",)).filter(pk=row.pk, state=State.RUNNING).first()
        if held is None:
            return "taken"
        RunRow.objects.filter(run=held).delete()
        RunRow.objects.bulk_create(rows, batch_size=500)
        held.state = State.STOPPED if is_stopped else State.DONE
        held.result, held.input_digest, held.error = result, digest, ""
        held.ended_at = timezone.now()
        held.progress = {**held.progress, "step": "", "placed": result["placed"]}
        held.save(update_fields=["state", "result", "input_digest", "error", "ended_at", "progress"])
        audit.record(
            EVENT + "done", held, by=None, edition_id=held.edition_id,
            after={"number": held.number, "requests": result["requests"], "placed": result["placed"]},
        )  # fmt: skip
        return held.state


def _fail(row: Run, sentence: str) -> str:
    Run.objects.filter(pk=row.pk, state__in=(State.WAITING, State.RUNNING)).update(
        state=State.FAILED, error=sentence, ended_at=timezone.now()
    )
    return State.FAILED


def _problem_words(error: Any) -> str:
    """What the engine says of its input, without naming anybody: which part, and what is wrong with it."""
    if error.field.startswith("requests.locked"):
        return _(
            "Meetings that people confirmed contradict each other or somebody's limits. Look for two at one time in the list of meetings, and move one by hand."
        )
    return _("The timetable cannot be made as things stand: %(field)s: %(reason)s") % {
        "field": error.field.partition("[")[0],
        "reason": error.reason,
    }


def _start_of(row: Run, made: "Made") -> Any:
    """The timetable of an earlier run, to go on from; None where it is gone."""
    from everfair.meetings.bridge.answers import table_of  # slow import: numpy

    earlier = Run.objects.filter(edition=row.edition, number=row.options.get("start") or 0).first()
    return table_of(made, list(earlier.rows.exclude(slot=None))) if earlier is not None else None


@contextmanager
def _in_the_language_of(row: Run) -> "Iterator[None]":
    language = row.by.language if row.by is not None else "en"
    with translation.override(CONTENT_TO_INTERFACE.get(language, "en")):
        yield


def forget_old_runs(now: datetime | None = None) -> int:
    """Runs that were never published, a month after they ended. How many."""
    before = (now or timezone.now()) - timedelta(days=30)
    old = Run.objects.filter(ended_at__lt=before).exclude(state=State.PUBLISHED)
    return old.delete()[0]
