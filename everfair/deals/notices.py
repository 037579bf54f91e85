"""Who is told what about deals, in which words. What is written in a conversation is told by conversations' own letters."""

from typing import Any

from django.utils import translation

from everfair.base.currencies import places_of
from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.conversations.access import readers_of
from everfair.deals.models import Negotiation, QuotationVersion
from everfair.deals.queries.names import sides_shown
from everfair.exhibition.access import BOOTH_ROLES
from everfair.gateways import mail
from everfair.people.models import Membership, User
from everfair.people.notices import address

OTHER = {"buyer": "firm", "firm": "buyer"}


def people_of(negotiation: Negotiation, side: str) -> list[User]:
    """Who reads for a side: the person; of a firm whoever of its team has it in hand, else all of it."""
    if negotiation.conversation is not None:
        key = negotiation.buyer_key if side == "buyer" else f"firm:{negotiation.firm_id}"
        found = negotiation.conversation.parties.filter(key=key).select_related("user", "exhibitor").first()
        if found is not None:
            return readers_of(found)
    firm = negotiation.firm if side == "firm" else negotiation.buyer_firm
    if firm is None:
        person = negotiation.buyer
        return [person] if person is not None and person.is_active else []
    members = Membership.objects.filter(organisation=firm.organisation_id, role__in=BOOTH_ROLES)
    return list(User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("pk"))


def tell(negotiation: Negotiation, side: str, template: str, **facts: Any) -> int:
    """Mail `template` (of mail/deals/) to the people of `side`; how many letters. The other side is called as they may read it."""
    people = people_of(negotiation, side)
    for person in people:
        mail.send(
            person.email, f"deals/{template}", context_for(negotiation, side, person) | facts, person.language
        )
    return len(people)


def context_for(negotiation: Negotiation, side: str, person: User) -> dict[str, object]:
    """What every letter about a negotiation says: names in the reader's language, the page's address."""
    with translation.override(CONTENT_TO_INTERFACE.get(person.language, "en")):
        own, other = sides_shown(negotiation, to=side)
    return {
        "name": person.name,
        "edition_name": pick(negotiation.edition.name, person.language),
        "title": negotiation.title,
        "own_name": own.line,
        "other_name": other.line,
        "url": address(
            "visitor:deals.negotiation_show", person.language, edition=negotiation.edition.slug, code=negotiation.code
        ),
    }  # fmt: skip


def tell_begun(negotiation: Negotiation, text: str) -> int:
    """The buyer reads that a firm has begun a negotiation, from what, and its first words."""
    return tell(negotiation, "buyer", "begun", source=negotiation.source, words=text)


def tell_ended(negotiation: Negotiation, *, side: str) -> None:
    """The other side reads that `side` called it agreed or not, and why."""
    to = OTHER[side]
    for person in people_of(negotiation, to):
        with translation.override(CONTENT_TO_INTERFACE.get(person.language, "en")):
            why = str(negotiation.get_why_display()) if negotiation.why else ""
        context = context_for(negotiation, to, person) | {
            "is_won": negotiation.state == Negotiation.State.WON, "why": why, "why_text": negotiation.why_text
        }  # fmt: skip
        mail.send(person.email, "deals/ended", context, person.language)


def tell_quotation(version: QuotationVersion, what: str, *, to: str, text: str = "") -> None:
    """Side `to` reads that a quotation was "sent", "accepted", "declined", "countered" or "withdrawn", with the words said."""
    quotation = version.quotation
    negotiation = quotation.negotiation
    for person in people_of(negotiation, to):
        url = address(
            "visitor:deals.quotation_show", person.language, edition=negotiation.edition.slug, code=negotiation.code,
            quotation=quotation.code,
        )  # fmt: skip
        amount = f"{version.currency} {version.total:,.{places_of(version.currency)}f}"
        facts = {
            "what": what, "quotation_title": version.title, "number": version.number, "amount": amount,
            "ends_on": version.ends_on, "words": text, "url": url,
        }  # fmt: skip
        template = "quotation_sent" if what == "sent" else "quotation_answered"
        context = context_for(negotiation, to, person) | facts
        mail.send(person.email, f"deals/{template}", context, person.language)
