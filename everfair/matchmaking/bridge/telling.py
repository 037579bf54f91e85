"""Why a visitor and a firm suit each other, told to each of them from their own side, for many pairs at once. Ranks nothing.

Nothing learned from what somebody did is in it: the reasons are kept with a meeting, and who did something may take it back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from everfair.engines.matching import Profile, explain, reasons
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.learning import Version
from everfair.matchmaking.bridge.profiles import (
    Tree,
    exhibitor_key,
    exhibitor_profiles,
    person_profiles,
    seeker_key,
)
from everfair.matchmaking.bridge.ranking import basis_of
from everfair.matchmaking.bridge.seeking import seeker_profiles
from everfair.matchmaking.models import Seeker

Told = list[list[Any]]  # [code of the sentence, its facts], kept as JSON


def told_to_both(
    edition: Edition, pairs: Iterable[tuple[int, int]], now: datetime
) -> dict[tuple[int, int], tuple[Told, Told]]:
    """(account, exhibitor) → what the visitor reads, what the firm reads; either may be empty. As many queries for one as for many.

    The firm reads of what the visitor looks for only where the visitor agreed to be shown.
    """
    wanted = list(pairs)
    if not wanted:
        return {}
    version = basis_of(edition).first
    tree = Tree(edition.pk)
    seekers = Seeker.objects.filter(edition=edition).select_related("user", "exhibitor")
    visitors = list(seekers.filter(user__in={user for user, _firm in wanted}))
    firms = list(seekers.filter(exhibitor__in={firm for _user, firm in wanted}))
    looking = dict(
        zip(
            [one.pk for one in (*visitors, *firms)],
            seeker_profiles(edition, tree, [*visitors, *firms], now, ranks=False),
            strict=True,
        )
    )
    booths = {
        one.key: one for one in exhibitor_profiles(edition, tree, sorted({firm for _user, firm in wanted}))
    }
    people = {
        one.key: one for one in person_profiles(edition, tree, [one.pk for one in visitors if one.is_shown])
    }
    by_user, by_firm = {one.user_id: one.pk for one in visitors}, {one.exhibitor_id: one.pk for one in firms}
    return {
        (user, firm): (
            _told(looking.get(by_user.get(user, 0)), booths.get(exhibitor_key(firm)), version),
            _told(looking.get(by_firm.get(firm, 0)), people.get(seeker_key(by_user.get(user, 0))), version),
        )
        for user, firm in wanted
    }


def _told(reader: Profile | None, other: Profile | None, version: Version) -> Told:
    if reader is None or other is None:
        return []
    return [
        [one.code, dict(one.facts)]
        for one in explain(reasons(reader, other, model=version.model, usual={}))
        if not one.code.startswith("interest")
    ]
