"""What a timetable is made of: slots, people, places, requests; and what comes out. Plain values: nothing is solved or judged here.

Everything is counted from 0. Columns are numpy arrays, because a fair has 150,000 requests. Times are minutes since 1970 in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
NONE = -1  # no slot, no place, no interpreter, no limit: wherever an index or a limit may be missing


class Aim(StrEnum):
    """Place every request, or choose the best of them."""

    PLACE_ALL = "place all"
    CHOOSE = "choose the best"


class Wish(IntEnum):
    """Classes of requests, the higher the more they count. NEVER is a veto: such a request is never placed."""

    NEVER = -1
    SUGGESTION = 0
    SELLER = 1
    BUYER = 2
    MUTUAL = 3
    MUST = 4


class Status(StrEnum):
    """OPTIMAL and INFEASIBLE are proofs; FEASIBLE is the best so far; UNKNOWN: none found in time, and none ruled out."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    FEASIBLE = "feasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Slots:
    """When meetings may be: n slots in the order of time, which do not overlap."""

    starts: Ints  # [n]
    ends: Ints  # [n]
    runs_on: Bools  # [n] slot t follows t−1 without a break in between for a diary; False for the first of each day

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, eq=False)
class Rest:
    """A guaranteed pause: each of `who` keeps at least one of `slots` free (lunch of one day, say)."""

    slots: Bools  # [n]
    who: Bools  # [people]


@dataclass(frozen=True, eq=False)
class People:
    """Everybody who sits in meetings, each in one at a time. A firm with several delegates is several people and a group."""

    free: Bools  # [people, n] may be in a meeting then
    most: Ints  # [people] most meetings, NONE = as many as there are slots
    least: Ints  # [people] fewest meetings wished for (a quota); 0 = none
    longest_run: Ints  # [people] most meetings without a pause, NONE = no limit
    rests: tuple[Rest, ...] = ()
    groups: tuple[
        tuple[int, ...], ...
    ] = ()  # colleagues who may stand in for each other; request side people + g means any of group g
    met_before: frozenset[tuple[int, int]] = frozenset()
    # ^ pairs (smaller, larger) of an earlier edition. Solvers look at Requests.weight alone, which `weigh` makes a little less
    #   for the requests that `met` finds here: placed after equal requests of people who never met.

    def __len__(self) -> int:
        return len(self.free)


@dataclass(frozen=True, eq=False)
class Places:
    """Pools of equal places: tables of a hall, an exhibitor's stand with its own lines, on-line lines. And interpreters likewise."""

    capacity: Ints  # [pools, n] how many meetings at a time
    area: Ints  # [pools] where the pool stands; on line is an area too
    change: Ints  # [areas, areas] minutes one needs between two meetings: walking, or from a table to a call
    price: Ints  # [areas, areas] what it costs in Rules.walking to have two meetings in slots that run on
    interpreters: Ints  # [languages, n] how many interpreters of a pair of languages are there

    def __len__(self) -> int:
        return len(self.capacity)


@dataclass(frozen=True, eq=False)
class Requests:
    """Meetings wished for, or fixed. One row for each pair of firms, whoever of them meets."""

    a: Ints  # [requests] a person, or people + g: any of group g
    b: Ints  # [requests]
    wish: Ints  # [requests] a Wish
    weight: Ints  # [requests] ≥ 0; what the best choice adds up. Lexicographic classes: see `weigh`
    session: Ints  # [requests] row of `sessions` the meeting must lie in, NONE = anywhere
    sessions: Bools  # [sessions, n]
    places: Ints  # [requests, k] pools that suit, preferred ones first, padded with NONE
    interpreter: Ints  # [requests] row of Places.interpreters, NONE = none needed
    fixed_slot: Ints  # [requests] the only slot allowed, NONE = any
    locked: Bools  # [requests] confirmed: stays in fixed_slot and at locked_place whatever happens
    locked_place: Ints  # [requests] pool, NONE = any of `places`
    not_in: Ints  # [m, 2] pairs (request, slot) that are forbidden
    after: Ints  # [m, 2] pairs (first, second): if both are placed, the first lies in an earlier slot

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True)
class Rules:
    """What is wanted. Breaks are counted, not idle slots: the runs of meetings in a day less one, over all people."""

    aim: Aim
    fairness: int = NONE  # PLACE_ALL: most breaks of anybody less fewest of anybody at most; NONE = free
    breaks: int = (
        0  # CHOOSE: what one break costs against the weights; PLACE_ALL minimises breaks whatever this is
    )
    walking: int = 0  # what one unit of Places.price costs
    share_first: bool = False  # CHOOSE: raise the smallest satisfied share before the weight


