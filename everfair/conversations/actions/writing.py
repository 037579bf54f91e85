"""Begin a conversation, and say something in it. What was taken once is never lost, and sent twice it is kept once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.languages import Words
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.conversations.access import Stand, Who, is_blocked
from everfair.conversations.actions.answers import keep_answer
from everfair.conversations.actions.erasing import forget_files
from everfair.conversations.actions.guards import (
    append,
    lock_conversation,
    note,
    parties_of,
    tell_message,
    tell_state,
)
from everfair.conversations.actions.reading import keep_mark, tell_inboxes
from everfair.conversations.models import (
    AwayNote,
    Conversation,
    Message,
    MessageFile,
    Party,
    ReadMark,
)
from everfair.conversations.queries.reach import taken_back, why_not
from everfair.conversations.queries.rules import rules_of, silenced_until
from everfair.conversations.signals import buyer_revealed, message_sent
from everfair.fair.models import Edition
from everfair.gateways.storage.hold import keep_rows
from everfair.matchmaking.forms.need_values import guess_language, is_language

LONGEST = 8000
MOST_FILES = 5
AWAY_AGAIN = timedelta(hours=24)  # after which the other side is told again that nobody answers
TAKE_BACK = timedelta(minutes=10)


@dataclass(frozen=True)
class Thing:
    """What a conversation is about: kind (Conversation.About), public code, name in each language."""

    kind: str = ""
    code: str = ""
    name: Words | None = None


@dataclass(frozen=True)
class Upload:
    """A file that was checked and stored, with the name it had. Its row is saved with the message."""

    file: MediaFile
    name: str
    data: bytes = field(default=b"", repr=False)  # what was stored; none of a file that has its row already


def keep_uploads(files: Sequence[Upload]) -> None:
    """Write the rows of what was just stored, in the caller's transaction."""
    keep_rows((one.file for one in files), {one.file.digest: one.data for one in files if one.data})


def begin(
    edition: Edition,
    own: Who,
    other: Who,
    text: str,
    *,
    by: Any,
    about: Thing | None = None,
    own_number: str = "",
    language: str = "",
    files: Sequence[Upload] = (),
    is_greeting: bool = False,
    is_known: bool = False,
    now: datetime | None = None,
) -> Message:
    """Write to somebody for the first time about a thing; when the two have that conversation already, in it.

    Refused with a sentence when `own` may not write to `other`, or `by` began too many today. That `by` speaks for `own`
    was asked before. `is_greeting`: a host speaks first to a visitor at the booth, whose consent was asked before.
    `is_known`: that the two met or wrote before was asked too.
    """
    now = now or timezone.now()
    thing = about or Thing()
    with transaction.atomic():
        conversation = find(edition, own, other, thing)
        if conversation is None:
            refusal = "" if is_greeting else why_not(edition, by, own, other, is_known=is_known)
            if refusal:
                raise Refused(refusal)
            _require_pace_of_beginning(edition, by, now)
            conversation = make(edition, own, other, thing, now)
        own_party = next(one for one in parties_of(conversation).values() if one.key == own.key)
        return say(
            conversation, own_party.side, text, by=by, own_number=own_number, language=language, files=files,
            is_greeting=is_greeting, now=now,
        )  # fmt: skip


def find(edition: Edition, own: Who, other: Who, thing: Thing) -> Conversation | None:
    """The conversation the two have about the thing."""
    return Conversation.objects.filter(edition=edition, pair=_pair(own, other, thing)).first()


def _pair(own: Who, other: Who, thing: Thing) -> str:
    """What exists once: both keys in order, the thing, and whether the buyer is hidden in it."""
    first, second = sorted((own.key, other.key))
    hidden = "hidden" if own.is_hidden or other.is_hidden else ""
    return f"{first}|{second}|{thing.kind}:{thing.code}|{hidden}"


def make(edition: Edition, own: Who, other: Who, thing: Thing, now: datetime) -> Conversation:
    """A new row; the one another request made at the same moment, if so."""
    pair = _pair(own, other, thing)
    try:
        with transaction.atomic():
            made = Conversation.objects.create(
                edition=edition, pair=pair, about=thing.kind, about_code=thing.code, title=thing.name or {},
                last_at=now, made_at=now,
            )  # fmt: skip
            for side, who in ((Party.Side.OPENER, own), (Party.Side.OTHER, other)):
                Party.objects.create(
                    conversation=made, side=side, kind=who.kind, key=who.key, user=who.user, exhibitor=who.exhibitor,
                    delegation=who.delegation, is_hidden=who.is_hidden,
                )  # fmt: skip
            return made
    except IntegrityError:
        return Conversation.objects.get(edition=edition, pair=pair)


def _require_pace_of_beginning(edition: Edition, by: Any, now: datetime) -> None:
    most = rules_of(edition).begun_a_day
    begun = Message.objects.filter(
        by=by, number=1, at__gt=now - timedelta(days=1), conversation__edition=edition
    ).count()
    if begun >= most:
        raise Refused(
            _("You have begun %(count)d conversations within a day; that is the most here. Go on tomorrow, or in one you have.")
            % {"count": begun}
        )  # fmt: skip


