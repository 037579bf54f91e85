"""Whoever looks → profiles of the matching engine: what they said, need and did, whom they wave away. No ranking here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict

from everfair.engines.matching import Interests, Offers, Profile, Seeks
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.profiles import (
    NEED_NAMES,
    Tree,
    answered,
    exhibitor_key,
    exhibitor_profiles,
    firms_of_people,
    joined,
    more_sectors,
    seeker_key,
    seeks_of,
)
from everfair.matchmaking.models import Act, Dismissal, Interest, Need, Seeker
from everfair.matchmaking.queries.apart import kept_apart
from everfair.matchmaking.queries.interests import decayed

TARGETS = ("exhibitor_id", "offer_id", "need_id", "session_id", "person_id")


@dataclass(frozen=True)
class Known:
    """What is known of many seekers at once, by number: learned interests, acts of meeting, dismissals; by key, whom they never meet."""

    interests: Mapping[int, Interests]
    blocked: Mapping[int, frozenset[str]] = field(default_factory=dict)
    dismissed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    met: Mapping[int, frozenset[str]] = field(default_factory=dict)
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)


def seeker_profiles(
    edition: Edition, tree: Tree, seekers: Sequence[Seeker], now: datetime, *, ranks: bool = True
) -> list[Profile]:
    """Those who look, in the order given: what they said and need, what was learned of them.

    As many queries for one as for many. `ranks` False: to tell why, whom they wave away and met is not read.
    """
    numbers = [seeker.pk for seeker in seekers]
    known = Known(_liked(edition, seekers, tree, now))
    if ranks:
        keys = {_own_key(seeker) for seeker in seekers}
        known = replace(known, **_waved(numbers), met=_met(numbers), apart=kept_apart(edition, keys))
    needs = _open_needs(numbers, tree)
    people = firms_of_people(edition, [seeker.user_id for seeker in seekers if seeker.user_id])
    firms = {
        profile.key: profile
        for profile in exhibitor_profiles(
            edition, tree, [one.exhibitor_id for one in seekers if one.exhibitor_id]
        )
    }
    return [_seeker_profile(seeker, needs, known, people, firms, tree) for seeker in seekers]


def _own_key(seeker: Seeker) -> str:
    return exhibitor_key(seeker.exhibitor_id) if seeker.exhibitor_id else seeker_key(seeker.pk)


def _seeker_profile(
    seeker: Seeker,
    needs: Mapping[int, list[Seeks]],
    known: Known,
    people: Mapping[int, tuple[str, str, tuple[str, ...]]],
    firms: Mapping[str, Profile],
    tree: Tree,
) -> Profile:
    said = answered(seeker.answers or {}, tree)
    several = [*([said] if said != Seeks() else []), *needs.get(seeker.pk, [])]
    key = _own_key(seeker)
    if seeker.exhibitor_id:
        offers = firms[key].offers if key in firms else Offers()
    else:
        country, size, languages = people.get(seeker.user_id or 0, ("", "", ()))
        offers = Offers(country=country, size=size, languages=languages)
    return Profile(
        key=key,
        firm=key,
        seeks=joined(several) if several else Seeks(),
        offers=offers,
        interests=known.interests.get(seeker.pk, Interests()) if seeker.is_learning else Interests(),
        blocked=known.blocked.get(seeker.pk, frozenset()) | known.apart.get(key, frozenset()),
        dismissed=known.dismissed.get(seeker.pk, frozenset()),
        met=known.met.get(seeker.pk, frozenset()),
    )


def _open_needs(seekers: Sequence[int], tree: Tree) -> dict[int, list[Seeks]]:
    found = list(
        Need.objects.filter(state=Need.State.OPEN, seeker_id__in=seekers)
        .order_by("pk")
        .values_list(*NEED_NAMES)
    )
    further = more_sectors([row[0] for row in found])
    needs: dict[int, list[Seeks]] = defaultdict(list)
    for row in found:
        needs[row[1]].append(seeks_of(row, further[row[0]], tree))
    return needs


def _liked(edition: Edition, seekers: Sequence[Seeker], tree: Tree, now: datetime) -> dict[int, Interests]:
    """Learned interests by seeker, of those who let it learn. One query, a second one where there are firms among them."""
    learning = [seeker.pk for seeker in seekers if seeker.is_learning]
    rows = Interest.objects.filter(seeker_id__in=learning, removed_at=None, weight__gt=0)
    found = list(rows.values_list("seeker_id", "kind", "value", "weight", "learned_at")) if learning else []
    codes = {value for _seeker, kind, value, _weight, _at in found if kind == Interest.Kind.FIRM}
    firms: dict[str, int] = {}
    if codes:
        of_edition = Exhibitor.objects.filter(edition=edition, code__in=codes)
        firms = dict(of_edition.values_list("code", "pk"))
    weights: dict[int, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for seeker, kind, value, weight, at in found:
        name = _value_key(kind, value, tree, firms)
        if name:
            weights[seeker][kind][name] = decayed(weight, at, now)
    return {seeker: _interests(kinds) for seeker, kinds in weights.items()}


class _Waved(TypedDict):
    blocked: dict[int, frozenset[str]]
    dismissed: dict[int, frozenset[str]]


def _waved(seekers: Sequence[int]) -> _Waved:
    """By seeker, whom they never want to meet and what they set aside. One query."""
    blocked: dict[int, set[str]] = defaultdict(set)
    dismissed: dict[int, set[str]] = defaultdict(set)
    rows = Dismissal.objects.filter(seeker_id__in=seekers)
    for row in rows.values_list("seeker_id", "why", *TARGETS):
        into = blocked if row[1] == Dismissal.Why.NEVER else dismissed
        into[row[0]].add(_target_key(row[2:]))
    return {"blocked": _frozen(blocked), "dismissed": _frozen(dismissed)}


def _met(seekers: Sequence[int]) -> dict[int, frozenset[str]]:
    """By seeker, whom they met. One query."""
    met: dict[int, set[str]] = defaultdict(set)
    rows = Act.objects.filter(seeker_id__in=seekers, act=Act.Kind.MET)
    for row in rows.values_list("seeker_id", *TARGETS):
        met[row[0]].add(_target_key(row[1:]))
    return _frozen(met)


def _frozen(found: Mapping[int, set[str]]) -> dict[int, frozenset[str]]:
    return {seeker: frozenset(keys) for seeker, keys in found.items()}


def _value_key(kind: str, value: str, tree: Tree, firms: Mapping[str, int]) -> str:
    """What the engine calls an interest's value; "" for a sector or a firm that is no more."""
    if kind == Interest.Kind.SECTOR:
        return tree.by_code.get(value, "")
    if kind == Interest.Kind.FIRM:
        return exhibitor_key(firms[value]) if value in firms else ""
    return value


def _target_key(numbers: Sequence[int | None]) -> str:
    """The key of whichever of the five is filled."""
    kinds = ("exhibitor", "offer", "need", "session", "person")
    return next(f"{kind}:{number}" for kind, number in zip(kinds, numbers, strict=True) if number is not None)


def _interests(kinds: Mapping[str, Mapping[str, float]]) -> Interests:
    """Weights between 0 and 1: the strongest of its kind counts 1 once it weighs as much as one meeting."""

    def scaled(kind: str) -> dict[str, float]:
        weights = kinds.get(kind, {})
        most = max([8.0, *weights.values()])
        return {name: weight / most for name, weight in weights.items()}

    return Interests(scaled(Interest.Kind.SECTOR), scaled(Interest.Kind.FIRM), scaled(Interest.Kind.WORD))
