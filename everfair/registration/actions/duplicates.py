"""Finds people who stand twice, and joins them when a person says so; never silently."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.registration import notices
from everfair.registration.actions.badges import issue_badge, void_badges_of
from everfair.registration.actions.places import (
    give_back_place,
    has_room,
    lock_kind,
    move_up,
    require_firm_room,
    take_place,
)
from everfair.registration.actions.registering import lock_registration, require_once
from everfair.registration.models import DuplicatePair, Registration
from everfair.registration.queries.duplicates import alike
from everfair.registration.queries.registrations import standing_twin

State, Verdict = Registration.State, DuplicatePair.Verdict
FILLED = (
    "second_name",
    "email",
    "organisation_name",
    "organisation",
    "delegation",
    "job_title",
    "country",
    "user",
)
EVENT = "registration.registration."


def find_duplicates(edition: Edition) -> int:
    """Note every pair that looks like one person and is not noted yet. How many are new. What was decided stays decided."""
    known = set(DuplicatePair.objects.filter(edition=edition).values_list("first_id", "second_id"))
    fresh = {pair: reason for pair, reason in alike(edition).items() if pair not in known}
    DuplicatePair.objects.bulk_create(
        (
            DuplicatePair(edition=edition, first_id=first, second_id=second, reason=reason)
            for (first, second), reason in fresh.items()
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    return len(fresh)


def join_duplicates(
    pair: DuplicatePair, keep: Registration, *, by: Any, now: datetime | None = None
) -> Registration:
    """One person from now on: `keep` stays and takes what it lacks, the other is cancelled and points to it.

    The other's badge is void, its place goes to the waiting list, the person is told. `part_again` undoes it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = _lock_pair(pair)
        if row.verdict != Verdict.OPEN:
            raise Refused(_("Somebody has decided about these two already."))
        if keep.pk not in (row.first_id, row.second_id):
            raise Refused(_("Choose one of the two to keep."))
        gone_id = row.second_id if keep.pk == row.first_id else row.first_id
        kept, gone, kinds = _lock_both(keep.pk, gone_id)
        if kept.merged_into_id is not None or gone.merged_into_id is not None:
            raise Refused(_("One of the two was joined with another registration meanwhile."))
        before = gone.state
        filled = _fill(kept, gone)
        gone.state, gone.merged_into, gone.decided_at = State.CANCELLED, kept, now
        gone.reason = _("Joined with another registration of yours.")
        gone.version += 1
        gone.save()
        kept.save()
        Registration.objects.filter(merged_into=gone).update(merged_into=kept)
        _carry_consents(kept, gone)
        audit.record(
            EVENT + "joined", gone, by=by, edition_id=gone.edition_id, before={"state": before},
            after={"state": State.CANCELLED, "into": kept.code, "filled": filled}, now=now,
        )  # fmt: skip
        if before == State.APPROVED:
            give_back_place(kinds[gone.kind_id])
            void_badges_of(gone, by=by, reason=_("Joined with another registration."), now=now)
            move_up(gone.kind_id, now=now)
        _decide(row, Verdict.JOINED, by, now)
        others = Q(first=gone) | Q(second=gone)  # found anew with the one that is kept
        DuplicatePair.objects.filter(others, verdict=Verdict.OPEN).delete()
        notices.joined(gone, kept)
    return kept


def keep_apart(pair: DuplicatePair, *, by: Any, now: datetime | None = None) -> None:
    """They are two people. The pair is not shown again."""
    with transaction.atomic():
        row = _lock_pair(pair)
        if row.verdict == Verdict.JOINED:
            raise Refused(_("These two are joined. Part them first."))
        _decide(row, Verdict.DIFFERENT, by, now or timezone.now())
        audit.record(
            EVENT + "kept_apart", row.first, by=by, edition_id=row.edition_id, after={"other": row.second.code}
        )  # fmt: skip


def reopen_pair(pair: DuplicatePair, *, by: Any, now: datetime | None = None) -> None:
    """Take a verdict back. Joined ones are two again: the other returns to where it stood, if there is room for it."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _lock_pair(pair)
        if row.verdict == Verdict.JOINED:
            _part(row, by, now)
        row.verdict, row.decided_by, row.decided_at = Verdict.OPEN, None, None
        row.save(update_fields=["verdict", "decided_by", "decided_at"])


def _part(pair: DuplicatePair, by: Any, now: datetime) -> None:
    first, second, kinds = _lock_both(pair.first_id, pair.second_id)
    gone = first if first.merged_into_id == second.pk else second
    if gone.merged_into_id is None:
        raise Refused(_("These two are no longer joined."))
    last = audit.entries(target=gone).filter(event=EVENT + "joined").first()
    before = last.before.get("state", State.REQUESTED) if last else State.REQUESTED
    kind = kinds[gone.kind_id]
    require_once(kind, gone.email, but=gone.pk)
    require_firm_room(kind, gone.organisation, gone.organisation_name, but=gone.pk)
    if before == State.APPROVED and not has_room(kind):
        before = State.WAITING
    gone.merged_into, gone.state, gone.reason, gone.decided_at = None, before, "", now
    gone.version += 1
    gone.save()
    if before == State.APPROVED:
        take_place(kind)
        issue_badge(gone, by=by, now=now)
    audit.record(
        EVENT + "parted", gone, by=by, edition_id=gone.edition_id, before={"state": State.CANCELLED},
        after={"state": before}, now=now,
    )  # fmt: skip


def _lock_pair(pair: DuplicatePair) -> DuplicatePair:
    return (
        DuplicatePair.objects.select_for_update(of=("self",))
        .select_related("first", "second")
        .get(pk=pair.pk)
    )


def _lock_both(one: int, other: int) -> tuple[Registration, Registration, dict[int, Any]]:
    """Kinds first, in order of their ids, then the two registrations in order of theirs."""
    kind_ids = sorted(set(Registration.objects.filter(pk__in=(one, other)).values_list("kind_id", flat=True)))
    kinds = {key: lock_kind(key) for key in kind_ids}
    rows = {key: lock_registration(Registration(pk=key)) for key in sorted((one, other))}
    return rows[one], rows[other], kinds


def _fill(kept: Registration, gone: Registration) -> list[str]:
    """What the kept one lacks. Its answers win; the other's stand where there was none."""
    filled = []
    for name in FILLED:
        if name == "email" and standing_twin(kept.kind, gone.email, but=gone.pk) is not None:
            continue
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))
            filled.append(name)
    asked = {question["code"] for question in kept.kind.questions}
    more = {code: value for code, value in gone.answers.items() if code in asked and code not in kept.answers}
    if more:
        kept.answers = {**kept.answers, **more}
        filled.append("answers")
    if not kept.watch and gone.watch:
        kept.watch, kept.watch_note = gone.watch, gone.watch_note
        filled.append("watch")
    if filled:
        kept.version += 1
    return filled


def _carry_consents(kept: Registration, gone: Registration) -> None:
    """A yes of the same person holds on, unless they have said no on the kept one: the stricter word wins."""
    spoken = set(kept.consents.values_list("purpose", flat=True))
    gone.consents.exclude(purpose__in=spoken).update(registration=kept)


def _decide(pair: DuplicatePair, verdict: str, by: Any, now: datetime) -> None:
    pair.verdict, pair.decided_at = verdict, now
    pair.decided_by = by if getattr(by, "pk", None) else None
    pair.save(update_fields=["verdict", "decided_by", "decided_at"])
