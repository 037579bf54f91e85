"""A firm's meetings desk: requests answered in every way, who takes part, places at the stand, the diary and its files."""

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from everfair.meetings.models import Meeting, Participant, ProposedSlot, Request
from tests.factories.exhibition import make_exhibitor
from tests.factories.meetings import (
    make_meeting,
    make_participant,
    make_request,
    make_rules,
    make_slots,
    make_table,
)
from tests.factories.people import make_membership, make_user
from tests.web.exhibitor.conftest import Desk, said

pytestmark = pytest.mark.django_db
LATER = datetime(2099, 1, 5, 1, 0, tzinfo=UTC)


def url(desk: Desk, name: str, **more: Any) -> str:
    return reverse(f"exhibitor:meetings.{name}", kwargs={"code": desk.exhibitor.code, **more})


def get(desk: Desk, name: str, query: dict[str, str] | None = None, **more: Any) -> Any:
    return desk.client.get(url(desk, name, **more), query or {})


def post(desk: Desk, name: str, data: dict[str, Any], **more: Any) -> Any:
    return desk.client.post(url(desk, name, **more), data, follow=True)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def ground(desk: Desk) -> Any:
    """Rules, three slots, two tables, one of the firm who takes part, and a request for the second slot."""
    edition = desk.exhibitor.edition
    make_rules(edition)
    slots = make_slots(edition, 3, starts_at=LATER)
    for _n in range(2):
        make_table(edition)
    staff = make_participant(edition, user=desk.owner, exhibitor=desk.exhibitor, name="Shen Lan")
    asker = make_participant(edition, name="Ana Ruiz", organisation_name="Kilima Trading")
    request = make_request(
        asker, exhibitor=desk.exhibitor, asked=staff, message="About contracts.", expires_at=LATER
    )
    ProposedSlot.objects.create(request=request, slot=slots[1])
    return slots, staff, asker, request


def test_a_request_is_read_and_agreed_on(desk: Desk, ground: Any) -> None:
    slots, staff, _asker, request = ground
    page = get(desk, "request_list")
    assert "To answer 1" in words(page)
    assert "Kilima Trading" in words(page)
    one = get(desk, "request_show", request_code=request.code)
    assert "Times they propose" in words(one)
    offered = re.findall(r'type="radio" name="slots" value="(\d+)"', one.content.decode())
    assert offered == [str(slots[1].pk), str(slots[0].pk), str(slots[2].pk)], "what they propose first"
    response = post(
        desk, "request_answer", {"slots": str(slots[1].pk), "person": staff.code},
        request_code=request.code, deed="accept",
    )  # fmt: skip
    assert said(response) == ["Agreed. Both sides are told, and it stands in the diaries."]
    meeting = Meeting.objects.get(request=request)
    assert (meeting.slot, meeting.bookings.count()) == (slots[1], 3)
    assert "Ended 1" in words(get(desk, "request_list"))
    assert f"/meetings/at/{meeting.code}/" in response.content.decode()


def test_a_time_that_went_meanwhile_is_said_and_nothing_is_booked(desk: Desk, ground: Any) -> None:
    slots, staff, _asker, request = ground
    make_meeting(slots[1], make_participant(request.edition), staff)
    page = get(desk, "request_show", request_code=request.code)
    assert "None of the times they proposed is free any more" in words(page)
    data = {"slots": str(slots[1].pk), "person": staff.code}
    response = post(desk, "request_answer", data, request_code=request.code, deed="accept")
    assert said(response) == ["This time has just been taken. Choose another one."]
    assert not Meeting.objects.filter(request=request).exists()


def test_other_times_are_proposed(desk: Desk, ground: Any) -> None:
    slots, staff, _asker, request = ground
    data = {"slots": [str(slots[0].pk), str(slots[2].pk)], "person": staff.code}
    response = post(desk, "request_answer", data, request_code=request.code, deed="counter")
    assert said(response) == ["Proposed. It is their turn now."]
    request.refresh_from_db()
    assert request.state == Request.State.COUNTERED
    assert "Waiting for them 1" in words(get(desk, "request_list"))
    nothing = post(desk, "request_answer", {}, request_code=request.code, deed="counter")
    assert said(nothing) == ["Choose one time at least."]


def test_declining_gives_the_reason(desk: Desk, ground: Any) -> None:
    request = ground[3]
    data = {"reason": "We have nobody for this field."}
    response = post(desk, "request_answer", data, request_code=request.code, deed="decline")
    assert said(response) == ["Declined. They are told."]
    request.refresh_from_db()
    assert (request.state, request.reason) == ("declined", "We have nobody for this field.")
    again = post(desk, "request_answer", data, request_code=request.code, deed="decline")
    assert "Declined. They are told." not in said(again)


def test_a_colleague_takes_the_turn_and_comes(desk: Desk, ground: Any) -> None:
    slots, staff, _asker, request = ground
    mate = make_participant(exhibitor=desk.exhibitor, name="Xu Ming")
    make_meeting(slots[1], make_participant(request.edition), staff)
    page = get(desk, "request_show", {"person": mate.code}, request_code=request.code)
    assert f'value="{slots[1].pk}" required checked' in page.content.decode(), "free for the colleague"
    response = post(desk, "request_answer", {"person": mate.code}, request_code=request.code, deed="hand")
    assert said(response) == ["It is Xu Ming's turn now."]
    request.refresh_from_db()
    assert request.asked == mate
    stranger = make_participant(request.edition)
    gone = post(desk, "request_answer", {"person": stranger.code}, request_code=request.code, deed="hand")
    assert gone.status_code == 404


