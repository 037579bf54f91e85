"""A session's stage: who chooses, begins and ends it, who speaks, who listens, and who is out when the right is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import Refused
from everfair.calls import access, bridge
from everfair.calls.actions.entering import admit, come, enter, leave, remove
from everfair.calls.actions.listening import still_listening, stop_listening, take_place
from everfair.calls.actions.opening import end_call, follow_calls
from everfair.calls.actions.stages import begin, choose_stage, follow_stages, hush, leave_stage
from everfair.calls.models import Call, CallPerson, CallRules, Listener
from everfair.calls.queries import facts, rules
from everfair.gateways import live, video
from everfair.programme.actions.seats import give_back_seat, take_seat
from everfair.programme.actions.state import change_state
from tests.factories.calls import make_person, make_speaker_user, make_stage_call, place_of
from tests.factories.fair import make_team_member
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


class FakeJanus:
    """What is asked of the server for calls."""

    def __init__(self) -> None:
        self.seats: list[tuple[str, int, bool]] = []
        self.out: list[str] = []
        self.swept: list[int] = []
        self.closed: list[str] = []
        self.is_away = False

    def take_seat(self, room: str, person: str, name: str, **asked: Any) -> video.Seat:
        self.require()
        assert asked["kind"] == "stage"
        may_send = asked.get("may_send", True)
        self.seats.append((person, asked["size"], may_send))
        until = asked["now"] + asked["lasts"]
        return video.Seat(
            "stage", "janus", "7", "t", "wss://x", may_send, until, entry="e", feed=f"f-{person}"
        )

    def require(self) -> None:
        if self.is_away:
            raise video.NotAnswering("away")

    def remove(self, room: str, person: str, **asked: Any) -> None:
        self.require()
        self.out.append(person)

    def remove_all(self, room: str, people: list[str], **asked: Any) -> None:
        self.require()
        self.out += people

    def sweep(self, room: str, **asked: Any) -> int:
        self.require()
        self.swept.append(asked["senders"])
        return 0

    def close(self, room: str, **asked: Any) -> None:
        self.closed.append(room)


@pytest.fixture(autouse=True)
def janus(monkeypatch: pytest.MonkeyPatch, settings: Any) -> FakeJanus:
    settings.JANUS_URL = "http://127.0.0.1:9/janus"
    fake = FakeJanus()
    for name in ("take_seat", "remove", "remove_all", "sweep", "close"):
        monkeypatch.setattr(video, name, getattr(fake, name))
    return fake


@pytest.fixture
def call() -> Call:
    return make_stage_call()


def session_of(call: Call) -> Any:
    assert call.session is not None
    return call.session


def fresh(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def on_air(call: Call) -> tuple[Call, CallPerson]:
    """Begun, with its moderator on it."""
    host = make_person(call, make_speaker_user(session_of(call), "moderator"), now=timezone.now())
    return begin(call, by=host.user), host


def test_a_stage_is_chosen_once_and_left_again(call: Call, settings: Any) -> None:
    session = session_of(call)
    assert choose_stage(session, by=None) == call
    assert (call.provider, call.title, call.is_chosen) == ("janus", session.title, True)
    assert access.find_stage(session) == call
    assert Change.objects.filter(topic="programme.session", key=session.pk).exists(), (
        "public pages are drawn anew"
    )
    assert not leave_stage(call, by=None).is_chosen
    assert access.find_stage(session) is None
    session.live_url = "https://meet.example.org/x"
    session.save()
    again = choose_stage(session, by=None)
    assert (again.pk, again.is_chosen, again.spare_url) == (call.pk, True, "https://meet.example.org/x")
    assert AuditEntry.objects.filter(event="calls.stage.chosen").count() == 2
    settings.JANUS_URL = ""
    assert not bridge.can_stage()
    with pytest.raises(Refused, match="needs a server for calls"):
        choose_stage(make_session(session.edition, hour=3), by=None)
    settings.LIVEKIT_URL = "http://127.0.0.1:9"
    assert not bridge.can_stage(), "no page speaks with LiveKit"


def test_without_time_or_with_calls_closed_there_is_no_stage() -> None:
    with pytest.raises(Refused, match="its time first"):
        choose_stage(make_session(state="draft", starts_at=None, ends_at=None), by=None)
    session = make_session()
    CallRules.objects.create(edition=session.edition, is_open=False)
    with pytest.raises(Refused, match="closed calls"):
        choose_stage(session, by=None)


def test_who_speaks_and_who_leads(call: Call, janus: FakeJanus) -> None:
    session = session_of(call)
    speaker, moderator = make_speaker_user(session), make_speaker_user(session, "moderator")
    interpreter = make_speaker_user(session, "interpreter")
    team = make_team_member(call.edition, role="programme").user
    for user, role, may_host in (
        (speaker, "speaker", False), (moderator, "host", True), (interpreter, "interpreter", False), (team, "host", True),
    ):  # fmt: skip
        person = make_person(call, user, now=timezone.now())
        assert (person.role, person.state, person.was_party) == (role, "in", True)
        assert place_of(user, call).may_host is may_host
    assert (CallPerson.objects.get(user=speaker).name, CallPerson.objects.get(user=speaker).country) == (
        "A speaker",
        "KE",
    )
    assert [size for _person, size, _may in janus.seats] == [1, 2, 3, 4], "Janus lets as many send as speak"
    stranger = make_user()
    assert access.find_place(stranger, call.code) is None
    assert not access.may_listen(stranger, call.code)
    with pytest.raises(Http404):
        access.get_place_for(stranger, call.edition, call.code)


def test_a_guest_with_the_link_waits_and_speaks_when_let_in(call: Call) -> None:
    guest = make_user(name="Late speaker")
    place = access.get_place_by_link(guest, call.edition, call.code, access.invitation(call))
    person = come(place, by=guest)
    assert (person.role, person.state, person.was_party) == ("guest", "waiting", False)
    with pytest.raises(Refused, match="Wait until"):
        enter(person, by=guest)
    admit(person, by=None)
    assert enter(person, by=guest).may_send
    follow_stages()
    assert CallPerson.objects.get(pk=person.pk).state == "in", "a guest needs no part in the session"


def test_hours_of_a_stage(call: Call) -> None:
    session, user = session_of(call), make_speaker_user(session_of(call))
    place = place_of(user, call)
    early, late = session.starts_at - timedelta(minutes=61), session.ends_at + timedelta(minutes=61)
    with pytest.raises(Refused, match="an hour before"):
        come(place, by=user, now=early)
    with pytest.raises(Refused, match="is over"):
        come(place, by=user, now=late)
    person = come(place, by=user, now=early + timedelta(minutes=2))
    seat = enter(person, by=user, now=session.ends_at + timedelta(minutes=30))
    assert seat.until == session.ends_at + rules.STAGE_AFTER, "a seat ends with the stage's hours"


def test_eight_on_the_stage_and_no_ninth(call: Call) -> None:
    for _turn in range(rules.MOST_ON_STAGE):
        make_person(call, make_speaker_user(session_of(call)), now=timezone.now())
    ninth = make_speaker_user(session_of(call))
    with pytest.raises(Refused, match="stage is full"):
        make_person(call, ninth, now=timezone.now())


def test_it_begins_with_somebody_on_it_and_ends_for_all(call: Call, janus: FakeJanus) -> None:
    with pytest.raises(Refused, match="Nobody is on the stage"):
        begin(call, by=None)
    listener = make_user()
    with pytest.raises(Refused, match="not begun yet"):
        take_place(call, by=listener)
    row, host = on_air(call)
    assert facts.stage_fact(row)["state"] == "on_air"
    assert begin(call, by=None).on_air_at == row.on_air_at, "said twice is begun once"
    seat = take_place(call, by=listener)
    assert (seat.may_send, janus.seats[-1][1:]) == (False, (1, False))
    end_call(row, by=host.user)
    assert facts.stage_fact(fresh(call))["state"] == "over"
    assert (Listener.objects.count(), fresh(call).listeners) == (0, 0)
    with pytest.raises(Refused, match="is over"):
        take_place(call, by=listener)
    enter(CallPerson.objects.get(pk=host.pk), by=host.user)
    assert facts.stage_fact(fresh(call))["state"] == "soon", "opened again, and not on air by itself"


def test_a_session_that_is_not_public_does_not_begin() -> None:
    now = timezone.now()
    session = make_session(state="confirmed", starts_at=now, ends_at=now + timedelta(hours=1))
    call = choose_stage(session, by=None)
    with pytest.raises(Refused, match="has to be published"):
        on_air(call)


@pytest.mark.parametrize("state", ["proposed", "draft", "confirmed", "cancelled"])
def test_nobody_listens_to_what_is_not_public(call: Call, state: str) -> None:
    listener = make_user()
    assert access.find_audience_of(listener, call.code) == call
    type(session_of(call)).objects.filter(pk=call.session_id).update(state=state)
    assert access.find_audience_of(listener, call.code) is None


def test_who_may_listen() -> None:
    call = make_stage_call(seats=10, format="online")
    session, edition = session_of(call), call.edition
    holder, other = make_user(), make_user()
    take_seat(session, by=holder)
    assert access.find_audience_of(holder, call.code) == call
    assert access.find_audience_of(other, call.code) is None, "an on-line session with seats needs one"
    assert access.find_audience_of(make_speaker_user(session), call.code) == call
    assert access.find_audience_of(None, call.code) is None
    with pytest.raises(Http404):
        access.get_session_to_attend(other, edition, session.code)
    type(session).objects.filter(pk=session.pk).update(format="hybrid")
    assert access.find_audience_of(other, call.code) == call, "those seats are in the hall"
    type(edition).objects.filter(pk=edition.pk).update(phase="draft")
    assert access.find_audience_of(other, call.code) is None


def test_who_lost_the_right_is_out(janus: FakeJanus, django_capture_on_commit_callbacks: Any) -> None:
    call = make_stage_call(seats=10, format="online")
    session = session_of(call)
    row, host = on_air(call)
    speaker = make_person(call, make_speaker_user(session), now=timezone.now())
    stays, loses = make_user(), make_user()
    for one in (stays, loses):
        take_seat(session, by=one)
        take_place(row, by=one)
    follow_stages()
    assert (fresh(call).listeners, janus.out, janus.swept) == (2, [], [2])
    code = Listener.objects.get(user=loses).code
    give_back_seat(session, by=loses)
    session.parts.filter(speaker__user=speaker.user).delete()
    with django_capture_on_commit_callbacks(execute=True):
        follow_stages()
    assert fresh(call).listeners == 1
    assert f"listener-{code}" in janus.out
    assert speaker.code in janus.out
    assert CallPerson.objects.get(pk=speaker.pk).state == "removed"
    assert access.find_place(speaker.user, call.code) is None
    assert CallPerson.objects.get(pk=host.pk).state == "in"
    assert janus.swept[-1] == 1
    change_state(session, "cancelled", by=None, reason="The hall has no current.")
    with django_capture_on_commit_callbacks(execute=True):
        follow_stages()
    assert (fresh(call).state, Listener.objects.count()) == ("ended", 0)
    assert janus.closed


def test_who_went_silent_is_counted_no_more(call: Call, janus: FakeJanus) -> None:
    row, _host = on_air(call)
    here, gone, leaves = make_user(), make_user(), make_user()
    for one in (here, gone, leaves):
        take_place(row, by=one)
    later = timezone.now() + timedelta(seconds=61)
    still_listening(row, by=here, now=later)
    stop_listening(row, by=leaves)
    CallPerson.objects.update(seen_at=later)
    follow_stages(later)
    assert list(Listener.objects.values_list("user", flat=True)) == [here.pk]
    assert (fresh(call).listeners, len(janus.out)) == (1, 2)


def test_a_second_page_takes_no_second_place(call: Call) -> None:
    row, _host = on_air(call)
    listener = make_user()
    take_place(row, by=listener)
    take_place(row, by=listener)
    assert Listener.objects.count() == 1


def test_a_full_audience(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.calls.actions.listening.MOST_LISTENERS", 1)
    row, _host = on_air(call)
    take_place(row, by=make_user())
    with pytest.raises(Refused, match="no more fit"):
        take_place(row, by=make_user())


def test_the_server_is_away(call: Call, janus: FakeJanus) -> None:
    row, host = on_air(call)
    janus.is_away = True
    with pytest.raises(Refused, match="does not answer"):
        take_place(row, by=make_user())
    assert Listener.objects.count() == 0
    with pytest.raises(Refused, match="does not answer"):
        enter(CallPerson.objects.get(pk=host.pk), by=host.user)
    assert fresh(call).provider == "janus", "a stage never moves between browsers"
    follow_stages()
    assert fresh(call).state == "open", "and goes on when the server is back"


def test_the_host_switches_a_microphone_off(call: Call) -> None:
    _row, _host = on_air(call)
    speaker = make_person(call, make_speaker_user(session_of(call)), now=timezone.now())
    hush(speaker, by=None)
    speaker.refresh_from_db()
    assert (speaker.is_muted, speaker.hushes) == (True, 1)
    leave(speaker, by=speaker.user)
    with pytest.raises(Refused, match="not on the stage"):
        hush(speaker, by=None)


def test_who_is_put_out_stays_out(call: Call, janus: FakeJanus) -> None:
    _row, host = on_air(call)
    speaker = make_person(call, make_speaker_user(session_of(call)), now=timezone.now())
    remove(speaker, by=host.user)
    with pytest.raises(Refused, match="taken out"):
        enter(speaker, by=speaker.user)


def test_a_session_that_moved_takes_its_stage_along(call: Call) -> None:
    on_air(call)
    session = session_of(call)
    later = session.ends_at + timedelta(minutes=30)
    type(session).objects.filter(pk=session.pk).update(ends_at=later, live_url="https://meet.example.org/b")
    follow_stages()
    assert (fresh(call).ends_at, fresh(call).spare_url) == (later, "https://meet.example.org/b")
    follow_calls(later + timedelta(minutes=59))
    assert fresh(call).state == "open", "the stage's own round ends it"
    follow_stages(later + timedelta(minutes=61))
    assert fresh(call).state == "ended"


def test_facts_of_the_audience_end_where_a_fresh_page_begins(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}

    def publish(topic: str, fact: Any, *, key: str = "", to: Any = None, keep: bool = True) -> None:
        if topic == facts.audience_topic(call):
            told[key] = fact

    monkeypatch.setattr(live, "publish", publish)
    row, host = on_air(call)
    speaker = make_person(call, make_speaker_user(session_of(call)), now=timezone.now())
    waiting = make_user()
    come(access.get_place_by_link(waiting, call.edition, call.code, access.invitation(call)), by=waiting)
    take_place(row, by=make_user())
    hush(speaker, by=None)
    leave(speaker, by=speaker.user)
    follow_stages()
    assert told["stage"] == facts.stage_fact(fresh(call))
    there = {one.code: facts.speaker_fact(one) for one in facts.speakers_of(call)}
    assert {f["code"]: f for k, f in told.items() if k != "stage" and f["there"]} == there
    assert list(there) == [host.code]
    gone = told[f"p{speaker.code}"]
    assert (gone["there"], "name" in gone) == (False, False)
    assert len(told) == 3, "who waits before the door is nobody's business"


def test_no_hours_no_end(call: Call) -> None:
    assert rules.window_of(call)[0] == session_of(call).starts_at - rules.STAGE_BEFORE
    assert isinstance(rules.window_of(call)[1], datetime)
