"""`everfair import exhibitors` and `everfair export exhibitors` as somebody at a terminal sees them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from everfair.config.cli.exporting import export_exhibitors
from everfair.config.cli.importing import import_exhibitors
from everfair.exhibition.models import Exhibitor, ImportRun
from everfair.fair.models import Edition
from tests.exhibition.importing.conftest import HEADING, registered, row

Maker = Callable[..., Path]

app = typer.Typer()
app.command("import")(import_exhibitors)
app.command("export")(export_exhibitors)


def _run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_import_prints_counts(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, row(1), row(2)])
    done = _run("import", path, "--edition", edition.slug, "--publish", "--source", "R")
    assert done.exit_code == 0, done.output
    assert "2 rows: 2 new, 0 changed, 0 unchanged, 0 with errors" in done.output
    assert "2 published, 0 accepted but not complete" in done.output
    again = _run("import", path, "--edition", edition.slug, "--source", "R")
    assert "2 rows: 0 new, 0 changed, 2 unchanged" in again.output


def test_dry_run_writes_nothing(edition: Edition, make_xlsx: Maker) -> None:
    done = _run("import", make_xlsx([HEADING, row(1)]), "--edition", edition.slug, "--dry-run")
    assert (done.exit_code, "Dry run: nothing was written." in done.output) == (0, True)
    assert not Exhibitor.objects.exists()
    assert not ImportRun.objects.exists()


def test_bad_rows_end_with_one_and_are_listed(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, row(1), row(2, Country="Atlantis")])
    done = _run("import", path, "--edition", edition.slug)
    assert done.exit_code == 1
    assert "error: row 3, Country: “Atlantis” is no country or region we know." in done.output
    assert not Exhibitor.objects.exists()
    assert _run("import", path, "--edition", edition.slug, "--dry-run").exit_code == 1
    assert _run("import", path, "--edition", edition.slug, "--skip-bad-rows").exit_code == 0
    assert Exhibitor.objects.count() == 1


def test_unreadable_input_ends_with_one(edition: Edition, tmp_path: Path, make_xlsx: Maker) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7")
    done = _run("import", path, "--edition", edition.slug)
    assert (done.exit_code, "This file is no list." in done.output) == (1, True)
    mapping = tmp_path / "mapping.json"
    mapping.write_text("{not json")
    good = make_xlsx([HEADING, row(1)])
    done = _run("import", good, "--edition", edition.slug, "--mapping", mapping)
    assert (done.exit_code, "not valid JSON" in done.output) == (1, True)
    done = _run("import", good, "--edition", "nowhere")
    assert "There is no edition “nowhere”" in str(done.exception) + done.output
    assert done.exit_code != 0


def test_mapping_file(edition: Edition, tmp_path: Path, make_xlsx: Maker) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"fields": {"name_zh": "Who", "area": {"constant": "2"}, "sector": {"constant": "1"}}}'
    )
    path = make_xlsx([["Who", "Else"], ["青兰云", "x"]])
    done = _run("import", path, "--edition", edition.slug, "--mapping", mapping)
    assert done.exit_code == 0, done.output
    assert Exhibitor.objects.get().organisation.name == {"zh": "青兰云"}


def test_command_carries_on_with_what_was_cut_short(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, *(row(number) for number in range(1, 4))])
    cut = registered(edition, path, source="R", options={"area": "", "sector": ""})
    ImportRun.objects.filter(pk=cut.pk).update(state="checking")
    done = _run("import", path, "--edition", edition.slug, "--source", "R")
    assert "Carrying on with the import of list.xlsx" in done.output
    assert (ImportRun.objects.get().pk, Exhibitor.objects.count()) == (cut.pk, 3)


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
def test_export_to_a_file_and_back(
    edition: Edition, make_xlsx: Maker, tmp_path: Path, file_format: str
) -> None:
    _run("import", make_xlsx([HEADING, row(1), row(2)]), "--edition", edition.slug, "--source", "R")
    out = tmp_path / f"out.{file_format}"
    done = _run("export", "--edition", edition.slug, "--format", file_format, "--out", out)
    assert (done.exit_code, "2 rows written" in done.output) == (0, True)
    assert not (tmp_path / f".out.{file_format}.part").exists()
    assert "2 unchanged" in _run("import", out, "--edition", edition.slug, "--dry-run").output


def test_export_that_cannot_be_written(edition: Edition, tmp_path: Path) -> None:
    done = _run("export", "--edition", edition.slug, "--out", tmp_path / "nowhere" / "x.csv")
    assert done.exit_code != 0
    assert "Nothing was exported" in str(done.exception) + done.output


def test_unknown_format(edition: Edition) -> None:
    done = _run("export", "--edition", edition.slug, "--format", "pdf")
    assert "Choose one of: csv, xlsx, jsonl" in str(done.exception) + done.output
