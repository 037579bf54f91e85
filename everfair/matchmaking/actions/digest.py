"""The weekly letter with new matches: asked for, never otherwise sent; one click ends it without signing in."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from everfair.base import audit
from everfair.engines.matching import Message
from everfair.fair.models import Edition
from everfair.matchmaking import notices
from everfair.matchmaking.actions.recommending import note_shown, recommend
from everfair.matchmaking.bridge.learning import versions_of
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import explained, rules_of
from everfair.matchmaking.models import Seeker, Shown
from everfair.matchmaking.queries.buyers import buyers_of
from everfair.matchmaking.queries.recommendations import Line, lines

WEEK = timedelta(days=7)
MOST = 5  # of a kind in one letter
OF_VISITORS, OF_FIRMS = ("exhibitor", "session"), ("need", "exhibitor")
AT_ONCE = 500  # letters of one round; the next round goes on


@dataclass(frozen=True)
class Section:
    """New matches of one kind: the lines, why each, and who stands behind a need (nobody where the buyer stays hidden)."""

    kind: str
    lines: Sequence[Line]
    why: dict[int, tuple[Message, ...]]
    buyers: dict[int, Any]


def switch_digest(seeker: Seeker, on: bool, *, by: Any, now: datetime | None = None) -> Seeker:
    """Ask for the weekly letter, or end it. Twice is once. The secret of its way out is the same in every letter."""
    with transaction.atomic():
        row = Seeker.objects.select_for_update(of=("self",)).get(pk=seeker.pk)
        if row.wants_digest == on:
            return row
        row.wants_digest = on
        row.digest_key = _digest(secret_of(row))
        row.save(update_fields=["wants_digest", "digest_key"])
        event = "matchmaking.digest.switched_on" if on else "matchmaking.digest.switched_off"
        audit.record(event, row, by=by, edition_id=row.edition_id, now=now)
    return row


def secret_of(seeker: Seeker) -> str:
    """What stands in the link that ends the letters. Made from the installation's key; only its digest is kept."""
    key, told = settings.SECRET_KEY.encode(), f"matchmaking.digest:{seeker.code}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:40]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_by_secret(secret: str) -> Seeker | None:
    """Whose letters the link ends."""
    rows = Seeker.objects.select_related("edition__fair", "user", "exhibitor__organisation")
    return rows.filter(digest_key=_digest(secret)).first()


def send_digests(now: datetime | None = None) -> int:
    """Send every letter that is due; how many left. Run often or twice at once, each goes once."""
    now = now or timezone.now()
    return sum(send_digest(seeker, now) for seeker in _due(now))


def _due(now: datetime) -> Iterator[Seeker]:
    made_ready: set[int] = set()
    rows = _wanting(now).select_related("edition__fair", "user", "exhibitor__organisation")
    for seeker in rows.exclude(edition__phase__in=("draft", "archived")).order_by("pk")[:AT_ONCE]:
        if seeker.edition_id not in made_ready:
            made_ready.add(seeker.edition_id)
            _make_ready(seeker.edition)
        yield seeker


def _wanting(now: datetime) -> QuerySet[Seeker]:
    rested = Q(digest_sent_at=None) | Q(digest_sent_at__lte=now - WEEK)
    return Seeker.objects.filter(rested, wants_digest=True)


def _make_ready(edition: Edition) -> None:
    """Candidates in memory first: a letter does not come again in a moment, as a page does."""
    version, _other = versions_of(edition, rules_of(edition))
    for kind in {*OF_VISITORS, *OF_FIRMS}:
        matchers.index(edition, kind, version.model, version.number, wait=True)


def send_digest(seeker: Seeker, now: datetime) -> bool:
    """One letter, if there is anything new since the last; a week without anything new passes in silence."""
    if not _wanting(now).filter(pk=seeker.pk).exists():
        return False
    kinds = OF_FIRMS if seeker.exhibitor_id else OF_VISITORS
    for kind in kinds:
        recommend(seeker, kind, now=now)  # ranked and kept here: nothing is held up while it takes its time
    with transaction.atomic():
        if not _wanting(now).filter(pk=seeker.pk).update(digest_sent_at=now):
            return False  # another round was quicker, or the letters were ended meanwhile
        sections = [section for kind in kinds if (section := _new(seeker, kind, now)) is not None]
        if not sections:
            return False
        return notices.tell_digest(seeker, sections, secret_of(seeker)) > 0


def _new(seeker: Seeker, kind: str, now: datetime) -> Section | None:
    """The best of a kind that the seeker was never shown, on a page or in a letter; they count as shown from now on."""
    known = set(
        Shown.objects.filter(seeker=seeker, **{f"{kind}__isnull": False}).values_list(f"{kind}_id", flat=True)
    )
    rows = [row for row in recommend(seeker, kind, now=now).rows if row[0] not in known]
    listed = lines(seeker.edition, seeker, kind, rows)[:MOST]
    if not listed:
        return None
    numbers = [line.thing.pk for line in listed]
    note_shown(seeker, kind, [row for row in rows if row[0] in set(numbers)], now=now)
    why = explained(seeker.edition, seeker, kind, numbers, now)
    buyers = buyers_of([line.thing for line in listed]) if kind == "need" else {}
    return Section(kind, listed, why, buyers)
