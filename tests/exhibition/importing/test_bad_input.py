"""Bad lists: each gets a sentence that says what to do, nothing is lost, nothing is half imported."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from everfair.base.refusals import Refused
from everfair.exhibition.actions import importing_files
from everfair.exhibition.actions.importing import start_check
from everfair.exhibition.actions.importing_apply import apply_import, start_applying
from everfair.exhibition.actions.importing_check import check_import
from everfair.exhibition.actions.importing_files import imports_folder
from everfair.exhibition.models import CatalogueEntry, Exhibitor, ImportRow, ImportRun, Offer
from everfair.fair.models import Edition
from everfair.people.models import Organisation
from tests.exhibition.importing.conftest import HEADING, applied, checked, registered, row, sentences
from tests.factories.fair import make_area, make_edition, make_sector

Maker = Callable[..., Path]


def _nothing_written() -> bool:
    return not (Exhibitor.objects.exists() or Organisation.objects.exists() or Offer.objects.exists())


def _nothing_kept() -> bool:
    return not imports_folder().exists() or not list(imports_folder().iterdir())


def test_merged_heading_says_which_cells(edition: Edition, make_xlsx: Maker) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_range("B1:C1", "Name and country")

    path = make_xlsx(
        [["id", "", "", "Area"], ["x1", "Firm", "Kenya", "1"], ["x2", "Firm 2", "Kenya", "1"]], change=merge
    )
    with pytest.raises(Refused, match=r"B1:C1.*Unmerge"):
        registered(edition, path)
    assert not ImportRun.objects.exists()
    assert _nothing_kept()


def test_missing_name_column_lists_the_columns(edition: Edition, make_xlsx: Maker) -> None:
    run = registered(
        edition, make_xlsx([["id", "Country", "Colour"], ["1", "Kenya", "blue"], ["2", "Chad", "red"]])
    )
    with pytest.raises(Refused, match=r"No column holds the exhibitors' names.*id, Country, Colour"):
        start_check(run, by=None)
    run.refresh_from_db()
    assert run.state == "uploaded"
    assert _nothing_written()


def test_wrong_encoding_names_the_line(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"id,Name\n1,Good\n2,M\xfcller & Gr\xe4fin \xff\xfe\n")
    with pytest.raises(Refused, match=r"Line 3 .*UTF-8"):
        registered(edition, path)
    assert _nothing_kept()


def test_chinese_encoding_of_old_spreadsheets_is_read(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    text = "编号,公司名称,国家,所属展区,所属行业\n1,青兰云科技有限公司,肯尼亚,电信,专业服务\n"
    path.write_bytes(text.encode("gb18030"))
    run = applied(edition, path)
    exhibitor = Exhibitor.objects.select_related("organisation", "area", "sector").get()
    assert run.state == "done"
    assert exhibitor.organisation.name == {"zh": "青兰云科技有限公司"}
    assert (exhibitor.organisation.country, exhibitor.area.code, exhibitor.sector.code) == ("KE", "1", "1.A")


def test_a_hundred_thousand_empty_rows_count_for_nothing(edition: Edition, make_xlsx: Maker) -> None:
    def empty_rows(sheet: Any) -> None:
        for number in range(2, 100_002):
            sheet.write_string(number, 1, " ")
            sheet.write_string(number, 2, "")

    run = checked(edition, make_xlsx([HEADING, row(1)], change=empty_rows))
    assert (run.state, run.rows_total, run.counts["new"], run.counts["errors"]) == ("ready", 1, 1, 0)


def test_double_id_is_an_error_of_the_second_row(edition: Edition, make_xlsx: Maker) -> None:
    run = checked(edition, make_xlsx([HEADING, row(1), row(2), row(3, id="x1")]))
    assert sentences(run) == [
        (
            4,
            "id",
            "Row 2 has the same id. Every exhibitor needs an id of its own: correct one, or delete one.",
        )
    ]
    with pytest.raises(Refused, match="1 row has errors, so nothing was imported"):
        start_applying(run, by=None)
    assert _nothing_written()
    apply_import(start_applying(run, by=None, skip_bad_rows=True))
    assert set(Exhibitor.objects.values_list("external_id", flat=True)) == {"x1", "x2"}


def test_double_name_without_ids(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([["Name", "Area", "Sector"], ["Acme", "1", "1"], ["ACME ", "1", "1"]])
    assert sentences(checked(edition, path)) == [
        (3, "", "Row 2 has the same name. Delete one of the two, or give the list a column with ids.")
    ]


def test_country_in_chinese_is_understood(edition: Edition, make_xlsx: Maker) -> None:
    rows = [
        HEADING,
        row(1, Country="肯尼亚"),
        row(2, Country="中国"),
        row(3, Country="德國"),
        row(4, Country="阿拉伯联合酋长国"),
    ]
    run = applied(edition, make_xlsx(rows))
    assert run.counts["errors"] == 0
    assert list(Organisation.objects.order_by("external_id").values_list("country", flat=True)) == [
        "KE",
        "CN",
        "DE",
        "AE",
    ]


def test_unknown_words_are_errors_by_row(edition: Edition, make_xlsx: Maker) -> None:
    rows = [
        HEADING,
        row(1, Country="Atlantis"),
        row(2, Website="javascript:alert(1)"),
        row(3, Area="Hall of mirrors"),
        row(4, Sector="Alchemy"),
        row(5, Name="🎉🎉"),
        row(6, Name=""),
        row(7, id=""),
    ]
    run = checked(edition, make_xlsx(rows))
    assert [(number, column) for number, column, _sentence in sentences(run)] == [
        (2, "Country"), (3, "Website"), (4, "Area"), (5, "Sector"), (6, "Name"), (7, "Name"), (8, "id"),
    ]  # fmt: skip
    told = {number: sentence for number, _column, sentence in sentences(run)}
    assert "Atlantis" in told[2]
    assert "its name in English or Chinese" in told[2]
    assert "1 Telecom, 2 Finance" in told[4]
    assert run.counts["bad_rows"] == 7
    assert _nothing_written()


def test_zip_bomb_is_not_opened(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _piece in range(80):
                sheet.write(b"0" * 1_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(Refused, match="would unpack to 80 MB, so it was not opened"):
        registered(edition, path)
    assert not ImportRun.objects.exists()
    assert _nothing_kept()


def test_file_over_the_limit_is_not_kept(edition: Edition, tmp_path: Path, settings: Any) -> None:
    settings.MAX_LIST_MB = 1
    path = tmp_path / "list.csv"
    path.write_bytes(b"Name\n" + b"x" * 1_100_000)
    with pytest.raises(Refused, match="larger than 1 MB"):
        registered(edition, path)
    assert _nothing_kept()


def test_storage_full_while_the_file_arrives(
    edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's own "no space left", from the device that is always full."""
    path = tmp_path / "list.csv"
    path.write_text("Name\nAcme\n")
    monkeypatch.setattr(importing_files, "open_beside", lambda _path: open("/dev/full", "wb"))  # noqa: SIM115
    with pytest.raises(Refused, match="The disk is full, so nothing was imported"):
        registered(edition, path)
    assert not ImportRun.objects.exists()
    assert _nothing_kept()


