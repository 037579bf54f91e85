from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.gateways.tables import Limits, TableError, read_rows
from everfair.gateways.tables.delimited import find_delimiter

TEXT = "公司名称,国家,网站\r\n北京智联科技有限公司,中国,https://example.cn\r\n“金桥”咨询,日本,\r\n"


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_every_usual_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    table = read_rows(_file(tmp_path, TEXT.encode(encoding)))
    assert table.columns == ("公司名称", "国家", "网站")
    assert [(row.number, *row.values.values()) for row in table.rows()] == [
        (2, "北京智联科技有限公司", "中国", "https://example.cn"),
        (3, "“金桥”咨询", "日本", None),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [
        ["Name", "About", "Country"],
        ["Acme", '"We plan, build; and run"', "Peru"],
        ["Beta", "a,b", "Chile"],
    ]
    if delimiter == ",":
        lines[2][1] = '"a,b"'
    content = "\n".join(delimiter.join(line) for line in lines)
    rows = list(read_rows(_file(tmp_path, content.encode())).rows())
    assert [row.values["About"] for row in rows] == ["We plan, build; and run", "a,b"]


@given(
    delimiter=st.sampled_from(",;\t"),
    cells=st.lists(
        st.lists(st.text("abc 中文.é", max_size=8), min_size=3, max_size=3), min_size=1, max_size=10
    ),
)
def test_delimiter_is_found_whatever_the_cells_hold(delimiter: str, cells: list[list[str]]) -> None:
    assert find_delimiter("\n".join(delimiter.join(line) for line in [["x", "y", "z"], *cells])) == delimiter


def test_excels_own_delimiter_line_is_obeyed(tmp_path: Path) -> None:
    table = read_rows(_file(tmp_path, b"sep=;\r\nName;Country\r\nAcme, Inc.;Peru\r\n"))
    assert [(row.number, row.values) for row in table.rows()] == [
        (3, {"Name": "Acme, Inc.", "Country": "Peru"})
    ]


def test_number_is_the_line_a_record_begins_on(tmp_path: Path) -> None:
    table = read_rows(_file(tmp_path, b'Name,About\nAcme,"two\nlines"\n\nBeta,x\n'))
    assert [(row.number, row.values["About"]) for row in table.rows()] == [(2, "two\nlines"), (5, "x")]


def test_single_column_is_a_list_too(tmp_path: Path) -> None:
    assert [row.values for row in read_rows(_file(tmp_path, b"Name\nAcme\n")).rows()] == [{"Name": "Acme"}]


def test_unknown_encoding_names_the_line_and_the_way_out(tmp_path: Path) -> None:
    content = "Name,Country\nAcme,Peru\nCafé Müller,Österreich\n".encode("latin-1")
    with pytest.raises(TableError, match="CSV UTF-8") as refusal:
        read_rows(_file(tmp_path, content))
    assert refusal.value.row == 3


def test_one_bad_byte_in_good_utf8_names_its_line(tmp_path: Path) -> None:
    content = "公司,国家\n".encode() + "智联,中国\n".encode() * 500 + b"\xff\xfe\n" + "金桥,日本\n".encode()
    with pytest.raises(TableError) as refusal:
        read_rows(_file(tmp_path, content))
    assert refusal.value.row == 502


def test_more_cells_than_titles_is_an_error_of_that_line(tmp_path: Path) -> None:
    table = read_rows(_file(tmp_path, b"Name,Country\nAcme, Inc.,Peru\nBeta,Chile,,\n"))
    with pytest.raises(TableError, match="Line 2 has 3 cells, the heading has 2"):
        list(table.rows())
    errors: list[TableError] = []
    assert [row.values["Name"] for row in table.rows(errors.append)] == ["Beta"]
    assert [error.row for error in errors] == [2]


def test_open_quotation_mark_names_the_line_it_begins_on(tmp_path: Path) -> None:
    lines = b"Gamma,Peru\n" * 50
    table = read_rows(_file(tmp_path, b"Name,Country\n" + lines + b'"Beta,Chile\n' + lines))
    with pytest.raises(TableError, match="line 52 do not match"):
        list(table.rows())


def test_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="too long"):
        read_rows(_file(tmp_path, b"a," * 500_000), limits=Limits(max_text=1_000))


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TableError, match="empty"):
        read_rows(_file(tmp_path, content))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<!DOCTYPE html><p>", b"MZ\x90\0"])
def test_what_is_no_list_is_refused_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TableError, match="no list"):
        read_rows(_file(tmp_path, content + b"x" * 100))


def test_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be opened"):
        read_rows(tmp_path / "gone.csv")
