"""The sample fair: big enough, of the whole world, in both languages, and nobody's words twice."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from everfair.agreements.models import ChainEntry
from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.exhibition.queries.completeness import completeness
from everfair.fair.models import Area, Delegation, Edition, Fair, Place, Sector, TeamMember
from everfair.outcomes.models import Outcome
from everfair.outcomes.queries.following import standing_counts
from everfair.outcomes.queries.totals import earlier_of
from everfair.outcomes.queries.verifying import judge_outcomes
from everfair.people.models import Membership, Organisation, User
from everfair.sample.load import firms, load_sample

BOTH = {"en", "zh"}

pytestmark = pytest.mark.django_db  # each test in a savepoint inside the module's transaction


@pytest.fixture(scope="module")
def edition(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Edition]:
    """The live edition; loaded once, taken back after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_sample()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def published(edition: Edition) -> list[Exhibitor]:
    rows = Exhibitor.objects.filter(edition=edition, state="published")
    return list(rows.select_related("organisation", "sector", "area", "edition"))


def test_two_editions_of_one_fair_marked_as_sample(edition: Edition) -> None:
    assert Fair.objects.count() == 1
    rows = list(Edition.objects.order_by("starts_on"))
    assert [(row.phase, row.is_sample) for row in rows] == [("evergreen", True), ("live", True)]
    assert rows[-1] == edition
    assert all(set(row.name) == set(row.theme) == set(row.summary) == set(row.venue) == BOTH for row in rows)
    assert not Organisation.objects.exclude(source="sample").exists()
    assert all(row.website.endswith(".example") for row in Organisation.objects.all())


def test_there_is_enough_of_everything(edition: Edition, published: list[Exhibitor]) -> None:
    assert len(published) >= 120
    assert Offer.objects.filter(exhibitor__in=published, is_on_shelf=True).count() >= 400
    assert len({row.organisation.country for row in published}) >= 40
    assert {row.sector.path.split("/")[0] for row in published if row.sector} == {
        str(n) for n in range(1, 13)
    }
    assert Area.objects.filter(edition=edition).count() == 11
    assert {row.area_id for row in published} == set(
        Area.objects.filter(edition=edition).values_list("pk", flat=True)
    )
    assert CatalogueEntry.objects.filter(edition=edition).count() == len(published)


def test_every_text_is_in_both_languages(edition: Edition, published: list[Exhibitor]) -> None:
    lacking = [
        (row.organisation.external_id, name)
        for row in Exhibitor.objects.select_related("organisation")
        for name, words in (("name", row.organisation.name), ("headline", row.headline), ("about", row.about))
        if set(words) != BOTH
    ]
    lacking += [
        (offer.code, name)
        for offer in Offer.objects.all()
        for name, words in (("title", offer.title), ("description", offer.description))
        if set(words) != BOTH
    ]
    lacking += [
        (str(row), "name")
        for model in (Area, Sector, Delegation)
        for row in model.objects.filter(edition=edition)
        if set(row.name) != BOTH
    ]
    assert lacking == []
    assert {
        language for row in firms() for contact in row["contacts"] for language in contact["role"]
    } == BOTH


def test_no_two_firms_share_words(published: list[Exhibitor]) -> None:
    rows = firms()
    for field in ("name", "headline", "about"):
        for language in BOTH:
            texts = Counter(row[field][language].strip() for row in rows)
            assert [text for text, count in texts.items() if count > 1] == []
    sentences: Counter[str] = Counter()
    for row in rows:
        sentences.update({part.strip() for part in row["about"]["en"].split(". ") if len(part) > 25})
        sentences.update({part.strip() for part in row["about"]["zh"].split("。") if len(part) > 8})
    assert [text for text, count in sentences.items() if count > 1] == []


def test_titles_of_offers_are_not_all_alike() -> None:
    titles = Counter(offer["title"]["en"] for row in firms() for offer in row["offers"])
    assert max(titles.values()) <= 2, titles.most_common(3)


def test_published_booths_are_complete_and_rows_valid(published: list[Exhibitor]) -> None:
    for exhibitor in published[::13]:
        assert completeness(exhibitor).is_publishable
        exhibitor.full_clean()
        exhibitor.organisation.full_clean()
        for offer in exhibitor.offers.all():
            offer.full_clean()


def test_booths_stand_at_different_points_of_the_vetting(edition: Edition) -> None:
    states = Counter(Exhibitor.objects.filter(edition=edition).values_list("state", flat=True))
    assert {"applied", "changes_asked", "accepted", "draft", "published"} <= set(states)


def test_places_on_the_ground_are_held_by_one_booth_of_their_area(edition: Edition) -> None:
    held = list(Exhibitor.objects.filter(edition=edition, place__isnull=False).select_related("place"))
    assert len(held) > 60
    assert len({row.place_id for row in held}) == len(held)
    assert all(row.place and row.place.area_id == row.area_id for row in held)
    assert Place.objects.filter(edition=edition).count() > len(held)


def test_every_demo_person_has_something_to_do(edition: Edition) -> None:
    assert User.objects.filter(email__endswith="@demo.example").count() == 7
    assert Membership.objects.filter(role="owner").exists()
    assert Membership.objects.filter(role="booth_staff").exists()
    assert {"administrator", "reviewer", "programme"} <= set(
        TeamMember.objects.values_list("role", flat=True)
    )
    told = json.loads((settings.DATA_DIR / "demo-accounts.json").read_text(encoding="utf-8"))
    for account in told:
        assert User.objects.get(email=account["email"]).check_password(account["password"])


def test_firms_that_came_before_carry_on(edition: Edition) -> None:
    assert Exhibitor.objects.filter(edition=edition, carried_from__isnull=False).count() > 30


def test_outcomes_of_every_class_and_state(edition: Edition) -> None:
    """Most public, some in each state, older ones with answers; all say that they are made up."""
    rows = Outcome.objects.filter(edition=edition)
    assert rows.count() >= 20
    assert set(rows.filter(state="published").values_list("kind__code", flat=True)) == set(
        edition.outcome_classes.values_list("code", flat=True)
    )
    assert set(rows.values_list("state", flat=True)) == set(Outcome.State.values)
    for row in rows:
        assert set(row.title) == set(row.summary) == {"en", "zh"}
        assert "Made up" in row.summary["en"]
    former = Edition.objects.exclude(pk=edition.pk).get()
    assert standing_counts(former.pk)[6]["in_force"] >= 1
    assert earlier_of(edition)
    moments = list(ChainEntry.objects.order_by("number").values_list("at", flat=True))
    assert len(moments) > 20
    assert moments == sorted(moments)  # the former edition's first: a chain grows in the order of time
    assert moments[-1] <= timezone.now()
    assert not judge_outcomes()[1]
