"""My diary: sessions, meetings and free time on two clocks; the calendar by its secret; the copy for the pocket; free time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from everfair.fair.models import Edition
from everfair.meetings.actions.diary import make_diary_key
from everfair.meetings.models import DiaryKey, FreeTime, Meeting, NextInLine
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.models import SessionSpeaker
from everfair.programme.queries.board import forget_boards
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import (
    make_line,
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_table,
)
from tests.factories.people import make_user
from tests.factories.programme import make_session, make_speaker

pytestmark = pytest.mark.django_db


def tomorrow() -> Any:
    """Ten in the morning in Shanghai of the day after."""
    return (timezone.now() + timedelta(days=1)).replace(hour=2, minute=0, second=0, microsecond=0)


@pytest.fixture
def edition() -> Edition:
    """A fair of today and the days around it, with open meetings and slots tomorrow."""
    today = timezone.now().date()
    found = make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4))
    make_rules(found)
    make_slots(found, 6, starts_at=tomorrow())
    return found


@pytest.fixture
def person(client: Client, edition: Edition) -> Any:
    user = make_user(time_zone="Africa/Nairobi")
    client.force_login(user)
    return make_participant(edition, user=user)


def to(name: str, edition: Edition, *more: Any) -> str:
    return reverse(f"visitor:meetings.{name}", args=[edition.slug, *more])


def main_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return str(answer.text).partition("<main")[2].partition("</main>")[0]


def a_meeting(edition: Edition, person: Any, number: int = 0, **extra: Any) -> Meeting:
    firm = make_exhibitor(edition)
    staff = make_participant(edition, exhibitor=firm, name="Shen Mo")
    table = make_table(edition, number=12)
    return make_meeting(edition.slots.all()[number], person, staff, table=table, **extra)


def test_who_is_not_registered_learns_how(client: Client, edition: Edition) -> None:
    client.force_login(make_user())
    for name in ("diary", "request_list", "free_edit"):
        shown = main_of(client, to(name, edition))
        assert reverse("public:registration.kind_list", args=[edition.slug]) in shown
    assert client.get(to("pocket", edition)).status_code == 404


def test_the_diary_holds_sessions_meetings_and_free_time_in_order(
    client: Client, edition: Edition, person: Any
) -> None:
    start = tomorrow()
    kept = make_session(
        edition, starts_at=start + timedelta(minutes=60), ends_at=start + timedelta(minutes=80)
    )
    spoken = make_session(edition, starts_at=start + timedelta(hours=5), ends_at=start + timedelta(hours=6))
    SessionSpeaker.objects.create(session=spoken, speaker=make_speaker(edition, user=person.user))
    set_bookmark(kept, True, by=person.user)
    forget_boards()
    meeting = a_meeting(edition, person)
    shown = main_of(client, to("diary", edition))
    firm = meeting.exhibitor.organisation.name["en"]  # type: ignore[union-attr]
    order = [shown.index(text) for text in (f">{firm}<", "Free for", kept.title["en"], spoken.title["en"])]
    assert order[0] < order[1]
    assert order[0] < order[2] < order[3]
    assert "Table 12" in shown
    assert "Shen Mo" in shown
    assert "you speak here" in shown
    assert f"Next: {firm}" in shown


def test_the_diary_speaks_on_two_clocks(client: Client, edition: Edition, person: Any) -> None:
    a_meeting(edition, person)
    fair = main_of(client, to("diary", edition))
    assert ">10:00</time>" in fair
    assert "yours 05:00" in fair
    own = main_of(client, to("diary", edition) + "?clock=mine")
    assert ">05:00</time>" in own
    assert "fair 10:00" in own
    person.is_on_site = False
    person.save()
    assert ">05:00</time>" in main_of(client, to("diary", edition))


def test_a_day_stands_on_two_rulers(client: Client, edition: Edition, person: Any) -> None:
    a_meeting(edition, person)
    shown = main_of(client, to("diary", edition) + "?view=day")
    rulers = re.findall(r'<div class="ruler.*?</div>', shown, re.DOTALL)
    assert [re.findall(r">(\d\d:\d\d)<", ruler)[:3] for ruler in rulers] == [
        ["10:00", "11:00", "12:00"],
        ["05:00", "06:00", "07:00"],
    ]
    assert re.search(r'class="slot meet t1 d4 r1"', shown)
    odd = main_of(client, to("diary", edition) + "?view=day&day=nonsense&clock=%00")
    assert 'class="slot meet' in odd


def test_what_overlaps_is_named(client: Client, edition: Edition, person: Any) -> None:
    meeting = a_meeting(edition, person)
    session = make_session(
        edition, starts_at=meeting.slot.starts_at, ends_at=meeting.slot.starts_at + timedelta(minutes=15)
    )
    set_bookmark(session, True, by=person.user)
    forget_boards()
    shown = main_of(client, to("diary", edition))
    assert "2 entries overlap with others." in shown
    assert f"At the same time: “{session.title['en']}”, 10:00–10:15." in shown


def test_as_many_queries_for_one_meeting_as_for_five(client: Client, edition: Edition, person: Any) -> None:
    a_meeting(edition, person)
    main_of(client, to("diary", edition))
    with CaptureQueriesContext(
        connection,
    ) as few:
        main_of(client, to("diary", edition))
    for number in range(1, 5):
        a_meeting(edition, person, number)
    with CaptureQueriesContext(connection) as many:
        main_of(client, to("diary", edition))
    assert len(many) == len(few)


def test_a_slot_that_came_free_is_offered_on_the_page(client: Client, edition: Edition, person: Any) -> None:
    firm = make_exhibitor(edition)
    NextInLine.objects.create(
        edition=edition,
        participant=person,
        exhibitor=firm,
        offered_slot=edition.slots.first(),
        offered_until=timezone.now() + timedelta(hours=2),
    )
    shown = main_of(client, to("diary", edition))
    assert f"<b>{firm.organisation.name['en']}</b> has time for you after all" in shown
    NextInLine.objects.update(offered_until=timezone.now() - timedelta(minutes=1))
    assert "has time for you" not in main_of(client, to("diary", edition))


# The calendar ------------------------------------------------------------------------------------------------
def test_the_calendars_secret_is_shown_once(client: Client, edition: Edition, person: Any) -> None:
    answer = client.post(to("calendar_make", edition), follow=True)
    found = re.search(r"(http\S+/my/meetings/calendar/[\w-]+\.ics)", answer.text)
    assert found
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    assert "/calendar/" not in main_of(client, to("diary", edition)).replace(
        to("calendar_make", edition), ""
    ).replace(to("calendar_end", edition), "")
    path = found.group(1).partition("//")[2].partition("/")[2]
    assert Client().get("/" + path).status_code == 200
    client.post(to("calendar_end", edition))
    assert Client().get("/" + path).status_code == 404
    assert not DiaryKey.objects.exists()


def test_the_calendar_holds_meetings_and_what_was_cancelled(edition: Edition, person: Any) -> None:
    meeting = a_meeting(edition, person)
    gone = a_meeting(edition, person, 2, state="cancelled", version=3)
    secret = make_diary_key(person, by=person.user)
    answer = Client().get(reverse("visitor:meetings.feed", args=[secret]))
    events = {
        str(one["UID"]).partition("@")[0]: one for one in Calendar.from_ical(answer.content).walk("VEVENT")
    }
    event = events[f"meeting-{meeting.code}"]
    assert event["DTSTART"].dt == meeting.slot.starts_at
    assert "Table 12" in str(event["LOCATION"])
    assert "Shen Mo" in str(event["DESCRIPTION"])
    cancelled = events[f"meeting-{gone.code}"]
    assert (str(cancelled["STATUS"]), cancelled["SEQUENCE"]) == ("CANCELLED", 2)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_closed_account_opens_no_calendar(edition: Edition, person: Any) -> None:
    secret = make_diary_key(person, by=person.user)
    person.user.is_active = False
    person.user.save()
    assert Client().get(reverse("visitor:meetings.feed", args=[secret])).status_code == 404


# The pocket --------------------------------------------------------------------------------------------------
def test_the_pocket_copy_keeps_itself_at_its_own_scope(client: Client, edition: Edition, person: Any) -> None:
    a_meeting(edition, person)
    page = to("pocket", edition)
    shown = client.get(page).text
    assert f'data-scope="{page}"' in shown
    assert "Table 12" in shown
    worker = client.get(to("pocket_worker", edition))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert f'"page": "{page}"' in worker.text
    assert "js/kept-page-worker" in worker.text
    assert '"isBehindSignIn": true' in worker.text
    manifest = client.get(to("pocket_manifest", edition)).json()
    assert (manifest["scope"], manifest["start_url"]) == (page, page)
    assert Client().get(page).status_code == 302


# When I am free ----------------------------------------------------------------------------------------------
def test_free_time_is_said_on_a_clock_of_ones_choice(client: Client, edition: Edition, person: Any) -> None:
    shown = main_of(client, to("free_edit", edition))
    day = tomorrow().date()
    assert f'name="{day:%Y%m%d}-0-from" value="05:00"' in shown
    data = {f"{day:%Y%m%d}-0-from": "05:00", f"{day:%Y%m%d}-0-until": "06:00", "zone": "Africa/Nairobi"}
    assert client.post(to("free_edit", edition), data).status_code == 302
    one = FreeTime.objects.get()
    assert (one.starts_at, one.ends_at) == (tomorrow(), tomorrow() + timedelta(hours=1))
    person.refresh_from_db()
    assert person.time_zone == "Africa/Nairobi"
    assert 'value="10:00"' in main_of(client, to("free_edit", edition) + "?zone=Asia/Shanghai")
    client.post(to("free_edit", edition), {"whenever": "1"})
    assert not FreeTime.objects.exists()


def test_what_cannot_be_is_told_and_what_was_typed_stays(
    client: Client, edition: Edition, person: Any
) -> None:
    day = tomorrow().date()
    data = {f"{day:%Y%m%d}-0-from": "06:00", f"{day:%Y%m%d}-0-until": "05:30", "zone": "Africa/Nairobi"}
    answer = client.post(to("free_edit", edition), data)
    assert answer.status_code == 422
    assert "This ends before it begins" in answer.text
    assert 'value="05:30"' in answer.text
    assert not FreeTime.objects.exists()


def test_meetings_outside_are_told(client: Client, edition: Edition, person: Any) -> None:
    a_meeting(edition, person, 4)
    day = tomorrow().date()
    data = {f"{day:%Y%m%d}-0-from": "05:00", f"{day:%Y%m%d}-0-until": "06:00", "zone": "Africa/Nairobi"}
    answer = client.post(to("free_edit", edition), data, follow=True)
    assert "1 of your meetings lie outside" in answer.text
    assert Meeting.objects.get().state == "scheduled"


def test_how_one_meets_is_saved(client: Client, edition: Edition, person: Any) -> None:
    data = {"is_on_site": "0", "languages": ["zh", "en"], "longest_run": "3", "takes_part": "on"}
    assert client.post(to("ways_edit", edition), data).status_code == 302
    person.refresh_from_db()
    assert (person.is_on_site, sorted(person.languages), person.longest_run) == (False, ["en", "zh"], 3)
    assert (person.keeps_lunch, person.is_out) == (False, False)
    answer = client.post(to("ways_edit", edition), {**data, "longest_run": "0"})
    assert answer.status_code == 422


def test_no_hours_yet(client: Client, edition: Edition, person: Any) -> None:
    edition.slots.all().delete()
    assert "No hours of meetings yet" in main_of(client, to("free_edit", edition))
    make_line(edition)
    assert "Nothing in your diary yet" in main_of(client, to("diary", edition))
