"""What the organiser's desk of matching shows beside figures: rules, versions, refreshes and their reports. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.models import MatchRules, ModelVersion, Refresh

STATE_KINDS = {"waiting": "wait", "running": "wait", "done": "here", "stopped": "away", "failed": "stop"}
REFRESHES_SHOWN = 10


def rules_of(edition: Edition) -> MatchRules:
    """The organiser's numbers with the version compared, or the defaults."""
    found = MatchRules.objects.select_related("compares").filter(edition=edition).first()
    return found or MatchRules(edition=edition)


def versions_of(edition: Edition) -> list[ModelVersion]:
    """What was learned, newest first."""
    return list(ModelVersion.objects.filter(edition=edition).order_by("-number"))


def refreshes_of(edition: Edition) -> list[Refresh]:
    """The last ones, newest first."""
    return list(Refresh.objects.filter(edition=edition).select_related("by")[:REFRESHES_SHOWN])


def refresh_of(edition: Edition, pk: int) -> Refresh | None:
    """One of the edition's."""
    return Refresh.objects.filter(edition=edition, pk=pk).first()


def last_report(edition: Edition) -> Refresh | None:
    """The newest refresh that ended and has something to tell."""
    ended = Refresh.objects.filter(edition=edition, state__in=("done", "stopped"))
    return next((row for row in ended[:5] if row.facts.get("fairness") or row.facts.get("suspects")), None)


@dataclass(frozen=True)
class Stuffer:
    """A firm that states more than can be true. `counts_as`: how seriously each of its sectors is taken, 0 … 1."""

    exhibitor: Any
    sectors: int
    languages: int
    length: float
    repeated: str
    repeated_share: float
    counts_as: float


def stuffers(edition: Edition, told: Iterable[dict[str, Any]]) -> list[Stuffer]:
    """Firms of a refresh's report that are still in the fair, the boldest first. One query."""
    rows = [
        (int(str(one["key"]).partition(":")[2]), one)
        for one in told
        if str(one["key"]).startswith("exhibitor:")
    ]
    firms = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    found = firms.select_related("organisation").in_bulk([pk for pk, _one in rows])
    return [
        Stuffer(
            found[pk], one["sectors"], one["languages"], one["length"], one["repeated"], one["repeated_share"],
            one["counts_as"],
        )
        for pk, one in rows
        if pk in found
    ]  # fmt: skip
