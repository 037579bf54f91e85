"""Whom a firm may begin a negotiation with: people it met, scanned with their consent, or talks with. Never a stranger. Reads only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.conversations.access import PARTY_RELATED, Who
from everfair.conversations.models import Conversation, Message, Party
from everfair.conversations.queries import names as talk_names
from everfair.conversations.queries.meetings import sides_of_meeting
from everfair.conversations.queries.names import names_of
from everfair.conversations.queries.reach import why_not as why_not_write
from everfair.deals.access import deal_keys_of, firm_key
from everfair.deals.models import Negotiation
from everfair.deals.queries.names import Shown, firm_shown
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.leads.models import Lead
from everfair.leads.queries import shown as leads
from everfair.meetings.models import Meeting, MeetingPerson
from everfair.meetings.queries.firm import meetings_of_firm, sides_of_firm
from everfair.people.models import Membership
from everfair.registration.models import Registration

MOST_A_DAY = 20  # negotiations that one firm begins within a day
WORDS = 6  # of a search, at most
MEETING, LEAD, TALK = Negotiation.Source.MEETING, Negotiation.Source.LEAD, Negotiation.Source.TALK
KINDS = (str(MEETING), str(LEAD), str(TALK))


@dataclass(frozen=True)
class Source:
    """What a negotiation would begin from. `buyer` None, or `refusal` said: it cannot, and why."""

    kind: str
    code: str
    at: datetime
    shown: Shown
    buyer: Who | None = None
    refusal: str = ""


# One ----------------------------------------------------------------------------------------------------------
def source_of(firm: Exhibitor, kind: str, code: str, now: datetime | None = None) -> Source | None:
    """A meeting, lead or conversation of the firm; None where there is none of it. Rights on the firm were asked before."""
    makers: dict[str, Callable[[Exhibitor, str, datetime], Source | None]] = {
        MEETING: _meeting,
        LEAD: _lead,
        TALK: _talk,
    }
    return makers[kind](firm, code, now or timezone.now()) if kind in makers else None


def _meeting(firm: Exhibitor, code: str, now: datetime) -> Source | None:
    row = meetings_of_firm(firm).filter(code=code).first()
    if row is None:
        return None
    source = Source(MEETING, code, row.slot.starts_at, _met_shown(row, firm))
    if row.state == Meeting.State.NO_SHOW:
        return replace(source, refusal=_("This meeting did not take place. Ask for another one."))
    if row.slot.starts_at > now:
        return replace(
            source, refusal=_("This meeting has not begun yet. Begin the negotiation once you have met.")
        )
    sides = {who.key: who for who in sides_of_meeting(row).values()}
    own = sides.pop(firm_key(firm), None)
    buyer = next(iter(sides.values()), None)
    if own is None or buyer is None:
        return replace(source, refusal=_("The other side has no account here and would not read it."))
    return replace(source, buyer=buyer, shown=_who_shown(firm.edition_id, buyer))


def _lead(firm: Exhibitor, code: str, now: datetime) -> Source | None:
    row = leads.leads_of(firm).filter(code=code).first()
    if row is None:
        return None
    one = leads.shown(row)
    source = Source(LEAD, code, row.taken_at, Shown(one.title))
    if one.contact is None:
        return replace(
            source,
            refusal=_("This visitor does not share their contact with you. Ask them: they can under “Who scanned me”."),
        )  # fmt: skip
    source = replace(source, shown=_lead_shown(one.contact))
    person = row.registration.user
    if person is None:
        return replace(
            source,
            refusal=_("This visitor has no account here and would not read it. Write to their address."),
        )
    return replace(source, buyer=Who.person(person))


def _talk(firm: Exhibitor, code: str, now: datetime) -> Source | None:
    row = _talks(firm).filter(code=code).first()
    if row is None:
        return None
    other = (
        Party.objects.filter(conversation=row)
        .exclude(key=firm_key(firm))
        .select_related(*PARTY_RELATED)
        .get()
    )
    source = Source(TALK, code, row.last_at, _party_shown(row.edition_id, other))
    if other.exhibitor is not None:
        buyer = Who.firm(other.exhibitor, is_hidden=other.is_hidden)
    elif other.user is not None:
        buyer = Who.person(other.user, is_hidden=other.is_hidden)
    else:
        return replace(
            source,
            refusal=_(
                "This person has left the fair: nobody would read it. What was written stays readable."
            ),
        )
    if not Message.objects.filter(conversation=row, side=other.side, kind=Message.Kind.TEXT).exists():
        return replace(
            source, refusal=_("They have not answered you yet. Begin the negotiation once they have written.")
        )
    return replace(source, buyer=buyer)


def why_not(firm: Exhibitor, source: Source, by: Any, now: datetime | None = None) -> str:
    """Why `by` cannot begin a negotiation of the firm from it now, with what to do; "" where they can."""
    buyer, edition = source.buyer, firm.edition
    if source.refusal or buyer is None:
        return source.refusal
    if not edition.is_public or edition.phase == Edition.Phase.ARCHIVED:
        return _("This edition takes no new negotiations. What was begun goes on.")
    if firm.state != Exhibitor.State.PUBLISHED:
        return _("Your booth is not open. Publish it first, so that the buyer can read who writes.")
    if _is_own(firm, buyer) or buyer.key in deal_keys_of(by, edition):
        return _("This is your own side: there is nobody else to negotiate with.")
    begun = _begun_by(firm).filter(made_at__gt=(now or timezone.now()) - timedelta(days=1)).count()
    if begun >= MOST_A_DAY:
        return _(
            "Your firm has begun %(count)d negotiations within a day; that is the most here. Go on tomorrow, or in one you have."
        ) % {"count": begun}  # fmt: skip
    return why_not_write(edition, by, Who.firm(firm), buyer, is_known=True)


def _is_own(firm: Exhibitor, buyer: Who) -> bool:
    """Whether the buyer works for the firm."""
    if buyer.exhibitor is not None:
        return buyer.exhibitor.organisation_id == firm.organisation_id
    return Membership.objects.filter(user=buyer.user, organisation=firm.organisation_id).exists()


def _begun_by(firm: Exhibitor) -> QuerySet[Negotiation]:
    return Negotiation.objects.filter(firm=firm).exclude(source="")


def running(firm: Exhibitor, kind: str, codes: Iterable[str]) -> dict[str, Negotiation]:
    """Code of a meeting, lead or conversation → the open negotiation that was begun from it. One query."""
    rows = Negotiation.objects.filter(
        firm=firm, source=kind, source_code__in=list(codes), state=Negotiation.State.OPEN
    )
    return {row.source_code: row for row in rows}


# Lists --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """Somebody to begin with. `running`: the negotiation that was begun from it and is open."""

    kind: str
    code: str
    at: datetime
    shown: Shown
    running: Negotiation | None


def rows_of(firm: Exhibitor, kind: str, words: str = "", now: datetime | None = None) -> QuerySet[Any]:
    """Meetings that took place, leads with a shared contact, or conversations the other side wrote in; newest first."""
    if kind == LEAD:
        return scanned(firm, words)
    return talked_with(firm, words) if kind == TALK else met(firm, words, now)


def met(firm: Exhibitor, words: str = "", now: datetime | None = None) -> QuerySet[Meeting]:
    """Meetings of the firm that took place, as far as anybody noted, with somebody who has an account."""
    begun = Q(state=Meeting.State.SCHEDULED, slot__starts_at__lte=now or timezone.now())
    rows = meetings_of_firm(firm).filter(Q(state=Meeting.State.HELD) | begun)
    theirs = MeetingPerson.objects.filter(meeting=OuterRef("pk")).exclude(participant__exhibitor=firm)
    has_account = (
        Q(participant__exhibitor__isnull=False)
        | Q(participant__user__isnull=False)
        | Q(participant__registration__user__isnull=False)
    )
    rows = rows.filter(Exists(theirs.filter(has_account)))
    for word in words.split()[:WORDS]:
        named = Q(participant__name__icontains=word) | Q(participant__organisation_name__icontains=word)
        rows = rows.filter(Exists(theirs.filter(named)) | Q(code=word.lower()))
    return rows.order_by("-slot__starts_at", "-pk")


def scanned(firm: Exhibitor, words: str = "") -> QuerySet[Lead]:
    """Leads whose visitor shares their contact and has an account."""
    rows = leads.leads_of(firm, leads.LeadFilters(words=words))
    return rows.filter(Q(shows_contact=True), registration__user__isnull=False)


def talked_with(firm: Exhibitor, words: str = "") -> QuerySet[Conversation]:
    """Conversations of the firm in which a person or another firm wrote. A buyer who is not named is not found by name."""
    wrote = Message.objects.filter(
        conversation=OuterRef("conversation"), side=OuterRef("side"), kind=Message.Kind.TEXT
    )
    there = Q(user__isnull=False) | Q(exhibitor__isnull=False)
    other = Party.objects.filter(there, Exists(wrote), conversation=OuterRef("pk")).exclude(
        key=firm_key(firm)
    )
    rows = _talks(firm).filter(Exists(other))
    for word in words.split()[:WORDS]:
        badges = Registration.objects.filter(
            Q(name__icontains=word) | Q(organisation_name__icontains=word), edition=firm.edition_id
        )
        named = (
            Q(user__name__icontains=word)
            | Q(exhibitor__organisation__name__icontains=word)
            | Q(user__in=badges.values("user"))
        )
        rows = rows.filter(
            Q(title__icontains=word) | Q(code=word.lower()) | Exists(other.filter(named, is_hidden=False))
        )
    return rows.order_by("-last_at", "-pk")


def _talks(firm: Exhibitor) -> QuerySet[Conversation]:
    """Its conversations with a person or another firm; those of negotiations are begun already."""
    parties = Party.objects.filter(conversation=OuterRef("pk"))
    buyers = parties.filter(kind__in=[Party.Kind.PERSON, Party.Kind.FIRM]).exclude(key=firm_key(firm))
    rows = Conversation.objects.filter(edition=firm.edition_id).exclude(about=Conversation.About.INQUIRY)
    return rows.filter(Exists(parties.filter(key=firm_key(firm))), Exists(buyers))


def lines(firm: Exhibitor, kind: str, rows: Sequence[Any]) -> list[Line]:
    """A page of `rows_of` as a list says it. At most three queries."""
    if kind == TALK:
        shown = _talks_shown(firm, rows)
    elif kind == LEAD:
        shown = {row.code: _lead_shown(leads.shown(row).contact) for row in rows}
    else:
        shown = {row.code: _met_shown(row, firm) for row in rows}
    begun = running(firm, kind, shown)
    return [
        Line(kind, row.code, _at(kind, row), shown[row.code], begun.get(row.code))
        for row in rows
        if row.code in shown
    ]


def _at(kind: str, row: Any) -> datetime:
    """When they met, were scanned, or last wrote."""
    found: datetime = row.last_at if kind == TALK else row.taken_at if kind == LEAD else row.slot.starts_at
    return found


# Names --------------------------------------------------------------------------------------------------------
def _met_shown(row: Meeting, firm: Exhibitor) -> Shown:
    theirs = [one.participant for one in sides_of_firm(row, firm).theirs]
    firms = list(dict.fromkeys(one.organisation_name for one in theirs if one.organisation_name))
    return Shown(_(", ").join(one.name for one in theirs), _(", ").join(firms))


def _lead_shown(contact: leads.Contact | None) -> Shown:
    if contact is None:
        return Shown(_("A visitor"))
    return Shown(contact.name, contact.firm, country=contact.country)


def _who_shown(edition_id: int, who: Who) -> Shown:
    if who.exhibitor is not None:
        return firm_shown(who.exhibitor)
    if who.user is None:
        return Shown(_("Somebody who has left"))
    name, firm = names_of(edition_id, [who.user])[who.user.pk]
    return Shown(name or _("A visitor"), firm)


def _talks_shown(firm: Exhibitor, rows: Sequence[Conversation]) -> dict[str, Shown]:
    others = Party.objects.filter(conversation__in=rows).exclude(key=firm_key(firm))
    parties = list(others.select_related(*PARTY_RELATED))
    names = names_of(firm.edition_id, [one.user for one in parties if one.user is not None])
    codes = {row.pk: row.code for row in rows}
    return {codes[one.conversation_id]: _as_shown(talk_names.shown(one, names)) for one in parties}


def _party_shown(edition_id: int, party: Party) -> Shown:
    names = names_of(edition_id, [party.user] if party.user is not None else [])
    return _as_shown(talk_names.shown(party, names))


def _as_shown(one: talk_names.Shown) -> Shown:
    return Shown(one.name, one.firm, one.country, one.address, one.is_hidden)
