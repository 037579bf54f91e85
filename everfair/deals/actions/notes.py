"""What one side keeps of a negotiation: notes, perhaps of a meeting, and its next step. Private to it, or shared with the other."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import clean_line, clean_text
from everfair.deals.access import Stand
from everfair.deals.actions.guards import lock_negotiation
from everfair.deals.models import NegotiationNote, NextStep
from everfair.meetings.models import Meeting

LONGEST_NOTE = 4000
LONGEST_STEP = 300
MOST_NOTES = 200  # of one side


def write_note(
    stand: Stand,
    note: NegotiationNote | None,
    text: str,
    *,
    by: Any,
    is_shared: bool,
    meeting: Meeting | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> NegotiationNote:
    """A new note, or another text for an own one. That `meeting` is one of the two sides was asked before.

    EditedMeanwhile when a colleague saved the note since `version`; None = the caller does not compare.
    """
    now = now or timezone.now()
    words = clean_text(text)
    if not words:
        raise Refused(_("Write something."), field="text")
    if len(words) > LONGEST_NOTE:
        raise Refused(
            _("The note has %(count)d characters; at most %(limit)d fit.")
            % {"count": len(words), "limit": LONGEST_NOTE},
            field="text",
        )
    with transaction.atomic():
        row = lock_negotiation(stand.negotiation)
        if note is None:
            if row.notes.filter(side=stand.side).count() >= MOST_NOTES:
                raise Refused(_("At most %(count)d notes fit. Delete one first.") % {"count": MOST_NOTES})
            return NegotiationNote.objects.create(
                negotiation=row,
                side=stand.side,
                is_shared=is_shared,
                meeting=meeting,
                text=words,
                by=by,
                at=now,
            )
        held = NegotiationNote.objects.select_for_update().filter(pk=note.pk, side=stand.side).first()
        if held is None:
            raise Refused(_("This note is gone. What you typed is still here."), field="text")
        _require_unedited(held, version)
        held.text, held.is_shared, held.changed_at = words, is_shared, now
        held.version += 1
        held.save(update_fields=["text", "is_shared", "changed_at", "version"])
    return held


def _require_unedited(held: NegotiationNote, version: int | None) -> None:
    if version is not None and held.version != version:
        raise _edited_meanwhile("text", held.version)


def _edited_meanwhile(field: str, current: int = 0) -> EditedMeanwhile:
    error = EditedMeanwhile(
        _("A colleague saved this meanwhile; nothing was overwritten. Your text is still here: compare it with theirs."),
        current=current,
    )  # fmt: skip
    error.field = field
    return error


def delete_note(stand: Stand, note: NegotiationNote, *, by: Any, version: int | None = None) -> None:
    """An own note goes; gone already is gone. EditedMeanwhile as in `write_note`."""
    with transaction.atomic():
        rows = NegotiationNote.objects.select_for_update().filter(negotiation=stand.negotiation)
        held = rows.filter(pk=note.pk, side=stand.side).first()
        if held is None:
            return
        _require_unedited(held, version)
        held.delete()


def mark_of(step: NextStep | None) -> str:
    """What a page keeps of the step it shows, to tell whether it was set anew; "" of none."""
    return step.at.isoformat() if step is not None else ""


def set_next_step(
    stand: Stand,
    text: str,
    on: date | None,
    *,
    is_shared: bool,
    seen: str | None = None,
    now: datetime | None = None,
) -> NextStep | None:
    """What the own side does next; an empty text takes it away.

    `seen`: `mark_of` the step that was on the page. EditedMeanwhile where a colleague set another since; None does not ask.
    """
    words = clean_line(text)
    if len(words) > LONGEST_STEP:
        raise Refused(_("At most %(limit)d characters fit here.") % {"limit": LONGEST_STEP}, field="step")
    with transaction.atomic():
        row = lock_negotiation(stand.negotiation)
        held = row.next_steps.filter(side=stand.side).first()
        if seen is not None and seen != mark_of(held):
            raise _edited_meanwhile("step")
        if not words:
            if on is not None:
                raise Refused(_("Say what is to be done on that day."), field="step")
            if held is not None:
                held.delete()
            return None
        values = {"text": words, "on": on, "is_shared": is_shared, "at": now or timezone.now()}
        return NextStep.objects.update_or_create(negotiation=row, side=stand.side, defaults=values)[0]
