"""Needs at the organiser's desk: the table with filters, one need, files out; hidden buyers stay hidden here too."""

from typing import Any

import pytest

from everfair.matchmaking.models import Need
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_sector
from tests.factories.matchmaking import make_answer, make_buyer, make_need, make_seeker
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
LIST_QUERIES = 13


def test_all_needs_but_other_peoples_drafts(desk: Any) -> None:
    sector = make_sector(desk.edition)
    make_need(desk.edition, title={"en": "Cranes"}, sector=sector)
    make_need(desk.edition, title={"en": "Private draft"}, state="draft")
    make_need(
        desk.edition,
        title={"en": "Tender"},
        buyer="Lake Body",
        source="TED",
        state="closed",
        buyer_country="PE",
    )
    page = desk.get("needs/").content.decode()
    assert "Cranes" in page
    assert "Tender" in page
    assert "Lake Body" in page
    assert "Private draft" not in page
    for query, there, away in (
        ({"q": "crane"}, "Cranes", "Tender"), ({"state": "closed"}, "Tender", "Cranes"),
        ({"sector": sector.code}, "Cranes", "Tender"), ({"country": "PE"}, "Tender", "Cranes"),
        ({"origin": "here"}, "Cranes", "Tender"), ({"origin": "TED"}, "Tender", "Cranes"),
        ({"q": "lake body"}, "Tender", "Cranes"),
    ):  # fmt: skip
        text = desk.get("needs/", **query).content.decode().split("<tbody>")[1]
        assert there in text, query
        assert away not in text, query
        file = desk.get("needs/list.csv", **query).getvalue().decode()
        assert there in file
        assert away not in file
    assert "No need like this" in desk.get("needs/", q="nothing").content.decode()


def test_a_hidden_buyer_is_not_named_to_the_organiser(desk: Any) -> None:
    person = make_buyer(desk.edition, make_user(name="Amina Otieno"), organisation_name="Otieno Hotels")
    need = make_need(seeker=make_seeker(desk.edition, person.user), audience="hidden")
    listed = make_need(desk.edition, buyer="Umbra Body", audience="hidden")
    for path in ("needs/", "needs/list.csv", f"needs/{need.code}/", f"needs/{listed.code}/", "log/"):
        answer = desk.get(path)
        text = (answer.getvalue() if answer.streaming else answer.content).decode()
        assert "Otieno" not in text, path
        assert "Umbra" not in text, path
    assert "Umbra" not in desk.get("needs/", q="umbra").content.decode().split("<main")[1].replace(
        'value="umbra"', ""
    )


def test_closing_giving_back_and_opening(desk: Any) -> None:
    need = make_need(desk.edition)
    make_answer(need)
    page = desk.get(f"needs/{need.code}/").content.decode()
    assert "1 firm answered." in page
    assert "number" not in page.split("1 firm answered.")[1].split("</p>")[0], "not what it wrote"
    desk.post(f"needs/{need.code}/state/", {"to": "closed", "reason": "Twice"})
    assert Need.objects.get().state == "closed"
    desk.post(f"needs/{need.code}/state/", {"to": "open"})
    assert Need.objects.get().state == "open"
    refused = desk.client.post(desk.address(f"needs/{need.code}/state/"), {"to": "filled"}, follow=True)
    assert "not yours to take" in refused.content.decode()
    desk.post(f"needs/{need.code}/state/", {"to": "draft", "reason": "Say where."})
    assert Need.objects.get().state == "draft"
    assert desk.get(f"needs/{need.code}/").status_code == 404, "from then on it is its author's"


def test_needs_nobody_speaks_for_are_changed_here_and_others_are_not(desk: Any) -> None:
    need = make_need(
        desk.edition, buyer="Lake Body", title={"en": "Cranes"}, description={"en": "Two cranes."}
    )
    saved = desk.post(
        f"needs/{need.code}/change/", {"text_0": "Three cranes.", "audience": "board", "version": "1"}
    )
    assert saved.status_code == 302
    need.refresh_from_db()
    assert need.description == {"en": "Three cranes."}
    assert need.buyer == "Lake Body"
    own = make_need(desk.edition)
    assert desk.get(f"needs/{own.code}/change/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_need_as_for_three(
    desk: Any, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_answer(
            make_need(desk.edition, more_sectors=[make_sector(desk.edition)]), make_exhibitor(desk.edition)
        )
    desk.get("needs/")
    with django_assert_num_queries(LIST_QUERIES):
        assert desk.get("needs/").status_code == 200
