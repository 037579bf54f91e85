"""The published `.dzn` files of one-to-one meetings (MiniZinc data), read into a Problem. Nothing is solved here.

Known names: nBusiness, nMeetings, nTables, nTotalSlots, nMorningSlots, requested, meetingsxBusiness, nMeetingsBusiness,
forbidden, fixed, precedences. Everything counts from 1 in the file and from 0 here.
"""

import re
from collections.abc import Sequence

import numpy as np

from everfair.engines.scheduling.types import (
    NONE,
    Aim,
    Bools,
    Ints,
    People,
    Places,
    Problem,
    Requests,
    Rules,
    Slots,
    Wish,
)
from everfair.engines.scheduling.validate import ProblemError

SLOT_MINUTES = 15  # the files know no clock: slots follow each other
MORNING, AFTERNOON, ANYTIME = 1, 2, 3

_ASSIGNMENT = re.compile(r"(\w+)\s*=\s*([^;]*);")


def read_dzn(text: str, *, fairness: int = 2) -> Problem:
    """The problem in the text of a `.dzn` file: place all meetings with the fewest breaks.

    `fairness` is the difference allowed between most and fewest breaks, which the files leave open. Raises ProblemError.
    """
    fields = _fields(text)
    people = _number(fields, "nBusiness", at_least=1)
    meetings = _number(fields, "nMeetings", at_least=1)
    tables = _number(fields, "nTables", at_least=1)
    slots = _number(fields, "nTotalSlots", at_least=1)
    morning = _number(fields, "nMorningSlots", at_least=0)
    if morning > slots:
        raise ProblemError("nMorningSlots", f"{morning} of the morning are more than nTotalSlots, {slots}.")
    pairs = _requested(fields, meetings, people)
    _compare_counts(fields, pairs, people)
    return Problem(
        slots=_slots(slots),
        people=_people(_sets(fields, "forbidden", people, slots), people, slots),
        places=_tables(tables, slots),
        requests=_requests(fields, pairs, slots, morning),
        rules=Rules(aim=Aim.PLACE_ALL, fairness=fairness),
    )


def _fields(text: str) -> dict[str, str]:
    """Each name of the file with what is right of its `=`."""
    without_comments = re.sub(r"%[^\n]*", "", text)
    return {name: value.strip() for name, value in _ASSIGNMENT.findall(without_comments)}


def _value(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise ProblemError(name, "is missing. A file needs a line “" + name + " = …;”.")
    return fields[name]


def _number(fields: dict[str, str], name: str, *, at_least: int) -> int:
    value = _value(fields, name)
    if not re.fullmatch(r"-?\d+", value):
        raise ProblemError(name, f"must be a whole number, not “{value[:20]}”.")
    if int(value) < at_least:
        raise ProblemError(name, f"must be {at_least} or more, not {value}.")
    return int(value)


def _whole_numbers(name: str, text: str) -> list[int]:
    """The whole numbers between commas; an empty text is an empty list."""
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if part and not re.fullmatch(r"-?\d+", part)]
    if wrong:
        raise ProblemError(name, f"holds “{wrong[0][:20]}”, which is no whole number.")
    return [int(part) for part in parts if part]


def _requested(fields: dict[str, str], meetings: int, people: int) -> Ints:
    """[meetings, 3] the two of each meeting, from 0, and its session as in the file."""
    name = "requested"
    value = _value(fields, name)
    if not (value.startswith("[|") and value.endswith("|]")):
        raise ProblemError(name, "must be a table of rows “[| a, b, session | … |]”.")
    rows = [_whole_numbers(name, row) for row in value[2:-2].split("|") if row.strip()]
    if len(rows) != meetings:
        raise ProblemError(name, f"has {len(rows)} rows, but nMeetings is {meetings}.")
    for number, row in enumerate(rows, start=1):
        if len(row) != 3:
            raise ProblemError(name, f"row {number} has {len(row)} numbers; three are needed.")
        first, second, session = row
        if not (1 <= first <= people and 1 <= second <= people and first != second):
            raise ProblemError(name, f"row {number}: {first} and {second} are not two of 1 to {people}.")
        if session not in (MORNING, AFTERNOON, ANYTIME):
            raise ProblemError(
                name, f"row {number}: session {session} is not 1 (morning), 2 (afternoon) or 3 (any)."
            )
    table = np.array(rows, dtype=np.int64)
    table[:, :2] -= 1
    return table


