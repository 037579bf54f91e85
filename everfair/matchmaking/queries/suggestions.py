"""Kept recommendations as pairs of a visitor and a firm, for the timetable of meetings. Reads only; ranks nothing.

A visitor is led to a firm without the firm learning of it; a meeting names them. So only visitors who agreed to be shown
by name, or whom the caller knows to have agreed elsewhere, are in it.
"""

from collections.abc import Collection, Iterator

from everfair.fair.models import Edition
from everfair.matchmaking.models import Dismissal, MatchRules, Recommendation, Seeker

Pair = tuple[int, int]  # (account of the visitor, exhibitor)


def suggested_pairs(edition: Edition, agreed: Collection[int]) -> dict[Pair, float]:
    """Pairs one of whom is led to the other, with the better of the two scores; nobody who waved the other away. Four queries.

    `agreed`: accounts that may be named to firms whatever their seeker says.
    """
    if MatchRules.objects.filter(edition=edition, is_open=False).exists():
        return {}
    users: dict[int, int] = {}  # seeker → account
    rows = Seeker.objects.filter(edition=edition, user__isnull=False)
    for pk, user, is_shown in rows.values_list("pk", "user_id", "is_shown"):
        if user is not None and (is_shown or user in agreed):
            users[pk] = user
    found: dict[Pair, float] = {}
    kept = Recommendation.objects.filter(seeker__edition=edition, kind__in=("exhibitor", "person"))
    names = ("seeker_id", "seeker__exhibitor_id", "kind", "rows")
    for seeker, firm, kind, listed in kept.values_list(*names).iterator(chunk_size=1000):
        for pair, score in _pairs(seeker, firm, kind, listed, users):
            found[pair] = max(score, found.get(pair, 0.0))
    for pair in _dismissed(edition, users):
        found.pop(pair, None)
    return found


def has_recommendations(edition: Edition) -> bool:
    """Whether anything to suggest was ranked for anybody."""
    kept = Recommendation.objects.filter(seeker__edition=edition, kind__in=("exhibitor", "person"))
    return kept.exclude(rows=[]).exists()


def dismissed_pairs(edition: Edition) -> set[Pair]:
    """Pairs one of whom waved the other away, whatever they agreed to. Two queries."""
    rows = Seeker.objects.filter(edition=edition, user__isnull=False).values_list("pk", "user_id")
    return set(_dismissed(edition, {pk: user for pk, user in rows if user is not None}))


def _pairs(
    seeker: int, firm: int | None, kind: str, listed: list[list[object]], users: dict[int, int]
) -> Iterator[tuple[Pair, float]]:
    for number, score, *_arm in listed:
        if kind == "exhibitor" and seeker in users:
            yield (users[seeker], int(str(number))), float(str(score))
        elif kind == "person" and firm is not None and number in users:
            yield (users[int(str(number))], firm), float(str(score))


def _dismissed(edition: Edition, users: dict[int, int]) -> Iterator[Pair]:
    rows = Dismissal.objects.filter(seeker__edition=edition)
    names = ("seeker_id", "seeker__exhibitor_id", "exhibitor_id", "person_id")
    for seeker, own_firm, firm, person in rows.values_list(*names):
        if own_firm and person in users:
            yield users[person], own_firm
        elif firm and seeker in users:
            yield users[seeker], firm
