"""The edition's catalogue kept in memory as bit sets: halls filter and count without touching the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from django.db.models import Sum

from everfair.base.changes import Change, followers
from everfair.engines.facets import Browse, Catalogue, CatalogueBuilder
from everfair.engines.facets import browse as browse_facets
from everfair.exhibition.models import CatalogueEntry
from everfair.exhibition.models.offer import bits_to_modes

FACETS = ("area", "sector", "country", "mode", "language")
ORDERS = ("newest", "name_en", "name_zh", "offers")
TOPICS = frozenset(
    {"exhibition.exhibitor", "exhibition.offer", "exhibition.catalogue", "fair.area", "fair.sector"}
)


@dataclass
class _Kept:
    catalogue: Catalogue
    built_at: float
    took: float


class _Shelf:
    """Catalogues by edition. Stale ones are rebuilt by the next reader, but not more often than rebuilding allows."""

    def __init__(self) -> None:
        self.kept: dict[int, _Kept] = {}
        self.stale: set[int] = set()
        self.building = Lock()

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.topic in TOPICS and change.edition_id is not None:
                self.stale.add(change.edition_id)

    def get(self, edition_id: int) -> Catalogue:
        kept = self.kept.get(edition_id)
        if kept is None:
            with self.building:
                kept = self.kept.get(edition_id) or self._build(edition_id)
        elif (
            edition_id in self.stale
            and monotonic() - kept.built_at > 4 * kept.took
            and self.building.acquire(False)
        ):
            try:  # one reader rebuilds, the others go on with the old one
                kept = self._build(edition_id)
            finally:
                self.building.release()
        return kept.catalogue

    def _build(self, edition_id: int) -> _Kept:
        self.stale.discard(edition_id)  # before reading: what changes meanwhile makes it stale again
        started = monotonic()
        catalogue = _read(edition_id)
        kept = _Kept(catalogue, monotonic(), monotonic() - started)
        self.kept[edition_id] = kept
        return kept

    def clear(self) -> None:
        self.kept.clear()
        self.stale.clear()


_shelf = _Shelf()
followers.follow(_shelf.note)


def forget_catalogues() -> None:
    """Drop everything kept in memory; the next reader builds anew."""
    _shelf.clear()


def _read(edition_id: int) -> Catalogue:
    builder = CatalogueBuilder(FACETS)
    rows = CatalogueEntry.objects.filter(edition_id=edition_id).values_list(
        "exhibitor_id", "country", "modes", "languages", "sectors", "offers", "name_en", "name_zh", "published_at",
        "area__code",
    )  # fmt: skip
    for (
        key,
        country,
        modes,
        languages,
        sectors,
        offers,
        name_en,
        name_zh,
        published_at,
        area,
    ) in rows.iterator(chunk_size=5000):
        moment = published_at.timestamp()
        builder.add(
            key,
            {
                "area": [area],
                "sector": sectors.split(),
                "country": [country] if country else [],
                "mode": [str(mode) for mode in bits_to_modes(modes)],
                "language": languages.split(),
            },
            {
                "newest": (-moment, -key),
                "name_en": (name_en or name_zh, key),
                "name_zh": (name_zh or name_en, key),
                "offers": (-offers, -moment, key),
            },
        )
    return builder.freeze()


def browse(
    edition_id: int,
    filters: Mapping[str, Sequence[str]],
    *,
    order: str = "newest",
    offset: int = 0,
    limit: int = 24,
) -> Browse:
    """Exhibitor ids of one page, exact total and facet counts. Filters: area, sector, country, mode, language."""
    return browse_facets(_shelf.get(edition_id), filters, order=order, offset=offset, limit=limit)


def counts_by_area(edition_id: int) -> dict[str, int]:
    """Area code → number of published exhibitors."""
    return {str(code): bits.bit_count() for code, bits in _shelf.get(edition_id).facets["area"].items()}


def count_all(edition_id: int) -> int:
    """Published exhibitors of the edition."""
    return len(_shelf.get(edition_id))


def counts_by_area_and_sector(edition_id: int) -> dict[str, dict[str, int]]:
    """Area code → top-level sector code → number of published exhibitors, for the hall plan's squares."""
    catalogue = _shelf.get(edition_id)
    top = {code: bits for code, bits in catalogue.facets["sector"].items() if "." not in str(code)}
    return {
        str(area): {str(code): n for code, bits in top.items() if (n := (bits & area_bits).bit_count())}
        for area, area_bits in catalogue.facets["area"].items()
    }


def count_countries(edition_id: int) -> int:
    """How many countries and regions the published exhibitors come from."""
    return len(_shelf.get(edition_id).facets["country"])


def count_offers(edition_id: int) -> int:
    """Offers on the shelf of the published exhibitors, as the narrow rows count them."""
    return CatalogueEntry.objects.filter(edition_id=edition_id).aggregate(n=Sum("offers"))["n"] or 0
