"""Background doors of the matchmaking room: a moment comes in, actions run. No logic here."""

from datetime import datetime

from everfair.matchmaking.actions.needs import close_due


def follow_needs(now: datetime | None = None) -> int:
    """Needs whose last day is over leave the board; how many."""
    return close_due(now)
