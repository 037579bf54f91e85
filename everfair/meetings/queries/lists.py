"""The organiser's tables: meetings, requests, people who take part, who waits; found, filtered, as rows of a file. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.fair.models import Edition
from everfair.meetings.models import (
    Booking,
    Meeting,
    MeetingPerson,
    NextInLine,
    Participant,
    PlaceKind,
    Request,
    Resource,
)
from everfair.meetings.queries.floor import meetings_with_people, waiting_line

_LONGEST_SEARCH = 100
MEETING_STATES = tuple(Meeting.State.choices)
REQUEST_STATES = tuple(Request.State.choices)
PLACES = tuple(PlaceKind.choices)
MEETING_COLUMNS = (
    ("day", gettext_lazy("Day")),
    ("from", gettext_lazy("From")),
    ("until", gettext_lazy("Until")),
    ("where", gettext_lazy("Where")),
    ("asker", gettext_lazy("Who asked")),
    ("asker_firm", gettext_lazy("Firm or body")),
    ("asked", gettext_lazy("Who was asked")),
    ("asked_firm", gettext_lazy("Firm or body of the asked")),
    ("state", gettext_lazy("State")),
    ("language", gettext_lazy("Language")),
    ("reason", gettext_lazy("Reason")),
    ("missed", gettext_lazy("Did not come")),
    ("code", gettext_lazy("Code")),
)
PERSON_COLUMNS = (
    ("name", gettext_lazy("Name")),
    ("firm", gettext_lazy("Firm or body")),
    ("side", gettext_lazy("Side")),
    ("languages", gettext_lazy("Languages")),
    ("on_site", gettext_lazy("On site")),
    ("meetings", gettext_lazy("Meetings")),
    ("no_shows", gettext_lazy("Did not come")),
    ("sent", gettext_lazy("Open requests sent")),
    ("received", gettext_lazy("Open requests received")),
    ("time_zone", gettext_lazy("Time zone")),
    ("code", gettext_lazy("Code")),
)
REQUEST_COLUMNS = (
    ("asker", gettext_lazy("Who asks")),
    ("asker_firm", gettext_lazy("Firm or body")),
    ("firm", gettext_lazy("Firm asked")),
    ("asked", gettext_lazy("Whose turn it is")),
    ("place", gettext_lazy("Where")),
    ("state", gettext_lazy("State")),
    ("reason", gettext_lazy("Reason")),
    ("sent_at", gettext_lazy("Sent")),
    ("expires_at", gettext_lazy("Runs out")),
    ("code", gettext_lazy("Code")),
)
WAITING_COLUMNS = (
    ("person", gettext_lazy("Person")),
    ("person_firm", gettext_lazy("Firm or body")),
    ("waits_for", gettext_lazy("Waits for")),
    ("since", gettext_lazy("Since")),
    ("offered", gettext_lazy("Offered")),
    ("until", gettext_lazy("Kept until")),
)


@dataclass(frozen=True)
class MeetingFilters:
    """What the organiser chose; unknown values find nothing. `look`: "stuck" (no usable place) or "unconfirmed"."""

    q: str = ""
    state: str = ""
    place: str = ""
    hall: str = ""  # an area's code
    day: str = ""  # of the current time zone
    look: str = ""

    @property
    def count(self) -> int:
        """How many options are chosen, the words apart."""
        return sum(map(bool, (self.state, self.place, self.hall, self.day, self.look)))


@dataclass(frozen=True)
class PersonFilters:
    """`side`: "visitor" or "staff"; `meets`: "none", "some" or "absent" (did not come to one)."""

    q: str = ""
    side: str = ""
    meets: str = ""
    way: str = ""  # "on_site", "online"

    @property
    def count(self) -> int:
        """How many options are chosen, the words apart."""
        return sum(map(bool, (self.side, self.meets, self.way)))


def meeting_table(edition: Edition, filters: MeetingFilters) -> QuerySet[Meeting]:
    """Meetings in order of time, cancelled ones only when asked for."""
    rows = meetings_with_people(edition)
    for word in filters.q[:_LONGEST_SEARCH].split():
        people = MeetingPerson.objects.filter(meeting=OuterRef("pk"))
        found = Q(participant__name__icontains=word) | Q(participant__organisation_name__icontains=word)
        rows = rows.filter(Exists(people.filter(found)) | Q(code__iexact=word))
    rows = rows.filter(state=filters.state) if filters.state else rows.exclude(state=Meeting.State.CANCELLED)
    if filters.place:
        rows = rows.filter(place=filters.place)
    if filters.hall:
        at = Booking.objects.filter(
            meeting=OuterRef("pk"), resource__kind=Resource.Kind.TABLE, resource__area__code=filters.hall
        )
        rows = rows.filter(Exists(at))
    if filters.day:
        rows = _of_day(rows, filters.day)
    return _look(rows, filters.look)


def _look(rows: QuerySet[Meeting], look: str) -> QuerySet[Meeting]:
    if not look:
        return rows
    if look == "unconfirmed":
        missing = MeetingPerson.objects.filter(meeting=OuterRef("pk"), confirmed_at=None)
        return rows.filter(Exists(missing), state=Meeting.State.SCHEDULED)
    if look == "stuck":
        booked = Booking.objects.filter(meeting=OuterRef("pk")).exclude(
            resource__kind__in=(Resource.Kind.PERSON, Resource.Kind.INTERPRETER)
        )
        lost = Q(resource__is_out=True) | Q(
            resource__lost_from__lte=F("slot__starts_at"), resource__lost_until__gt=F("slot__starts_at")
        )
        return rows.filter(Exists(booked.filter(lost)) | ~Exists(booked), state=Meeting.State.SCHEDULED)
    return rows.none()


def _of_day(rows: QuerySet[Meeting], day: str) -> QuerySet[Meeting]:
    try:
        start = timezone.make_aware(datetime.combine(date.fromisoformat(day), datetime.min.time()))
    except (ValueError, OverflowError):
        return rows.none()
    return rows.filter(slot__starts_at__gte=start, slot__starts_at__lt=start + timedelta(days=1))


def meeting_rows(rows: Iterable[Meeting], where: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX in the current time zone; `where` puts a meeting's place into words."""
    for meeting in rows.iterator(chunk_size=500) if isinstance(rows, QuerySet) else rows:
        starts = timezone.localtime(meeting.slot.starts_at)
        sides: dict[str, list[Participant]] = {"asker": [], "asked": []}
        for person in meeting.people.all():
            sides[person.side].append(person.participant)
        yield {
            "day": starts.strftime("%Y-%m-%d"),
            "from": starts.strftime("%H:%M"),
            "until": timezone.localtime(meeting.slot.ends_at).strftime("%H:%M"),
            "where": where(meeting),
            "asker": ", ".join(one.name for one in sides["asker"]),
            "asker_firm": _firms(sides["asker"]),
            "asked": ", ".join(one.name for one in sides["asked"]),
            "asked_firm": _firms(sides["asked"]) or (str(meeting.exhibitor) if meeting.exhibitor else ""),
            "state": meeting.get_state_display(),
            "language": meeting.language,
            "reason": meeting.reason,
            "missed": ", ".join(one.participant.name for one in meeting.people.all() if one.came is False),
            "code": meeting.code,
        }


