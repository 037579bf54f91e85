"""Background doors of the outcomes room: an id or a moment comes in, an action runs. No logic here."""

from datetime import datetime

from django_tasks import task

from everfair.base.progress import tell
from everfair.fair.models import Edition
from everfair.outcomes.actions.following import ask_due

KIND = "outcomes.asking"


def ask_what_became(now: datetime | None = None) -> int:
    """Ask both sides of what is due, in every edition; how many outcomes."""
    return ask_due(now)


@task()
def carry_out_asking(edition_id: int) -> int:
    """The organiser's run over one edition, with signs of life; how many outcomes."""
    edition = Edition.objects.get(pk=edition_id)
    tell(KIND, edition_id, 0, 1)
    count = ask_due(edition=edition, tell=lambda done, all_: tell(KIND, edition_id, done, all_))
    tell(KIND, edition_id, count or 1, count or 1)
    return count
