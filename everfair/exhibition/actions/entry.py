"""Keeps the narrow catalogue row of a booth in step with it, inside the calling action's transaction."""

from collections.abc import Iterable
from typing import Any

from everfair.base.languages import pick
from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.fair.models import Sector

_SECTORS_LIMIT = 400
_LANGUAGES_LIMIT = 120


def refresh_entry(exhibitor: Exhibitor) -> None:
    """Write the entry of a published exhibitor anew; remove it when the exhibitor is not public material."""
    if exhibitor.state != Exhibitor.State.PUBLISHED or exhibitor.area_id is None:
        CatalogueEntry.objects.filter(pk=exhibitor.pk).delete()
        return
    offers = list(
        Offer.objects.filter(exhibitor=exhibitor, is_on_shelf=True)
        .select_related("sector")
        .prefetch_related("more_sectors__sector")
    )
    CatalogueEntry.objects.update_or_create(exhibitor=exhibitor, defaults=entry_values(exhibitor, offers))


def entry_values(exhibitor: Exhibitor, offers: list[Offer]) -> dict[str, Any]:
    """The columns of the entry, from a booth with an area and its offers on the shelf (their `more_sectors` fetched)."""
    sectors = [exhibitor.sector, *(offer.sector for offer in offers)]
    sectors += [more.sector for offer in offers for more in offer.more_sectors.all()]
    modes, languages = 0, list(exhibitor.languages)
    for offer in offers:
        modes |= offer.modes
        languages += offer.languages
    name = exhibitor.organisation.name
    return {
        "edition_id": exhibitor.edition_id,
        "area_id": exhibitor.area_id,
        "country": exhibitor.organisation.country,
        "modes": modes,
        "languages": _joined(dict.fromkeys(languages), _LANGUAGES_LIMIT),
        "sectors": _joined(_with_ancestors(sectors), _SECTORS_LIMIT),
        "offers": len(offers),
        "name_en": pick(name, "en").casefold()[:200],
        "name_zh": pick(name, "zh", ("zh", "en")).encode("gb18030", "replace").hex()[:400],
        "published_at": exhibitor.published_at or exhibitor.state_since,
    }


def _with_ancestors(sectors: list[Sector | None]) -> list[str]:
    """Every code once, upper levels first, so that the broadest facets survive the column's limit."""
    found: dict[str, int] = {}
    for sector in sectors:
        if sector is None:
            continue
        codes = [code for code in sector.path.split("/") if code] or [sector.code]
        for depth, code in enumerate(codes):
            found.setdefault(code, depth)
    return sorted(found, key=lambda code: found[code])


def _joined(words: Iterable[str], limit: int) -> str:
    """Words joined by spaces, whole words only, at most `limit` characters."""
    text = ""
    for word in words:
        longer = f"{text} {word}".strip()
        if len(longer) > limit:
            break
        text = longer
    return text
