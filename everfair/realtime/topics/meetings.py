"""Who may hear that the floor of meetings changes."""

from typing import Any

from everfair.fair import access


def may_watch_floor(user: Any, edition_id: str) -> bool:
    """floor:<edition's id>: the organiser's team, as the page itself."""
    if not (edition_id.isascii() and edition_id.isdecimal() and len(edition_id) < 19):
        return False
    edition = access.visible_editions(user).filter(pk=int(edition_id)).first()
    return edition is not None and access.may(user, "read", edition)
