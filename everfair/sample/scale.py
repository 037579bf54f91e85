"""Catalogues of measuring size, made of the sample's own texts and marked as sample. The same seed gives the same catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from everfair.base.codes import ALPHABET
from everfair.exhibition.actions.bulk_load import load_firms, load_offers, next_id
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.actions import editions as edition_actions
from everfair.fair.models import Area, Edition, Fair, Sector
from everfair.people.models import Organisation
from everfair.sample.load import firms as sample_firms
from everfair.sample.scale_meetings import make_meetings
from everfair.sample.scale_needs import make_needs

HERE = Path(__file__).resolve().parent
ORGANISATION_COLUMNS = (
    "id",
    "code",
    "name",
    "description",
    "country",
    "website",
    "size_class",
    "source",
    "external_id",
    "created_at",
)
EXHIBITOR_COLUMNS = (
    "id", "edition_id", "organisation_id", "code", "state", "state_since", "state_reason", "area_id", "sector_id", "headline",
    "about", "languages", "video_url", "tour_url", "source", "external_id", "version", "created_at", "published_at",
)  # fmt: skip
ENTRY_COLUMNS = (
    "exhibitor_id", "edition_id", "area_id", "country", "modes", "languages", "sectors", "offers", "name_en", "name_zh",
    "published_at",
)  # fmt: skip
OFFER_COLUMNS = (
    "id", "exhibitor_id", "code", "kind", "title", "description", "sector_id", "modes", "languages", "delivers_to",
    "data_location", "price_note", "is_on_shelf", "position", "external_id", "version", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How many of each."""

    exhibitors: int
    offers: int
    buyers: int = 0  # who take part in meetings, the firms' people with them
    wishes: int = 0  # of both sides
    needs: int = 0  # on the board


SCALES = {
    "small": Scale(300, 3_000, needs=200),
    "ciftis": Scale(18_000, 300_000, needs=10_000),
    "canton": Scale(26_000, 2_400_000),
    "meetings": Scale(3_000, 9_000, buyers=2_000, wishes=60_000),
}


def _code(random: Random, number: int) -> str:
    """Eight characters: five count, three vary, so that no two rows meet however many there are."""
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return "".join(random.choice(ALPHABET) for _ in range(4)) + digits