def test_another_firms_request_is_not_to_be_found(desk: Desk, ground: Any) -> None:
    other = make_exhibitor(desk.exhibitor.edition)
    theirs = make_request(make_participant(other.edition), exhibitor=other)
    assert get(desk, "request_show", request_code=theirs.code).status_code == 404
    meeting = make_meeting(ground[0][0], make_participant(other.edition), make_participant(exhibitor=other))
    assert get(desk, "meeting_show", meeting=meeting.code).status_code == 404


def test_only_the_booths_people_come_in(desk: Desk, ground: Any) -> None:
    leads_only = make_membership(organisation=desk.exhibitor.organisation, role="lead_only").user
    for person in (make_user(), leads_only):
        client = Client()
        client.force_login(person)
        assert client.get(url(desk, "request_list")).status_code == 404
        assert client.post(url(desk, "stand_change"), {"places": "3"}).status_code == 404


def test_people_of_the_firm_take_part_and_leave(desk: Desk) -> None:
    edition = desk.exhibitor.edition
    make_rules(edition)
    mate = make_membership(organisation=desk.exhibitor.organisation, role="booth_staff").user
    page = words(get(desk, "staff_list"))
    assert "Nobody takes part yet" in page
    assert "I take part" in page
    post(desk, "staff_add", {}, pk=mate.pk)
    row = Participant.objects.get(user=mate, edition=edition)
    assert row.exhibitor == desk.exhibitor
    post(desk, "staff_change", {"deed": "save", "accepts_at_once": "on"}, person=row.code)
    row.refresh_from_db()
    assert (row.accepts_at_once, row.is_on_site, row.keeps_lunch) == (True, False, False)
    slot = make_slots(edition, 1, starts_at=LATER)[0]
    meeting = make_meeting(slot, make_participant(edition), row)
    held = post(desk, "staff_change", {"deed": "leave"}, person=row.code)
    assert "still has 1 meeting" in said(held)[0]
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    post(desk, "staff_change", {"deed": "leave"}, person=row.code)
    row.refresh_from_db()
    assert row.is_out
    post(desk, "staff_change", {"deed": "return"}, person=row.code)
    row.refresh_from_db()
    assert not row.is_out


def test_the_stand_holds_so_many_at_once(desk: Desk) -> None:
    post(desk, "stand_change", {"places": "3"})
    assert desk.exhibitor.meeting_places.filter(is_out=False).count() == 3
    assert 'value="3"' in get(desk, "staff_list").content.decode()
    assert said(post(desk, "stand_change", {"places": "-1"})) == ["Give a whole number."]
    assert "Between 0 and 50" in said(post(desk, "stand_change", {"places": "51"}))[0]
    assert desk.exhibitor.meeting_places.count() == 3


def test_the_diary_is_by_person_and_goes_into_files(desk: Desk, ground: Any) -> None:
    slots, staff, asker, _request = ground
    mate = make_participant(exhibitor=desk.exhibitor, name="Xu Ming")
    mine = make_meeting(slots[0], asker, staff, table=make_table(staff.edition))
    theirs = make_meeting(slots[1], asker, mate)
    make_meeting(slots[2], make_participant(staff.edition), staff, state="cancelled")
    page = get(desk, "diary_list")
    assert "2 meetings" in words(page)
    only = get(desk, "diary_list", {"person": mate.code}).content.decode()
    assert theirs.code in only
    assert mine.code not in only
    rows = list(
        csv.DictReader(io.StringIO(get(desk, "diary_export", kind="csv").getvalue().decode("utf-8-sig")))
    )
    assert [(row["From"], row["Who asked"], row["Who was asked"]) for row in rows] == [
        ("09:00", "Ana Ruiz", "Shen Lan"),
        ("09:30", "Ana Ruiz", "Xu Ming"),
    ]
    calendar = Calendar.from_ical(get(desk, "diary_export", {"person": mate.code}, kind="ics").content)
    events = calendar.walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Meeting: Ana Ruiz"]
    assert events[0]["dtstart"].dt == slots[1].starts_at


def test_a_meeting_is_confirmed_and_called_off(desk: Desk, ground: Any) -> None:
    slots, staff, asker, _request = ground
    meeting = make_meeting(slots[0], asker, staff, table=make_table(staff.edition))
    response = post(desk, "meeting_show", {"deed": "confirm", "person": staff.code}, meeting=meeting.code)
    assert said(response) == ["Confirmed. No later timetable moves it."]
    assert meeting.people.get(participant=staff).confirmed_at is not None
    in_their_name = post(
        desk, "meeting_show", {"deed": "confirm", "person": asker.code}, meeting=meeting.code
    )
    assert in_their_name.status_code == 404
    assert meeting.people.get(participant=asker).confirmed_at is None
    early = post(desk, "meeting_show", {"deed": "came", "person": asker.code}, meeting=meeting.code)
    assert said(early) != ["Noted."]
    post(desk, "meeting_show", {"deed": "cancel", "reason": "Ill."}, meeting=meeting.code)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason, meeting.bookings.count()) == ("cancelled", "Ill.", 0)


@pytest.mark.parametrize("name", ["request_list", "diary_list", "staff_list"])
def test_a_list_costs_the_same_queries_however_long(desk: Desk, ground: Any, name: str) -> None:
    slots, _staff, _asker, request = ground

    def more() -> None:
        someone = make_participant(request.edition)
        make_request(someone, exhibitor=desk.exhibitor, expires_at=LATER)
        make_meeting(slots[0], someone, make_participant(exhibitor=desk.exhibitor))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert get(desk, name).status_code == 200
        return len(caught)

    more()
    get(desk, name)  # what a process reads once
    few = queries()
    more()
    more()
    assert queries() == few
