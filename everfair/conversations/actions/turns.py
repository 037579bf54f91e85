"""Whose turn it is in a team: take it, hand it to a colleague, close, open again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.conversations.access import Stand, team_of
from everfair.conversations.actions.guards import grow, lock_conversation, note, record, tell_state
from everfair.conversations.models import CONVERSATION_STEPS, Conversation, Party
from everfair.people.models import User

State = Conversation.State


def hand_to(stand: Stand, colleague: User, *, by: Any, now: datetime | None = None) -> Party:
    """The conversation is this colleague's from now on. Refused unless they are of the same team and can sign in."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_conversation(stand.conversation)
        own = Party.objects.select_related("exhibitor", "delegation").get(pk=stand.own.pk)
        own.conversation = row
        if not own.is_team:
            raise Refused(_("A conversation of your own has nobody to hand it to."))
        if colleague.pk not in {person.pk for person in team_of(own)}:
            raise Refused(_("This colleague does not answer for your team."), field="colleague")
        if own.handler_id != colleague.pk:
            own.handler, own.handed_at = colleague, now
            own.save(update_fields=["handler", "handed_at"])
            grow(row)
            note(row, "handed_over", now, {"en": colleague.name}, side=own.side)
    return own


def close(stand: Stand, *, by: Any, now: datetime | None = None) -> Conversation:
    """Nothing is waited for any more. Whoever writes again opens it again."""
    return _turn(stand, State.CLOSED, by, now)


def reopen(stand: Stand, *, by: Any, now: datetime | None = None) -> Conversation:
    """Open it again without a word."""
    return _turn(stand, State.OPEN, by, now)


def _turn(stand: Stand, target: str, by: Any, now: datetime | None) -> Conversation:
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_conversation(stand.conversation)
        require_step(CONVERSATION_STEPS, row.state, target, {one.value: str(one.label) for one in State})
        row.state = target
        row.save(update_fields=["state"])
        grow(row)
        if target == State.CLOSED:
            Party.objects.filter(conversation=row).update(waiting_since=None)
        note(row, "closed" if target == State.CLOSED else "reopened", now, side=stand.own.side)
        tell_state(row)
        record(
            "conversation.closed" if target == State.CLOSED else "conversation.reopened",
            row,
            None if stand.own.is_hidden else by,
            row.edition_id,
        )
    return row
