"""Applies a schedule that was shown, in one transaction: cut short at any moment, nothing is written and it can be run again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change, note_changes
from everfair.base.charts import require_step
from everfair.base.codes import slug
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing import is_full
from everfair.exhibition.actions.importing_files import storage_full
from everfair.fair.models import Edition
from everfair.gateways.schedules import Event, Link, Read, Room, to_json
from everfair.programme import notices
from everfair.programme.actions.guards import EVENT as SESSION_EVENT
from everfair.programme.actions.guards import lock_stages
from everfair.programme.actions.moves import Facts, facts_of, note_move
from everfair.programme.actions.schedule_compare import Match, Plan, plan_schedule, room_key
from everfair.programme.actions.schedule_people import write_speakers
from everfair.programme.actions.schedule_reading import (
    EVENT,
    Report,
    file_of,
    keep_plan,
    locked_run,
    quiet,
    state_labels,
)
from everfair.programme.actions.waiting import move_up
from everfair.programme.models import SCHEDULE_STEPS, Material, ScheduleRun, Session, Stage
from everfair.programme.queries.exchange_values import storable
from everfair.programme.queries.schedule_runs import tell_progress

State = ScheduleRun.State
_BATCH = 200
_COLUMNS = [
    "title", "subtitle", "abstract", "track", "language", "starts_at", "ends_at", "replay_url", "kind",
    "stage", "format", "state", "reason", "carried", "version", "changed_at",
]  # fmt: skip


def start_applying(run: ScheduleRun, *, by: Any, publish: bool | None = None) -> ScheduleRun:
    """Move a schedule that was shown to “being applied”; `apply_run` then does the work."""
    with transaction.atomic():
        run = locked_run(run)
        require_step(SCHEDULE_STEPS, run.state, State.APPLYING, state_labels())
        if publish is not None:
            run.options = {**run.options, "publish": publish}
        run.state, run.error = State.APPLYING, ""
        run.save(update_fields=["state", "options", "error"])
        after = {"publish": bool(run.options.get("publish"))}
        audit.record(EVENT + "apply_started", run, by=by, edition_id=run.edition_id, after=after)
    tell_progress(run.pk, 0, run.total)
    return run


def apply_run(
    run: ScheduleRun, *, by: Any = None, report: Report = quiet, now: datetime | None = None
) -> ScheduleRun:
    """Write everything in one transaction. Calling it again after it was cut short is safe, also twice at once.

    Raises Refused with a sentence when the programme is no longer the one the comparison was made with (the run is
    then ready again, with a fresh comparison), or when the disk is full.
    """
    language = CONTENT_TO_INTERFACE.get(
        getattr(run.by, "language", "") or "", translation.get_language() or "en"
    )
    with translation.override(language):
        try:
            outdated = _apply(run, by, report, now or timezone.now())
        except Refused as error:
            _ready_again(run, str(error))
            raise
        except DatabaseError as error:
            sentence = storage_full() if is_full(error) else _("The database refused; nothing was written.")
            _ready_again(run, sentence)
            if is_full(error):
                raise Refused(sentence) from error
            raise
        except Exception:
            _ready_again(run, _("It stopped by a fault of ours; nothing was written. Tell the operator."))
            raise
    run.refresh_from_db()
    if outdated:
        raise Refused(run.error)
    return run


def _apply(run: ScheduleRun, by: Any, report: Report, now: datetime) -> bool:
    """True when the comparison shown was outdated: a fresh one stands on the run and nothing else was written."""
    with transaction.atomic():
        locked = locked_run(run)
        if locked.state != State.APPLYING:
            return False
        Edition.objects.select_for_update(no_key=True).get(pk=locked.edition_id)
        lock_stages(Stage.objects.filter(edition=locked.edition_id).values_list("pk", flat=True))
        read = file_of(locked)
        plan = plan_schedule(locked.edition, read, locked.source, lock=True)
        if plan.differences != locked.differences:
            keep_plan(locked, read, plan)
            locked.state = State.READY
            locked.error = _(
                "The programme was changed after the comparison was made. Look at the new comparison, then apply it."
            )
            locked.save()
            return True
        _Applier(locked, read, plan, by or locked.by, report, now).write()
        return False


def _ready_again(run: ScheduleRun, sentence: str) -> None:
    try:
        ScheduleRun.objects.filter(pk=run.pk, state=State.APPLYING).update(state=State.READY, error=sentence)
    except DatabaseError:
        return  # still no room: the run stays “being applied” and can be applied again as it is


class _Applier:
    """One application: what was made and changed, until everything is written."""

    def __init__(
        self, run: ScheduleRun, read: Read, plan: Plan, by: Any, report: Report, now: datetime
    ) -> None:
        self.run, self.read, self.plan, self.by = run, read, plan, by
        self.report, self.now = report, now
        self.edition = run.edition
        self.publishes = bool(run.options.get("publish"))
        self.stages = dict(plan.stages)
        self.steps = 0

    def write(self) -> None:
        """Everything, in the caller's transaction."""
        self._make_stages()
        new = [match for match in self.plan.matches if match.session is None]
        old = [match for match in self.plan.matches if match.session is not None]
        made = [self._new_session(match) for match in new]
        Session.objects.bulk_create(made, batch_size=_BATCH)
        for match, row in zip(new, made, strict=True):
            match.session = row
        self._advance(len(new))
        touched = self._change(old)
        self._withdraw()
        speakers = write_speakers(
            self.edition,
            self.run.source,
            [match for match in new + old if match.changes_speakers],
            self.plan.parts,
        )
        self._write_materials(new + old)
        keys = [row.pk for row in (*made, *touched, *self.plan.withdrawn)]
        note_changes("programme.session", keys, self.edition.pk)
        note_changes("programme.speaker", speakers, self.edition.pk)
        self._finish()

    def _advance(self, count: int) -> None:
        self.steps += count
        self.report(self.steps, self.run.total)
        tell_progress(self.run.pk, self.steps, self.run.total)

    def _make_stages(self) -> None:
        taken = set(Stage.objects.filter(edition=self.edition).values_list("code", flat=True))
        place = len(taken)
        for room in self.plan.new_rooms:
            stage = Stage(
                edition=self.edition,
                code=_free_code(room, taken),
                name={"zh" if not room.name.isascii() and not slug(room.name) else "en": room.name[:120]},
                kind=Stage.Kind.ONLINE if room.type in ("online", "bbb", "virtual") else Stage.Kind.ROOM,
                seats=room.capacity or None,
                position=place,
            )
            place += 1
            stage.save()
            self.stages[room_key(room.name)] = stage
            after = {"code": stage.code, "name": stage.name}
            audit.record(
                "programme.stage.created",
                stage,
                by=self.by,
                edition_id=self.edition.pk,
                after=after,
                now=self.now,
            )
            note_change("programme.stage", stage.pk, self.edition.pk)

    def _new_session(self, match: Match) -> Session:
        stage = self.stages.get(room_key(match.event.room))
        is_over = match.event.ends_at <= self.now
        announced = Session.State.ENDED if is_over else Session.State.PUBLISHED
        return Session(
            edition=self.edition,
            source=self.run.source,
            external_id=match.event.key[:200],
            stage=stage,
            format=_format_on(stage),
            state=announced if self.publishes and stage else Session.State.DRAFT,
            changed_at=self.now,
            **match.fresh,
        )

    def _change(self, matches: Sequence[Match]) -> list[Session]:
        """Write what differs; the sessions that people see change. Moves and what is on again are kept for telling."""
        rows: list[Session] = []
        touched: list[Session] = []
        moved: list[tuple[Match, Session, Facts]] = []
        for match in matches:
            row = match.session
            if row is None or (match.verdict == "kept" and not match.fresh):
                continue
            before = facts_of(row)
            self._set(row, match)
            rows.append(row)
            if match.verdict != "kept":
                row.version += 1
                row.changed_at = self.now
                touched.append(row)
            if facts_of(row) != before:
                moved.append((match, row, before))
        _upsert(rows)
        for match, row, before in moved:
            self._tell(row, before, match.verdict)
        for match in matches:
            if match.session is not None and match.verdict in ("retitled", "changed"):
                self._record("saved", match.session, match.before, match.after)
        self._advance(len(matches))
        return touched

    def _set(self, row: Session, match: Match) -> None:
        withdrawn_from = row.carried.get("withdrawn", "")
        for name, value in match.fresh.items():
            setattr(row, name, value)
        if match.changes_stage:
            row.stage = self.stages.get(room_key(match.event.room))
            row.format = _format_on(row.stage) if row.format != Session.Format.HYBRID else row.format
        if match.verdict == "back":
            was_public = withdrawn_from in ("published", "live") and row.stage_id
            is_over = match.event.ends_at <= self.now
            announced = Session.State.ENDED if is_over else Session.State.PUBLISHED
            row.state = announced if was_public else Session.State.CONFIRMED
            row.reason = ""

    def _withdraw(self) -> None:
        """Cancelled and announced, never deleted; seats and bookmarks stay for the case that it comes back."""
        reason = _("The session is no longer in the schedule “%(source)s”.") % {"source": self.run.source}
        befores: list[Facts] = []
        for row in self.plan.withdrawn:
            befores.append(facts_of(row))
            row.carried = {**row.carried, "withdrawn": row.state}
            row.state, row.reason, row.changed_at = Session.State.CANCELLED, reason, self.now
        _upsert(self.plan.withdrawn)
        for row, before in zip(self.plan.withdrawn, befores, strict=True):
            self._tell(row, before, "withdrawn")
        self._advance(len(self.plan.withdrawn))

    def _tell(self, row: Session, before: Facts, verdict: str) -> None:
        """The audit row, the move for those who kept the session, the host."""
        after = facts_of(row)
        event = {"withdrawn": "cancelled", "back": str(row.state)}.get(verdict, "moved")
        changed = {name for name in after if after[name] != before[name]}
        self._record(
            event, row, {name: before[name] for name in changed}, {name: after[name] for name in changed}
        )
        note_move(row, before, by=self.by)
        if verdict == "back":
            move_up(row)
        if before["state"] != row.state:
            notices.tell_host(row, before["state"], row.reason, by=self.by)

    def _record(self, event: str, row: Session, before: dict[str, Any], after: dict[str, Any]) -> None:
        audit.record(
            SESSION_EVENT + event,
            row,
            by=self.by,
            edition_id=self.edition.pk,
            before=before,
            after=after,
            reason=row.reason if event == "cancelled" else "",
            now=self.now,
        )

    def _write_materials(self, matches: Iterable[Match]) -> None:
        """Links and attachments that are web addresses stand with the session; those the file dropped go."""
        made: list[Material] = []
        dropped: list[int] = []
        for match in matches:
            if match.session is None:
                continue
            held = {one.url: one for one in self.plan.parts.links.get(match.session.pk, [])}
            was, wanted = _links(match.base), _links(match.event)
            if was.keys() == wanted.keys() and match.base is not None:
                continue
            dropped += [one.pk for url, one in held.items() if url in was and url not in wanted]
            fresh = [link for url, link in wanted.items() if url not in held and url not in was]
            for place, link in enumerate(fresh, start=len(held)):
                title = " ".join(link.title.split())[:200] or link.url[:200]
                made.append(Material(session=match.session, title=title, url=link.url, position=place))
        Material.objects.filter(pk__in=dropped).delete()
        Material.objects.bulk_create(made, batch_size=_BATCH)

    def _finish(self) -> None:
        run = self.run
        rooms: dict[str, Any] = {}
        for room in self.read.schedule.rooms:
            stage = self.stages.get(room_key(room.name))
            if stage is not None:
                rooms.setdefault(stage.code, to_json(room))
        run.carried = {**run.carried, "rooms": rooms}
        run.state, run.finished_at, run.done, run.error = State.DONE, self.now, run.total, ""
        run.save(update_fields=["carried", "state", "finished_at", "done", "error"])
        after = {"file": run.file_name, "source": run.source, **self.plan.counts}
        audit.record(
            EVENT + "applied", run, by=self.by, edition_id=self.edition.pk, after=after, now=self.now
        )
        note_change("programme.schedule", run.pk, self.edition.pk)


def _links(event: Event | None) -> dict[str, Link]:
    return storable([*event.attachments, *event.links]) if event else {}


def _format_on(stage: Stage | None) -> str:
    is_online = stage is not None and stage.kind == Stage.Kind.ONLINE
    return Session.Format.ONLINE if is_online else Session.Format.ON_SITE


def _free_code(room: Room, taken: set[str]) -> str:
    base = slug(room.slug or room.name, 32) or "stage"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    taken.add(code)
    return code


def _upsert(rows: Sequence[Session]) -> None:
    """One statement per batch instead of one per row."""
    if rows:
        Session.objects.bulk_create(
            rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=_COLUMNS
        )
