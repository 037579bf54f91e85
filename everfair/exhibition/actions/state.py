"""Moves an exhibitor along its state chart, a function for each step. Rights are asked before, by access."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import IllegalChange, require_step
from everfair.base.refusals import Refused
from everfair.exhibition import notices
from everfair.exhibition.actions.entry import refresh_entry
from everfair.exhibition.actions.guards import lock_exhibitor
from everfair.exhibition.forms.texts import clean_text
from everfair.exhibition.models import EXHIBITOR_STEPS, Exhibitor
from everfair.exhibition.queries.applying import unanswered_questions
from everfair.exhibition.queries.completeness import completeness
from everfair.exhibition.signals import exhibitor_state_changed
from everfair.fair.actions.delegations import lock_delegation
from everfair.fair.models import Edition
from everfair.fair.queries import COUNTED

State = Exhibitor.State
EVENT = "exhibition.exhibitor."
RESTORED = EVENT + "restored"
NEEDS_REASON = frozenset({State.CHANGES_ASKED, State.REJECTED, State.WITHDRAWN})
OPEN_PHASES = frozenset({Edition.Phase.OPEN, Edition.Phase.LIVE, Edition.Phase.EVERGREEN})
REASON_LIMIT = 2000


@dataclass(frozen=True)
class BulkResult:
    """What a change of many did: (code, state before) of the done, (code, sentence) of the refused."""

    state: str
    done: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def apply_for_booth(exhibitor: Exhibitor, *, by: Any, now: datetime | None = None) -> Exhibitor:
    """Send the application in. Refused when the edition takes none or a required question is open."""
    if exhibitor.edition.phase not in OPEN_PHASES:
        raise Refused(
            _("This edition is not open for exhibitors. What you wrote is kept; apply when it opens.")
        )
    missing = unanswered_questions(exhibitor)
    if missing:
        raise Refused(
            _("Please answer first: %(questions)s")
            % {"questions": _("; ").join(str(question) for question in missing)}
        )
    return set_state(exhibitor, State.APPLIED, by=by, now=now)


def take_back(exhibitor: Exhibitor, *, by: Any, now: datetime | None = None) -> Exhibitor:
    """The exhibitor takes an undecided application back into a draft."""
    return set_state(exhibitor, State.DRAFT, by=by, now=now)


def ask_for_changes(exhibitor: Exhibitor, *, by: Any, reason: str, now: datetime | None = None) -> Exhibitor:
    """The reviewer says what to change; the exhibitor reads it on the desk and in a letter."""
    return set_state(exhibitor, State.CHANGES_ASKED, by=by, reason=reason, now=now)


def accept(exhibitor: Exhibitor, *, by: Any, now: datetime | None = None) -> Exhibitor:
    """Take the firm into the edition. Refused when its delegation's quota is full."""
    return set_state(exhibitor, State.ACCEPTED, by=by, now=now)


def reject(exhibitor: Exhibitor, *, by: Any, reason: str, now: datetime | None = None) -> Exhibitor:
    """Say no, with a reason the exhibitor reads."""
    return set_state(exhibitor, State.REJECTED, by=by, reason=reason, now=now)


def publish(exhibitor: Exhibitor, *, by: Any, now: datetime | None = None) -> Exhibitor:
    """Put the booth on the shelf. Refused, with the list, while something required is missing."""
    return set_state(exhibitor, State.PUBLISHED, by=by, now=now)


def withdraw(exhibitor: Exhibitor, *, by: Any, reason: str, now: datetime | None = None) -> Exhibitor:
    """Take the booth off the shelf, with a reason."""
    return set_state(exhibitor, State.WITHDRAWN, by=by, reason=reason, now=now)


def set_state(
    exhibitor: Exhibitor,
    state: str,
    *,
    by: Any,
    reason: str = "",
    roles: Iterable[str] | None = None,
    now: datetime | None = None,
) -> Exhibitor:
    """One step on the chart. With `roles` (access.roles_on) the step must be open to one of them.

    Raises IllegalChange where the chart has no such step, Refused where a reason, a text or room is missing.
    The object given is brought up to date.
    """
    now = now or timezone.now()
    reason = clean_text(reason)[:REASON_LIMIT]
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        _require(row, state, reason, None if roles is None else set(roles))
        before = row.state
        _write(row, state, reason, now)
        audit.record(
            EVENT + ("taken_back" if state == State.DRAFT else state),
            row,
            by=by,
            edition_id=row.edition_id,
            before={"state": before},
            after={"state": state},
            reason=reason,
            now=now,
        )
        notices.tell_of_state(row, before, reason, by=by)
    _bring_up_to_date(exhibitor, row)
    return exhibitor


