"""Pairs that are never brought together, whoever said so: the two themselves here, the organiser in a room above."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from django.db.models import Q

from everfair.fair.models import Edition
from everfair.matchmaking.models import Dismissal

Pairs = Iterable[tuple[str, str]]
FEW = 50  # so many are asked for by name; of more, the whole edition is read in one go
sources: list[Callable[[Edition, Collection[str] | None], Pairs]] = []
"""Rooms above add theirs when the app is ready: an edition, and the keys ("exhibitor:3", "person:8") somebody asks for or None for
everybody → pairs of keys. Pairs that nobody asked for do no harm.
"""


def kept_apart(edition: Edition, keys: Collection[str] | None = None) -> Mapping[str, frozenset[str]]:
    """Key → the keys it is kept apart from, both ways; of `keys` alone where they are given. One query, and those of the sources."""
    wanted = keys if keys is not None and len(keys) <= FEW else None
    found: dict[str, set[str]] = defaultdict(set)
    for pairs in (_said(edition, wanted), *(source(edition, wanted) for source in sources)):
        for one, other in pairs:
            found[one].add(other)
            found[other].add(one)
    return {key: frozenset(others) for key, others in found.items() if keys is None or key in keys}


def numbers_of(keys: Iterable[str], kind: str) -> list[int]:
    """[3] of {"exhibitor:3", "person:8"} and "exhibitor"."""
    return [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]


def _said(edition: Edition, keys: Collection[str] | None) -> Pairs:
    rows = Dismissal.objects.filter(seeker__edition=edition, why=Dismissal.Why.NEVER)
    if keys is not None:
        firms, people = numbers_of(keys, "exhibitor"), numbers_of(keys, "person")
        by_them = Q(seeker__exhibitor_id__in=firms) | Q(seeker_id__in=people)
        of_them = Q(exhibitor_id__in=firms) | Q(person_id__in=people) | Q(person__exhibitor_id__in=firms)
        rows = rows.filter(by_them | of_them)
    names = ("seeker_id", "seeker__exhibitor_id", "exhibitor_id", "person_id", "person__exhibitor_id")
    for seeker, own_firm, firm, person, their_firm in rows.values_list(*names):
        one = f"exhibitor:{own_firm}" if own_firm else f"person:{seeker}"
        if firm or their_firm:
            yield one, f"exhibitor:{firm or their_firm}"
        elif person:
            yield one, f"person:{person}"