def _firms(people: Iterable[Participant]) -> str:
    return ", ".join(dict.fromkeys(filter(None, (firm_of(one) for one in people))))


def firm_of(person: Participant) -> str:
    """The exhibitor whose staff it is, in the reader's language; else what they said."""
    if person.exhibitor is not None:
        return for_reader(person.exhibitor.organisation.name)
    return person.organisation_name


def person_table(edition: Edition, filters: PersonFilters) -> QuerySet[Participant]:
    """Who takes part, by name, with how many meetings (`meeting_count`), `no_shows`, `sent_open`, `received_open`."""
    rows = Participant.objects.filter(edition=edition, is_out=False)
    rows = rows.select_related("exhibitor__organisation", "registration__kind")
    for word in filters.q[:_LONGEST_SEARCH].split():
        found = Q(name__icontains=word) | Q(organisation_name__icontains=word) | Q(code__iexact=word)
        found |= Q(registration__email__iexact=word) | Q(user__email__iexact=word)
        rows = rows.filter(found)
    if filters.side:
        rows = rows.filter(exhibitor__isnull=filters.side == "visitor")
    if filters.way:
        rows = rows.filter(is_on_site=filters.way == "on_site")
    live = ("scheduled", "held", "no_show")
    has = MeetingPerson.objects.filter(participant=OuterRef("pk"), meeting__state__in=live)
    if filters.meets == "none":
        rows = rows.filter(~Exists(has))
    elif filters.meets == "some":
        rows = rows.filter(Exists(has))
    elif filters.meets == "absent":
        rows = rows.filter(Exists(has.filter(came=False)))
    elif filters.meets:
        rows = rows.none()
    return rows.annotate(
        meeting_count=Count("meetings", filter=Q(meetings__meeting__state__in=live), distinct=True),
        no_shows=Count("meetings", filter=Q(meetings__came=False), distinct=True),
        sent_open=Count("requests_sent", filter=Q(requests_sent__state__in=Request.OPEN), distinct=True),
        received_open=Count(
            "requests_received", filter=Q(requests_received__state__in=Request.OPEN), distinct=True
        ),
    ).order_by("name", "pk")


