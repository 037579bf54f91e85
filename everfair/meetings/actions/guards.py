"""What every action on requests and meetings does first: lock people, then requests, then meetings, always in that order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import require_step
from everfair.base.texts import clean_text
from everfair.meetings import notices
from everfair.meetings.access import MEETING_RELATED, REQUEST_RELATED
from everfair.meetings.models import REQUEST_STEPS, Meeting, MeetingPerson, Participant, Request

Row = TypeVar("Row", bound=Model)
REASON_LIMIT = 500


def lock_people(people: Iterable[Participant | int | None]) -> dict[int, Participant]:
    """Fresh rows by number, locked in one order until the transaction ends (on SQLite the whole database is)."""
    wanted = {one.pk if isinstance(one, Participant) else one for one in people if one is not None}
    rows = (
        Participant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition__fair", "exhibitor__organisation", "registration__kind", "user", "resource")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def lock_request(request: Request) -> Request:
    """A fresh, locked copy; the people in it were locked before."""
    found = Request.objects.select_for_update(of=("self",), no_key=True).select_related(*REQUEST_RELATED)
    return found.get(pk=request.pk)


def lock_with_people(
    request: Request, *more: Participant | int | None
) -> tuple[Request, dict[int, Participant]]:
    """The people of a request (and `more`), then the request. Whoever's turn it became meanwhile is locked too."""
    ids = Request.objects.filter(pk=request.pk).values_list("asker_id", "asked_id").first() or (None, None)
    people = lock_people([*ids, *more])
    row = lock_request(request)
    if row.asked_id is not None and row.asked_id not in people:
        people |= lock_people([row.asked_id])
    row.asker = people[row.asker_id]
    if row.asked_id is not None:
        row.asked = people[row.asked_id]
    return row, people


def lock_meeting(meeting: Meeting, *more: Participant) -> tuple[Meeting, list[MeetingPerson]]:
    """Its people first, its request if any, then a fresh, locked copy of the meeting, with its people."""
    ids = MeetingPerson.objects.filter(meeting_id=meeting.pk).values_list("participant_id", flat=True)
    asked = (
        Request.objects.filter(pk=meeting.request_id or 0).values_list("asker_id", "asked_id").first() or ()
    )
    people = lock_people([*ids, *asked, *more])
    if meeting.request_id is not None:
        list(Request.objects.select_for_update(no_key=True).filter(pk=meeting.request_id))
    row = (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*MEETING_RELATED)
        .get(pk=meeting.pk)
    )
    persons = list(MeetingPerson.objects.filter(meeting=row).order_by("pk"))
    for person in persons:
        person.participant = people[person.participant_id]
    return row, persons


def release_quota(request: Request, people: dict[int, Participant]) -> None:
    """A request is over: its asker and whoever was asked have it back."""
    count_sent(people[request.asker_id], -1)
    if request.asked_id is not None and request.asked_id in people:
        count_received(people[request.asked_id], -1)


def count_sent(person: Participant, step: int) -> None:
    """One more or one less of one's own, never below none. The row is locked."""
    person.asked_counted = max(person.asked_counted + step, 0)
    person.save(update_fields=["asked_counted"])


def count_received(person: Participant, step: int) -> None:
    """One more or one less received, never below none. The row is locked."""
    person.received_counted = max(person.received_counted + step, 0)
    person.save(update_fields=["received_counted"])


def clean_reason(reason: str) -> str:
    """As it is kept and told."""
    return clean_text(reason)[:REASON_LIMIT]


def require_request_step(row: Request, state: str) -> None:
    """IllegalChange, in words, where the chart has no such step."""
    labels = {str(value): str(label) for value, label in Request.State.choices}
    require_step(REQUEST_STEPS, row.state, state, labels)


def record_request(row: Request, before: str, *, by: Any, now: datetime, event: str = "") -> None:
    """The audit row of a request's new state (or `event`), and the change that pages follow."""
    audit.record(
        f"meetings.request.{event or row.state}",
        row,
        by=by,
        edition_id=row.edition_id,
        before={"state": before},
        after={"state": row.state},
        reason=row.reason,
        now=now,
    )
    note_change("meetings.request", row.pk, row.edition_id)
    notices.tell_floor(row.edition_id)


def bring_up_to_date(given: Row, row: Row) -> Row:
    """Copy every column of the fresh row into the object the caller holds."""
    fields: list[Any] = list(row._meta.concrete_fields)
    for field in fields:
        setattr(given, field.attname, getattr(row, field.attname))
        if field.is_relation and field.is_cached(row):
            field.set_cached_value(given, field.get_cached_value(row))
    return given
