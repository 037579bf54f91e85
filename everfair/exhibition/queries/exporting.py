"""Exhibitors and offers as flat rows, in the columns the importer reads: for exports and for comparing.
Reads only."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.db.models import Prefetch, QuerySet

from everfair.exhibition.models import Exhibitor, Offer
from everfair.exhibition.models.offer import bits_to_modes
from everfair.fair.models import Edition
from everfair.gateways.tables import write_csv, write_xlsx

FIRM_FIELDS = ("name_en", "name_zh", "country", "website", "email", "size")
BOOTH_FIELDS = (
    "area", "sector", "headline_en", "headline_zh", "about_en", "about_zh", "languages",
    "delegation", "video_url",
)  # fmt: skip
OFFER_FIELDS = ("title_en", "title_zh", "description_en", "description_zh", "modes", "sector")
COLUMNS: tuple[str, ...] = (
    "external_id", "code", *FIRM_FIELDS, *BOOTH_FIELDS, "offer_external_id",
    *(f"offer_{key}" for key in OFFER_FIELDS),
)  # fmt: skip
MORE_COLUMNS = ("state", "source")
"""Told by an export, not read by an import."""


def with_flat_parts(exhibitors: QuerySet[Exhibitor]) -> QuerySet[Exhibitor]:
    """The queryset with everything `flat_exhibitor` and `flat_offer` look at: two queries."""
    return exhibitors.select_related("organisation", "area", "sector", "delegation").prefetch_related(
        Prefetch("offers", Offer.objects.select_related("sector"))
    )


def flat_exhibitor(exhibitor: Exhibitor) -> dict[str, Any]:
    """Target field → value of the firm and the booth; "" or [] for what is missing."""
    firm = exhibitor.organisation
    return {
        "name_en": firm.name.get("en", ""),
        "name_zh": firm.name.get("zh", ""),
        "country": firm.country,
        "website": firm.website,
        "email": firm.email,
        "size": firm.size_class,
        "area": exhibitor.area.code if exhibitor.area else "",
        "sector": exhibitor.sector.code if exhibitor.sector else "",
        "headline_en": exhibitor.headline.get("en", ""),
        "headline_zh": exhibitor.headline.get("zh", ""),
        "about_en": exhibitor.about.get("en", ""),
        "about_zh": exhibitor.about.get("zh", ""),
        "languages": exhibitor.languages,
        "delegation": exhibitor.delegation.code if exhibitor.delegation else "",
        "video_url": exhibitor.video_url,
    }


def flat_offer(offer: Offer) -> dict[str, Any]:
    """OFFER_FIELDS → value of one offer."""
    return {
        "title_en": offer.title.get("en", ""),
        "title_zh": offer.title.get("zh", ""),
        "description_en": offer.description.get("en", ""),
        "description_zh": offer.description.get("zh", ""),
        "modes": bits_to_modes(offer.modes),
        "sector": offer.sector.code if offer.sector else "",
    }


def offer_id(offer: Offer) -> str:
    """The id by which an import finds the offer again: the list's own, else our code."""
    return offer.external_id or offer.code


def export_rows(edition: Edition, states: tuple[str, ...] = ()) -> Iterator[Mapping[str, Any]]:
    """One row per offer, one for an exhibitor without offers; keys are COLUMNS and MORE_COLUMNS. By id, in
    chunks."""
    found = Exhibitor.objects.filter(edition=edition).order_by("pk")
    if states:
        found = found.filter(state__in=states)
    for exhibitor in with_flat_parts(found).iterator(chunk_size=500):
        head = {
            "external_id": exhibitor.external_id or exhibitor.code,
            "code": exhibitor.code,
            **flat_exhibitor(exhibitor),
            "state": exhibitor.state,
            "source": exhibitor.source,
        }
        offers = list(exhibitor.offers.all())
        for offer in offers:
            flat = {f"offer_{key}": value for key, value in flat_offer(offer).items()}
            yield {**head, "offer_external_id": offer_id(offer), **flat}
        if not offers:
            yield head


def write_export(edition: Edition, file_format: str, out: IO[bytes]) -> int:
    """Write every exhibitor of the edition into the binary file, as "csv", "xlsx" or "jsonl". How many
    rows."""
    counted = _Counted(export_rows(edition))
    titles = {key: key for key in (*COLUMNS, *MORE_COLUMNS)}
    if file_format == "jsonl":
        for row in counted:
            filled = {key: value for key, value in row.items() if value not in ("", None, [])}
            out.write(json.dumps(filled, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    elif file_format == "xlsx":
        write_xlsx(counted, titles, out, sheet="exhibitors")
    else:
        write_csv(counted, titles, out)
    return counted.count


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterator[Mapping[str, Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self.rows:
            self.count += 1
            yield row
