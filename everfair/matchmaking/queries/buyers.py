"""Who looks for something, as others may know it: the one place that decides whether a buyer's name is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from everfair.base.languages import Words
from everfair.exhibition.models import Exhibitor
from everfair.matchmaking.models import Need
from everfair.people.models import Membership, Organisation
from everfair.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Buyer:
    """Country and size always; the rest only where the name is shown. `booth`: the address of a public booth, or ""."""

    country: str = ""
    size: str = ""  # Organisation.Size
    is_hidden: bool = False
    person: str = ""
    firm: Words = field(default_factory=dict)
    booth: str = ""

    @property
    def size_label(self) -> str:
        """The size in words of the reader's language."""
        return str(Organisation.Size(self.size).label) if self.size else ""


def buyers_of(needs: Iterable[Need], *, with_names: bool | None = None) -> dict[int, Buyer]:
    """Need's id → its buyer. `with_names`: True at the buyer's own desk; None: as the need's audience says."""
    rows = list(needs)
    people = [need.seeker.user_id for need in rows if need.seeker is not None and need.seeker.user_id]
    editions = {need.edition_id for need in rows}
    firms: dict[int, Registration] = {}
    sizes: dict[int, str] = {}
    if people:
        own = Registration.objects.filter(user_id__in=people, edition_id__in=editions, merged_into=None)
        for row in own.exclude(state__in=("declined", "cancelled")).order_by("registered_at", "id"):
            if row.user_id is not None:
                firms[row.user_id] = row
        members = Membership.objects.filter(user_id__in=people).order_by("-since", "-id")
        for user_id, size in members.values_list("user_id", "organisation__size_class"):
            sizes[user_id] = size or sizes.get(user_id, "")
    return {need.pk: _buyer(need, firms, sizes, with_names) for need in rows}


def buyer_of(need: Need, *, with_names: bool | None = None) -> Buyer:
    """One need's buyer."""
    return buyers_of([need], with_names=with_names)[need.pk]


def names_buyer(need: Need) -> bool:
    """Whether whoever may read the need may know who it is: unless the buyer stays hidden."""
    return need.audience != Need.Audience.HIDDEN


def _buyer(
    need: Need, registered: dict[int, Registration], sizes: dict[int, str], with_names: bool | None
) -> Buyer:
    named = names_buyer(need) if with_names is None else with_names
    seeker = need.seeker
    if seeker is None:
        firm: Words = {"en": need.buyer} if named and need.buyer else {}
        return Buyer(need.buyer_country, "", not named, firm=firm)
    if seeker.exhibitor is not None:
        stand, organisation = seeker.exhibitor, seeker.exhibitor.organisation
        if not named:
            return Buyer(need.buyer_country, organisation.size_class, True)
        booth = stand.address if stand.state == Exhibitor.State.PUBLISHED else ""
        return Buyer(need.buyer_country, organisation.size_class, firm=organisation.name, booth=booth)
    size = sizes.get(seeker.user_id or 0, "")
    if not named:
        return Buyer(need.buyer_country, size, True)
    row = registered.get(seeker.user_id or 0)
    firm = {"en": row.organisation_name} if row is not None and row.organisation_name else {}
    person = (row.name if row is not None else "") or (seeker.user.name if seeker.user is not None else "")
    return Buyer(need.buyer_country, size, person=person, firm=firm)


def country_of(need: Need) -> str:
    """The country the buyer is in, as the fair knows it; kept on the need when it is saved."""
    seeker = need.seeker
    if seeker is None:
        return need.buyer_country
    if seeker.exhibitor is not None:
        return seeker.exhibitor.organisation.country
    own = Registration.objects.filter(
        user_id=seeker.user_id or 0, edition_id=need.edition_id, merged_into=None
    )
    found = own.exclude(country="").order_by("-registered_at").values_list("country", flat=True).first()
    if found:
        return found
    firms = Membership.objects.filter(user_id=seeker.user_id or 0).exclude(organisation__country="")
    return firms.order_by("since").values_list("organisation__country", flat=True).first() or ""