def person_rows(rows: Iterable[Any], words: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX; `words` turns "visitor", "staff", "yes", "no" into words."""
    for person in rows.iterator(chunk_size=1000) if isinstance(rows, QuerySet) else rows:
        yield {
            "name": person.name,
            "firm": firm_of(person),
            "side": words("staff" if person.exhibitor_id else "visitor"),
            "languages": " ".join(person.languages),
            "on_site": words("yes" if person.is_on_site else "no"),
            "meetings": person.meeting_count,
            "no_shows": person.no_shows,
            "sent": person.sent_open,
            "received": person.received_open,
            "time_zone": person.time_zone or edition_zone(person),
            "code": person.code,
        }


def edition_zone(person: Participant) -> str:
    """Nothing said: the edition's."""
    return person.edition.time_zone


def request_table(edition: Edition, q: str = "", state: str = "", place: str = "") -> QuerySet[Request]:
    """Requests, newest first; without a state the open ones."""
    rows = Request.objects.filter(edition=edition).select_related(
        "asker__exhibitor__organisation", "asked__exhibitor__organisation", "exhibitor__organisation"
    )
    for word in q[:_LONGEST_SEARCH].split():
        found = Q(asker__name__icontains=word) | Q(asker__organisation_name__icontains=word)
        found |= Q(asked__name__icontains=word) | Q(code__iexact=word)
        found |= Q(exhibitor__organisation__name__icontains=word)
        rows = rows.filter(found)
    if place:
        rows = rows.filter(place=place)
    if state == "all":
        return rows.order_by("-sent_at", "-id")
    rows = rows.filter(state=state) if state else rows.filter(state__in=Request.OPEN)
    return rows.order_by("-sent_at", "-id")


def request_rows(rows: Iterable[Request]) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX in the current time zone. What was written to each other is not the organiser's."""
    for one in rows.iterator(chunk_size=500) if isinstance(rows, QuerySet) else rows:
        yield {
            "asker": one.asker.name,
            "asker_firm": firm_of(one.asker),
            "firm": for_reader(one.exhibitor.organisation.name) if one.exhibitor is not None else "",
            "asked": one.asked.name if one.asked is not None else "",
            "place": one.get_place_display(),
            "state": one.get_state_display(),
            "reason": one.reason,
            "sent_at": _clock(one.sent_at),
            "expires_at": _clock(one.expires_at),
            "code": one.code,
        }


def _clock(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def waiting_table(edition: Edition, q: str = "", offered: str = "") -> QuerySet[NextInLine]:
    """Who waits, those with an offer to answer first; `offered`: "yes", "no"."""
    rows = waiting_line(edition).select_related(
        "participant__exhibitor__organisation", "exhibitor__organisation", "other", "offered_slot"
    )
    for word in q[:_LONGEST_SEARCH].split():
        found = Q(participant__name__icontains=word) | Q(participant__organisation_name__icontains=word)
        found |= Q(participant__code__iexact=word) | Q(other__name__icontains=word)
        found |= Q(exhibitor__organisation__name__icontains=word)
        rows = rows.filter(found)
    if offered in ("yes", "no"):
        return rows.filter(offered_slot__isnull=offered == "no")
    return rows.none() if offered else rows


def waiting_rows(rows: Iterable[NextInLine]) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX in the current time zone."""
    for line in rows.iterator(chunk_size=500) if isinstance(rows, QuerySet) else rows:
        firm, other = line.exhibitor, line.other
        yield {
            "person": line.participant.name,
            "person_firm": firm_of(line.participant),
            "waits_for": for_reader(firm.organisation.name) if firm is not None else str(other or ""),
            "since": _clock(line.since),
            "offered": _clock(line.offered_slot.starts_at) if line.offered_slot is not None else "",
            "until": _clock(line.offered_until),
        }


def meetings_of(person: Participant) -> QuerySet[Meeting]:
    """All meetings of a person, in order of time, with people and places."""
    mine = MeetingPerson.objects.filter(meeting=OuterRef("pk"), participant=person)
    return meetings_with_people(person.edition).filter(Exists(mine))


def requests_of(person: Participant) -> QuerySet[Request]:
    """Requests a person sent or received, newest first."""
    rows = Request.objects.filter(Q(asker=person) | Q(asked=person))
    return rows.select_related("asker", "asked", "exhibitor__organisation").order_by("-sent_at", "-id")
