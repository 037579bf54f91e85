"""`everfair needs import`, as people type it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from everfair.config.cli import app, needs, needs_app
from everfair.fair.models import Edition
from everfair.matchmaking.models import Need
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db
run = CliRunner().invoke

if not needs_app.registered_commands:
    needs_app.callback()(lambda: None)
    needs_app.command("import")(needs.import_list)


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(slug="lake-2026")


def _file(folder: Path, text: str) -> str:
    path = folder / "spring.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_list_is_told_written_and_the_second_time_unchanged(edition: Edition, tmp_path: Path) -> None:
    file = _file(tmp_path, "id,title\n1,Cranes\n2,起重机\n")
    trial = run(app, ["needs", "import", file, "--edition", edition.slug, "--dry-run"])
    assert (trial.exit_code, "2 new" in trial.output, "nothing was written" in trial.output) == (
        0,
        True,
        True,
    )
    assert not Need.objects.exists()
    done = run(app, ["needs", "import", file, "--edition", edition.slug, "--source", "Spring"])
    assert done.exit_code == 0, done.output
    assert "spring.csv as “Spring”: 2 rows, 2 new, 0 changed, 0 unchanged, 0 bad." in done.output
    again = run(app, ["needs", "import", file, "--edition", edition.slug, "--source", "Spring"])
    assert "2 unchanged" in again.output
    assert Need.objects.count() == 2


def test_bad_rows_are_told_and_nothing_is_written_unless_they_are_left_out(
    edition: Edition, tmp_path: Path
) -> None:
    file = _file(tmp_path, "id,title\n1,Cranes\n2,🙂\n")
    refused = run(app, ["needs", "import", file, "--edition", edition.slug])
    assert refused.exit_code == 1
    assert "row 3, title:" in refused.output
    assert not Need.objects.exists()
    done = run(app, ["needs", "import", file, "--edition", edition.slug, "--skip-bad"])
    assert (done.exit_code, Need.objects.count()) == (0, 1)


def test_no_list_and_no_edition(edition: Edition, tmp_path: Path) -> None:
    no_list = run(app, ["needs", "import", _file(tmp_path, "id,price\n1,2\n"), "--edition", edition.slug])
    assert (no_list.exit_code, "No column holds" in no_list.output) == (1, True)
    nowhere = run(app, ["needs", "import", _file(tmp_path, "id,title\n1,A b\n"), "--edition", "nowhere"])
    assert nowhere.exit_code != 0
