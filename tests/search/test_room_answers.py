"""What the room answers is exact and whole on every engine: facets, orders, suggestions, and all of it while an index is made."""

import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connections

from everfair.base.changes import note_change
from everfair.search.actions import index_if_missing, reindex
from everfair.search.queries import search_edition, suggestions
from everfair.search.tasks import follow_once
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("customs", "freight", "cold", "chain", "audit")
COUNTRIES = ("CN", "DE", "KE")


def made_catalogue(number: int = 60) -> tuple[Any, list[tuple[set[str], str, set[str], str]]]:
    """An edition and, for every offer, its words, country, modes and sector: drawn the same way every time."""
    draw, edition = random.Random(3), make_edition()
    sectors = [make_sector(edition, code=code) for code in ("1", "2")]
    firms = {
        country: make_exhibitor(
            edition, organisation=make_organisation(name={"en": f"House {country}"}, country=country)
        )
        for country in COUNTRIES
    }
    rows = []
    for _ in range(number):
        words, country = set(draw.sample(WORDS, 2)), draw.choice(COUNTRIES)
        bits, sector = draw.randint(1, 15), draw.choice(sectors)
        make_offer(
            firms[country], title={"en": " ".join(sorted(words))}, description={}, modes=bits, sector=sector
        )
        modes = {str(mode) for mode in range(1, 5) if bits & 1 << (mode - 1)}
        rows.append((words, country, modes, sector.code))
    return edition, rows


def test_facets_and_totals_are_exact_for_every_choice_of_filters() -> None:
    edition, rows = made_catalogue()
    reindex()
    for word in WORDS:
        for country in (None, *COUNTRIES):
            for mode in (None, "2"):
                filters = {"kind": ["offer"]} | ({"country": [country]} if country else {})
                filters |= {"mode": [mode]} if mode else {}
                page = search_edition(edition, word, filters)
                of_word = [row for row in rows if word in row[0]]
                fits = [row for row in of_word if mode is None or mode in row[2]]
                chosen = [row for row in fits if country is None or row[1] == country]
                assert page.total == len(chosen)
                # its own filter does not count on a facet, those of the others do
                found = {name: n for name, n in page.facets["country"].items() if n}
                assert found == Counter(row[1] for row in fits)
                elsewhere = [row for row in of_word if country is None or row[1] == country]
                assert page.facets["mode"] == Counter(one for row in elsewhere for one in row[2])
                assert page.facets["sector"] == Counter(row[3] for row in chosen)


def test_pages_of_an_order_hold_every_hit_once() -> None:
    edition, rows = made_catalogue()
    reindex()
    expected = sum("customs" in row[0] for row in rows)
    for sort in ("relevance", "name", "newest"):
        seen: list[str] = []
        for number in range(1, 20):
            seen += [
                hit.key
                for hit in search_edition(
                    edition, "customs", {"kind": ["offer"]}, sort, page=number, page_size=7
                ).hits
            ]
        assert len(seen) == len(set(seen)) == expected, sort


def test_suggestions_know_beginnings_both_scripts_and_a_typing_error() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition, organisation=make_organisation(name={"en": "Qinglan", "zh": "青岚云"}))
    make_offer(firm, title={"en": "Stevedoring at night", "zh": "夜间装卸"}, description={})
    reindex()
    for typed in ("stev", "night stev", "Stevedoring", "夜间", "装卸", "stevedorng"):
        told = [suggestion.text for suggestion in suggestions(edition, typed)]
        assert any("Stevedoring" in text or "装卸" in text for text in told), typed
    assert next(one.kind for one in suggestions(edition, "青岚")) == "exhibitor"
    assert suggestions(edition, "xylophone") == ()


def test_the_old_index_serves_until_the_new_one_is_whole_and_nothing_is_lost() -> None:
    """A search and a change in the middle of a rebuild, from another thread as in the served process."""
    edition, rows = made_catalogue()
    firm = make_exhibitor(edition)
    reindex()
    expected = sum("customs" in row[0] for row in rows)
    during: list[int] = []

    def meanwhile() -> None:
        try:
            during.append(search_edition(edition, "customs", {"kind": ["offer"]}).total)
            offer = make_offer(firm, title={"en": "Late lighterage"}, description={})
            note_change("exhibition.offer", offer.pk, edition.pk)
        finally:
            connections.close_all()

    def halfway(done: int, total: int) -> None:
        if not during:
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join(timeout=60)

    reindex(halfway)
    assert during == [expected]
    follow_once()
    assert search_edition(edition, "customs", {"kind": ["offer"]}).total == expected
    assert search_edition(edition, "lighterage").total >= 1


def test_an_index_is_made_once() -> None:
    make_offer(make_exhibitor())
    assert (index_if_missing(), index_if_missing()) == (True, False)
