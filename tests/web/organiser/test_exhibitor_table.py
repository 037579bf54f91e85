"""The exhibitors' table: filters in the address, acts on many with undo, files out, few queries."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from everfair.exhibition.models import Exhibitor
from everfair.exhibition.queries.completeness import completeness
from everfair.exhibition.queries.exhibitor_table import TableFilters, exhibitor_table
from everfair.gateways.tables import read_rows
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_delegation, make_place, make_sector, make_team_member
from tests.factories.people import make_organisation, make_user

LIST_QUERIES = 14


def _names(response: Any) -> list[str]:
    return re.findall(r"review/([a-z0-9]{8})/", response.content.decode())


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(
    desk: Any, django_assert_num_queries: Any
) -> None:
    area = make_area(desk.edition)
    delegation = make_delegation(desk.edition)

    def add() -> None:
        make_exhibitor(desk.edition, area=area, place=make_place(area), delegation=delegation)

    add()
    desk.get("exhibitors/")
    with django_assert_num_queries(LIST_QUERIES):
        assert len(_names(desk.get("exhibitors/"))) == 1
    add(), add()
    with django_assert_num_queries(LIST_QUERIES):
        assert len(_names(desk.get("exhibitors/"))) == 3


def test_every_filter_stands_in_the_address(desk: Any) -> None:
    edition = desk.edition
    one, two = make_area(edition, code="1"), make_area(edition, code="2")
    top = make_sector(edition, code="7")
    leaf = make_sector(edition, parent=top, code="7.B")
    delegation = make_delegation(edition)
    firm = make_organisation(name={"en": "Qinglan Cloud", "zh": "青岚云服"}, country="CN")
    wanted = make_exhibitor(
        edition, area=one, sector=leaf, organisation=firm, delegation=delegation, state="accepted",
        place=make_place(one, number="1-0101"),
    )  # fmt: skip
    make_exhibitor(edition, area=two, sector=make_sector(edition))
    bare = make_exhibitor(edition, area=two, headline={}, about={}, state="draft")
    for query in (
        {"q": "qinglan"}, {"q": "青岚"}, {"q": "1-0101"}, {"q": wanted.code}, {"q": "cloud qing"},
        {"state": "accepted"}, {"area": "1"}, {"sector": "7"}, {"sector": "7.B"}, {"country": "CN"},
        {"delegation": delegation.code}, {"state": ["accepted", "rejected"], "complete": "yes"},
    ):  # fmt: skip
        assert _names(desk.get("exhibitors/", **query)) == [wanted.code], query
    assert _names(desk.get("exhibitors/", complete="no")) == [bare.code]
    assert wanted.code not in _names(desk.get("exhibitors/", delegation="none"))
    for query in (
        {"q": "en"},
        {"q": "%"},
        {"sector": "99"},
        {"state": "won"},
        {"country": "XX"},
        {"area": "x"},
    ):
        assert _names(desk.get("exhibitors/", **query)) == [], query


def test_the_databases_idea_of_complete_is_the_rooms_own(desk: Any) -> None:
    edition = desk.edition
    rows = [
        make_exhibitor(edition),
        make_exhibitor(edition, headline={}, about={"zh": "有"}),
        make_exhibitor(edition, headline={}, about={}),
        make_exhibitor(edition, headline={"fr": "Bonjour"}, about={}),
        make_exhibitor(edition, organisation=make_organisation(name={"de": "Nur deutsch"})),
        make_exhibitor(edition, state="draft"),
    ]
    Exhibitor.objects.filter(pk=rows[5].pk).update(sector=None)
    rows[5].refresh_from_db()
    found = exhibitor_table(desk.user, edition, TableFilters(complete="yes"), "since", "en")
    assert {row.pk for row in found} == {row.pk for row in rows if completeness(row).is_publishable}


@pytest.mark.parametrize(
    "sort", ["name", "-since", "since", "-applied", "area", "country", "state", "nonsense"]
)
def test_every_order_works_and_is_remembered(desk: Any, sort: str) -> None:
    codes = {make_exhibitor(desk.edition).code for _ in range(3)}
    shown = _names(desk.get("exhibitors/", sort=sort))
    assert set(shown) == codes
    assert _names(desk.get("exhibitors/")) == shown


def test_many_are_accepted_at_once_and_put_back(desk: Any) -> None:
    waiting = [make_exhibitor(desk.edition, state="applied") for _ in range(2)]
    published = make_exhibitor(desk.edition)
    codes = [row.code for row in (*waiting, published)]
    page = desk.client.post(
        desk.address("exhibitors/change/"),
        {"code": codes, "state": "accepted", "query": "state=applied&page=3&evil=1"},
        follow=True,
    )
    assert page.redirect_chain[0][0] == desk.address("exhibitors/") + "?state=applied"
    assert _states(codes) == ["accepted", "accepted", "published"]
    html = page.content.decode()
    assert "2 firms accepted." in html
    assert "Say why" in html, "the third is refused with a sentence"
    undo = re.search(r'action="(/en/desk/[^"]+/undo/[^"]+)"', html)
    assert undo
    assert "Undone for 2 firms." in desk.client.post(undo[1], follow=True).content.decode()
    assert _states(codes) == ["applied", "applied", "published"]
    assert "nothing to undo" in desk.client.post(undo[1], follow=True).content.decode()


def test_undo_leaves_alone_what_moved_on(desk: Any) -> None:
    firm = make_exhibitor(desk.edition, state="applied")
    page = desk.client.post(
        desk.address("exhibitors/change/"), {"code": [firm.code], "state": "accepted"}, follow=True
    )
    undo = re.search(r'action="(/en/desk/[^"]+/undo/[^"]+)"', page.content.decode())
    assert undo
    desk.post("exhibitors/change/", {"code": [firm.code], "state": "published"})
    assert "moved on since" in desk.client.post(undo[1], follow=True).content.decode()
    assert _states([firm.code]) == ["published"]


def test_all_that_were_found_means_the_filters_and_not_the_page(desk: Any) -> None:
    hall, other = make_area(desk.edition, code="1"), make_area(desk.edition, code="2")
    inside = [make_exhibitor(desk.edition, area=hall, state="applied").code for _ in range(3)]
    outside = make_exhibitor(desk.edition, area=other, state="applied").code
    desk.post("exhibitors/change/", {"all": "1", "state": "accepted", "query": "area=1&state=applied"})
    assert _states([*inside, outside]) == ["accepted"] * 3 + ["applied"]


def test_withdrawing_many_asks_for_proof_first_and_then_goes_on(desk: Any) -> None:
    firm = make_exhibitor(desk.edition)
    client = Client()
    client.force_login(desk.user)
    data = {"code": [firm.code], "state": "withdrawn", "reason": "Asked by the firm."}
    answer = client.post(desk.address("exhibitors/change/"), data)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert _states([firm.code]) == ["published"]
    client.post(answer["Location"], {"password": "a-long-test-passphrase"})
    assert _states([firm.code]) == ["withdrawn"]


def test_a_missing_reason_is_said_once_and_before_any_proof(desk: Any) -> None:
    firms = [make_exhibitor(desk.edition) for _ in range(2)]
    client = Client()
    client.force_login(desk.user)
    data = {"code": [firm.code for firm in firms], "state": "withdrawn", "reason": " ", "query": "q="}
    page = client.post(desk.address("exhibitors/change/"), data, follow=True)
    assert page.redirect_chain[0][0].startswith(desk.address("exhibitors/"))
    assert page.content.decode().count("Say why in a sentence") == 1
    alone = client.post(desk.address(f"review/{firms[0].code}/decide/"), {"state": "withdrawn"})
    assert alone.status_code == 400
    assert "Say why in a sentence" in alone.content.decode()


def test_undo_goes_back_to_the_filters_it_came_from(desk: Any) -> None:
    firm = make_exhibitor(desk.edition, state="applied")
    data = {"code": [firm.code], "state": "accepted", "query": "state=applied&sort=name"}
    page = desk.client.post(desk.address("exhibitors/change/"), data, follow=True)
    undo = re.search(r'action="(/en/desk/[^"]+/undo/[^"]+)"', page.content.decode())
    assert undo
    assert desk.client.post(undo[1])["Location"] == desk.address("exhibitors/") + "?state=applied&sort=name"


def test_the_filters_stand_folded_until_a_wide_page_opens_them(desk: Any) -> None:
    make_exhibitor(desk.edition)
    fold = re.search(r"<details[^>]*data-open-wide[^>]*>", desk.get("exhibitors/").content.decode())
    assert fold
    assert " open>" not in fold[0], "without a script they would fill a phone's screen"


def test_a_reviewer_of_one_area_decides_there_and_nowhere_else(desk: Any) -> None:
    hall, other = make_area(desk.edition), make_area(desk.edition)
    mine = make_exhibitor(desk.edition, area=hall, state="applied")
    theirs = make_exhibitor(desk.edition, area=other, state="applied")
    reviewer = make_user()
    make_team_member(desk.edition, reviewer, "reviewer", hall)
    make_team_member(desk.edition, reviewer, "reader")
    client = desk.client_of(reviewer)
    client.post(desk.address("exhibitors/change/"), {"code": [mine.code, theirs.code], "state": "accepted"})
    assert _states([mine.code, theirs.code]) == ["accepted", "applied"]
    assert client.get(desk.address(f"review/{theirs.code}/")).status_code == 404


def test_foreign_codes_and_empty_choices_change_nothing(desk: Any) -> None:
    foreign = make_exhibitor(state="applied")
    for data in (
        {"code": [foreign.code], "state": "accepted"},
        {"state": "accepted"},
        {"code": ["' OR 1=1"], "state": "accepted"},
        {"code": [foreign.code], "state": "draft"},
        {"code": [foreign.code]},
    ):
        assert desk.post("exhibitors/change/", data).status_code == 302
    assert _states([foreign.code]) == ["applied"]


def test_files_hold_the_filtered_rows_and_run_no_formula(desk: Any, tmp_path: Path) -> None:
    firm = make_organisation(name={"en": '=HYPERLINK("http://evil")', "zh": "+公司"})
    kept = make_exhibitor(desk.edition, state="accepted", organisation=firm)
    make_exhibitor(desk.edition)
    csv = b"".join(desk.get("exhibitors.csv", state="accepted").streaming_content).decode("utf-8-sig")
    assert kept.code in csv
    assert csv.count("\r\n") == 2
    assert "\"'=HYPERLINK" in csv
    assert ",'+公司" in csv
    book = b"".join(desk.get("exhibitors.xlsx", state="accepted").streaming_content)
    (tmp_path / "list.xlsx").write_bytes(book)
    rows = list(read_rows(tmp_path / "list.xlsx").rows())
    assert [row.values["Code"] for row in rows] == [kept.code]
    assert [row.values["Name (English)"] for row in rows] == ['=HYPERLINK("http://evil")'], (
        "a text, no formula"
    )


def _states(codes: list[str]) -> list[str]:
    held = dict(Exhibitor.objects.filter(code__in=codes).values_list("code", "state"))
    return [held[code] for code in codes]
