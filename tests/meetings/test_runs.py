"""Runs of the generator: wishes become a timetable, what was agreed stays, and nothing tells of a veto."""

from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.meetings.actions import runs
from everfair.meetings.models import Meeting, MeetingPerson, Run
from everfair.meetings.queries import runs as queries
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import (
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_table,
    make_wish,
)

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": "2099-09-04", "ends_on": "2099-09-05"}
OPTIONS: dict[str, Any] = {
    "kind": "all", "seed": 1, "limit": 2, "breaks": 1, "walking": 0, "share_first": False, "start": None,
}  # fmt: skip


class Ground:
    """An edition to come with slots, tables, visitors and firms with one person each."""

    def __init__(self, visitors: int = 3, firms: int = 3, slots: int = 6, tables: int = 3) -> None:
        from datetime import UTC, datetime

        self.edition = make_edition(**DAYS)
        make_rules(self.edition)
        self.slots = make_slots(self.edition, slots, starts_at=datetime(2099, 9, 4, 1, tzinfo=UTC))
        hall = make_area(self.edition)
        self.tables = [make_table(self.edition, hall) for _ in range(tables)]
        self.firms = [make_exhibitor(self.edition) for _ in range(firms)]
        self.staff = [make_participant(self.edition, exhibitor=firm) for firm in self.firms]
        self.visitors = [make_participant(self.edition) for _ in range(visitors)]

    def wish(self, visitor: int, firm: int, level: str = "want") -> None:
        make_wish(self.edition, participant=self.visitors[visitor], exhibitor=self.firms[firm], level=level)

    def answer(self, firm: int, visitor: int, level: str = "want") -> None:
        make_wish(self.edition, by_exhibitor=self.firms[firm], other=self.visitors[visitor], level=level)

    def run(self, **options: Any) -> Run:
        run = runs.start_run(self.edition, OPTIONS | options, by=None)
        state = runs.carry_out(run.pk)
        run.refresh_from_db()
        assert (state, run.error) == ("done", "")
        return run


def test_every_wish_finds_its_slot_and_table() -> None:
    ground = Ground()
    for visitor in range(3):
        for firm in range(3):
            ground.wish(visitor, firm)
    run = ground.run()
    rows = list(run.rows.all())
    assert len(rows) == 9 and all(row.slot_id for row in rows)
    for name in ("participant_id", "other_id", "place_id"):
        assert (
            len({(getattr(row, name), row.slot_id) for row in rows}) == 9
        )  # nobody and nothing twice at a time
    assert run.result["placed"] == 9
    assert run.result["by_class"] == {"2": [9, 9]}
