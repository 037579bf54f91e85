"""Files that are no schedules, or wrong ones: each is refused with a sentence that says what to do, within bounded memory."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from everfair.gateways.schedules import MOST_BYTES, ScheduleError, read_schedule
from tests.factories.schedules import GUIDS, event, schedule


def refusal(data: bytes) -> str:
    with translation.override("en"), pytest.raises(ScheduleError) as caught:
        read_schedule(data, UTC)
    return str(caught.value)


def warnings(data: bytes) -> list[str]:
    with translation.override("en"):
        return [problem.message for problem in read_schedule(data, UTC).warnings]


def as_json(*events: dict[str, Any], **schedule: Any) -> bytes:
    day = {"index": 1, "date": "2025-02-01", "rooms": {"Janson": list(events)}}
    conference = {"title": "T", "acronym": "test", "days": [day]}
    return json.dumps({"schedule": {"version": "1", "conference": conference, **schedule}}).encode()


def one(**values: Any) -> dict[str, Any]:
    return {
        "id": 1, "guid": GUIDS[1], "title": "Talk 1", "date": "2025-02-01T10:00:00+01:00", "start": "10:00",
        "duration": "00:30", "room": "Janson", **values,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "neither a schedule.xml nor a schedule.json"),
        (b"title;start\nA;10:00\n", "neither a schedule.xml nor a schedule.json"),
        (b"\x89PNG\r\n\x1a\n\x00", "neither a schedule.xml nor a schedule.json"),
        (b"<html><body>Sign in</body></html>", "XML but no schedule"),
        (b"<schedule><day>", "not whole XML: it breaks off or is damaged at line 1"),
        (schedule(event(1))[:-30], "not whole XML"),
        (b'{"schedule": {"conference"', "not whole JSON"),
        (b'{"hello": 1}', "JSON but no schedule"),
        (b'{"schedule": {"conference": {"days": []}}}', "holds no event"),
        (b'{"a": NaN}', "not the JSON of a schedule"),
        (b'{"schedule":' * 5000, "not"),
        (b'<?xml version="1.0" encoding="x-odd"?><schedule/>', "character set"),
        (b'{"schedule": "\xff\xfe"}', "character set"),
        (schedule(), "holds no event"),
        (schedule(event(1, duration="-00:30")), "Talk 1: The event ends before it begins"),
        (schedule(event(1, duration="00:00")), "The event has no length"),
        (schedule(event(1, duration="soon")), "“soon” is no length"),
        (schedule(event(1, start="25:99")), "is no time"),
        (schedule(event(1, day="0001-01-01")), "is no time"),
        (schedule(event(1), event(1, "Another")), "stands at two events, here and at “Talk 1”"),
        (schedule(event(1, guid="").replace('id="1" ', "")), "neither a guid nor an id"),
        (schedule(event(1, " ")), "has no title"),
        (as_json(one(id="2814")), "must be a whole number, not “2814”"),
        (as_json(one(id=0)), "is not a whole number from 1 on"),
        (as_json(one(duration="-01:00")), "ends before it begins"),
        (as_json(one(end="2025-02-01T09:00:00+01:00")), "ends before it begins"),
        (as_json(one(title=["x"])), "“title” must be a text"),
        (as_json(one(persons="Ada")), "“persons” must be a list"),
        (as_json(one(), one()), "stands at two events"),
        (as_json(one(), rooms=[]), "inside “conference”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_all_errors_are_told_at_once() -> None:
    data = schedule(event(1, duration="-00:30"), event(2, "", start="27:00"), event(3, duration="x"))
    with pytest.raises(ScheduleError) as caught:
        read_schedule(data, UTC)
    assert len(caught.value.problems) == 3
    assert "2 further errors" in str(caught.value)


def test_entities_and_document_types_are_refused_unread() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><schedule>&b;</schedule>'
    )
    outside = b'<!DOCTYPE schedule [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>'
    for data in (bomb, outside, b'<!DOCTYPE schedule SYSTEM "http://x.example/x.dtd"><schedule/>'):
        assert "document type or entities" in refusal(data)


def test_overlaps_on_one_stage_are_warnings_that_name_both() -> None:
    told = warnings(
        schedule(
            event(1, duration="02:00"),
            event(2, start="10:30"),
            event(3, start="11:30"),
            event(4, start="12:00"),
        )
    )
    assert len(told) == 2
    assert "“Talk 1” (2025-02-01 10:00–12:00) and “Talk 2” (2025-02-01 10:30–11:00) overlap" in told[0]
    assert "“Talk 1”" in told[1]
    assert "“Talk 3”" in told[1]
    assert warnings(schedule(event(1), event(2, start="10:30"))) == []


def test_a_room_that_is_not_the_one_around_or_not_listed_is_said() -> None:
    assert "names the room “Aula” but stands in “Janson”" in warnings(schedule(event(1, room="Aula")))[0]
    listed = json.loads(as_json(one()))
    listed["schedule"]["conference"]["rooms"] = [{"name": "Jansen", "guid": GUIDS[9]}]
    assert "“Janson” is not in the file's list of rooms" in warnings(json.dumps(listed).encode())[0]


def test_older_files_tell_the_day_around_and_the_night_belongs_to_it() -> None:
    data = (
        b'<schedule><conference><title>T</title><day_change>09:00:00</day_change></conference>'
        b'<day index="1" date="2022-02-05"><room name="A">'
        b'<event id="1"><start>09:00</start><duration>00:20</duration><title>Morning</title></event>'
        b'<event id="2"><start>01:30</start><duration>00:20</duration><title>Night</title></event>'
        b"</room></day></schedule>"
    )  # fmt: skip
    events = read_schedule(data, UTC).schedule.events
    assert [one.starts_at for one in events] == [
        datetime(2022, 2, 5, 9, tzinfo=UTC), datetime(2022, 2, 6, 1, 30, tzinfo=UTC),
    ]  # fmt: skip
    assert events[0].duration == timedelta(minutes=20)


def test_signs_that_no_database_holds_are_taken_out() -> None:
    read = read_schedule(as_json(one(title="A\x00B\ud800", abstract="\x07ding")), UTC).schedule.events[0]
    assert (read.title, read.abstract) == ("AB?", "ding")


def test_fifty_megabytes_are_refused_before_they_are_read() -> None:
    assert "The file has 50 MB; a schedule may have 20 MB" in refusal(b"<schedule>" + b" " * 49_999_990)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("b'<schedule>' + b'<a/>' * (n // 4)", "more elements"),
        ("b'<schedule><day><room><event>' + b'<a/>' * (n // 4)", "more elements"),
        ("b'<schedule>' + b'<a>' * (n // 3)", "more elements"),
        ("b'<schedule><day date=\"2025-02-01\"><room>' + b'<event/>' * (n // 8)", "more than 20000"),
        ("b'[' * n", "neither"),
        ("b'{\"schedule\":' + b'[' * (n - 20)", "not the JSON|not whole"),
    ],
)
def test_the_largest_file_takes_bounded_memory_whatever_it_holds(kind: str, sentence: str) -> None:
    """Twenty megabytes of the worst kind, read by a process of its own: its peak over the idle one is bounded."""
    script = f"""
import os, re, resource
os.environ["DJANGO_SETTINGS_MODULE"] = "everfair.config.settings"
import django; django.setup()
from datetime import UTC
from everfair.gateways.schedules import read_schedule, ScheduleError
n = {MOST_BYTES - 100}
data = {kind}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_schedule(data, UTC)
except ScheduleError as error:
    assert re.search({sentence!r}, " ".join([str(error)] + [p.message for p in error.problems])), str(error)
else:
    raise SystemExit("was read")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) < 150  # megabytes
