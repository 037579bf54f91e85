"""A firm's people in meetings: how they take part, whether requests are agreed at once, who leaves and comes back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.fair.actions.saving import set_fields
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.actions.leaving import end_open_of, with_open_of
from everfair.meetings.models import Meeting, MeetingPerson, Participant

FIELDS = ("accepts_at_once", "is_on_site", "keeps_lunch")


@transaction.atomic
def save_staff(person: Participant, values: Mapping[str, Any], *, by: Any) -> Participant:
    """How one of a firm's people takes part. `values`: any of FIELDS."""
    row = Participant.objects.select_for_update().get(pk=person.pk)
    before, after = set_fields(row, values, FIELDS)
    if after:
        row.save(update_fields=list(after))
        _record("changed", row, by, before, after)
    return row


@transaction.atomic
def leave_meetings(person: Participant, *, by: Any) -> Participant:
    """No more meetings for this person. Those agreed are called off or handed over first; open requests end or go to a colleague."""
    lock_people(with_open_of(person))
    row = Participant.objects.select_for_update().get(pk=person.pk)
    held = MeetingPerson.objects.filter(participant=row, meeting__state=Meeting.State.SCHEDULED).count()
    if held:
        raise Refused(
            ngettext(
                "%(name)s still has %(count)d meeting. Move it or call it off first.",
                "%(name)s still has %(count)d meetings. Move them or call them off first.",
                held,
            )
            % {"name": row.name, "count": held}
        )
    was_out = row.is_out
    row = _set_out(row, True, by)
    if not was_out:
        end_open_of(row, by=by)
    return row


@transaction.atomic
def come_back(person: Participant, *, by: Any) -> Participant:
    """The person takes part again."""
    return _set_out(Participant.objects.select_for_update().get(pk=person.pk), False, by)


def _set_out(row: Participant, is_out: bool, by: Any) -> Participant:
    if row.is_out != is_out:
        row.is_out = is_out
        row.save(update_fields=["is_out"])
        _record("left" if is_out else "returned", row, by, {}, {"name": row.name})
    return row


def _record(event: str, row: Participant, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(
        f"meetings.person.{event}", row, by=by, edition_id=row.edition_id, before=before, after=after
    )
