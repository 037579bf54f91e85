"""Which visitor the fair would bring together with which firm, out of kept recommendations. Nothing said of a wish or a veto is read here."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from everfair.fair.models import Edition
from everfair.matchmaking.queries.suggestions import dismissed_pairs, suggested_pairs
from everfair.meetings.models import Participant


@dataclass(frozen=True)
class Suggested:
    """A pair the fair suggests. `score` 0 … 1: how well they suit each other."""

    participant: int
    exhibitor: int
    score: float


def suggested_meetings(
    edition: Edition,
    users: Mapping[int, int],
    staff: Mapping[int, int],
    taken: Collection[tuple[int, int]],
    most: int,
) -> list[Suggested]:
    """The best first, at most `most` for each visitor and `most` times its people for each firm. Five queries.

    `users`: account → participant of visitors who take part; `staff`: exhibitor → how many of its people do; `taken`:
    pairs somebody asked for. A silent "no" is not looked at, so that it changes nothing that is counted.
    """
    if most < 1:
        return []
    listed = Participant.objects.filter(edition=edition, is_listed=True, exhibitor=None)
    agreed = set(listed.values_list("pk", flat=True))
    pairs = suggested_pairs(edition, {user for user, who in users.items() if who in agreed})
    ordered = sorted(
        (-score, users[user], firm)
        for (user, firm), score in pairs.items()
        if user in users and staff.get(firm) and (users[user], firm) not in taken
    )
    per_visitor: Counter[int] = Counter()
    per_firm: Counter[int] = Counter()
    found = []
    for score, visitor, firm in ordered:
        if per_visitor[visitor] < most and per_firm[firm] < most * staff[firm]:
            per_visitor[visitor] += 1
            per_firm[firm] += 1
            found.append(Suggested(visitor, firm, -score))
    return found


def waved_away(edition: Edition, users: Mapping[int, int]) -> set[tuple[int, int]]:
    """(participant, exhibitor) one of whom set the other aside in the meantime."""
    by_visitor: dict[int, set[int]] = defaultdict(set)
    for user, firm in dismissed_pairs(edition):
        if user in users:
            by_visitor[users[user]].add(firm)
    return {(who, firm) for who, firms in by_visitor.items() for firm in firms}
