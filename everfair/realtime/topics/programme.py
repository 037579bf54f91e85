"""Who may listen to a session's room, its moderators' desk, a stage's screen."""

from typing import Any

from everfair.programme import access


def may_enter_room(user: Any, code: str) -> bool:
    """session:<code>: whoever may see the session."""
    return access.find_session(user, code) is not None


def may_moderate(user: Any, code: str) -> bool:
    """desk:<code>: its moderators."""
    session = access.find_session(user, code)
    return session is not None and access.can_moderate(user, session)


def may_see_stage(user: Any, rest: str) -> bool:
    """stage:<edition>:<code>: whoever may see the edition."""
    edition, _, code = rest.partition(":")
    return access.can_see_stage(user, edition, code)
