"""Doors of presence: numbers for everybody, one's own word for oneself, who came for the booth's team alone."""

from typing import Any

from tests.factories.calls import make_stay
from tests.house.doors import Door

_MINE, _DESK = "visitor:presence.", "exhibitor:presence."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _place(w: Any) -> dict[str, Any]:
    return {**_edition(w), "place": f"booth-{w.exhibitor.code}"}


def _ring(w: Any) -> dict[str, Any]:
    return {**_edition(w), "code": w.exhibitor.code}


def _booth(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code}


def _stay(w: Any) -> dict[str, Any]:
    return {**_booth(w), "stay": make_stay(w.people["visitor"], w.exhibitor).code}


_ALL_MOVED: dict[str, Any] = {
    "anonymous": 302, "visitor": 302, "owner": 302, "stranger": 302, "delegation": 302, "reviewer": 302,
    "administrator": 302,
}  # fmt: skip
_TEAM: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip

DOORS: list[Door] = [
    Door("public:presence.here_now", _place),
    Door(_MINE + "here_home", **_ALL_MOVED),
    Door(_MINE + "here_edit", _edition, anonymous=302),
    Door(_MINE + "booth_ring", _ring, anonymous=302, owner=302),
    Door(_DESK + "booth_now", _booth, **_TEAM),
    Door(_DESK + "booth_attend", _booth, **{**_TEAM, "method": "post", "owner": 302}),
    Door(_DESK + "visitor_greet", _stay, **{**_TEAM, "method": "post", "owner": 422}),
]
