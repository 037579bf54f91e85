"""Who wants nothing of whom, as other rooms name the two sides. Reads only."""

from collections.abc import Collection, Iterator

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from everfair.conversations.models import Block, Party
from everfair.fair.models import Edition
from everfair.matchmaking.models import Seeker
from everfair.matchmaking.queries.apart import numbers_of


def blocks_of(edition: Edition, keys: frozenset[str]) -> list[Block]:
    """What the person's parties blocked, newest first."""
    return list(Block.objects.filter(edition=edition, own__in=keys).order_by("-at", "-pk"))


def pairs_blocked(edition: Edition, keys: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Pairs that matching never brings together, by its keys: "exhibitor:3", "person:<seeker>". Two queries, one where there are none.

    `keys`: pairs with one of these are enough.
    """
    blocks = Block.objects.filter(edition=edition)
    if keys is not None:
        firms = [f"{Party.Kind.FIRM}:{pk}" for pk in numbers_of(keys, "exhibitor")]
        people = (
            Seeker.objects.filter(pk__in=numbers_of(keys, "person"), user__isnull=False)
            .annotate(key=Concat(Value(f"{Party.Kind.PERSON}:"), Cast("user_id", CharField())))
            .values("key")
        )
        named = Q(own__in=firms) | Q(other__in=firms) | Q(own__in=people) | Q(other__in=people)
        blocks = blocks.filter(named)
    rows = list(blocks.values_list("own", "other"))
    if not rows:
        return
    users = {number for pair in rows for kind, number in map(_parts, pair) if kind == Party.Kind.PERSON}
    seekers = dict(Seeker.objects.filter(edition=edition, user__in=users).values_list("user_id", "pk"))
    for pair in rows:
        one, other = (_matching_key(key, seekers) for key in pair)
        if one and other:
            yield one, other


def _parts(key: str) -> tuple[str, int]:
    kind, _, number = key.partition(":")
    return kind, int(number)


def _matching_key(key: str, seekers: dict[int, int]) -> str:
    """ "" for a party that is led to nobody."""
    kind, number = _parts(key)
    if kind == Party.Kind.FIRM:
        return f"exhibitor:{number}"
    return f"person:{seekers[number]}" if kind == Party.Kind.PERSON and number in seekers else ""
