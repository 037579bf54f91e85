"""Doors of schedules that come in, and of the programme that goes out as a schedule."""

from typing import Any

from everfair.programme.actions.schedule_reading import read_run, register_schedule
from everfair.programme.models import ScheduleRun
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY

FILE = (
    b"<schedule><version>1</version><conference><title>T</title><acronym>test</acronym></conference>"
    b'<day index="1" date="2026-09-04" start="2026-09-04T00:00:00+08:00" end="2026-09-05T00:00:00+08:00">'
    b'<room name="A"><event id="1" guid="00000000-0000-4000-8000-000000000001"><date>2026-09-04T10:00:00+08:00</date>'
    b"<start>10:00</start><duration>01:00</duration><room>A</room><title>Talk</title></event></room></day></schedule>"
)


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _ready(w: Any) -> dict[str, Any]:
    run = read_run(register_schedule(w.edition, [FILE], "schedule.xml", by=None))
    assert run.state == ScheduleRun.State.READY, run.error
    return _edition(w) | {"pk": run.pk}


DOORS = [
    Door("public:programme.schedule_xml", _edition),
    Door("public:programme.schedule_json", _edition),
    Door("organiser:programme.schedule_list", _edition, **NOBODY),
    Door("organiser:programme.schedule_create", _edition, **NOBODY),
    Door("organiser:programme.schedule_show", _ready, **NOBODY),
    Door("organiser:programme.schedule_progress", _ready, **NOBODY),
    Door("organiser:programme.schedule_problems", _ready, **NOBODY),
    Door("organiser:programme.schedule_apply", _ready, **DEED),
    Door("organiser:programme.schedule_read", _ready, **DEED),
    Door("organiser:programme.schedule_stop", _ready, **DEED),
    Door("organiser:programme.schedule_clear", _ready, **DEED),
]
