"""The three best matches on a start page, with their reasons: a person's, a firm's. The full pages are web/matches.py."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from everfair.matchmaking.actions.interests import REASONS
from everfair.matchmaking.actions.recommending import recommend
from everfair.matchmaking.bridge.ranking import rules_of
from everfair.matchmaking.queries.interests import has_said
from everfair.web.matches import Desk, Shown, match_rows

MOST = 3


@dataclass(frozen=True)
class Glance:
    """What stands on a start page. `asks`: nothing is known of the seeker yet, so the three questions stand there instead."""

    edition: Any
    rows: list[Shown]
    url: str
    ask_url: str
    next_url: str = ""
    asks: bool = False
    whys: Any = tuple(REASONS)


def questions_of(edition: Any) -> Glance | None:
    """For a person of whom nothing is known in an edition: the three questions; nothing is made for them yet."""
    if not rules_of(edition).is_open:
        return None
    url, ask_url = (
        reverse(f"visitor:matchmaking.{name}", args=[edition.slug])
        for name in ("match_list", "interest_list")
    )
    return Glance(edition, [], url, ask_url, asks=True)


def glance_of(request: HttpRequest, desk: Desk) -> Glance | None:
    """None where there is nothing to show: suggestions are switched off, being made ready, or nothing fits."""
    edition = desk.seeker.edition
    if not rules_of(edition).is_open:
        return None
    asks = desk.first == "exhibitor" and not has_said(desk.seeker)
    rows = [] if asks else match_rows(desk, desk.first, recommend(desk.seeker, desk.first), MOST)
    if not rows and not asks:
        return None
    url, ask_url = desk.address("match_list"), desk.address("interest_list")
    return Glance(edition, rows, url, ask_url, request.get_full_path(), asks)
