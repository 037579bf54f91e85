"""Whether the parties of an agreement may still bind themselves to each other. What all confirmed stands, whatever comes after."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from everfair.agreements.models import Agreement, AgreementParty
from everfair.base.refusals import Refused
from everfair.conversations.access import are_blocked
from everfair.deals.queries.taking_part import has_left


def require_together(agreement: Agreement, parties: Sequence[AgreementParty]) -> None:
    """Refused while a firm among them has left the fair, or one of them wants nothing of another. One query."""
    for party in parties:
        if has_left(party.exhibitor):
            raise Refused(_("%(firm)s no longer takes part in the fair.") % {"firm": party})
    if are_blocked(agreement.edition, [party.key for party in parties]):
        raise Refused(_("One of the parties wants to hear nothing of another."))


def require_another_person(parties: Sequence[AgreementParty], own: AgreementParty, by: Any) -> None:
    """Refused where this very person has confirmed for another party: an agreement is made by two people at least."""
    for party in parties:
        if party.pk != own.pk and party.confirmed_by_id == by.pk:
            raise Refused(
                _("You have confirmed for %(other)s. One person does not confirm for two parties: for %(own)s somebody else does who may sign for it.")
                % {"other": party, "own": own}
            )  # fmt: skip
