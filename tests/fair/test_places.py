"""Areas and booth places: shapes on the plan, ground nobody shares, numbers given once, claims respected."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.fair.actions.areas import (
    check_shape,
    lay_out_places,
    remove_area,
    remove_place,
    save_area,
    save_place,
)
from everfair.fair.models import Area, Place
from everfair.fair.queries import areas_with_counts, free_places, places_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_place, make_team_member

SQUARE = [[0, 0], [100, 0], [100, 100], [0, 100]]


def _ground(number: str, x: float, y: float, width: float = 3.0, depth: float = 3.0) -> dict[str, Any]:
    return {"number": number, "kind": "shell", "x": x, "y": y, "width": width, "depth": depth}


@pytest.mark.django_db
class TestAreas:
    def test_a_rectangle_and_a_polygon_are_kept(self) -> None:
        edition = make_edition()
        hall = save_area(edition, None, {"code": "9", "name": {"en": "Hall"}, "shape": SQUARE}, by=None)
        wing = [[200, 0], [400, 0], [400, 200], [300, 200], [300, 100], [200, 100]]
        save_area(edition, hall, {"shape": wing}, by=None)
        hall.refresh_from_db()
        assert hall.shape == wing
        assert AuditEntry.objects.filter(event="fair.area.changed").exists()

    @pytest.mark.parametrize(
        ("shape", "word"),
        [
            ([[0, 0], [10, 0]], "corners"),
            ([[0, 0], [1001, 0], [1001, 10], [0, 10]], "outside"),
            ([[0, 0], [10, 0], [20, 0]], "ground"),
            ([[0, 0], [100, 100], [100, 0], [0, 90]], "cross"),
            ([[0, 0], [10, float("nan")], [20, 20]], "corners"),
            (["ab", "cd", "ef"], "corners"),
        ],
    )
    def test_a_shape_that_cannot_be_drawn_is_refused(self, shape: Any, word: str) -> None:
        with pytest.raises(Refused, match=word):
            check_shape(shape)

    def test_a_taken_or_missing_code_is_refused(self) -> None:
        edition = make_edition()
        make_area(edition, code="2")
        for code in ("2", "", " 2 "):
            with pytest.raises(Refused) as refused:
                save_area(edition, None, {"code": code, "name": {"en": "Again"}}, by=None)
            assert refused.value.field == "code"
        assert edition.areas.count() == 1

    def test_an_area_with_exhibitors_claims_or_reviewers_stays(self) -> None:
        edition = make_edition()
        stood, claimed, reviewed, free = (make_area(edition) for _ in range(4))
        make_exhibitor(edition, area=stood)
        make_exhibitor(edition, area=stood, place=make_place(claimed))
        make_team_member(edition, role="reviewer", area=reviewed)
        make_place(free)
        for area in (stood, claimed, reviewed):
            with pytest.raises(Refused):
                remove_area(area, by=None)
        remove_area(free, by=None)
        assert set(edition.areas.all()) == {stood, claimed, reviewed}

    def test_counts_are_not_multiplied_by_each_other(self, django_assert_num_queries: Any) -> None:
        edition = make_edition()
        area = make_area(edition)
        make_exhibitor(edition, area=area, place=make_place(area))
        make_exhibitor(edition, area=area, state="draft")
        make_place(area), make_place(area)
        with django_assert_num_queries(1):
            counted = areas_with_counts(edition).get(pk=area.pk)
        assert (counted.booths, counted.exhibitors_all, counted.places_all, counted.places_taken) == (
            1,
            2,
            3,
            1,
        )


@pytest.mark.django_db
class TestPlaces:
    def test_ground_may_touch_but_not_overlap(self) -> None:
        area = make_area()
        save_place(area, None, _ground("1", 0, 0), by=None)
        save_place(area, None, _ground("2", 3, 0), by=None)
        save_place(
            area, None, _ground("3", 0.1 + 0.2 + 5.7, 0), by=None
        )  # 6.000000000000001: rounding is not overlap
        for x, y in ((1, 1), (-0.0, 2.9), (2.5, 0)):
            with pytest.raises(Refused, match="lie on place"):
                save_place(area, None, _ground("4", x, y), by=None)
        assert area.places.count() == 3

    def test_the_same_ground_in_another_area_is_free(self) -> None:
        edition = make_edition()
        for area in (make_area(edition), make_area(edition)):
            save_place(area, None, _ground(f"{area.code}-1", 0, 0), by=None)
        assert edition.places.count() == 2

    def test_a_place_does_not_lie_on_itself(self) -> None:
        area = make_area()
        place = save_place(area, None, _ground("1", 0, 0), by=None)
        save_place(area, place, {"x": 1.0}, by=None)
        place.refresh_from_db()
        assert place.x == 1.0

    def test_a_number_is_given_once_in_an_edition(self) -> None:
        edition = make_edition()
        save_place(make_area(edition), None, _ground("7", 0, 0), by=None)
        with pytest.raises(Refused) as refused:
            save_place(make_area(edition), None, _ground(" 7 ", 0, 0), by=None)
        assert refused.value.field == "number"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            (_ground("", 0, 0), "number"),
            (_ground("1", -1, 0), "x"),
            (_ground("1", 0, 0, width=0), "width"),
            (_ground("1", 0, 0, depth=float("inf")), "depth"),
            ({"number": "1", "kind": "shell"}, "x"),
            ({**_ground("1", 0, 0), "kind": "balloon"}, "kind"),
        ],
    )
    def test_bad_ground_is_refused_with_the_field(self, values: dict[str, Any], field: str) -> None:
        with pytest.raises(Refused) as refused:
            save_place(make_area(), None, values, by=None)
        assert refused.value.field == field
        assert not Place.objects.exists()

    def test_a_cloud_place_has_no_ground(self) -> None:
        place = save_place(make_area(), None, {**_ground("c1", 4, 4), "kind": "cloud"}, by=None)
        assert (place.x, place.square_metres) == (None, None)

    def test_rows_are_laid_out_numbered_and_go_on_where_they_ended(self) -> None:
        area = make_area(code="2")
        made = lay_out_places(area, 3, 4, 3.0, 3.0, by=None)
        assert [place.number for place in made][:5] == ["2-0101", "2-0102", "2-0103", "2-0104", "2-0201"]
        assert made[4].y == 3.0
        assert made[8].y == 9.0, "an aisle after every second row"
        more = lay_out_places(area, 1, 2, 3.0, 3.0, by=None, top=20.0)
        assert [place.number for place in more] == ["2-0401", "2-0402"]

    def test_numbers_are_set_in_capitals_and_go_on_after_older_small_ones(self) -> None:
        area = make_area(code="s1")
        save_place(area, None, _ground("s1-0103", 0, 0), by=None)
        made = lay_out_places(area, 1, 2, 3.0, 3.0, by=None, top=20.0)
        assert [place.number for place in made] == ["S1-0201", "S1-0202"]
        assert (area.sign, str(area)[:2], area.code) == ("S1", "S1", "s1"), "addresses keep the code"

    def test_rows_that_would_lie_on_a_place_are_refused_whole(self) -> None:
        area = make_area(code="2")
        save_place(area, None, _ground("x", 8, 8), by=None)
        with pytest.raises(Refused, match="x"):
            lay_out_places(area, 4, 4, 3.0, 3.0, by=None)
        assert area.places.count() == 1

    @pytest.mark.parametrize(("rows", "columns"), [(0, 3), (3, 0), (100, 100), (2, 100)])
    def test_layouts_without_sense_are_refused(self, rows: int, columns: int) -> None:
        with pytest.raises(Refused):
            lay_out_places(make_area(), rows, columns, 3.0, 3.0, by=None)

    def test_a_claimed_place_stays(self) -> None:
        area = make_area()
        held, free = make_place(area), make_place(area)
        exhibitor = make_exhibitor(area.edition, area=area, place=held)
        with pytest.raises(Refused, match="claimed"):
            remove_place(held, by=None)
        remove_place(free, by=None)
        exhibitor.refresh_from_db()
        assert exhibitor.place == held
        assert list(free_places(area.edition)) == []

    def test_places_come_with_who_holds_them_in_one_query(self, django_assert_num_queries: Any) -> None:
        area = make_area()
        make_exhibitor(area.edition, area=area, place=make_place(area))
        make_place(area)
        with django_assert_num_queries(1):
            held = [hasattr(place, "exhibitor") and str(place.exhibitor) for place in places_of(area)]
        assert sorted(map(bool, held)) == [False, True]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestParallel:
    def test_of_two_parallel_places_on_one_ground_one_is_laid(self) -> None:
        area = make_area()
        said = _at_once(
            lambda i: save_place(Area.objects.get(pk=area.pk), None, _ground(str(i), i, i), by=None), 2
        )
        assert sorted(said) == ["Place", "Refused"]
        assert area.places.count() == 1

    def test_the_database_refuses_what_the_code_does_not_ask(self) -> None:
        area = make_area()
        make_place(area, number="1", x=0.0, y=0.0)
        make_place(area, number="2", x=3.0, y=0.0)
        with pytest.raises(IntegrityError, match="place_no_overlap"), transaction.atomic():
            make_place(area, number="3", x=1.0, y=1.0)
        make_place(make_area(area.edition), number="4", x=1.0, y=1.0)


def _at_once(deed: Any, times: int) -> list[str]:
    gate, said = threading.Barrier(times), []

    def run(i: int) -> None:
        try:
            gate.wait(10)
            said.append(type(deed(i)).__name__)
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said
