"""What came of matches that were shown: by rank, firm, country, delegation, version and interleaved arm. Reads only.

Nothing here tells of single people: what fewer than five did is not told, nor what could be reckoned from the sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import comb, erfc, sqrt
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from everfair.fair.models import Edition
from everfair.matchmaking.models import Shown
from everfair.matchmaking.models.interests import Target

FEWEST = 5
DEEDS = ("clicked", "saved", "dismissed", "asked", "met")
KINDS = Target.KINDS
RANKS = ((1, 1, "1"), (2, 2, "2"), (3, 3, "3"), (4, 5, "4–5"), (6, 10, "6–10"), (11, 32000, "11–"))


@dataclass(frozen=True)
class Filters:
    """What the figures are narrowed to; "" and None: not at all. `who`: "visitors" or "firms" that were shown something."""

    kind: str = ""
    who: str = ""
    version: int | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""  # of the shown firm's name

    @property
    def is_narrowed(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Line:
    """One group: how often something was shown, and of it what came; None: fewer than five, so not told."""

    group: str
    shown: int
    counts: tuple[int | None, ...]  # in the order of DEEDS


def shown_rows(edition: Edition, filters: Filters) -> QuerySet[Shown]:
    """Shown matches of an edition, narrowed."""
    rows = Shown.objects.filter(seeker__edition=edition)
    if filters.kind in KINDS:
        rows = rows.filter(**{f"{filters.kind}__isnull": False})
    if filters.who:
        rows = rows.filter(seeker__exhibitor__isnull=filters.who == "visitors")
    if filters.version is not None:
        rows = rows.filter(model__number=filters.version) if filters.version else rows.filter(model=None)
    if filters.since:
        rows = rows.filter(day__gte=filters.since)
    if filters.until:
        rows = rows.filter(day__lte=filters.until)
    for word in filters.words.split()[:6]:
        rows = rows.filter(
            Q(exhibitor__organisation__name__icontains=word)
            | Q(offer__exhibitor__organisation__name__icontains=word)
        )
    return rows


def totals(rows: QuerySet[Shown]) -> Line:
    """All together. One query."""
    told = rows.aggregate(people=Count("seeker", distinct=True), shown=Count("pk"), **_counted())
    return _line("", told) if told["people"] >= FEWEST else Line("", told["shown"], (None,) * len(DEEDS))


def by_rank(rows: QuerySet[Shown]) -> list[Line]:
    """The first place, the second, … One query."""
    whens = [When(rank__gte=low, rank__lte=high, then=Value(name)) for low, high, name in RANKS]
    grouped = rows.annotate(group=Case(*whens, default=Value("11–"), output_field=CharField()))
    order = {name: place for place, (_low, _high, name) in enumerate(RANKS)}
    return sorted(_lines(grouped), key=lambda line: order.get(line.group, len(order)))


def by_size(rows: QuerySet[Shown]) -> list[Line]:
    """By the size class of the shown firm (of a firm or of its offer). One query."""
    return _by_firm(rows, "organisation__size_class")


def by_country(rows: QuerySet[Shown]) -> list[Line]:
    """By its country. One query."""
    return _by_firm(rows, "organisation__country")


def by_delegation(rows: QuerySet[Shown]) -> list[Line]:
    """By its delegation's code. One query."""
    return _by_firm(rows, "delegation__code")


def by_version(rows: QuerySet[Shown]) -> list[Line]:
    """By the version that ranked: its number as text, "" where nothing was learned. One query."""
    grouped = rows.annotate(group=F("model__number"))
    return _lines(grouped)


def by_arm(rows: QuerySet[Shown]) -> list[Line]:
    """By the arm of lists in which two versions take turns. One query."""
    return _lines(rows.exclude(arm="").annotate(group=F("arm")))


def _by_firm(rows: QuerySet[Shown], column: str) -> list[Line]:
    """Things that have no firm (sessions, needs, people) are left out."""
    held = rows.filter(Q(exhibitor__isnull=False) | Q(offer__isnull=False))
    group = Coalesce(f"exhibitor__{column}", f"offer__exhibitor__{column}", Value(""))
    return _lines(held.annotate(group=group))


def _counted() -> dict[str, Any]:
    return {name: Count("pk", filter=Q(**{f"{name}_at__isnull": False})) for name in DEEDS}


def _lines(grouped: Any) -> list[Line]:
    """Groups by size; those that fewer than five people saw are taken together, small counts are not told."""
    found = list(
        grouped.order_by()
        .values("group")
        .annotate(people=Count("seeker", distinct=True), shown=Count("pk"), **_counted())
    )
    large = [told for told in found if told["people"] >= FEWEST and told["group"] not in ("", None)]
    large.sort(key=lambda told: (-told["shown"], str(told["group"])))
    rest = [told for told in found if told not in large]
    if rest and max(told["people"] for told in rest) < FEWEST and large:
        rest.append(large.pop())  # else those left over could be reckoned from the sum of all
    lines = [_line(str(told["group"]), told) for told in large]
    if rest:
        together = {name: sum(told[name] for told in rest) for name in ("shown", *DEEDS)}
        if max(told["people"] for told in rest) >= FEWEST:  # the same few may stand in every one of them
            lines.append(_line("", together))
    return _without_rest(lines, large + rest)


