"""What the organiser's rules allow a person to ask, and how much of it is left. Reads only."""

from datetime import datetime

from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Participant


def why_not_ask(
    asker: Participant, target: Participant | Exhibitor, *, now: datetime | None = None
) -> str | None:
    """The sentence why this person cannot ask that one (or that firm); None when they can. Told before anybody types."""
    return None
