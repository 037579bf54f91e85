"""Blocks, reports and what moderators do with them, silencing, notes of absence, the edition's numbers."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.languages import Words
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import clean_line, clean_text_words
from everfair.conversations import notices
from everfair.conversations.access import Stand, Who
from everfair.conversations.actions.guards import lock_conversation, parties_of, record
from everfair.conversations.actions.writing import remove_words
from everfair.conversations.models import (
    REPORT_STEPS,
    AwayNote,
    Block,
    HelpDeskMember,
    Message,
    Party,
    Report,
    Silenced,
    TalkRules,
)
from everfair.conversations.queries.facts import message_facts
from everfair.fair.models import Edition
from everfair.people.models import User

AROUND = 5  # messages before the reported one that go to the moderators with it


def block(stand: Stand, *, by: Any) -> Block:
    """The own party wants nothing more of the other: no messages, no calls, no matches. The other is not told."""
    if stand.other.kind == Party.Kind.HELP_DESK:
        raise Refused(_("The help desk cannot be blocked. Close the conversation, or mute it."))
    edition = stand.conversation.edition
    made, _is_new = Block.objects.get_or_create(
        edition=edition, own=stand.own.key, other=stand.other.key, defaults={"by": by}
    )
    Party.objects.filter(conversation__edition=edition, key=stand.own.key).filter(
        conversation__parties__key=stand.other.key
    ).update(waiting_since=None)
    return made


def unblock(edition: Edition, own: str, other: str) -> bool:
    """Take it back; whether there was anything to take back. That the person speaks for `own` was asked before."""
    return Block.objects.filter(edition=edition, own=own, other=other).delete()[0] > 0


def report(
    stand: Stand, message: Message, why: str, words: str, *, by: Any, now: datetime | None = None
) -> Report:
    """Hand a message of the other side, and the five before it, to the organiser's moderators. Once for a side and a message."""
    if message.side in ("", stand.own.side):
        raise Refused(_("Only what the other side wrote can be reported."))
    if why not in Report.Why.values:
        raise Refused(_("Choose why you report it."), field="why")
    near = Message.objects.filter(
        conversation=stand.conversation, number__lte=message.number, number__gte=message.number - AROUND
    )
    parties = parties_of(stand.conversation)
    facts = message_facts(near.select_related("by").prefetch_related("files__file"), parties.values())
    shown = [
        {"number": one["number"], "side": one["side"], "name": one["by"], "text": one["text"], "at": one["at"],
         "files": [file["name"] for file in one["files"]]}
        for one in facts
    ]  # fmt: skip
    try:
        with transaction.atomic():
            made = Report.objects.create(
                edition=stand.conversation.edition, conversation=stand.conversation, message=message, by=by,
                by_side=stand.own.side, why=why, words=clean_line(words)[:1000], shown=shown, at=now or timezone.now(),
            )  # fmt: skip
            # the log is the organiser's, who does not learn who a buyer without a name is
            record("report.made", made, None if stand.own.is_hidden else by, made.edition_id)
            notices.tell_moderators(made)
    except IntegrityError as error:
        raise Refused(_("Your side has reported this message already. The organiser looks at it.")) from error
    return made


def decide(
    found: Report,
    target: str,
    *,
    decision: str,
    removes: bool = False,
    by: Any,
    now: datetime | None = None,
) -> Report:
    """Uphold a report or not, with a sentence for the reporter; `removes` takes the message's words away for both sides."""
    now = now or timezone.now()
    said = clean_line(decision)[:1000]
    if target != Report.State.OPEN and not said:
        raise Refused(
            _("Say in a sentence what you decided and why: the reporter reads it."), field="decision"
        )
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",)).select_related("message", "by").get(pk=found.pk)
        require_step(REPORT_STEPS, row.state, target, {one.value: str(one.label) for one in Report.State})
        row.state, row.decision = target, said
        row.decided_by, row.decided_at = (by, now) if target != Report.State.OPEN else (None, None)
        if removes and target == Report.State.UPHELD and row.message.removed_at is None:
            conversation = lock_conversation(row.conversation)
            remove_words(conversation, row.message, "moderator", now)
            row.removed_message = True
        row.save()
        record(
            "report.decided", row, by, row.edition_id, reason=said, state=target, removed=row.removed_message
        )
        if target != Report.State.OPEN:
            notices.tell_decided(row)
    return row


