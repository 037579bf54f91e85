import datetime
import struct
import zipfile
from pathlib import Path

import pytest

from everfair.gateways.tables import Limits, TableError, read_rows

from .workbooks import with_sheet_xml, workbook


def test_rows_keep_their_number_and_their_kinds_of_value(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        [["公司名称", "Booths", "Since"], ["北京智联", 5, None], [None, None, None], ["Acme  ", 2.5, "2019"]],
    )
    table = read_rows(path)
    assert (table.kind, table.columns, table.sheet) == ("xlsx", ("公司名称", "Booths", "Since"), "Companies")
    rows = list(table.rows())
    assert [(row.number, row.values) for row in rows] == [
        (2, {"公司名称": "北京智联", "Booths": 5, "Since": None}),
        (4, {"公司名称": "Acme", "Booths": 2.5, "Since": "2019"}),
    ]
    assert list(table.rows()) == rows  # a second reading gives the same


def test_dates_come_as_dates(tmp_path: Path) -> None:
    def dated(sheet: object, book: object) -> None:
        sheet.write_datetime(
            1, 1, datetime.datetime(2024, 9, 12), book.add_format({"num_format": "yyyy-mm-dd"})
        )

    path = workbook(tmp_path / "list.xlsx", [["Name", "Since"], ["Acme"]], dated)
    assert [row.values["Since"] for row in read_rows(path).rows()] == [datetime.date(2024, 9, 12)]


def test_kind_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.csv", [["Name", "Country"], ["Acme", "Peru"]])
    assert read_rows(path).kind == "xlsx"


def test_title_and_note_above_the_heading_are_passed_over(tmp_path: Path) -> None:
    def titled(sheet: object, _book: object) -> None:
        sheet.merge_range(0, 0, 0, 3, "2025 展商名单 Exhibitors")

    rows = [
        [],
        ["Please keep the columns"],
        [],
        ["Name", "Country", "Website", "Sector"],
        ["Acme", "Peru", "a.pe", "IT"],
    ]
    table = read_rows(workbook(tmp_path / "list.xlsx", rows, titled))
    assert table.columns == ("Name", "Country", "Website", "Sector")
    assert [(row.number, row.values["Name"]) for row in table.rows()] == [(5, "Acme")]


def test_list_that_begins_in_the_middle_of_the_sheet(tmp_path: Path) -> None:
    rows = [[], [], [None, None, "Name", "Country"], [None, None, "Acme", "Peru"]]
    table = read_rows(workbook(tmp_path / "list.xlsx", rows))
    assert [(row.number, row.values) for row in table.rows()] == [(4, {"Name": "Acme", "Country": "Peru"})]


def test_two_line_heading_with_a_group_title(tmp_path: Path) -> None:
    def grouped(sheet: object, _book: object) -> None:
        sheet.merge_range(0, 0, 1, 0, "Company")
        sheet.merge_range(0, 1, 0, 2, "Contact")

    rows = [[], [None, "Name", "Email"], ["Acme", "Ana", "ana@acme.pe"]]
    table = read_rows(workbook(tmp_path / "list.xlsx", rows, grouped))
    assert table.columns == ("Company", "Contact / Name", "Contact / Email")
    assert [row.number for row in table.rows()] == [3]


def test_group_titles_above_a_full_heading_do_not_disturb_it(tmp_path: Path) -> None:
    def grouped(sheet: object, _book: object) -> None:
        sheet.merge_range(0, 0, 0, 3, "Company")
        sheet.merge_range(0, 4, 0, 5, "Contact")

    rows = [
        [],
        ["Name", "Country", "Site", "Sector", "Name", "Email"],
        ["Acme", "Peru", "a", "IT", "Ana", "a@a.pe"],
    ]
    table = read_rows(workbook(tmp_path / "list.xlsx", rows, grouped))
    assert table.columns == ("Name", "Country", "Site", "Sector", "Name (2)", "Email")


def test_merged_heading_is_refused_and_names_the_cells(tmp_path: Path) -> None:
    def merged(sheet: object, _book: object) -> None:
        sheet.merge_range(0, 1, 0, 3, "Address")

    path = workbook(tmp_path / "list.xlsx", [["Name"], ["Acme", "Av. 1", "Lima", 15]], merged)
    rows = [["Name", None, None, None, "Country", "Sector"], ["Acme", "Av. 1", "Lima", 15, "Peru", "IT"]]
    path = workbook(tmp_path / "list.xlsx", rows, merged)
    with pytest.raises(TableError, match=r"B1:D1.*Unmerge"):
        read_rows(path)


