"""A day as a grid: every session in its stage's lane, at its time, beside and never upon another."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from everfair.fair.models import Edition
from everfair.programme.queries.board_read import read_board
from everfair.web.public.programme.grid import grid_of, make_grid
from tests.factories.fair import make_edition
from tests.factories.programme import BEGIN, make_session, make_stage

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def test_columns_are_five_minutes_from_the_first_full_hour(edition: Edition) -> None:
    stage = make_stage(edition)
    make_session(edition, stage=stage, starts_at=BEGIN + 20 * MINUTE, ends_at=BEGIN + 65 * MINUTE)
    make_session(edition, stage=stage, starts_at=BEGIN + 90 * MINUTE, ends_at=BEGIN + 150 * MINUTE)
    grid = grid_of(read_board(edition), DAY)
    assert [hour.hour for hour in grid.hours] == [9, 10, 11, 12]
    assert grid.length == 3
    (lane,) = grid.lanes
    assert [(cell.start, cell.span, cell.row) for cell in lane.cells] == [(5, 9, 1), (19, 12, 1)]
    assert grid.column(BEGIN) == 1
    assert grid.column(BEGIN + 31 * MINUTE) == 7
    assert grid.column(BEGIN - MINUTE) is None
    assert grid.column(BEGIN + 180 * MINUTE) is None


def test_what_runs_at_one_time_on_a_stage_stands_below_each_other(edition: Edition) -> None:
    stage = make_stage(edition, kind="online")
    for start, end in ((0, 60), (30, 90), (60, 120), (45, 50)):
        make_session(edition, stage=stage, starts_at=BEGIN + start * MINUTE, ends_at=BEGIN + end * MINUTE)
    (lane,) = grid_of(read_board(edition), DAY).lanes
    taken: dict[int, set[int]] = {}
    for cell in lane.cells:
        columns = set(range(cell.start, cell.start + cell.span))
        assert not columns & taken.get(cell.row, set())
        taken.setdefault(cell.row, set()).update(columns)
    assert lane.rows == max(taken) == 3


def test_only_stages_with_a_session_that_day_have_a_lane(edition: Edition) -> None:
    used, other = make_stage(edition), make_stage(edition)
    make_session(edition, stage=used)
    make_session(edition, stage=other, hour=24)
    make_session(edition, stage=None)
    board = read_board(edition)
    assert [lane.stage.code if lane.stage else "" for lane in grid_of(board, DAY).lanes] == [used.code, ""]


def test_a_session_past_midnight_ends_with_its_grid(edition: Edition) -> None:
    late = datetime(2026, 9, 4, 22, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    make_session(edition, starts_at=late, ends_at=late + timedelta(hours=30))
    make_session(edition, starts_at=late - timedelta(hours=14), ends_at=late - timedelta(hours=13))
    grid = grid_of(read_board(edition), DAY)
    assert grid.length == 24
    for lane in grid.lanes:
        for cell in lane.cells:
            assert cell.start >= 1
            assert cell.span >= 1
            assert cell.start + cell.span - 1 <= 24 * 12


def test_a_talk_of_a_minute_still_has_a_column(edition: Edition) -> None:
    make_session(edition, starts_at=BEGIN + 3 * MINUTE, ends_at=BEGIN + 4 * MINUTE)
    (lane,) = grid_of(read_board(edition), DAY).lanes
    assert lane.cells[0].span == 1


def test_short_talks_get_wide_columns(edition: Edition) -> None:
    for number in range(3):
        make_session(
            edition, starts_at=BEGIN + number * 30 * MINUTE, ends_at=BEGIN + (number * 30 + 25) * MINUTE
        )
    assert grid_of(read_board(edition), DAY).is_fine
    make_session(make := make_edition())
    assert not grid_of(read_board(make), DAY).is_fine


def test_a_day_without_sessions_is_empty(edition: Edition) -> None:
    grid = make_grid(DAY, [], read_board(edition))
    assert grid.lanes == ()
    assert grid.column(BEGIN) is None
