"""How a negotiation goes: it ends won or lost, is opened again, the firm moves it along its stages and hands it to a colleague."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.conversations.access import find_stand
from everfair.conversations.actions import writing
from everfair.conversations.actions.guards import lock_conversation, note
from everfair.conversations.models import Message, Party
from everfair.deals import notices
from everfair.deals.access import Stand
from everfair.deals.actions.guards import lock_firm, lock_negotiation, record, require_version
from everfair.deals.models import NEGOTIATION_STEPS, DealStage, Negotiation
from everfair.exhibition.models import Exhibitor

State = Negotiation.State
LONGEST_WHY = 1000


# Ends ---------------------------------------------------------------------------------------------------------
def end_negotiation(
    stand: Stand,
    target: str,
    *,
    by: Any,
    why: str = "",
    why_text: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Negotiation:
    """One side says that it is agreed ("won") or not ("lost", with `why`). Both read it; the other side is told by mail.

    Raises EditedMeanwhile, IllegalChange, or Refused with a field. The same again changes nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_negotiation(stand.negotiation)
        if row.state == target:
            return row
        require_version(row, version)
        step = require_step(NEGOTIATION_STEPS, row.state, target, _labels())
        if stand.side not in step.roles:
            raise Refused(_("This step is not yours to take."))
        if target == State.LOST and why not in Negotiation.Why.values:
            raise Refused(_("Choose why it came to nothing."), field="why")
        _set_ended(row, target, now)
        row.ended_by_side = stand.side
        row.why = why if target == State.LOST else ""
        row.why_text = clean_text(why_text)[:LONGEST_WHY] if target == State.LOST else ""
        _save_state(row, by, "open", now, side=stand.side)
        notices.tell_ended(row, side=stand.side)
    return row


def reopen_negotiation(
    stand: Stand, *, by: Any, version: int | None = None, now: datetime | None = None
) -> Negotiation:
    """It goes on. What an agreement confirmed by all its parties says is not undone by one of them."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_negotiation(stand.negotiation)
        if row.state == State.OPEN:
            return row
        require_version(row, version)
        step = require_step(NEGOTIATION_STEPS, row.state, State.OPEN, _labels())
        if stand.side not in step.roles:
            raise Refused(_("The firm said that it is agreed; it can open this again."))
        if row.is_won_by_agreement:
            raise Refused(
                _(
                    "An agreement confirmed by all its parties stands, so this stays agreed. Begin another negotiation for what is new."
                )
            )
        _require_only_one(row)
        before = row.state
        row.state, row.ended_at, row.ended_by_side, row.why, row.why_text = State.OPEN, None, "", "", ""
        row.place = 0
        _save_state(row, by, before, now, side=stand.side)
    return row


def _require_only_one(row: Negotiation) -> None:
    """What a firm began twice from one meeting, lead or conversation is open once."""
    if not row.source:
        return
    others = Negotiation.objects.filter(
        firm=lock_firm(row.firm), buyer_key=row.buyer_key, source=row.source, source_code=row.source_code
    )
    if others.filter(state=State.OPEN).exclude(pk=row.pk).exists():
        raise Refused(_("Another negotiation that began from the same is open. Go on in that one."))


def win_by_agreement(negotiation: Negotiation, now: datetime | None = None) -> Negotiation:
    """An agreement of the two was confirmed by all its parties. In the caller's transaction; twice is once."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_negotiation(negotiation)
        if row.is_won_by_agreement:
            return row
        if row.state == State.WON:  # one side had called it agreed: now it is for good
            row.ended_by_side = ""
            row.version += 1
            row.save(update_fields=["ended_by_side", "version"])
            return row
        require_step(NEGOTIATION_STEPS, row.state, State.WON, _labels())
        before = row.state
        _set_ended(row, State.WON, now)
        row.ended_by_side = row.why = row.why_text = ""
        _save_state(row, None, before, now, side="")
    return row


def _labels() -> dict[str, str]:
    return {str(value): str(label) for value, label in State.choices}


def _set_ended(row: Negotiation, target: str, now: datetime) -> None:
    row.state, row.ended_at, row.place = target, now, 0


def _save_state(row: Negotiation, by: Any, before: str, now: datetime, *, side: str) -> None:
    row.version += 1
    row.changed_at = now
    row.save(
        update_fields=[
            "state", "ended_at", "place", "ended_by_side", "why", "why_text", "version", "changed_at",
        ]
    )  # fmt: skip
    what = "reopened" if row.state == State.OPEN else row.state
    record(f"negotiation.{what}", row, by, row.edition_id, {"state": before}, {"state": row.state})
    said = "deal_agreed" if row.state == State.WON and not side else f"deal_{what}"
    say_in_conversation(row, said, now, side=side)


