"""Notes of absence. Reads only."""

from everfair.conversations.access import Who
from everfair.conversations.models import AwayNote
from everfair.fair.models import Edition


def away_note(edition: Edition, who: Who) -> AwayNote | None:
    """A person's or a firm's note, whether it is shown by now or not."""
    rows = AwayNote.objects.filter(edition=edition)
    if who.exhibitor is not None:
        return rows.filter(exhibitor=who.exhibitor).first()
    return rows.filter(user=who.user).first() if who.user is not None else None
