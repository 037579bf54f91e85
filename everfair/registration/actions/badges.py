"""Issues badges, re-issues them, makes them void. One registration has at most one valid badge, whatever happens at once."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change, note_changes
from everfair.base.refusals import Refused
from everfair.engines import passes
from everfair.fair.models import Edition
from everfair.registration.actions.keys import REASON_LIMIT, distrust_key, key_in_use, rotate_key
from everfair.registration.models import Badge, Registration, SigningKey
from everfair.registration.queries.badges import last_day, short_badges

__all__ = [
    "distrust_key",
    "issue_badge",
    "issue_badges",
    "issue_missing_badges",
    "reissue_badge",
    "renew_short_badges",
    "rotate_key",
    "void_badge",
    "void_badges_of",
]

EVENT = "registration.badge."
TOPIC = "registration.badge"
HIGHEST_ISSUE = 255
HIGHEST_SERIAL = 0xFFFFFFFF
CHUNK = 500


def issue_badge(registration: Registration, *, by: Any, now: datetime | None = None) -> Badge:
    """The registration's valid badge, made if there is none. Refused while the person is not approved."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _lock(registration)
        _require_expected(row)
        badge = _valid(row)
        if badge is not None and badge.key.distrusted_at is None:
            return badge
        reason = ""
        if badge is not None:  # issued while its key was being distrusted
            reason = _("Its key was distrusted.")
            _void([badge], reason, now)
        return _issue(row, by=by, reason=reason, now=now)


def reissue_badge(registration: Registration, *, by: Any, reason: str, now: datetime | None = None) -> Badge:
    """A new issue under the same serial; the one before is void from this moment. A reason is needed."""
    now, reason = now or timezone.now(), _clean(reason)
    with transaction.atomic():
        row = _lock(registration)
        _require_expected(row)
        badge = _valid(row)
        if badge is not None:
            _void([badge], reason, now)
        return _issue(row, by=by, reason=reason, now=now)


def void_badge(badge: Badge, *, by: Any, reason: str, now: datetime | None = None) -> Badge:
    """The badge opens no door any more. Refused when it is void already; a reason is needed."""
    now, reason = now or timezone.now(), _clean(reason)
    with transaction.atomic():
        _lock(badge.registration)
        row = Badge.objects.select_for_update(of=("self",)).get(pk=badge.pk)
        if row.state == Badge.State.VOID:
            raise Refused(_("This badge is void already."))
        _void([row], reason, now)
        _record("voided", row, by=by, reason=reason, now=now)
    badge.state, badge.voided_at, badge.void_reason = row.state, row.voided_at, row.void_reason
    return badge


