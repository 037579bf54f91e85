"""Who wants nothing of whom, as other rooms name the two sides. Reads only."""

from collections.abc import Collection, Iterator

from django.db.models import Q

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
        users = Seeker.objects.filter(pk__in=numbers_of(keys, "person")).values_list("user_id", flat=True)
        own = [f"{Party.Kind.FIRM}:{pk}" for pk in numbers_of(keys, "exhibitor")]
        own += [f"{Party.Kind.PERSON}:{pk}" for pk in users]
        blocks = blocks.filter(Q(own__in=own) | Q(other__in=own))
    rows = list(blocks.values_list("own", "other"))
    if not rows:
        return
    people = {number for pair in rows for kind, number in map(_parts, pair) if kind == Party.Kind.PERSON}
    seekers = dict(Seeker.objects.filter(edition=edition, user__in=people).values_list("user_id", "pk"))
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
