"""Lists of needs: columns in two languages, tenders of TED, what to do about each bad row, and a second run that changes nothing."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import Refused
from everfair.fair.actions.sectors import lay_out_default_sectors
from everfair.fair.models import Edition
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.matchmaking.actions.importing import Report, import_needs
from everfair.matchmaking.actions.needs import move_need
from everfair.matchmaking.forms.cpv import sector_code, sector_codes
from everfair.matchmaking.models import Need
from everfair.matchmaking.queries import board
from everfair.matchmaking.queries import needs as queries
from tests.conftest import SHARED
from tests.factories.fair import make_edition, make_team_member

pytestmark = pytest.mark.django_db
TED = SHARED / "data" / "needs" / "ted-it-business-en.jsonl"
GOOD = """id,title,标题（中文）,text (english),sector,modes,needed in,languages,budget,currency,buyer,country,conditions
A1,Cloud accounting,云记账,For forty shops.,1.B,1; 4,Kenya,"English, 中文","25,000",EUR,Lake Shops,肯尼亚,languages
A2,Legal advice,,,Legal services,,,,,,,,
"""


@pytest.fixture
def edition() -> Edition:
    made = make_edition()
    lay_out_default_sectors(made, by=None)
    return made


def send(edition: Edition, folder: Path, text: str, name: str = "needs.csv", **more: Any) -> Report:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return import_needs(edition, path, by=None, file_name=name, **more)


def test_a_list_in_two_languages(edition: Edition, tmp_path: Path) -> None:
    report = send(edition, tmp_path, GOOD)
    assert (report.counts(), report.is_written) == (
        {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "bad": 0}, True
    )  # fmt: skip
    first, second = Need.objects.order_by("pk").select_related("sector")
    assert first.title == {"en": "Cloud accounting", "zh": "云记账"}
    assert first.description == {"en": "For forty shops."}
    assert (first.sector and first.sector.code, first.mode_list, first.deliver_to) == ("1.B", [1, 4], "KE")
    assert (first.languages, first.musts) == (["en", "zh"], ["languages"])
    assert (first.budget_to, first.currency, first.buyer, first.buyer_country) == (
        25000,
        "EUR",
        "Lake Shops",
        "KE",
    )
    assert (first.state, first.source, first.external_id) == ("open", "needs", "A1")
    assert second.sector is not None
    assert second.sector.code == "1.A.a", "a sector may be named in words"
    assert Change.objects.filter(topic="matchmaking.need").count() == 2
    assert AuditEntry.objects.get(event="matchmaking.needs.imported").after["new"] == 2


def test_sent_again_nothing_changes_and_what_changed_is_changed(edition: Edition, tmp_path: Path) -> None:
    send(edition, tmp_path, GOOD)
    assert send(edition, tmp_path, GOOD).counts()["unchanged"] == 2
    closed = Need.objects.get(external_id="A2")
    move_need(closed, "closed", by=make_team_member(edition).user)
    report = send(edition, tmp_path, GOOD.replace("For forty shops.", "For fifty shops."))
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    assert Need.objects.get(external_id="A1").description == {"en": "For fifty shops."}
    assert Need.objects.get(external_id="A2").state == "closed", "what has ended stays ended"


def test_rows_without_a_number_are_known_by_what_they_say(edition: Edition, tmp_path: Path) -> None:
    text = "title\nA bakery\nA dentist\n"
    assert send(edition, tmp_path, text).new == 2
    assert send(edition, tmp_path, text).unchanged == 2


def test_each_bad_row_says_what_to_do_and_nothing_is_written(edition: Edition, tmp_path: Path) -> None:
    text = (
        "id,title,sector,modes,country,languages,budget from,budget,currency,end,deadline\n"
        "1,🙂,,,,,,,,,\n"
        "2,Fine,99.Z,,,,,,,,\n"
        "3,Fine,,7,,,,,,,\n"
        "4,Fine,,,Atlantis,,,,,,\n"
        "5,Fine,,,,Elvish,,,,,\n"
        "6,Fine,,,,,9,3,EUR,,\n"
        "7,Fine,,,,,,many,,,\n"
        "8,Fine,,,,,,3,ZZQ,,\n"
        "9,Fine,,,,,,,,31.12.2030,\n"
        "10,Fine,,,,,,,,,2001-01-01\n"
        "11,Good one,,,,,,,,,\n"
        "11,Same number,,,,,,,,,\n"
    )
    report = send(edition, tmp_path, text)
    assert (report.rows, report.new, report.bad, report.is_written) == (12, 1, 11, False)
    found = {problem.row: (problem.column, problem.message) for problem in report.problems}
    expected = {
        2: "no letter or digit", 3: "no sector of this edition", 4: "from 1 to 4", 5: "country or region",
        6: "language", 7: "below the lower", 8: "is no amount", 9: "is no currency", 10: "is no day",
        11: "is over", 13: "Row 12 has the same number",
    }  # fmt: skip
    assert set(found) == set(expected)
    for row, words in expected.items():
        assert words in found[row][1], row
    assert found[5][0] == "country", "problems name the file's own column"
    assert not Need.objects.exists()
    assert send(edition, tmp_path, text, skip_bad=True).is_written
    assert list(Need.objects.values_list("title", flat=True)) == [{"en": "Good one"}]


def test_a_look_writes_nothing(edition: Edition, tmp_path: Path) -> None:
    report = send(edition, tmp_path, GOOD, is_trial=True)
    assert (report.new, report.is_written) == (2, False)
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "id,title\n", "no rows below|empty"),
        ("a.csv", "id,price\n1,2\n", "No column holds"),
        ("a.pdf", "%PDF-1.4 nothing", "is no list"),
        ("a.csv", "", "empty"),
    ],
)
def test_what_is_no_list_of_needs(edition: Edition, tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        send(edition, tmp_path, text, name)


def test_an_export_comes_back_unchanged_as_csv_and_workbook(edition: Edition, tmp_path: Path) -> None:
    send(edition, tmp_path, GOOD)
    rows = list(queries.export_rows(Need.objects.order_by("pk"), "en"))
    (tmp_path / "out.csv").write_bytes(b"".join(csv_chunks(rows, queries.COLUMNS)))
    with (tmp_path / "out.xlsx").open("wb") as out:
        write_xlsx(rows, queries.COLUMNS, out, sheet="Needs")
    for name in ("out.csv", "out.xlsx"):
        report = import_needs(edition, tmp_path / name, by=None, source="needs")
        assert report.problems == []
        assert report.counts() == {"rows": 2, "new": 0, "changed": 0, "unchanged": 2, "bad": 0}, name


def test_a_workbook_with_real_days_and_numbers(edition: Edition, tmp_path: Path) -> None:
    row = {
        "编号": 7,
        "标题": "海外仓储服务",
        "预算": 120000,
        "币种": "CNY",
        "截止日期": date(2031, 5, 1),
        "采购方国家": "中国",
    }
    with (tmp_path / "list.xlsx").open("wb") as out:
        write_xlsx([row], {title: title for title in row}, out, sheet="Needs")
    report = import_needs(edition, tmp_path / "list.xlsx", by=None, file_name="list.xlsx")
    assert report.problems == []
    need = Need.objects.get()
    assert (need.title, need.budget_to, need.closes_on) == ({"zh": "海外仓储服务"}, 120000, date(2031, 5, 1))
    assert (need.external_id, need.buyer_country) == ("7", "CN")


def test_an_unnamed_buyer_of_a_list_is_in_no_file(edition: Edition, tmp_path: Path) -> None:
    send(
        edition,
        tmp_path,
        "id,title,audience,buyer,country,url\nX-77,Cranes,hidden,Secret Docks,Kenya,https://docks.example/\n",
    )
    out = b"".join(csv_chunks(queries.export_rows(Need.objects.all(), "en"), queries.COLUMNS)).decode()
    assert "Cranes" in out
    for kept_back in ("Secret Docks", "docks.example", "X-77"):
        assert kept_back not in out
    (line,) = csv.DictReader(io.StringIO(out.lstrip("\ufeff")))
    assert line["Country of the buyer"] == "KE"


# CPV ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cpv", "title", "sector"),
    [
        ("79100000", "", "1.A.a"), ("72253200", "", "1.B.b"), ("72320000", "", "1.B.d"), ("79212000", "", "1.A.b"),
        ("79710000", "", "1.F.l"), ("79620000", "", "1.F.k"), ("72000000", "Data centre hosting", "1.B.c"),
        ("79000000", "Legal advice", "1.A.a"), ("79000000", "Anything", "1.F"), ("99999999", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_a_cpv_code_is_a_sector(cpv: str, title: str, sector: str) -> None:
    assert sector_code(cpv, title) == sector


def test_a_sector_above_another_of_the_same_need_says_nothing() -> None:
    assert sector_codes("72000000", ["79100000", "72200000"], "") == ["1.A.a", "1.B.b"]


@pytest.mark.realdata
def test_tenders_of_ted_come_in_under_sectors_and_are_found(edition: Edition) -> None:
    report = import_needs(edition, TED, by=None, file_name=TED.name)
    assert (report.source, report.counts()) == (
        "TED", {"rows": 69, "new": 69, "changed": 0, "unchanged": 0, "bad": 0}
    )  # fmt: skip
    assert import_needs(edition, TED, by=None).counts()["unchanged"] == 69
    rows = list(Need.objects.select_related("sector"))
    assert all(need.sector is not None and need.buyer and need.buyer_country for need in rows)
    assert {need.sector.code.split(".")[0] for need in rows if need.sector} == {"1"}
    legal = [
        need
        for need in rows
        if "legal" in need.title["en"].lower() and "services" in need.title["en"].lower()
    ]
    assert len(legal) >= 8
    assert {need.sector.code for need in legal if need.sector} == {"1.A.a"}
    found = board.browse(edition.pk, {"country": ["GB"]}, words="patents")
    assert {Need.objects.get(pk=key).external_id for key in found.keys} <= {need.external_id for need in rows}
    assert found.total >= 1
    assert board.browse(edition.pk, {"sector": ["1.A.a"]}).total >= len(legal)
