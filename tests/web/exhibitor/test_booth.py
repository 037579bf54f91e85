"""The booth's editor, preview, place, contacts and carrying over, through the pages."""

from typing import Any

import pytest
from django.test import Client

from everfair.exhibition.actions import booth as booth_actions
from everfair.exhibition.models import BoothContact, Exhibitor
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_area, make_edition, make_place
from tests.factories.people import make_membership, make_user
from tests.web.exhibitor.conftest import Desk, make_desk, said

pytestmark = pytest.mark.django_db


def form_of(exhibitor: Exhibitor, **changes: str) -> dict[str, str]:
    return {
        "version": str(exhibitor.version),
        "sector": str(exhibitor.sector_id or ""),
        "working_languages": "English, 中文",
        "headline_en": exhibitor.headline.get("en", ""),
        "headline_zh": exhibitor.headline.get("zh", ""),
        "about_en": exhibitor.about.get("en", ""),
        "about_zh": exhibitor.about.get("zh", ""),
        **changes,
    }


def test_texts_in_both_languages_stand_side_by_side_and_are_saved(desk: Desk) -> None:
    page = desk.get("booth_edit").content.decode()
    assert 'name="headline_en"' in page
    assert 'lang="zh-Hans"' in page
    page = desk.post(
        "booth_edit", form_of(desk.exhibitor, headline_en="New line", working_languages="Kiswahili; 法语")
    )
    assert said(page) == ["Saved. Visitors see it now."]
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.headline["en"] == "New line"
    assert desk.exhibitor.languages == ["sw", "fr"]


def test_a_draft_says_that_nobody_sees_it_yet() -> None:
    desk = make_desk(state="draft")
    area = make_area(desk.exhibitor.edition)
    page = desk.post("booth_edit", form_of(desk.exhibitor, headline_en="New", area=str(area.pk)))
    assert "Only your team" in said(page)[0]
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.area == area


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"headline_en": "x" * 300}, "headline_en"),
        ({"working_languages": "Klingon"}, "working_languages"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"sector": "999999"}, "sector"),
    ],
)
def test_bad_input_is_explained_at_its_field_and_stays_typed(
    desk: Desk, changes: dict[str, str], field: str
) -> None:
    page = desk.post("booth_edit", form_of(desk.exhibitor, **changes))
    assert field in page.context["form"].errors
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.version == 1


def test_markup_in_a_text_is_shown_as_text(desk: Desk) -> None:
    evil = "<script>alert(1)</script>"
    desk.post("booth_edit", form_of(desk.exhibitor, headline_en=evil, about_en=evil))
    assert evil not in desk.get("booth_preview").content.decode()
    assert evil not in desk.get("booth_edit").content.decode()


def test_after_acceptance_the_area_is_the_organisers(desk: Desk) -> None:
    other = make_area(desk.exhibitor.edition)
    before = desk.exhibitor.area
    desk.post("booth_edit", form_of(desk.exhibitor, area=str(other.pk)))
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.area == before


class TestPlaces:
    def test_a_free_place_is_taken_and_given_back(self) -> None:
        desk = make_desk(state="draft")
        place = make_place(desk.exhibitor.area)
        page = desk.post("place_choose", {"place": str(place.pk)})
        assert said(page) == [f"Place {place.number} is yours."]
        desk.exhibitor.refresh_from_db()
        assert desk.exhibitor.place == place
        desk.post("place_choose", {"release": "1"})
        desk.exhibitor.refresh_from_db()
        assert desk.exhibitor.place is None

    def test_a_place_taken_meanwhile_is_refused_in_words(self) -> None:
        desk = make_desk(state="draft")
        place = make_place(desk.exhibitor.area)
        make_exhibitor(desk.exhibitor.edition, area=desk.exhibitor.area, place=place)
        page = desk.post("place_choose", {"place": str(place.pk)})
        assert said(page) == [
            f"Place {place.number} has just been given to another exhibitor. Please choose another one."
        ]

    @pytest.mark.parametrize("given", ["", "abc", "9" * 30])
    def test_nonsense_is_refused(self, given: str) -> None:
        page = make_desk(state="draft").post("place_choose", {"place": given})
        assert said(page) == ["Choose a place from the list."]

    def test_a_settled_place_stays(self) -> None:
        desk = make_desk()
        booth_actions.claim_place(desk.exhibitor, make_place(desk.exhibitor.area), by=None)
        page = desk.post("place_choose", {"release": "1"})
        assert "Ask the organiser" in said(page)[0]

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_number_of_queries(
        self, count: int, django_assert_num_queries: Any
    ) -> None:
        desk = make_desk(state="draft")
        for _ in range(count):
            make_place(desk.exhibitor.area)
        with django_assert_num_queries(8):
            assert len(desk.get("place_choose").context["page"].object_list) == count


