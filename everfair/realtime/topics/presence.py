"""Who may hear who is at a place, and who came to a booth. Listening to a place is being there: realtime/roll.py."""

from typing import Any

from everfair.presence import access


def may_see_place(user: Any, rest: str) -> bool:
    """here:<edition>:<place>: whoever may open the place's page."""
    return access.may_listen(user, rest)


def may_see_visitors(user: Any, code: str) -> bool:
    """host:<exhibitor>: the booth's own team."""
    return access.may_see_visitors(user, code)
