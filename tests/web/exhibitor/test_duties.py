"""Who is at the booth when: the roster by day, duties said, changed, copied and removed, its files, who may."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everfair.meetings.models import BoothDuty
from tests.factories.meetings import make_duty, make_meeting, make_participant, make_rules, make_slots
from tests.factories.people import make_membership, make_user
from tests.web.exhibitor.conftest import Desk, said

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 9, 4, 1, 0, tzinfo=UTC)  # on the fair's clock
HOUR = timedelta(hours=1)


def url(desk: Desk, name: str, **more: Any) -> str:
    return reverse(f"exhibitor:meetings.{name}", kwargs={"code": desk.exhibitor.code, **more})


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def staff(desk: Desk) -> Any:
    make_rules(desk.exhibitor.edition)
    return make_participant(
        desk.exhibitor.edition, user=desk.owner, exhibitor=desk.exhibitor, name="Shen Lan"
    )


def test_before_anybody_takes_part_the_page_leads_on(desk: Desk) -> None:
    page = desk.client.get(url(desk, "duty_list"))
    assert "Nobody to be at the booth yet" in words(page)
    assert url(desk, "staff_list") in page.content.decode()


def test_a_duty_is_said_changed_and_removed(desk: Desk, staff: Any) -> None:
    assert "Nobody is at the booth on this day" in words(desk.client.get(url(desk, "duty_list")))
    typed = {
        "person": staff.code,
        "day": "2026-09-04",
        "starts": "09:00",
        "ends": "12:00",
        "note": "Bring the keys",
    }
    page = desk.client.post(url(desk, "duty_list"), typed, follow=True)
    assert said(page) == ["Saved: Shen Lan."]
    assert "09:00–12:00 no meetings Bring the keys" in words(page)
    duty = BoothDuty.objects.get()
    assert (duty.starts_at, duty.ends_at) == (NINE, NINE + 3 * HOUR)
    edit = desk.client.get(url(desk, "duty_edit", pk=duty.pk))
    assert 'value="09:00"' in edit.content.decode()
    page = desk.client.post(
        url(desk, "duty_edit", pk=duty.pk), {**typed, "day": "2026-09-05", "may_meet": "on"}, follow=True
    )
    assert "meets at the stand" in words(page)
    assert page.context["day"].isoformat() == "2026-09-05"
    page = desk.client.post(url(desk, "duty_remove", pk=duty.pk), follow=True)
    assert said(page) == ["Shen Lan is not at the booth then any more."]
    assert not BoothDuty.objects.exists()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(desk: Desk, staff: Any) -> None:
    make_duty(staff, NINE, NINE + 2 * HOUR)
    typed = {"person": staff.code, "day": "2026-09-04", "starts": "10:00", "ends": "12:00", "note": "Keys"}
    page = desk.client.post(url(desk, "duty_list"), typed)
    assert page.status_code == 422
    body = page.content.decode()
    assert re.search(r'id="id_starts_error">Shen Lan is at the booth from 09:00 to 11:00 already', body)
    assert 'value="Keys"' in body
    assert 'value="10:00"' in body
    page = desk.client.post(url(desk, "duty_list"), {**typed, "starts": "14:00"})
    assert re.search(r'id="id_ends_error">This ends before it begins', page.content.decode())
    assert BoothDuty.objects.count() == 1


def test_meetings_within_are_named_and_stay(desk: Desk, staff: Any) -> None:
    edition = desk.exhibitor.edition
    meeting = make_meeting(make_slots(edition, 1)[0], make_participant(edition), staff)
    typed = {"person": staff.code, "day": "2026-09-04", "starts": "09:00", "ends": "12:00"}
    page = desk.client.post(url(desk, "duty_list"), typed, follow=True)
    assert "1 agreed meeting of Shen Lan lies within this duty" in said(page)[1]
    meeting.refresh_from_db()
    assert meeting.state == "scheduled"


def test_a_day_is_copied(desk: Desk, staff: Any) -> None:
    make_duty(staff, NINE, NINE + 2 * HOUR)
    page = desk.client.post(url(desk, "duty_copy"), {"day": "2026-09-04", "to": ["2026-09-05"]}, follow=True)
    assert said(page) == ["1 duty copied."]
    page = desk.client.post(url(desk, "duty_copy"), {"day": "2026-09-04", "to": ["2026-09-05"]}, follow=True)
    assert said(page) == [
        "0 duties copied.",
        "1 was left out: the person is on duty then, or the clock skips that time.",
    ]
    page = desk.client.post(url(desk, "duty_copy"), {"day": "2026-09-04"}, follow=True)
    assert said(page) == ["Choose a day to copy to."]
    assert BoothDuty.objects.count() == 2


def test_staff_read_and_do_not_plan_and_strangers_see_nothing(desk: Desk, staff: Any) -> None:
    duty = make_duty(staff, NINE, NINE + 2 * HOUR)
    mate = make_membership(organisation=desk.exhibitor.organisation, role="booth_staff").user
    client = Client()
    client.force_login(mate)
    page = client.get(url(desk, "duty_list"))
    assert "09:00–11:00" in words(page)
    assert "Add the duty" not in words(page)
    typed = {"person": staff.code, "day": "2026-09-05", "starts": "09:00", "ends": "12:00"}
    assert client.post(url(desk, "duty_list"), typed).status_code == 404
    assert client.post(url(desk, "duty_copy"), {"day": "2026-09-04", "to": ["2026-09-05"]}).status_code == 404
    assert client.get(url(desk, "duty_edit", pk=duty.pk)).status_code == 404
    assert client.post(url(desk, "duty_remove", pk=duty.pk)).status_code == 404
    client.force_login(make_user())
    assert client.get(url(desk, "duty_list")).status_code == 404
    other = make_duty(make_participant(desk.exhibitor.edition), NINE, NINE + HOUR)
    assert desk.client.get(url(desk, "duty_edit", pk=other.pk)).status_code == 404
    assert BoothDuty.objects.count() == 2


def test_files_hold_all_days_on_the_fairs_clock(desk: Desk, staff: Any) -> None:
    make_duty(staff, NINE, NINE + 2 * HOUR, may_meet=True, note="=1+1")
    make_duty(staff, NINE + timedelta(days=1), NINE + timedelta(days=1) + 15 * HOUR)
    found = desk.client.get(url(desk, "duty_export", kind="csv"))
    text = b"".join(found).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Day", "From", "Until", "Name", "May meet at the stand meanwhile", "Note"]
    assert rows[1][:5] == ["2026-09-04", "09:00", "11:00", "Shen Lan", "yes"]
    assert not rows[1][5].startswith("="), "a program of tables would reckon with it"
    assert rows[2][:5] == ["2026-09-05", "09:00", "24:00", "Shen Lan", "no"]
    book = b"".join(desk.client.get(url(desk, "duty_export", kind="xlsx")))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert parts.read("xl/worksheets/sheet1.xml").count(b"<row ") == 3
    assert desk.client.get(url(desk, "duty_export", kind="doc")).status_code == 404


def test_as_many_queries_for_one_as_for_three(desk: Desk, staff: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            page = desk.client.get(url(desk, "duty_list"))
        assert page.status_code == 200
        return len(counted)

    make_duty(staff, NINE, NINE + HOUR)
    asked()
    alone = asked()
    for n in range(2):
        mate = make_participant(exhibitor=desk.exhibitor)
        make_duty(mate, NINE, NINE + HOUR)
        make_duty(staff, NINE + (2 + 2 * n) * HOUR, NINE + (3 + 2 * n) * HOUR)
    assert asked() == alone
    assert alone <= 17


def test_the_person_reads_the_duty_in_their_diary(desk: Desk, staff: Any) -> None:
    edition = desk.exhibitor.edition
    make_duty(staff, NINE, NINE + 2 * HOUR, note="Bring the keys")
    for view in ("", "?view=day&day=2026-09-04"):
        page = desk.client.get(reverse("visitor:meetings.diary", args=[edition.slug]) + view)
        assert "At the booth" in words(page), view
    pocket = words(desk.client.get(reverse("visitor:meetings.pocket", args=[edition.slug])))
    assert "Bring the keys" in pocket


def test_the_firms_diary_shows_who_is_at_the_booth(desk: Desk, staff: Any) -> None:
    edition = desk.exhibitor.edition
    diary = url(desk, "diary_list")
    assert "No meeting yet" in words(desk.client.get(diary))
    make_duty(staff, NINE + timedelta(days=1), NINE + timedelta(days=1) + HOUR)
    mate = make_participant(exhibitor=desk.exhibitor, name="Xu Ming")
    make_duty(mate, NINE, NINE + 2 * HOUR)
    assert "At the booth : Xu Ming 09:00–11:00" in words(desk.client.get(diary))
    make_meeting(make_slots(edition, 1)[0], make_participant(edition), staff)
    page = desk.client.get(diary)
    assert [(len(rows), len(duties)) for _day, rows, duties in page.context["days"]] == [(1, 1), (0, 1)]
    mine = desk.client.get(diary, {"person": staff.code})
    assert [(len(rows), len(duties)) for _day, rows, duties in mine.context["days"]] == [(1, 0), (0, 1)]

    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            desk.client.get(diary)
        return len(counted)

    before = asked()
    for n in range(2):
        make_duty(mate, NINE + (4 + 2 * n) * HOUR, NINE + (5 + 2 * n) * HOUR)
    assert asked() == before
