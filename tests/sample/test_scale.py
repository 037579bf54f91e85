"""Catalogues of measuring size: exact counts, valid rows, and the same seed gives the same catalogue."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.exhibition.queries import catalogue
from everfair.fair.models import Edition
from everfair.sample import scale
from everfair.sample.scale import SCALES, make_scale

SMALL = SCALES["small"]

pytestmark = pytest.mark.django_db  # each test in a savepoint inside the module's transaction


@pytest.fixture(scope="module")
def edition(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Edition]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_scale("small", slug="one")
        transaction.set_rollback(True)


def names(edition: Edition) -> list[Any]:
    """What a catalogue says, in order, without its row numbers."""
    rows = Exhibitor.objects.filter(edition=edition).order_by("pk")
    firms = [
        (row.organisation.name, row.headline, row.organisation.country)
        for row in rows.select_related("organisation")
    ]
    offers = Offer.objects.filter(exhibitor__edition=edition).order_by("pk")
    return [firms, list(offers.values_list("title", "modes", "kind"))]


def test_exact_counts(edition: Edition) -> None:
    assert Exhibitor.objects.filter(edition=edition, state="published").count() == SMALL.exhibitors == 300
    assert Offer.objects.filter(exhibitor__edition=edition).count() == SMALL.offers == 3000
    assert CatalogueEntry.objects.filter(edition=edition).count() == SMALL.exhibitors
    assert edition.is_sample
    assert edition.is_public


def test_entries_tell_how_many_offers_there_are(edition: Edition) -> None:
    for entry in CatalogueEntry.objects.filter(edition=edition)[:20]:
        assert Offer.objects.filter(exhibitor=entry.exhibitor).count() == entry.offers


def test_rows_are_valid_as_if_people_had_made_them(edition: Edition) -> None:
    for exhibitor in Exhibitor.objects.filter(edition=edition).select_related("organisation")[:300:37]:
        exhibitor.full_clean()
        exhibitor.organisation.full_clean()
        for offer in exhibitor.offers.all()[:5]:
            offer.full_clean()
            assert set(offer.title) == {"en", "zh"}


def test_codes_do_not_repeat(edition: Edition) -> None:
    codes = list(Offer.objects.filter(exhibitor__edition=edition).values_list("code", flat=True))
    assert len(set(codes)) == len(codes) == 3000


def test_the_halls_show_it(edition: Edition) -> None:
    assert catalogue.browse(edition.pk, {}, order="newest", limit=24).total == 300


def test_one_seed_one_catalogue_another_seed_another(edition: Edition) -> None:
    first = names(edition)
    assert names(make_scale("small", slug="two")) == first
    assert names(make_scale("small", slug="three", seed=2)) != first


def test_progress_is_told_to_the_end(edition: Edition) -> None:
    told: list[tuple[int, int]] = []
    make_scale("small", slug="four", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3000, 3000)
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_scales_are_those_that_are_promised() -> None:
    assert {name: (size.exhibitors, size.offers) for name, size in scale.SCALES.items()} == {
        "small": (300, 3_000),
        "ciftis": (18_000, 300_000),
        "canton": (26_000, 2_400_000),
        "meetings": (3_000, 9_000),
    }
    meetings = scale.SCALES["meetings"]
    assert (meetings.buyers, meetings.wishes) == (2_000, 60_000)
