"""Letters before meetings: a day and an hour ahead, once each, on both clocks; nothing for what is new, moved away or cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.gateways.mail.outbox import send_unsent
from everfair.meetings.actions.diary import remind
from everfair.meetings.models import Meeting
from tests.factories.fair import make_edition
from tests.factories.meetings import BEFORE, BEGIN, make_meeting, make_participant, make_slots, make_table
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting() -> Meeting:
    """In the first slot of the fair, agreed two weeks before."""
    edition = make_edition()
    slots = make_slots(edition)
    one = make_participant(
        edition, user=make_user("one@example.org", time_zone="Africa/Nairobi"), name="Wanjiru"
    )
    other = make_participant(
        edition, user=make_user("other@example.org", time_zone="Asia/Shanghai"), name="Shen Mo"
    )
    return make_meeting(slots[0], one, other, table=make_table(edition, number=12), made_at=BEFORE)


def letters() -> list[Any]:
    send_unsent(everything=True)
    found, mail.outbox = list(mail.outbox), []
    return found


def test_a_day_and_an_hour_before(meeting: Meeting) -> None:
    assert remind(BEGIN - timedelta(hours=25)) == 0
    assert remind(BEGIN - timedelta(hours=24)) == 1
    sent = {one.to[0]: one for one in letters()}
    assert set(sent) == {"one@example.org", "other@example.org"}
    assert sent["one@example.org"].subject == "Soon: your meeting with Shen Mo, " + (
        meeting.people.get(participant__name="Shen Mo").participant.organisation_name
    )
    body = sent["one@example.org"].body
    assert "04:00" in body
    assert "09:00" in body
    assert "Table 12" in body
    assert "04:00" not in sent["other@example.org"].body
    assert [remind(BEGIN - timedelta(hours=hours)) for hours in (23.9, 12, 1.1)] == [0, 0, 0]
    assert remind(BEGIN - timedelta(minutes=55)) == 1
    assert remind(BEGIN - timedelta(minutes=45)) == 0
    assert len(letters()) == 2
    assert remind(BEGIN + timedelta(minutes=1)) == 0


@pytest.mark.parametrize("state", ["cancelled", "held"])
def test_nothing_for_what_does_not_take_place(meeting: Meeting, state: str) -> None:
    Meeting.objects.update(state=state)
    assert remind(BEGIN - timedelta(hours=2)) == 0


def test_what_was_agreed_just_now_is_not_called_to_mind(meeting: Meeting) -> None:
    Meeting.objects.update(made_at=BEGIN - timedelta(hours=20))
    assert remind(BEGIN - timedelta(hours=19)) == 0
    assert remind(BEGIN - timedelta(minutes=50)) == 1


def test_a_meeting_moved_to_another_day_is_called_to_mind_anew(meeting: Meeting) -> None:
    remind(BEGIN - timedelta(hours=24))
    (later,) = make_slots(meeting.edition, 1, day=3)
    Meeting.objects.update(slot=later)
    assert remind(BEGIN - timedelta(hours=1)) == 0
    assert remind(BEGIN + timedelta(days=2, hours=1)) == 1
