"""Save, “not for me” and a look noted on a thing's own public page: for signed-in readers only, so that the page of
everybody else can be kept. The deeds themselves are carried out in web/matches.py."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from everfair.matchmaking import access
from everfair.matchmaking.actions.interests import REASONS
from everfair.matchmaking.queries import interests as queries


@dataclass(frozen=True)
class Keep:
    """What the reader may do about a thing: addresses, and how it stands. `save_url` is "" where the page has its own way."""

    is_saved: bool
    save_url: str
    drop_url: str
    dismiss_url: str
    back_url: str  # brings it back; "" unless it was set aside
    looked_url: str  # "" where nothing is learned
    next_url: str
    whys: Any


def keep_of(request: HttpRequest, edition: Any, kind: str, thing: Any, *, saves: bool = True) -> Keep | None:
    """For a signed-in reader; None for everybody else. One to three queries. `saves`: with a save button."""
    if not request.user.is_authenticated:
        return None
    seeker = access.own_seeker(request.user, edition)
    aside = queries.set_aside(seeker, thing) if seeker is not None else None

    def address(name: str, *more: Any) -> str:
        return reverse(f"visitor:matchmaking.{name}", args=[edition.slug, *more])

    def deed(name: str) -> str:
        return address("match_deed", name, kind, thing.code)

    return Keep(
        is_saved=saves and queries.is_saved(seeker, thing),
        save_url=deed("save") if saves else "",
        drop_url=deed("drop") if saves else "",
        dismiss_url=deed("dismiss"),
        back_url=address("aside_back", aside.pk) if aside is not None else "",
        looked_url=deed("looked") if seeker is None or seeker.is_learning else "",
        next_url=request.get_full_path(),
        whys=REASONS,
    )
