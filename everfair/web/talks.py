"""What pages of conversations share: the parties somebody speaks for, who is written to about what from an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.base.refusals import Refused
from everfair.conversations import access
from everfair.conversations.access import Stand, Who
from everfair.conversations.actions.writing import Thing
from everfair.conversations.queries.meetings import sides_of_meeting
from everfair.conversations.queries.names import names_of, shown
from everfair.exhibition import access as exhibition_access
from everfair.fair import access as fair_access
from everfair.leads import access as leads_access
from everfair.leads.queries import shown as leads
from everfair.matchmaking import access as matchmaking_access
from everfair.meetings import access as meetings_access

A_PAGE = 30
HIDES = ("booth", "offer", "need")  # things about which a buyer may ask a firm without a name
THINGS = ("offer", "need", "session")


@dataclass(frozen=True)
class Hat:
    """A party the person speaks for: its key and name."""

    key: str
    name: str
    who: Who


@dataclass(frozen=True)
class Start:
    """A conversation that may begin: with whom, called what, about what. `own`: the party it must be, where only one can."""

    other: Who
    name: str
    thing: Thing
    own: str = ""


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


def whom(request: HttpRequest, edition: Any) -> Start:
    """Who is written to and about what: `to` "help", "booth:<address>", "person:…", "need:…", "lead:…", "meeting:…";
    `about` "offer:<code>", "need:…", "session:…". Http404 for what the person may not see, Refused where nobody would read it."""
    user: Any = request.user
    kind, _colon, code = request.GET.get("to", "").partition(":")
    about = request.GET.get("about", "")
    if kind == "help":
        return Start(Who.help_desk(edition), _("Help desk"), _thing(user, edition, about) or Thing())
    if kind == "booth":
        firm, _was_former = exhibition_access.get_booth_for(user, edition, code)
        own_thing = Thing("booth", firm.code, firm.organisation.name)
        thing = _thing(user, edition, about) or own_thing
        return Start(Who.firm(firm), for_reader(firm.organisation.name), thing)
    if kind == "person":
        seeker = matchmaking_access.get_thing_for(user, edition, "person", code)
        return Start(Who.person(seeker.user), _name_of(edition, seeker.user), Thing())
    if kind == "need":
        return _buyer(matchmaking_access.get_thing_for(user, edition, "need", code), edition)
    if kind == "lead":
        return _visitor(user, edition, code, request.GET.get("as", ""))
    if kind == "meeting":
        return _other_of_meeting(user, edition, code, request.GET.get("as", ""))
    raise Http404


def _thing(user: Any, edition: Any, about: str) -> Thing | None:
    """The offer, need or session named; None where none is."""
    kind, _colon, code = about.partition(":")
    if kind not in THINGS:
        return None
    found = matchmaking_access.get_thing_for(user, edition, kind, code)
    return Thing(kind, found.code, found.title)


def _name_of(edition: Any, user: Any) -> str:
    return names_of(edition.pk, [user])[user.pk][0] or _("A visitor")


def _buyer(need: Any, edition: Any) -> Start:
    """Whose need it is; one who asked without a name is not named here either."""
    if need.seeker is None:
        raise Http404
    thing = Thing("need", need.code, need.title)
    is_hidden = need.audience == "hidden"
    if need.seeker.exhibitor is not None and not is_hidden:
        firm = need.seeker.exhibitor
        return Start(Who.firm(firm), for_reader(firm.organisation.name), thing)
    if need.seeker.exhibitor is not None:
        return Start(Who.firm(need.seeker.exhibitor, is_hidden=True), _("A buyer, not named"), thing)
    other = Who.person(need.seeker.user, is_hidden=is_hidden)
    name = _("A buyer, not named") if is_hidden else _name_of(edition, need.seeker.user)
    return Start(other, name, thing)


def _visitor(user: Any, edition: Any, code: str, key: str) -> Start:
    """A visitor whose badge the firm `key` scanned, once they agreed to share who they are."""
    kind, _colon, number = key.partition(":")
    firms = leads_access.exhibitors_of(user).filter(edition=edition)
    firm = next((one for one in firms if kind == "firm" and str(one.pk) == number), None)
    if firm is None:
        raise Http404
    lead = leads_access.get_lead_of(firm, code)
    person = lead.registration.user
    if leads.shown(lead).contact is None:
        raise Http404
    if person is None:
        raise Refused(_("This visitor has no account here and would not read it. Write to their address."))
    return Start(Who.person(person), _name_of(edition, person), Thing(), key)


def _other_of_meeting(user: Any, edition: Any, code: str, key: str) -> Start:
    """The other side of a meeting of the person, or of their firm `key`, whose colleague asked or was asked."""
    firms = exhibition_access.exhibitors_of(user).filter(edition=edition)
    firm = next((one for one in firms if Who.firm(one).key == key), None)
    if firm is not None:
        meeting = meetings_access.get_meeting_of_firm(firm, code)
    else:
        meeting = meetings_access.get_meeting_for(user, edition, code)
    keys = access.keys_of(user, edition)
    sides = sides_of_meeting(meeting)
    own = next((who for who in sides.values() if who.key in keys), None)
    other = next((who for who in sides.values() if own is not None and who.key != own.key), None)
    if own is None:
        raise Http404
    if other is None:
        raise Refused(_("The other side has no account here and would not read it."))
    title = dict(meeting.exhibitor.organisation.name) if meeting.exhibitor is not None else {}
    if other.exhibitor is not None:
        name = for_reader(other.exhibitor.organisation.name)
    else:
        name = _name_of(edition, other.user)
    return Start(other, name, Thing("meeting", meeting.code, title), own.key)


def may_hide(hat: Hat, start: Start) -> bool:
    """Whether the buyer may ask without a name: a person, a firm, about what it offers or what they look for."""
    return hat.who.user is not None and start.other.exhibitor is not None and start.thing.kind in HIDES


def both_shown(stand: Stand) -> tuple[Any, Any]:
    """The own side as its people see it, the other side as the own one may see it. One query."""
    people = [one.user for one in (stand.own, stand.other) if one.user is not None]
    names = names_of(stand.conversation.edition_id, people)
    return shown(stand.own, names, to_own=True), shown(stand.other, names)
