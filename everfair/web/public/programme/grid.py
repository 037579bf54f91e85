"""One day of the programme as a grid: a lane for each stage, five minutes a column. Geometry only, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from everfair.programme.queries.board import Board, SessionLine, StageLine

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MOST_HOURS = 24
PER_HOUR = 12  # columns
SHORT = timedelta(minutes=40)  # a day of such talks needs wider columns to be read


@dataclass(frozen=True, slots=True)
class Cell:
    """A session's place: first column (from 1), columns, row within the lane (from 1)."""

    session: SessionLine
    start: int
    span: int
    row: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage's sessions of one day; `rows` is above 1 where some run at one time. No stage: not placed yet."""

    stage: StageLine | None
    cells: tuple[Cell, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A day. `hours` are the moments of its full hours, the last one the end."""

    day: date
    begins_at: datetime
    hours: tuple[datetime, ...]
    lanes: tuple[Lane, ...]
    is_fine: bool

    @property
    def length(self) -> int:
        """Hours shown."""
        return len(self.hours) - 1

    def column(self, moment: datetime) -> int | None:
        """The column of a moment; None when the day does not show it."""
        if not self.hours or not self.begins_at <= moment < self.hours[-1]:
            return None
        return int((moment - self.begins_at) / STEP) + 1


_kept: dict[tuple[int, date], tuple[Board, Grid]] = {}


def grid_of(board: Board, day: date) -> Grid:
    """The day's grid, kept as long as its board is."""
    kept = _kept.get((board.edition_id, day))
    if kept is not None and kept[0] is board:
        return kept[1]
    if len(_kept) > 100:
        _kept.clear()
    grid = make_grid(day, board.by_day.get(day, ()), board)
    _kept[(board.edition_id, day)] = (board, grid)
    return grid


def make_grid(day: date, sessions: Sequence[SessionLine], board: Board) -> Grid:
    """Lanes in the organiser's order; only stages with a session that day."""
    timed = [
        (s, s.starts_at.astimezone(board.zone), s.ends_at or s.starts_at + HOUR)
        for s in sessions
        if s.starts_at
    ]
    if not timed:
        return Grid(day, datetime.min, (), (), False)
    first = min(start for _s, start, _end in timed).replace(minute=0, second=0, microsecond=0)
    last = min(max(end for _s, _start, end in timed), first + MOST_HOURS * HOUR)
    length = max(1, -(-(last - first) // HOUR))
    by_stage: dict[int, list[tuple[SessionLine, int, int]]] = {}
    for session, start, end in timed:
        column = min(int((start - first) / STEP), length * PER_HOUR - 1)
        span = max(1, min(-((start - end) // STEP), length * PER_HOUR - column))
        by_stage.setdefault(session.stage.pk if session.stage else 0, []).append((session, column + 1, span))
    lanes = [_lane(stage, by_stage[stage.pk]) for stage in board.stages if stage.pk in by_stage]
    if 0 in by_stage:
        lanes.append(_lane(None, by_stage[0]))
    hours = tuple(first + number * HOUR for number in range(length + 1))
    usual = median((end - start).total_seconds() for _session, start, end in timed)
    return Grid(day, first, hours, tuple(lanes), usual <= SHORT.total_seconds())


def _lane(stage: StageLine | None, placed: Sequence[tuple[SessionLine, int, int]]) -> Lane:
    """Sessions that run at one time stand below each other."""
    free_from: list[int] = []  # row → first free column
    cells = []
    for session, start, span in sorted(placed, key=lambda one: (one[1], -one[2])):
        row = next((number for number, free in enumerate(free_from) if free <= start), len(free_from))
        if row == len(free_from):
            free_from.append(0)
        free_from[row] = start + span
        cells.append(Cell(session, start, span, row + 1))
    return Lane(stage, tuple(cells), len(free_from))
