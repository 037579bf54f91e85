"""Pairs that are never brought together, whoever said so: the two themselves here, the organiser in a room above."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from everfair.fair.models import Edition
from everfair.matchmaking.models import Dismissal

Pairs = Iterable[tuple[str, str]]
sources: list[Callable[[Edition], Pairs]] = []
"""Rooms above add theirs when the app is ready: an edition → pairs of keys ("exhibitor:3", "person:8")."""


def kept_apart(edition: Edition) -> Mapping[str, frozenset[str]]:
    """Key → the keys it is kept apart from, both ways. One query, and those of the sources."""
    found: dict[str, set[str]] = defaultdict(set)
    for pairs in (_said(edition), *(source(edition) for source in sources)):
        for one, other in pairs:
            found[one].add(other)
            found[other].add(one)
    return {key: frozenset(others) for key, others in found.items()}


def _said(edition: Edition) -> Pairs:
    rows = Dismissal.objects.filter(seeker__edition=edition, why=Dismissal.Why.NEVER)
    names = ("seeker_id", "seeker__exhibitor_id", "exhibitor_id", "person_id", "person__exhibitor_id")
    for seeker, own_firm, firm, person, their_firm in rows.values_list(*names):
        one = f"exhibitor:{own_firm}" if own_firm else f"person:{seeker}"
        if firm or their_firm:
            yield one, f"exhibitor:{firm or their_firm}"
        elif person:
            yield one, f"person:{person}"
