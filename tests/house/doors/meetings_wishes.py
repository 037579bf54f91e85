"""Doors of the round of wishes: a visitor's own list; a firm's list for its own people, the organiser not among them."""

from datetime import UTC, datetime
from typing import Any

from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.meetings import make_participant, make_rules
from tests.house.doors import Door

_MINE, _DESK = "visitor:meetings.", "exhibitor:meetings."


def _open(world: Any) -> None:
    make_rules(world.edition, wishes_close_at=datetime(2099, 1, 1, tzinfo=UTC))


def _edition(world: Any) -> dict[str, Any]:
    """people["visitor"] is registered, nobody else is."""
    _open(world)
    make_badge_holder(make_badge_kind(world.edition), user=world.people["visitor"])
    return {"edition": world.edition.slug}


def _booth(world: Any) -> dict[str, Any]:
    _open(world)
    return {"code": world.exhibitor.code}


def _staff(world: Any) -> dict[str, Any]:
    person = make_participant(world.edition, exhibitor=world.exhibitor)
    return {**_booth(world), "person": person.code}


_VISITOR_ONLY = {
    "anonymous": 302,
    "owner": 404,
    "stranger": 404,
    "delegation": 404,
    "reviewer": 404,
    "administrator": 404,
}
_FIRM_ONLY = {
    "anonymous": 302,
    "visitor": 404,
    "stranger": 404,
    "delegation": 404,
    "reviewer": 404,
    "administrator": 404,
}

DOORS: list[Door] = [
    Door(_MINE + "wish_list", _edition, anonymous=302),  # without a registration: a page that says so
    Door(_MINE + "wish_list", _edition, method="post", visitor=302, **_VISITOR_ONLY),
    Door(_MINE + "wish_people", _edition, visitor=200, **_VISITOR_ONLY),
    Door(_MINE + "wish_people", _edition, method="post", visitor=302, **_VISITOR_ONLY),
    Door(_MINE + "wish_limits", _edition, method="post", visitor=302, **_VISITOR_ONLY),
    Door(_DESK + "wish_list", _booth, owner=200, **_FIRM_ONLY),
    Door(_DESK + "wish_list", _booth, method="post", owner=302, **_FIRM_ONLY),
    Door(_DESK + "wish_limits", _staff, method="post", owner=302, **_FIRM_ONLY),
]
