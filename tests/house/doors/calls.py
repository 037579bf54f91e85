"""Doors of calls: the two sides of a conversation, whoever was let to the door; nobody else, no organiser."""

from typing import Any

from everfair.calls import access
from everfair.calls.models import Call, CallPerson, SharedDocument
from tests.factories.calls import make_call, make_person
from tests.factories.conversations import make_conversation
from tests.factories.meetings import make_meeting, make_participant, make_rules, make_slots
from tests.house.doors import Door

_CALL = "visitor:calls."


def _call(world: Any) -> tuple[dict[str, Any], Call]:
    """Of people["visitor"], who is inside, and people["owner"]'s firm."""
    from django.utils import timezone

    held = Call.objects.filter(edition=world.edition, state="open").first()
    call = held or make_call(world.exhibitor, world.people["visitor"], now=timezone.now())
    if held is None:
        make_person(call, world.people["visitor"], now=timezone.now())
    return {"edition": world.edition.slug, "code": call.code}, call


def _here(world: Any) -> dict[str, Any]:
    return _call(world)[0]


def _guest(world: Any) -> dict[str, Any]:
    where, call = _call(world)
    return {**where, "token": access.invitation(call)}


def _person(world: Any) -> dict[str, Any]:
    where, call = _call(world)
    return {**where, "person": CallPerson.objects.filter(call=call).first().code}  # type: ignore[union-attr]


def _document(world: Any) -> dict[str, Any]:
    where, call = _call(world)
    made = SharedDocument.objects.filter(call=call).first() or SharedDocument.objects.create(
        call=call, file=world.document.file, name="a.pdf"
    )
    return {**where, "pk": made.pk}


def _conversation(world: Any) -> dict[str, Any]:
    talk = world.edition.conversations.first() or make_conversation(world.exhibitor, world.people["visitor"])
    return {"edition": world.edition.slug, "code": talk.code}


def _meeting(world: Any) -> dict[str, Any]:
    make_rules(world.edition)
    person = world.people["visitor"]
    own = world.edition.participants.filter(user=person).first() or make_participant(
        world.edition, user=person
    )
    slot = world.edition.slots.filter(bookings=None).first()
    slot = slot or make_slots(world.edition, 1, day=world.edition.slots.count())[0]
    return {
        "edition": world.edition.slug,
        "code": make_meeting(slot, own, make_participant(world.edition)).code,
    }


_TWO: dict[str, Any] = {
    "anonymous": 302,
    "stranger": 404,
    "delegation": 404,
    "reviewer": 404,
    "administrator": 404,
}
_POST: dict[str, Any] = {**_TWO, "method": "post", "visitor": 302, "owner": 302}
_GUESTS = {
    "visitor": 302,
    "owner": 302,
    "stranger": 200,
    "delegation": 200,
    "reviewer": 200,
    "administrator": 200,
}

DOORS: list[Door] = [
    Door(_CALL + "meeting_call", _meeting, **{**_POST, "owner": 404}),
    Door(_CALL + "conversation_call", _conversation, **_POST),
    Door(_CALL + "call_door", _here, **_TWO),
    Door(_CALL + "call_guest", _guest, anonymous=302, **_GUESTS),
    Door(_CALL + "call_room", _here, **{**_TWO, "owner": 302}),
    Door(_CALL + "call_over", _here, **_TWO),
    Door(_CALL + "document_file", _document, **{**_TWO, "visitor": 404, "owner": 404}),  # the store has no bytes of it
    Door(_CALL + "line_check", _here, **{**_POST, "visitor": 200, "owner": 200}),
    Door(_CALL + "call_seat", _here, **{**_POST, "visitor": 200, "owner": 422}),
    *(
        Door(_CALL + name, _here, **_POST)
        for name in (
            "call_enter", "call_leave", "call_failed", "person_show", "record_agree", "private_save", "document_show",
            "ring_answer", "ring_decline", "ring_give_up", "call_end",
        )
    ),
    Door(_CALL + "notes_save", _here, **{**_POST, "visitor": 422, "owner": 302}),
    Door(_CALL + "message_say", _here, **{**_POST, "visitor": 422}),
    *(Door(_CALL + name, _person, **_POST) for name in ("person_admit", "person_refuse", "person_remove")),
]  # fmt: skip
