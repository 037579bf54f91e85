"""An edition to import into, and lists made on the spot."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from everfair.exhibition.actions.importing import register_import, start_check
from everfair.exhibition.actions.importing_apply import apply_import, start_applying
from everfair.exhibition.actions.importing_check import check_import
from everfair.exhibition.actions.importing_files import chunks_of, name_of
from everfair.exhibition.models import ImportRun
from everfair.fair.models import Edition
from tests.factories.fair import make_area, make_edition, make_sector

HEADING = ["id", "Name", "Country", "Website", "Area", "Sector", "Headline"]


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def edition(db: None) -> Edition:
    """Areas 1 and 2, sectors 1 and 1.A."""
    edition = make_edition()
    make_area(edition, code="1", name={"en": "Telecom", "zh": "电信"})
    make_area(edition, code="2", name={"en": "Finance", "zh": "金融"})
    top = make_sector(edition, code="1", name={"en": "Business services", "zh": "商业服务"})
    make_sector(edition, parent=top, code="1.A", name={"en": "Professional services", "zh": "专业服务"})
    return edition


def row(number: int, **extra: str) -> list[str]:
    """One good row under HEADING."""
    values = {
        "id": f"x{number}", "Name": f"Firm {number}", "Country": "Kenya", "Website": f"https://firm{number}.example",
        "Area": "Telecom", "Sector": "1.A", "Headline": f"We do thing {number}.", **extra,
    }  # fmt: skip
    return [values[title] for title in HEADING]


@pytest.fixture
def make_xlsx(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of rows of cells; `change` may do more to the sheet."""

    def make(
        rows: Sequence[Sequence[Any]], name: str = "list.xlsx", change: Callable[[Any], None] | None = None
    ) -> Path:
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(str(path))
        sheet = workbook.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        if change:
            change(sheet)
        workbook.close()
        return path

    return make


@pytest.fixture
def make_jsonl(tmp_path: Path) -> Callable[..., Path]:
    def make(rows: Sequence[dict[str, Any]], name: str = "list.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
        return path

    return make


def registered(edition: Edition, path: Path, **extra: Any) -> ImportRun:
    return register_import(edition, chunks_of(path), name_of(path), by=None, **extra)


def checked(edition: Edition, path: Path, **extra: Any) -> ImportRun:
    """Registered and checked."""
    return check_import(start_check(registered(edition, path, **extra), by=None))


def applied(
    edition: Edition, path: Path, *, skip: bool = False, publish: bool = False, **extra: Any
) -> ImportRun:
    """Registered, checked and applied."""
    run = start_applying(checked(edition, path, **extra), by=None, skip_bad_rows=skip, publish=publish)
    return apply_import(run)


def sentences(run: ImportRun) -> list[tuple[int | None, str, str]]:
    """(row, column, sentence) of every problem."""
    return list(run.problems.values_list("row_number", "column", "message"))