def say_in_conversation(
    row: Negotiation, what: str, now: datetime, *, side: str = "", facts: dict[str, str] | None = None
) -> None:
    """A note of the house between the two; `side` "buyer" or "firm" did it, "" neither. Nothing once retention took it.

    `what` is one of conversations' sentences.
    """
    if row.conversation is None:
        return
    talk = lock_conversation(row.conversation)
    own = {"firm": f"firm:{row.firm_id}", "buyer": row.buyer_key}.get(side, "")
    party = talk.parties.filter(key=own).first() if own else None
    note(talk, what, now, facts=facts, side=party.side if party is not None else "")


# The firm's board ---------------------------------------------------------------------------------------------
def move_negotiation(
    negotiation: Negotiation,
    stage: DealStage,
    *,
    by: Any,
    before: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Negotiation:
    """Put an open negotiation into a stage, above the one whose code is `before`, else last. The buyer is not told.

    Raises EditedMeanwhile when a colleague moved or ended it first.
    """
    with transaction.atomic():
        column = _lock_board(negotiation.firm)
        row = next((one for one in column if one.pk == negotiation.pk), None)
        if row is None:
            row = Negotiation.objects.get(pk=negotiation.pk)
            require_version(row, version)
            raise Refused(_("It has ended. Open it again before you move it."))
        require_version(row, version)
        if stage.edition_id != row.edition_id:
            raise Refused(_("This stage is not one of this fair."))
        others = [one for one in column if one.stage_id == stage.pk and one.pk != row.pk]
        others.sort(key=lambda one: (one.place, -one.pk))
        at = next((number for number, one in enumerate(others) if one.code == before), len(others))
        others.insert(at, row)
        row.stage = stage
        row.version += 1
        row.changed_at = now or timezone.now()
        for place, one in enumerate(others, 1):
            one.place = place
        Negotiation.objects.bulk_update([one for one in others if one.pk != row.pk], ["place"])
        row.save(update_fields=["stage", "place", "version", "changed_at"])
    return row


def _lock_board(firm: Exhibitor) -> list[Negotiation]:
    """The firm's open negotiations, locked in one order so that colleagues who move at once wait for each other."""
    rows = Negotiation.objects.select_for_update(no_key=True).filter(firm=firm, state=State.OPEN)
    return list(rows.order_by("pk"))


def hand_negotiation(negotiation: Negotiation, handler: Any, *, by: Any) -> Negotiation:
    """A colleague looks after it from now on; None: nobody in particular. That they are of the firm was asked before."""
    with transaction.atomic():
        row = lock_negotiation(negotiation)
        if row.handler_id == getattr(handler, "pk", None):
            return row
        row.handler = handler
        row.version += 1
        row.save(update_fields=["handler", "version"])
        record("negotiation.handed", row, by, row.edition_id)
    return row


# The buyer's name ---------------------------------------------------------------------------------------------
def reveal_buyer(stand: Stand, *, by: Any, now: datetime | None = None) -> Negotiation:
    """A buyer who was not named says to this firm who they are; to no other."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_negotiation(stand.negotiation)
        if stand.side != "buyer":
            raise Refused(_("Only the buyer can say who they are."))
        if row.conversation is not None:
            place = find_stand(by, row.conversation.code, as_key=row.buyer_key)
            if place is None:
                raise Refused(_("Only the buyer can say who they are."))
            writing.reveal(place, by=by, now=now)
        note_revealed(row, now)
    return row


def note_revealed(row: Negotiation, now: datetime) -> None:
    """The buyer is named in this negotiation from now on; said here or in its conversation."""
    if not row.is_hidden:
        return
    row.is_hidden, row.revealed_at = False, now
    row.version += 1
    row.save(update_fields=["is_hidden", "revealed_at", "version"])
    record("negotiation.revealed", row, None, row.edition_id)


def revealed_in_conversation(conversation_id: int, now: datetime) -> None:
    """The buyer said it in the conversation instead."""
    with transaction.atomic():
        found = Negotiation.objects.filter(conversation=conversation_id, is_hidden=True).first()
        if found is not None:
            note_revealed(lock_negotiation(found), now)


def touch_by_message(conversation_id: int, number: int, now: datetime | None = None) -> None:
    """Somebody wrote: the negotiation is the latest in its lists, and the firm's first to answer looks after it.

    The version stays: nothing that pages change has.
    """
    rows = Negotiation.objects.filter(conversation=conversation_id)
    if not rows.update(changed_at=now or timezone.now()):
        return
    firm = Concat(Value("firm:"), OuterRef("conversation__negotiation__firm_id"), output_field=CharField())
    written = Message.objects.filter(conversation=conversation_id, number=number, kind=Message.Kind.TEXT)
    side = Party.objects.filter(conversation=conversation_id, side=OuterRef("side"), key=firm)
    writer = written.filter(Exists(side)).values_list("by", flat=True).first()
    if writer is not None:
        rows.filter(handler=None).update(handler=writer)


__all__ = [
    "end_negotiation", "hand_negotiation", "move_negotiation", "note_revealed", "reopen_negotiation", "reveal_buyer",
    "revealed_in_conversation",    "say_in_conversation", "touch_by_message", "win_by_agreement",
]  # fmt: skip
