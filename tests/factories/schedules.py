"""Small schedules as files, in as many shapes as the tests need, and the ways into an edition."""

from datetime import date
from typing import Any

from everfair.fair.models import Edition
from everfair.programme.actions.schedule_apply import apply_run, start_applying
from everfair.programme.actions.schedule_reading import read_run, register_schedule
from everfair.programme.models import ScheduleRun
from tests.factories.fair import make_edition


def make_brussels(slug: str = "brussels-2025") -> Edition:
    """The two days in Brussels that these schedules are about."""
    return make_edition(
        starts_on=date(2025, 2, 1),
        ends_on=date(2025, 2, 2),
        time_zone="Europe/Brussels",
        slug=slug,
    )


def read_in(edition: Edition, data: bytes, name: str = "schedule.xml", **options: Any) -> ScheduleRun:
    """Registered, read and compared."""
    return read_run(register_schedule(edition, [data], name, by=None, **options))


def bring_in(edition: Edition, data: bytes, name: str = "schedule.xml", **options: Any) -> ScheduleRun:
    """Read, compared and applied."""
    run = read_in(edition, data, name, **options)
    assert run.state == "ready", (run.error, run.problems)
    return apply_run(start_applying(run, by=None))


GUIDS = {number: f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 100)}


def event(
    number: int,
    title: str = "",
    *,
    start: str = "10:00",
    duration: str = "00:30",
    room: str = "Janson",
    guid: str | None = None,
    inner: str = "",
    day: str = "2025-02-01",
    persons: str = '<person id="7">Ada Rossi</person>',
) -> str:
    """One event as XML."""
    return (
        f'<event id="{number}" guid="{guid if guid is not None else GUIDS[number]}">'
        f"<date>{day}T{start}:00+01:00</date><start>{start}</start><duration>{duration}</duration>"
        f"<room>{room}</room><title>{title or f'Talk {number}'}</title><track>Main</track><type>talk</type>"
        f"<language>en</language><persons>{persons}</persons>{inner}</event>"
    )


def schedule(*events: tuple[str, str] | str, acronym: str = "brussels") -> bytes:
    """A whole schedule.xml; an event is given alone (in Janson) or as (room, event)."""
    rooms: dict[str, list[str]] = {}
    for one in events:
        room, text = one if isinstance(one, tuple) else ("Janson", one)
        rooms.setdefault(room, []).append(text)
    held = "".join(f'<room name="{name}">{"".join(texts)}</room>' for name, texts in rooms.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><schedule><version>1</version><conference>'
        f"<title>Brussels</title><acronym>{acronym}</acronym><time_zone_name>Europe/Brussels</time_zone_name>"
        f'</conference><day index="1" date="2025-02-01" start="2025-02-01T09:00:00+01:00" '
        f'end="2025-02-02T09:00:00+01:00">{held}</day></schedule>'
    ).encode()
