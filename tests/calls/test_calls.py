"""Who enters a call and who does not, who is put out, when it ends, and what stays behind."""

from datetime import timedelta

import pytest
from django.http import Http404

from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.calls.access import (
    find_place,
    get_place_by_link,
    get_place_for,
    invitation,
    may_listen,
    may_signal,
    read_invitation,
)
from everfair.calls.actions.entering import admit, come, enter, leave, refuse, remove, still_here
from everfair.calls.actions.inside import agree_to_record, fall_back, keep_private_notes, save_notes, show_as
from everfair.calls.actions.opening import call_of_conversation, call_of_meeting, end_call, follow_calls
from everfair.calls.models import Call, CallPerson, CallRules
from everfair.conversations.actions.manners import block
from everfair.exhibition.models import Exhibitor
from everfair.meetings.actions.booking import book_meeting
from everfair.meetings.models import Meeting
from tests.factories.calls import make_call, make_person, place_of
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of, stand_of
from tests.factories.fair import make_team_member
from tests.factories.people import make_user
from tests.meetings.world import make_world

pytestmark = pytest.mark.django_db


def both(call: Call) -> tuple[CallPerson, CallPerson]:
    """The visitor and a colleague of the firm, inside."""
    assert call.conversation is not None
    visitor, firm = party_of(call.conversation, "a").user, party_of(call.conversation, "b").exhibitor
    assert visitor is not None
    assert firm is not None
    return make_person(call, visitor), make_person(call, make_colleague(firm, name="Otieno"))


def test_two_sides_have_one_call_at_a_time() -> None:
    call = make_call()
    talk = call.conversation
    assert talk is not None
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    colleague = make_colleague(firm)
    assert call_of_conversation(stand_of(colleague, talk), by=colleague, now=NOW) == call
    assert talk.messages.get(note="call_started").note_facts == {"en": call.code}
    end_call(call, by=None, now=NOW)
    assert call_of_conversation(stand_of(colleague, talk), by=colleague, now=NOW) != call


def test_both_enter_and_strangers_do_not() -> None:
    call = make_call()
    one, two = both(call)
    call.refresh_from_db()
    assert (one.role, one.state, two.firm != "", call.opened_at) == ("host", "in", True, NOW)
    administrator = make_team_member(call.edition, role="administrator").user
    for stranger in (make_user(), administrator, make_user(is_superuser=True)):
        assert find_place(stranger, call.code) is None
        assert not may_listen(stranger, call.code)
        assert may_signal(stranger, call.code) is None
        with pytest.raises(Http404):
            get_place_for(stranger, call.edition, call.code)


def test_a_guest_waits_until_somebody_lets_them_in() -> None:
    call = make_call()
    host, _other = both(call)
    guest = make_user(name="Interpreter Li")
    token = invitation(call)
    assert read_invitation(token) == call.code
    assert read_invitation(token[:-1] + ("A" if token[-1] != "A" else "B")) == ""
    with pytest.raises(Http404):
        get_place_by_link(guest, call.edition, make_call().code, token)
    person = come(
        get_place_by_link(guest, call.edition, call.code, token), by=guest, is_interpreter=True, now=NOW
    )
    assert (person.state, person.role) == ("waiting", "interpreter")
    with pytest.raises(Refused, match="Wait until"):
        enter(person, by=guest, now=NOW)
    assert may_signal(guest, call.code) is None
    admit(person, by=host.user)
    enter(person, by=guest, now=NOW)
    assert may_signal(guest, call.code) is not None


def test_a_removed_person_stays_out_until_let_in_again() -> None:
    call = make_call()
    host, other = both(call)
    assert other.user is not None
    remove(other, by=host.user, now=NOW)
    assert may_signal(other.user, call.code) is None
    assert not may_listen(other.user, call.code)
    with pytest.raises(Refused, match="taken out"):
        enter(other, by=other.user, now=NOW)
    with pytest.raises(Refused, match="taken out"):
        come(place_of(other.user, call), by=other.user, now=NOW)
    with pytest.raises(Refused, match="leave it instead"):
        remove(host, by=host.user)
    admit(other, by=host.user)
    enter(other, by=other.user, now=NOW)
    assert may_signal(other.user, call.code) is not None


def test_who_is_refused_is_not_in_and_states_cannot_be_skipped() -> None:
    call = make_call()
    host, _other = both(call)
    guest = make_user(name="G")
    person = come(get_place_by_link(guest, call.edition, call.code, invitation(call)), by=guest, now=NOW)
    refuse(person, by=host.user)
    with pytest.raises(Refused, match="not let in"):
        enter(person, by=guest, now=NOW)
    with pytest.raises(IllegalChange):
        refuse(person, by=host.user)


