"""What the pages of one outcome read: its rows, confirmed agreements that may become outcomes, parties by key."""

from typing import Any

from django.http import Http404

from everfair.agreements.models import Agreement
from everfair.agreements.queries.agreements import confirmed_of
from everfair.agreements.queries.agreements import parties_of as agreed_by
from everfair.base.canonical import written_amount
from everfair.base.texts import read_whole
from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.outcomes import access
from everfair.outcomes.models import Evidence, FollowUpAnswer, Outcome, OutcomeParty, OutcomeVersion
from everfair.outcomes.queries.content import shown_fields
from everfair.outcomes.queries.sides import NewParty

__all__ = ["shown_fields"]
SAID = FollowUpAnswer.Said.choices


def parties_of(outcome: Outcome) -> list[OutcomeParty]:
    """In order, with who they are here."""
    return list(outcome.parties.select_related("exhibitor__organisation", "delegation", "confirmed_by"))


def sectors_of(outcome: Outcome) -> list[Any]:
    """Its sectors."""
    return list(outcome.sectors.order_by("path", "pk"))


def delegations_of(outcome: Outcome) -> list[Any]:
    """Delegations whose firms are parties, or that are parties themselves."""
    return list(outcome.delegations.order_by("position", "pk"))


def evidence_of(outcome: Outcome) -> list[Evidence]:
    """Files and links, and behind them what was taken off and is kept (`removed_at`)."""
    rows = outcome.evidence.select_related("file")
    return sorted(rows, key=lambda row: row.removed_at is not None)


def versions_of(outcome: Outcome) -> list[OutcomeVersion]:
    """What was public when, the newest first."""
    return list(outcome.versions.order_by("-number").select_related("by"))


def party_of(outcome: Outcome, pk: str) -> OutcomeParty:
    """One of its parties by number; Http404 for what is none."""
    found = outcome.parties.select_related("outcome__edition__fair").filter(pk=read_whole(pk) or 0).first()
    if found is None:
        raise Http404
    return found


def evidence_in(outcome: Outcome, pk: str) -> Evidence:
    """One piece of its evidence by number; Http404 for what is none."""
    rows = outcome.evidence.select_related("outcome").filter(removed_at=None)
    found = rows.filter(pk=read_whole(pk) or 0).first()
    if found is None:
        raise Http404
    return found


def sides_of(user: Any, edition: Edition) -> list[tuple[str, Any]]:
    """(key, name) of the firms and delegations in whose name the person may prepare an outcome."""
    firms = [
        (access.firm_key(firm), firm.organisation.name) for firm in access.firms_signed_for(user, edition)
    ]
    delegations = fair_access.delegations_of(user).filter(edition=edition)
    return [*firms, *((f"delegation:{row.pk}", row.name) for row in delegations)]


def party_of_key(user: Any, edition: Edition, key: str) -> NewParty:
    """One of `sides_of` as a party; Http404 for what is not the person's."""
    for firm in access.firms_signed_for(user, edition):
        if access.firm_key(firm) == key:
            return NewParty(exhibitor=firm)
    for row in fair_access.delegations_of(user).filter(edition=edition):
        if f"delegation:{row.pk}" == key:
            return NewParty(delegation=row)
    raise Http404


# From an agreement --------------------------------------------------------------------------------------------
def agreements_left(user: Any, edition: Edition) -> list[Agreement]:
    """Confirmed agreements of the person's that no outcome stands for yet."""
    taken = Outcome.objects.filter(edition=edition, agreement__isnull=False).exclude(
        state=Outcome.State.WITHDRAWN
    )
    return list(confirmed_of(user, edition).exclude(pk__in=taken.values("agreement"))[:20])


def agreement_of(user: Any, edition: Edition, code: str) -> Agreement:
    """One of the person's confirmed agreements; Http404 for what is none, or stands for an outcome already."""
    for row in agreements_left(user, edition):
        if row.code == code:
            return row
    raise Http404


def facts_of_agreement(agreement: Agreement) -> dict[str, Any]:
    """What the form begins with; everything may be said otherwise, as the registry is public and the agreement is not."""
    facts = {
        f"{name}_{code}": text
        for name in ("title", "summary")
        for code, text in getattr(agreement, name).items()
    }
    amounts = {name: getattr(agreement, name) for name in ("value_from", "value_to")}
    facts |= {name: written_amount(one) for name, one in amounts.items() if one is not None}
    return (
        facts
        | {name: getattr(agreement, name) for name in ("worth", "currency")}
        | {"agreed_on": agreement.signed_on}
    )


def parties_of_agreement(agreement: Agreement) -> list[NewParty]:
    """The same parties: firms of the edition, and bodies by name with their person's address."""
    found = []
    for party in agreed_by(agreement):
        if party.exhibitor is not None:
            found.append(NewParty(exhibitor=party.exhibitor))
        elif party.user is not None:
            found.append(NewParty(name=party.name, country=party.country, email=party.user.email))
    return found
