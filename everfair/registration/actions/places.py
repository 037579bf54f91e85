"""Places under a kind of badge: counted under a lock on the kind's row, given back, and given on to the waiting list."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind
from everfair.people.models import Organisation
from everfair.registration import notices
from everfair.registration.actions.badges import issue_badge
from everfair.registration.models import Registration
from everfair.registration.queries.registrations import count_of_delegation, count_of_firm

State = Registration.State


def lock_kind(key: int) -> BadgeKind:
    """A fresh copy, locked until the transaction ends against others who count its places. Take it before registrations."""
    return BadgeKind.objects.select_for_update(no_key=True).select_related("edition__fair").get(pk=key)


def has_room(kind: BadgeKind) -> bool:
    """Whether one more can be expected under the locked kind."""
    return kind.capacity is None or kind.expected < kind.capacity


def take_place(kind: BadgeKind, count: int = 1) -> None:
    """Count approved people under the locked kind."""
    kind.expected += count
    kind.save(update_fields=["expected"])


def give_back_place(kind: BadgeKind) -> None:
    """One fewer is expected under the locked kind."""
    kind.expected = max(0, kind.expected - 1)
    kind.save(update_fields=["expected"])


def require_firm_room(
    kind: BadgeKind, organisation: Organisation | None, name: str, but: int | None = None
) -> None:
    """Refused where the firm has as many people under the locked kind as it may."""
    if kind.per_firm is None or (organisation is None and not name):
        return
    if count_of_firm(kind, organisation, name, but) >= kind.per_firm:
        raise Refused(
            _("A firm may have %(count)d people under “%(kind)s”, and %(firm)s has them. Cancel one first.")
            % {"count": kind.per_firm, "kind": kind, "firm": name or organisation},
            field="organisation_name",
        )


def require_delegation_room(kind: BadgeKind, delegation: Any, but: int | None = None) -> None:
    """Refused where the delegation has as many people under the locked kind as it may."""
    if delegation is None or kind.per_delegation is None:
        return
    if count_of_delegation(kind, delegation, but) >= kind.per_delegation:
        raise Refused(
            _("%(delegation)s may have %(count)d people under “%(kind)s” and has them. Cancel one first.")
            % {"count": kind.per_delegation, "kind": kind, "delegation": delegation}
        )


def move_up(kind_id: int, *, now: datetime | None = None) -> list[Registration]:
    """Give every free place to the waiting list, longest waiting first; each is told. Nothing where nobody waits."""
    now = now or timezone.now()
    moved = []
    with transaction.atomic():
        kind = lock_kind(kind_id)
        free = None if kind.capacity is None else kind.capacity - kind.expected
        if free is not None and free <= 0:
            return []
        waiting = (
            Registration.objects.select_for_update(of=("self",))
            .select_related("edition__fair", "kind")
            .filter(kind=kind, state=State.WAITING, merged_into=None)
            .order_by("registered_at", "pk")
        )
        for row in waiting if free is None else waiting[:free]:
            row.state, row.decided_at, row.version = State.APPROVED, now, row.version + 1
            row.save(update_fields=["state", "decided_at", "version"])
            audit.record(
                "registration.registration.moved_up", row, by=None, edition_id=row.edition_id,
                before={"state": State.WAITING}, after={"state": State.APPROVED}, now=now,
            )  # fmt: skip
            moved.append(row)
        if moved:
            take_place(kind, len(moved))
        for row in moved:
            issue_badge(row, by=None, now=now)
            notices.moved_up(row)
    return moved
