"""Keeps what is recommended to a seeker, and notes each match the first time a day it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Q
from django.utils import timezone

from everfair.engines.matching import Profile
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import Basis, Row, basis_of, ranked
from everfair.matchmaking.models import Need, Recommendation, Seeker, Shown
from everfair.matchmaking.models.interests import Target

KINDS = ("exhibitor", "offer", "need", "session", "person")
OLD = timedelta(days=1)  # interests fade: even where nothing changed, the next day ranks again


@dataclass(frozen=True)
class Recommended:
    """Rows best first ([number, score, arm]), why there are none, whether they are being made ready."""

    rows: list[Row]
    note: str = ""
    is_waiting: bool = False
    is_by_sector: bool = False  # nothing was learned across languages yet, or it cannot be read
    is_unread: bool = False  # something was learned, and its file cannot be read
    profile: Profile | None = None  # the seeker's, where it was ranked just now
    basis: Basis | None = None  # what it rests on, for whoever tells why


def recommend(seeker: Seeker, kind: str, *, now: datetime | None = None) -> Recommended:
    """What is recommended to the seeker now. Kept rows serve until the seeker, a candidate or the version changes."""
    edition = seeker.edition
    basis = basis_of(edition)
    version = basis.first
    if not basis.rules.is_open:
        return Recommended([], "closed")
    across: dict[str, Any] = {"is_by_sector": version.is_by_sector, "is_unread": bool(version.fault)}
    matchers.tree(edition, version.model, version.number)  # from now on changes are followed
    now = now or timezone.now()
    kept = Recommendation.objects.filter(seeker=seeker, kind=kind).first()
    if kept is not None and _is_fresh(kept, seeker, basis, now):
        return Recommended(kept.rows, "", basis=basis, **across)
    found = ranked(edition, [seeker], kind, now, basis=basis)
    if found is None:
        rows = kept.rows if kept is not None else []
        return Recommended(rows, "", is_waiting=True, basis=basis, **across)
    keep(seeker, kind, found[0].rows, found[0].version.pk, now)
    note = _told(seeker, kind, found[0].note)
    return Recommended(found[0].rows, note, profile=found[0].profile, basis=basis, **across)


def _told(seeker: Seeker, kind: str, note: str) -> str:
    """Why there are none, as the seeker may know it: what others keep back or ask for is not said to be the seeker's doing."""
    if note == "all_excluded":
        kinds = ("exhibitor", "offer") if kind == "offer" else (kind,)
        own = Q()
        for one in kinds:
            own |= Q(**{f"{one}__isnull": False})
        return note if seeker.dismissals.filter(own).exists() else "no_candidates"
    if note == "none_fit" and not seeker.needs.filter(state=Need.State.OPEN).exclude(musts=[]).exists():
        return "theirs"
    return note


def _is_fresh(kept: Recommendation, seeker: Seeker, basis: Basis, now: datetime) -> bool:
    if not kept.rows:  # why there are none is said anew: kept rows do not hold it
        return False
    if kept.model_id != basis.first.pk or now - kept.made_at > OLD:
        return False
    if kept.made_at < seeker.changed_at or (basis.rules.pk and kept.made_at < basis.rules.changed_at):
        return False
    changed = matchers.changed_at(seeker.edition, basis.first.number)
    return bool(changed) and timedelta(seconds=monotonic() - changed) > now - kept.made_at


def keep(seeker: Seeker, kind: str, rows: list[Row], version: int | None, now: datetime) -> None:
    """One row for each kind; the last one counts."""
    Recommendation.objects.bulk_create(
        [Recommendation(seeker=seeker, kind=kind, rows=rows, model_id=version, made_at=now)],
        update_conflicts=True,
        unique_fields=["seeker", "kind"],
        update_fields=["rows", "model", "made_at"],
    )


def note_shown(
    seeker: Seeker, kind: str, rows: list[Row], *, basis: Basis | None = None, now: datetime | None = None
) -> int:
    """Note that these were shown, in this order; the first time a day counts. How many were noted now.

    `basis`: what the list rests on, where it was read already.
    """
    now = now or timezone.now()
    if kind not in Target.KINDS:
        raise ValueError(f"no kind of thing: {kind}")
    day = timezone.localdate(now)
    numbers = [row[0] for row in rows]
    today = Shown.objects.filter(seeker=seeker, day=day, **{f"{kind}_id__in": numbers})
    noted = set(today.values_list(f"{kind}_id", flat=True))
    if noted.issuperset(numbers):
        return 0  # the usual case: the page was opened before today
    if basis is None:
        basis = basis_of(seeker.edition)
    models = {"b": basis.rules.compares_id}
    made = [
        Shown(
            seeker=seeker, model_id=models.get(arm, basis.first.pk), day=day, rank=place, arm=arm,
            score=score, at=now, **{f"{kind}_id": number},
        )
        for place, (number, score, arm) in enumerate(rows, 1)
        if number not in noted
    ]  # fmt: skip
    Shown.objects.bulk_create(made, ignore_conflicts=True)  # two pages at once note it once
    return len(made)
