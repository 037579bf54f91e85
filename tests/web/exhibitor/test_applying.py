"""From a person without a firm to a public booth, and every step between, in the browser's words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.exhibition.actions import applying, state
from everfair.exhibition.models import Exhibitor
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_sector, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user
from tests.web.exhibitor.conftest import Desk, make_desk, said

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def start_url(edition: Any) -> str:
    return reverse("exhibitor:exhibition.application_start", kwargs={"edition": edition.slug})


def test_a_person_without_a_firm_applies_is_accepted_and_publishes() -> None:
    edition, person = make_edition(), make_user()
    area, sector = make_area(edition), make_sector(edition)
    asked = applying.save_question(edition, None, {"text": {"en": "How many?"}, "is_required": True}, by=None)
    client = signed_in(person)
    page = client.post(start_url(edition), {"new": "1", "name_en": "Tiny Firm", "country": "KE"}, follow=True)
    exhibitor = Exhibitor.objects.get(edition=edition)
    assert page.redirect_chain[-1][0].endswith(f"/{exhibitor.code}/application/")
    assert exhibitor.organisation.name == {"en": "Tiny Firm"}
    desk = Desk(client, person, exhibitor)

    answers = {"version": "1", "sector": str(sector.pk), "area": str(area.pk), f"question_{asked.pk}": ""}
    page = desk.post("application_edit", {**answers, "send": "1"})
    assert page.context["form"].errors[f"question_{asked.pk}"]
    desk.post("application_edit", answers)  # a draft may leave it open
    exhibitor.refresh_from_db()
    assert (exhibitor.state, exhibitor.sector) == ("draft", sector)
    assert "How many?" in said(desk.post("booth_state", {"state": "applied"}))[0]

    answers |= {"version": str(exhibitor.version), f"question_{asked.pk}": "4"}
    desk.post("application_edit", {**answers, "send": "1"})
    exhibitor.refresh_from_db()
    assert exhibitor.state == "applied"

    reviewer = make_team_member(edition, role="reviewer").user
    state.set_state(exhibitor, "changes_asked", by=reviewer, reason="Say what you do.", roles={"reviewer"})
    assert "Say what you do." in desk.get("booth_overview").content.decode()
    text = {
        "version": str(exhibitor.version),
        "sector": str(sector.pk),
        "area": str(area.pk),
        "headline_en": "We do.",
    }
    desk.post("booth_edit", text)
    desk.post("booth_state", {"state": "applied"})
    exhibitor.refresh_from_db()
    state.accept(exhibitor, by=reviewer)
    page = desk.post("booth_state", {"state": "published"})
    exhibitor.refresh_from_db()
    assert exhibitor.state == "published"
    assert any("public" in text for text in said(page))


def test_an_existing_firm_is_chosen_not_made_twice() -> None:
    edition, membership = make_edition(), make_membership()
    client = signed_in(membership.user)
    client.post(start_url(edition), {"organisation": membership.organisation.code})
    assert Exhibitor.objects.get(edition=edition).organisation == membership.organisation
    page = client.get(start_url(edition))
    assert list(page.context["firms"]) == []
    assert [booth.organisation for booth in page.context["there"]] == [membership.organisation]


def test_a_foreign_firm_cannot_be_chosen() -> None:
    edition, foreign = make_edition(), make_organisation()
    page = signed_in(make_user()).post(start_url(edition), {"organisation": foreign.code})
    assert page.status_code == 200
    assert not Exhibitor.objects.exists()


def test_booth_staff_may_not_apply_for_their_firm() -> None:
    edition = make_edition()
    membership = make_membership(role="booth_staff")
    page = signed_in(membership.user).post(start_url(edition), {"organisation": membership.organisation.code})
    assert page.status_code == 200
    assert not Exhibitor.objects.exists()


def test_a_closed_edition_takes_nobody() -> None:
    edition = make_edition(phase="announced")
    client = signed_in(make_membership().user)
    assert "takes no applications" in client.get(start_url(edition)).content.decode()
    client.post(start_url(edition), {"new": "1", "name_en": "Firm"})
    assert not Exhibitor.objects.exists()


def test_an_application_with_the_organiser_is_taken_back_before_it_changes() -> None:
    desk = make_desk(state="applied")
    page = desk.post("application_edit", {"version": "1"})
    assert any("Take it back first" in text for text in said(page))
    desk.post("booth_state", {"state": "draft"})
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.state == "draft"


@pytest.mark.parametrize(
    ("before", "wanted"), [("applied", "accepted"), ("withdrawn", "published"), ("draft", "published")]
)
def test_an_exhibitor_cannot_take_the_organisers_steps(before: str, wanted: str) -> None:
    desk = make_desk(state=before)
    page = desk.post("booth_state", {"state": wanted})
    assert len(said(page)) == 1
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.state == before


def test_an_incomplete_booth_is_not_published_and_the_page_says_why() -> None:
    desk = make_desk(state="accepted", headline={}, about={})
    page = desk.get("booth_overview")
    assert "booth_preview" not in page.content.decode()
    assert "once everything required" in page.content.decode()
    page = desk.post("booth_state", {"state": "published"})
    assert "Still missing" in said(page)[0]
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.state == "accepted"


def test_withdrawing_needs_a_reason_and_keeps_everything(desk: Desk) -> None:
    page = desk.post("booth_state", {"state": "withdrawn"})
    assert "Say why" in said(page)[0]
    desk.post("booth_state", {"state": "withdrawn", "reason": "The team is ill."})
    desk.exhibitor.refresh_from_db()
    assert (desk.exhibitor.state, desk.exhibitor.state_reason) == ("withdrawn", "The team is ill.")


def test_a_task_is_ticked_and_reopened(desk: Desk) -> None:
    values = {"title": {"en": "Send names"}, "due_on": desk.exhibitor.edition.starts_on}
    kind = applying.save_task_kind(desk.exhibitor.edition, None, values, by=None)
    desk.post("task_tick", {}, pk=kind.pk)
    assert desk.get("task_list").context["tasks"][0].is_done
    desk.post("task_tick", {"reopen": "1"}, pk=kind.pk)
    assert not desk.get("task_list").context["tasks"][0].is_done


def test_history_tells_who_did_what_and_why(desk: Desk) -> None:
    state.withdraw(desk.exhibitor, by=make_user(name="Rita"), reason="Fire drill.")
    page = desk.get("history_list").content.decode()
    assert "Rita" in page
    assert "Fire drill." in page


def test_my_booths_are_found_by_the_firms_name(desk: Desk) -> None:
    name = desk.exhibitor.organisation.name["zh"]
    url = reverse("exhibitor:exhibition.desk_home")
    assert name in desk.client.get(url.replace("/en/", "/zh/"), {"q": name}).content.decode()
    assert "No booth of this firm" in desk.client.get(url, {"q": "nothing like it"}).content.decode()
    assert make_exhibitor().organisation.name["en"] not in desk.client.get(url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_desk_home_takes_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    person = make_user()
    for _ in range(count):
        make_membership(person, make_exhibitor().organisation)
    client = signed_in(person)
    with django_assert_num_queries(6):
        page = client.get(reverse("exhibitor:exhibition.desk_home"))
    assert len(page.context["booths"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_history_and_tasks_take_the_same_number_of_queries(
    count: int, django_assert_num_queries: Any
) -> None:
    desk = make_desk()
    for _ in range(count):
        values = {"title": {"en": "Send names"}, "due_on": desk.exhibitor.edition.starts_on}
        kind = applying.save_task_kind(desk.exhibitor.edition, None, values, by=None)
        applying.tick_task(desk.exhibitor, kind, by=None)
    with django_assert_num_queries(9):
        assert len(desk.get("history_list").context["entries"]) == count
    with django_assert_num_queries(9):
        assert len(desk.get("task_list").context["tasks"]) == count
