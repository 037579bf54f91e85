"""Rooms at the organiser's desk: laid out, changed, removed; a meeting put into one and back."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everfair.meetings.models import Booking, Resource
from tests.factories.fair import make_area, make_edition, make_team_member
from tests.factories.meetings import (
    make_line,
    make_meeting,
    make_participant,
    make_room,
    make_rules,
    make_slots,
    make_table,
)
from tests.factories.people import make_user
from tests.meetings.test_runs import DAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(db: None) -> Any:
    edition = make_edition(**DAYS)
    make_rules(edition)
    return edition


@pytest.fixture
def client(edition: Any) -> Client:
    boss = make_user()
    make_team_member(edition, boss, "administrator")
    client = Client()
    client.force_login(boss)
    return client


def url(edition: Any, name: str, **more: Any) -> str:
    return reverse(f"organiser:meetings.{name}", kwargs={"edition": edition.slug, **more})


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def meeting_in(edition: Any) -> Any:
    slot = make_slots(edition, 1, starts_at=datetime(2099, 9, 4, 1, tzinfo=UTC))[0]
    table = make_table(edition, number=7)
    return make_meeting(slot, make_participant(edition), make_participant(edition), table=table)


def test_a_room_is_made_changed_and_removed(edition: Any, client: Client) -> None:
    assert "No room yet" in words(client.get(url(edition, "place_list")))
    area = make_area(edition)
    typed = {"name_en": "Lotus room", "name_zh": "荷厅", "area": area.pk, "seats": "8"}
    page = client.post(url(edition, "room_create"), typed, follow=True)
    assert "Lotus room" in words(page)
    room = Resource.objects.get(kind="room")
    assert (room.seats, room.area, room.name["zh"]) == (8, area, "荷厅")
    wrong = client.post(url(edition, "room_edit", pk=room.pk), {**typed, "seats": "1"})
    assert wrong.status_code == 422
    assert 'value="Lotus room"' in wrong.content.decode()
    assert re.search(r'id="id_seats_error">[^<]*2', wrong.content.decode())
    client.post(url(edition, "room_edit", pk=room.pk), {**typed, "seats": ""})
    room.refresh_from_db()
    assert room.seats is None
    client.post(url(edition, "place_remove", pk=room.pk))
    assert not Resource.objects.filter(kind="room").exists()


def test_a_meeting_is_put_into_a_room(edition: Any, client: Client) -> None:
    meeting, room = meeting_in(edition), make_room(edition, name={"en": "Lotus", "zh": "荷"}, seats=6)
    make_room(edition, seats=1)
    for _n in range(3):
        make_line(edition)
    page = client.get(url(edition, "meeting_show", code=meeting.code))
    assert url(edition, "meeting_seat", code=meeting.code) in page.content.decode()
    page = client.get(url(edition, "meeting_seat", code=meeting.code))
    assert "2 people come" in words(page)
    offered = re.findall(r'<optgroup label="([^"]+)"', page.content.decode())
    assert offered == ["Rooms", "On line"], "its own table is left out, and there is no other"
    assert page.content.decode().count("<option") == 3, "choose, the room that holds them, one line for all"
    page = client.post(url(edition, "meeting_seat", code=meeting.code), {"place": room.pk}, follow=True)
    assert "The meeting has another place" in words(page)
    assert "Lotus" in words(page)
    assert "Meeting given another place" in words(page)
    assert Booking.objects.get(meeting=meeting, resource__kind="room").resource == room
    wrong = client.post(url(edition, "meeting_seat", code=meeting.code), {"place": str(room.pk)})
    assert wrong.status_code == 422
    assert "not free then any more" in words(wrong)
    assert client.post(url(edition, "meeting_seat", code=meeting.code), {}).status_code == 422


def test_without_another_place_the_page_says_what_to_do(edition: Any, client: Client) -> None:
    meeting = meeting_in(edition)
    assert "There is no other place" in words(client.get(url(edition, "meeting_seat", code=meeting.code)))


def test_the_list_of_places_costs_as_much_with_three_rooms_as_with_one(edition: Any, client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url(edition, "place_list")).status_code == 200
        return len(counted)

    make_room(edition)
    asked()
    alone = asked()
    make_room(edition)
    make_room(edition)
    assert asked() == alone
