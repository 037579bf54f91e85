"""Open floors hear that something changed: which slot, never who; the topic is the organiser's team's alone."""

import json
from typing import Any

import pytest

from everfair.gateways import live
from everfair.meetings.actions import booking, places
from everfair.meetings.actions.requests import send_request
from everfair.meetings.actions.waiting import join_line
from everfair.meetings.queries.floor import floor_topic
from everfair.realtime.topics import is_open_to
from tests.factories.fair import make_edition, make_team_member
from tests.factories.meetings import BEFORE
from tests.factories.people import make_user
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any], int | None]]:
    """(topic, fact, for whom) of everything published, commit or not."""
    found: list[tuple[str, dict[str, Any], int | None]] = []
    monkeypatch.setattr(
        live, "publish", lambda topic, fact, *, key="", to=None: found.append((topic, dict(fact), to))
    )
    return found


def met(fair: World, slot: int = 0) -> Any:
    return booking.book_meeting(fair.slots[slot], [fair.buyer()], [fair.staff], by=None, now=BEFORE)


def test_whatever_changes_the_floor_is_told_with_its_slot(said: list[Any]) -> None:
    fair = make_world()
    topic, slots = floor_topic(fair.edition.pk), [slot.pk for slot in fair.slots]
    meeting = met(fair)
    assert said == [(topic, {"kind": "floor", "slot": slots[0]}, None)]
    said.clear()
    booking.move_meeting(meeting, fair.slots[2], by=None, now=BEFORE)
    assert {fact["slot"] for _topic, fact, _to in said} == {slots[0], slots[2]}
    said.clear()
    booking.cancel_meeting(meeting, "Ill.", by=None, now=BEFORE)
    assert [fact["slot"] for _topic, fact, _to in said] == [slots[2]]
    for deed in (
        lambda: send_request(fair.buyer(), exhibitor=fair.firm, by=None, now=BEFORE),
        lambda: join_line(fair.buyer(), fair.firm, by=None, now=BEFORE),
        lambda: places.lose_place(fair.tables[0], by=None, since=BEFORE),
        lambda: places.bring_back(fair.tables[0], by=None),
        lambda: places.make_lines(fair.edition, 2, by=None),
    ):
        said.clear()
        deed()
        assert (topic, {"kind": "floor", "slot": 0}, None) in said


def test_a_fact_of_the_floor_names_nobody(said: list[Any]) -> None:
    fair = make_world()
    meeting = met(fair)
    told = json.dumps([fact for _topic, fact, _to in said])
    for person in meeting.people.all():
        assert person.participant.name not in told
        assert person.participant.code not in told
    assert meeting.code not in told


def test_the_topic_is_the_teams_alone() -> None:
    from django.contrib.auth.models import AnonymousUser

    fair = make_world()
    topic = floor_topic(fair.edition.pk)
    reader, other = make_user(), make_user()
    make_team_member(fair.edition, reader, "reviewer")
    make_team_member(make_edition(), other, "administrator")
    staff = fair.staff.user
    assert is_open_to(reader, topic)
    for person in (AnonymousUser(), make_user(), other, staff):
        assert not is_open_to(person, topic)
    for wrong in (
        "floor:",
        "floor:x",
        "floor:²",
        "floor:999999999",
        f"floor:{fair.edition.pk}:x",
        "floor:1" + "0" * 30,
    ):
        assert not is_open_to(reader, wrong)
