"""Who wants nothing of whom, as other rooms name the two sides. Reads only."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from everfair.conversations.access import PARTY_RELATED
from everfair.conversations.models import Block, Party
from everfair.conversations.queries.names import Shown, names_of, shown
from everfair.fair.models import Edition
from everfair.matchmaking.models import Seeker
from everfair.matchmaking.queries.apart import numbers_of


def blocks_of(edition: Edition, keys: frozenset[str]) -> list[Block]:
    """What the person's parties blocked, newest first."""
    return list(Block.objects.filter(edition=edition, own__in=keys).order_by("-at", "-pk"))


@dataclass(frozen=True)
class BlockedLine:
    """A row of the list: which of the person's parties wants nothing of whom."""

    pk: int
    own: str
    other: Shown
    at: datetime


def blocked_lines(edition: Edition, page: Collection[Block]) -> list[BlockedLine]:
    """Blocks with the other side as a conversation of the two shows it: a buyer who is not named stays so. Two queries."""
    others, owns = {row.other for row in page}, {row.own for row in page}
    parties = Party.objects.filter(conversation__edition=edition, key__in=others)
    met = parties.filter(conversation__parties__key__in=owns).annotate(own=F("conversation__parties__key"))
    found: dict[tuple[str, str], Party] = {}
    for party in met.select_related(*PARTY_RELATED).order_by("pk"):
        pair = (party.own, party.key)
        if pair not in found or party.is_hidden:  # named elsewhere or not: the name is not led to from here
            found[pair] = party
    names = names_of(edition.pk, {one.user for one in found.values() if one.user is not None})
    return [
        BlockedLine(row.pk, row.own, _blocked(found.get((row.own, row.other)), names), row.at) for row in page
    ]


def _blocked(party: Party | None, names: Any) -> Shown:
    """Of a conversation that was forgotten nobody can say whether it had a name."""
    return shown(party, names) if party is not None else Shown("", _("Somebody of an earlier conversation"))


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
