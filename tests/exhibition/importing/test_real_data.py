"""Three real lists become a fair: a landscape, products of makers in two languages, stand pages in foreign
HTML."""

import re
from pathlib import Path

import pytest

from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.exhibition.queries.catalogue import browse, count_all, forget_catalogues
from everfair.fair.models import Edition
from everfair.gateways.markup import to_html
from tests.exhibition.importing.conftest import applied, checked

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
DEFAULTS = {"area": "1", "sector": "1.A"}


def test_landscape(edition: Edition, shared_data: Path) -> None:
    path = shared_data / "exhibitors" / "cncf-landscape.yml"
    run = applied(edition, path, options=DEFAULTS, publish=True)
    assert (run.counts["new"], run.counts["published"], run.counts["offers_new"]) == (2413, 2413, 1060)
    assert Exhibitor.objects.filter(state="published").count() == CatalogueEntry.objects.count() == 2413
    akri = Exhibitor.objects.get(external_id="Provisioning / Automation & Configuration / Akri")
    assert akri.headline == {"en": "A Kubernetes Resource Interface for the Edge"}
    airship = Exhibitor.objects.get(external_id="Provisioning / Automation & Configuration / Airship")
    assert airship.headline == {"en": "Provisioning / Automation & Configuration"}
    assert airship.organisation.website == "https://www.airshipit.org/"
    assert not airship.offers.exists()
    forget_catalogues()
    assert count_all(edition.pk) == 2413
    assert browse(edition.pk, {"sector": ["1"]}, order="name_en").total == 2413
    again = checked(edition, path, options=DEFAULTS)
    assert (again.counts["unchanged"], again.counts["changed"], again.counts["missing"]) == (2413, 0, 0)


def test_products_in_two_languages(edition: Edition, shared_data: Path) -> None:
    path = shared_data / "exhibitors" / "ai-native-en-zh.jsonl"
    run = applied(edition, path, options=DEFAULTS, publish=True)
    assert (run.rows_total, run.counts["new"], run.counts["published"]) == (504, 421, 421)
    assert Offer.objects.count() == 504
    assert all(set(offer.description) == {"en", "zh"} for offer in Offer.objects.all())
    google = Exhibitor.objects.get(external_id="Google")
    assert google.offers.count() == 9
    assert " · " in google.headline["zh"]
    assert checked(edition, path, options=DEFAULTS).counts["unchanged"] == 421


def test_categories_through_a_value_map(edition: Edition, shared_data: Path) -> None:
    from everfair.exhibition.forms.importing import PRESETS, mapping_to_json

    mapping = mapping_to_json(PRESETS["products"])
    mapping["area"] = {
        "columns": ["subCategory", "category"],
        "values": {"agents": "2", "rag-knowledge": "2"},
    }
    run = checked(
        edition, shared_data / "exhibitors" / "ai-native-en-zh.jsonl", mapping=mapping, options=DEFAULTS
    )
    areas = [row.values["area"] for row in run.rows.all()]
    assert 100 < areas.count("2") < areas.count("1")


def test_stand_pages(edition: Edition, shared_data: Path) -> None:
    path = shared_data / "exhibitors" / "fosdem-stands"
    run = applied(edition, path, options=DEFAULTS, publish=True)
    assert (run.counts["new"], run.counts["published"]) == (78, 78)
    debian = Exhibitor.objects.get(external_id="2022/debian")
    assert debian.organisation.name == {"en": "Debian"}
    assert "[Debconf22](https://debconf22.debconf.org/)" in debian.about["en"]
    for exhibitor in Exhibitor.objects.all():
        shown = to_html(exhibitor.about.get("en", ""))
        assert not re.search(r"<(script|style|iframe|img|form|input|div|video)|\son\w+=|javascript:", shown)
        assert "<" not in exhibitor.headline.get("en", "")
    assert checked(edition, path, options=DEFAULTS).counts["unchanged"] == 78
