"""The organiser's meetings desk: rules and hours by hand, the floor, moving and cancelling, lists and their files."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from everfair.fair.models import BadgeKind
from everfair.meetings.models import (
    BlockedPair,
    Booking,
    KindRule,
    Meeting,
    MeetingRules,
    NextInLine,
    Resource,
    Slot,
)
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_team_member
from tests.factories.meetings import (
    make_meeting,
    make_participant,
    make_request,
    make_rules,
    make_slots,
    make_table,
)
from tests.factories.people import make_user
from tests.web.organiser.conftest import Desk

pytestmark = pytest.mark.django_db
LATER = datetime(2099, 1, 5, 1, 0, tzinfo=UTC)


def sentences(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def two_at_a_table(desk: Desk, slot: Any = None, **extra: Any) -> Any:
    slot = slot or make_slots(desk.edition, 1, starts_at=LATER)[0]
    asked = make_participant(desk.edition, exhibitor=make_exhibitor(desk.edition))
    return make_meeting(slot, make_participant(desk.edition), asked, table=make_table(desk.edition), **extra)


def test_hours_are_typed_and_become_slots(desk: Desk) -> None:
    page = desk.get("meetings/slots/")
    assert "No slot yet" in sentences(page)
    typed = {
        "minutes": "30", "pause": "0", "opens_2026-09-04": "09:00", "closes_2026-09-04": "12:00",
        "lunch_from_2026-09-04": "11:00", "lunch_until_2026-09-04": "12:00",
    }  # fmt: skip
    response = desk.client.post(desk.address("meetings/slots/"), typed, follow=True)
    assert "6 slots made." in sentences(response)
    assert "2 of them at lunch" in sentences(response)
    assert 'value="09:00"' in response.content.decode()
    assert Slot.objects.filter(edition=desk.edition, is_lunch=True).count() == 2
    backwards = {**typed, "closes_2026-09-04": "08:00"}
    wrong = desk.post("meetings/slots/", backwards)
    assert wrong.status_code == 422
    assert "Meetings end before they begin." in sentences(wrong)
    assert 'value="08:00"' in wrong.content.decode(), "what was typed is kept"


def test_rules_are_typed_with_ways_between_halls(desk: Desk) -> None:
    make_slots(desk.edition, 2)
    a, b = make_area(desk.edition, code="n1"), make_area(desk.edition, code="b2")
    typed = {
        "is_open": "on", "answer_hours": "48", "hand_on_hours": "12", "buffer": "15", "languages": ["en", "zh"],
        "walk_a_0": a.code, "walk_b_0": b.code, "walk_minutes_0": "9", "version": "1",
        "wishes_open_at": "2026-08-01T09:00", "wishes_close_at": "2026-08-20T18:00",
        "visitor_musts": "4", "firm_musts": "0",
    }  # fmt: skip
    assert desk.post("meetings/rules/", typed).status_code == 302
    row = MeetingRules.objects.get(edition=desk.edition)
    assert (row.is_open, row.answer_hours, row.walking) == (True, 48, {"b2 n1": 9})
    assert (row.visitor_musts, row.firm_musts) == (4, 0)
    many = desk.post("meetings/rules/", {**typed, "visitor_musts": "501", "version": str(row.version)})
    assert many.status_code == 422
    assert row.wishes_open_at == datetime(2026, 8, 1, 1, 0, tzinfo=UTC), "typed on the fair's clock"
    page = desk.get("meetings/rules/").content.decode()
    assert 'value="2026-08-01T09:00"' in page
    half = desk.post("meetings/rules/", {**typed, "walk_b_0": "", "version": str(row.version)})
    assert half.status_code == 422
    assert "Name both halls and the minutes" in sentences(half)
    late = desk.post("meetings/rules/", {**typed, "buffer": "5", "version": "1"})
    assert "Somebody else changed the rules" in sentences(late)
    assert f'name="version" value="{row.version}"' in late.content.decode(), "so that one may save again"


def test_a_kinds_rules_are_typed(desk: Desk) -> None:
    make_slots(desk.edition, 4)
    buyer = BadgeKind.objects.create(edition=desk.edition, code="buyer", name={"en": "Buyer"})
    assert "no rules yet" in sentences(desk.get("meetings/kinds/"))
    typed = {"may_ask": [str(buyer.pk)], "most_a_day": "3", "version": "0"}
    assert desk.post("meetings/kinds/buyer/", typed).status_code == 302
    rule = KindRule.objects.get(kind=buyer)
    assert (rule.may_ask_exhibitors, rule.most_a_day, list(rule.may_ask.all())) == (False, 3, [buyer])
    above = desk.post("meetings/kinds/buyer/", {**typed, "most_a_day": "5", "version": str(rule.version)})
    assert above.status_code == 422
    assert "There are only 4 slots" in sentences(above)


def test_two_are_kept_apart_by_name_and_code(desk: Desk) -> None:
    one = make_participant(desk.edition, name="Ana Ruiz")
    make_participant(desk.edition, name="Ana Ruiz Vega")
    firm = make_exhibitor(desk.edition)
    by_name = {"a": "ana ruiz", "other": firm.organisation.name["zh"], "note": "Asked by counsel."}
    assert desk.post("meetings/apart/", by_name).status_code == 302
    pair = BlockedPair.objects.get()
    assert (pair.a, pair.exhibitor) == (one, firm)
    assert "Asked by counsel." in sentences(desk.get("meetings/apart/"))
    unclear = desk.post("meetings/apart/", {"a": "Ana", "other": firm.code})
    assert "Several fit. Write the code" in sentences(unclear)
    assert "Nobody here is called" in sentences(desk.post("meetings/apart/", {"a": "Nobody", "other": "x"}))
    desk.post(f"meetings/apart/{pair.pk}/remove/", {})
    assert not BlockedPair.objects.exists()


def test_tables_are_laid_out_lost_and_taken_back(desk: Desk) -> None:
    hall = make_area(desk.edition)
    desk.post("meetings/places/", {"part": "tables", "area": str(hall.pk), "count": "3"})
    assert Resource.objects.filter(area=hall, kind="table").count() == 3
    first = Resource.objects.get(area=hall, number=1)
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    meeting = make_meeting(slot, make_participant(desk.edition), make_participant(desk.edition), table=first)
    response = desk.client.post(desk.address(f"meetings/places/{first.pk}/"), {}, follow=True)
    assert "1 meeting sits at another place now" in sentences(response)
    assert Booking.objects.get(meeting=meeting, resource__kind="table").resource.number == 2
    assert "out of use" in sentences(desk.get("meetings/places/"))
    desk.post(f"meetings/places/{first.pk}/back/", {})
    first.refresh_from_db()
    assert not first.is_out
    wrong = desk.post("meetings/places/", {"part": "tables", "area": str(hall.pk), "count": "-2"})
    assert wrong.status_code == 422


def test_the_floor_shows_who_sits_where_now_and_next(desk: Desk) -> None:
    assert "No slot yet" in sentences(desk.get("meetings/"))
    now = timezone.now()
    slots = make_slots(desk.edition, 2, starts_at=now - timedelta(minutes=5))
    table = make_table(desk.edition, number=7)
    people = [make_participant(desk.edition, name=name) for name in ("Ana", "Ben", "Cai", "Dee")]
    meeting = make_meeting(slots[0], people[0], people[1], table=table)
    make_meeting(slots[1], people[2], people[3], table=table)
    page = desk.get("meetings/")
    text = sentences(page)
    assert "1 of 1 tables taken" in text
    assert re.search(r"Ana.*Ben.*next:.*Cai.*Dee", text)
    assert "data-floor-live" in page.content.decode()
    part = desk.client.get(desk.address("meetings/"), headers={"X-Part": "floor"})
    assert b"<html" not in part.content
    assert b'class="seat busy"' in part.content
    desk.post(f"meetings/all/{meeting.code}/came/{people[0].code}/", {"came": "1"})
    desk.post(f"meetings/all/{meeting.code}/came/{people[1].code}/", {"came": "0"})
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.NO_SHOW
    assert list(meeting.people.order_by("-side").values_list("came", flat=True)) == [True, False]
    assert "did not come" in sentences(desk.get("meetings/"))


def test_a_meeting_moves_by_hand_where_it_disturbs_nothing(desk: Desk) -> None:
    make_rules(desk.edition)
    slots = make_slots(desk.edition, 3, starts_at=LATER)
    meeting = two_at_a_table(desk, slots[0])
    busy = meeting.people.get(side="asker").participant
    other = make_participant(desk.edition, name="Otto Busy")
    make_meeting(slots[1], busy, other, table=make_table(desk.edition))
    page = desk.get(f"meetings/all/{meeting.code}/move/")
    assert f"{busy.name} meets Otto Busy then" in sentences(page)
    radios = re.findall(
        r'<input type="radio" name="slot" value="(\d+)" required( disabled)?', page.content.decode()
    )
    assert radios == [(str(slots[1].pk), " disabled"), (str(slots[2].pk), "")]
    refused = desk.client.post(
        desk.address(f"meetings/all/{meeting.code}/move/"), {"slot": str(slots[1].pk)}, follow=True
    )
    assert Meeting.objects.get(pk=meeting.pk).slot == slots[0], sentences(refused)
    desk.post(f"meetings/all/{meeting.code}/move/", {"slot": str(slots[2].pk)})
    moved = Meeting.objects.get(pk=meeting.pk)
    assert moved.slot == slots[2]
    assert set(moved.bookings.values_list("slot", flat=True)) == {slots[2].pk}


def test_a_meeting_moves_all_the_same_with_a_reason(desk: Desk) -> None:
    make_rules(desk.edition)
    slots = make_slots(desk.edition, 3, starts_at=LATER)
    meeting = two_at_a_table(desk, slots[0])
    busy = meeting.people.get(side="asker").participant
    other = make_meeting(
        slots[1], busy, make_participant(desk.edition, name="Otto Busy"), table=make_table(desk.edition)
    )
    other.people.filter(participant=busy).update(confirmed_at=LATER - timedelta(days=2))
    path = f"meetings/all/{meeting.code}/move/{slots[1].pk}/"
    assert desk.address(path) in desk.get(f"meetings/all/{meeting.code}/move/").content.decode()
    page = desk.get(path)
    text = sentences(page)
    assert re.search(r"Otto Busy.*by somebody.*moves to .*10:00", text)
    seen = re.findall(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen == [f"{meeting.code}.1", f"{other.code}.1"]
    silent = desk.post(path, {"seen": seen, "reason": ""})
    assert silent.status_code == 422
    unticked = desk.post(path, {"seen": seen, "reason": "The minister comes."})
    assert unticked.status_code == 422
    assert "Tick that you want this" in sentences(unticked)
    assert 'value="The minister comes."' in unticked.content.decode(), "what was typed is kept"
    old = desk.post(
        path, {"seen": [f"{meeting.code}.1", f"{other.code}.9"], "reason": "x", "though_confirmed": "on"}
    )
    assert old.status_code == 422
    assert "Something changed here meanwhile" in sentences(old)
    answer = {"seen": seen, "reason": "The minister comes.", "though_confirmed": "on"}
    done = desk.client.post(desk.address(path), answer, follow=True)
    assert "1 other meeting has another time." in sentences(done)
    meeting.refresh_from_db()
    other.refresh_from_db()
    assert (meeting.slot, other.slot) == (slots[1], slots[2])
    again = desk.client.get(desk.address(path), follow=True)
    assert "cannot be moved there" in sentences(again)


def test_a_meeting_is_called_off_with_a_reason(desk: Desk) -> None:
    make_rules(desk.edition)
    meeting = two_at_a_table(desk)
    silent = desk.post(f"meetings/all/{meeting.code}/cancel/", {"reason": ""})
    assert silent.status_code == 422
    assert meeting.bookings.count() == 3
    desk.post(f"meetings/all/{meeting.code}/cancel/", {"reason": "The hall is closed."})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason, meeting.bookings.count()) == (
        "cancelled",
        "The hall is closed.",
        0,
    )
    assert meeting.code not in desk.get("meetings/all/").content.decode()
    assert meeting.code in desk.get("meetings/all/", state="cancelled").content.decode()


def test_meetings_are_found_and_taken_out(desk: Desk) -> None:
    hall = make_area(desk.edition, code="n1", name={"en": "North hall"})
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    ana = make_participant(desk.edition, name="=Ana", organisation_name="Kilima")
    there = make_meeting(
        slot, ana, make_participant(desk.edition), table=make_table(desk.edition, hall, number=4)
    )
    away = make_meeting(slot, make_participant(desk.edition), make_participant(desk.edition), place="online")
    found = {
        ("q", "kilima"): [there],
        ("hall", "n1"): [there],
        ("place", "online"): [away],
        ("look", "stuck"): [away],
        ("day", "2099-01-05"): [there, away],
        ("day", "2099-01-06"): [],
        ("state", "held"): [],
        ("look", "nonsense"): [],
    }
    for (key, value), wanted in found.items():
        page = desk.get("meetings/all/", **{key: value}).content.decode()
        assert [one for one in (there, away) if f"/all/{one.code}/" in page] == wanted, (key, value)
    rows = list(
        csv.reader(io.StringIO(desk.get("meetings/all.csv", q="kilima").getvalue().decode("utf-8-sig")))
    )
    assert len(rows) == 2
    assert rows[1][:4] == ["2099-01-05", "09:00", "09:20", "N1 North hall, table 4"]
    assert rows[1][4] == "'=Ana", "no spreadsheet runs a name"
    assert desk.get("meetings/all.xlsx").getvalue()[:2] == b"PK"


def test_people_are_found_with_what_they_have(desk: Desk) -> None:
    meeting = two_at_a_table(desk)
    asker, asked = (meeting.people.get(side=side).participant for side in ("asker", "asked"))
    idle = make_participant(desk.edition, name="Ida Idle", is_on_site=False)
    gone = make_participant(desk.edition, name="Gone", is_out=True)
    make_request(idle, exhibitor=asked.exhibitor)
    found = {
        ("q", "ida"): [idle],
        ("side", "staff"): [asked],
        ("meets", "none"): [idle],
        ("way", "online"): [idle],
        ("meets", "absent"): [],
    }
    for (key, value), wanted in found.items():
        page = desk.get("meetings/people/", **{key: value}).content.decode()
        shown = [one for one in (asker, asked, idle, gone) if f"/people/{one.code}/" in page]
        assert shown == wanted, (key, value)
    rows = list(csv.DictReader(io.StringIO(desk.get("meetings/people.csv").getvalue().decode("utf-8-sig"))))
    by_name = {row["Name"]: row for row in rows}
    assert by_name["Ida Idle"]["Open requests sent"] == "1"
    assert by_name[asker.name]["Meetings"] == "1"
    page = sentences(desk.get(f"meetings/people/{idle.code}/"))
    assert "No meeting yet." in page
    assert "They have not said" in page


def test_who_waits_stands_in_order_and_can_be_taken_out(desk: Desk) -> None:
    make_rules(desk.edition)
    firm = make_exhibitor(desk.edition)
    slot = make_slots(desk.edition, 1, starts_at=LATER)[0]
    first, second = (
        make_participant(desk.edition, name="First"),
        make_participant(desk.edition, name="Second"),
    )
    waits = NextInLine.objects.create(edition=desk.edition, participant=first, exhibitor=firm)
    NextInLine.objects.create(
        edition=desk.edition, participant=second, exhibitor=firm, offered_slot=slot, offered_until=LATER
    )
    page = sentences(desk.get("meetings/waiting/"))
    assert page.index("Second") < page.index("First"), "an offer to answer stands first"
    desk.post(f"meetings/waiting/{waits.pk}/remove/", {})
    waits.refresh_from_db()
    assert waits.ended_at is not None


def test_requests_are_listed_open_ones_first_of_all(desk: Desk) -> None:
    firm = make_exhibitor(desk.edition)
    make_request(make_participant(desk.edition, name="Open Olga"), exhibitor=firm)
    make_request(make_participant(desk.edition, name="Done Dora"), exhibitor=firm, state="declined")
    page = sentences(desk.get("meetings/requests/"))
    assert "Open Olga" in page
    assert "Done Dora" not in page
    assert "Done Dora" in sentences(desk.get("meetings/requests/", state="all"))
    firm_name = firm.organisation.name["zh"]
    assert "Done Dora" in sentences(desk.get("meetings/requests/", state="all", q=firm_name))


@pytest.mark.parametrize("path", ["meetings/", "meetings/all/", "meetings/people/", "meetings/requests/"])
def test_a_list_costs_the_same_queries_however_long(desk: Desk, path: str) -> None:
    slot = make_slots(desk.edition, 2, starts_at=LATER)[0]

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(path).status_code == 200
        return len(caught)

    def more() -> None:
        meeting = two_at_a_table(desk, slot)
        make_request(make_participant(desk.edition), exhibitor=meeting.exhibitor)

    more()
    desk.get(path)  # what a process reads once
    few = queries()
    more()
    more()
    assert queries() == few


def test_those_who_only_read_change_nothing(desk: Desk) -> None:
    meeting = two_at_a_table(desk)
    reader = make_user()
    make_team_member(desk.edition, reader, "reviewer")
    client = Desk.client_of(reader)
    page = client.get(desk.address(f"meetings/all/{meeting.code}/"))
    assert page.status_code == 200
    assert "Call it off" not in sentences(page)
    assert (
        client.post(desk.address(f"meetings/all/{meeting.code}/cancel/"), {"reason": "x"}).status_code == 404
    )
    assert client.get(desk.address("meetings/rules/")).status_code == 404
    meeting.refresh_from_db()
    assert meeting.state == "scheduled"
