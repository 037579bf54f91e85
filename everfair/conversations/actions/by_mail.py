"""Answers by mail: one letter that came in becomes a message, or its writer reads why not. Nothing of it is lost."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.conversations import notices
from everfair.conversations.access import keys_of
from everfair.conversations.actions.files import keep_files
from everfair.conversations.actions.writing import say
from everfair.conversations.bridge import own_words, read_token
from everfair.conversations.models import Message, Party
from everfair.gateways.mail.incoming import Incoming, read_letter
from everfair.gateways.storage.errors import StorageFull
from everfair.people.models import User


class NoSuchAddress(Exception):
    """No conversation takes letters at the addresses this one reached."""


@dataclass(frozen=True)
class Taken:
    """What came of a letter: "kept" (now or before), "ignored" (no person wrote it), "refused" (its writer was written to)."""

    what: str
    message: Message | None = None


def take_letter(raw: bytes, *, recipients: Iterable[str] = (), now: datetime | None = None) -> Taken:
    """Put the answer of a reader into its conversation. The same letter again is kept once.

    `recipients`: addresses the mail server names beside those in the letter. Raises NoLetter, NoSuchAddress.
    """
    letter = read_letter(raw)
    if letter.is_automatic:
        return Taken("ignored")
    party, reader = _addressed(letter, recipients)
    number = f"mail:{letter.digest[:31]}"
    before = Message.objects.filter(conversation=party.conversation_id, by=reader, own_number=number).first()
    if before is not None:
        return Taken("kept", before)
    words = own_words(letter.text)
    with translation.override(CONTENT_TO_INTERFACE.get(reader.language, "en")):
        try:
            _require_right(party, reader, letter)
            files = keep_files([(one.name, io.BytesIO(one.data)) for one in letter.attachments], by=reader)
            said = say(
                party.conversation, party.side, words, by=reader, own_number=number, files=files, now=now
            )
        except StorageFull:  # the mail server keeps the letter
            raise
        except Refused as error:
            names = [one.name for one in letter.attachments]
            notices.tell_not_sent(party, reader, str(error), words or letter.text, names)
            return Taken("refused")
    return Taken("kept", said)


def _addressed(letter: Incoming, recipients: Iterable[str]) -> tuple[Party, User]:
    """The first address of ours whose token is true names party and reader."""
    mailbox, _at, host = settings.INBOUND_ADDRESS.lower().partition("@")
    for address in [*recipients, *letter.reached]:
        local, _sign, at = address.strip().lower().rpartition("@")
        name, _plus, token = local.partition("+")
        known = read_token(token) if (name, at) == (mailbox, host) else None
        if known is None:
            continue
        party = Party.objects.select_related(
            "conversation__edition__fair", "user", "exhibitor__organisation", "delegation"
        ).filter(pk=known[0]).first()  # fmt: skip
        reader = User.objects.filter(pk=known[1], is_active=True).first()
        if party is not None and reader is not None:
            return party, reader
    raise NoSuchAddress


def _require_right(party: Party, reader: User, letter: Incoming) -> None:
    """The reader still answers for the party, and it is the reader who writes: others may answer to all of a letter."""
    if party.key not in keys_of(reader, party.conversation.edition):
        raise Refused(_("You do not answer for this side of the conversation any more."))
    if letter.sender.lower() not in _addresses_of(reader):
        raise Refused(
            _("It came from %(address)s, which is not an address of your account. Write from yours, or add that one.")
            % {"address": letter.sender or "?"}
        )  # fmt: skip


def _addresses_of(reader: User) -> set[str]:
    from allauth.account.models import EmailAddress  # app ready: a model of another app

    proven = EmailAddress.objects.filter(user=reader, verified=True).values_list("email", flat=True)
    return {reader.email.lower(), *(one.lower() for one in proven)}
