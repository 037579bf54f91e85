"""Exhibitors and offers, published unless told otherwise."""

from typing import Any

from django.utils import timezone

from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.fair.models import Edition
from tests.factories import number
from tests.factories.fair import make_area, make_edition, make_sector
from tests.factories.people import make_organisation


def make_exhibitor(edition: Edition | None = None, **extra: Any) -> Exhibitor:
    """A published exhibitor with its catalogue entry, or one in `state`."""
    n = number()
    edition = edition or make_edition()
    values: dict[str, Any] = {
        "state": Exhibitor.State.PUBLISHED,
        "headline": {"en": f"Line {n} of work", "zh": f"第{n}条业务"},
        "about": {"en": f"What firm {n} does.", "zh": f"第{n}号公司的业务。"},
        "languages": ["en", "zh"],
        "published_at": timezone.now(),
        **extra,
    }
    values.setdefault("area", None)
    if values["area"] is None:
        values["area"] = make_area(edition)
    if values.get("sector") is None:
        values["sector"] = make_sector(edition)
    if values.get("organisation") is None:
        values["organisation"] = make_organisation()
    exhibitor = Exhibitor.objects.create(edition=edition, **values)
    if exhibitor.state == Exhibitor.State.PUBLISHED:
        CatalogueEntry.objects.create(
            exhibitor=exhibitor,
            edition=edition,
            area=exhibitor.area,
            country=exhibitor.organisation.country,
            languages=" ".join(exhibitor.languages),
            sectors=exhibitor.sector.path.strip("/").replace("/", " "),
            name_en=exhibitor.organisation.name.get("en", "").casefold(),
            name_zh=exhibitor.organisation.name.get("zh", "").encode("gb18030").hex(),
            published_at=exhibitor.published_at,
        )
    return exhibitor


def make_offer(exhibitor: Exhibitor | None = None, **extra: Any) -> Offer:
    n = number()
    exhibitor = exhibitor or make_exhibitor()
    values: dict[str, Any] = {
        "title": {"en": f"Service {n}", "zh": f"第{n}项服务"},
        "description": {"en": f"What service {n} covers.", "zh": f"第{n}项服务的内容。"},
        "modes": 0b0001,
        "languages": ["en"],
        "delivers_to": ["*"],
        "sector": exhibitor.sector,
        **extra,
    }
    return Offer.objects.create(exhibitor=exhibitor, **values)