def test_a_meetings_room_keeps_its_hours() -> None:
    fair = make_world(slots=2)
    buyer = fair.buyer()
    meeting = book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=NOW - timedelta(days=9))
    user = buyer.user or buyer.registration.user
    call = call_of_meeting(meeting, by=user, now=NOW - timedelta(days=1))
    assert call_of_meeting(meeting, by=user) == call
    place = place_of(user, call)
    starts, ends = fair.slots[0].starts_at, fair.slots[0].ends_at
    with pytest.raises(Refused, match="opens in 5 minutes"):
        come(place, by=user, now=starts - timedelta(minutes=15))
    with pytest.raises(Refused, match="is over"):
        come(place, by=user, now=ends + timedelta(minutes=16))
    assert come(place, by=user, now=starts - timedelta(minutes=9)).state == "admitted"
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    with pytest.raises(Refused, match="cancelled"):
        come(place_of(user, call), by=user, now=starts)


def test_a_fourth_fits_between_browsers_and_a_fifth_does_not() -> None:
    call = make_call()
    host, _other = both(call)
    for n in range(3):
        guest = make_user(name=f"G{n}")
        person = come(get_place_by_link(guest, call.edition, call.code, invitation(call)), by=guest, now=NOW)
        admit(person, by=host.user)
        if n < 2:
            enter(person, by=guest, now=NOW)
        else:
            with pytest.raises(Refused, match="At most 4"):
                enter(person, by=guest, now=NOW)
    assert CallPerson.objects.filter(call=call, state="in").count() == 4


def test_who_goes_silent_has_left_and_an_empty_call_ends() -> None:
    call = make_call()
    one, two = both(call)
    still_here(one, NOW + timedelta(seconds=60))
    assert follow_calls(NOW + timedelta(seconds=61)) == 0
    two.refresh_from_db()
    one.refresh_from_db()
    assert (one.state, two.state) == ("in", "left")
    leave(one, by=one.user, now=NOW + timedelta(seconds=70))
    assert follow_calls(NOW + timedelta(minutes=5)) == 0, "somebody may come back"
    assert follow_calls(NOW + timedelta(minutes=7)) == 1
    call.refresh_from_db()
    assert call.state == Call.State.ENDED
    assert call.conversation is not None
    assert call.conversation.messages.filter(note="call_ended").count() == 1
    assert one.user is not None
    with pytest.raises(Refused, match="over"):
        come(place_of(one.user, call), by=one.user, now=NOW + timedelta(minutes=8))


def test_one_shows_the_screen_at_a_time() -> None:
    one, two = both(make_call())
    show_as(one, sharing=True, hand=True, muted=True)
    show_as(two, sharing=True, mode="sound", language="zh")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.is_sharing, one.is_muted, one.hand_at is not None) == (False, True, True)
    assert (two.is_sharing, two.mode, two.language) == (True, "sound", "zh")
    leave(two, by=two.user)
    with pytest.raises(Refused, match="not in this call"):
        show_as(two, muted=True)


def test_notes_are_not_overwritten_and_private_ones_stay_private() -> None:
    one, two = both(make_call())
    save_notes(one.call, agenda="1. Price", text="We agreed", version=1, by=one.user)
    with pytest.raises(EditedMeanwhile):
        save_notes(two.call, agenda="", text="No", version=1, by=two.user)
    with pytest.raises(Refused, match="20,000"):
        save_notes(two.call, agenda="", text="x" * 20001, version=2, by=two.user)
    keep_private_notes(one, "He looked nervous")
    two.refresh_from_db()
    assert two.private_notes == ""
    assert Call.objects.get().shared_notes == "We agreed"


def test_recording_needs_everybody_and_a_server() -> None:
    one, two = both(make_call())
    with pytest.raises(Refused, match="cannot be recorded"):
        agree_to_record(one, True)
    CallRules.objects.create(edition=one.call.edition, may_record=True)
    Call.objects.update(provider="janus")
    assert agree_to_record(one, True, now=NOW).recording_since is None
    assert agree_to_record(two, True, now=NOW).recording_since == NOW
    assert agree_to_record(one, False, now=NOW).recording_since is None


def test_a_call_that_fails_is_said_in_the_conversation_once() -> None:
    one, two = both(make_call())
    fall_back(one, why="ice", now=NOW)
    fall_back(two, why="ice", now=NOW + timedelta(seconds=5))
    talk = one.call.conversation
    assert talk is not None
    assert talk.messages.filter(note="call_failed").count() == 1


def test_who_is_blocked_cannot_call() -> None:
    talk = make_conversation()
    person, firm = party_of(talk, "a").user, party_of(talk, "b").exhibitor
    assert person is not None
    assert firm is not None
    colleague = make_colleague(firm)
    block(stand_of(colleague, talk), by=colleague)
    with pytest.raises(Refused, match="No call is possible"):
        call_of_conversation(stand_of(person, talk), by=person, now=NOW)
    assert firm.state == Exhibitor.State.PUBLISHED
