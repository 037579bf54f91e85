"""Duties at the booth: said on the fair's clock, never two at once, busy in every diary, open at the stand where allowed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import SlotTaken, book_meeting
from everfair.meetings.actions.duties import copy_day, remove_duty, save_duty
from everfair.meetings.forms.duties import CopyDayForm, DutyForm
from everfair.meetings.models import Booking, BoothDuty, MeetingRules, Participant, Slot
from everfair.meetings.queries.busy import busy_of
from everfair.meetings.queries.duties import day_span, duties_of_firm, duty_rows, roster_of
from everfair.meetings.queries.free import free_slots, free_slots_with_firm
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import (
    BEFORE,
    make_duty,
    make_line,
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_stand_place,
    make_table,
)
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def fair(db: None) -> World:
    return make_world()


def numbers(fair: World, *people: Participant, **ways: Any) -> list[int]:
    """Which of the six slots are free."""
    return [fair.slots.index(slot) for slot in free_slots(people, now=BEFORE, **ways)]


def values(person: Participant, slot: Slot, until: Slot | None = None, **more: Any) -> dict[str, Any]:
    return {"person": person, "starts_at": slot.starts_at, "ends_at": (until or slot).ends_at, **more}


def test_whoever_is_at_the_booth_is_asked_for_nothing_then(fair: World) -> None:
    save_duty(fair.firm, None, values(fair.staff, fair.slots[1], fair.slots[2]), by=None)
    make_line(fair.edition)
    make_stand_place(fair.firm)
    assert numbers(fair, fair.staff) == [0, 3, 4, 5]
    assert numbers(fair, fair.staff, place="stand", exhibitor=fair.firm) == [0, 3, 4, 5]
    MeetingRules.objects.update(buffer=15)
    assert numbers(fair, fair.staff, place="online") == [4, 5], "from the booth to a call takes the pause too"
    with pytest.raises(SlotTaken):
        book_meeting(fair.slots[1], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    assert Booking.objects.count() == 0


def test_at_the_own_stand_where_the_roster_says_so_and_nowhere_else(fair: World) -> None:
    make_stand_place(fair.firm)
    other = make_exhibitor(fair.edition)
    make_stand_place(other)
    make_duty(fair.staff, fair.slots[1].starts_at, fair.slots[2].ends_at, may_meet=True)
    assert numbers(fair, fair.staff) == [0, 3, 4, 5]
    assert numbers(fair, fair.staff, place="stand", exhibitor=fair.firm) == [0, 1, 2, 3, 4, 5]
    assert numbers(fair, fair.staff, place="stand", exhibitor=other) == [0, 3, 4, 5]
    meeting = book_meeting(
        fair.slots[1], [fair.buyer()], [fair.staff], place="stand", exhibitor=fair.firm, by=None, now=BEFORE
    )
    assert meeting.bookings.filter(resource__kind="stand").count() == 1
    assert numbers(fair, fair.staff, place="stand", exhibitor=fair.firm) == [0, 2, 3, 4, 5]


def test_a_firm_is_met_by_whoever_is_not_at_the_booth(fair: World) -> None:
    colleague = fair.colleague()
    make_duty(fair.staff, fair.slots[0].starts_at, fair.slots[3].ends_at)
    make_duty(colleague, fair.slots[3].starts_at, fair.slots[4].ends_at)
    free = free_slots_with_firm([fair.buyer()], fair.firm, now=BEFORE)
    assert [fair.slots.index(slot) for slot in free] == [0, 1, 2, 4, 5]


def test_the_way_from_the_booth_counts(fair: World) -> None:
    far = make_area(fair.edition)
    fair.firm.area = far
    fair.firm.save(update_fields=["area"])
    MeetingRules.objects.update(walking={" ".join(sorted((far.code, fair.hall.code))): 15})
    make_duty(fair.staff, fair.slots[2].starts_at, fair.slots[2].ends_at)
    assert numbers(fair, fair.staff) == [0, 4, 5]


def test_two_duties_of_one_person_never_overlap(fair: World) -> None:
    save_duty(fair.firm, None, values(fair.staff, fair.slots[1], fair.slots[2]), by=None)
    with pytest.raises(Refused, match="from 09:30 to 10:20 already") as refused:
        save_duty(fair.firm, None, values(fair.staff, fair.slots[2]), by=None)
    assert refused.value.field == "starts"
    save_duty(fair.firm, None, values(fair.colleague(), fair.slots[2]), by=None)
    touching = {
        **values(fair.staff, fair.slots[2]),
        "starts_at": fair.slots[2].ends_at,
        "ends_at": fair.slots[3].ends_at,
    }
    save_duty(fair.firm, None, touching, by=None)
    assert BoothDuty.objects.filter(participant=fair.staff).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        make_duty(fair.staff, fair.slots[1].starts_at, fair.slots[5].ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_duty(fair.staff, fair.slots[5].starts_at, fair.slots[5].starts_at)


def test_changing_moving_to_a_colleague_and_removing_leave_traces(fair: World) -> None:
    duty = save_duty(fair.firm, None, values(fair.staff, fair.slots[1]), by=None).duty
    save_duty(
        fair.firm, duty, values(fair.staff, fair.slots[1], fair.slots[2], note=" Early \n shift "), by=None
    )
    colleague = fair.colleague()
    save_duty(fair.firm, duty, values(colleague, fair.slots[1], may_meet=True), by=None)
    duty.refresh_from_db()
    assert (duty.participant, duty.ends_at, duty.may_meet, duty.note) == (
        colleague,
        fair.slots[1].ends_at,
        True,
        "",
    )
    save_duty(fair.firm, duty, values(colleague, fair.slots[1], may_meet=True), by=None)  # nothing new
    assert remove_duty(duty, by=None)
    duty.pk = duty.pk or 0
    events = list(
        AuditEntry.objects.filter(event__startswith="meetings.duty.")
        .order_by("pk")
        .values_list("event", flat=True)
    )
    assert events == [
        "meetings.duty.added",
        "meetings.duty.changed",
        "meetings.duty.changed",
        "meetings.duty.removed",
    ]
    assert numbers(fair, colleague) == [0, 1, 2, 3, 4, 5]


def test_a_duty_somebody_removed_meanwhile(fair: World) -> None:
    duty = make_duty(fair.staff, fair.slots[1].starts_at, fair.slots[1].ends_at)
    BoothDuty.objects.all().delete()
    assert not remove_duty(duty, by=None)
    with pytest.raises(Refused, match="removed meanwhile"):
        save_duty(fair.firm, duty, values(fair.staff, fair.slots[2]), by=None)


def test_only_people_of_the_firm_within_the_fair(fair: World) -> None:
    stranger = make_participant(fair.edition, exhibitor=make_exhibitor(fair.edition))
    slot = fair.slots[0]
    for wrong, field in (
        (values(stranger, slot), "person"),
        (values(fair.staff, slot) | {"ends_at": slot.starts_at}, "ends"),
        (values(fair.staff, slot) | {"starts_at": slot.starts_at - timedelta(days=40)}, "day"),
        (values(fair.staff, slot) | {"ends_at": slot.starts_at + timedelta(hours=26)}, "ends"),
    ):
        with pytest.raises(Refused) as refused:
            save_duty(fair.firm, None, wrong, by=None)
        assert refused.value.field == field
    assert not BoothDuty.objects.exists()


def test_agreed_meetings_are_named_and_stay(fair: World) -> None:
    make_stand_place(fair.firm)
    at_table = make_meeting(fair.slots[1], fair.buyer(), fair.staff)
    at_stand = make_meeting(fair.slots[2], fair.buyer(), fair.staff, place="stand")
    make_meeting(fair.slots[2], fair.buyer(), fair.colleague())
    make_meeting(fair.slots[4], fair.buyer(), fair.staff)
    planned = save_duty(fair.firm, None, values(fair.staff, fair.slots[0], fair.slots[3]), by=None)
    assert planned.meetings == (at_table, at_stand)
    again = save_duty(
        fair.firm, planned.duty, values(fair.staff, fair.slots[0], fair.slots[3], may_meet=True), by=None
    )
    assert again.meetings == (at_table,)
    assert Booking.objects.filter(meeting=at_table).count() == 2


def test_a_day_is_copied_by_the_clock_and_nothing_is_overwritten(fair: World) -> None:
    colleague, day = fair.colleague(), fair.edition.starts_on
    make_duty(fair.staff, fair.slots[0].starts_at, fair.slots[1].ends_at, may_meet=True, note="Morning")
    make_duty(colleague, fair.slots[2].starts_at, fair.slots[3].ends_at)
    next_day = day + timedelta(days=1)
    make_duty(
        colleague, fair.slots[3].starts_at + timedelta(days=1), fair.slots[4].ends_at + timedelta(days=1)
    )
    done = copy_day(fair.firm, day, [next_day], by=None)
    assert (done.made, done.left_out) == (1, 1)
    copy = BoothDuty.objects.get(participant=fair.staff, starts_at__gte=day_span(next_day, SHANGHAI)[0])
    assert (copy.starts_at - fair.slots[0].starts_at, copy.may_meet, copy.note) == (
        timedelta(days=1),
        True,
        "Morning",
    )
    again = copy_day(fair.firm, day, [next_day], by=None)
    assert (again.made, again.left_out) == (0, 2)
    for wrong in ([], [day], [day - timedelta(days=1)]):
        with pytest.raises(Refused):
            copy_day(fair.firm, day, wrong, by=None)
    with pytest.raises(Refused, match="nothing to copy"):
        copy_day(make_exhibitor(fair.edition), day, [next_day], by=None)


def berlin() -> World:
    """A fair over the night of 25 October 2026, when Berlin puts its clocks back at three."""
    edition = make_edition(
        time_zone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 25)
    )
    make_rules(edition)
    firm = make_exhibitor(edition)
    slots = make_slots(edition, 6, starts_at=datetime(2026, 10, 25, 0, 0, tzinfo=UTC), minutes=30, pause=0)
    make_table(edition)
    return World(edition, firm, make_participant(edition, exhibitor=firm), None, make_area(edition), slots)  # type: ignore[arg-type]


def typed(fair: World, **data: Any) -> DutyForm:
    zone = ZoneInfo(fair.edition.time_zone)
    days = [fair.edition.starts_on, fair.edition.ends_on]
    return DutyForm({"person": fair.staff.code, **data}, staff=[fair.staff], days=days, zone=zone)


def test_an_hour_that_comes_twice_counts_whole() -> None:
    fair = berlin()
    form = typed(fair, day="2026-10-25", starts="02:30", ends="03:00")
    assert form.is_valid(), form.errors
    assert form.values()["starts_at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert form.values()["ends_at"] == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    save_duty(fair.firm, None, form.values(), by=None)
    assert numbers(fair, fair.staff) == [0, 4, 5]
    whole = typed(fair, day="2026-10-25", starts="00:00", ends="00:00")
    assert whole.is_valid()
    assert whole.values()["ends_at"] - whole.values()["starts_at"] == timedelta(hours=25)


def test_an_hour_that_the_clock_skips_is_refused_beside_its_field() -> None:
    edition = make_edition(time_zone="Europe/Berlin", starts_on=date(2026, 3, 28), ends_on=date(2026, 3, 29))
    fair = World(edition, make_exhibitor(edition), None, None, None, [])  # type: ignore[arg-type]
    fair.staff = make_participant(edition, exhibitor=fair.firm)
    form = typed(fair, day="2026-03-29", starts="02:30", ends="04:00")
    assert "02:00 straight to 03:00" in form.errors["starts"][0]
    assert (
        "02:00 straight to 03:00"
        in typed(fair, day="2026-03-29", starts="01:00", ends="02:15").errors["ends"][0]
    )
    saturday = typed(fair, day="2026-03-28", starts="02:30", ends="04:00")
    assert saturday.is_valid()
    save_duty(fair.firm, None, saturday.values(), by=None)
    done = copy_day(fair.firm, date(2026, 3, 28), [date(2026, 3, 29)], by=None)
    assert (done.made, done.left_out) == (0, 1)


def test_what_is_typed_wrong_is_said_beside_its_field(fair: World) -> None:
    day = fair.edition.starts_on.isoformat()
    for data, field, sentence in (
        ({"day": day, "starts": "10:00", "ends": "09:00"}, "ends", "ends before it begins"),
        ({"day": day, "starts": "", "ends": "09:00"}, "starts", "required"),
        ({"day": day, "starts": "25:00", "ends": "09:00"}, "starts", "such as 14:30"),
        (
            {"day": "2030-01-01", "starts": "10:00", "ends": "11:00"},
            "day",
            "not one of the available choices",
        ),
        (
            {"person": "x", "day": day, "starts": "10:00", "ends": "11:00"},
            "person",
            "not one of the available",
        ),
    ):
        form = typed(fair, **data)
        assert sentence in form.errors[field][0], (data, form.errors)
    midnight = typed(fair, day=day, starts="22:00", ends="24:00")
    assert midnight.is_valid()
    assert midnight.values()["ends_at"].astimezone(SHANGHAI).strftime("%d %H:%M") == "05 00:00"
    days = [fair.edition.starts_on, fair.edition.ends_on]
    assert not CopyDayForm({}, days=days, day=days[0]).is_valid()
    assert not CopyDayForm({"to": [days[0].isoformat()]}, days=days, day=days[0]).is_valid()


def test_the_roster_says_when_nobody_is_there(fair: World) -> None:
    colleague = fair.colleague()
    make_duty(fair.staff, fair.slots[0].starts_at, fair.slots[1].ends_at)
    make_duty(colleague, fair.slots[1].starts_at, fair.slots[1].starts_at + timedelta(minutes=5))
    make_duty(colleague, fair.slots[3].starts_at, fair.slots[4].ends_at)
    roster = roster_of(fair.firm, fair.edition.starts_on, [fair.staff, colleague])
    assert [len(row.duties) for row in roster.rows] == [1, 2]
    assert roster.gaps == ((fair.slots[1].ends_at, fair.slots[3].starts_at),)
    empty = roster_of(fair.firm, fair.edition.ends_on, [fair.staff])
    assert (empty.count, empty.gaps) == (0, ())
    rows = list(duty_rows(duties_of_firm(fair.firm, colleague.code), SHANGHAI, str))
    assert [(row["day"], row["from"], row["until"], row["name"]) for row in rows] == [
        ("2026-09-04", "09:30", "09:35", colleague.name),
        ("2026-09-04", "10:30", "11:20", colleague.name),
    ]


def test_duties_cost_one_query_however_many(fair: World) -> None:
    def asked(people: list[Participant]) -> int:
        with CaptureQueriesContext(connection) as counted:
            busy_of(people, fair.edition, now=BEFORE)
        return len(counted)

    buyers = [fair.buyer(), fair.buyer()]
    without = asked(buyers)
    make_duty(fair.staff, fair.slots[0].starts_at, fair.slots[0].ends_at)
    one = asked([*buyers, fair.staff])
    assert one == without + 1
    staff = [fair.staff, fair.colleague(), fair.colleague()]
    for person in staff:
        make_duty(person, fair.slots[3].starts_at, fair.slots[3].ends_at)
    assert asked([*buyers, *staff]) == one
