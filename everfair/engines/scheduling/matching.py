"""Items that each need one of several rooms: do all fit, and if not, the smallest set that shows it. Knows no timetable."""

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
Room = TypeVar("Room", bound=Hashable)


def shortage(
    choices: Mapping[Item, Sequence[Room]], holds: Mapping[Room, int]
) -> tuple[list[Item], list[Room]] | None:
    """Items that have fewer rooms between them than they need, with those rooms; None where everything fits.

    A set of items too large for all the rooms that any of them may have (Hall's condition), found along alternating
    paths: it is as small as can be in the sense that it fits as soon as any one of its items is left out.
    """
    inside: dict[Room, list[Item]] = defaultdict(list)
    for item in sorted(choices, key=lambda each: len(choices[each])):
        stuck = _seat(item, choices, holds, inside)
        if stuck is not None:
            return [item, *(other for room in stuck for other in inside[room])], stuck
    return None


def _seat(
    item: Item,
    choices: Mapping[Item, Sequence[Room]],
    holds: Mapping[Room, int],
    inside: dict[Room, list[Item]],
) -> list[Room] | None:
    """Puts `item` into a room, moving others along a shortest alternating path; the rooms reached when there is none."""
    came: dict[Room, tuple[Item, Room | None]] = {}
    waiting: deque[tuple[Item, Room | None]] = deque([(item, None)])
    while waiting:
        mover, from_room = waiting.popleft()
        for room in choices[mover]:
            if room in came:
                continue
            came[room] = (mover, from_room)
            if len(inside[room]) < holds.get(room, 0):
                _shift(room, came, inside)
                return None
            waiting.extend((other, room) for other in inside[room])
    return list(came)


def _shift(room: Room, came: Mapping[Room, tuple[Item, Room | None]], inside: dict[Room, list[Item]]) -> None:
    to: Room | None = room
    while to is not None:
        mover, from_room = came[to]
        inside[to].append(mover)
        if from_room is not None:
            inside[from_room].remove(mover)
        to = from_room
