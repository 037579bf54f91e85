"""Two people at one form: who is told, what merges by itself, what is chosen field by field. Through the pages."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from everfair.exhibition.actions import booth as booth_actions
from everfair.exhibition.actions import offers as offer_actions
from everfair.exhibition.models import Offer
from tests.exhibition.test_offers import FULL
from tests.factories.exhibition import make_offer
from tests.factories.fair import make_area, make_place
from tests.factories.people import make_membership, make_user
from tests.web.exhibitor.conftest import Desk, make_desk, said

pytestmark = pytest.mark.django_db


class _Form(HTMLParser):
    """What a browser would send of the page's guarded form, by its own rules."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.inside = False
        self.area = self.select = ""
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = "data-guard" in got
        if not self.inside:
            return
        name, kind = got.get("name", ""), got.get("type", "text")
        if tag == "input" and name and (kind not in {"checkbox", "radio"} or "checked" in got):
            self.sent.setdefault(name, []).append(got.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area = name
            self.sent[name] = [""]
        elif tag == "select":
            self.select, self.first = name, None
        elif tag == "option" and self.select and ("selected" in got or self.select not in self.sent):
            self.sent[self.select] = [got.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.sent[self.area][0] = self.sent[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False


def sent_by(page: Any, **typed: Any) -> dict[str, Any]:
    """The form of a page as a browser sends it, with what somebody typed."""
    form = _Form()
    form.feed(page.content.decode())
    return {**form.sent, **typed}


@pytest.fixture
def two(desk: Desk) -> tuple[Desk, Desk]:
    """Two browsers, two people of one firm."""
    ana = make_membership(make_user(name="Ana"), desk.exhibitor.organisation, role="editor").user
    client = Client()
    client.force_login(ana)
    return desk, Desk(client, ana, desk.exhibitor)


def names(differences: list[Any]) -> list[str]:
    return [one.name for one in differences]


class TestBooth:
    def test_each_changed_another_field_and_both_stay(self, two: tuple[Desk, Desk]) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Ana's", working_languages="French"))
        page = mine.post("booth_edit", sent_by(my_page, about_en="My text"))
        html = page.content.decode()
        assert "Ana saved this while you were writing" in html
        assert "Changed only by them: taken over into your form" in html
        assert "Changed only by you: kept as you typed it" in html
        merged = page.context["merge"]
        assert names(merged.taken) == ["working_languages", "headline_en"]
        assert (names(merged.kept), merged.choices) == (["about_en"], [])
        mine.exhibitor.refresh_from_db()
        assert mine.exhibitor.about["en"] != "My text", "nothing is saved before it is looked at"
        page = mine.post("booth_edit", sent_by(page))
        assert said(page) == ["Saved. Visitors see it now."]
        booth = mine.exhibitor
        booth.refresh_from_db()
        assert (booth.headline["en"], booth.about["en"], booth.languages) == ("Ana's", "My text", ["fr"])

    @pytest.mark.parametrize(("choice", "kept"), [("yours", "Mine"), ("theirs", "Ana's")])
    def test_a_field_both_changed_is_chosen(self, two: tuple[Desk, Desk], choice: str, kept: str) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Ana's"))
        page = mine.post("booth_edit", sent_by(my_page, headline_en="Mine", about_zh="我的"))
        (one,) = page.context["choices"]
        assert (one.name, one.yours, one.theirs) == ("headline_en", "Mine", "Ana's")
        html = page.content.decode()
        assert html.count('type="radio" name="merge-headline_en"') == 2
        assert 'value="Mine"' in html

        page = mine.post("booth_edit", sent_by(page))  # nothing chosen: nothing saved, the choice stands
        assert "Choose yours or theirs" in page.content.decode()
        mine.exhibitor.refresh_from_db()
        assert (mine.exhibitor.headline["en"], mine.exhibitor.version) == ("Ana's", 2)
        assert names(page.context["choices"]) == ["headline_en"]

        page = mine.post("booth_edit", sent_by(page, **{"merge-headline_en": choice}))
        assert said(page) == ["Saved. Visitors see it now."]
        mine.exhibitor.refresh_from_db()
        assert (mine.exhibitor.headline["en"], mine.exhibitor.about["zh"]) == (kept, "我的")

    def test_yours_may_be_written_on_with_both_in_sight(self, two: tuple[Desk, Desk]) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Ana's"))
        page = mine.post("booth_edit", sent_by(my_page, headline_en="Mine"))
        data = sent_by(page, headline_en="Mine and Ana's", **{"merge-headline_en": "yours"})
        mine.post("booth_edit", data)
        mine.exhibitor.refresh_from_db()
        assert mine.exhibitor.headline["en"] == "Mine and Ana's"

    def test_a_third_version_is_not_overwritten_by_an_old_choice(self, two: tuple[Desk, Desk]) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Ana's"))
        page = mine.post("booth_edit", sent_by(my_page, headline_en="Mine"))
        hers.post("booth_edit", sent_by(hers.get("booth_edit"), headline_en="Ana's second"))
        page = mine.post("booth_edit", sent_by(page, **{"merge-headline_en": "yours"}))
        (one,) = page.context["choices"]
        assert (one.yours, one.theirs, one.chosen) == ("Mine", "Ana's second", "")
        mine.exhibitor.refresh_from_db()
        assert mine.exhibitor.headline["en"] == "Ana's second"
        mine.post("booth_edit", sent_by(page, **{"merge-headline_en": "theirs"}))
        mine.exhibitor.refresh_from_db()
        assert mine.exhibitor.headline["en"] == "Ana's second"

    def test_a_choice_outlives_a_mistake_elsewhere(self, two: tuple[Desk, Desk]) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Ana's"))
        page = mine.post("booth_edit", sent_by(my_page, headline_en="Mine"))
        data = sent_by(page, video_url="javascript:alert(1)", **{"merge-headline_en": "theirs"})
        page = mine.post("booth_edit", data)
        assert page.context["form"].errors["video_url"]
        assert [one.chosen for one in page.context["choices"]] == ["theirs"]
        assert 'value="Mine"' in page.content.decode(), "the other way is still open"
        mine.post("booth_edit", sent_by(page, video_url="", about_en="My text"))
        mine.exhibitor.refresh_from_db()
        assert (mine.exhibitor.headline["en"], mine.exhibitor.version) == ("Ana's", 3)

    def test_a_language_only_they_wrote_in_stays(self, two: tuple[Desk, Desk]) -> None:
        mine, _hers = two
        page = mine.get("booth_edit")
        words = {**mine.exhibitor.headline, "fr": "En bref"}
        booth_actions.save_booth(mine.exhibitor, {"headline": words}, by=None, version=None)
        page = mine.post("booth_edit", sent_by(page, about_en="My text"))
        assert names(page.context["merge"].taken) == ["headline_fr"]
        mine.post("booth_edit", sent_by(page))
        mine.exhibitor.refresh_from_db()
        assert mine.exhibitor.headline["fr"] == "En bref"

    def test_a_language_they_took_away_is_not_lost_if_i_wrote_in_it(self) -> None:
        desk = make_desk(headline={"en": "A", "fr": "Avant"})
        page = desk.get("booth_edit")
        booth_actions.save_booth(desk.exhibitor, {"headline": {"en": "A"}}, by=None, version=None)
        page = desk.post("booth_edit", sent_by(page, headline_fr="Après"))
        (one,) = page.context["choices"]
        assert (one.name, one.yours, one.theirs) == ("headline_fr", "Après", "")
        desk.post("booth_edit", sent_by(page, **{"merge-headline_fr": "yours"}))
        desk.exhibitor.refresh_from_db()
        assert desk.exhibitor.headline == {"en": "A", "fr": "Après"}

    @pytest.mark.parametrize("base", ["", "nonsense", "[]", '{"headline_en": 7}'])
    def test_without_readable_fingerprints_every_difference_is_asked(
        self, two: tuple[Desk, Desk], base: str
    ) -> None:
        mine, _hers = two
        page = mine.get("booth_edit")
        booth_actions.save_booth(mine.exhibitor, {"headline": {"en": "Ana's"}}, by=None, version=None)
        page = mine.post("booth_edit", sent_by(page, about_en="My text", base=base))
        assert {"headline_en", "about_en"} <= set(names(page.context["choices"]))
        assert page.context["merge"].taken == []

    def test_the_same_change_twice_is_no_contradiction(self, two: tuple[Desk, Desk]) -> None:
        mine, hers = two
        my_page, her_page = mine.get("booth_edit"), hers.get("booth_edit")
        hers.post("booth_edit", sent_by(her_page, headline_en="Same"))
        page = mine.post("booth_edit", sent_by(my_page, headline_en="Same"))
        merged = page.context["merge"]
        assert (merged.choices, merged.taken, merged.kept) == ([], [], [])
        assert "holds the same values" in page.content.decode()

    def test_a_place_in_another_area_is_not_given_back_by_an_old_form(self) -> None:
        desk = make_desk(state="draft")
        page = desk.get("booth_edit")
        place = make_place(make_area(desk.exhibitor.edition))
        booth_actions.claim_place(desk.exhibitor, place, by=make_user(name="Ana"))
        page = desk.post("booth_edit", sent_by(page, about_en="My text"))
        assert names(page.context["merge"].taken) == ["area"]
        desk.post("booth_edit", sent_by(page))
        desk.exhibitor.refresh_from_db()
        assert (desk.exhibitor.place, desk.exhibitor.about["en"]) == (place, "My text")


class TestOffer:
    @pytest.fixture
    def offer(self, desk: Desk) -> Offer:
        return offer_actions.save_offer(desk.exhibitor, None, FULL, by=None)

    def test_each_changed_another_field_and_both_stay(self, two: tuple[Desk, Desk], offer: Offer) -> None:
        mine, hers = two
        my_page = mine.get("offer_edit", offer=offer.code)
        her_page = hers.get("offer_edit", offer=offer.code)
        changed = {"modes": ["2"], "licence-1-name_en": "GDP", "price_note_en": "Ask"}
        hers.post("offer_edit", sent_by(her_page, **changed), offer=offer.code)
        data = sent_by(my_page, description_en="My text", **{"reference-0-year": "2020"})
        page = mine.post("offer_edit", data, offer=offer.code)
        merged = page.context["merge"]
        assert set(names(merged.taken)) == {"modes", "price_note_en", "licence"}
        assert (set(names(merged.kept)), merged.choices) == ({"description_en", "reference"}, [])
        page = mine.post("offer_edit", sent_by(page), offer=offer.code)
        assert said(page) == ["Saved. Visitors see it now."]
        offer.refresh_from_db()
        assert (offer.mode_list, offer.price_note, offer.description["en"]) == ([2], {"en": "Ask"}, "My text")
        assert [str(licence) for licence in offer.licences.all()] == ["ISO 17020", "GDP"]
        assert offer.licences.first().valid_until is not None  # type: ignore[union-attr]
        assert offer.references.get().year == 2020

    @pytest.mark.parametrize("choice", ["yours", "theirs"])
    def test_fields_and_lists_both_changed_are_chosen(
        self, two: tuple[Desk, Desk], offer: Offer, choice: str
    ) -> None:
        mine, hers = two
        my_page = mine.get("offer_edit", offer=offer.code)
        her_page = hers.get("offer_edit", offer=offer.code)
        her_data = sent_by(her_page, title_en="Ana's", **{"licence-0-name_en": "ISO by Ana"})
        hers.post("offer_edit", her_data, offer=offer.code)
        data = sent_by(my_page, title_en="Mine", **{"licence-0-remove": "on"})
        page = mine.post("offer_edit", data, offer=offer.code)
        title, licences = page.context["choices"]
        assert (title.yours, title.theirs) == ("Mine", "Ana's")
        assert (licences.yours, licences.theirs.startswith("ISO by Ana")) == ("", True)
        offer.refresh_from_db()
        assert offer.title["en"] == "Ana's"
        chosen = {"merge-title_en": choice, "merge-licence": choice, "licence-0-remove": "on"}
        page = mine.post("offer_edit", sent_by(page, **chosen), offer=offer.code)
        assert said(page) == ["Saved. Visitors see it now."]
        offer.refresh_from_db()
        kept = {"yours": ("Mine", []), "theirs": ("Ana's", ["ISO by Ana"])}[choice]
        assert (offer.title["en"], [str(licence) for licence in offer.licences.all()]) == kept

    def test_one_more_row_keeps_the_choice_open(self, two: tuple[Desk, Desk], offer: Offer) -> None:
        mine, hers = two
        my_page = mine.get("offer_edit", offer=offer.code)
        her_page = hers.get("offer_edit", offer=offer.code)
        hers.post("offer_edit", sent_by(her_page, title_en="Ana's"), offer=offer.code)
        page = mine.post("offer_edit", sent_by(my_page, title_en="Mine"), offer=offer.code)
        page = mine.post("offer_edit", sent_by(page, add_licence="1"), offer=offer.code)
        assert names(page.context["choices"]) == ["title_en"]
        page = mine.post("offer_edit", sent_by(page), offer=offer.code)
        assert "Choose yours or theirs" in page.content.decode()
        offer.refresh_from_db()
        assert offer.title["en"] == "Ana's"

    def test_taken_off_the_shelf_meanwhile_it_stays_off(self, two: tuple[Desk, Desk], offer: Offer) -> None:
        mine, hers = two
        page = mine.get("offer_edit", offer=offer.code)
        hers.post("offer_shelf", {"on": "0"}, offer=offer.code)
        page = mine.post("offer_edit", sent_by(page, title_en="Mine"), offer=offer.code)
        assert names(page.context["merge"].taken) == ["is_on_shelf"]
        mine.post("offer_edit", sent_by(page), offer=offer.code)
        offer.refresh_from_db()
        assert (offer.is_on_shelf, offer.title["en"]) == (False, "Mine")

    def test_moving_an_offer_disturbs_nobody_who_writes(self, two: tuple[Desk, Desk], offer: Offer) -> None:
        mine, hers = two
        make_offer(mine.exhibitor, position=9)
        page = mine.get("offer_edit", offer=offer.code)
        hers.post("offer_move", {"to": "down"}, offer=offer.code)
        page = mine.post("offer_edit", sent_by(page, title_en="Mine"), offer=offer.code)
        assert said(page) == ["Saved. Visitors see it now."]
        offer.refresh_from_db()
        assert (offer.position, offer.title["en"]) == (1, "Mine")

    def test_a_licence_in_a_third_language_keeps_it(self, desk: Desk) -> None:
        values = {**FULL, "licences": [{"name": {"en": "ISO", "fr": "Norme"}}]}
        offer = offer_actions.save_offer(desk.exhibitor, None, values, by=None)
        page = desk.get("offer_edit", offer=offer.code)
        desk.post("offer_edit", sent_by(page, title_en="New"), offer=offer.code)
        assert offer.licences.get().name == {"en": "ISO", "fr": "Norme"}
