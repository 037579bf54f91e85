"""Whom the gate lets into the halls of which pools. Closed hours are not here: they take a pool's places away (ground.py)."""

from collections.abc import Iterable, Sequence

from everfair.meetings.bridge.ground import Pool
from everfair.meetings.bridge.pairs import Row
from everfair.meetings.queries.inputs import Inputs


class Gate:
    """Into which pools' halls the gate lets whom. One answer for a hall and a kind of badge: a fair asks it often."""

    def __init__(self, inputs: Inputs, pools: Sequence[Pool]) -> None:
        self.inputs = inputs
        self.code = [inputs.areas.get(pool.area, "") for pool in pools]
        self.known: dict[tuple[str, int | None], bool] = {}

    def open_to(self, row: Row, pools: Iterable[int]) -> list[int]:
        """Those of the pools where everybody of both sides may sit."""
        if not self.inputs.doors.by_area:
            return list(pools)
        return [p for p in pools if all(self.lets_in(who, p) for who in (*row.a, *row.b))]

    def staff_of(self, row: Row) -> frozenset[int]:
        """The people of the row's firm among both sides."""
        people = self.inputs.people
        return frozenset(who for who in (*row.a, *row.b) if people[who].exhibitor == row.exhibitor)

    def lets_in(self, who: int, pool: int) -> bool:
        """Whether somebody is let in whenever the hall is open to anybody: closed hours are the places' affair."""
        area, kind = self.code[pool], self.inputs.people[who].badge
        if (area, kind) not in self.known:
            doors = self.inputs.doors
            spans = [(slot.starts_at, slot.ends_at) for slot in self.inputs.slots]
            self.known[area, kind] = doors.admits(area, kind) and all(
                doors.let_in(area, kind, *span) for span in spans if doors.is_open(area, *span)
            )
        return self.known[area, kind]
