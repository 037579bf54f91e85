import csv
import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.gateways.tables import csv_chunks, read_rows, write_csv, write_xlsx

TITLES = {"name": "公司名称", "size": "Size"}
HOSTILE = ["=1+1", "+86 10 1234", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "=cmd|' /C calc'!A0"]

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40) | st.sampled_from(
    HOSTILE
)


def _csv(rows: list[dict[str, object]]) -> bytes:
    out = io.BytesIO()
    write_csv(rows, TITLES, out)
    return out.getvalue()


def _xlsx(rows: list[dict[str, object]]) -> list[list[object]]:
    out = io.BytesIO()
    write_xlsx(rows, TITLES, out)
    out.seek(0)
    return python_calamine.load_workbook(out).get_sheet_by_index(0).to_python()


def test_csv_is_known_to_excel_as_utf8() -> None:
    content = _csv([{"name": "北京智联", "size": 5}])
    assert content == "\ufeff公司名称,Size\r\n北京智联,5\r\n".encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_never_become_formulas(text: str) -> None:
    (_, (cell, size)) = csv.reader(
        io.StringIO(_csv([{"name": text, "size": -5}]).decode("utf-8-sig"), newline="")
    )
    assert cell == "'" + text
    assert size == "-5"  # a number is no formula
    assert _xlsx([{"name": text, "size": -5}])[1] == [text, -5.0]


def test_titles_are_made_safe_too() -> None:
    assert next(iter(csv_chunks([], {"a": "=HYPERLINK(1)"}))) == "\ufeff'=HYPERLINK(1)\r\n".encode()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, st.integers(-(10**9), 10**9)), max_size=8))
def test_what_is_written_as_csv_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    rows = [(text, size) for text, size in rows if text.strip()]
    path = tmp_path_factory.mktemp("csv") / "list.csv"
    path.write_bytes(_csv([{"name": text, "size": size} for text, size in rows]))
    read = [tuple(row.values.values()) for row in read_rows(path, kind="csv").rows()]
    assert read == [(text.strip(), str(size)) for text, size in rows]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(texts, st.integers(-(10**9), 10**9)), max_size=8))
def test_what_is_written_as_xlsx_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    rows = [(text, size) for text, size in rows if text.strip()]
    path = tmp_path_factory.mktemp("xlsx") / "list.xlsx"
    with path.open("wb") as out:
        write_xlsx([{"name": text, "size": size} for text, size in rows], TITLES, out)
    read = [tuple(row.values.values()) for row in read_rows(path).rows()]
    assert read == [(text.strip(), size) for text, size in rows]


def test_every_kind_of_value_has_its_cell() -> None:
    moment = datetime.datetime(2025, 9, 12, 9, 30, tzinfo=datetime.UTC)
    values = [
        None,
        True,
        Decimal("2.50"),
        ["zh", "en"],
        {"en": "Acme"},
        moment,
        datetime.date(2025, 9, 12),
        float("nan"),
    ]
    lines = _csv([{"name": value} for value in values]).decode("utf-8-sig").splitlines()[1:]
    assert lines == [
        ",",
        "True,",
        "2.5,",
        "zh; en,",
        '"{""en"": ""Acme""}",',
        "2025-09-12 09:30+00:00,",
        "2025-09-12,",
        ",",
    ]
    cells = [row[0] for row in _xlsx([{"name": value, "size": 1} for value in values])[1:]]
    assert cells[1:7] == [
        True,
        2.5,
        "zh; en",
        '{"en": "Acme"}',
        moment.replace(tzinfo=None),
        datetime.date(2025, 9, 12),
    ]
    assert cells[0] == cells[7] == ""


def test_long_numbers_keep_every_digit() -> None:
    assert _xlsx([{"name": 91110108551385082, "size": 3}])[1] == ["91110108551385082", 3.0]


def test_text_longer_than_excel_allows_is_cut_not_lost() -> None:
    cell = _xlsx([{"name": "智" * 40_000, "size": 1}])[1][0]
    assert len(str(cell)) == 32_767
    assert str(cell).endswith("智…")


def test_csv_comes_in_pieces_before_the_rows_end() -> None:
    asked: list[int] = []

    def endless():
        number = 0
        while True:
            asked.append(number)
            yield {"name": f"Firm {number}", "size": number}
            number += 1

    first = next(csv_chunks(endless(), TITLES))
    assert first.startswith("\ufeff公司名称".encode())
    assert len(asked) < 500


def test_chinese_list_for_a_person_and_back(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with path.open("wb") as out:
        write_xlsx([{"name": "北京智联", "size": 5}], TITLES, out, sheet="展商")
    table = read_rows(path)
    assert (table.sheet, table.columns) == ("展商", ("公司名称", "Size"))
