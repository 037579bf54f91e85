"""Has candidates of living editions ready before the first reader comes, in each process that serves pages. Ranks nothing."""

from everfair.base.changes import followers
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import basis_of


def keep_candidates_ready() -> None:
    """Ask for all large kinds; what has to be read or made for them is done aside. Called every few seconds."""
    followers.keep_up()
    for edition in Edition.objects.exclude(phase__in=("draft", "archived")):
        basis = basis_of(edition)
        if basis.rules.is_open:
            for version in (basis.first, basis.second):
                if version is not None:
                    matchers.keep_ready(edition, version.model, version.number)
