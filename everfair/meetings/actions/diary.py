"""What people say about their own diary: when they are free, how they meet, the secret address of their calendar, reminders."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.meetings import notices
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.actions.leaving import end_open_of, with_open_of
from everfair.meetings.models import DiaryKey, FreeTime, Meeting, Participant
from everfair.meetings.queries.diary import digest_of, meetings_outside

WAYS = frozenset(
    {"is_on_site", "languages", "longest_run", "keeps_lunch", "accepts_at_once", "is_out", "time_zone"}
)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)  # when people are reminded
MOST_PARTS = 400  # of a person: beyond that a script speaks


class Stretch(Protocol):
    """From when to when (aware) and where."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def place(self) -> str: ...


def fair_span(edition: Edition) -> tuple[datetime, datetime]:
    """The first and last moment of the fair's days, on its own clock."""
    zone = ZoneInfo(edition.time_zone)
    begin = datetime.combine(edition.starts_on, time(), zone)
    end = datetime.combine(edition.ends_on + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def say_when_free(
    participant: Participant, parts: Iterable[Stretch], *, by: Any, now: datetime | None = None
) -> list[Meeting]:
    """Replace what the person said; no part at all means never free. Gives the meetings that now lie outside.

    Nothing agreed is touched. Refused for a stretch that ends before it begins, overlaps or lies outside the fair.
    """
    moment = now or timezone.now()
    wanted = sorted(parts, key=lambda part: part.starts_at)
    with transaction.atomic():
        row = _lock(participant)
        begin, end = fair_span(row.edition)
        for part in wanted:
            _require_sound(part, begin, end)
        joined = _join(wanted)
        if len(joined) > MOST_PARTS:
            raise Refused(_("That is too many stretches. Say fewer, longer ones."))
        before = row.free_times.count() if row.said_when_free else None
        row.free_times.all().delete()
        FreeTime.objects.bulk_create(
            FreeTime(participant=row, starts_at=a, ends_at=b, place=place) for a, b, place in joined
        )
        row.said_when_free = moment
        row.save(update_fields=["said_when_free"])
        _record(row, "free_said", by, moment, {"parts": before}, {"parts": len(joined)})
    participant.said_when_free = row.said_when_free
    return meetings_outside(row, moment)


def forget_when_free(participant: Participant, *, by: Any) -> None:
    """Back to the beginning: free whenever there are meetings."""
    with transaction.atomic():
        row = _lock(participant)
        if row.said_when_free is None:
            return
        row.free_times.all().delete()
        row.said_when_free = None
        row.save(update_fields=["said_when_free"])
        _record(row, "free_forgotten", by, timezone.now(), {}, {})
    participant.said_when_free = None


def say_how(participant: Participant, values: Mapping[str, Any], *, by: Any) -> Participant:
    """Where, in which languages, how many in a row, on whose clock; a name outside WAYS is a mistake of the caller.

    With `is_out` the person's open requests and places in line end too, and the other sides are told.
    """
    unknown = set(values) - WAYS
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    zone = values.get("time_zone")
    if zone and zone not in available_timezones():
        raise Refused(_("There is no such time zone."), field="zone")
    run = values.get("longest_run")
    if run is not None and run < 1:
        raise Refused(_("At least one meeting in a row; leave it empty for no limit."), field="longest_run")
    with transaction.atomic():
        is_leaving = bool(values.get("is_out"))
        if is_leaving:  # everybody they have something open with is locked first, in one order
            lock_people(with_open_of(participant))
        row = _lock(participant)
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if changed:
            for name, value in changed.items():
                setattr(row, name, value)
            row.save(update_fields=list(changed))
            _record(row, "ways_said", by, timezone.now(), {name: before[name] for name in changed}, changed)
        if is_leaving and "is_out" in changed:
            end_open_of(row, by=by)
    return row


def make_diary_key(participant: Participant, *, by: Any) -> str:
    """A new secret for the person's calendar; an older one stops working. Only its digest is kept."""
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        values = {"digest": digest_of(secret), "made_by": by, "made_at": timezone.now()}
        key, is_new = DiaryKey.objects.update_or_create(participant=participant, defaults=values)
        event = "meetings.calendar.made" if is_new else "meetings.calendar.renewed"
        audit.record(event, key, by=by, edition_id=participant.edition_id)
    return secret


def end_diary_key(participant: Participant, *, by: Any) -> bool:
    """The calendar's address answers no more. False where there was none."""
    with transaction.atomic():
        key = DiaryKey.objects.filter(participant=participant).first()
        if key is None:
            return False
        audit.record("meetings.calendar.ended", key, by=by, edition_id=participant.edition_id)
        key.delete()
    return True


def remind(now: datetime | None = None) -> int:
    """Letters before meetings, a day and an hour ahead, to everybody in them. Safe to run often and twice. How many meetings.

    What was agreed or told within that time needs no reminder; a meeting moved to a later day gets its own.
    """
    moment = now or timezone.now()
    ahead = Meeting.objects.filter(
        state=Meeting.State.SCHEDULED, slot__starts_at__gt=moment, slot__starts_at__lte=moment + A_DAY
    ).select_related("slot")
    due = [row.pk for row in ahead if _is_due(row, moment)]
    return sum(_remind_one(pk, moment) for pk in due)


def _is_due(row: Meeting, now: datetime) -> bool:
    """Whether the last border passed (a day, an hour before) is newer than the meeting and its last letter."""
    border = row.slot.starts_at - (AN_HOUR if row.slot.starts_at - now <= AN_HOUR else A_DAY)
    return row.made_at < border and (row.reminded_at is None or row.reminded_at < border)


def _remind_one(pk: int, now: datetime) -> int:
    with transaction.atomic():
        row = (
            Meeting.objects.select_for_update(of=("self",))
            .select_related("edition__fair", "slot", "exhibitor__organisation")
            .filter(pk=pk, state=Meeting.State.SCHEDULED)
            .first()
        )
        if row is None or row.slot.starts_at <= now or not _is_due(row, now):  # another round was quicker
            return 0
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        people = row.people.select_related(
            "participant__edition", "participant__user", "participant__registration__user"
        )
        notices.tell_of_meeting(row, "soon", people)
    return 1


def _lock(participant: Participant) -> Participant:
    return (
        Participant.objects.select_for_update(of=("self",)).select_related("edition").get(pk=participant.pk)
    )


def _require_sound(part: Stretch, begin: datetime, end: datetime) -> None:
    if timezone.is_naive(part.starts_at) or timezone.is_naive(part.ends_at):
        raise TypeError("moments must be aware")
    if part.ends_at <= part.starts_at:
        raise Refused(_("A free time must end after it begins."))
    if part.starts_at < begin or part.ends_at > end:
        raise Refused(_("A free time lies outside the days of the fair. Choose times within them."))
    if part.place not in ("", "on_site", "online"):
        raise Refused(_("A free time is on site, on line, or both."))


def _join(parts: list[Stretch]) -> list[tuple[datetime, datetime, str]]:
    """Stretches in order of time; neighbours of one kind become one. Refused where two overlap."""
    joined: list[tuple[datetime, datetime, str]] = []
    for part in parts:
        if joined and part.starts_at < joined[-1][1]:
            raise Refused(_("Two free times overlap. Make one of both, or move one."))
        if joined and joined[-1][1] == part.starts_at and joined[-1][2] == part.place:
            joined[-1] = (joined[-1][0], part.ends_at, part.place)
        else:
            joined.append((part.starts_at, part.ends_at, part.place))
    return joined


def _record(
    row: Participant, event: str, by: Any, now: datetime, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    name = f"meetings.participant.{event}"
    audit.record(name, row, by=by, edition_id=row.edition_id, before=before, after=after, now=now)
