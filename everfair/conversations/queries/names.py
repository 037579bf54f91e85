"""What a party and a writer are called, to the own side and to the other. Reads only; an e-mail address is never a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.conversations.models import Party
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from everfair.registration.models import Registration

Names = Mapping[int, tuple[str, str]]  # user → (name, firm) as on the badge of the edition


@dataclass(frozen=True)
class Shown:
    """A party as a page shows it. `address`: a booth's public address part, "" when there is none."""

    kind: str
    name: str
    firm: str = ""
    country: str = ""
    address: str = ""
    is_hidden: bool = False


def names_of(edition_id: int, users: Iterable[User]) -> Names:
    """Names and firms of people as they stand on their badges, else as the account says. One query."""
    people = {user.pk: user for user in users}
    rows = Registration.objects.filter(
        edition=edition_id, user__in=people, state=Registration.State.APPROVED, merged_into=None
    )
    found = {
        user_id: (name, firm)
        for user_id, name, firm in rows.values_list("user_id", "name", "organisation_name")
    }
    return {pk: found.get(pk) or (user.name, "") for pk, user in people.items()}


def with_badges(rows: QuerySet[Any], person: str) -> QuerySet[Any]:
    """Messages or parties with `badge_name` and `badge_firm` of the one in the column `person`, read with them; None: no badge."""
    badge = Registration.objects.filter(
        edition=OuterRef("conversation__edition"), user=OuterRef(person), state=Registration.State.APPROVED,
        merged_into=None,
    ).order_by("pk")  # fmt: skip
    name, firm = Subquery(badge.values("name")[:1]), Subquery(badge.values("organisation_name")[:1])
    found: QuerySet[Any] = rows.annotate(badge_name=name, badge_firm=firm)
    return found


def badge_names(rows: Iterable[Any], person: str) -> Names:
    """The same as `names_of`, from rows `with_badges`."""
    found = {}
    for row in rows:
        user = getattr(row, person)
        if user is not None:
            found[user.pk] = (user.name, "") if row.badge_name is None else (row.badge_name, row.badge_firm)
    return found


def shown(party: Party, names: Names, *, to_own: bool = False) -> Shown:
    """The party to its reader; to its own side a hidden buyer has a name."""
    if party.is_hidden and not to_own:
        return Shown(party.kind, _("A buyer, not named"), is_hidden=True)
    if party.exhibitor is not None:
        firm = party.exhibitor
        booth = firm.address if firm.state == Exhibitor.State.PUBLISHED else ""
        organisation = firm.organisation
        return Shown(
            party.kind, for_reader(organisation.name), country=organisation.country, address=booth,
            is_hidden=party.is_hidden,
        )  # fmt: skip
    if party.delegation is not None:
        return Shown(party.kind, for_reader(party.delegation.name))
    if party.kind == Party.Kind.HELP_DESK:
        return Shown(party.kind, _("Help desk"))
    if party.user is None:
        return Shown(party.kind, _("Somebody who has left"))
    name, firm_name = names.get(party.user.pk, (party.user.name, ""))
    return Shown(party.kind, name or _("A visitor"), firm=firm_name, is_hidden=party.is_hidden)


def writer(by: User | None, party: Party, names: Names, *, to_own: bool = False) -> str:
    """Who of a party wrote: a colleague's name; "" where the party's own name says it, or says nothing on purpose."""
    if party.is_hidden and not to_own:
        return ""
    if party.kind == Party.Kind.PERSON:
        return ""
    if by is None:
        return _("a former colleague")
    return names.get(by.pk, (by.name, ""))[0] or _("a colleague")
