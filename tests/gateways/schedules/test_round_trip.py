"""What is written is read again, and both published schemas take it, whatever stands in it."""

import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from everfair.gateways.schedules import (
    Event,
    Recording,
    Schedule,
    event_from_json,
    read_schedule,
    to_json,
    write_json,
    write_xml,
)
from tests.gateways.schedules.strategies import schedules

ZONE = ZoneInfo("Asia/Shanghai")
often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def by_key(schedule: Schedule) -> dict[str, Event]:
    return {event.key: event for event in schedule.events}


@often
@given(schedules())
def test_xml_gives_back_every_event(schedule: Schedule) -> None:
    read = read_schedule(write_xml(schedule, ZONE), ZONE)
    assert by_key(read.schedule) == by_key(schedule)
    assert {room.name for room in schedule.rooms} == {room.name for room in read.schedule.rooms}
    assert replace(read.schedule.conference, timeslot_duration="") == replace(
        schedule.conference, timeslot_duration=""
    )
    assert write_xml(read.schedule, ZONE) == write_xml(schedule, ZONE)


@often
@given(schedules())
def test_json_gives_back_every_event(schedule: Schedule) -> None:
    read = read_schedule(write_json(schedule, ZONE), ZONE)
    assert by_key(read.schedule) == by_key(schedule)
    assert read.schedule.rooms == schedule.rooms
    assert read.schedule.conference == schedule.conference
    assert write_json(read.schedule, ZONE) == write_json(schedule, ZONE)


@often
@given(schedules())
def test_an_event_kept_as_plain_json_is_the_same_again(schedule: Schedule) -> None:
    for event in schedule.events:
        assert event_from_json(json.loads(json.dumps(to_json(event)))) == event


@pytest.mark.realdata
def test_both_published_schemas_take_whatever_is_written(shared_data: Path) -> None:
    folder = shared_data / "programme/c3voc-schedule-format"
    xsd = etree.XMLSchema(etree.parse(folder / "schedule.xml.xsd"))
    schema = json.loads((folder / "schema.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)

    @often
    @given(schedules())
    def hold(schedule: Schedule) -> None:
        assert xsd.validate(etree.fromstring(write_xml(schedule, ZONE))), xsd.error_log
        assert list(validator.iter_errors(json.loads(write_json(schedule, ZONE)))) == []

    hold()


@pytest.mark.realdata
def test_values_that_a_format_cannot_carry_are_left_out_not_written_wrong(shared_data: Path) -> None:
    folder = shared_data / "programme/c3voc-schedule-format"
    xsd = etree.XMLSchema(etree.parse(folder / "schedule.xml.xsd"))
    schema = json.loads((folder / "schema.json").read_text())
    from tests.gateways.schedules.strategies import BEGIN, OFFSETS

    def event(number: str, **extra: object) -> Event:
        return replace(
            Event("T", BEGIN.replace(tzinfo=OFFSETS[0]), BEGIN - BEGIN.replace(hour=8)), id=number, **extra
        )

    from everfair.gateways.schedules import Conference, Person

    odd = (
        event("", slug="Ä Ö", code="too long a code", url="ftp://x", logo="/picture.png"),
        event(
            "abc", guid="no guid", language="x" * 30, persons=(Person("A", "x1", code="ä"), Person("", "3"))
        ),
        event("7", slug="same-slug-1234", recording=Recording(link="nowhere")),
        event("7", slug="same-slug-1234", guid="00000000-0000-4000-8000-000000000001"),
    )
    schedule = Schedule(Conference(acronym="É", time_zone_name="odd zone", color={"primary": "red"}), odd)
    xml, text = write_xml(schedule, ZONE), write_json(schedule, ZONE)
    assert xsd.validate(etree.fromstring(xml)), xsd.error_log
    errors = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(json.loads(text)))
    assert errors == []
    assert len(read_schedule(xml, ZONE).schedule.events) == 4
