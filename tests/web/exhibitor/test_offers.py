"""The list and editor of offers, with rows that work without script, exports, and Undo."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from everfair.exhibition.actions import offers as offer_actions
from everfair.exhibition.models import Offer
from tests.exhibition.test_offers import FULL, document_of
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.web.exhibitor.conftest import Desk, make_desk, said

pytestmark = pytest.mark.django_db
BLANK = {"kind": "service", "is_on_shelf": "on", "licence-count": "1", "reference-count": "1"}
EXPORT_COLUMNS = 15


def undo_url(response: Any) -> str:
    tags = [message.extra_tags for message in response.context["messages"]]
    assert tags[0].startswith("undo:")
    return str(tags[0].removeprefix("undo:"))


def test_an_offer_is_added_with_licences_and_references(desk: Desk) -> None:
    evidence = document_of(desk.exhibitor)
    data = {
        **BLANK,
        "title_en": "Cold-chain audit",
        "title_zh": "冷链审计",
        "modes": ["1", "4"],
        "offer_languages": "English, 斯瓦希里语",
        "delivers_to": "Kenya, 德国",
        "sector": str(desk.exhibitor.sector_id),
        "licence-0-name_en": "ISO 17020",
        "licence-0-issuer_en": "KENAS",
        "licence-0-valid_in": "Kenya",
        "licence-0-valid_until": "2027-05-01",
        "reference-0-client_en": "Port",
        "reference-0-year": "2024",
        "reference-0-what_en": "12 audits",
        "reference-0-evidence": str(evidence.pk),
    }
    page = desk.post("offer_create", data)
    offer = desk.exhibitor.offers.get()
    assert page.redirect_chain[-1][0].endswith(f"/offers/{offer.code}/")
    assert (offer.mode_list, offer.delivers_to) == ([1, 4], ["KE", "DE"])
    assert offer.licences.get().valid_in == ["KE"]
    assert offer.references.get().evidence == evidence
    html = page.content.decode()
    assert 'value="ISO 17020"' in html
    assert 'value="2027-05-01"' in html


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(desk: Desk) -> None:
    data = {**BLANK, "title_en": "Audit", "licence-0-name_en": "ISO", "add_licence": "1"}
    page = desk.post("offer_create", data)
    assert (page.context["licences"].count, page.context["references"].count) == (2, 1)
    html = page.content.decode()
    assert 'value="Audit"' in html
    assert 'value="ISO"' in html
    assert not Offer.objects.exists()


def test_saving_again_changes_nothing_that_was_not_touched(desk: Desk) -> None:
    offer = offer_actions.save_offer(desk.exhibitor, None, FULL, by=None)
    form = desk.get("offer_edit", offer=offer.code).context
    data = {**BLANK, "licence-count": "2", "reference-count": "2"}
    shown = [form["form"], *form["licences"].forms, *form["references"].forms]
    for part in shown:
        for bound in part:
            value = bound.field.prepare_value(bound.value())
            data[bound.html_name] = "" if value is None else value
    data |= {"licence-0-valid_until": "2027-05-01", "is_on_shelf": "on"}
    page = desk.post("offer_edit", data, offer=offer.code)
    assert said(page) == ["Saved. Visitors see it now."]
    offer.refresh_from_db()
    assert (offer.title, offer.delivers_to, offer.mode_list) == (
        {"en": "Cold-chain audits", "zh": "冷链审计"},
        ["KE", "UG"],
        [1, 4],
    )
    assert offer.licences.get().issuer == {"en": "KENAS"}
    assert offer.references.get().year == 2024


def test_a_row_is_removed_by_its_box(desk: Desk) -> None:
    offer = offer_actions.save_offer(desk.exhibitor, None, FULL, by=None)
    data = {
        **BLANK,
        "version": "1",
        "title_en": "Audit",
        "licence-count": "2",
        "licence-0-name_en": "ISO 17020",
        "licence-0-remove": "on",
    }
    desk.post("offer_edit", data, offer=offer.code)
    assert not offer.licences.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_en": ""}, "title_en"),
        ({"title_en": "🎉🎉"}, "title_en"),
        ({"title_en": "x" * 300}, "title_en"),
        ({"delivers_to": "Narnia"}, "delivers_to"),
        ({"modes": ["7"]}, "modes"),
    ],
)
def test_bad_input_is_explained_at_its_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    page = desk.post("offer_create", {**BLANK, "title_en": "Audit", **changes})
    assert page.context["form"].errors[field]
    assert not Offer.objects.exists()


def test_a_licence_without_a_name_is_explained(desk: Desk) -> None:
    page = desk.post("offer_create", {**BLANK, "title_en": "Audit", "licence-0-issuer_en": "KENAS"})
    assert "licence" in str(page.context["form"].errors).lower()
    assert not Offer.objects.exists()


def test_an_offer_of_another_booth_is_not_found(desk: Desk) -> None:
    foreign = make_offer(make_exhibitor(desk.exhibitor.edition))
    assert desk.get("offer_edit", offer=foreign.code).status_code == 404
    assert desk.client.post(desk.url("offer_remove", offer=foreign.code)).status_code == 404
    assert Offer.objects.filter(pk=foreign.pk).exists()


def test_removing_offers_undo(desk: Desk) -> None:
    offer = offer_actions.save_offer(desk.exhibitor, None, FULL, by=None)
    page = desk.post("offer_remove", {}, offer=offer.code)
    assert not Offer.objects.exists()
    back = undo_url(page)
    page = desk.client.post(back, follow=True)
    assert said(page) == ["Undone."]
    assert Offer.objects.get().code == offer.code
    assert "no longer" in said(desk.client.post(back, follow=True))[0]


def test_the_shelf_and_back(desk: Desk) -> None:
    offer = make_offer(desk.exhibitor)
    page = desk.post("offer_shelf", {"on": "0"}, offer=offer.code)
    offer.refresh_from_db()
    assert not offer.is_on_shelf
    desk.client.post(undo_url(page))
    offer.refresh_from_db()
    assert offer.is_on_shelf


def test_undo_belongs_to_one_browser(desk: Desk) -> None:
    page = desk.post("offer_remove", {}, offer=make_offer(desk.exhibitor).code)
    stranger = make_desk()
    answer = stranger.client.post(undo_url(page), follow=True)
    assert "no longer" in said(answer)[0]
    assert not desk.exhibitor.offers.exists()


def test_search_and_empty_states(desk: Desk) -> None:
    assert "No offer yet" in desk.get("offer_list").content.decode()
    make_offer(desk.exhibitor, title={"en": "Audit", "zh": "冷链审计"})
    make_offer(desk.exhibitor, title={"en": "Training"}, is_on_shelf=False)
    found = desk.get("offer_list", {"q": "冷链"}).context["page"].object_list
    assert [str(offer) for offer in found] == ["Audit"]
    found = desk.get("offer_list", {"shelf": "off"}).context["page"].object_list
    assert [str(offer) for offer in found] == ["Training"]
    assert "No offer like this" in desk.get("offer_list", {"q": "drone"}).content.decode()


def test_the_export_holds_what_the_list_shows(desk: Desk) -> None:
    offer_actions.save_offer(desk.exhibitor, None, {**FULL, "price_note": {"en": "=1+1"}}, by=None)
    make_offer(desk.exhibitor, title={"en": "Other"})
    answer = desk.get("offer_export", {"q": "Cold"}, kind="csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 1
    assert (rows[0]["title_zh"], rows[0]["modes"], rows[0]["delivers_to"]) == (
        "冷链审计",
        "1 4",
        "Kenya, Uganda",
    )
    assert rows[0]["price_note"] == "'=1+1"
    answer = desk.get("offer_export", kind="xlsx")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    lines = workbook.get_sheet_by_index(0).to_python()
    assert [len(line) for line in lines] == [EXPORT_COLUMNS] * 3
    assert desk.get("offer_export", kind="exe").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    desk = make_desk()
    for _ in range(count):
        make_offer(desk.exhibitor)
    with django_assert_num_queries(8):
        assert len(desk.get("offer_list").context["page"].object_list) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_editor_takes_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    desk = make_desk()
    values = {**FULL, "licences": FULL["licences"] * count, "references": FULL["references"] * count}  # type: ignore[operator]
    offer = offer_actions.save_offer(desk.exhibitor, None, values, by=None)
    with django_assert_num_queries(14):
        assert desk.get("offer_edit", offer=offer.code).context["licences"].count == count + 1


def order_of(desk: Desk) -> list[str]:
    return [str(offer) for offer in desk.get("offer_list").context["page"].object_list]


@pytest.fixture
def abc(desk: Desk) -> list[Offer]:
    return [
        make_offer(desk.exhibitor, title={"en": name}, position=7) for name in "ABC"
    ]  # as imports leave it


class TestOrder:
    def test_a_button_moves_an_offer_by_one_place_and_visitors_see_it(
        self, desk: Desk, abc: list[Offer]
    ) -> None:
        exhibitor = desk.exhibitor
        public = reverse("public:exhibition.booth", args=[exhibitor.edition.slug, exhibitor.address])
        assert names_on(Client().get(public)) == ["A", "B", "C"]
        page = desk.post("offer_move", {"to": "up"}, offer=abc[2].code)
        assert said(page) == ["“C” stands at place 2 of 3."]
        assert order_of(desk) == names_on(Client().get(public)) == ["A", "C", "B"]
        desk.post("offer_move", {"to": "down"}, offer=abc[0].code)
        assert order_of(desk) == names_on(Client().get(public)) == ["C", "A", "B"]

    def test_the_focus_stays_on_the_button(self, desk: Desk, abc: list[Offer]) -> None:
        page = desk.post("offer_move", {"to": "up"}, offer=abc[2].code)
        assert buttons_of(page, abc[2]) == [("up", "autofocus"), ("down", "")]
        page = desk.post("offer_move", {"to": "up"}, offer=abc[2].code)
        assert buttons_of(page, abc[2]) == [("up", "disabled"), ("down", "autofocus")]
        assert buttons_of(page, abc[1]) == [("up", ""), ("down", "disabled")]

    def test_at_the_end_nothing_moves(self, desk: Desk, abc: list[Offer]) -> None:
        desk.post("offer_move", {"to": "up"}, offer=abc[0].code)
        desk.post("offer_move", {"to": "down"}, offer=abc[2].code)
        assert order_of(desk) == ["A", "B", "C"]

    def test_a_narrowed_list_has_no_order_to_change(self, desk: Desk, abc: list[Offer]) -> None:
        assert "/move/" not in desk.get("offer_list", {"q": "A"}).content.decode()
        assert 'name="to"' not in desk.get("offer_list", {"shelf": "on"}).content.decode()
        assert 'name="to"' in desk.get("offer_list").content.decode()

    def test_one_booths_offer_is_not_moved_from_another(self, desk: Desk) -> None:
        foreign = make_offer(make_exhibitor(desk.exhibitor.edition))
        assert desk.post("offer_move", {"to": "up"}, offer=foreign.code).status_code == 404

    def test_the_second_page_follows_an_offer_to_the_first(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, abc: list[Offer]
    ) -> None:
        monkeypatch.setattr("everfair.web.exhibitor.exhibition.offers.A_PAGE", 2)
        page = desk.post("offer_move", {"to": "down"}, offer=abc[1].code)
        assert [str(offer) for offer in page.context["page"].object_list] == ["B"]
        page = desk.post("offer_move", {"to": "up"}, offer=abc[1].code)
        assert [str(offer) for offer in page.context["page"].object_list] == ["A", "B"]

    def test_order_takes_exports_along(self, desk: Desk, abc: list[Offer]) -> None:
        page = desk.post("offer_move", {"to": "up"}, offer=abc[2].code)
        assert all("moved" not in url for _kind, url in page.context["exports"])
        answer = desk.get("offer_export", kind="csv")
        rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert [row["title_en"] for row in rows] == ["A", "C", "B"]


def names_on(page: Any) -> list[str]:
    return re.findall(r"/offers/[^>]+>(?:<span[^>]*>)?(\w+)<", page.content.decode())


def buttons_of(page: Any, offer: Offer) -> list[tuple[str, str]]:
    """(way, its state) of the two buttons of an offer."""
    row = page.content.decode().split(f'id="offer-{offer.code}"')[1].split("</tr>")[0]
    return re.findall(r'name="to" value="(\w+)" ?(\w*)>', row)
