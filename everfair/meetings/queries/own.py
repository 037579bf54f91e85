"""One person's requests and places in line: what waits for their answer, what they sent, what came free for them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.meetings.models import (
    Meeting,
    MeetingRules,
    NextInLine,
    Participant,
    PlaceKind,
    Request,
    Resource,
    Slot,
)
from everfair.meetings.queries.free import Diaries
from everfair.meetings.queries.reach import reach_of

State = Request.State
Box = Literal["answer", "sent", "over"]
RELATED = (
    "asker__exhibitor__organisation", "asker__exhibitor__edition", "exhibitor__organisation", "exhibitor__edition",
    "asked", "offer", "edition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as one of its two sides reads it in a list."""

    row: Request
    is_mine: bool  # the person asked
    proposed: tuple[Slot, ...]  # by whoever spoke last, best first
    meeting: Meeting | None  # what it became
    is_their_turn: bool  # the reader is to answer


def requests_in(person: Participant, box: Box) -> QuerySet[Request]:
    """Requests of a person: to be answered by them, waiting for the other side, or over."""
    mine, theirs = Q(asker=person), Q(asked=person)
    own_turn = Q(asker=person, state=State.COUNTERED) | Q(asked=person, state=State.SENT)
    rows = Request.objects.filter(mine | theirs).select_related(*RELATED)
    if box == "answer":
        return rows.filter(own_turn).order_by("expires_at", "id")
    if box == "sent":
        return rows.filter(state__in=Request.OPEN).exclude(own_turn).order_by("-sent_at", "-id")
    return rows.exclude(state__in=Request.OPEN).order_by("-sent_at", "-id")


def asked_by(person: Participant) -> Q:
    """Which requests the person sent."""
    return Q(asker=person)


def count_open(person: Participant) -> int:
    """How many requests wait for this person's answer."""
    return requests_in(person, "answer").count()


def request_lines(rows: Sequence[Request], person: Participant) -> list[RequestLine]:
    """The rows of one page with their proposals and meetings. Two queries, however many."""
    return [_line(row, person) for row in with_proposals(rows)]


def with_proposals(rows: Sequence[Request]) -> Sequence[Request]:
    """Fetch what lists read beside the rows."""
    found = list(rows)
    meetings = Meeting.objects.filter(state=Meeting.State.SCHEDULED).select_related("slot")
    prefetch_related_objects(found, "proposals__slot", Prefetch("meetings", meetings, to_attr="now_meetings"))
    return found


def request_line(row: Request, person: Participant) -> RequestLine:
    """One request as the person reads it."""
    return request_lines([row], person)[0]


def _line(row: Request, person: Participant) -> RequestLine:
    is_mine = row.asker_id == person.pk
    last_is_asker = row.state != State.COUNTERED
    proposed = tuple(one.slot for one in row.proposals.all() if one.by_asker == last_is_asker)
    meetings: list[Meeting] = getattr(row, "now_meetings", [])
    turn = row.state == (State.COUNTERED if is_mine else State.SENT)
    return RequestLine(row, is_mine, proposed, meetings[0] if meetings else None, turn)


def offers_to(person: Participant, now: datetime) -> list[NextInLine]:
    """Slots that came free and are kept for this person until they answer, soonest end first."""
    rows = NextInLine.objects.filter(participant=person, ended_at=None, offered_slot__isnull=False)
    rows = rows.filter(Q(offered_until=None) | Q(offered_until__gt=now))
    return list(
        rows.select_related("offered_slot", "exhibitor__organisation", "other").order_by(
            "offered_until", "id"
        )
    )


def lines_of(person: Participant) -> list[NextInLine]:
    """Where the person waits for a slot, first come first."""
    rows = NextInLine.objects.filter(participant=person, ended_at=None, offered_slot=None)
    return list(rows.select_related("exhibitor__organisation", "other"))


def own_line(person: Participant, pk: Any) -> NextInLine | None:
    """A place in line of this person that has not ended."""
    rows = NextInLine.objects.select_related("offered_slot", "exhibitor__organisation", "other", "edition")
    return rows.filter(participant=person, pk=pk, ended_at=None).first()


def open_slots(person: Participant, now: datetime) -> list[Slot]:
    """Slots to come in which the person can still be met, on site or on line."""
    found: dict[int, Slot] = {}
    for place in (PlaceKind.TABLE, PlaceKind.ONLINE):
        diaries = Diaries([person], person.edition, place, now=now)
        free = diaries.free(person)
        found |= {slot.pk: slot for slot in diaries.slots if slot.pk in free}
    return sorted(found.values(), key=lambda slot: slot.starts_at)


def colleagues_of(person: Participant) -> list[Participant]:
    """People of the same firm who take part and could come along."""
    rows = Participant.objects.filter(edition_id=person.edition_id, is_out=False).exclude(pk=person.pk)
    if person.exhibitor_id is not None:
        return list(rows.filter(exhibitor_id=person.exhibitor_id).order_by("name", "pk")[:50])
    organisation = person.registration.organisation_id if person.registration is not None else None
    if organisation is None:
        return []
    return list(rows.filter(registration__organisation_id=organisation).order_by("name", "pk")[:50])


def places_for(asker: Participant, target: Participant | Exhibitor) -> list[str]:
    """Where the two can meet at all: kinds of place that are laid out, within reach of both and not shut by the gate."""
    return list(reach_of(asker, target).places)


def has_interpreters(person: Participant) -> bool:
    """Whether the edition has interpreters at all."""
    rows = Resource.objects.filter(edition_id=person.edition_id, kind=Resource.Kind.INTERPRETER, is_out=False)
    return rows.exists()


def shelf_of(firm: Exhibitor) -> list[Offer]:
    """What a request to the firm can be about: its offers on the shelf."""
    return list(firm.offers.filter(is_on_shelf=True).order_by("position", "id")[:200])


def find_askable(edition: Edition, code: str) -> Participant | None:
    """Somebody of the edition who can be asked by their code: who agreed to be listed, and every firm's people."""
    rows = Participant.objects.select_related("edition", "exhibitor__organisation", "registration__kind")
    rows = rows.filter(edition=edition, is_out=False)
    return rows.filter(Q(is_listed=True) | Q(exhibitor__isnull=False), code=code).first()


def askable_codes(edition: Edition, registrations: Sequence[int]) -> dict[int, str]:
    """Of these registrations (numbers), who agreed to be listed or stands for a firm: number → code. One query."""
    rows = Participant.objects.filter(edition=edition, is_out=False, registration__in=registrations)
    found = rows.filter(Q(is_listed=True) | Q(exhibitor__isnull=False))
    return dict(found.values_list("registration_id", "code"))


def takes_requests(edition: Edition) -> bool:
    """Whether people may ask each other for meetings now."""
    return MeetingRules.objects.filter(edition=edition, is_open=True).exists()


def askable_speaker(edition: Edition, code: str) -> Participant | None:
    """The person behind a speaker, if they take part in meetings and agreed to be listed."""
    rows = Participant.objects.select_related("edition", "exhibitor__organisation", "registration__kind")
    rows = rows.filter(
        edition=edition, is_out=False, user__speaking__edition=edition, user__speaking__code=code
    )
    return rows.filter(Q(is_listed=True) | Q(exhibitor__isnull=False)).first()
