"""Who is told what about needs, in which words. Sending is the mail gateway's work."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.exhibition.models import Exhibitor
from everfair.exhibition.notices import editors_of
from everfair.gateways import mail
from everfair.matchmaking.models import Need, NeedAnswer, Seeker
from everfair.matchmaking.queries.buyers import buyer_of
from everfair.matchmaking.queries.recommendations import sector_names
from everfair.people.models import User
from everfair.people.notices import address

EXTRACT = 600  # characters of a text that stand in a letter


def readers_of(need: Need) -> list[User]:
    """Who speaks for the need: the person, or the firm's owners and editors. Nobody for an imported one."""
    seeker = need.seeker
    if seeker is None:
        return []
    if seeker.exhibitor is not None:
        return editors_of(seeker.exhibitor)
    return [seeker.user] if seeker.user is not None and seeker.user.is_active else []


def own_address(need: Need, language: str) -> str:
    """The need at the desk of whoever looks for something."""
    seeker = need.seeker
    if seeker is not None and seeker.exhibitor is not None:
        return address(
            "exhibitor:matchmaking.own_need_show", language, code=seeker.exhibitor.code, need=need.code
        )
    return address("visitor:matchmaking.need_show", language, edition=need.edition.slug, need=need.code)


def tell_answered(answer: NeedAnswer) -> None:
    """The buyer reads which firm can help, and how."""
    need = answer.need
    for person in readers_of(need):
        if person.pk == answer.by_id:
            continue
        context = _context(need, person) | {
            "firm": pick(answer.exhibitor.organisation.name, person.language),
            "message": _cut(answer.message),
            "url": own_address(need, person.language),
        }
        mail.send(person.email, "matchmaking/answered", context, person.language)


def tell_chosen(need: Need, exhibitors: Iterable[Exhibitor]) -> None:
    """Firms chosen for a need read what is looked for, and by whom unless the buyer stays hidden."""
    buyer = buyer_of(need)
    for firm in exhibitors:
        for person in editors_of(firm):
            context = _context(need, person) | {
                "firm": pick(firm.organisation.name, person.language),
                "buyer": buyer.person or pick(buyer.firm, person.language),
                "text": _cut(pick(need.description, person.language)),
                "url": address(
                    "exhibitor:matchmaking.need_show", person.language, code=firm.code, need=need.code
                ),
            }
            mail.send(person.email, "matchmaking/chosen", context, person.language)


def tell_ended(need: Need, *, reason: str, by: Any) -> None:
    """Firms that answered read that it is settled; the buyer reads it where somebody else took the need off the board."""
    own = {person.pk for person in readers_of(need)}
    if getattr(by, "pk", None) not in own:
        for person in readers_of(need):
            context = _context(need, person) | {
                "reason": reason, "is_over": by is None, "url": own_address(need, person.language)
            }  # fmt: skip
            mail.send(person.email, "matchmaking/ended", context, person.language)
    answers = need.answers.filter(withdrawn_at=None).select_related(
        "exhibitor__organisation", "exhibitor__edition"
    )
    for answer in answers:
        for person in editors_of(answer.exhibitor):
            context = _context(need, person) | {
                "firm": pick(answer.exhibitor.organisation.name, person.language),
                "url": address(
                    "exhibitor:matchmaking.need_show", person.language, code=answer.exhibitor.code, need=need.code
                ),
            }  # fmt: skip
            mail.send(person.email, "matchmaking/settled", context, person.language)


def tell_digest(seeker: Seeker, sections: Sequence[Any], secret: str) -> int:
    """New matches of the week to the person, or to the firm's owners and editors; how many letters."""
    firm = seeker.exhibitor
    person = seeker.user
    readers = (
        editors_of(firm) if firm is not None else [person] if person is not None and person.is_active else []
    )
    for reader in readers:
        way_out = address("visitor:matchmaking.digest_end", reader.language, secret=secret)
        if firm is not None:
            url = address("exhibitor:matchmaking.match_list", reader.language, code=firm.code)
        else:
            url = address("visitor:matchmaking.match_list", reader.language, edition=seeker.edition.slug)
        context = {
            "name": reader.name,
            "firm": pick(firm.organisation.name, reader.language) if firm is not None else "",
            "edition_name": pick(seeker.edition.name, reader.language),
            "seeker": seeker,
            "sections": sections,
            "sectors": sector_names(seeker.edition),
            "url": url,
            "way_out": way_out,
        }
        mail.send(reader.email, "matchmaking/digest", context, reader.language, unsubscribe=way_out)
    return len(readers)


def _context(need: Need, person: User) -> dict[str, object]:
    with translation.override(CONTENT_TO_INTERFACE.get(person.language, "en")):
        state = str(need.get_state_display())
    return {
        "name": person.name,
        "edition_name": pick(need.edition.name, person.language),
        "title": pick(need.title, person.language),
        "state": need.state,
        "state_word": state,
    }


def _cut(text: str) -> str:
    return text if len(text) <= EXTRACT else text[: EXTRACT - 1].rstrip() + "…"
