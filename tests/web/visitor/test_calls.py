"""A call's pages without a browser: door, room, what is done in it, who gets what, how many queries it costs."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from everfair.calls import access
from everfair.calls.actions.entering import admit, come, enter, remove
from everfair.calls.actions.inside import save_notes
from everfair.calls.actions.opening import follow_calls
from everfair.calls.models import Call, CallPerson, CallRules, Ring, SharedDocument
from everfair.calls.queries.facts import call_fact, people_of, person_fact, topic_of
from everfair.gateways import live, video
from tests.factories.calls import make_call, make_host, make_person, place_of
from tests.factories.conversations import make_colleague, party_of
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    return make_call(now=timezone.now())


def visitor_of(call: Call) -> Any:
    assert call.conversation is not None
    return party_of(call.conversation, "a").user


def colleague_of(call: Call) -> Any:
    assert call.conversation is not None
    firm = party_of(call.conversation, "b").exhibitor
    assert firm is not None
    return make_colleague(firm, name="Lin Yao")


def signed(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, call: Call, **more: Any) -> str:
    return reverse(f"visitor:calls.{name}", kwargs={"edition": call.edition.slug, "code": call.code, **more})


def inside(call: Call, user: Any) -> tuple[Client, CallPerson]:
    return signed(user), make_person(call, user, now=timezone.now())


def guest_of(call: Call, name: str = "Guest") -> tuple[Client, CallPerson]:
    """Somebody with the link, who waits before the door."""
    user = make_user(name=name)
    place = access.get_place_by_link(user, call.edition, call.code, access.invitation(call))
    return signed(user), come(place, by=user, now=timezone.now())


def image(name: str = "plan.png") -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (8, 8)).save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def test_in_by_the_form_and_out_again(call: Call) -> None:
    client = signed(visitor_of(call))
    door = client.get(at("call_door", call))
    assert "Come in" in door.text
    assert "How you take part" in door.text
    assert client.get(at("call_room", call)).status_code == 302, "nobody is in the room who did not go in"
    assert client.post(at("call_enter", call), {"mode": "sound"}).url == at("call_room", call)
    person = CallPerson.objects.get()
    assert (person.state, person.mode, person.is_camera_off) == ("in", "sound", True)
    assert "Leave" in client.get(at("call_room", call)).text
    assert client.post(at("call_leave", call)).url == at("call_over", call)
    over = client.get(at("call_over", call))
    assert "Go back in" in over.text


def test_only_pages_of_a_call_may_use_the_camera_and_speak_with_janus(call: Call, settings: Any) -> None:
    settings.JANUS_PUBLIC_URL = "wss://fair.example.org/janus"
    client, _person = inside(call, visitor_of(call))
    for name in ("call_door", "call_room"):
        answer = client.get(at(name, call))
        assert (
            "camera=(self), microphone=(self), display-capture=(self)" in answer.headers["Permissions-Policy"]
        )
        assert "connect-src 'self' wss://fair.example.org;" in answer.headers["Content-Security-Policy"]
    over = client.get(at("call_over", call))
    assert "camera=()" in over.headers["Permissions-Policy"]
    assert "wss:" not in over.headers["Content-Security-Policy"]


def test_a_guest_waits_is_let_in_and_put_out(call: Call) -> None:
    host, _person = inside(call, visitor_of(call))
    user = make_user(name="Shen Mo")
    guest, link = signed(user), at("call_guest", call, token=access.invitation(call))
    assert "Ask to come in" in guest.get(link).text
    assert guest.post(link, {"interprets": "1"}).url == at("call_door", call)
    person = CallPerson.objects.get(user=user)
    assert (person.role, person.state) == ("interpreter", "waiting")
    assert "You wait before the door" in guest.get(at("call_door", call)).text
    assert guest.post(at("call_enter", call), follow=True).redirect_chain[-1][0] == at("call_door", call)
    assert "Shen Mo" in host.get(at("call_room", call)).text
    host.post(at("person_admit", call, person=person.code))
    assert guest.post(at("call_enter", call)).url == at("call_room", call)
    refused = guest.post(
        at("person_remove", call, person=_person.code), headers={"accept": "application/json"}
    )
    assert refused.status_code == 422, "a guest puts nobody out"
    host.post(at("person_remove", call, person=person.code))
    person.refresh_from_db()
    assert person.state == "removed"
    assert guest.get(at("call_room", call)).status_code == 302
    assert guest.post(at("call_seat", call)).status_code == 422
    assert "taken out of this call" in guest.get(at("call_door", call)).text


@pytest.mark.parametrize("token", ["nonsense", "a:b:c"])
def test_a_forged_link_opens_nothing(call: Call, token: str) -> None:
    assert signed(make_user()).get(at("call_guest", call, token=token)).status_code == 404


def test_a_link_of_another_call_or_an_old_one_opens_nothing(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_call(now=timezone.now())
    stranger = signed(make_user())
    assert stranger.get(at("call_guest", call, token=access.invitation(other))).status_code == 404
    token = access.invitation(call)
    assert stranger.get(at("call_guest", call, token=token)).status_code == 200
    monkeypatch.setattr(access, "INVITED_FOR", timedelta(0))
    assert stranger.get(at("call_guest", call, token=token)).status_code == 404


def test_the_seat_is_for_who_is_inside_and_says_why_not(call: Call) -> None:
    client, person = inside(call, visitor_of(call))
    found = client.post(at("call_seat", call)).json()
    assert (found["seat"]["provider"], found["call"]["epoch"]) == ("browser", 1)
    assert [one["code"] for one in found["people"]] == [person.code]
    guest, _row = guest_of(call)
    assert guest.post(at("call_seat", call)).status_code == 422


def test_notes_saved_meanwhile_stand_beside_what_was_typed(call: Call) -> None:
    client, _person = inside(call, visitor_of(call))
    save_notes(call, agenda="", text="Theirs", version=1, by=None)
    answer = client.post(at("notes_save", call), {"agenda": "Mine first", "text": "Mine", "version": "1"})
    assert answer.status_code == 422
    assert "Theirs" in answer.text
    assert "Mine first" in answer.text
    call.refresh_from_db()
    assert call.shared_notes == "Theirs"
    script = client.post(
        at("notes_save", call), {"text": "Mine", "version": "1"}, headers={"accept": "application/json"}
    )
    assert (script.status_code, script.json()["meanwhile"]["text"]) == (409, "Theirs")
    client.post(at("notes_save", call), {"agenda": "", "text": "Both", "version": "2"})
    call.refresh_from_db()
    assert call.shared_notes == "Both"


def test_what_is_typed_is_kept_when_it_is_refused(call: Call) -> None:
    client, _person = inside(call, visitor_of(call))
    answer = client.post(at("message_say", call), {"text": "x" * 10_001})
    assert answer.status_code == 422
    assert "x" * 10_001 in answer.text
    client.post(at("message_say", call), {"text": "Please send the quote."})
    assert "Please send the quote." in client.get(at("call_room", call)).text


def test_private_notes_are_on_nobody_elses_page(call: Call) -> None:
    one, _person = inside(call, visitor_of(call))
    two, _other = inside(call, colleague_of(call))
    one.post(at("private_save", call), {"private": "He looked nervous"})
    assert "He looked nervous" in one.get(at("call_room", call)).text
    assert "He looked nervous" not in two.get(at("call_room", call)).text
    assert "He looked nervous" in one.get(at("call_over", call)).text


def test_a_document_is_for_who_is_inside(call: Call) -> None:
    one, _person = inside(call, visitor_of(call))
    two, _other = inside(call, colleague_of(call))
    guest, row = guest_of(call)
    assert one.post(at("document_show", call), {"file": image()}).status_code == 302
    shown = SharedDocument.objects.get()
    answer = two.get(at("document_file", call, pk=shown.pk))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert guest.get(at("document_file", call, pk=shown.pk)).status_code == 404
    admit(row, by=None)
    assert guest.get(at("document_file", call, pk=shown.pk)).status_code == 200
    wrong = one.post(
        at("document_show", call),
        {"file": SimpleUploadedFile("a.pdf", b"MZ no pdf")},
        headers={"accept": "application/json"},
    )
    assert wrong.status_code == 422
    assert SharedDocument.objects.count() == 1


def test_only_its_people_end_it(call: Call) -> None:
    one, _person = inside(call, visitor_of(call))
    guest, row = guest_of(call)
    admit(row, by=None)
    guest.post(at("call_end", call))
    call.refresh_from_db()
    assert call.state == "open"
    one.post(at("call_end", call))
    call.refresh_from_db()
    assert call.state == "ended"
    assert "This call is over" in one.get(at("call_door", call)).text


def test_a_call_begins_in_the_conversation_once(call: Call) -> None:
    assert call.conversation is not None
    address = reverse("visitor:calls.conversation_call", args=[call.edition.slug, call.conversation.code])
    assert signed(visitor_of(call)).post(address).url == at("call_door", call)
    assert signed(colleague_of(call)).post(address).url == at("call_door", call)
    Call.objects.update(state="ended")
    CallRules.objects.create(edition=call.edition, is_open=False)
    closed = signed(visitor_of(call)).post(address, follow=True)
    assert "closed calls of this fair" in closed.text


def test_a_hidden_buyer_stays_without_a_name(call: Call) -> None:
    assert call.conversation is not None
    call.conversation.parties.filter(side="a").update(is_hidden=True)
    client, person = inside(call, visitor_of(call))
    assert (person.name, person.firm, person.country) == ("A buyer, not named", "", "")
    assert "Wanjiru" not in signed(colleague_of(call)).get(at("call_door", call)).text
    assert client.get(at("call_room", call)).status_code == 200


def test_the_caller_goes_in_while_it_rings_and_a_colleague_answers(call: Call) -> None:
    user = visitor_of(call)
    assert call.conversation is not None
    firm = party_of(call.conversation, "b").exhibitor
    assert firm is not None
    host, now = make_host(firm, name="Otieno"), timezone.now()
    Ring.objects.create(call=call, user=host, at=now, until=now + timedelta(seconds=10))
    Call.objects.update(state="ringing")
    client = signed(user)
    assert "It rings at the booth" in client.get(at("call_door", call)).text
    client.post(at("call_enter", call))
    call.refresh_from_db()
    assert call.state == "ringing", "the caller alone does not answer for the booth"
    assert signed(host).post(at("ring_answer", call)).url == at("call_door", call)
    call.refresh_from_db()
    assert call.state == "open"


def test_a_server_for_groups_that_is_away_disturbs_nobody(
    call: Call, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside(call, visitor_of(call))
    inside(call, colleague_of(call))
    settings.JANUS_URL, settings.JANUS_PUBLIC_URL = "http://127.0.0.1:9/janus", "ws://127.0.0.1:9"
    settings.JANUS_TOKEN_SECRET = settings.JANUS_ADMIN_KEY = "s" * 32
    for number in range(3):
        _client, row = guest_of(call, f"G{number}")
        admit(row, by=None)
        if number < 2:
            assert enter(row, by=row.user).provider == "browser"
        else:
            with pytest.raises(Exception, match="does not answer"):
                enter(row, by=row.user)
    call.refresh_from_db()
    assert (call.provider, call.epoch) == ("browser", 1)


def test_a_server_that_goes_away_during_the_call_is_done_without(call: Call, settings: Any) -> None:
    client, _person = inside(call, visitor_of(call))
    Call.objects.update(provider="janus")
    settings.JANUS_URL, settings.JANUS_PUBLIC_URL = "http://127.0.0.1:9/janus", "ws://127.0.0.1:9"
    settings.JANUS_TOKEN_SECRET = settings.JANUS_ADMIN_KEY = "s" * 32
    found = client.post(at("call_seat", call)).json()
    assert (found["seat"]["provider"], found["call"]["provider"], found["call"]["epoch"]) == (
        "browser",
        "browser",
        2,
    )
    assert video.MOST_IN_MESH == 4


def test_a_page_with_all_facts_is_a_fresh_page(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stale page + facts = page loaded afresh."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(
        live, "publish",
        lambda topic, fact, *, key="", to=None, keep=True: told.update({f"{topic}/{key}": fact}),
    )  # fmt: skip
    one, _person = inside(call, visitor_of(call))
    two, other = inside(call, colleague_of(call))
    one.post(at("person_show", call), {"muted": "1", "hand": "1"})
    one.post(at("notes_save", call), {"agenda": "1", "text": "2", "version": "1"})
    guest, row = guest_of(call)
    admit(row, by=None)
    remove(other, by=_person.user)
    follow_calls()
    fresh = Call.objects.get(pk=call.pk)
    topic = topic_of(fresh)
    assert told[f"{topic}/call"] == call_fact(fresh)
    for person in people_of(fresh):
        assert told[f"{topic}/p{person.code}"] == person_fact(person)
    assert (told[f"{topic}/notes"]["text"], two.get(at("call_room", call)).status_code) == ("2", 302)
    assert guest.get(at("call_door", call)).status_code == 200


@pytest.mark.parametrize("guests", [1, 3])
def test_the_pages_cost_the_same_with_more_people(
    call: Call, guests: int, django_assert_num_queries: Any
) -> None:
    client, _person = inside(call, visitor_of(call))
    for number in range(guests):
        guest_of(call, f"G{number}")
    place_of(visitor_of(call), call)
    for name, queries in (("call_door", 11), ("call_room", 15)):
        address = at(name, call)
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
