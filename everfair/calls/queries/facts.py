"""What live pages of a call are told: whole states with versions, the same the page is drawn from. Reads only."""

from typing import Any

from everfair.calls.models import Call, CallPerson, Ring, SharedDocument

Fact = dict[str, Any]
SHOWN = ("waiting", "admitted", "in", "left", "refused", "removed")


def topic_of(call: Call) -> str:
    """Where everybody in the call, before its door, and its parties listen."""
    return f"call:{call.code}"


def rings_topic(user_id: int) -> str:
    """Where one person's pages learn that it rings."""
    return f"rings:{user_id}"


def call_fact(call: Call) -> Fact:
    """The room: whether it is open, what all of it share."""
    return {
        "kind": "call",
        "state": call.state,
        "provider": call.provider,
        "epoch": call.epoch,
        "recording": call.recording_since.isoformat() if call.recording_since else "",
        "spare": call.spare_url,
        "notes": call.notes_version,
        "ends": call.ends_at.isoformat() if call.ends_at else "",
        "on_air": call.on_air_at.isoformat() if call.on_air_at else "",
        "listeners": call.listeners,
        "version": call.version,
    }


def person_fact(person: CallPerson) -> Fact:
    """Somebody in it: name, firm, country, what they send, their hand. Private notes are not here."""
    return {
        "kind": "person",
        "code": person.code,
        "name": person.name,
        "firm": person.firm,
        "country": person.country,
        "role": person.role,
        "state": person.state,
        "mode": person.mode,
        "muted": person.is_muted,
        "hushes": person.hushes,
        "camera_off": person.is_camera_off,
        "sharing": person.is_sharing,
        "hand": person.hand_at.isoformat() if person.hand_at else "",
        "language": person.language,
        "agrees": person.agrees_to_record,
        "feed": person.feed,
        "version": person.version,
    }


def audience_topic(call: Call) -> str:
    """Where a stage's audience listens."""
    return f"audience:{call.code}"


def stage_fact(call: Call) -> Fact:
    """A stage as its audience needs it. `state`: soon, on_air, over; gone where the session has another link now."""
    if not call.is_chosen:
        state = "gone"
    elif call.on_air_at is not None and call.state == Call.State.OPEN:
        state = "on_air"
    else:
        state = "over" if call.state == Call.State.ENDED and call.ended_at is not None else "soon"
    return {
        "kind": "stage", "state": state, "listeners": call.listeners, "spare": call.spare_url, "epoch": call.epoch,
        "version": call.version,
    }  # fmt: skip


def speaker_fact(person: CallPerson) -> Fact:
    """Somebody on a stage, as its audience sees them. Who is not there is a code and nothing more."""
    is_there = person.state == CallPerson.State.IN
    fact: Fact = {"kind": "speaker", "code": person.code, "version": person.version, "there": is_there}
    if not is_there:
        return fact
    kept = ("name", "firm", "country", "role", "mode", "muted", "camera_off", "sharing", "language", "feed")
    whole = person_fact(person)
    return fact | {name: whole[name] for name in kept}


def speakers_of(call: Call) -> list[CallPerson]:
    """Who is on the stage now, in the order they came. One query."""
    return list(CallPerson.objects.filter(call=call, state=CallPerson.State.IN))


def notes_fact(call: Call) -> Fact:
    """What all of the call keep together."""
    return {"kind": "notes", "agenda": call.agenda, "text": call.shared_notes, "version": call.notes_version}


def ring_fact(ring: Ring, name: str, firm: str, until: str) -> Fact:
    """It rings at somebody; `until` "" when it stopped."""
    return {
        "kind": "ring", "call": ring.call.code, "name": name, "firm": firm, "until": until,
        "version": int(ring.at.timestamp() * 1000) + (0 if until else 1),
    }  # fmt: skip


def document_fact(document: SharedDocument) -> Fact:
    """A document shown to everybody inside. Its bytes are asked for by its number, with rights."""
    return {"kind": "document", "id": document.pk, "name": document.name, "version": 1}


def people_of(call: Call) -> list[CallPerson]:
    """Everybody in it or before its door, in the order they came. One query."""
    return list(CallPerson.objects.filter(call=call).select_related("user"))