def say(
    conversation: Conversation,
    side: str,
    text: str,
    *,
    by: Any,
    own_number: str = "",
    language: str = "",
    files: Sequence[Upload] = (),
    is_greeting: bool = False,
    now: datetime | None = None,
) -> Message:
    """Say something for `side`. The same `own_number` of the same person again gives the message kept the first time.

    Refused when blocked, silenced, too fast, too long, or when there is nothing to read in it.
    """
    now = now or timezone.now()
    words = _clean(text, bool(files))
    with transaction.atomic():
        row = lock_conversation(conversation)
        kept = _sent_before(row, by, own_number)
        if kept is not None:
            return kept
        sides = parties_of(row)
        own, other = sides[side], sides["b" if side == "a" else "a"]
        _require_open(row, own, other, by, now)
        if len(files) > MOST_FILES:
            raise Refused(
                _("At most %(count)d files go with one message.") % {"count": MOST_FILES}, field="files"
            )
        message = append(
            row, now, side=side, by=by, own_number=own_number[:36], text=words, is_greeting=is_greeting,
            language=language[:10] if language and is_language(language) else guess_language(words, by.language),
        )  # fmt: skip
        keep_uploads(files)
        for position, one in enumerate(files):
            MessageFile.objects.create(message=message, file=one.file, name=one.name[:200], position=position)
        _settle_waiting(row, own, other, by, now)
        if row.state == Conversation.State.CLOSED:
            row.state = Conversation.State.OPEN
            row.save(update_fields=["state"])
            tell_state(row)
        keep_mark(row, by, side, message.number, now)
        ReadMark.objects.filter(conversation=row, is_put_away=True).update(is_put_away=False)
        tell_message(message, sides)
        _say_away(row, other, now)
        tell_inboxes(row, sides.values(), besides=by)
        transaction.on_commit(
            lambda: message_sent.send(Conversation, conversation_id=row.pk, number=message.number)
        )
    return message


def _clean(text: str, has_files: bool) -> str:
    if len(text) > LONGEST * 4:  # not worth cleaning
        raise _too_long(len(text))
    words = clean_text(text)
    if not has_files and not any(not mark.isspace() for mark in words):
        raise Refused(_("Write something, or add a file."), field="text")
    if len(words) > LONGEST:
        raise _too_long(len(words))
    return words


def _too_long(count: int) -> Refused:
    return Refused(
        _("Your message has %(count)d characters; at most %(limit)d fit. Put the long text into a file.")
        % {"count": count, "limit": LONGEST},
        field="text",
    )


def _sent_before(row: Conversation, by: Any, own_number: str) -> Message | None:
    if not own_number:
        return None
    return Message.objects.filter(conversation=row, by=by, own_number=own_number[:36]).first()


def _require_open(row: Conversation, own: Party, other: Party, by: Any, now: datetime) -> None:
    refused = silenced_until(row.edition, by, now)
    if refused:
        raise Refused(refused)
    if is_blocked(row.edition, own.key, other.key):
        raise Refused(taken_back())
    if other.kind == Party.Kind.PERSON and other.user is None:
        raise Refused(
            _("This person has left the fair: nobody would read it. What was written stays readable.")
        )
    most = rules_of(row.edition).messages_a_minute
    lately = Message.objects.filter(by=by, at__gt=now - timedelta(minutes=1)).count()
    if lately >= most:
        raise Refused(_("That was fast: %(count)d messages within a minute. Wait a moment, your text is still here.")
            % {"count": lately})  # fmt: skip


def _settle_waiting(row: Conversation, own: Party, other: Party, by: Any, now: datetime) -> None:
    """The own side has answered, the other has something to answer; a team's wait is measured."""
    if own.waiting_since is not None and own.is_team:
        keep_answer(row, own, now)
    own.waiting_since = None
    if own.is_team and own.handler_id is None:
        own.handler = by
        own.handed_at = now
    own.save(update_fields=["waiting_since", "handler", "handed_at"])
    if other.waiting_since is None:
        other.waiting_since = now
        other.save(update_fields=["waiting_since"])


def _say_away(row: Conversation, other: Party, now: datetime) -> None:
    """Whoever writes to somebody away reads their note, once a day."""
    if other.away_told_at is not None and other.away_told_at > now - AWAY_AGAIN:
        return
    notes = AwayNote.objects.filter(edition=row.edition, starts_at__lte=now)
    if other.kind == Party.Kind.FIRM:
        found = notes.filter(exhibitor=other.exhibitor_id).first()
    elif other.kind == Party.Kind.PERSON:
        found = notes.filter(user=other.user_id).first()
    else:
        found = None
    if found is None or (found.ends_at is not None and found.ends_at <= now):
        return
    other.away_told_at = now
    other.save(update_fields=["away_told_at"])
    note(row, "away", now, facts=found.text, side=other.side)


def take_back(message: Message, *, by: Any, now: datetime | None = None) -> Message:
    """The writer takes a message back within ten minutes; its place stays, its words go."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_conversation(message.conversation)
        found = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if found.by_id != by.pk or found.kind != Message.Kind.TEXT:
            raise Refused(_("Only who wrote a message can take it back."))
        if found.removed_at is not None:
            return found
        if now - found.at > TAKE_BACK:
            raise Refused(_("A message can be taken back for ten minutes. Write another that puts it right."))
        return remove_words(row, found, "writer", now)


def remove_words(row: Conversation, message: Message, why: str, now: datetime) -> Message:
    """Words and files go, the place stays. `row` is locked."""
    message.text, message.removed_at, message.removed_why = "", now, why
    message.save(update_fields=["text", "removed_at", "removed_why"])
    forget_files(message.files.select_related("file"))
    message.conversation = row
    tell_message(message, parties_of(row))
    return message


def reveal(stand: Stand, *, by: Any, now: datetime | None = None) -> Party:
    """A buyer who was not named says who they are; everything written before then carries the name too."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_conversation(stand.conversation)
        own = Party.objects.get(pk=stand.own.pk)
        if own.is_hidden:
            own.is_hidden = False
            own.save(update_fields=["is_hidden"])
            note(row, "revealed", now, side=own.side)
            transaction.on_commit(lambda: buyer_revealed.send(Conversation, conversation_id=row.pk))
    return own


__all__ = ["Thing", "Upload", "begin", "remove_words", "reveal", "say", "take_back"]
