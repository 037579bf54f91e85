"""Whether the two sides of a deal are still at the fair. What was agreed stands; nothing new is added by who has left."""

from everfair.exhibition.models import Exhibitor

GONE = (Exhibitor.State.WITHDRAWN, Exhibitor.State.REJECTED)


def has_left(*firms: Exhibitor | None) -> bool:
    """Whether one of them withdrew or was rejected; None is a person, who has no booth to withdraw."""
    return any(firm is not None and firm.state in GONE for firm in firms)
