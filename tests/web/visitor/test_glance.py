"""My fair and the booth's overview tell of the next meeting and of what waits for an answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everfair.meetings.actions.other_time import propose_move
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import make_meeting, make_participant, make_request, make_rules, make_slots
from tests.factories.people import make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Any:
    today = timezone.now().date()
    edition = make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4))
    make_rules(edition)
    slots = make_slots(edition, 4, starts_at=timezone.now().replace(microsecond=0) + timedelta(days=1))
    firm = make_exhibitor(edition)
    owner = make_membership(organisation=firm.organisation).user
    staff = make_participant(edition, exhibitor=firm, user=owner, name="Shen Lan", organisation_name="")
    buyer = make_participant(edition, name="Ana Ruiz", organisation_name="Puerto")
    return edition, slots, firm, staff, buyer


def page(user: Any, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_both_start_pages_tell_the_next_meeting_and_what_waits(ground: Any) -> None:
    edition, slots, firm, staff, buyer = ground
    mine, desk = (
        reverse("visitor:people.my_fair"),
        reverse("exhibitor:exhibition.booth_overview", args=[firm.code]),
    )
    assert "No meeting is ahead." in page(buyer.user, mine)
    assert 'id="meets"' not in page(staff.user, desk)
    make_request(make_participant(edition), exhibitor=firm, expires_at=slots[0].starts_at)
    meeting = make_meeting(slots[1], buyer, staff)
    shown = page(buyer.user, mine)
    assert "Shen Lan" in shown
    assert reverse("visitor:meetings.meeting_show", args=[edition.slug, meeting.code]) in shown
    assert "for your answer" not in shown
    propose_move(meeting, staff, [slots[2]], by=staff.user)
    assert "1 waits for your answer." in page(buyer.user, mine)
    at_desk = page(staff.user, desk)
    assert "Ana Ruiz, Puerto" in at_desk
    assert "1 waits for your answer." in at_desk
    assert reverse("exhibitor:meetings.meeting_show", args=[firm.code, meeting.code]) in at_desk


def test_a_fair_that_is_over_says_nothing(ground: Any) -> None:
    edition, _slots, _firm, _staff, buyer = ground
    edition.ends_on = timezone.now().date() - timedelta(days=1)
    edition.save(update_fields=["ends_on"])
    assert "No meeting is ahead." not in page(buyer.user, reverse("visitor:people.my_fair"))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_meetings(ground: Any, count: int) -> None:
    _edition, slots, _firm, staff, buyer = ground
    for number in range(count):
        make_meeting(slots[number], buyer, staff)
    client = Client()
    client.force_login(buyer.user)
    client.get(reverse("visitor:people.my_fair"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("visitor:people.my_fair"))
    assert len(asked) == 25
