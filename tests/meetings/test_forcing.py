"""Moved by hand though others are in the way: they go elsewhere or off, everybody is told why, who waits comes first."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import book_meeting, confirm, move_meeting
from everfair.meetings.actions.forcing import force_move
from everfair.meetings.actions.waiting import join_line
from everfair.meetings.models import Booking, FreeTime, Meeting, NextInLine, Participant
from everfair.meetings.queries.disturbing import displaced_by, move_options
from tests.factories.meetings import BEFORE, make_interpreter
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
WHY = "The minister comes at ten."


def met(
    fair: World, slot: int, buyer: Participant | None = None, staff: Participant | None = None
) -> Meeting:
    return book_meeting(fair.slots[slot], [buyer or fair.buyer()], [staff or fair.staff], by=None, now=BEFORE)


def seen(*meetings: Meeting) -> dict[str, int]:
    return {row.code: row.version for row in Meeting.objects.filter(pk__in=[one.pk for one in meetings])}


def only_free_in(fair: World, person: Participant, *slots: int) -> None:
    for n in slots:
        slot = fair.slots[n]
        FreeTime.objects.create(participant=person, starts_at=slot.starts_at, ends_at=slot.ends_at)
    Participant.objects.filter(pk=person.pk).update(said_when_free=BEFORE)
    person.refresh_from_db()


def force(fair: World, meeting: Meeting, slot: int, *others: Meeting, **extra: Any) -> Any:
    values = {"seen": seen(meeting, *others), "by": None, "now": BEFORE, **extra}
    return force_move(meeting, fair.slots[slot], values.pop("reason", WHY), **values)


def test_what_is_in_the_way_goes_to_the_nearest_time_and_all_are_told_why() -> None:
    fair = make_world()
    ours, theirs = met(fair, 0), met(fair, 3)
    plan = displaced_by(ours, fair.slots[3], BEFORE)
    assert [(one.meeting, one.to, one.is_confirmed) for one in plan] == [(theirs, fair.slots[4], False)]
    mail.outbox.clear()
    done = force(fair, ours, 3, theirs)
    assert ([one.pk for one in done.moved], done.called_off) == ([theirs.pk], ())
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.slot, theirs.slot) == (fair.slots[3], fair.slots[4])
    assert Booking.objects.filter(meeting=ours, slot=fair.slots[3]).count() == 3
    assert Booking.objects.filter(meeting=theirs, slot=fair.slots[4]).count() == 3
    assert Booking.objects.count() == 6
    readers = sorted(to for letter in mail.outbox for to in letter.to)
    wanted = [one.participant.user.email for row in (ours, theirs) for one in row.people.all()]
    assert readers == sorted(wanted), "both sides of both"
    assert all(WHY in letter.body for letter in mail.outbox)
    entry = AuditEntry.objects.get(event="meetings.meeting.forced")
    assert (entry.reason, entry.after["moved"], entry.after["called_off"]) == (WHY, [theirs.code], [])
    assert AuditEntry.objects.get(event="meetings.meeting.displaced").after == {"code": ours.code}


def test_without_another_time_it_is_called_off_and_waits_from_when_it_was_made() -> None:
    fair = make_world(slots=2)
    ours, guest = met(fair, 0), fair.buyer()
    only_free_in(fair, guest, 1)
    theirs = met(fair, 1, guest)
    mail.outbox.clear()
    done = force(fair, ours, 1, theirs)
    assert [one.pk for one in done.called_off] == [theirs.pk]
    theirs.refresh_from_db()
    assert (theirs.state, theirs.reason, theirs.bookings.count()) == ("cancelled", WHY, 0)
    line = NextInLine.objects.get()
    assert (line.participant, line.exhibitor, line.since) == (guest, fair.firm, theirs.made_at)
    assert len([one for one in mail.outbox if WHY in one.body]) == 4


def test_what_comes_free_goes_to_who_waits_in_their_order() -> None:
    """Called off, its asker stands before those who began to wait later, and after those who began earlier."""
    fair = make_world(slots=2)
    ours, guest = met(fair, 0), fair.buyer()
    only_free_in(fair, guest, 1)
    theirs = met(fair, 1, guest)
    waits = fair.buyer()
    join_line(waits, fair.firm, by=None, now=BEFORE + timedelta(hours=1))
    force(fair, ours, 1, theirs)
    line = NextInLine.objects.get(participant=waits)
    assert line.offered_slot == fair.slots[0], "the guest is not free then"
    assert list(NextInLine.objects.order_by("since").values_list("participant", flat=True)) == [
        guest.pk, waits.pk,
    ]  # fmt: skip


def test_a_time_that_came_free_is_not_taken_from_who_waits() -> None:
    """The one in the way could go where the other was, but somebody has waited for that."""
    fair = make_world(slots=2)
    ours, theirs = met(fair, 0), met(fair, 1)
    waits = fair.buyer()
    join_line(waits, fair.firm, by=None, now=BEFORE)
    NextInLine.objects.update(since=BEFORE.replace(year=2025))
    force(fair, ours, 1, theirs)
    assert NextInLine.objects.get(participant=waits).offered_slot == fair.slots[0]
    theirs.refresh_from_db()
    assert theirs.state == "cancelled"


def test_confirmed_ones_need_a_tick_of_their_own() -> None:
    fair = make_world()
    ours, theirs = met(fair, 0), met(fair, 3)
    confirm(theirs, fair.staff, by=None, now=BEFORE)
    with pytest.raises(Refused, match="confirmed") as refused:
        force(fair, ours, 3, theirs)
    assert refused.value.field == "though_confirmed"
    assert Meeting.objects.get(pk=ours.pk).slot == fair.slots[0]
    force(fair, ours, 3, theirs, though_confirmed=True)
    theirs.refresh_from_db()
    assert not theirs.people.exclude(confirmed_at=None).exists(), "they are asked again"


def test_nothing_is_moved_when_something_changed_since_the_page_was_read() -> None:
    fair = make_world()
    ours, theirs = met(fair, 0), met(fair, 3)
    before = seen(ours, theirs)
    move_meeting(theirs, fair.slots[5], by=None, now=BEFORE)
    with pytest.raises(Refused, match="Something changed"):
        force(fair, ours, 3, seen=before)
    move_meeting(theirs, fair.slots[3], by=None, now=BEFORE)
    with pytest.raises(Refused, match="Something changed"):
        force(fair, ours, 3, seen=before)  # the same meetings, another version
    with pytest.raises(Refused, match="Something changed"):
        force(fair, ours, 3, seen=seen(ours))
    assert Meeting.objects.get(pk=ours.pk).slot == fair.slots[0]


def test_a_reason_and_a_time_to_come_are_needed() -> None:
    fair = make_world()
    ours, theirs = met(fair, 0), met(fair, 3)
    with pytest.raises(Refused) as refused:
        force(fair, ours, 3, theirs, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match="begun already"):
        force(fair, ours, 3, theirs, now=fair.slots[3].starts_at)


def test_what_cannot_be_even_so_leaves_everything_as_it_was() -> None:
    """The only interpreter is at a third meeting then: nothing is called off, nothing noted."""
    fair = make_world()
    make_interpreter(fair.edition)
    guest, far = fair.buyer(languages=["zh"]), fair.buyer(languages=["zh"])
    ours = book_meeting(fair.slots[0], [guest], [fair.staff], interpreter=("zh", "en"), by=None, now=BEFORE)
    book_meeting(fair.slots[3], [far], [fair.colleague()], interpreter=("zh", "en"), by=None, now=BEFORE)
    theirs = met(fair, 3)
    noted = AuditEntry.objects.count()
    with pytest.raises(Refused, match="Nothing was changed"):
        force(fair, ours, 3, theirs)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.slot, theirs.version) == ("scheduled", fair.slots[3], 1)
    assert AuditEntry.objects.count() == noted
    assert NextInLine.objects.count() == 0


def test_only_where_nothing_but_meetings_is_in_the_way() -> None:
    fair = make_world()
    guest = fair.buyer()
    only_free_in(fair, guest, 0, 3, 4)
    ours = met(fair, 0, guest)
    met(fair, 3)
    by_slot = {option.slot.pk: option for option in move_options(ours, BEFORE)}
    assert by_slot[fair.slots[3].pk].can_be_forced
    assert by_slot[fair.slots[4].pk].is_free
    assert not by_slot[fair.slots[4].pk].can_be_forced
    assert not by_slot[fair.slots[5].pk].can_be_forced, "the guest is not free then"