def test_list_without_rows(edition: Edition, make_xlsx: Maker) -> None:
    run = checked(edition, make_xlsx([HEADING]))
    assert (run.state, run.error.split(".")[0]) == ("failed", "The list has a heading but no rows below it")


def test_bad_line_of_json_is_one_bad_row(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    good = '{"name_en": "%s", "area": "1", "sector": "1"}\n'
    path.write_text(good % "A" + '{"name_en": \n' + good % "B")
    run = checked(edition, path)
    assert [(number, "not valid JSON" in sentence) for number, _column, sentence in sentences(run)] == [
        (2, True)
    ]
    assert run.counts["new"] == 2


@pytest.fixture
def little_room(transactional_db: None) -> Iterator[Callable[[int], None]]:
    """On SQLite: a database that may grow by so many pages and no more."""
    if connection.vendor != "sqlite":
        pytest.skip("the full disk is made with SQLite's max_page_count")

    def limit(more: int) -> None:
        with connection.cursor() as cursor:
            free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
            size = cursor.execute("PRAGMA page_size").fetchone()[0]
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS filler (bytes BLOB)"
            )  # pages other tests gave back would be room too
            cursor.execute("INSERT INTO filler VALUES (zeroblob(?))", [free * size])
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages + more}")

    yield limit
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("DROP TABLE IF EXISTS filler")


def _many(count: int) -> list[list[str]]:
    return [HEADING, *(row(number, Headline="Long words about what we do. " * 5) for number in range(count))]


def _edition() -> Edition:
    edition = make_edition()
    make_area(edition, code="1", name={"en": "Telecom"})
    make_sector(edition, code="1.A")
    return edition


def test_full_disk_while_checking(little_room: Callable[[int], None], make_xlsx: Maker) -> None:
    edition = _edition()
    run = start_check(registered(edition, make_xlsx(_many(3000))), by=None)
    little_room(250)
    with pytest.raises(Refused, match="The disk is full, so nothing was imported"):
        check_import(run)
    run.refresh_from_db()
    staged = ImportRow.objects.filter(run=run).count()
    assert run.state == "checking"
    assert 0 < run.rows_checked < 3000
    assert staged == run.rows_checked
    assert _nothing_written()
    little_room(1_000_000)
    run = check_import(run)
    assert (run.state, run.counts["new"], ImportRow.objects.filter(run=run).count()) == ("ready", 3000, 3000)


def test_full_disk_while_applying(little_room: Callable[[int], None], make_xlsx: Maker) -> None:
    edition = _edition()
    run = start_applying(checked(edition, make_xlsx(_many(3000))), by=None, publish=True)
    little_room(250)
    with pytest.raises(Refused, match="The disk is full, so nothing was imported"):
        apply_import(run)
    run.refresh_from_db()
    assert (run.state, "disk is full" in run.error) == ("ready", True)
    assert _nothing_written()
    assert not CatalogueEntry.objects.exists()
    little_room(1_000_000)
    run = apply_import(start_applying(run, by=None, publish=True))
    assert (run.state, Exhibitor.objects.count(), CatalogueEntry.objects.count()) == ("done", 3000, 3000)
