"""Who is told what about conversations, in which words. Sending is the mail gateway's work."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.conversations.bridge import reply_token
from everfair.conversations.models import Message, Party, Report, Silenced
from everfair.conversations.queries.names import names_of, shown
from everfair.gateways import mail
from everfair.people.models import User
from everfair.people.notices import address

EXTRACT = 1500  # characters of a message that stand in a letter


def address_of(party: Party, language: str) -> str:
    """The conversation at the party's own desk, in the reader's language."""
    edition = party.conversation.edition
    code = party.conversation.code
    return address("visitor:conversations.conversation_show", language, edition=edition.slug, code=code)


def tell_unread(party: Party, reader: User, messages: Sequence[Message]) -> None:
    """What came while the reader was away, all of one conversation in one letter."""
    mail.send(
        reader.email,
        "conversations/unread",
        _context(party, reader)
        | {
            "messages": [
                {"text": _cut(one.text), "files": one.files.count(), "at": one.at} for one in messages[:10]
            ],
            "count": len(messages),
            "reply_to": reply_address(party, reader),
        },
        reader.language,
        reply_to=reply_address(party, reader) or None,
    )


def tell_handed_over(party: Party, colleague: User) -> None:
    """A conversation nobody of the team answered is this colleague's now."""
    mail.send(colleague.email, "conversations/handed_over", _context(party, colleague), colleague.language)


def tell_moderators(report: Report) -> None:
    """The edition's administrators learn that a message was reported; the letter does not quote it."""
    people = User.objects.filter(
        team_roles__edition=report.edition_id, team_roles__role="administrator", is_active=True
    )
    for person in people.distinct():
        context: dict[str, object] = {
            "name": person.name,
            "edition_name": pick(report.edition.name, person.language),
            "why": report.why,
            "url": address(
                "organiser:conversations.report_show",
                person.language,
                edition=report.edition.slug,
                code=report.code,
            ),
        }
        mail.send(person.email, "conversations/reported", context, person.language)


def tell_decided(report: Report) -> None:
    """The reporter reads what came of it."""
    if report.by is None or not report.by.is_active:
        return
    context: dict[str, object] = {
        "name": report.by.name,
        "edition_name": pick(report.edition.name, report.by.language),
        "is_upheld": report.state == Report.State.UPHELD,
        "removed": report.removed_message,
        "decision": report.decision,
    }
    mail.send(report.by.email, "conversations/decided", context, report.by.language)


def tell_silenced(row: Silenced) -> None:
    """The person reads that they may not write, why, and until when."""
    context: dict[str, object] = {
        "name": row.user.name,
        "edition_name": pick(row.edition.name, row.user.language),
        "why": row.why,
        "until": row.until,
    }
    mail.send(row.user.email, "conversations/silenced", context, row.user.language)


def tell_not_sent(party: Party, reader: User, why: str, words: str, files: Sequence[str]) -> None:
    """What the reader answered by mail was not put into the conversation: why, and all they wrote."""
    context = _context(party, reader) | {"why": why, "words": words, "files": files}
    mail.send(reader.email, "conversations/not_sent", context, reader.language)


def reply_address(party: Party, reader: User) -> str:
    """Where an answer by mail goes; "" when this installation takes no mail."""
    if not settings.INBOUND_ADDRESS:
        return ""
    mailbox, _, host = settings.INBOUND_ADDRESS.partition("@")
    return f"{mailbox}+{reply_token(party, reader)}@{host}"


def _context(party: Party, reader: User) -> dict[str, object]:
    conversation = party.conversation
    other = (
        Party.objects.exclude(pk=party.pk)
        .select_related("user", "exhibitor__organisation", "delegation")
        .get(conversation=conversation)
    )
    names = names_of(conversation.edition_id, [other.user] if other.user is not None else [])
    with translation.override(CONTENT_TO_INTERFACE.get(reader.language, "en")):
        told = shown(other, names)
    return {
        "name": reader.name,
        "edition_name": pick(conversation.edition.name, reader.language),
        "party": party,
        "other": other,
        "other_name": told.name,
        "other_firm": told.firm,
        "title": pick(conversation.title, reader.language),
        "url": address_of(party, reader.language),
    }


def _cut(text: str) -> str:
    return text if len(text) <= EXTRACT else text[: EXTRACT - 1].rstrip() + "…"
