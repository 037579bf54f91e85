"""Reads about badges: what a code is worth, what doors need off line. Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from everfair.engines import passes
from everfair.fair.models import Edition
from everfair.registration.models import Badge, Registration, SigningKey

State = Registration.State


@dataclass(frozen=True)
class Judged:
    """The verdict of the engine, or "void" (a newer issue, or made void), or "not_expected" (cancelled, declined)."""

    verdict: str
    badge: Badge | None = None
    registration: Registration | None = None

    @property
    def is_valid(self) -> bool:
        return self.verdict == "valid"


def judge_code(edition: Edition, code: str, today: date) -> Judged:
    """What a scanned code is worth in the edition on `today` (its own date). Two queries."""
    return judge_codes(edition, [code], today)[0]


def judge_codes(edition: Edition, codes: Sequence[str], today: date) -> list[Judged]:
    """The same for many codes in two queries, in the order given.

    Badge and registration come with every verdict whose signature holds, so that the door can say whose it was.
    """
    written = [clean_code(code) for code in codes]
    keys = {
        number: (bytes.fromhex(public), distrusted_at)
        for number, public, distrusted_at in SigningKey.objects.filter(edition=edition).values_list(
            "number", "public", "distrusted_at"
        )
    }
    public = {number: key for number, (key, _gone) in keys.items()}
    first = [passes.judge(code, keys=public, edition=edition.pk, today=today) for code in written]
    signed = {code for code, (verdict, _pass) in zip(written, first, strict=True) if verdict in SIGNED}
    badges = {
        badge.code: badge
        for badge in Badge.objects.filter(edition=edition, code__in=signed).select_related(
            "registration__kind"
        )
    }
    answers = []
    for code, (verdict, pass_) in zip(written, first, strict=True):
        if verdict not in SIGNED or pass_ is None:
            answers.append(Judged(verdict))
            continue
        lost = keys[pass_.key][1] is not None
        answers.append(_settle(verdict, badges.get(code), lost))
    return answers


GRACE = timedelta(days=1)  # clocks and time zones differ; the last evening goes past midnight
OVERLAP = timedelta(minutes=2)  # a change is dated before its transaction ends
SIGNED = frozenset({"valid", "expired"})


def _settle(verdict: str, badge: Badge | None, lost: bool) -> Judged:
    """What only the tables know. A lost key's signature proves nothing, so a code we never wrote stays nameless."""
    if badge is None:
        return Judged("void" if lost else "not_expected")
    registration = badge.registration
    if not registration.is_expected:
        return Judged("not_expected", badge, registration)
    if lost or badge.state != Badge.State.VALID:
        return Judged("void", badge, registration)
    return Judged(verdict, badge, registration)


def clean_code(code: str) -> str:
    """As hand scanners type it: ends of lines around it, capitals lost."""
    return code.strip().upper()[:200]


def public_keys(edition: Edition) -> dict[int, str]:
    """Number → public key as hexadecimal digits, of every key that still proves something."""
    return dict(
        SigningKey.objects.filter(edition=edition, distrusted_at=None).values_list("number", "public")
    )


def void_list(edition: Edition, since: datetime | None = None) -> list[tuple[int, int]]:
    """(serial, lowest issue that may be valid) of every badge made void, or no longer expected, after `since`.

    A device keeps the highest number it was told for a serial and refuses lower issues. Order of serial.
    """
    gone = ~Q(registration__state=State.APPROVED) | Q(registration__merged_into__isnull=False)
    void = Q(state=Badge.State.VOID)
    if since is not None:
        since -= OVERLAP
        void &= Q(voided_at__gt=since)
        gone &= Q(registration__decided_at__gt=since) | Q(registration__merged_into__isnull=False)
    rows = (
        Badge.objects.filter(void | gone, edition=edition)
        .order_by("serial")
        .values_list("serial")
        .annotate(newest=Max("issue"))
    )
    return [(serial, newest + 1) for serial, newest in rows]


def door_list(edition: Edition) -> Iterator[dict[str, Any]]:
    """Everybody with a valid badge who is expected, for devices that work without a network. One query, in order of id.

    serial and issue name the badge; kind is its id; watch is "", "vip" or "stop".
    """
    rows = (
        Badge.objects.filter(
            edition=edition,
            state=Badge.State.VALID,
            key__distrusted_at=None,
            registration__state=State.APPROVED,
            registration__merged_into=None,
        )
        .order_by("id")
        .values(
            "serial",
            "issue",
            kind=F("registration__kind_id"),
            name=F("registration__name"),
            firm=F("registration__organisation_name"),
            watch=F("registration__watch"),
        )
    )
    for row in rows.iterator(chunk_size=2000):
        yield dict(row)


def last_day(edition: Edition) -> date:
    """The last day a badge of the edition is valid: the day after its end."""
    return edition.ends_on + GRACE


def short_badges(edition: Edition) -> QuerySet[Badge]:
    """Valid badges that end before the fair does, because it was moved to later days after they were issued."""
    return Badge.objects.filter(
        edition=edition, state=Badge.State.VALID, valid_until__lt=last_day(edition),
        registration__state=State.APPROVED, registration__merged_into=None,
    )  # fmt: skip


def valid_badge(registration: Registration) -> Badge | None:
    """The badge that opens doors for the registration now."""
    return (
        Badge.objects.filter(registration=registration, state=Badge.State.VALID, key__distrusted_at=None)
        .select_related("registration__kind", "registration__edition__fair")
        .first()
    )


def valid_badges(registrations: Iterable[Registration]) -> dict[int, Badge]:
    """Registration id → valid badge, of many in one query."""
    found = Badge.objects.filter(
        registration__in=list(registrations), state=Badge.State.VALID, key__distrusted_at=None
    )
    return {badge.registration_id: badge for badge in found}
