"""Areas and places at the desk: moved on the plan, laid out in rows, refused with a sentence when they overlap."""

import re
from typing import Any

from django.test import Client

from everfair.fair.models import Area, Place
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_place


def _rectangle(area: Any, x: float, y: float, width: float, height: float) -> dict[str, Any]:
    head = f"area-{area.pk}"
    return {f"{head}-x": x, f"{head}-y": y, f"{head}-width": width, f"{head}-height": height}


def test_rectangles_are_moved_without_any_script(desk: Any) -> None:
    one, two = make_area(desk.edition, code="1"), make_area(desk.edition, code="2")
    data = _rectangle(one, 10, 20, 200, 100) | _rectangle(two, 0, 0, 100, 80)
    assert desk.post("areas/", data).status_code == 302
    one.refresh_from_db()
    assert one.shape == [[10, 20], [210, 20], [210, 120], [10, 120]]


def test_a_rectangle_off_the_plan_is_said_in_its_line_and_nothing_moves(desk: Any) -> None:
    one, two = make_area(desk.edition, code="1"), make_area(desk.edition, code="2")
    page = desk.post("areas/", _rectangle(one, 10, 20, 200, 100) | _rectangle(two, 950, 0, 100, 80))
    assert page.status_code == 400
    assert "lies outside the plan" in page.content.decode()
    one.refresh_from_db()
    assert one.shape[0] == [0, 0]


def test_an_area_gets_a_polygon_and_stays_out_of_the_rectangles(desk: Any) -> None:
    data = {
        "code": "9",
        "name_en": "Wing",
        "kind": "topical",
        "motif": 3,
        "shape": "0 0\n200 0\n200 100\n100 50\n0,100",
    }
    assert desk.post("areas/new/", data).status_code == 302
    area = Area.objects.get(code="9")
    assert area.shape == [[0, 0], [200, 0], [200, 100], [100, 50], [0, 100]]
    html = desk.get("areas/").content.decode()
    assert f"area-{area.pk}-x" not in html
    assert "corners of their own" in html


def test_corners_that_are_none_are_refused(desk: Any) -> None:
    data = {"code": "9", "name_en": "Wing", "kind": "topical", "motif": 3}
    for shape, sentence in (("0 0\nhere", "is no corner"), ("0 0\n100 100\n100 0\n0 90", "edges cross")):
        assert sentence in desk.post("areas/new/", {**data, "shape": shape}).content.decode()
    assert not Area.objects.exists()


def test_rows_of_places_are_laid_out_and_drawn(desk: Any) -> None:
    make_area(desk.edition, code="2")
    data = {"rows": 2, "columns": 3, "width": 3, "depth": 3, "aisle": 3, "left": 0, "top": 0, "kind": "shell"}
    assert desk.post("areas/2/places/", data).status_code == 302
    assert list(Place.objects.values_list("number", flat=True))[:4] == [
        "2-0101",
        "2-0102",
        "2-0103",
        "2-0201",
    ]
    again = desk.post("areas/2/places/", data)
    assert "would lie on place" in again.content.decode()
    assert Place.objects.count() == 6
    html = desk.get("areas/2/places/").content.decode()
    assert len(re.findall(r'<rect class="booth"', html)) == 6


def test_an_overlapping_place_is_refused_and_what_was_typed_stays(desk: Any) -> None:
    area = make_area(desk.edition, code="2")
    make_place(area, number="2-1", x=0.0, y=0.0)
    page = desk.post(
        "areas/2/places/new/", {"number": "2-2", "kind": "built", "x": 1, "y": 1, "width": 6, "depth": 6}
    )
    html = page.content.decode()
    assert "would lie on place 2-1" in html
    assert 'value="2-2"' in html
    assert Place.objects.count() == 1


def test_a_claimed_place_and_a_used_area_stay(desk: Any) -> None:
    area = make_area(desk.edition, code="2")
    place = make_place(area)
    make_exhibitor(desk.edition, area=area, place=place)
    for path in (f"areas/2/places/{place.pk}/remove/", "areas/2/remove/"):
        page = desk.client.post(desk.address(path), follow=True)
        assert page.status_code == 200
    assert Area.objects.count() == Place.objects.count() == 1


def test_deleting_an_area_asks_for_proof(desk: Any) -> None:
    make_area(desk.edition, code="2")
    client = Client()
    client.force_login(desk.user)
    assert "reauthenticate" in client.post(desk.address("areas/2/remove/"))["Location"]
    assert Area.objects.exists()
    desk.post("areas/2/remove/", {})
    assert not Area.objects.exists()


def test_lists_take_the_same_queries_for_one_row_and_for_three(
    desk: Any, django_assert_num_queries: Any
) -> None:
    area = make_area(desk.edition, code="2")

    def add() -> None:
        make_exhibitor(desk.edition, area=area, place=make_place(area))

    add()
    for path, count in (("areas/", 8), ("areas/2/places/", 11)):
        with django_assert_num_queries(count):
            desk.get(path)
    add(), add(), make_area(desk.edition), make_area(desk.edition)
    for path, count in (("areas/", 8), ("areas/2/places/", 11)):
        with django_assert_num_queries(count):
            desk.get(path)


def test_another_editions_rows_are_not_found(desk: Any) -> None:
    foreign = make_place(make_area(code="f"))
    own = make_area(desk.edition, code="2")
    assert desk.get("areas/f/edit/").status_code == 404
    assert desk.get(f"areas/{own.code}/places/{foreign.pk}/").status_code == 404


def test_an_area_may_wait_for_its_ground(desk: Any) -> None:
    answer = desk.post("areas/new/", {"code": "N1", "name_en": "North hall", "kind": "topical", "motif": 3})
    assert answer.status_code == 302, "corners are optional, as the form says"
    area = Area.objects.get(code="n1")
    assert area.shape == []
    html = desk.get("areas/").content.decode()
    assert f"area-{area.pk}-x" in html, "it can be drawn on the plan"
    assert "N1 North hall" in html
    assert 'N1<small class="muted">North hall</small>' in html, "the plan's lines name the areas"
    assert "n1 North hall" not in html


def test_a_number_that_is_taken_is_said_as_such(desk: Any) -> None:
    area = make_area(desk.edition, code="s1")
    make_place(area, number="S1-0101", x=0, y=0, width=3, depth=3)
    data = {"number": "s1-0101", "kind": "shell", "x": 0, "y": 0, "width": 3, "depth": 3}
    html = desk.post(f"areas/{area.code}/places/new/", data).content.decode()
    assert "is taken. Choose another." in html
    assert "would lie on" not in html


def test_an_area_without_ground_breaks_no_public_page(desk: Any) -> None:
    drawn, waiting = make_area(desk.edition, code="1"), make_area(desk.edition, code="n1", shape=[])
    for area in (drawn, waiting):
        make_exhibitor(desk.edition, area=area)
    client = Client()
    for path in ("", "halls/", "halls/1/", "halls/n1/"):
        assert client.get(f"/en/{desk.edition.slug}/{path}").status_code == 200, path
    assert f"/en/{desk.edition.slug}/halls/n1/" in client.get(f"/en/{desk.edition.slug}/").content.decode()
