"""Writes and reads the audit log. Every change of state or right goes through `record`; nothing else writes there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone, translation

from everfair.base.languages import INTERFACE_TO_CONTENT
from everfair.base.models import AuditEntry


def record(
    event: str,
    target: Model,
    *,
    by: Any,
    edition_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    label: str | None = None,
    now: datetime | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction. `by` is a user, or None for the system itself.

    `label`: what the target is called, where its name is not for readers of the log.
    """
    return AuditEntry.objects.create(
        at=now or timezone.now(),
        by_id=getattr(by, "pk", None),
        by_name=str(by)[:200] if by is not None else "",
        edition_id=edition_id,
        event=event,
        object_type=target._meta.label_lower,
        object_id=target.pk,
        object_label=_label(target) if label is None else label,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )


def forget_person(user: Any) -> None:
    """Nothing in the log names somebody who erased their account. What was done, when and to what, stays."""
    key, address, name = user.pk, getattr(user, "email", ""), str(user)
    AuditEntry.objects.filter(by_id=key).update(by_name="")
    own = AuditEntry.objects.filter(object_type=user._meta.label_lower, object_id=key)
    own.update(object_label="", before={}, after={})
    if name:  # rights, registrations and the like are called by the person they are of
        AuditEntry.objects.filter(object_label__startswith=name).update(object_label="")
    for side in ("before", "after"):
        for entry in AuditEntry.objects.filter(**{f"{side}__user": address}) if address else ():
            entry_side = getattr(entry, side)
            AuditEntry.objects.filter(pk=entry.pk).update(**{side: {**entry_side, "user": ""}})


def _label(target: Model) -> str:
    """The object's name in each language of ours, so that readers of both know and find it."""
    names = []
    for interface in INTERFACE_TO_CONTENT:
        with translation.override(interface):
            names.append(str(target))
    return " / ".join(dict.fromkeys(names))[:300]


def entries(*, edition_id: int | None = None, target: Model | None = None) -> QuerySet[AuditEntry]:
    """Newest first, of one edition or of one object."""
    found = AuditEntry.objects.all()
    if edition_id is not None:
        found = found.filter(edition_id=edition_id)
    if target is not None:
        found = found.filter(object_type=target._meta.label_lower, object_id=target.pk)
    return found


def search(*, edition_id: int, words: str = "", event: str = "", day: str = "") -> QuerySet[AuditEntry]:
    """An edition's entries, newest first: by words in person, object or reason, by event, by day ("2026-09-04").

    A day is one in the current time zone; what is no day filters nothing.
    """
    found = entries(edition_id=edition_id)
    for word in words[:100].split():
        found = found.filter(
            Q(by_name__icontains=word) | Q(object_label__icontains=word) | Q(reason__icontains=word)
        )
    if event:
        found = found.filter(event=event)
    try:
        held_on = date.fromisoformat(day)
    except ValueError:
        return found
    return found.filter(at__date=held_on)