def test_column_without_a_title_keeps_its_content(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name", None, "Country"], ["Acme", "x", "Peru"]])
    assert read_rows(path).columns == ("Name", "[B]", "Country")


def test_hundred_thousand_formatted_empty_rows_cost_nothing(tmp_path: Path) -> None:
    def formatted(sheet: object, book: object) -> None:
        red = book.add_format({"bg_color": "red"})
        for row in range(2, 100_002):
            sheet.write_blank(row, 0, None, red)

    path = workbook(tmp_path / "list.xlsx", [["Name", "Country"], ["Acme", "Peru"]], formatted)
    assert [row.number for row in read_rows(path, limits=Limits(max_cells=1_000)).rows()] == [2]


def test_twenty_thousand_rows_arrive_whole(tmp_path: Path) -> None:
    heading = [f"Column {number}" for number in range(20)]
    rows = [heading, *([f"text {row} {place}" for place in range(20)] for row in range(20_000))]
    table = read_rows(workbook(tmp_path / "list.xlsx", rows))
    last = None
    for count, row in enumerate(table.rows(), start=1):
        last = (count, row.number, row.values["Column 19"])
    assert last == (20_000, 20_001, "text 19999 19")


FIRST = b'<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='900000'><c foo='>' r = 'zz900000'><v>1</v></c></row>",
        b'<row r="1048576"><c><v>1</v></c><c r="QQ1048576"><f>1</f></c></row>',
        b'<x:row xmlns:x="x" r="1048576"><x:c r="XFD1048576"><x:is><x:t>1</x:t></x:is></x:c></x:row>',
    ],
)
def test_cell_far_away_is_refused_before_memory_is_asked_for_it(tmp_path: Path, cells: bytes) -> None:
    with pytest.raises(TableError, match="Delete the stray cells") as refusal:
        read_rows(with_sheet_xml(tmp_path / "bomb.xlsx", FIRST + cells))
    assert refusal.value.row in (1_048_576, 900_000)


@pytest.mark.parametrize(
    "xml",
    [
        b"junk <worksheet><sheetData><row><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>",
        b"<!DOCTYPE w [<!ENTITY a 'aaaa'>]><worksheet><sheetData><row r='1'><c r='A1'><v>&a;</v></c></row>"
        b"</sheetData></worksheet>",
    ],
)
def test_sheet_that_is_no_proper_xml_is_refused(tmp_path: Path, xml: bytes) -> None:
    with pytest.raises(TableError, match="damaged"):
        read_rows(with_sheet_xml(tmp_path / "odd.xlsx", xml, whole=True))


def test_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(TableError, match="would unpack to 60 MB"):
        read_rows(path)


def test_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = with_sheet_xml(
        tmp_path / "liar.xlsx", b"<row r='1'><c r='A1'><v>1</v></c></row>" + b" " * 5_000_000
    )
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 5_000_000 + _rest(path)), struct.pack("<I", 400)))
    assert content != path.read_bytes()
    with pytest.raises(TableError, match="damaged"):
        read_rows(path)


def _rest(path: Path) -> int:
    with zipfile.ZipFile(path) as packed:
        return packed.getinfo("xl/worksheets/sheet1.xml").file_size - 5_000_000


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        for number in range(40):
            packed.writestr(f"xl/{number}.xml", "<a/>")
    with pytest.raises(TableError, match="41 parts"):
        read_rows(path, limits=Limits(max_entries=30))


def test_truncated_workbook_says_so(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name"], ["Acme"]])
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(TableError, match="damaged"):
        read_rows(path)


def test_old_or_protected_workbook_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(TableError, match=r"Save it as \.xlsx"):
        read_rows(path)


def test_empty_workbook_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="empty"):
        read_rows(workbook(tmp_path / "list.xlsx", []))


def test_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    def second(_sheet: object, book: object) -> None:
        other = book.add_worksheet("备用")
        other.write_row(0, 0, ["Name", "Country"])
        other.write_row(1, 0, ["Beta", "Chile"])

    path = workbook(tmp_path / "list.xlsx", [["Name", "Country"], ["Acme", "Peru"]], second)
    assert read_rows(path).sheets == ("Companies", "备用")
    assert [row.values["Name"] for row in read_rows(path, sheet="备用").rows()] == ["Beta"]
    with pytest.raises(TableError, match="Companies, 备用"):
        read_rows(path, sheet="Missing")


def test_more_rows_than_allowed_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["Name"], *[[f"Firm {number}"] for number in range(12)]])
    table = read_rows(path, limits=Limits(max_rows=10))
    with pytest.raises(TableError, match="more than 10 rows"):
        list(table.rows())
