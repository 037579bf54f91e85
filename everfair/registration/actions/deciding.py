"""Moves a registration along its state chart: approved, declined, cancelled, readmitted; one by one, many at once, undone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import IllegalChange, require_step
from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind
from everfair.registration import notices
from everfair.registration.actions.badges import issue_badge, void_badges_of
from everfair.registration.actions.places import (
    give_back_place,
    has_room,
    lock_kind,
    move_up,
    require_delegation_room,
    require_firm_room,
    take_place,
)
from everfair.registration.actions.registering import clean_reason, lock_registration, require_once
from everfair.registration.models import REGISTRATION_STEPS, Registration
from everfair.registration.queries.registrations import STANDING

State = Registration.State
EVENT = "registration.registration."
UNDONE = EVENT + "undone"


@dataclass
class BulkResult:
    """What an act on many did: (code, state before) of the done, (code, sentence) of the refused."""

    done: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def approve(
    registration: Registration, *, by: Any, reason: str = "", now: datetime | None = None
) -> Registration:
    """The person is expected and gets a badge; with every place taken they go on the waiting list and are told so."""
    return _change(registration, State.APPROVED, by=by, role="administrator", reason=reason, now=now)


def decline(registration: Registration, *, by: Any, reason: str, now: datetime | None = None) -> Registration:
    """Say no, with a reason the person reads. A place that becomes free goes to the waiting list."""
    if not clean_reason(reason):
        raise Refused(_("Say why in a sentence: the person reads it."), field="reason")
    return _change(registration, State.DECLINED, by=by, role="administrator", reason=reason, now=now)


def cancel(
    registration: Registration,
    *,
    by: Any,
    reason: str = "",
    role: str = "administrator",
    now: datetime | None = None,
) -> Registration:
    """The person does not come. `role`: "administrator", "person" or "group". The badge is void from this moment."""
    return _change(registration, State.CANCELLED, by=by, role=role, reason=reason, now=now)


def readmit(
    registration: Registration, *, by: Any, reason: str = "", now: datetime | None = None
) -> Registration:
    """A declined or cancelled person may come after all: asked again where the kind needs approval, else let in."""
    now = now or timezone.now()
    with transaction.atomic():
        _change(
            registration, State.REQUESTED, by=by, role="administrator", reason=reason, now=now, is_silent=True
        )
        if not registration.kind.needs_approval:
            return _change(registration, State.APPROVED, by=by, role="administrator", reason=reason, now=now)
        notices.registered(registration)
    return registration


def decide_many(
    registrations: Iterable[Registration],
    state: str,
    *,
    by: Any,
    reason: str = "",
    now: datetime | None = None,
) -> BulkResult:
    """The same decision for many, each on its own: one that is refused does not hold up the others."""
    deeds = {State.APPROVED: approve, State.DECLINED: decline, State.CANCELLED: cancel}
    result = BulkResult()
    for registration in registrations:
        before = registration.state
        try:
            deeds[State(state)](registration, by=by, reason=reason, now=now)
        except (Refused, IllegalChange) as error:
            result.refused.append((registration.code, str(error)))
        else:
            result.done.append((registration.code, before))
    return result


def undo_many(done: Iterable[tuple[str, str]], edition: Any, *, by: Any) -> BulkResult:
    """Put (code, state before) back, each only while the decision being undone is still the last one.

    Letters already sent are not called back; the person gets one about the state that now holds.
    """
    result = BulkResult()
    for code, before in reversed(
        list(done)
    ):  # last first: a place freed early would move up who was put on the list late
        try:
            _undo_one(edition, code, before, by)
        except (Refused, IllegalChange) as error:
            result.refused.append((code, str(error)))
        else:
            result.done.append((code, before))
    return result


def _undo_one(edition: Any, code: str, before: str, by: Any) -> None:
    row = Registration.objects.filter(edition=edition, code=code).first()
    if row is None or before not in State.values:
        raise Refused(_("There is no such registration."))
    with transaction.atomic():
        lock_kind(row.kind_id)
        last = audit.entries(target=row).filter(after__has_key="state").first()
        if (
            last is None
            or last.event == UNDONE
            or last.before.get("state") != before
            or last.after["state"] != row.state
        ):
            raise Refused(_("%(name)s has moved on since; nothing was undone.") % {"name": row.name})
        _change(row, before, by=by, role="", reason="", now=timezone.now(), event=UNDONE)


def _change(
    registration: Registration,
    state: str,
    *,
    by: Any,
    role: str,
    reason: str,
    now: datetime | None,
    event: str = "",
    is_silent: bool = False,
) -> Registration:
    """One step, under the kind's lock. `role` "" takes a step back that the chart need not know (undo)."""
    now, reason = now or timezone.now(), clean_reason(reason)
    with transaction.atomic():
        kind = lock_kind(registration.kind_id)
        row = lock_registration(registration)
        state = _settled(row, kind, state)
        _require(row, kind, state, role)
        before = row.state
        row.state, row.decided_at, row.version = state, now, row.version + 1
        row.reason = reason if state in (State.DECLINED, State.CANCELLED) else ""
        row.save(update_fields=["state", "decided_at", "reason", "version"])
        audit.record(
            event or EVENT + state, row, by=by, edition_id=row.edition_id,
            before={"state": before}, after={"state": state}, reason=reason, now=now,
        )  # fmt: skip
        _follow(row, kind, before, by, reason, now)
        if not is_silent:
            notices.decided(row, before, by=by)
    for name in ("state", "decided_at", "reason", "version"):
        setattr(registration, name, getattr(row, name))
    return registration


def _settled(row: Registration, kind: BadgeKind, state: str) -> str:
    """Who is approved while every place is taken waits in line."""
    if state != State.APPROVED or has_room(kind):
        return state
    if row.state == State.REQUESTED:
        return State.WAITING
    raise Refused(
        _(
            "All %(count)d places of “%(kind)s” are taken. Give the kind more places, or cancel somebody first."
        )
        % {"count": kind.capacity or 0, "kind": kind}
    )


def _require(row: Registration, kind: BadgeKind, state: str, role: str) -> None:
    labels = {value: str(label) for value, label in State.choices}
    if row.merged_into_id is not None:
        raise Refused(_("This registration was joined with another. Decide on that one."))
    if row.state == state:
        raise Refused(_("%(name)s is already “%(state)s”.") % {"name": row.name, "state": labels[state]})
    if role:
        step = require_step(REGISTRATION_STEPS, row.state, state, labels)
        if role not in step.roles:
            raise Refused(_("Only the organiser's team can do this."))
    if state in STANDING and row.state not in STANDING:
        require_once(kind, row.email, but=row.pk)
        require_firm_room(kind, row.organisation, row.organisation_name, but=row.pk)
        require_delegation_room(kind, row.delegation, but=row.pk)


def _follow(row: Registration, kind: BadgeKind, before: str, by: Any, reason: str, now: datetime) -> None:
    """What hangs on the state: the place, the badge, the waiting list."""
    if row.state == State.APPROVED:
        take_place(kind)
        issue_badge(row, by=by, now=now)
    elif before == State.APPROVED:
        give_back_place(kind)
        void_badges_of(row, by=by, reason=reason or str(row.get_state_display()), now=now)
        if row.state != State.WAITING:
            move_up(kind.pk, now=now)
