"""Whoever looks → profiles of the matching engine: what they said, need and did, whom they wave away. No ranking here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class Known:
    """What is known of many seekers at once, by number: learned interests, acts of meeting, dismissals."""

    interests: Mapping[int, Interests]
    blocked: Mapping[int, frozenset[str]]
    dismissed: Mapping[int, frozenset[str]]
    met: Mapping[int, frozenset[str]]


def seeker_profiles(edition: Edition, tree: Tree, seekers: Sequence[Seeker], now: datetime) -> list[Profile]:
    """Those who look, in the order given: what they said and need, what was learned of them. Eight queries, however many."""
    numbers = [seeker.pk for seeker in seekers]
    known = _known(numbers, tree, now)
    needs = _open_needs(numbers, tree)
    people = firms_of_people(edition, [seeker.user_id for seeker in seekers if seeker.user_id])
    firms = {
        profile.key: profile
        for profile in exhibitor_profiles(
            edition, tree, [one.exhibitor_id for one in seekers if one.exhibitor_id]
        )
    }
    apart = kept_apart(edition)
    return [_seeker_profile(seeker, needs, known, people, firms, apart, tree) for seeker in seekers]


def _seeker_profile(
    seeker: Seeker,
    needs: Mapping[int, list[Seeks]],
    known: Known,
    people: Mapping[int, tuple[str, str, tuple[str, ...]]],
    firms: Mapping[str, Profile],
    apart: Mapping[str, frozenset[str]],
    tree: Tree,
) -> Profile:
    said = answered(seeker.answers or {}, tree)
    several = [*([said] if said != Seeks() else []), *needs.get(seeker.pk, [])]
    if seeker.exhibitor_id:
        key = exhibitor_key(seeker.exhibitor_id)
        offers = firms[key].offers if key in firms else Offers()
    else:
        key = seeker_key(seeker.pk)
        country, size, languages = people.get(seeker.user_id or 0, ("", "", ()))
        offers = Offers(country=country, size=size, languages=languages)
    return Profile(
        key=key,
        firm=key,
        seeks=joined(several) if several else Seeks(),
        offers=offers,
        interests=known.interests.get(seeker.pk, Interests()) if seeker.is_learning else Interests(),
        blocked=known.blocked.get(seeker.pk, frozenset()) | apart.get(key, frozenset()),
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


def _known(seekers: Sequence[int], tree: Tree, now: datetime) -> Known:
    weights: dict[int, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = Interest.objects.filter(seeker_id__in=seekers, removed_at=None, weight__gt=0)
    firms = dict(
        Exhibitor.objects.filter(code__in=rows.filter(kind=Interest.Kind.FIRM).values("value")).values_list(
            "code", "pk"
        )
    )
    for seeker, kind, value, weight, at in rows.values_list(
        "seeker_id", "kind", "value", "weight", "learned_at"
    ):
        name = _value_key(kind, value, tree, firms)
        if name:
            weights[seeker][kind][name] = decayed(weight, at, now)
    blocked: dict[int, set[str]] = defaultdict(set)
    dismissed: dict[int, set[str]] = defaultdict(set)
    waved = Dismissal.objects.filter(seeker_id__in=seekers)
    for row in waved.values_list(
        "seeker_id", "why", "exhibitor_id", "offer_id", "need_id", "session_id", "person_id"
    ):
        into = blocked if row[1] == Dismissal.Why.NEVER else dismissed
        into[row[0]].add(_target_key(row[2:]))
    met: dict[int, set[str]] = defaultdict(set)
    for done in Act.objects.filter(seeker_id__in=seekers, act=Act.Kind.MET).values_list(
        "seeker_id", "exhibitor_id", "offer_id", "need_id", "session_id", "person_id"
    ):
        met[done[0]].add(_target_key(done[1:]))
    return Known(
        {seeker: _interests(kinds) for seeker, kinds in weights.items()},
        {seeker: frozenset(keys) for seeker, keys in blocked.items()},
        {seeker: frozenset(keys) for seeker, keys in dismissed.items()},
        {seeker: frozenset(keys) for seeker, keys in met.items()},
    )


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
