"""A session's stage on its pages without a browser: chosen, begun, listened to; what each reader sees; how many queries it costs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.calls import access
from everfair.calls.models import Call, Listener
from everfair.gateways import video
from tests.calls.test_stages import FakeJanus
from tests.factories.calls import make_person, make_speaker_user, make_stage_call
from tests.factories.fair import make_team_member
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def janus(monkeypatch: pytest.MonkeyPatch, settings: Any) -> FakeJanus:
    settings.JANUS_URL, settings.JANUS_PUBLIC_URL = "http://127.0.0.1:9/janus", "wss://fair.example.org/janus"
    settings.LIVEKIT_URL = settings.LIVEKIT_PUBLIC_URL = ""
    fake = FakeJanus()
    for name in ("take_seat", "remove", "remove_all", "sweep", "close"):
        monkeypatch.setattr(video, name, getattr(fake, name))
    return fake


def signed(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(call_or_session: Any, name: str = "room") -> str:
    session: Any = call_or_session.session if isinstance(call_or_session, Call) else call_or_session
    return reverse(f"public:programme.{name}", args=[session.edition.slug, session.address])


def at(call: Call, name: str) -> str:
    assert call.session is not None
    return reverse(f"visitor:calls.{name}", args=[call.edition.slug, call.session.code])


def moderator_of(session: Any) -> Client:
    return signed(make_team_member(session.edition, role="programme").user)


def test_a_moderator_chooses_begins_and_ends() -> None:
    session: Any = make_stage_call().session
    Call.objects.all().delete()
    desk, below = moderator_of(session), {"edition": session.edition.slug, "code": session.code}
    assert "Speak here" in desk.get(page(session, "moderate")).text
    choose = reverse("visitor:calls.stage_choose", kwargs=below)
    assert desk.post(choose, {"carried": "here"}).headers["Location"].endswith("/moderate/#stage")
    call = Call.objects.get(session=session)
    shown = desk.get(page(session, "moderate")).text
    assert "Go on the stage" in shown
    assert "Nobody is on the stage yet" in shown
    assert f"/guest/{access.invitation(call)[:6]}" in shown, (
        "a link for speakers without an account in the programme"
    )
    answer = desk.post(at(call, "stage_begin"), headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["words"]) == (
        422,
        "Nobody is on the stage yet. Go on it first, then begin.",
    )
    assert "Nobody is on the stage yet" in desk.post(at(call, "stage_begin"), follow=True).text
    make_person(call, make_speaker_user(session), now=timezone.now())
    assert desk.post(at(call, "stage_begin"), headers={"accept": "application/json"}).status_code == 200
    assert "End for all" in desk.get(page(session, "moderate")).text
    desk.post(at(call, "stage_end"))
    call.refresh_from_db()
    assert (call.state, call.on_air_at) == ("ended", None)
    desk.post(choose, {"carried": "outside"})
    call.refresh_from_db()
    assert not call.is_chosen
    assert "Speak here" in desk.get(page(session, "moderate")).text
    assert "This session is not carried here any more" in desk.post(at(call, "stage_begin"), follow=True).text


def test_without_a_server_it_is_not_offered(settings: Any) -> None:
    settings.JANUS_URL = ""
    session = make_session()
    desk = moderator_of(session)
    shown = desk.get(page(session, "moderate")).text
    assert "Speak here" not in shown
    assert 'id="stage"' not in shown
    choose = reverse("visitor:calls.stage_choose", args=[session.edition.slug, session.code])
    assert "needs a server for calls" in desk.post(choose, {"carried": "here"}, follow=True).text


def test_the_audience_gets_a_seat_that_sends_nothing() -> None:
    call = make_stage_call(on_air=True)
    client = signed(make_user())
    answer = client.get(page(call))
    assert "Watch and listen" in answer.text
    assert "connect-src 'self' wss://fair.example.org;" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"], "no camera is asked for, nor could be"
    given = client.post(at(call, "stage_listen")).json()
    assert (given["seat"]["maySend"], given["seat"]["kind"]) == (False, "stage")
    assert [one["name"] for one in given["speakers"]] == ["A moderator"]
    assert Listener.objects.count() == 1
    client.post(at(call, "stage_stop"))
    assert Listener.objects.count() == 0


def test_what_each_reader_sees() -> None:
    call = make_stage_call(seats=5, format="online")
    anonymous = Client().get(page(call))
    assert "Sign in to watch" in anonymous.text
    assert "wss:" not in anonymous.headers["Content-Security-Policy"]
    other = signed(make_user())
    shown = other.get(page(call))
    assert "watched by who holds a seat" in shown.text
    assert "call-config" not in shown.text
    assert other.post(at(call, "stage_listen")).status_code == 404
    speaker = signed(make_speaker_user(call.session))  # type: ignore[arg-type]
    assert "Go on the stage" in speaker.get(page(call)).text
    refused = speaker.post(at(call, "stage_listen"))
    assert (refused.status_code, "not begun yet" in refused.json()["words"]) == (422, True)
    assert "Go on the stage" not in other.get(page(call)).text


def test_the_sessions_page_leads_to_it_and_keeps_the_spare_link() -> None:
    call = make_stage_call(live_url="https://meet.example.org/x")
    shown = Client().get(page(call, "session")).text
    assert "Watch here" in shown
    assert "https://meet.example.org/x" in shown
    assert "Watch live" not in shown
    Call.objects.update(is_chosen=False)
    assert "Watch live" in Client().get(page(call, "session")).text


def test_a_speakers_room_says_whether_it_is_on_air() -> None:
    call = make_stage_call()
    user = make_speaker_user(call.session, "moderator")  # type: ignore[arg-type]
    client, other = signed(user), signed(make_speaker_user(call.session))  # type: ignore[arg-type]
    below = {"edition": call.edition.slug, "code": call.code}
    door = client.get(reverse("visitor:calls.call_door", kwargs=below)).text
    assert "Camera and microphone" in door
    assert "Questions and polls" in door
    for one in (client, other):
        one.post(reverse("visitor:calls.call_enter", kwargs=below), {"mode": "picture"})
    room = reverse("visitor:calls.call_room", kwargs=below)
    assert "Not on air" in client.get(room).text
    assert "data-begin" in client.get(room).text
    assert "data-begin" not in other.get(room).text, "a speaker does not begin it"
    person = call.people.get(role="speaker")
    hush = reverse("visitor:calls.person_hush", kwargs={**below, "person": person.code})
    assert hush in client.get(room).text
    assert other.post(hush, headers={"accept": "application/json"}).status_code == 422
    assert client.post(hush, headers={"accept": "application/json"}).status_code == 200
    person.refresh_from_db()
    assert person.is_muted


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_with_more_people(count: int, django_assert_num_queries: Any) -> None:
    call = make_stage_call(on_air=True)
    for _turn in range(count - 1):
        make_person(call, make_speaker_user(call.session), now=timezone.now())  # type: ignore[arg-type]
    for client, name, most in (
        (signed(make_user()), "room", 15),
        (moderator_of(call.session), "moderate", 9),
    ):
        client.get(page(call, name))
        with django_assert_num_queries(most):
            client.get(page(call, name))