class ScaleMaker:
    """Deals out firms and offers of one edition from the sample's texts."""

    def __init__(self, edition: Edition, scale: Scale, seed: int) -> None:
        self.edition, self.scale, self.random = edition, scale, Random(seed)
        words = yaml.safe_load((HERE / "vocabulary.yaml").read_text(encoding="utf-8"))
        self.first, self.second, self.third = words["first"], words["second"], words["third"]
        self.places, self.manners = words["place"], words["manner"]
        self.sample = sample_firms()
        self.areas: dict[str, Area] = {area.code: area for area in edition.areas.all()}
        self.sectors: dict[str, Sector] = {sector.code: sector for sector in edition.sectors.all()}
        self.now = timezone.now()
        self.first_organisation, self.first_exhibitor = next_id(Organisation), next_id(Exhibitor)
        self.first_offer = next_id(Offer)
        self.per_firm = self._shares()
        self._rows_of: list[dict[str, Any]] = []  # firm → the sample row its texts come from

    def _shares(self) -> list[int]:
        """Offers per firm: most have a few, some have very many, and the sum is exact."""
        weights = [self.random.paretovariate(1.6) for _ in range(self.scale.exhibitors)]
        total = sum(weights)
        shares = [int(self.scale.offers * weight / total) for weight in weights]
        for number in range(self.scale.offers - sum(shares)):
            shares[number % len(shares)] += 1
        return shares

    def sector(self, code: str) -> Sector:
        while code not in self.sectors:
            code = code.rpartition(".")[0]
        return self.sectors[code]

    def firm_rows(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Rows of organisations, exhibitors and entries."""
        organisations, exhibitors, entries = [], [], []
        for number in range(self.scale.exhibitors):
            row = self.random.choice(self.sample)
            name = self._name(number)
            organisation, exhibitor = self.first_organisation + number, self.first_exhibitor + number
            area = self.areas[row["area"].lower()]
            sector = self.sector(row["sectors"][0])
            shown = self.now - timedelta(minutes=7 * (self.scale.exhibitors - number))
            organisations.append(
                (organisation, _code(self.random, organisation), name, row["headline"], row["country"],
                 f"https://firm{number}.example", row["size"], "scale", f"{self.edition.slug}-{number}", self.now)
            )  # fmt: skip
            exhibitors.append(
                (exhibitor, self.edition.pk, organisation, _code(self.random, exhibitor), "published", shown, "", area.pk,
                 sector.pk, row["headline"], row["about"], row["languages"], "", "", "scale", str(number), 1, self.now, shown)
            )  # fmt: skip
            modes = 0
            for offer in row["offers"]:
                modes |= sum(1 << (mode - 1) for mode in offer["modes"])
            codes = sorted(
                {part for code in row["sectors"] for part in self.sector(code).path.split("/") if part}
            )
            entries.append(
                (exhibitor, self.edition.pk, area.pk, row["country"], modes, " ".join(row["languages"]), " ".join(codes),
                 self.per_firm[number], name["en"].casefold(), name["zh"].encode("gb18030").hex()[:400], shown)
            )  # fmt: skip
            self._rows_of.append(row)
        return organisations, exhibitors, entries

    def _name(self, number: int) -> dict[str, str]:
        a, rest = self.first[number % len(self.first)], number // len(self.first)
        b, rest = self.second[rest % len(self.second)], rest // len(self.second)
        c = self.third[rest % len(self.third)]
        return {"en": f"{a[0]}{b[0]} {c[0]}", "zh": f"{a[1]}{b[1]}{c[1]}"}

    def offer_rows(self) -> Iterator[tuple[Any, ...]]:
        """Rows of offers, firm by firm."""
        number = 0
        for firm, count in enumerate(self.per_firm):
            row = self._rows_of[firm]
            for position in range(count):
                yield self._offer(self.first_offer + number, self.first_exhibitor + firm, row, position)
                number += 1

    def _offer(self, pk: int, exhibitor: int, row: dict[str, Any], position: int) -> tuple[Any, ...]:
        random = self.random
        offer = random.choice(row["offers"])
        place, manner = random.choice(self.places), random.choice(self.manners)
        title = {
            "en": f"{offer['title']['en']}, {place[0]}, {manner[0]}",
            "zh": f"{place[1]}{offer['title']['zh']}，{manner[1]}",
        }
        return (
            pk, exhibitor, _code(random, pk), offer.get("kind", "service"), title, offer["description"],
            self.sector(offer["sectors"][0]).pk, sum(1 << (mode - 1) for mode in offer["modes"]), offer["languages"],
            offer["delivers_to"], {}, offer.get("price_note", {}), True, min(position, 32000), "", 1, self.now,
        )  # fmt: skip


def make_scale(
    name: str,
    *,
    slug: str = "",
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Edition:
    """An edition of that size with its exhibitors and offers. Progress is told in offers written."""
    scale = SCALES[name]
    slug = slug or f"scale-{name}"
    with transaction.atomic():
        fair = Fair.objects.filter(slug="scale").first() or edition_actions.create_fair(
            {"slug": "scale", "seal": "样本", "name": {"en": "Measuring fair", "zh": "测量用样本展会"}},
            by=None,
        )
        today = timezone.localdate()
        edition = edition_actions.create_edition(
            fair,
            {
                "slug": slug,
                "name": {"en": f"Measuring fair, {name}", "zh": f"测量用样本展会 {name}"},
                "theme": {"en": "As many as it takes", "zh": "规模样本"},
                "starts_on": today,
                "ends_on": today + timedelta(days=5),
                "is_sample": True,
            },
            by=None,
            template="services",
        )
        for phase in ("announced", "open", "live"):
            edition_actions.change_phase(edition, phase, by=None)
        maker = ScaleMaker(edition, scale, seed)
        organisations, exhibitors, entries = maker.firm_rows()
        load_firms(
            edition,
            organisations,
            exhibitors,
            entries,
            columns=(ORGANISATION_COLUMNS, EXHIBITOR_COLUMNS, ENTRY_COLUMNS),
        )
    load_offers(edition, maker.offer_rows(), OFFER_COLUMNS, lambda done: progress(done, scale.offers))
    if scale.wishes:
        make_meetings(edition, buyers=scale.buyers, wishes=scale.wishes, seed=seed)
    if scale.needs:
        make_needs(edition, needs=scale.needs, seed=seed)
    return edition
