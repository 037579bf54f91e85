"""What a party and a writer are called, to the own side and to the other. Reads only; an e-mail address is never a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
