"""Everything calls and stages write into the log has words."""

import re
from pathlib import Path

from everfair.calls.actions.guards import EVENT
from everfair.web.organiser.events import SENTENCES

ACTIONS = Path(__file__).resolve().parents[3] / "everfair" / "calls" / "actions"
RECORDED = re.compile(r'record\(\s*"([a-z._]+)"(?: if [a-z]+ else "([a-z._]+)")?')


def test_every_event_of_calls_has_words() -> None:
    found = {
        EVENT + name
        for path in ACTIONS.glob("*.py")
        for names in RECORDED.findall(path.read_text(encoding="utf-8"))
        for name in names
        if name
    }
    assert {"calls.stage.begun", "calls.recording.ended"} <= found
    assert found - set(SENTENCES) == set()
