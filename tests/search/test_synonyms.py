"""Synonyms: built in for every sector, changed by the organiser, used at once."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from everfair.base.refusals import Refused
from everfair.search import access
from everfair.search.actions import delete_synonyms, reindex, save_synonyms, switch_default_synonyms
from everfair.search.models import SynonymGroup
from everfair.search.queries import default_synonyms, search_edition, suggestions, synonym_entries
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Any:
    return make_user(is_superuser=True)


def test_every_built_in_group_has_both_languages_and_its_own_key() -> None:
    groups = default_synonyms()
    assert len(groups) > 250
    assert all(group.terms["en"] and group.terms["zh"] for group in groups)
    assert len({group.default_key for group in groups}) == len(groups)
    assert {group.sector_code.split(".")[0] for group in groups} == {str(n) for n in range(1, 13)}


@pytest.mark.django_db(transaction=True)
def test_a_query_in_one_language_finds_offers_in_the_other(boss: Any) -> None:
    firm = make_exhibitor()
    chinese = make_offer(firm, title={"zh": "报关服务"}, description={})
    english = make_offer(firm, title={"en": "Customs clearance"}, description={})
    reindex()
    both = {f"offer:{chinese.pk}", f"offer:{english.pk}"}
    for text in ("customs clearance", "清关", "報關", "Customs Brokerage"):
        assert {hit.key for hit in search_edition(firm.edition, text).hits} == both
    (hit,) = [hit for hit in search_edition(firm.edition, "customs clearance").hits if hit.pk == chinese.pk]
    assert ("报关", True) in hit.title.pieces

    key = next(group.default_key for group in default_synonyms() if "报关" in group.terms["zh"])
    switch_default_synonyms(firm.edition, key, False, by=boss)
    assert {hit.key for hit in search_edition(firm.edition, "报关").hits} == {f"offer:{chinese.pk}"}
    delete_synonyms(SynonymGroup.objects.get(default_key=key), by=boss)
    assert {hit.key for hit in search_edition(firm.edition, "报关").hits} == both


@pytest.mark.django_db(transaction=True)
def test_an_own_group_works_at_once(boss: Any) -> None:
    firm = make_exhibitor()
    offer = make_offer(firm, title={"en": "Reefer stuffing"})
    reindex()
    assert search_edition(firm.edition, "装箱冷柜").total == 0
    save_synonyms(firm.edition, {"en": ["reefer"], "zh": ["冷柜"]}, by=boss, sector_code="11.H")
    assert [hit.pk for hit in search_edition(firm.edition, "冷柜").hits] == [offer.pk]
    assert any(
        not entry.is_default and "冷柜" in entry.terms["zh"] for entry in synonym_entries(firm.edition)
    )


def test_groups_that_make_no_sense_are_refused(boss: Any) -> None:
    edition = make_exhibitor().edition
    for terms in ({}, {"en": ["alone"]}, {"en": [" ", "alone", "alone"]}, {"en": ["x" * 100, "y"]}):
        with pytest.raises(Refused):
            save_synonyms(edition, terms, by=boss)
    with pytest.raises(Refused):
        save_synonyms(edition, {"en": ["a", "b"]}, by=boss, default_key="nonsense")
    assert not SynonymGroup.objects.exists()


def test_strangers_may_not(boss: Any) -> None:
    edition = make_exhibitor().edition
    stranger = make_user()
    group = save_synonyms(edition, {"en": ["lorry", "truck"]}, by=boss)
    assert not access.can_edit_synonyms(stranger, edition)
    with pytest.raises(Http404):
        access.get_synonyms_for(stranger, edition, group.pk)
    with pytest.raises((PermissionDenied, Http404, Refused)):
        save_synonyms(edition, {"en": ["a", "b"]}, by=stranger)


def test_suggestions_and_pages() -> None:
    firm = make_exhibitor()
    for n in range(5):
        make_offer(firm, title={"en": f"Bunkering number {n}"})
    reindex()
    assert len(suggestions(firm.edition, "bunk")) == 5
    assert suggestions(firm.edition, " ") == ()
    page = search_edition(firm.edition, "bunkering", page=2, page_size=2, sort="name")
    assert (page.total, page.pages, len(page.hits)) == (5, 3, 2)
    assert search_edition(firm.edition, "bunkering", page=99).hits == ()
    assert search_edition(firm.edition, "x" * 10_000).was_shortened