def _sets(fields: dict[str, str], name: str, rows: int, top: int) -> list[list[int]]:
    """`[{1,2}, {}, …]`: one set for each row, from 0. A 0 in the file stands for nothing."""
    value = _value(fields, name)
    sets = [_whole_numbers(name, inner) for inner in re.findall(r"\{([^}]*)\}", value)]
    if len(sets) != rows:
        raise ProblemError(name, f"has {len(sets)} sets; {rows} are needed.")
    for number, members in enumerate(sets, start=1):
        wrong = [member for member in members if not 0 <= member <= top]
        if wrong:
            raise ProblemError(name, f"set {number} holds {wrong[0]}, which is not within 1 to {top}.")
    return [[member - 1 for member in members if member] for members in sets]


def _compare_counts(fields: dict[str, str], pairs: Ints, people: int) -> None:
    """The file says twice who meets how often; a difference means that a row was lost. meetingsxBusiness is not needed."""
    name = "nMeetingsBusiness"
    told = _whole_numbers(name, _value(fields, name).strip("[]"))
    counted = np.bincount(pairs[:, :2].ravel(), minlength=people).tolist()
    if told != counted:
        raise ProblemError(name, "does not agree with the rows of `requested`.")


def _fixed(fields: dict[str, str], meetings: int, slots: int) -> Ints:
    """[meetings] the fixed slot from 0, or NONE (0 in the file)."""
    numbers = _whole_numbers("fixed", _value(fields, "fixed").strip("[]"))
    if len(numbers) != meetings:
        raise ProblemError("fixed", f"has {len(numbers)} entries, but nMeetings is {meetings}.")
    if not all(0 <= slot <= slots for slot in numbers):
        raise ProblemError("fixed", f"holds a slot that is not within 0 (not fixed) to {slots}.")
    return np.array(numbers, dtype=np.int64) - 1


def _slots(count: int) -> Slots:
    starts = np.arange(count, dtype=np.int64) * SLOT_MINUTES
    runs_on = np.ones(count, dtype=np.bool_)  # lunch is no break in these files
    runs_on[0] = False
    return Slots(starts=starts, ends=starts + SLOT_MINUTES, runs_on=runs_on)


def _people(forbidden: Sequence[Sequence[int]], count: int, slots: int) -> People:
    free = np.ones((count, slots), dtype=np.bool_)
    for person, not_then in enumerate(forbidden):
        free[person, list(not_then)] = False
    no_limit = np.full(count, NONE, dtype=np.int64)
    return People(
        free=free, most=no_limit, least=np.zeros(count, dtype=np.int64), longest_run=no_limit.copy()
    )


def _tables(tables: int, slots: int) -> Places:
    zero = np.zeros((1, 1), dtype=np.int64)
    return Places(
        capacity=np.full((1, slots), tables, dtype=np.int64),
        area=np.zeros(1, dtype=np.int64),
        change=zero,
        price=zero.copy(),
        interpreters=np.zeros((0, slots), dtype=np.int64),
    )


def _requests(fields: dict[str, str], pairs: Ints, slots: int, morning: int) -> Requests:
    meetings = len(pairs)
    sessions: Bools = np.zeros((2, slots), dtype=np.bool_)
    sessions[0, :morning] = True
    sessions[1, morning:] = True
    earlier = _sets(fields, "precedences", meetings, meetings)
    order = [(first, second) for second, firsts in enumerate(earlier) for first in firsts]
    return Requests(
        a=pairs[:, 0].copy(),
        b=pairs[:, 1].copy(),
        wish=np.full(meetings, Wish.MUTUAL, dtype=np.int64),
        weight=np.ones(meetings, dtype=np.int64),
        session=np.where(pairs[:, 2] == ANYTIME, NONE, pairs[:, 2] - 1),
        sessions=sessions,
        places=np.zeros((meetings, 1), dtype=np.int64),
        interpreter=np.full(meetings, NONE, dtype=np.int64),
        fixed_slot=_fixed(fields, meetings, slots),
        locked=np.zeros(meetings, dtype=np.bool_),
        locked_place=np.full(meetings, NONE, dtype=np.int64),
        not_in=np.zeros((0, 2), dtype=np.int64),
        after=np.array(order, dtype=np.int64).reshape(-1, 2),
    )
