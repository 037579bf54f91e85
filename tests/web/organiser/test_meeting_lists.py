"""Every list of the meetings desk: found, filtered, in pages, empty in words, taken out as a file; as many queries for three rows as for one."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everfair.meetings.models import BlockedPair, NextInLine, Run
from everfair.web.organiser.meetings import tables
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_team_member
from tests.factories.meetings import (
    make_interpreter,
    make_line,
    make_meeting,
    make_participant,
    make_request,
    make_slots,
    make_table,
    make_wish,
)
from tests.factories.people import make_organisation, make_user
from tests.web.organiser.conftest import Desk

pytestmark = pytest.mark.django_db
LATER = datetime(2099, 1, 5, 1, 0, tzinfo=UTC)
RESULT = {
    "requests": 40, "placed": 30, "nothing": 2, "breaks": 3, "walking": 12, "seconds": 1.5,
    "by_class": {"4": [9, 10], "3": [2, 5], "2": [19, 23], "1": [0, 2]},
    "shares": {"size": [["small", 6, 20, 15], ["", 5, 20, 15]]}, "causes": {},
}  # fmt: skip


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def make_run(desk: Desk, number: int, **extra: Any) -> Run:
    values = {"state": "done", "result": RESULT, "options": {"seed": 1, "limit": 1}, **extra}
    return Run.objects.create(edition=desk.edition, number=number, **values)


def a_request(desk: Desk) -> None:
    make_request(make_participant(desk.edition), exhibitor=make_exhibitor(desk.edition))


def a_line(desk: Desk) -> None:
    firm, person = make_exhibitor(desk.edition), make_participant(desk.edition)
    NextInLine.objects.create(edition=desk.edition, participant=person, exhibitor=firm)


def a_pair(desk: Desk) -> None:
    BlockedPair.objects.create(
        edition=desk.edition, a=make_participant(desk.edition), exhibitor=make_exhibitor(desk.edition)
    )


def a_place(desk: Desk) -> None:
    make_table(desk.edition)


def a_run(desk: Desk) -> None:
    make_run(desk, Run.objects.count() + 1, by=make_user())


def somebody_left(desk: Desk) -> None:
    if not Run.objects.exists():
        make_run(desk, 1)
    person = make_participant(desk.edition, organisation_name="")
    make_wish(desk.edition, participant=person, exhibitor=make_exhibitor(desk.edition), level="want")


LISTS: list[tuple[str, Callable[[Desk], None], str]] = [
    ("meetings/requests", a_request, ""),
    ("meetings/waiting", a_line, "Nobody waits"),
    ("meetings/apart", a_pair, "Nobody is kept apart"),
    ("meetings/places/all", a_place, "No place yet"),
    ("meetings/runs", a_run, ""),
    ("meetings/runs/1/left", somebody_left, ""),
]
IDS = [path for path, _make, _empty in LISTS]


@pytest.mark.parametrize(("path", "make", "empty"), LISTS, ids=IDS)
def test_a_list_costs_the_same_queries_however_long(
    desk: Desk, path: str, make: Callable[[Desk], None], empty: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(f"{path}/").status_code == 200
        return len(caught)

    if empty:
        assert empty in words_of(desk.get(f"{path}/"))
    make(desk)
    desk.get(f"{path}/")  # what a process reads once
    few = queries()
    make(desk)
    make(desk)
    assert queries() == few


@pytest.mark.parametrize(("path", "make", "empty"), LISTS, ids=IDS)
def test_a_list_has_pages_and_files_and_says_when_nothing_is_found(
    desk: Desk, path: str, make: Callable[[Desk], None], empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS_ON_A_PAGE", 2)
    for _ in range(3):
        make(desk)
    page = desk.get(f"{path}/").content.decode()
    assert 'class="pager"' in page
    assert f"{path}.csv?" in page
    assert f"{path}.xlsx?" in page
    assert len(rows_of(desk.get(f"{path}.csv"))) == 3, "a file holds all pages"
    assert desk.get(f"{path}.xlsx").getvalue()[:2] == b"PK"
    assert desk.get(f"{path}.pdf").status_code == 404
    wrong = {"state": "failed"} if path.endswith("runs") else {"q": "nobodyofthisname"}
    none = words_of(desk.get(f"{path}/", **wrong))
    assert "Nothing found" in none or "No run is of this kind" in none
    assert rows_of(desk.get(f"{path}.csv", **wrong)) == []


def test_who_waits_is_found_by_name_firm_and_offer(desk: Desk) -> None:
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    firm = make_exhibitor(
        desk.edition, organisation=make_organisation(name={"en": "Tidewater", "zh": "潮水"})
    )
    ana = make_participant(desk.edition, name="=Ana", organisation_name="Kilima")
    bo = make_participant(desk.edition, name="Bo")
    NextInLine.objects.create(edition=desk.edition, participant=ana, exhibitor=firm, since=LATER)
    NextInLine.objects.create(
        edition=desk.edition, participant=bo, other=ana, offered_slot=slot, offered_until=LATER
    )
    for query, wanted in (
        ({"q": "kilima"}, ["'=Ana"]), ({"q": "潮水"}, ["'=Ana"]), ({"q": "ana"}, ["Bo", "'=Ana"]), ({"offered": "yes"}, ["Bo"]),
        ({"offered": "no"}, ["'=Ana"]), ({"offered": "x"}, []),
    ):  # fmt: skip
        assert [row["Person"] for row in rows_of(desk.get("meetings/waiting.csv", **query))] == wanted, query
    row = rows_of(desk.get("meetings/waiting.csv", offered="yes"))[0]
    assert (row["Offered"], row["Waits for"]) == ("2099-01-05 09:00", "'=Ana"), "the fair's clock"


def test_requests_are_taken_out_without_what_people_wrote_to_each_other(desk: Desk) -> None:
    firm = make_exhibitor(desk.edition)
    make_request(make_participant(desk.edition, name="Olga"), exhibitor=firm, message="Between us two.")
    make_request(make_participant(desk.edition, name="Dora"), exhibitor=firm, state="declined")
    found = desk.get("meetings/requests.csv")
    text = found.getvalue().decode("utf-8-sig")
    assert "Between us two." not in text
    assert [row["Who asks"] for row in csv.DictReader(io.StringIO(text))] == ["Olga"]
    assert {row["Who asks"] for row in rows_of(desk.get("meetings/requests.csv", state="all"))} == {
        "Olga",
        "Dora",
    }


def test_places_are_found_by_kind_hall_use_and_number(desk: Desk) -> None:
    hall = make_area(desk.edition, code="n1", name={"en": "North hall"})
    make_table(desk.edition, hall, number=7)
    lost = make_table(desk.edition, hall, number=8, is_out=True)
    make_line(desk.edition, number=7)
    make_interpreter(desk.edition, name={"en": "Mei Lin"})
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    make_meeting(slot, make_participant(desk.edition), make_participant(desk.edition), table=lost)
    for query, count in (
        ({}, 4), ({"kind": "table"}, 2), ({"hall": "n1"}, 2), ({"use": "out"}, 1), ({"use": "in"}, 3),
        ({"use": "stuck"}, 1), ({"use": "x"}, 0), ({"q": "7"}, 2), ({"q": "mei"}, 1), ({"q": "north 8"}, 1),
    ):  # fmt: skip
        assert len(rows_of(desk.get("meetings/places/all.csv", **query))) == count, query
    make_participant(desk.edition)
    assert len(rows_of(desk.get("meetings/places/all.csv"))) == 4, "people are no places"


def test_who_got_nothing_is_filtered_by_why(desk: Desk) -> None:
    make_run(desk, 1)
    firms = [make_exhibitor(desk.edition) for _ in range(3)]
    few = make_participant(desk.edition, name="Few")
    never = make_participant(desk.edition, name="Never", said_when_free=LATER)
    many = make_participant(desk.edition, name="Many")
    gone = make_participant(desk.edition, name="Gone", is_out=True)
    for person, count in ((few, 1), (never, 3), (many, 3), (gone, 3)):
        for firm in firms[:count]:
            make_wish(desk.edition, participant=person, exhibitor=firm, level="want")
    for why, name in (("few", "Few"), ("never_free", "Never"), ("no_room", "Many"), ("gone", "Gone")):
        page = desk.get("meetings/runs/1/left/", why=why).content.decode()
        shown = [one.name for one in (few, never, many, gone) if f"/people/{one.code}/" in page]
        assert shown == [name], why
    assert len(rows_of(desk.get("meetings/runs/1/left.csv"))) == 4


def test_runs_side_by_side_are_taken_out_with_the_page_s_own_cells(desk: Desk) -> None:
    make_run(desk, 1)
    make_run(desk, 2, result=RESULT | {"placed": 33}, kind="fill")
    rows = rows_of(desk.get("meetings/runs/compare.csv", run=["1", "2"]))
    by_name = {row["Figure"]: row for row in rows}
    assert (by_name["Meetings placed"]["Run 1"], by_name["Meetings placed"]["Run 2"]) == ("30", "33")
    assert (by_name["must meet"]["Run 1"], by_name["must meet"]["Run 1: of"]) == ("9", "10")
    small = by_name["the firm would like to"]
    assert (small["Run 1"], small["Run 1: of"]) == ("too few to tell", ""), (
        "small cells are no figures in files either"
    )
    assert [row["Run"] for row in rows_of(desk.get("meetings/runs.csv", kind="fill"))] == ["2"]


def test_those_who_only_read_are_offered_no_files(desk: Desk) -> None:
    reader = make_user()
    make_team_member(desk.edition, reader, "reviewer")
    for make in (a_request, a_line):
        make(desk)
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    make_meeting(slot, make_participant(desk.edition), make_participant(desk.edition))
    client = Desk.client_of(reader)
    for path in ("meetings/all", "meetings/people", "meetings/requests", "meetings/waiting"):
        page = client.get(desk.address(f"{path}/"))
        assert page.status_code == 200
        assert ".csv" not in page.content.decode(), path
        assert client.get(desk.address(f"{path}.csv")).status_code == 404
