"""Moves a session along its state chart. Rights are asked before, by access; roles may be given to be checked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import IllegalChange, require_step
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.programme import notices
from everfair.programme.actions.guards import (
    EVENT,
    bring_up_to_date,
    lock_with_stages,
    note_session,
    require_free_stage,
)
from everfair.programme.actions.moves import facts_of, note_move
from everfair.programme.actions.waiting import move_up
from everfair.programme.models import SESSION_STEPS, Session
from everfair.programme.queries.clashes import OCCUPYING

State = Session.State
NEEDS_REASON = frozenset({State.CHANGES_ASKED, State.REJECTED})
REASON_LIMIT = 2000


def change_state(
    session: Session,
    state: str,
    *,
    by: Any,
    reason: str = "",
    roles: Iterable[str] | None = None,
    now: datetime | None = None,
    on_purpose: bool = False,
) -> Session:
    """One step on the chart. With `roles` (access.roles_on) the step must be open to one of them.

    IllegalChange where the chart has no such step; Refused where a reason, time or stage is missing or the stage is
    taken. The host is told of decisions, people who kept a public session of cancelling. The object given is brought
    up to date.
    """
    now = now or timezone.now()
    reason = clean_text(reason)[:REASON_LIMIT]
    with transaction.atomic():
        row = lock_with_stages(session)
        _require(row, state, reason, None if roles is None else set(roles))
        placed, before = facts_of(row), row.state
        row.state, row.reason, row.changed_at = state, reason, now
        if state in OCCUPYING and before not in OCCUPYING:
            require_free_stage(row, on_purpose=on_purpose)
        if row.is_public:
            _require_complete(row)
        row.save(update_fields=["state", "reason", "changed_at"])
        audit.record(
            EVENT + state,
            row,
            by=by,
            edition_id=row.edition_id,
            before={"state": before},
            after={"state": state},
            reason=reason,
            now=now,
        )
        note_move(row, placed, by=by)
        move_up(row)
        note_session(row)
        notices.tell_host(row, before, reason, by=by)
    return bring_up_to_date(session, row)


@dataclass(frozen=True)
class BulkResult:
    """What a change of many did: (code, state before) of the done, (code, sentence) of the refused."""

    state: str
    done: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def change_states(
    sessions: Iterable[Session],
    state: str,
    *,
    by: Any,
    reason: str = "",
    roles: Iterable[str] | None = ("programme",),
) -> BulkResult:
    """The same step for many, each on its own: one that is refused does not hold up the others."""
    held = None if roles is None else frozenset(roles)
    result = BulkResult(state)
    for session in sessions:
        before = session.state
        try:
            change_state(session, state, by=by, reason=reason, roles=held)
        except (Refused, IllegalChange) as error:
            result.refused.append((session.code, str(error)))
        else:
            result.done.append((session.code, before))
    return result


def follow_clock(now: datetime | None = None) -> int:
    """Published sessions whose time has come go live, those whose time is over end. How many changed."""
    now = now or timezone.now()
    due = Q(state=State.PUBLISHED, starts_at__lte=now) | Q(state=State.LIVE, ends_at__lte=now)
    changed = 0
    for session in Session.objects.filter(due).order_by("starts_at", "id")[:500]:
        is_over = session.ends_at is not None and session.ends_at <= now
        try:
            change_state(session, State.ENDED if is_over else State.LIVE, by=None, roles=("system",), now=now)
        except (Refused, IllegalChange):  # somebody was quicker
            continue
        changed += 1
    return changed


def _require(row: Session, state: str, reason: str, roles: set[str] | None) -> None:
    labels = {value: str(label) for value, label in State.choices}
    if row.state == state:
        raise Refused(_("“%(session)s” is already “%(state)s”.") % {"session": row, "state": labels[state]})
    step = require_step(SESSION_STEPS, row.state, state, labels)
    if roles is not None and not step.roles & roles:
        raise Refused(
            _("From “%(source)s” to “%(target)s” is not your step; the other side takes it.")
            % {"source": labels[row.state], "target": labels[state]}
        )
    is_announced = row.is_public and state in (State.CANCELLED, State.CONFIRMED)
    if (state in NEEDS_REASON or is_announced) and row.state != State.CANCELLED and not reason:
        raise Refused(_("Say why in a sentence: the other side reads it."), field="reason")


def _require_complete(row: Session) -> None:
    missing = [
        label
        for label, held in (
            (_("the time"), row.starts_at and row.ends_at),
            (_("a stage or an on-line room"), row.stage_id),
        )
        if not held
    ]
    if missing and row.state != State.CANCELLED:
        raise Refused(
            _("“%(session)s” cannot be announced yet. Still missing: %(items)s.")
            % {"session": row, "items": _("; ").join(missing)}
        )
