"""What every act in a call does first and last: lock it, count its version, tell everybody in it."""

from typing import Any

from everfair.base import audit
from everfair.calls.models import Call, CallPerson
from everfair.calls.queries.facts import (
    audience_topic,
    call_fact,
    notes_fact,
    person_fact,
    speaker_fact,
    stage_fact,
    topic_of,
)
from everfair.gateways import live

RELATED = (
    "edition__fair",
    "meeting__slot",
    "conversation",
    "exhibitor__organisation",
    "session__edition__fair",
)
EVENT = "calls."


def lock_call(call: Call) -> Call:
    """A fresh copy of the row, locked until the transaction ends."""
    return Call.objects.select_for_update(of=("self",), no_key=True).select_related(*RELATED).get(pk=call.pk)


def save_call(call: Call, *fields: str) -> Call:
    """Write the fields of a locked call and tell everybody in it."""
    call.version += 1
    call.save(update_fields=[*fields, "version"])
    live.publish(topic_of(call), call_fact(call), key="call")
    if call.is_stage:
        live.publish(audience_topic(call), stage_fact(call), key="stage")
    return call


def save_person(person: CallPerson, *fields: str) -> CallPerson:
    """Write the fields and tell everybody in the call. The call is locked, so versions follow each other."""
    person.version += 1
    person.save(update_fields=[*fields, "version"])
    tell_person(person)
    return person


def tell_person(person: CallPerson) -> None:
    """Everybody in the call sees them as they now are."""
    live.publish(topic_of(person.call), person_fact(person), key=f"p{person.code}")
    if (
        person.call.is_stage and person.entered_at is not None
    ):  # who only waits before the door is nobody's business
        live.publish(audience_topic(person.call), speaker_fact(person), key=f"p{person.code}")


def tell_notes(call: Call) -> None:
    """Everybody in the call sees agenda and notes."""
    live.publish(topic_of(call), notes_fact(call), key="notes")


def record(what: str, call: Call, by: Any, **after: Any) -> None:
    """One entry in the edition's log: that it happened, never what was said."""
    audit.record(EVENT + what, call, by=by, edition_id=call.edition_id, after=after)
