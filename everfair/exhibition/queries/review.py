"""What a reviewer reads about one firm: its offers, documents, contacts; which steps are open. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from everfair.base.charts import targets
from everfair.exhibition.models import EXHIBITOR_STEPS, BoothContact, BoothDocument, Exhibitor, Offer


@dataclass(frozen=True)
class ReviewMaterial:
    """Everything beside the booth's own texts."""

    offers: list[Offer]
    documents: list[BoothDocument]
    contacts: list[BoothContact]
    earlier: list[Exhibitor]


def review_material(exhibitor: Exhibitor) -> ReviewMaterial:
    """Offers with their licences, documents, contacts, and where the firm exhibited before. Five queries."""
    offers = exhibitor.offers.select_related("sector").prefetch_related("licences")
    earlier = Exhibitor.objects.filter(organisation_id=exhibitor.organisation_id).exclude(pk=exhibitor.pk)
    return ReviewMaterial(
        list(offers),
        list(exhibitor.documents.select_related("file")),
        list(exhibitor.contacts.select_related("user")),
        list(earlier.select_related("edition").order_by("-edition__starts_on", "-id")[:10]),
    )


def possible_states(exhibitor: Exhibitor, roles: Iterable[str]) -> list[str]:
    """States somebody with these roles may move the exhibitor to, in the chart's order."""
    return targets(EXHIBITOR_STEPS, exhibitor.state, roles)
