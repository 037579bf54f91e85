"""Pairs of registrations that look like one person: those found, and how they are found. Writes nothing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet

from everfair.engines.text import fold_width, fold_word, is_within_one_edit, simplify
from everfair.fair.models import Edition
from everfair.registration.models import DuplicatePair, Registration
from everfair.registration.queries.registrations import STANDING

REASONS = ("same_email", "same_name_firm", "near_name")
MOST_ALIKE = 12  # of one group: beyond it each is paired with the first only
MOST_COMPARED = 400  # people of one firm whose names are compared letter by letter
SHORTEST_NEAR = 5  # letters below which one edit is no likeness
_WORDS = re.compile(r"\w+")
Key = tuple[int, int]


def open_pairs(edition: Edition) -> QuerySet[DuplicatePair]:
    """Pairs nobody has decided about, surest first, both still standing."""
    return (
        DuplicatePair.objects.filter(
            edition=edition,
            verdict=DuplicatePair.Verdict.OPEN,
            first__state__in=STANDING,
            second__state__in=STANDING,
            first__merged_into=None,
            second__merged_into=None,
        )
        .select_related("first__kind", "second__kind")
        .order_by("-reason", "id")
    )


def pairs_of(registration: Registration) -> list[tuple[DuplicatePair, Registration]]:
    """The registration's open pairs, each with the other one."""
    found = open_pairs(registration.edition).filter(Q(first=registration) | Q(second=registration))
    return [(pair, pair.second if pair.first_id == registration.pk else pair.first) for pair in found[:20]]


def alike(edition: Edition) -> dict[Key, str]:
    """(lower id, higher id) → reason, of everybody standing in the edition. One query, memory for names only."""
    rows = (
        Registration.objects.filter(edition=edition, state__in=STANDING, merged_into=None)
        .order_by("pk")
        .values_list("pk", "name", "second_name", "email", "organisation_name")
    )
    return find_alike(rows.iterator(chunk_size=5000))


def find_alike(people: Iterable[tuple[int, str, str, str, str]]) -> dict[Key, str]:
    """The same for (id, name, second name, e-mail, firm). The surest reason wins."""
    by_email: dict[str, list[int]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_firm: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, name, second, email, firm in people:
        if email:
            by_email[email.lower()].append(key)
        house = folded(firm)
        if not house:
            continue
        for spelling in {folded(name), folded(second)} - {""}:
            by_name[(spelling, house)].append(key)
        by_firm[house].append((key, folded(name)))
    found: dict[Key, str] = {}
    for reason, groups in (("same_email", by_email.values()), ("same_name_firm", by_name.values())):
        for group in groups:
            for pair in _pairs(group):
                found.setdefault(pair, reason)
    for members in by_firm.values():
        for pair in _near(members):
            found.setdefault(pair, "near_name")
    return found


def folded(text: str) -> str:
    """Width, case, accents, Chinese character form, spaces and marks do not count; the order of words does."""
    return " ".join(fold_word(simplify(word)) for word in _WORDS.findall(fold_width(text)))


def _pairs(group: list[int]) -> Iterator[Key]:
    members = sorted(set(group))
    if len(members) <= MOST_ALIKE:
        yield from combinations(members, 2)
    else:
        yield from ((members[0], other) for other in members[1:])


def _near(members: list[tuple[int, str]]) -> Iterator[Key]:
    """One edit apart, or the same words in another order."""
    turned: dict[str, list[int]] = defaultdict(list)
    for key, name in members:
        turned[" ".join(sorted(name.split()))].append(key)
    for group in turned.values():
        yield from _pairs(group)
    if len(members) > MOST_COMPARED:
        return
    joined = [(key, name.replace(" ", "")) for key, name in members]
    for (a, first), (b, second) in combinations(joined, 2):
        long_enough = min(len(first), len(second)) >= SHORTEST_NEAR
        if a != b and long_enough and is_within_one_edit(first, second):
            yield min(a, b), max(a, b)


def compared(pair: DuplicatePair) -> list[tuple[str, Any, Any]]:
    """(field, first's, second's) of what tells people apart."""
    names = ("name", "second_name", "email", "organisation_name", "job_title", "country")
    return [(name, getattr(pair.first, name), getattr(pair.second, name)) for name in names]
