"""Editions at the desk: made, changed by two at once, moved through phases, with proof for grave acts."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from everfair.fair.models import Edition, Fair
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_place, make_sector
from tests.factories.people import make_user


def _typed(edition: Any, **extra: Any) -> dict[str, Any]:
    return {
        "name_en": edition.name["en"], "name_zh": edition.name["zh"], "theme_en": "Open halls",
        "theme_zh": "敞开的展厅", "starts_on": "2026-09-04", "ends_on": "2026-09-09", "time_zone": "Asia/Shanghai",
        "languages": ["en", "zh"], "version": edition.version, **extra,
    }  # fmt: skip


def _new(of: Any, **extra: Any) -> dict[str, Any]:
    return {
        "fair": str(of.pk), "source": "services", "name_en": "Luming Fair 2027", "starts_on": "2027-09-04",
        "ends_on": "2027-09-09", "time_zone": "Africa/Nairobi", "languages": ["en", "zh"], **extra,
    }  # fmt: skip


def test_a_new_edition_from_the_template(desk: Any) -> None:
    page = desk.client.post("/en/desk/new/", _new(desk.edition.fair), follow=True)
    assert page.status_code == 200
    edition = Edition.objects.get(slug="luming-fair-2027")
    assert (edition.areas.count(), edition.phase) == (11, "draft")
    assert edition.task_kinds.count() == 4, "the room above followed"
    assert "only your team sees it" in page.content.decode()


def test_a_new_edition_from_an_earlier_one_carries_what_was_ticked(desk: Any) -> None:
    make_place(make_area(desk.edition, code="2"))
    make_sector(desk.edition, code="7")
    data = _new(desk.edition.fair, source=f"edition-{desk.edition.pk}", carry=["places"])
    desk.client.post("/en/desk/new/", data)
    edition = Edition.objects.get(slug="luming-fair-2027")
    assert edition.made_from == desk.edition
    assert (edition.areas.count(), edition.places.count(), edition.sectors.count()) == (1, 1, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ends_on": "2027-09-03"}, "ends before it begins"),
        ({"name_en": ""}, "at least one language"),
        ({"slug": "delegations"}, "is taken"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"starts_on": "soon"}, "Enter a valid date"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_made(desk: Any, change: Any, sentence: str) -> None:
    page = desk.client.post("/en/desk/new/", _new(desk.edition.fair, **change))
    assert sentence in page.content.decode()
    assert Edition.objects.count() == 1


def test_only_who_leads_a_fair_adds_editions_to_it_and_only_the_house_founds_one(desk: Any) -> None:
    foreign = make_edition()
    page = desk.client.post("/en/desk/new/", _new(foreign.fair))
    assert page.status_code == 200
    desk.client.post("/en/desk/new/", _new(desk.edition.fair, fair="new", fair_name_en="Another"))
    assert Edition.objects.count() == 2
    boss = desk.client_of(make_user(is_superuser=True))
    boss.post("/en/desk/new/", _new(desk.edition.fair, fair="new", fair_name_en="Another"))
    assert Fair.objects.filter(name__en="Another").count() == 1


def test_settings_are_saved(desk: Any) -> None:
    assert desk.post("settings/", _typed(desk.edition, ends_on="2026-09-12")).status_code == 302
    desk.edition.refresh_from_db()
    assert (desk.edition.ends_on, desk.edition.version) == (date(2026, 9, 12), 2)


def test_of_two_who_save_at_once_the_second_sees_both_and_overwrites_nothing(desk: Any) -> None:
    stale = _typed(desk.edition, venue_en="Hall B")
    desk.post("settings/", _typed(desk.edition, venue_en="Hall A"))
    page = desk.post("settings/", stale)
    html = page.content.decode()
    assert page.status_code == 409
    assert "Lin Yao saved this edition" in html
    assert 'value="Hall B"' in html, "what was typed stays"
    assert "<dd>Hall A</dd>" in html, "and theirs stands beside it"
    assert 'name="version" value="2"' in html
    desk.edition.refresh_from_db()
    assert desk.edition.venue == {"en": "Hall A"}


def test_the_phase_page_says_what_follows_and_takes_the_step(desk: Any) -> None:
    assert "booths stay public and answerable" in desk.get("phase/").content.decode()
    desk.post("phase/", {"phase": "evergreen"})
    desk.edition.refresh_from_db()
    assert desk.edition.phase == "evergreen"
    page = desk.client.post(desk.address("phase/"), {"phase": "draft"}, follow=True)
    assert "cannot become" in page.content.decode()


def test_archiving_asks_for_proof(desk: Any) -> None:
    Edition.objects.filter(pk=desk.edition.pk).update(phase="evergreen")
    client = Client()
    client.force_login(desk.user)
    answer = client.post(desk.address("phase/"), {"phase": "archived"})
    assert "reauthenticate" in answer["Location"]
    desk.edition.refresh_from_db()
    assert desk.edition.phase == "evergreen"
    desk.post("phase/", {"phase": "archived"})
    desk.edition.refresh_from_db()
    assert desk.edition.phase == "archived"


def test_the_overview_says_what_needs_you_first(desk: Any) -> None:
    assert "There is no area yet" in desk.get().content.decode()
    area = make_area(desk.edition)
    make_exhibitor(desk.edition, area=area, state="applied")
    make_exhibitor(desk.edition, area=area, state="accepted", headline={}, about={})
    html = desk.get().content.decode()
    assert "1 firm waits for a decision." in html
    assert "1 accepted booth is not complete" in html


def test_the_overview_takes_the_same_queries_for_one_row_and_for_three(
    desk: Any, django_assert_num_queries: Any
) -> None:
    def add() -> None:
        make_exhibitor(desk.edition, area=make_area(desk.edition), state="applied")

    add()
    desk.get()
    with django_assert_num_queries(16):
        desk.get()
    add(), add()
    with django_assert_num_queries(16):
        desk.get()


def test_a_draft_is_deleted_with_proof_and_only_without_exhibitors(desk: Any) -> None:
    Edition.objects.filter(pk=desk.edition.pk).update(phase="draft")
    firm = make_exhibitor(desk.edition, state="draft")
    page = desk.client.post(desk.address("delete/"), follow=True)
    assert "has exhibitors" in page.content.decode()
    firm.delete()
    desk.post("delete/", {})
    assert not Edition.objects.exists()


def test_the_list_of_editions_takes_the_same_queries_for_one_row_and_for_three(
    desk: Any, django_assert_num_queries: Any
) -> None:
    from tests.factories.fair import make_team_member

    desk.client.get("/en/desk/")
    with django_assert_num_queries(6):
        desk.client.get("/en/desk/")
    for _ in range(2):
        make_team_member(make_edition(), desk.user, "reader")
    with django_assert_num_queries(6):
        desk.client.get("/en/desk/")