class TestContacts:
    def test_rows_are_added_without_script_and_saved(self, desk: Desk) -> None:
        version = str(desk.get("contact_list").context["version"])
        row = {"contact-0-role_en": "Tender desk", "contact-0-contact_languages": "English"}
        page = desk.post(
            "contact_list", {"version": version, "contact-count": "1", "add_contact": "1", **row}
        )
        assert page.context["rows"].count == 2
        assert 'value="Tender desk"' in page.content.decode()
        assert not desk.exhibitor.contacts.exists()
        member = {"contact-1-member": str(desk.owner.pk)}
        desk.post("contact_list", {"version": version, "contact-count": "2", **row, **member})
        first, second = desk.exhibitor.contacts.all()
        assert (first.role, first.languages) == ({"en": "Tender desk"}, ["en"])
        assert second.user == desk.owner

    def test_a_contact_is_left_out(self, desk: Desk) -> None:
        BoothContact.objects.create(exhibitor=desk.exhibitor, role={"en": "Desk"})
        version = str(desk.get("contact_list").context["version"])
        data = {
            "version": version,
            "contact-count": "2",
            "contact-0-role_en": "Desk",
            "contact-0-remove": "on",
        }
        desk.post("contact_list", data)
        assert not desk.exhibitor.contacts.exists()

    def test_the_second_editor_is_told(self, desk: Desk) -> None:
        version = str(desk.get("contact_list").context["version"])
        booth_actions.save_contacts(desk.exhibitor, [{"role": {"en": "Press"}}], by=make_user(name="Ana"))
        data = {"version": version, "contact-count": "1", "contact-0-role_en": "Sales"}
        page = desk.post("contact_list", data)
        assert "Ana saved this" in page.context["errors"][0]
        assert 'value="Sales"' in page.content.decode()
        assert [str(contact) for contact in desk.exhibitor.contacts.all()] == ["Press"]

    def test_a_stranger_cannot_be_named(self, desk: Desk) -> None:
        data = {"version": "0", "contact-count": "1", "contact-0-member": str(make_user().pk)}
        page = desk.post("contact_list", data)
        assert page.context["rows"].forms[0].errors["member"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_number_of_queries(
        self, count: int, django_assert_num_queries: Any
    ) -> None:
        desk = make_desk()
        for number in range(count):
            BoothContact.objects.create(exhibitor=desk.exhibitor, role={"en": f"Desk {number}"})
        with django_assert_num_queries(9):
            assert desk.get("contact_list").context["rows"].count == count + 1


class TestCarryingOver:
    def test_chosen_parts_come_over_and_the_old_booth_stays(self) -> None:
        old = make_exhibitor()
        make_offer(old)
        new = make_exhibitor(
            make_edition(old.edition.fair),
            organisation=old.organisation,
            state="draft",
            headline={},
            about={},
        )
        owner = make_membership(organisation=old.organisation).user
        client = Client()
        client.force_login(owner)
        desk = Desk(client, owner, new)
        desk.post("booth_carry", {"source": old.code, "parts": ["booth"]})
        new.refresh_from_db()
        assert (new.headline, new.offers.count()) == (old.headline, 0)
        page = desk.post("booth_carry", {"source": old.code, "parts": ["offers"]})
        assert "Carried over" in said(page)[0]
        assert (new.offers.count(), old.offers.count()) == (1, 1)

    def test_a_published_booth_is_told_so_instead_of_being_refused(self) -> None:
        old = make_exhibitor()
        new = make_exhibitor(make_edition(old.edition.fair), organisation=old.organisation, state="published")
        owner = make_membership(organisation=old.organisation).user
        client = Client()
        client.force_login(owner)
        html = Desk(client, owner, new).get("booth_carry").content.decode()
        assert "Nothing can be carried over now" in html
        assert 'name="source"' not in html

    def test_a_foreign_booth_cannot_be_carried_over(self) -> None:
        desk = make_desk(state="draft")
        answer = desk.post("booth_carry", {"source": make_exhibitor().code, "parts": ["booth"]})
        assert answer.status_code == 404
