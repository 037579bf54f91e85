"""What happens when nobody answers: letters, handing over, and in the end forgetting. Called every few seconds, safe twice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from everfair.conversations import notices
from everfair.conversations.access import readers_of, team_of
from everfair.conversations.actions.erasing import forget_files
from everfair.conversations.actions.guards import grow, lock_conversation, note
from everfair.conversations.models import SHORTEST_KEPT, Conversation, Message, MessageFile, Party, ReadMark
from everfair.conversations.queries.rules import rules_of
from everfair.fair.models import Edition

FORGOTTEN = 200  # conversations of an edition at a time
AT_ONCE = 500  # parties of an edition looked at in one turn


def follow_silence(now: datetime | None = None) -> tuple[int, int]:
    """Write to who has something unread, hand over what waits too long. How many letters and how many hand-overs."""
    now = now or timezone.now()
    return tell_absent(now), hand_over(now)


def tell_absent(now: datetime) -> int:
    """One letter to each absent reader of a party with everything unread in that conversation, once for each message."""
    first = Message.objects.filter(conversation=OuterRef("conversation"), number=OuterRef("told_number") + 1)
    due = Party.objects.filter(conversation__last_number__gt=F("told_number")).annotate(
        first_at=Subquery(first.values("at")[:1])
    )
    ready: list[int] = []
    for edition in Edition.objects.filter(pk__in=due.values("conversation__edition")):
        wait = timedelta(minutes=rules_of(edition).letter_minutes)
        rows = due.filter(conversation__edition=edition).filter(
            Q(first_at__lte=now - wait) | Q(first_at=None), Q(told_at=None) | Q(told_at__lte=now - wait)
        )
        ready += rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    sent = 0
    for pk in ready:
        sent += _tell(pk, now)
    return sent


def _tell(pk: int, now: datetime) -> int:
    with transaction.atomic():
        party = Party.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if party is None:
            return 0
        conversation = party.conversation
        wait = timedelta(minutes=rules_of(conversation.edition).letter_minutes)
        if party.told_at is not None and party.told_at > now - wait:
            return 0
        fresh = Message.objects.filter(
            conversation=conversation, number__gt=party.told_number, kind=Message.Kind.TEXT, removed_at=None
        ).exclude(side=party.side)
        oldest = fresh.order_by("number").first()
        if oldest is not None and oldest.at > now - wait:
            return 0
        marks = dict(ReadMark.objects.filter(conversation=conversation).values_list("user_id", "number"))
        muted = set(
            ReadMark.objects.filter(conversation=conversation, is_muted=True).values_list(
                "user_id", flat=True
            )
        )
        readers = readers_of(party)
        unread = list(fresh.order_by("number"))
        sent = 0
        for reader in readers:
            if reader.pk in muted:
                continue
            mine = [one for one in unread if one.number > marks.get(reader.pk, 0)]
            if mine:
                notices.tell_unread(party, reader, mine)
                sent += 1
        Party.objects.filter(pk=pk).update(
            told_number=conversation.last_number, told_at=now if sent else party.told_at
        )
        return sent


def hand_over(now: datetime) -> int:
    """A team's conversation nobody answered in time becomes the next colleague's, who is written to."""
    waiting = Party.objects.exclude(kind=Party.Kind.PERSON).exclude(handler=None).exclude(waiting_since=None)
    done = 0
    for edition in Edition.objects.filter(pk__in=waiting.values("conversation__edition")):
        before = now - timedelta(hours=rules_of(edition).hand_over_hours)
        late = waiting.filter(conversation__edition=edition, waiting_since__lte=before)
        late = late.filter(Q(handed_at=None) | Q(handed_at__lte=before))
        for pk in list(late.order_by("waiting_since", "pk").values_list("pk", flat=True)[:AT_ONCE]):
            done += _hand_over(pk, before, now)
    return done


def _hand_over(pk: int, before: datetime, now: datetime) -> int:
    found = Party.objects.select_related("conversation").filter(pk=pk).first()
    if found is None:
        return 0
    with transaction.atomic():
        row = lock_conversation(found.conversation)
        party = Party.objects.select_related("exhibitor", "delegation", "handler").get(pk=pk)
        party.conversation = row
        if party.waiting_since is None or party.handler is None:
            return 0
        if max(party.waiting_since, party.handed_at or party.waiting_since) > before:
            return 0
        team = team_of(party)
        ids = [person.pk for person in team]
        if not set(ids) - {party.handler_id}:  # nobody else: looked at again when as much time has gone by
            party.handed_at = now
            party.save(update_fields=["handed_at"])
            return 0
        place = ids.index(party.handler_id) if party.handler_id in ids else -1
        colleague = team[(place + 1) % len(team)]
        party.handler, party.handed_at = colleague, now
        party.save(update_fields=["handler", "handed_at"])
        grow(row)
        note(row, "handed_over", now, {"en": colleague.name}, side=party.side)
        notices.tell_handed_over(party, colleague)
    return 1


def forget_old(now: datetime | None = None) -> int:
    """Erase conversations whose last message is older than their edition keeps them. How many; call again for more."""
    now = now or timezone.now()
    old = Conversation.objects.filter(last_at__lt=now - timedelta(days=SHORTEST_KEPT))
    gone = 0
    for edition in Edition.objects.filter(pk__in=old.values("edition")):
        rows = old.filter(edition=edition, last_at__lt=now - timedelta(days=rules_of(edition).kept_days))
        for row in rows.order_by("last_at")[:FORGOTTEN]:
            with transaction.atomic():
                forget_files(MessageFile.objects.filter(message__conversation=row).select_related("file"))
                row.delete()
            gone += 1
    return gone
