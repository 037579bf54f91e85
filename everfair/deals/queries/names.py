"""What the two sides of a negotiation are called, to each other and to themselves. A hidden buyer has no name. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.conversations.queries.names import Names, names_of
from everfair.deals.models import Inquiry, Negotiation
from everfair.exhibition.models import Exhibitor


@dataclass(frozen=True)
class Shown:
    """A side as a page, a letter or a file says it. `address`: of its public booth, "" when there is none."""

    name: str
    firm: str = ""
    country: str = ""
    address: str = ""
    is_hidden: bool = False

    @property
    def line(self) -> str:
        """Name and firm in one line."""
        return _(", ").join(part for part in (self.name, self.firm) if part)


def names_for(rows: Iterable[Negotiation | Inquiry]) -> Names:
    """Names of all buyers who are people, for `buyer_shown`. One query for each edition."""
    people: dict[int, set[int]] = {}
    users = {}
    for row in rows:
        if row.buyer is not None:
            people.setdefault(row.edition_id, set()).add(row.buyer.pk)
            users[row.buyer.pk] = row.buyer
    found: dict[int, tuple[str, str]] = {}
    for edition_id, keys in people.items():
        found |= dict(names_of(edition_id, [users[key] for key in keys]))
    return found


def buyer_shown(row: Negotiation | Inquiry, names: Names | None = None, *, to_own: bool = False) -> Shown:
    """The buyer to the firm, or to the buyer's own people. `names`: from `names_for`, else one query."""
    if row.is_hidden and not to_own:
        return Shown(_("A buyer, not named"), is_hidden=True)
    if row.buyer_firm is not None:
        return _firm(row.buyer_firm, is_hidden=row.is_hidden)
    if row.buyer is None:
        return Shown(_("Somebody who has left"))
    known = names if names is not None else names_for([row])
    name, firm = known.get(row.buyer.pk, (row.buyer.name, ""))
    return Shown(name or _("A visitor"), firm, is_hidden=row.is_hidden)


def firm_shown(firm: Exhibitor) -> Shown:
    """The firm that is asked."""
    return _firm(firm)


def _firm(firm: Exhibitor, *, is_hidden: bool = False) -> Shown:
    booth = firm.address if firm.state == Exhibitor.State.PUBLISHED else ""
    organisation = firm.organisation
    return Shown(
        for_reader(organisation.name), country=organisation.country, address=booth, is_hidden=is_hidden
    )


def sides_shown(row: Negotiation, *, to: str, names: Names | None = None) -> tuple[Shown, Shown]:
    """(own, other) as the people of side `to` ("buyer" or "firm") read them. `names`: with the buyer's, else one query."""
    buyer = buyer_shown(row, names, to_own=to == "buyer")
    firm = firm_shown(row.firm)
    return (buyer, firm) if to == "buyer" else (firm, buyer)
