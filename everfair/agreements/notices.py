"""Who is told what about agreements, in which words. Letters name the parties and never a value. Sending is the mail gateway's work."""

from collections.abc import Sequence
from typing import Any

from everfair.agreements.models import Agreement, AgreementParty
from everfair.base.languages import pick
from everfair.exhibition.notices import editors_of
from everfair.gateways import mail
from everfair.people.models import User
from everfair.people.notices import address


def signers_of(party: AgreementParty) -> list[User]:
    """The people who may confirm for a party and can sign in."""
    if party.exhibitor is not None:
        return editors_of(party.exhibitor)
    return [party.user] if party.user is not None and party.user.is_active else []


def tell_offered(agreement: Agreement, parties: Sequence[AgreementParty], *, by: Any) -> None:
    """Everybody who may confirm reads that there is something to confirm; not who put it to them."""
    _tell("offered", agreement, parties, by=by)


def tell_ended(agreement: Agreement, parties: Sequence[AgreementParty], *, by: Any) -> None:
    """It was taken back or refused, and why."""
    more = {"is_refused": agreement.state == Agreement.State.REFUSED, "reason": agreement.end_reason}
    _tell("ended", agreement, parties, by=by, **more)


def tell_confirmed(agreement: Agreement, parties: Sequence[AgreementParty], number: int) -> None:
    """Every party confirmed: the record with its number in the chain, to all of them."""
    _tell("confirmed", agreement, parties, by=None, number=number, digest=agreement.digest)


def _tell(
    letter: str, agreement: Agreement, parties: Sequence[AgreementParty], *, by: Any, **more: object
) -> None:
    told = {getattr(by, "pk", None)}
    for party in parties:
        for person in signers_of(party):
            if person.pk in told:
                continue
            told.add(person.pk)
            language = person.language
            context: dict[str, object] = {
                "name": person.name,
                "edition_name": pick(agreement.edition.name, language),
                "title": pick(agreement.title, language),
                "kind": agreement.get_kind_display(),
                "parties": [pick(one.name, language) for one in parties],
                "url": address(
                    "visitor:agreements.agreement_show", language, edition=agreement.edition.slug, code=agreement.code
                ),
                **more,
            }  # fmt: skip
            mail.send(person.email, f"agreements/{letter}", context, language)
