"""A call comes to be: of a meeting, of a conversation, by ringing a booth. And it ends."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.actions.guards import lock_call, record, save_call, save_person
from everfair.calls.models import CALL_STEPS, Call, CallPerson, Listener
from everfair.calls.queries.rules import rules_of
from everfair.conversations.access import Stand, is_blocked
from everfair.conversations.actions.quiet import open_quietly, say_note
from everfair.conversations.models import Conversation
from everfair.conversations.queries.meetings import sides_of_meeting
from everfair.fair.models import Edition
from everfair.gateways import video
from everfair.meetings.models import Meeting

IDLE = timedelta(minutes=5)  # a call nobody is in ends by itself; a meeting's stays until its hours are over
SILENT = timedelta(seconds=45)  # whoever's page says nothing for so long has left
LIVING = (Call.State.RINGING, Call.State.OPEN)


def call_of_meeting(meeting: Meeting, *, by: Any, now: datetime | None = None) -> Call:
    """The room of a meeting, made on first use, with the conversation of its two sides. That `by` is one of them was asked before."""
    now = now or timezone.now()
    found = Call.objects.filter(meeting=meeting).first()
    if found is not None:
        return _follow_meeting(found, meeting)
    _require_open(meeting.edition, meeting)
    try:
        with transaction.atomic():
            made = Call.objects.create(
                edition=meeting.edition, meeting=meeting, exhibitor=meeting.exhibitor, title=_title_of(meeting),
                conversation=conversation_of_meeting(meeting, by=by, now=now), provider=_provider(2),
                spare_url=meeting.online_url, starts_at=meeting.slot.starts_at, ends_at=meeting.slot.ends_at, made_at=now,
            )  # fmt: skip
            record("call.opened", made, by)
            return made
    except IntegrityError:
        return Call.objects.get(meeting=meeting)


def _follow_meeting(call: Call, meeting: Meeting) -> Call:
    """A meeting that was moved takes its room's hours along."""
    if (call.starts_at, call.ends_at) == (meeting.slot.starts_at, meeting.slot.ends_at):
        return call
    with transaction.atomic():
        row = lock_call(call)
        row.starts_at, row.ends_at = meeting.slot.starts_at, meeting.slot.ends_at
        return save_call(row, "starts_at", "ends_at")


def _require_open(edition: Any, meeting: Meeting | None) -> None:
    if not rules_of(edition).is_open:
        raise Refused(
            _("The organiser has closed calls of this fair. Use the spare link, or write a message.")
        )
    if meeting is not None and meeting.state == Meeting.State.CANCELLED:
        raise Refused(_("This meeting was cancelled, so it has no room."))


def _title_of(meeting: Meeting) -> dict[str, str]:
    return dict(meeting.exhibitor.organisation.name) if meeting.exhibitor is not None else {}


def _provider(size: int) -> str:
    try:
        return bridge.provider_for(size)
    except video.Unavailable as error:
        raise Refused(str(error.words)) from error


def conversation_of_meeting(meeting: Meeting, *, by: Any, now: datetime) -> Conversation | None:
    """Where the two sides of a meeting go on in words; None when one of them has no account."""
    sides = sides_of_meeting(meeting)
    if len(sides) != 2:
        return None
    asker, asked = sides["asker"], sides["asked"]
    return open_quietly(meeting.edition, asker, asked, "meeting", meeting.code, _title_of(meeting), now=now)


def call_of_conversation(stand: Stand, *, by: Any, now: datetime | None = None) -> Call:
    """The two sides' call now: the one that is open, else a new one, said in the conversation."""
    now = now or timezone.now()
    talk = stand.conversation
    open_now = Call.objects.filter(conversation=talk, meeting=None, state__in=LIVING).first()
    if open_now is not None:
        return open_now
    _require_open(talk.edition, None)
    if is_blocked(talk.edition, stand.own.key, stand.other.key):
        raise Refused(_("No call is possible here any more."))
    try:
        with transaction.atomic():
            made = Call.objects.create(
                edition=talk.edition, conversation=talk, title=talk.title, provider=_provider(2), made_at=now,
                exhibitor=stand.own.exhibitor or stand.other.exhibitor,
            )  # fmt: skip
            say_note(talk, "call_started", now, {"en": made.code}, side=stand.own.side, waits=True)
            record("call.opened", made, by)
            return made
    except IntegrityError:
        return Call.objects.get(conversation=talk, meeting=None, state__in=LIVING)


def end_call(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """Everybody leaves. Who may was asked before."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_call(call)
        if row.state == Call.State.ENDED:
            return row
        require_step(
            CALL_STEPS, row.state, Call.State.ENDED, {one.value: str(one.label) for one in Call.State}
        )
        return _end(row, by, now)


def _end(row: Call, by: Any, now: datetime) -> Call:
    for person in CallPerson.objects.filter(call=row, state=CallPerson.State.IN):
        person.call = row
        _mark_left(person, now)
    row.state, row.ended_at, row.recording_since = Call.State.ENDED, now, None
    row.on_air_at, row.listeners = None, 0
    save_call(row, "state", "ended_at", "recording_since", "on_air_at", "listeners")
    Listener.objects.filter(call=row).delete()
    if row.conversation is not None and row.opened_at is not None:
        minutes = max(1, round((now - row.opened_at).total_seconds() / 60))
        say_note(row.conversation, "call_ended", now, {"en": str(minutes)})
    record("call.ended", row, by)
    transaction.on_commit(lambda: _close_room(row, now))
    return row


def _close_room(row: Call, now: datetime) -> None:
    with suppress(video.Unavailable):  # a server that is away has no room either
        bridge.end(row, now)


def _mark_left(person: CallPerson, now: datetime) -> None:
    person.state, person.left_at, person.is_sharing, person.hand_at = CallPerson.State.LEFT, now, False, None
    save_person(person, "state", "left_at", "is_sharing", "hand_at")


def follow_calls(now: datetime | None = None) -> int:
    """Who went silent has left; calls nobody is in, or whose hours are over, end. How many ended. Safe to run often and twice."""
    now = now or timezone.now()
    gone = CallPerson.objects.filter(state=CallPerson.State.IN, seen_at__lt=now - SILENT)
    for pk in list(gone.values_list("pk", flat=True)):
        _leave_silently(pk, now)
    lively = Q(state=CallPerson.State.IN) | Q(left_at__gt=now - IDLE)
    open_now = Call.objects.filter(
        state=Call.State.OPEN, session=None
    )  # stages are followed by actions.stages
    ended = 0
    for edition in Edition.objects.filter(pk__in=open_now.values("edition")):
        stays = timedelta(minutes=rules_of(edition).stays_after)
        empty = Q(meeting=None, made_at__lt=now - IDLE) & ~Exists(
            CallPerson.objects.filter(lively, call=OuterRef("pk"))
        )
        for call in open_now.filter(empty | Q(ends_at__lt=now - stays), edition=edition):
            end_call(call, by=None, now=now)
            ended += 1
    return ended


def _leave_silently(pk: int, now: datetime) -> None:
    found = CallPerson.objects.select_related("call").filter(pk=pk).first()
    if found is None:
        return
    with transaction.atomic():
        lock_call(found.call)
        person = CallPerson.objects.select_related("call").get(pk=pk)
        if (
            person.state == CallPerson.State.IN
            and person.seen_at is not None
            and person.seen_at < now - SILENT
        ):
            _mark_left(person, now)
