"""Requests: sent, answered, countered, handed on, cancelled, run out. Rights are asked before; quotas are kept here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Meeting, Participant, Request, Slot


def send_request(
    asker: Participant,
    *,
    exhibitor: Exhibitor | None = None,
    asked: Participant | None = None,
    values: Mapping[str, Any] | None = None,
    by: Any,
    now: datetime | None = None,
) -> Request:
    """Ask a firm or a person for a meeting; staff of a firm are asked as the firm, with their turn first.

    `values`: message, place, language, needs_interpreter, offer, slots (list of Slot, best first), colleagues (list of
    Participant). Refused with the sentence of `why_not_ask`. Whoever accepts at once is booked at once: look at `state`.
    """
    raise NotImplementedError


def accept(
    request: Request, slot: Slot, *, by: Any, person: Participant | None = None, now: datetime | None = None
) -> Meeting:
    """Agree on a slot: the asked side to a sent request, the asker to a countered one. SlotTaken with other slots.

    `person` is who of the asked firm comes; else whoever's turn it is.
    """
    raise NotImplementedError


def decline(request: Request, reason: str = "", *, by: Any, now: datetime | None = None) -> Request:
    """Say no, with a reason the other side reads. Quota comes back."""
    raise NotImplementedError


def counter(
    request: Request, slots: Sequence[Slot], *, by: Any, message: str = "", now: datetime | None = None
) -> Request:
    """The asked side proposes other slots; the asker then accepts one, proposes others or declines."""
    raise NotImplementedError


def propose_again(
    request: Request, slots: Sequence[Slot], *, by: Any, now: datetime | None = None
) -> Request:
    """The asker answers a counter-proposal with slots of their own."""
    raise NotImplementedError


def cancel_request(request: Request, reason: str = "", *, by: Any, now: datetime | None = None) -> Request:
    """Take a request back; one that became a meeting cancels the meeting. Quota and slot come back."""
    raise NotImplementedError


def hand_on(request: Request, colleague: Participant, *, by: Any, now: datetime | None = None) -> Request:
    """Another of the firm's staff is to answer."""
    raise NotImplementedError


def hand_on_silent(now: datetime | None = None) -> int:
    """Requests to firms nobody answered for the rules' hours go to a colleague, once. How many."""
    return 0


def expire_requests(now: datetime | None = None) -> int:
    """Requests whose time is over run out; both sides are told, quota comes back. How many."""
    return 0