@dataclass(frozen=True, eq=False)
class Problem:
    """One timetable to make."""

    slots: Slots
    people: People
    places: Places
    requests: Requests
    rules: Rules


@dataclass(frozen=True, eq=False)
class Timetable:
    """Who meets when, where. Arrays over the requests."""

    slot: Ints  # NONE = not placed
    place: Ints  # pool; NONE = not placed
    a: Ints  # the person of that side, a colleague chosen where a group was asked
    b: Ints


@dataclass(frozen=True)
class Progress:
    """How far a solver is; given to `on_progress`, which answers False to stop with the best so far."""

    seconds: float
    step: str  # "select" | "place" | "repair" | "polish" | "prove"
    placed: int
    weight: int
    breaks: int
    bound: int | None  # of the weight (CHOOSE: not more) or of the breaks (PLACE_ALL: not fewer)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a solver found, with its bound. `table` is None when nothing was found."""

    status: Status
    table: Timetable | None
    placed: int
    weight: int
    breaks: int
    bound: int | None
    seconds: float
    seed: int
    aim: Aim = Aim.PLACE_ALL  # what the bound is of; `solve` fills it in

    @property
    def gap(self) -> float | None:
        """How far from the bound, as a share of it (CHOOSE) or in breaks (PLACE_ALL); None without a bound."""
        if self.table is None or self.bound is None:
            return None
        if self.aim is Aim.PLACE_ALL:
            return float(self.breaks - self.bound)
        return (self.bound - self.weight) / self.bound if self.bound else 0.0


class Cause(StrEnum):
    """Why all cannot be placed, or why one request was not."""

    TOO_MANY = "too many"  # a person has more meetings than free slots
    NO_COMMON_SLOT = "no common slot"  # the two are never free at the same time
    NO_PLACE = "no place"  # no table, stand or line in the slots left
    NO_INTERPRETER = "no interpreter"
    SESSION_TOO_SHORT = "session too short"
    FIXED_TOGETHER = "fixed together"  # two fixed meetings of one person in one slot
    ORDER = "order"  # precedences contradict the slots
    PAUSE = "pause"  # lunch or the longest run stands against it
    WAY = "way"  # the way between two places takes longer than the pause
    OTHERS_COUNT_MORE = "others count more"  # room only where requests of more weight are
    CAP = "cap"  # a side has as many meetings as it wants
    VETO = "veto"  # never; not to be told to anybody but the organiser's solver
    FAIRNESS = "fairness"  # only the bound of fairness stands against it


@dataclass(frozen=True)
class Conflict:
    """The smallest set that cannot all be: which requests, whose, in which slots, with the figures for a sentence."""

    cause: Cause
    requests: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    pool: int = NONE
    needed: int = 0
    there: int = 0


@dataclass(frozen=True)
class Moved:
    """One meeting that a repair moved, and why: which of the lost things it made room for."""

    request: int
    from_slot: int
    to_slot: int
    from_place: int
    to_place: int
    because: str  # "its slot was lost" | "its place was lost" | "to make room"
    for_request: int = NONE


@dataclass(frozen=True)
class Loss:
    """What broke: people who left or come late, slots of a person, places that are gone, requests that were cancelled."""

    cancelled: tuple[int, ...] = ()  # requests
    not_free: tuple[tuple[int, int], ...] = ()  # (person, slot)
    lost_places: tuple[tuple[int, int, int], ...] = ()  # (pool, slot, how many)


@dataclass(frozen=True, eq=False)
class Repair:
    """The timetable after a loss: what moved, what has no room any more, what came in instead."""

    table: Timetable
    moved: tuple[Moved, ...] = ()
    dropped: tuple[int, ...] = ()
    filled: tuple[int, ...] = field(default=())


Clock: TypeAlias = Callable[
    [], float
]  # seconds; given by the caller, so that an engine has no clock of its own
Report: TypeAlias = Callable[[Progress], bool]
