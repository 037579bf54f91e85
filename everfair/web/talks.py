"""What pages of conversations share: who writes to whom about what from an address, a thread as a page shows it, a message taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.conversations import access
from everfair.conversations.access import Stand, Who
from everfair.conversations.actions.writing import Thing
from everfair.conversations.queries.names import names_of, shown
from everfair.exhibition import access as exhibition_access
from everfair.fair import access as fair_access
from everfair.matchmaking import access as matchmaking_access

A_PAGE = 30


@dataclass(frozen=True)
class Hat:
    """A party the person speaks for: its key and name."""

    key: str
    name: str
    who: Who


def hats_of(request: HttpRequest, edition: Any) -> list[Hat]:
    """The parties the person speaks for in the edition; themselves first."""
    user: Any = request.user
    found = [Hat(Who.person(user).key, _("Myself"), Who.person(user))]
    for firm in exhibition_access.exhibitors_of(user).filter(edition=edition):
        found.append(Hat(Who.firm(firm).key, for_reader(firm.organisation.name), Who.firm(firm)))
    for team in fair_access.delegations_of(user).filter(edition=edition):
        found.append(Hat(Who.team_of(team).key, for_reader(team.name), Who.team_of(team)))
    if access.is_at_help_desk(user, edition):
        found.append(Hat(Who.help_desk(edition).key, _("Help desk"), Who.help_desk(edition)))
    return found


def hat_of(hats: Sequence[Hat], key: str) -> Hat:
    """The one asked for, else the first; Http404 for one that is not the person's."""
    found = next((hat for hat in hats if key in ("", hat.key)), None)
    if found is None:
        raise Http404
    return found


def whom(request: HttpRequest, edition: Any) -> tuple[Who, str, Thing]:
    """Who is written to and about what, from `to` (a booth's or a person's code, or "help") and `about` ("offer:<code>")."""
    kind, _colon, code = request.GET.get("to", "").partition(":")
    about = request.GET.get("about", "")
    if kind == "help":
        return Who.help_desk(edition), _("Help desk"), Thing()
    if kind == "booth":
        firm, _was_former = exhibition_access.get_booth_for(request.user, edition, code)
        name = for_reader(firm.organisation.name)
        return Who.firm(firm), name, thing_of(request.user, edition, about, firm.organisation.name, firm.code)
    if kind == "person":
        seeker = matchmaking_access.get_thing_for(request.user, edition, "person", code)
        names = names_of(edition.pk, [seeker.user])
        return Who.person(seeker.user), names[seeker.user.pk][0] or _("A visitor"), Thing()
    raise Http404


def thing_of(user: Any, edition: Any, about: str, booth_name: dict[str, str], booth_code: str) -> Thing:
    """What the conversation is about: the offer, need or session named, else the booth."""
    kind, _colon, code = about.partition(":")
    if kind in ("offer", "need", "session"):
        found = matchmaking_access.get_thing_for(user, edition, kind, code)
        name = found.title if hasattr(found, "title") else found.name
        return Thing(kind, found.code, name)
    return Thing("booth", booth_code, booth_name)


def other_shown(stand: Stand) -> Any:
    """The other side as the own one may see it."""
    people = [one.user for one in (stand.own, stand.other) if one.user is not None]
    return shown(stand.other, names_of(stand.conversation.edition_id, people))
