"""`everfair import programme` and `everfair export programme`, as people type them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from everfair.config.cli import app, export_app, import_app, schedules
from everfair.fair.models import Edition
from everfair.programme.models import ScheduleRun, Session
from tests.factories.fair import make_edition
from tests.factories.schedules import event, schedule

pytestmark = pytest.mark.django_db
run = CliRunner().invoke

if not any(command.name == "programme" for command in import_app.registered_commands):
    import_app.command("programme")(schedules.import_programme)
    export_app.command("programme")(schedules.export_programme)


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(
        starts_on=date(2025, 2, 1),
        ends_on=date(2025, 2, 2),
        time_zone="Europe/Brussels",
        slug="brussels-2025",
    )


def test_a_dry_run_tells_and_writes_nothing(edition: Edition, tmp_path: Path) -> None:
    file = tmp_path / "schedule.xml"
    file.write_bytes(schedule(event(1), event(2, start="10:15")))
    done = run(app, ["import", "programme", str(file), "--edition", edition.slug, "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "0 kept, 0 moved, 0 retitled, 0 changed, 2 new, 0 withdrawn, 0 back" in done.output
    assert "overlap" in done.output
    assert "Dry run: nothing was written." in done.output
    assert not Session.objects.exists()
    assert not ScheduleRun.objects.exists()


def test_a_programme_comes_in_twice_and_goes_out_in_every_format(edition: Edition, tmp_path: Path) -> None:
    file = tmp_path / "schedule.xml"
    file.write_bytes(schedule(event(1), event(2, "=1+1", start="11:00")))
    assert run(app, ["import", "programme", str(file), "--edition", edition.slug]).exit_code == 0
    file.write_bytes(schedule(event(1, start="09:00"), event(2, "=1+1", start="11:00")))
    done = run(app, ["import", "programme", str(file), "--edition", edition.slug])
    assert "moved: Talk 1: 2025-02-01T09:00:00+00:00 → 2025-02-01T09:00:00+01:00" in done.output
    assert Session.objects.count() == 2
    for form, sign in (
        ("schedule.xml", "<title>Talk 1</title>"),
        ("schedule.json", '"title":"Talk 1"'),
        ("ical", "SUMMARY:Talk 1"),
        ("csv", "'=1+1"),
    ):
        out = tmp_path / f"out.{form}"
        done = run(
            app, ["export", "programme", "--edition", edition.slug, "--format", form, "--out", str(out)]
        )
        assert done.exit_code == 0, done.output
        assert "2 sessions written" in done.output
        assert sign in out.read_text()


def test_wrong_files_formats_and_editions_are_refused_in_a_sentence(edition: Edition, tmp_path: Path) -> None:
    file = tmp_path / "schedule.xml"
    file.write_bytes(schedule(event(1, duration="-00:30")))
    done = run(app, ["import", "programme", str(file), "--edition", edition.slug])
    assert done.exit_code == 1
    assert "ends before it begins" in done.output
    assert "Nothing was imported." in done.output
    done = run(app, ["import", "programme", str(file), "--edition", "nowhere"])
    assert "There is no edition “nowhere”" in str(done.exception) + done.output
    done = run(app, ["export", "programme", "--edition", edition.slug, "--format", "pdf"])
    assert "“pdf” is no format" in str(done.exception) + done.output
