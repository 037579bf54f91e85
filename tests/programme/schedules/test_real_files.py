"""Real programmes come in, are found again unchanged, and go out as both published schemas want them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from django.db import transaction
from lxml import etree

from everfair.fair.models import Edition
from everfair.gateways.schedules import read_schedule, write_json, write_xml
from everfair.programme.models import ScheduleRun, Session, Speaker, Stage
from everfair.programme.queries.exchange import schedule_of
from tests.factories.fair import make_edition
from tests.factories.schedules import bring_in, make_brussels, read_in

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]

FILES = {
    "fosdem-2022.xml": (730, 102, 655),
    "fosdem-2025.xml": (943, 40, 992),
    "c3voc-schedule-format/frab-camp2019.json": (79, 2, 90),
    "c3voc-schedule-format/pretalx-democon.json": (36, 2, 27),
    "c3voc-schedule-format/pretalx-rc3.json": (48, 5, 56),
    "c3voc-schedule-format/hub-schedule2.json": (2, 5, 4),
}


@pytest.fixture
def programme(shared_data: Path) -> Path:
    return shared_data / "programme"


def assert_xml_is_valid(data: bytes, programme: Path) -> None:
    schema = etree.XMLSchema(etree.parse(programme / "c3voc-schedule-format/schedule.xml.xsd"))
    assert schema.validate(etree.fromstring(data)), list(schema.error_log)[:5]


def assert_json_is_valid(data: bytes, programme: Path) -> None:
    schema = json.loads((programme / "c3voc-schedule-format/schema.json").read_text())
    validator: Any = jsonschema.validators.validator_for(schema)(schema)
    errors = [
        (list(error.path)[-3:], error.message[:200]) for error in validator.iter_errors(json.loads(data))
    ]
    assert errors == []


def written(edition: Edition) -> tuple[bytes, bytes]:
    exported = schedule_of(edition)
    return write_xml(exported.schedule, exported.zone), write_json(exported.schedule, exported.zone)


@dataclass
class BroughtIn:
    """What came of a file."""

    name: str
    data: bytes
    edition: Edition
    run: ScheduleRun


@pytest.fixture(scope="module", params=FILES)
def brought(
    request: pytest.FixtureRequest, shared_data: Path, django_db_setup: Any, django_db_blocker: Any
) -> Iterator[BroughtIn]:
    """Each file brought in once, taken back after the last test of it."""
    data = (shared_data / "programme" / request.param).read_bytes()
    with django_db_blocker.unblock(), transaction.atomic():
        edition = make_brussels()
        run = bring_in(edition, data, Path(request.param).name)
        yield BroughtIn(request.param, data, edition, run)
        transaction.set_rollback(True)


def test_a_real_programme_comes_in_and_goes_out(brought: BroughtIn, programme: Path) -> None:
    edition, run = brought.edition, brought.run
    sessions, stages, speakers = FILES[brought.name]
    assert run.state == "done"
    assert run.counts["new"] == sessions == Session.objects.filter(edition=edition).count()
    assert (Stage.objects.count(), Speaker.objects.count()) == (stages, speakers)
    assert not Session.objects.exclude(state__in=Session.PUBLIC_STATES).exclude(stage=None).exists()
    xml, text = written(edition)
    assert_xml_is_valid(xml, programme)
    assert_json_is_valid(text, programme)
    again = read_in(edition, brought.data, Path(brought.name).name)
    assert (again.counts["kept"], again.differences) == (sessions, [])


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_round_trip_loses_nothing(form: str, brought: BroughtIn) -> None:
    edition = brought.edition
    first = written(edition)[form == "json"]
    other = make_edition(
        starts_on=edition.starts_on, ends_on=edition.ends_on, time_zone=edition.time_zone, slug="another"
    )
    bring_in(other, first, f"schedule.{form}")
    assert written(other)[form == "json"] == first


def test_what_the_file_says_is_what_comes_out(brought: BroughtIn) -> None:
    edition = brought.edition
    zone = ZoneInfo(edition.time_zone)
    came = {event.key: event for event in read_schedule(brought.data, zone).schedule.events}
    ids = {event.id: event for event in came.values()}
    gone = schedule_of(edition).schedule.events
    assert len(gone) == len(came)
    for event in gone:
        first = came.get(event.guid) or ids[event.id]
        for part in (
            "title", "subtitle", "starts_at", "duration", "room", "track", "type", "language", "abstract",
            "description", "logo", "recording", "links", "attachments", "feedback_url", "origin_url",
            "video_download_url", "do_not_stream",
        ):  # fmt: skip
            assert getattr(event, part) == getattr(first, part), part
        assert [one.name for one in event.persons] == [one.name for one in first.persons if one.name]
        assert event.url == first.url or not first.url


def test_the_published_invalid_file_is_refused_with_the_reason(programme: Path) -> None:
    edition = make_brussels("nothing-in-it")
    data = (programme / "c3voc-schedule-format/invalid-example.json").read_bytes()
    run = read_in(edition, data, "invalid-example.json")
    assert run.state == "failed"
    sentences = [problem["message"] for problem in run.problems]
    assert any("inside “conference”" in sentence for sentence in sentences)
    assert any("must be a whole number, not “2814”" in sentence for sentence in sentences)
    assert not Session.objects.filter(edition=edition).exists()
