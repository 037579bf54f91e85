"""The public addresses of an edition, below its own, for sitemaps."""

from everfair.base.codes import address_part
from everfair.base.languages import pick
from everfair.exhibition.models import CatalogueEntry, Offer


def count_addresses(edition_id: int) -> int:
    """Booths and offers that have a public page."""
    return int(_booths(edition_id).count() + _offers(edition_id).count())


def page_of_addresses(edition_id: int, offset: int, limit: int) -> list[str]:
    """ "booths/…/" then "offers/…/", in a fixed order."""
    booths = _booths(edition_id)[offset : offset + limit]
    found = [f"booths/{address_part(pick(name, 'en'), code)}/" for name, code in booths]
    if len(found) < limit:
        before = _booths(edition_id).count()
        start = max(0, offset - before)
        offers = _offers(edition_id)[start : start + limit - len(found)]
        found += [f"offers/{address_part(pick(title, 'en'), code)}/" for title, code in offers]
    return found


def _booths(edition_id: int):  # type: ignore[no-untyped-def]  # a values queryset has no useful name
    return (
        CatalogueEntry.objects.filter(edition_id=edition_id)
        .order_by("exhibitor_id")
        .values_list("exhibitor__organisation__name", "exhibitor__code")
    )


def _offers(edition_id: int):  # type: ignore[no-untyped-def]
    return (
        Offer.objects.filter(exhibitor__entry__edition_id=edition_id, is_on_shelf=True)
        .order_by("pk")
        .values_list("title", "code")
    )
