"""Calendar files are read again by icalendar, whatever stands in them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from everfair.gateways.calendars import CalendarEvent, write_calendar

AT = datetime(2026, 9, 4, 1, 0, tzinfo=UTC)


def event(**extra: Any) -> CalendarEvent:
    values: dict[str, Any] = {
        "uid": "session-abc@fair.example",
        "title": "Opening",
        "starts_at": AT,
        "ends_at": AT + timedelta(hours=1),
        "changed_at": AT,
        **extra,
    }
    return CalendarEvent(**values)


def read(*events: CalendarEvent, **extra: Any) -> Any:
    return Calendar.from_ical(write_calendar(events, name="Fair", time_zone="Asia/Shanghai", **extra))


def test_what_is_written_is_read_again() -> None:
    title = "开幕；全球服务, \\ 互惠共享 — " + "长" * 90
    calendar = read(
        event(
            title=title,
            description="one\ntwo, three; four",
            location="主会场, Beijing",
            url="https://fair.example/x",
        )
    )
    (found,) = calendar.walk("VEVENT")
    assert str(found["SUMMARY"]) == title
    assert str(found["DESCRIPTION"]) == "one\ntwo, three; four"
    assert str(found["LOCATION"]) == "主会场, Beijing"
    assert found["DTSTART"].dt == AT
    assert found["UID"] == "session-abc@fair.example"
    assert calendar["X-WR-TIMEZONE"] == "Asia/Shanghai"


def test_times_of_any_zone_are_written_in_utc() -> None:
    local = AT.astimezone(ZoneInfo("America/New_York"))
    text = write_calendar(
        [event(starts_at=local, ends_at=local + timedelta(hours=2))], name="F", time_zone="UTC"
    ).decode()
    assert "DTSTART:20260904T010000Z" in text
    assert "DTEND:20260904T030000Z" in text


def test_lines_are_folded_at_75_bytes_without_cutting_a_character() -> None:
    raw = write_calendar([event(title="服务" * 120)], name="会" * 80, time_zone="UTC")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_a_text_cannot_end_its_line_and_begin_a_property() -> None:
    text = write_calendar(
        [event(title="x\r\nATTENDEE:mailto:a@b.example", description="a\x00b")], name="F", time_zone="UTC"
    ).decode()
    assert "\r\nATTENDEE" not in text
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    assert "ATTENDEE" not in found


def test_a_cancelled_event_blocks_no_time_and_a_change_has_a_higher_number() -> None:
    (found,) = read(event(status="CANCELLED", sequence=3)).walk("VEVENT")
    assert found["STATUS"] == "CANCELLED"
    assert found["TRANSP"] == "TRANSPARENT"
    assert int(found["SEQUENCE"]) == 3


def test_programs_are_told_how_often_to_ask() -> None:
    text = write_calendar([], name="F", time_zone="UTC", refresh=timedelta(minutes=15)).decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in text
    assert "X-PUBLISHED-TTL:PT15M" in text
