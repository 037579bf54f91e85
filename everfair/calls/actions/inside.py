"""What people do in the room: mute, show, raise a hand, keep notes, agree to record, fall back to words."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import clean_text
from everfair.calls.actions.guards import lock_call, record, save_call, save_person, tell_notes
from everfair.calls.models import Call, CallPerson
from everfair.calls.queries.rules import rules_of
from everfair.conversations.actions.quiet import say_note
from everfair.matchmaking.forms.need_values import is_language

State = CallPerson.State
FLAGS = {"muted": "is_muted", "camera_off": "is_camera_off", "sharing": "is_sharing"}
LONGEST_NOTES = 20_000


def show_as(person: CallPerson, *, now: datetime | None = None, **said: Any) -> CallPerson:
    """What the person's page says of itself: muted, camera_off, sharing, hand (bool), mode, language; others are left out."""
    now = now or timezone.now()
    with transaction.atomic():
        call = lock_call(person.call)
        row = CallPerson.objects.get(pk=person.pk)
        row.call = call
        if row.state != State.IN:
            raise Refused(_("You are not in this call."))
        for name, field in FLAGS.items():
            if name in said:
                setattr(row, field, bool(said[name]))
        if "hand" in said:
            row.hand_at = (row.hand_at or now) if said["hand"] else None
        if said.get("mode") in CallPerson.Mode.values:
            row.mode = said["mode"]
        if "language" in said and (said["language"] == "" or is_language(str(said["language"]))):
            row.language = str(said["language"])[:10]
        if row.is_sharing:
            _take_screen(row)
        return save_person(row, "is_muted", "is_camera_off", "is_sharing", "hand_at", "mode", "language")


def _take_screen(row: CallPerson) -> None:
    """One shows at a time: whoever begins takes it from the other."""
    for other in CallPerson.objects.filter(call=row.call, is_sharing=True).exclude(pk=row.pk):
        other.call = row.call
        other.is_sharing = False
        save_person(other, "is_sharing")


def save_notes(call: Call, *, agenda: str, text: str, version: int, by: Any) -> Call:
    """Agenda and notes of all; EditedMeanwhile when somebody saved after `version` was read, and nothing is overwritten."""
    words, plan = clean_text(text), clean_text(agenda)
    if len(words) > LONGEST_NOTES or len(plan) > 4000:
        raise Refused(_("Notes hold 20,000 characters, the agenda 4,000."), field="text")
    with transaction.atomic():
        row = lock_call(call)
        if row.notes_version != version:
            raise EditedMeanwhile(
                _("Somebody else has written meanwhile. Both versions are below."), row.notes_version
            )
        row.agenda, row.shared_notes = plan, words
        row.notes_version += 1
        save_call(row, "agenda", "shared_notes", "notes_version")
        tell_notes(row)
    return row


def keep_private_notes(person: CallPerson, text: str) -> CallPerson:
    """Notes nobody else reads."""
    words = clean_text(text)
    if len(words) > LONGEST_NOTES:
        raise Refused(_("Notes hold 20,000 characters."), field="private")
    CallPerson.objects.filter(pk=person.pk).update(private_notes=words)
    person.private_notes = words
    return person


def agree_to_record(person: CallPerson, agrees: bool, *, now: datetime | None = None) -> Call:
    """Recording runs only while everybody inside agrees; one no ends it for all."""
    now = now or timezone.now()
    with transaction.atomic():
        call = lock_call(person.call)
        if agrees and not (rules_of(call.edition).may_record and call.provider != Call.Provider.BROWSER):
            raise Refused(_("Calls of this fair cannot be recorded here."))
        row = CallPerson.objects.get(pk=person.pk)
        row.call = call
        row.agrees_to_record = agrees
        save_person(row, "agrees_to_record")
        inside = CallPerson.objects.filter(call=call, state=State.IN)
        runs = inside.count() > 1 and not inside.filter(agrees_to_record=False).exists()
        if runs != (call.recording_since is not None):
            call.recording_since = now if runs else None
            save_call(call, "recording_since")
            record("recording.began" if runs else "recording.ended", call, None)
    return call


def fall_back(person: CallPerson, *, why: str, now: datetime | None = None) -> None:
    """The call failed on this person's side: the conversation says so to both, with the spare link. Once a minute at most."""
    now = now or timezone.now()
    with transaction.atomic():
        call = lock_call(person.call)
        if call.conversation is None:
            return
        last = call.conversation.messages.filter(note="call_failed").order_by("-number").first()
        if last is not None and (now - last.at).total_seconds() < 60:
            return
        say_note(call.conversation, "call_failed", now, {"en": call.spare_url})
        record("call.failed", call, None, why=why[:60])