def void_badges_of(registration: Registration, *, by: Any, reason: str, now: datetime | None = None) -> int:
    """For a registration that is cancelled, declined or joined into another: its valid badge, if any, is void."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _lock(registration)
        badge = _valid(row)
        if badge is None:
            return 0
        _void([badge], " ".join(reason.split())[:REASON_LIMIT], now)
        _record("voided", badge, by=by, reason=reason, now=now)
    return 1


def issue_badges(
    registrations: Iterable[Registration], *, by: Any, now: datetime | None = None
) -> list[Badge]:
    """New badges for many approved registrations of one edition at once; those that have one, or may not, are left out.

    For lists of thousands: a handful of statements for each five hundred. One entry in the log for each chunk.
    """
    now = now or timezone.now()
    wanted = [row.pk for row in registrations]
    made: list[Badge] = []
    for start in range(0, len(wanted), CHUNK):
        made += _issue_chunk(wanted[start : start + CHUNK], by=by, now=now)
    return made


def issue_missing_badges(edition: Edition, *, by: Any = None, now: datetime | None = None) -> int:
    """Badges for everybody approved who has no valid one (after a key was distrusted, or a list came in). How many.

    Each chunk is a transaction of its own: stopped in the middle, the next call goes on.
    """
    count = last = 0
    waiting = (
        Registration.objects.filter(edition=edition, state=Registration.State.APPROVED, merged_into=None)
        .exclude(badges__state=Badge.State.VALID)
        .order_by("id")
    )
    while missing := list(waiting.filter(id__gt=last).values_list("id", flat=True)[:CHUNK]):
        count += len(_issue_chunk(missing, by=by, now=now or timezone.now()))
        last = missing[-1]
    return count


def renew_short_badges(edition: Edition, *, by: Any = None, now: datetime | None = None) -> int:
    """New badges for everybody whose badge ends before the fair does, because its dates were moved. How many.

    The last day is part of what was signed, so the old ones become void. Chunk by chunk, as above.
    """
    now = now or timezone.now()
    reason = _("The dates of the fair changed.")
    count = last = 0
    short = short_badges(edition).filter(issue__lt=HIGHEST_ISSUE).order_by("registration_id")
    while True:
        found = short.filter(registration_id__gt=last).values_list("registration_id", flat=True)
        if not (people := list(found[:CHUNK])):
            return count
        last = people[-1]
        with transaction.atomic():
            list(Registration.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk"))
            old = list(short.filter(registration__in=people).values_list("id", flat=True))
            Badge.objects.filter(pk__in=old).update(state=Badge.State.VOID, voided_at=now, void_reason=reason)
            note_changes(TOPIC, old, edition.pk)
            count += len(_issue_chunk(people, by=by, now=now))


def _issue_chunk(keys: Sequence[int], *, by: Any, now: datetime) -> list[Badge]:
    with transaction.atomic():
        rows = list(
            Registration.objects.select_for_update(of=("self",))
            .filter(pk__in=keys, state=Registration.State.APPROVED, merged_into=None)
            .only("pk", "edition_id", "kind_id")
            .order_by("pk")
        )
        # asked in a statement of its own: one that waited for the lock still sees the badges of before
        served = set(
            Badge.objects.filter(registration__in=rows, state=Badge.State.VALID).values_list(
                "registration_id", flat=True
            )
        )
        rows = [row for row in rows if row.pk not in served]
        if not rows:
            return []
        edition = rows[0].edition
        key, seed = key_in_use(edition)
        former = {
            registration: (serial, issue)
            for registration, serial, issue in Badge.objects.filter(registration__in=rows)
            .order_by("issue")
            .values_list("registration_id", "serial", "issue")
        }
        fresh = iter(_new_serials(edition, len(rows) - len(former)))
        badges = []
        for row in rows:
            serial, issue = former.get(row.pk) or (next(fresh), 0)
            if issue < HIGHEST_ISSUE:
                badges.append(_build(row, edition, key, seed, serial, issue + 1, now))
        Badge.objects.bulk_create(badges)
        if badges:
            audit.record(
                EVENT + "issued", edition, by=by, edition_id=edition.pk,
                after={"badges": len(badges), "key": key.number}, now=now,
            )  # fmt: skip
            note_changes(TOPIC, [badge.pk for badge in badges], edition.pk)
        return badges


def _issue(row: Registration, *, by: Any, reason: str, now: datetime) -> Badge:
    """The next issue; the caller holds the registration's lock and no valid badge is left."""
    former = Badge.objects.filter(registration=row).order_by("-issue").first()
    if former is not None and former.issue >= HIGHEST_ISSUE:
        raise Refused(
            _("This person's badge was issued 255 times. Cancel the registration and register anew.")
        )
    key, seed = key_in_use(row.edition)
    for _attempt in range(5):
        serial = former.serial if former else _new_serials(row.edition, 1)[0]
        badge = _build(row, row.edition, key, seed, serial, former.issue + 1 if former else 1, now)
        badge.registration = row  # known already: the log names it
        try:
            with transaction.atomic():
                badge.save(force_insert=True)
            break
        except IntegrityError:  # another registration drew the same serial in this very moment
            if former is not None:
                raise
    else:
        raise Refused(_("No free number was found for this badge. Please try again."))
    _record("issued" if badge.issue == 1 else "reissued", badge, by=by, reason=reason, now=now)
    return badge


def _build(
    row: Registration, edition: Edition, key: SigningKey, seed: bytes, serial: int, issue: int, now: datetime
) -> Badge:
    until = last_day(edition)
    code = passes.write(
        passes.Pass(key.number, row.edition_id, row.kind_id, serial, issue, expires=until), seed
    )
    return Badge(
        edition_id=row.edition_id, registration_id=row.pk, key_id=key.pk, serial=serial, issue=issue, code=code,
        issued_at=now, valid_until=until,
    )  # fmt: skip


def _new_serials(edition: Edition, count: int) -> list[int]:
    """Random numbers nobody in the edition has: they tell neither order nor how many there are."""
    found: set[int] = set()
    while len(found) < count:
        drawn = {secrets.randbelow(HIGHEST_SERIAL) + 1 for _n in range(count - len(found))}
        found |= drawn - set(
            Badge.objects.filter(edition=edition, serial__in=drawn).values_list("serial", flat=True)
        )
    return list(found)


def _lock(registration: Registration) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("edition", "kind")
        .get(pk=registration.pk)
    )


def _valid(row: Registration) -> Badge | None:
    return (
        Badge.objects.filter(registration=row, state=Badge.State.VALID)
        .select_related("key", "registration")
        .first()
    )


def _void(badges: Iterable[Badge], reason: str, now: datetime) -> None:
    for badge in badges:
        badge.state, badge.voided_at, badge.void_reason = Badge.State.VOID, now, reason
        badge.save(update_fields=["state", "voided_at", "void_reason"])
        note_change(TOPIC, badge.pk, badge.edition_id)


def _require_expected(row: Registration) -> None:
    if not row.is_expected:
        raise Refused(
            _("%(name)s has no approved registration, so there is no badge to issue.") % {"name": row.name}
        )


def _clean(reason: str) -> str:
    cleaned = " ".join(reason.split())[:REASON_LIMIT]
    if not cleaned:
        raise Refused(_("Say why in a sentence: it stands in the log."), field="reason")
    return cleaned


def _record(event: str, badge: Badge, *, by: Any, reason: str, now: datetime) -> None:
    audit.record(
        EVENT + event, badge.registration, by=by, edition_id=badge.edition_id,
        after={"serial": badge.serial, "issue": badge.issue}, reason=reason, now=now,
    )  # fmt: skip
    if event != "voided":
        note_change(TOPIC, badge.pk, badge.edition_id)
