"""The board in memory: words in both languages, exact counts, what is kept for a firm alone, and keeping up with changes."""

from typing import Any

import pytest

from everfair.base.changes import followers, note_change
from everfair.matchmaking.actions.needs import move_need
from everfair.matchmaking.models import Need
from everfair.matchmaking.queries import board
from everfair.matchmaking.queries import needs as queries
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_need

pytestmark = pytest.mark.django_db


def keys(edition: Any, filters: dict[str, list[str]] | None = None, **more: Any) -> list[int]:
    return list(board.browse(edition.pk, filters or {}, **more).keys)


def test_words_in_either_language_best_first() -> None:
    edition = make_edition()
    in_text = make_need(edition, title={"en": "Help"}, description={"en": "A booking system"})
    in_title = make_need(edition, title={"en": "Bookings for hotels", "zh": "酒店预订系统"}, description={})
    make_need(edition, title={"en": "Cranes"}, description={})
    assert keys(edition, words="booking", order="fit") == [in_title.pk, in_text.pk]
    assert keys(edition, words="预订") == [in_title.pk]
    loose = board.browse(edition.pk, {}, words="booking dentist")
    assert (set(loose.keys), loose.is_loose) == ({in_title.pk, in_text.pk}, True)
    assert keys(edition, words="dentist") == []
    assert keys(edition, words="🙂") == []


def test_a_need_is_found_by_the_names_of_its_sectors_in_any_language() -> None:
    edition = make_edition()
    sector = make_sector(edition, name={"en": "Legal services", "zh": "法律服务"})
    need = make_need(edition, title={"en": "Advice"}, description={}, sector=None, more_sectors=[sector])
    assert keys(edition, words="法律") == keys(edition, words="legal") == [need.pk]


def test_facets_count_exactly_with_the_other_filters_on() -> None:
    edition = make_edition()
    top = make_sector(edition)
    below = make_sector(parent=top)
    first = make_need(edition, sector=below, buyer_country="KE", sizes=["micro"], modes=0b1, languages=["en"])
    second = make_need(
        edition, sector=top, buyer_country="CN", deliver_to="KE", audience="hidden", languages=["zh", "en"]
    )
    found = board.browse(edition.pk, {"country": ["CN"]})
    assert found.keys == (second.pk,)
    assert found.counts["country"] == {"KE": 1, "CN": 1}
    assert found.counts["sector"] == {top.code: 1}
    assert found.counts["buyer"] == {"unnamed": 1}
    assert keys(edition, {"sector": [top.code]}) == [second.pk, first.pk]
    assert keys(edition, {"size": ["micro"]}) == keys(edition, {"mode": ["1"]}) == [first.pk]
    assert keys(edition, {"deliver": ["KE"]}) == keys(edition, {"buyer": ["unnamed"]}) == [second.pk]
    assert keys(edition, {"language": ["zh", "en"]}) == [second.pk, first.pk]
    assert board.browse(edition.pk, {"country": ["XX"]}).counts["country"]["XX"] == 0


def test_what_is_kept_for_chosen_firms_is_theirs_alone() -> None:
    edition = make_edition()
    firm, other = make_exhibitor(edition), make_exhibitor(edition)
    kept = make_need(edition, title={"en": "Secret cranes"}, audience="chosen", firms=[firm])
    public = make_need(edition, title={"en": "Public cranes"})
    make_need(edition, title={"en": "Draft cranes"}, state="draft")
    assert keys(edition, words="cranes") == [public.pk]
    assert keys(edition, firm_id=other.pk) == [public.pk]
    assert set(keys(edition, firm_id=firm.pk)) == {kept.pk, public.pk}
    assert (
        keys(edition, firm_id=firm.pk, only_kept=True)
        == keys(edition, firm_id=firm.pk, only_kept=True, words="secret")
        == [kept.pk]
    )
    assert keys(edition, firm_id=other.pk, only_kept=True) == []
    assert board.browse(edition.pk, {}, limit=0).total == 1
    assert [card.pk for card in queries.board_cards([kept.pk, public.pk])] == [public.pk]


def test_the_board_keeps_up(settings: Any) -> None:
    settings.CATALOGUE_PAUSE = 0
    edition = make_edition()
    assert not board.has_needs(edition.pk)
    assert board.browse(edition.pk, {}).total == 0
    followers.keep_up()
    need = make_need(edition)
    note_change("matchmaking.need", need.pk, edition.pk)
    followers.keep_up()
    assert board.has_needs(edition.pk)
    board._shelf.kept[edition.pk].took = 0.0  # rebuilding rests for as long as it takes
    assert keys(edition) == [need.pk]
    move_need(need, "closed", by=need.seeker.user)
    followers.keep_up()
    board._shelf.kept[edition.pk].took = 0.0
    assert keys(edition) == []
    assert not board.has_needs(edition.pk)


def test_pages_and_order() -> None:
    edition = make_edition()
    rows = [make_need(edition) for _ in range(5)]
    assert keys(edition, limit=2) == [rows[4].pk, rows[3].pk]
    assert keys(edition, limit=2, offset=4) == [rows[0].pk]
    Need.objects.filter(pk=rows[2].pk).update(closes_on="2031-01-01")
    board.forget_boards()
    assert keys(edition, order="closing")[0] == rows[2].pk


@pytest.mark.parametrize("count", [1, 3])
def test_reading_the_board_takes_as_many_questions_for_one_need_as_for_three(
    count: int, django_assert_num_queries: Any
) -> None:
    edition = make_edition()
    for _ in range(count):
        make_need(edition)
    with django_assert_num_queries(4):
        found = board.browse(edition.pk, {})
    with django_assert_num_queries(0):
        assert board.browse(edition.pk, {}).total == count
    with django_assert_num_queries(4):  # needs, registrations, firms, further sectors
        assert len(queries.cards_by_id(found.keys)) == count
