"""Who may hear who is at a place: everybody where the page is for everybody; who came to a booth, its team alone."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Area, Edition
from everfair.presence.models import AREA, BOOTH, FAIR, HALLS


@dataclass(frozen=True)
class Place:
    """A place of an edition; of a booth its exhibitor."""

    edition: Edition
    name: str
    exhibitor: Exhibitor | None = None


def find_place(user: Any, slug: str, name: str) -> Place | None:
    """The place, for whoever may open its page; None for others, and for what is no place."""
    edition = fair_access.visible_editions(user).filter(slug=slug).first()
    if edition is None:
        return None
    if name in (FAIR, HALLS):
        return Place(edition, name)
    if name.startswith(AREA):
        is_there = Area.objects.filter(edition=edition, code=name.removeprefix(AREA)).exists()
        return Place(edition, name) if is_there else None
    if not name.startswith(BOOTH):
        return None
    code = name.removeprefix(BOOTH)
    found = Exhibitor.objects.select_related("organisation").filter(edition=edition, code=code).first()
    if found is None:
        return None
    found.edition = edition
    may_see = found.is_public or exhibition_access.can_see_unpublished(user, found)
    return Place(edition, name, found) if may_see else None


def get_place_for(user: Any, slug: str, name: str) -> Place:
    """The same; Http404 otherwise."""
    found = find_place(user, slug, name)
    if found is None:
        raise Http404
    return found


def may_listen(user: Any, rest: str) -> bool:
    """here:<edition>:<place>."""
    slug, _colon, name = rest.partition(":")
    return find_place(user, slug, name) is not None


def may_see_visitors(user: Any, code: str) -> bool:
    """host:<exhibitor>: its own team. The organiser does not read who goes where."""
    found = Exhibitor.objects.filter(code=code).first()
    return found is not None and exhibition_access.is_on_team(user, found)


def get_booth_of_team(user: Any, code: str) -> Exhibitor:
    """The exhibitor for somebody of its team; Http404 for everybody else."""
    found = (
        Exhibitor.objects.select_related("organisation", "edition__fair", "area", "place")
        .filter(code=code)
        .first()
    )
    if found is None or not exhibition_access.is_on_team(user, found):
        raise Http404
    found.is_own_firm = True  # type: ignore[attr-defined]
    return found


def may_attend(user: Any, edition: Edition) -> bool:
    """Whether the person is of a firm's team that has a booth in the edition."""
    return exhibition_access.exhibitors_of(user).filter(edition=edition).exists()