def silence(
    edition: Edition, user: User, *, why: str, until: datetime | None, by: Any, now: datetime | None = None
) -> Silenced:
    """Keep somebody from writing in this edition until a day, or for good; they read why."""
    now = now or timezone.now()
    said = clean_line(why)[:500]
    if not said:
        raise Refused(_("Say why: the person reads it."), field="why")
    if until is not None and until <= now:
        raise Refused(_("This time is over already. Choose a later one."), field="until")
    with transaction.atomic():
        row, _is_new = Silenced.objects.update_or_create(
            edition=edition, user=user, defaults={"why": said, "until": until, "by": by, "at": now}
        )
        record("person.silenced", row, by, edition.pk, reason=said)
        notices.tell_silenced(row)
    return row


def let_speak(row: Silenced, *, by: Any) -> None:
    """They may write again."""
    with transaction.atomic():
        record("person.heard_again", row, by, row.edition_id)
        row.delete()


def set_away(
    edition: Edition,
    who: Who,
    text: Words,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    by: Any,
    now: datetime | None = None,
) -> AwayNote:
    """A person's or a firm's word that nobody answers for a while; one each."""
    begins = starts_at or now or timezone.now()
    words = clean_text_words(text)
    if not words:
        raise Refused(_("Say in a sentence when you will be back."), field="text")
    if any(len(said) > 500 for said in words.values()):
        raise Refused(_("Keep it below 500 characters."), field="text")
    if ends_at is not None and ends_at <= begins:
        raise Refused(_("The end must come after the beginning."), field="ends_at")
    own: dict[str, Any] = {"exhibitor": who.exhibitor} if who.exhibitor is not None else {"user": who.user}
    row, _is_new = AwayNote.objects.update_or_create(
        edition=edition, **own, defaults={"text": words, "starts_at": begins, "ends_at": ends_at}
    )
    Party.objects.filter(conversation__edition=edition, key=who.key).update(away_told_at=None)
    return row


def end_away(row: AwayNote, *, by: Any) -> None:
    """Back again."""
    row.delete()


def save_rules(edition: Edition, values: dict[str, Any], *, version: int, by: Any) -> TalkRules:
    """The edition's numbers, from a form that was clean; EditedMeanwhile when somebody saved after `version` was read."""
    with transaction.atomic():
        row, _is_new = TalkRules.objects.select_for_update().get_or_create(edition=edition)
        if row.version != version:
            raise EditedMeanwhile(_("Somebody saved these numbers after you opened the page."), row.version)
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.full_clean(exclude=["edition"])
        row.save()
        record("rules.saved", row, by, edition.pk, **{n: v for n, v in values.items() if v != before[n]})
    return row


def put_at_help_desk(edition: Edition, user: User, *, by: Any) -> HelpDeskMember:
    """Somebody of the organiser's team answers at the help desk from now on."""
    row, is_new = HelpDeskMember.objects.get_or_create(edition=edition, user=user)
    if is_new:
        record("help_desk.joined", row, by, edition.pk)
    return row


def take_from_help_desk(row: HelpDeskMember, *, by: Any) -> None:
    """They answer there no more; what they handled goes back to the queue."""
    with transaction.atomic():
        record("help_desk.left", row, by, row.edition_id)
        Party.objects.filter(
            kind=Party.Kind.HELP_DESK, conversation__edition=row.edition_id, handler=row.user_id
        ).update(handler=None)
        row.delete()