def change_states(
    exhibitors: Iterable[Exhibitor],
    state: str,
    *,
    by: Any,
    reason: str = "",
    roles: Iterable[str] | None = ("reviewer",),
    now: datetime | None = None,
) -> BulkResult:
    """The same step for many, each on its own: one that is refused does not hold up the others."""
    held = None if roles is None else frozenset(roles)
    result = BulkResult(state)
    for exhibitor in exhibitors:
        before = exhibitor.state
        try:
            set_state(exhibitor, state, by=by, reason=reason, roles=held, now=now)
        except (Refused, IllegalChange) as error:
            result.refused.append((exhibitor.code, str(error)))
        else:
            result.done.append((exhibitor.code, before))
    return result


def undo_states(done: Iterable[tuple[str, str]], *, by: Any, now: datetime | None = None) -> BulkResult:
    """Put (code, state before) back, each only while the change being undone is still the last one.

    Letters already sent are not called back; the exhibitor gets one about the state that now holds.
    """
    now = now or timezone.now()
    result = BulkResult("")
    for code, before in done:
        try:
            _undo_one(code, before, by, now)
        except Refused as error:
            result.refused.append((code, str(error)))
        else:
            result.done.append((code, before))
    return result


def _undo_one(code: str, before: str, by: Any, now: datetime) -> None:
    with transaction.atomic():
        found = Exhibitor.objects.filter(code=code).first()
        if found is None or before not in State.values:
            raise Refused(_("There is no such exhibitor."))
        row = lock_exhibitor(found)
        last = audit.entries(target=row).filter(after__has_key="state").first()
        is_last = (
            last is not None and last.before.get("state") == before and last.after.get("state") == row.state
        )
        if not is_last or last.event == RESTORED:  # type: ignore[union-attr]
            raise Refused(_("%(firm)s has moved on since; nothing was undone.") % {"firm": row})
        if before == State.PUBLISHED:
            _require_complete(row)
        _require_quota(row, before)
        was = row.state
        reason = last.before.get("reason", "")  # type: ignore[union-attr]
        _write(row, before, reason, now)
        audit.record(
            RESTORED,
            row,
            by=by,
            edition_id=row.edition_id,
            before={"state": was},
            after={"state": before},
            now=now,
        )
        notices.tell_of_state(row, was, "", by=by)


def _require(row: Exhibitor, state: str, reason: str, roles: set[str] | None) -> None:
    labels = {value: str(label) for value, label in State.choices}
    if row.state == state:
        raise Refused(_("%(firm)s is already “%(state)s”.") % {"firm": row, "state": labels[state]})
    step = require_step(EXHIBITOR_STEPS, row.state, state, labels)
    if roles is not None and not step.roles & roles:
        raise Refused(
            _("From “%(source)s” to “%(target)s” is not your step; the other side takes it.")
            % {"source": labels[row.state], "target": labels[state]}
        )
    if (state in NEEDS_REASON or (row.state, state) == (State.PUBLISHED, State.ACCEPTED)) and not reason:
        raise Refused(_("Say why in a sentence: the other side reads it."), field="reason")
    if state == State.PUBLISHED:
        _require_complete(row)
    _require_quota(row, state)


def _require_complete(row: Exhibitor) -> None:
    missing = completeness(row).missing
    if missing:
        raise Refused(
            _("The booth cannot go public yet. Still missing: %(items)s.")
            % {"items": _("; ").join(item.sentence for item in missing)}
        )


def _require_quota(row: Exhibitor, state: str) -> None:
    """A firm that comes to count needs room.

    Under a lock on the delegation, so that two reviewers cannot both take its last place.
    """
    if row.delegation_id is None or state not in COUNTED or row.state in COUNTED:
        return
    delegation = lock_delegation(row.delegation_id)
    if not delegation.quota:
        return
    taken = Exhibitor.objects.filter(delegation=delegation, state__in=COUNTED).exclude(pk=row.pk)
    if taken.count() >= delegation.quota:
        raise Refused(
            _("%(delegation)s may bring %(quota)d firms and has them. Raise its quota first.")
            % {"delegation": delegation, "quota": delegation.quota}
        )


def _write(row: Exhibitor, state: str, reason: str, now: datetime) -> None:
    before = row.state
    row.state, row.state_since, row.state_reason = state, now, reason
    if state == State.APPLIED:
        row.applied_at = now
    if state == State.PUBLISHED:
        row.published_at = row.published_at or now  # "new" lists go by the first time
    row.save(update_fields=["state", "state_since", "state_reason", "applied_at", "published_at"])
    refresh_entry(row)
    note_change("exhibition.exhibitor", row.pk, row.edition_id)
    transaction.on_commit(
        lambda: exhibitor_state_changed.send(Exhibitor, exhibitor_id=row.pk, before=before, after=state)
    )


def _bring_up_to_date(exhibitor: Exhibitor, row: Exhibitor) -> None:
    for name in ("state", "state_since", "state_reason", "applied_at", "published_at"):
        setattr(exhibitor, name, getattr(row, name))
