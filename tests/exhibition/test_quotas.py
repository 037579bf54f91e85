"""A delegation's quota holds on every way by which a firm comes to count for it, one after the other and at once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.exhibition.actions.booth import save_booth
from everfair.exhibition.actions.carrying import carry_over
from everfair.exhibition.actions.importing import start_check
from everfair.exhibition.actions.importing_apply import apply_import, start_applying
from everfair.exhibition.actions.importing_check import check_import
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.fair.queries import firms_counted
from tests.exhibition.importing.conftest import applied, checked, sentences
from tests.exhibition.quota_race import QUOTA, every_way, make_list
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


def judge(turns: list[dict[str, Any]]) -> None:
    for turn in turns:
        assert turn["firms"] <= QUOTA, turn
        assert all(answer == "done" or answer.startswith("refused: ") for answer in turn["answers"]), turn
        told = [answer for answer in turn["answers"] if answer != "done"]
        assert told
        assert all(f"may bring {QUOTA} firms" in answer for answer in told), turn


def test_every_way_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path / "race"), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.exhibition.quota_race", str(tmp_path / "lists")],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_every_way_at_once_on_postgresql(tmp_path: Path) -> None:
    judge([every_way(tmp_path / str(turn)) for turn in range(4)])


def test_a_list_is_refused_row_by_row_where_the_quota_ends(edition: Edition, tmp_path: Path) -> None:
    delegation = make_delegation(edition, name={"en": "Anhui"}, quota=3)
    make_exhibitor(edition, state="published", delegation=delegation)
    path = make_list(tmp_path, "x", delegation, 4)
    run = checked(edition, path)
    bad = [(row, sentence) for row, _column, sentence in sentences(run)]
    assert [row for row, _sentence in bad] == sorted(run.rows.values_list("number", flat=True))[2:]
    assert all("Anhui may bring 3 firms" in sentence for _row, sentence in bad)
    with pytest.raises(Refused, match="2 rows have errors"):
        start_applying(run, by=None)
    run = apply_import(start_applying(run, by=None, skip_bad_rows=True))
    assert (run.state, run.counts["new"], firms_counted(delegation)) == ("done", 2, 3)


def test_the_same_list_again_needs_no_more_room(edition: Edition, tmp_path: Path) -> None:
    delegation = make_delegation(edition, quota=2)
    path = make_list(tmp_path, "x", delegation, 2)
    applied(edition, path, source="x")
    assert sentences(checked(edition, path, source="x")) == []


def test_a_firm_moved_by_a_list_frees_its_old_place_and_needs_a_new_one(
    edition: Edition, tmp_path: Path
) -> None:
    first, second = make_delegation(edition, quota=1), make_delegation(edition, quota=1)
    applied(edition, make_list(tmp_path, "x", first, 1), source="x")
    moved = make_list(tmp_path, "x", second, 1)
    line = json.dumps({"id": "y", "name": "Y", "country": "Kenya", "delegation": first.code})
    moved.write_text(moved.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    run = checked(edition, moved, source="x")
    assert sentences(run) == []
    apply_import(start_applying(run, by=None))
    assert (firms_counted(first), firms_counted(second)) == (1, 1)
    back = checked(edition, make_list(tmp_path, "x", first, 1), source="x")
    assert len(sentences(back)) == 1


def test_a_draft_that_a_list_gives_to_a_full_delegation_does_not_count_yet(
    edition: Edition, tmp_path: Path
) -> None:
    delegation = make_delegation(edition, quota=1)
    make_exhibitor(edition, state="accepted", delegation=delegation)
    make_exhibitor(edition, state="draft", source="x", external_id="x0")
    assert sentences(checked(edition, make_list(tmp_path, "x", delegation, 1), source="x")) == []


def test_room_that_was_taken_after_the_check_refuses_the_whole_list_and_names_the_rows(
    edition: Edition, tmp_path: Path
) -> None:
    delegation = make_delegation(edition, name={"en": "Anhui"}, quota=3)
    run = start_applying(checked(edition, make_list(tmp_path, "x", delegation, 3)), by=None)
    for _ in range(2):
        make_exhibitor(edition, state="accepted", delegation=delegation)
    rows = sorted(run.rows.values_list("number", flat=True))
    with pytest.raises(Refused, match=rf"would have 5, with row {rows[1]}, {rows[2]} of the list"):
        apply_import(run)
    run.refresh_from_db()
    assert (run.state, Exhibitor.objects.filter(edition=edition).count()) == ("ready", 2)
    assert "Anhui" in run.error
    again = check_import(start_check(run, by=None))
    assert [row for row, _column, _sentence in sentences(again)] == rows[1:]


def test_a_delegation_without_a_quota_takes_every_row(edition: Edition, tmp_path: Path) -> None:
    delegation = make_delegation(edition, quota=0)
    run = applied(edition, make_list(tmp_path, "x", delegation, 5))
    assert (run.state, firms_counted(delegation)) == ("done", 5)


def test_saving_a_booth_is_no_way_around_the_quota(edition: Edition) -> None:
    delegation = make_delegation(edition, quota=1)
    make_exhibitor(edition, state="accepted", delegation=delegation)
    firm = make_exhibitor(edition, state="accepted")
    with pytest.raises(TypeError, match="delegation"):
        save_booth(firm, {"delegation": delegation}, by=None, version=None)
    firm.refresh_from_db()
    assert firm.delegation is None


def test_a_booth_carried_over_comes_as_a_draft_without_a_delegation(edition: Edition) -> None:
    firm = make_exhibitor(edition, state="accepted", delegation=make_delegation(edition, quota=1))
    carried = carry_over(firm, make_edition(edition.fair), by=None)
    assert (carried.state, carried.delegation) == ("draft", None)