def _line(group: str, told: Mapping[str, Any]) -> Line:
    return Line(group, told["shown"], tuple(_told(told[name]) for name in DEEDS))


def _told(count: int) -> int | None:
    return None if 0 < count < FEWEST else count


def _without_rest(lines: list[Line], told: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Where what is not told adds up to few, the smallest that is told goes too: the sum of all stands beside it."""
    for place, name in enumerate(DEEDS):
        everything = sum(one[name] for one in told)
        open_ones = [line for line in lines if line.counts[place]]
        hidden = everything - sum(line.counts[place] or 0 for line in lines)
        if 0 < hidden < FEWEST and open_ones:
            smallest = min(open_ones, key=lambda line: line.counts[place] or 0)
            counts = list(smallest.counts)
            counts[place] = None
            lines[lines.index(smallest)] = replace(smallest, counts=tuple(counts))
    return lines


# Two versions that take turns ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duel:
    """Two versions in the same lists. A list is won by the version more of whose lines were followed, saved or asked for."""

    first: int | None  # number of the version, None: nothing was learned
    second: int | None
    lists: int
    first_won: int
    second_won: int
    people: int  # whose lists these are
    chance: float  # of so large a difference, or a larger one, where both are equally good

    @property
    def is_told(self) -> bool:
        """Whether enough lists were decided to tell at all."""
        return self.first_won + self.second_won >= FEWEST and self.people >= FEWEST

    @property
    def is_sure(self) -> bool:
        """Fewer than five in a hundred by chance alone."""
        return self.is_told and self.chance < 0.05

    @property
    def better(self) -> int | None:
        """The number of the one that won more often."""
        return self.first if self.first_won >= self.second_won else self.second


def duels(rows: QuerySet[Shown]) -> list[Duel]:
    """Each pair of versions that took turns, the newest pair first. One query; a list is what one saw of a kind on a day."""
    acted = Q(clicked_at__isnull=False) | Q(saved_at__isnull=False) | Q(asked_at__isnull=False)
    sums = (
        _with_kind(rows.exclude(arm=""))
        .order_by()
        .values_list("seeker_id", "day", "thing", "arm", "model__number")
        .annotate(acts=Count("pk", filter=acted))
    )
    lists: dict[tuple[Any, ...], dict[str, tuple[int | None, int]]] = defaultdict(dict)
    for seeker, day, kind, arm, number, acts in sums.iterator():
        earlier = lists[seeker, day, kind].get(arm, (number, 0))
        lists[seeker, day, kind][arm] = (number, earlier[1] + acts)
    pairs: dict[tuple[int | None, int | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    people: dict[tuple[int | None, int | None], set[int]] = defaultdict(set)
    for (seeker, *_rest), arms in lists.items():
        if "a" not in arms or "b" not in arms:
            continue
        pair = pairs[arms["a"][0], arms["b"][0]]
        people[arms["a"][0], arms["b"][0]].add(seeker)
        pair[0] += 1
        pair[1] += arms["a"][1] > arms["b"][1]
        pair[2] += arms["b"][1] > arms["a"][1]
    made = [
        Duel(first, second, both, won, other, len(people[first, second]), sign_test(won, other))
        for (first, second), (both, won, other) in pairs.items()
    ]
    return sorted(made, key=lambda duel: (-(duel.second or 0), -(duel.first or 0)))


def _with_kind(rows: QuerySet[Shown]) -> Any:
    whens = [When(**{f"{kind}__isnull": False}, then=Value(kind)) for kind in KINDS]
    return rows.annotate(thing=Case(*whens, default=Value(""), output_field=CharField()))


def sign_test(one: int, other: int) -> float:
    """Two-sided: how often a fair coin falls at least so unevenly. 1.0 where nothing was thrown."""
    thrown, least = one + other, min(one, other)
    if not thrown:
        return 1.0
    tail = sum(comb(thrown, n) for n in range(least + 1))
    return min(1.0, float(2 * tail / 2**thrown)) if thrown < 1000 else _by_normal(thrown, least)


def _by_normal(thrown: int, least: int) -> float:
    return min(1.0, erfc(max(0.0, (thrown / 2 - least - 0.5) / sqrt(thrown / 4)) / sqrt(2)))


def export_rows(tables: Iterable[tuple[str, Sequence[Line]]], few: str) -> Iterator[dict[str, Any]]:
    """The tables for a file; `few` stands where a number is not told."""
    for name, lines in tables:
        for line in lines:
            counts = {
                deed: few if told is None else told for deed, told in zip(DEEDS, line.counts, strict=True)
            }
            yield {"table": name, "group": line.group, "shown": line.shown, **counts}
