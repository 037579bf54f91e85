"""The log speaks of meetings in words, and every event of the room has its own."""

import re
from pathlib import Path

import pytest

from everfair.base import audit
from everfair.meetings.actions.requests import accept, decline, send_request
from everfair.web.organiser.events import SENTENCES, log_lines
from tests.factories.meetings import BEFORE
from tests.meetings.world import make_world

ACTIONS = Path(__file__).resolve().parents[3] / "everfair" / "meetings" / "actions"


@pytest.mark.django_db
def test_what_became_of_a_request_is_told_in_words() -> None:
    fair = make_world()
    first, second = fair.buyer(), fair.buyer()
    request = send_request(first, exhibitor=fair.firm, by=first.user, now=BEFORE)
    meeting = accept(request, fair.slots[0], by=fair.staff.user, now=BEFORE)
    other = send_request(second, exhibitor=fair.firm, by=second.user, now=BEFORE)
    decline(other, "Not our field.", by=fair.staff.user, now=BEFORE)
    said = [line.what for line in log_lines(audit.entries(target=request), fair.edition, with_label=True)]
    assert said == ["Request for a meeting agreed to", "Asked for a meeting"]
    made = next(iter(log_lines(audit.entries(target=meeting), fair.edition, with_label=True)))
    assert made.what == "Meeting agreed"
    assert "begins: 4 Sept 2026, 01:00" in made.detail
    assert str(fair.firm) in made.label
    no = next(iter(log_lines(audit.entries(target=other), fair.edition, with_label=True)))
    assert "Not our field." in no.detail
    assert f"{second.name} – {fair.firm}" in no.label


def test_every_event_of_the_room_has_words() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in ACTIONS.rglob("*.py"))
    events = set(re.findall(r'"(meetings\.[a-z]+\.[a-z_]+)"', written)) - {"meetings.bulk.loaded"}
    assert len(events) > 10
    assert sorted(event for event in events if event not in SENTENCES) == []
