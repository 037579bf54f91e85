"""Bad input: what makes a problem meaningless, told as a field and a reason. Conflicts of a meaningful problem: `explain`."""

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.types import NONE, Bools, Problem, Timetable, Wish


class ProblemError(ValueError):
    """The problem means nothing as it stands: which field, and what to do about it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def validate(problem: Problem) -> None:
    """Raises ProblemError for the first thing wrong. Costs some milliseconds for 150,000 requests."""
    _slots(problem)
    _people(problem)
    _groups(problem)
    _places(problem)
    _requests(problem)
    _pairs(problem)
    _locked(problem)


def _shape(field: str, column: NDArray[np.generic], shape: tuple[int, ...], *, truth: bool = False) -> None:
    if column.shape != shape:
        raise ProblemError(field, f"has shape {list(column.shape)}, but {list(shape)} is needed.")
    if truth and column.dtype != np.bool_:
        raise ProblemError(field, f"holds {column.dtype}, but true and false are needed.")
    if not truth and column.dtype.kind not in "iu":
        raise ProblemError(field, f"holds {column.dtype}, but whole numbers are needed.")


def _none(field: str, wrong: Bools, reason: str) -> None:
    """Raises with the first row in which `wrong` is true."""
    rows = np.argwhere(wrong)
    if len(rows):
        where = ", ".join(map(str, rows[0].tolist()))
        raise ProblemError(f"{field}[{where}]", reason)


def _slots(problem: Problem) -> None:
    slots = problem.slots
    n = len(slots)
    if not n:
        raise ProblemError("slots", "there is none; give at least one slot.")
    _shape("slots.starts", slots.starts, (n,))
    _shape("slots.ends", slots.ends, (n,))
    _shape("slots.runs_on", slots.runs_on, (n,), truth=True)
    _none("slots.ends", slots.ends <= slots.starts, "a slot has to end after it starts.")
    overlap = slots.starts[1:] < slots.ends[:-1]
    _none(
        "slots.starts", np.append([False], overlap), "slots have to be in the order of time and not overlap."
    )
    if slots.runs_on[0]:
        raise ProblemError("slots.runs_on[0]", "nothing comes before the first slot; it has to be false.")


def _people(problem: Problem) -> None:
    people, n = problem.people, len(problem.slots)
    count = len(people)
    if not count:
        raise ProblemError("people", "there is nobody; give at least two people.")
    _shape("people.free", people.free, (count, n), truth=True)
    for name in ("most", "least", "longest_run"):
        _shape(f"people.{name}", getattr(people, name), (count,))
    for name in ("most", "longest_run"):
        column = getattr(people, name)
        reason = (
            f"a limit has to be 1 or more, or {NONE} for none; who wants no meeting has no free slot instead."
        )
        _none(f"people.{name}", (column != NONE) & (column < 1), reason)
    _none("people.least", people.least < 0, "a quota has to be 0 or more.")
    _none(
        "people.least",
        people.least > n,
        f"a quota of more meetings than there are slots ({n}) cannot be met.",
    )
    too_high = (people.most != NONE) & (people.least > people.most)
    _none("people.least", too_high, "asks for more meetings than people.most allows.")
    for number, rest in enumerate(people.rests):
        _shape(f"people.rests[{number}].slots", rest.slots, (n,), truth=True)
        _shape(f"people.rests[{number}].who", rest.who, (count,), truth=True)
        if not rest.slots.any():
            raise ProblemError(f"people.rests[{number}].slots", "a pause needs at least one slot to lie in.")


def _groups(problem: Problem) -> None:
    people = problem.people
    for number, group in enumerate(people.groups):
        field = f"people.groups[{number}]"
        if not group:
            raise ProblemError(field, "has nobody in it.")
        if len(set(group)) != len(group):
            raise ProblemError(field, "names somebody twice.")
        if not all(0 <= person < len(people) for person in group):
            raise ProblemError(
                field, f"names somebody who is not there; people count from 0 to {len(people) - 1}."
            )
    for pair in people.met_before:
        if not 0 <= pair[0] < pair[1] < len(people):
            raise ProblemError(
                "people.met_before", f"{pair} is no pair of two people, the smaller number first."
            )


def _places(problem: Problem) -> None:
    places, n = problem.places, len(problem.slots)
    pools, areas = len(places), len(places.change)
    if not pools:
        raise ProblemError("places.capacity", "there is no place to meet; give at least one pool.")
    _shape("places.capacity", places.capacity, (pools, n))
    _shape("places.area", places.area, (pools,))
    _shape("places.change", places.change, (areas, areas))
    _shape("places.price", places.price, (areas, areas))
    _shape("places.interpreters", places.interpreters, (len(places.interpreters), n))
    _none(
        "places.area",
        (places.area < 0) | (places.area >= areas),
        f"there are only {areas} areas in places.change.",
    )
    for name in ("capacity", "change", "price", "interpreters"):
        _none(f"places.{name}", getattr(places, name) < 0, "must not be negative.")


def _requests(problem: Problem) -> None:
    requests, people = problem.requests, problem.people
    count, sides = len(requests), len(people) + len(people.groups)
    if not count:
        raise ProblemError("requests", "there is none, so there is nothing to place.")
    for name in ("a", "b", "wish", "weight", "session", "interpreter", "fixed_slot", "locked_place"):
        _shape(f"requests.{name}", getattr(requests, name), (count,))
    _shape("requests.locked", requests.locked, (count,), truth=True)
    _shape("requests.places", requests.places, (count, requests.places.shape[-1]))
    _shape("requests.sessions", requests.sessions, (len(requests.sessions), len(problem.slots)), truth=True)
    for name, column in (("a", requests.a), ("b", requests.b)):
        _none(f"requests.{name}", (column < 0) | (column >= sides), "names nobody who is there.")
    _none("requests.b", requests.a == requests.b, "nobody meets herself; the two sides have to differ.")
    unknown = (requests.wish < Wish.NEVER) | (requests.wish > Wish.MUST)
    _none(
        "requests.wish", unknown, f"has to lie between {int(Wish.NEVER)} (never) and {int(Wish.MUST)} (must)."
    )
    _none("requests.weight", requests.weight < 0, "a weight has to be 0 or more.")
    if float(requests.weight.astype(np.float64).sum()) >= 2.0**62:
        raise ProblemError("requests.weight", "all weights together exceed 2^62; use smaller ones.")
    limits = {
        "session": len(requests.sessions),
        "interpreter": len(problem.places.interpreters),
        "fixed_slot": len(problem.slots),
        "locked_place": len(problem.places),
        "places": len(problem.places),
    }
    for name, limit in limits.items():
        column = getattr(requests, name)
        reason = (
            f"has to lie between 0 and {limit - 1}, or be {NONE} for none." if limit else f"has to be {NONE}."
        )
        _none(f"requests.{name}", (column < NONE) | (column >= limit), reason)
    nowhere = (requests.places == NONE).all(axis=1) & (requests.wish != Wish.NEVER)
    nowhere &= ~(requests.locked & (requests.locked_place != NONE))
    _none("requests.places", nowhere, "no place suits this request; name at least one.")


def _pairs(problem: Problem) -> None:
    requests, n = problem.requests, len(problem.slots)
    for name, limit in (("not_in", n), ("after", len(requests))):
        pairs = getattr(requests, name)
        _shape(f"requests.{name}", pairs, (len(pairs), 2))
        wrong = (pairs < 0) | (pairs >= np.array([len(requests), limit]))
        _none(f"requests.{name}", wrong, "names a request or a slot that is not there.")
    itself = (
        requests.after[:, 0] == requests.after[:, 1] if len(requests.after) else np.zeros(0, dtype=np.bool_)
    )
    _none("requests.after", itself, "a meeting cannot come after itself.")


def _locked(problem: Problem) -> None:
    """Locked meetings have to be possible as they stand: nothing else gives way to them afterwards."""
    requests, people = problem.requests, problem.people
    locked = requests.locked
    if not locked.any():
        return
    reason = "is locked and must never be; unlock it, or take the veto back."
    _none("requests.locked", locked & (requests.wish == Wish.NEVER), reason)
    _none(
        "requests.fixed_slot", locked & (requests.fixed_slot == NONE), "a locked meeting needs its slot here."
    )
    single = locked & (requests.a < len(people)) & (requests.b < len(people))
    place = np.where(
        requests.locked_place != NONE, requests.locked_place, requests.places.max(axis=1, initial=NONE)
    )
    table = Timetable(
        slot=np.where(single, requests.fixed_slot, NONE),
        place=np.where(single, place, NONE),
        a=requests.a,
        b=requests.b,
    )
    known_place = set(np.flatnonzero(requests.locked_place != NONE).tolist())
    for fault in check(problem, table, all_placed=False):
        about_places = fault.rule in ("more meetings than places", "no time for the way")
        if fault.rule == "a locked request is not placed" and not single[fault.requests[0]]:
            continue
        if about_places and not known_place.issuperset(fault.requests):
            continue
        raise ProblemError("requests.locked", f"locked meetings cannot stay as they are: {fault}.")
