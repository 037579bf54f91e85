"""Pairs the organiser keeps apart, as the matchmaking room below names the two sides. Reads only."""

from collections.abc import Collection, Iterator

from django.db.models import Q

from everfair.fair.models import Edition
from everfair.matchmaking.models import Seeker
from everfair.matchmaking.queries.apart import numbers_of
from everfair.meetings.models import BlockedPair, Participant
from everfair.meetings.queries.busy import user_of


def pairs_kept_apart(edition: Edition, keys: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Keys of both sides: a firm's people stand for the firm, a visitor for their seeker. Two queries, one where there are none.

    `keys`: pairs with one of these are enough.
    """
    blocked = BlockedPair.objects.filter(edition=edition)
    if keys is not None:
        blocked = blocked.filter(_touches(keys))
    rows = list(blocked.select_related("a__registration", "b__registration"))
    if not rows:
        return
    people = [one for row in rows for one in (row.a, row.b) if one is not None]
    users = {user for one in people if (user := user_of(one)) is not None}
    seekers = dict(Seeker.objects.filter(edition=edition, user__in=users).values_list("user_id", "pk"))
    for row in rows:
        one = _key(row.a, seekers)
        other = f"exhibitor:{row.exhibitor_id}" if row.exhibitor_id else _key(row.b, seekers)
        if one and other:
            yield one, other


def _touches(keys: Collection[str]) -> Q:
    """Pairs one of whom is among these."""
    firms = numbers_of(keys, "exhibitor")
    users = Seeker.objects.filter(pk__in=numbers_of(keys, "person")).values("user_id")
    found = Q(exhibitor_id__in=firms)
    for side in ("a", "b"):
        found |= Q(**{f"{side}__exhibitor_id__in": firms})
        found |= Q(**{f"{side}__user_id__in": users}) | Q(**{f"{side}__registration__user_id__in": users})
    return found


def _key(person: Participant | None, seekers: dict[int, int]) -> str:
    """ "" for somebody who never looked for anything: nobody is led to them either."""
    if person is None:
        return ""
    if person.exhibitor_id is not None:
        return f"exhibitor:{person.exhibitor_id}"
    user = user_of(person)
    return f"person:{seekers[user]}" if user in seekers else ""
