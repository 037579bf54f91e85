"""What a new inquiry begins with, from an address: about which offer, booth, need, meeting or scan, and which firms that names."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.conversations.access import Who
from everfair.conversations.queries.meetings import sides_of_meeting
from everfair.deals.access import firm_key
from everfair.exhibition import access as exhibition_access
from everfair.leads import access as leads_access
from everfair.matchmaking import access as matching_access
from everfair.meetings import access as meetings_access
from everfair.web.talks import Hat


@dataclass(frozen=True)
class Begin:
    """`values`: for the form; `about`: for the action; `firms`: chosen from the start; `buyer`: who should ask, "" for anybody."""

    values: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    firms: tuple[Any, ...] = ()
    buyer: str = ""
    name: Any = ""


def buyers_of(request: HttpRequest, edition: Any) -> list[Hat]:
    """Whom the person may ask for: themselves, and the firms they answer for. One query."""
    user: Any = request.user
    found = [Hat(Who.person(user).key, _("Myself"), Who.person(user))]
    for firm in exhibition_access.exhibitors_of(user).filter(edition=edition):
        found.append(Hat(Who.firm(firm).key, for_reader(firm.organisation.name), Who.firm(firm)))
    return found


def begin_of(request: HttpRequest, edition: Any) -> Begin:
    """From `about`, "offer:<code>", "booth:…", "need:…", "meeting:…", "lead:…"; Http404 for what the person may not see."""
    kind, _colon, code = request.GET.get("about", "").partition(":")
    if not kind:
        return Begin()
    if kind not in _MAKERS:
        raise Http404
    return _MAKERS[kind](request.user, edition, code)


def _offer(user: Any, edition: Any, code: str) -> Begin:
    offer = exhibition_access.get_offer_for(user, edition, code)
    values = {"title": for_reader(offer.title), "sector": offer.sector_id}
    return Begin(values, _about("offer", offer.code, offer.title), _open([offer.exhibitor]), name=offer.title)


def _booth(user: Any, edition: Any, code: str) -> Begin:
    firm, _was_former = exhibition_access.get_booth_for(user, edition, code)
    name = firm.organisation.name
    return Begin({}, _about("booth", firm.code, name), _open([firm]), name=name)


def _need(user: Any, edition: Any, code: str) -> Begin:
    need = matching_access.get_need_for(user, code, to="edit")
    if (
        need.edition_id != edition.pk
        or need.seeker is None
        or not matching_access.can_speak_for(user, need.seeker)
    ):
        raise Http404  # nobody's, or somebody else's: the organiser asks in nobody's name
    values = {
        "title": for_reader(need.title), "text": for_reader(need.description), "sector": need.sector_id,
        "deliver_to": [need.deliver_to] if need.deliver_to else [], "currency": need.currency,
        "is_hidden": need.audience == "hidden",
    }  # fmt: skip
    buyer = f"firm:{need.seeker.exhibitor_id}" if need.seeker.exhibitor_id else f"person:{user.pk}"
    return Begin(values, _about("need", need.code, need.title) | {"need": need}, buyer=buyer, name=need.title)


def _meeting(user: Any, edition: Any, code: str) -> Begin:
    own = list(exhibition_access.exhibitors_of(user).filter(edition=edition))
    meeting = _meeting_of(user, edition, own, code)
    firms = [who.exhibitor for who in sides_of_meeting(meeting).values() if who.exhibitor is not None]
    mine = [firm for firm in firms if firm in own]  # met as a firm, it asks as that firm
    others = [firm for firm in firms if firm not in own]
    if mine and others:
        title = dict(others[0].organisation.name)
        return Begin({}, _about("meeting", meeting.code, title), _open(others), firm_key(mine[0]), title)
    title = dict(meeting.exhibitor.organisation.name) if meeting.exhibitor is not None else {}
    return Begin({}, _about("meeting", meeting.code, title), _open(others), name=title)


def _meeting_of(user: Any, edition: Any, firms: list[Any], code: str) -> Any:
    """A meeting for its people and for the team of either firm."""
    for firm in firms:
        with suppress(Http404):
            return meetings_access.get_meeting_of_firm(firm, code)
    return meetings_access.get_meeting_for(user, edition, code)


def _lead(user: Any, edition: Any, code: str) -> Begin:
    lead = leads_access.get_lead_about(leads_access.visitor_of(user), code)
    if lead.exhibitor.edition_id != edition.pk:
        raise Http404
    name = lead.exhibitor.organisation.name
    return Begin({}, _about("lead", lead.code, name), _open([lead.exhibitor]), name=name)


def _about(kind: str, code: str, title: Mapping[str, str]) -> dict[str, Any]:
    return {"about": kind, "about_code": code, "about_title": dict(title)}


def _open(firms: list[Any]) -> tuple[Any, ...]:
    return tuple(firm for firm in firms if firm.is_public)


_MAKERS = {"offer": _offer, "booth": _booth, "need": _need, "meeting": _meeting, "lead": _lead}
