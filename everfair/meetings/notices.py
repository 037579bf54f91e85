"""Who is told what about requests and meetings, in which words, on whose clock. Sending is the mail gateway's work."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from everfair.base.languages import pick
from everfair.exhibition.notices import editors_of
from everfair.gateways import live, mail
from everfair.meetings.models import (
    Booking,
    Meeting,
    MeetingPerson,
    MoveProposal,
    NextInLine,
    Participant,
    ProposedSlot,
    Request,
    Slot,
)
from everfair.meetings.queries.diary import account_of, meeting_line, zone_of
from everfair.meetings.queries.floor import floor_topic
from everfair.people.notices import address


@dataclass(frozen=True)
class Reader:
    """Somebody who gets letters: where to, in which language, on which clock."""

    email: str
    language: str
    name: str
    zone: ZoneInfo


def reader_of(person: Participant) -> Reader | None:
    """By the account, else by the registration; None without an address."""
    account, registration = account_of(person), person.registration
    zone = zone_of(person, account)
    if account is not None and account.is_active:
        return Reader(account.email, account.language, person.name, zone)
    if registration is not None and registration.email:
        return Reader(registration.email, registration.language, person.name, zone)
    return None


def tell_asked(request: Request, event: str, *, by: Any = None) -> None:
    """The asked side reads of a request: `event` is "asked", "again", "handed", "expired" or "cancelled"."""
    readers = [reader_of(request.asked)] if request.asked is not None else _firm_readers(request)
    _tell_of_request(request, event, readers, sender=_name(request.asker), by=by)


def tell_asker(request: Request, event: str, *, by: Any = None) -> None:
    """The asker reads of an answer: `event` is "countered", "declined" or "expired"."""
    _tell_of_request(request, event, [reader_of(request.asker)], sender=asked_name(request), by=by)


@dataclass(frozen=True)
class Waiting:
    """A letter whose facts were read before they changed."""

    email: str
    context: dict[str, object]
    language: str


def letters_of_meeting(
    meeting: Meeting,
    event: str,
    people: Iterable[MeetingPerson],
    *,
    was: Slot | None = None,
    reason: str = "",
    by: Any = None,
) -> list[Waiting]:
    """For everybody in it, except the one who did it: it is "made", "moved" (from `was`) or "cancelled" (still standing)."""
    found = []
    for one in people:
        reader = reader_of(one.participant)
        if reader is None or _is_own_doing(one.participant, by):
            continue
        line = meeting_line(meeting, one.participant)
        context = _context(meeting, reader) | {
            "event": event,
            "others": ", ".join(filter(None, [_full(other) for other in line.met])),
            "when": clocks(meeting.slot, reader, meeting),
            "was": clocks(was, reader, meeting) if was is not None else [],
            "place": line.where.place,
            "number": line.where.number,
            "hall": pick(line.where.area, reader.language),
            "stand": line.where.stand,
            "room": pick(line.where.name, reader.language),
            "interpreter": bool(line.interpreter),
            "reason": reason,
        }
        found.append(Waiting(reader.email, context, reader.language))
    return found


def post_all(letters: Iterable[Waiting]) -> None:
    """Queue them in the caller's transaction."""
    for letter in letters:
        mail.send(letter.email, "meetings/meeting", letter.context, letter.language)


def tell_of_meeting(
    meeting: Meeting,
    event: str,
    people: Iterable[MeetingPerson],
    *,
    was: Slot | None = None,
    reason: str = "",
    by: Any = None,
) -> None:
    """Write to everybody in it, except the one who did it, that it is "made" or "moved" (and why, where somebody said)."""
    post_all(letters_of_meeting(meeting, event, people, was=was, reason=reason, by=by))


def tell_of_move(
    proposal: MoveProposal,
    meeting: Meeting,
    event: str,
    people: Iterable[MeetingPerson],
    slots: Iterable[Slot],
    *,
    by: Any,
) -> None:
    """`people` read of another time: it is "proposed" (any of `slots`), "declined", "withdrawn" or has "lapsed"."""
    wanted = sorted(slots, key=lambda slot: slot.starts_at)
    for one in people:
        reader = reader_of(one.participant)
        if reader is None or _is_own_doing(one.participant, by):
            continue
        line = meeting_line(meeting, one.participant)
        context = _context(meeting, reader) | {
            "event": event,
            "others": ", ".join(filter(None, [_full(other) for other in line.met])),
            "sender": _name(proposal.proposer),
            "was": clocks(meeting.slot, reader, meeting),
            "slots": [clocks(slot, reader, meeting)[0] for slot in wanted],
            "message": proposal.message,
            "reason": proposal.reason,
            "until": proposal.expires_at.astimezone(reader.zone).replace(tzinfo=None),
            "zone": reader.zone.key,
        }
        mail.send(reader.email, "meetings/move", context, reader.language)


def tell_timetable(
    edition: Any, *, made: Iterable[int], moved: Mapping[int, int], dropped: Iterable[int], by: Any = None
) -> int:
    """One letter to everybody whose timetable changed: what is new, moved (meeting → slot it was in), dropped. Letters queued."""
    kinds = dict.fromkeys(made, "made") | dict.fromkeys(moved, "moved") | dict.fromkeys(dropped, "dropped")
    if not kinds:
        return 0
    slots = {slot.pk: slot for slot in Slot.objects.filter(edition=edition)}
    lines: dict[int, list[tuple[Meeting, str]]] = defaultdict(list)
    people: dict[int, Participant] = {}
    names: dict[int, list[Participant]] = defaultdict(list)
    places: dict[int, Any] = {}
    ids = list(kinds)
    for begin in range(0, len(ids), 500):
        some = ids[begin : begin + 500]
        held = Booking.objects.filter(meeting__in=some, resource__participant=None)
        for booking in held.exclude(resource__kind="interpreter").select_related("resource__area"):
            places[booking.meeting_id] = booking.resource
        rows = MeetingPerson.objects.filter(meeting__in=some).select_related(
            "meeting__slot", "meeting__exhibitor__place", "participant__user",
            "participant__registration__user", "participant__exhibitor__organisation",
        )  # fmt: skip
        for row in rows:
            row.meeting.edition = row.participant.edition = edition
            people[row.participant_id] = row.participant
            names[row.meeting_id].append(row.participant)
            lines[row.participant_id].append((row.meeting, kinds[row.meeting_id]))
    count = 0
    for pk, own in lines.items():
        reader = reader_of(people[pk])
        if reader is None:
            continue
        own.sort(key=lambda line: line[0].slot.starts_at)
        told = [
            {
                "event": event,
                "others": "; ".join(_name(one) for one in names[meeting.pk] if one.pk != pk),
                "when": clocks(meeting.slot, reader, meeting)[0],
                "was": clocks(slots[moved[meeting.pk]], reader, meeting)[0] if meeting.pk in moved else None,
                "place": meeting.place,
                "number": places[meeting.pk].number if meeting.pk in places else 0,
                "hall": pick(area.name, reader.language)
                if meeting.pk in places and (area := places[meeting.pk].area) is not None
                else "",
                "stand": _stand(meeting),
                "suggested": meeting.suggested is not None and event != "dropped",
            }
            for meeting, event in own
        ]
        context = _context(own[0][0], reader) | {
            "lines": told,
            "count": sum(line["event"] != "dropped" for line in told),
        }
        mail.send(reader.email, "meetings/timetable", context, reader.language)
        count += 1
    return count


def _stand(meeting: Meeting) -> str:
    stand = meeting.exhibitor.place if meeting.exhibitor is not None else None
    return stand.number if stand is not None else ""


def tell_of_offer(line: NextInLine) -> None:
    """Who waited reads that a slot came free, and until when it is kept."""
    reader = reader_of(line.participant)
    if reader is None or line.offered_slot is None or line.offered_until is None:
        return
    other = line.exhibitor or line.other
    context = _context(line, reader) | {
        "sender": str(other),
        "when": clocks(line.offered_slot, reader, line),
        "until": line.offered_until.astimezone(reader.zone).replace(tzinfo=None),
        "zone": reader.zone.key,
    }
    mail.send(reader.email, "meetings/offered", context, reader.language)


def asked_name(request: Request) -> str:
    """The firm asked, else the person."""
    return str(request.exhibitor) if request.exhibitor is not None else _name(request.asked)


def clocks(slot: Slot, reader: Reader, row: Any) -> list[dict[str, object]]:
    """[{"start", "end" (naive, on that clock), "zone"}]: the reader's own clock first, then the fair's, if it is another."""
    zones = [reader.zone]
    fair = ZoneInfo(row.edition.time_zone)
    if _offset(slot.starts_at, fair) != _offset(slot.starts_at, reader.zone):
        zones.append(fair)
    return [
        {
            "start": slot.starts_at.astimezone(zone).replace(tzinfo=None),
            "end": slot.ends_at.astimezone(zone).replace(tzinfo=None),
            "zone": zone.key,
        }
        for zone in zones
    ]  # naive: a template would turn it to another clock


def _offset(at: datetime, zone: ZoneInfo) -> object:
    return at.astimezone(zone).utcoffset()


def _tell_of_request(
    request: Request, event: str, readers: Iterable[Reader | None], *, sender: str, by: Any
) -> None:
    proposals = ProposedSlot.objects.filter(request=request, by_asker=event != "countered")
    slots = [one.slot for one in proposals.select_related("slot")[:10]]
    is_desk = request.asked is None and event != "countered" and sender == _name(request.asker)
    for reader in readers:
        if reader is None or reader.email == getattr(by, "email", None):
            continue
        context = _context(request, reader) | {
            "event": event,
            "sender": sender,
            "message": request.message,
            "reason": request.reason,
            "slots": [clocks(slot, reader, request)[0] for slot in slots],
            "url": _desk(request, reader.language) if is_desk else _page(request, reader.language),
            "until": request.expires_at.astimezone(reader.zone).replace(tzinfo=None),
            "zone": reader.zone.key,
        }
        mail.send(reader.email, "meetings/request", context, reader.language)


def _firm_readers(request: Request) -> list[Reader]:
    """Nobody's turn yet: the firm's owners and editors."""
    if request.exhibitor is None:
        return []
    fair = request.edition.time_zone
    return [
        Reader(one.email, one.language, one.name, ZoneInfo(one.time_zone if one.time_zone != "UTC" else fair))
        for one in editors_of(request.exhibitor)
    ]


def _context(row: Any, reader: Reader) -> dict[str, object]:
    return {
        "name": reader.name,
        "edition_name": pick(row.edition.name, reader.language),
        "url": _page(row, reader.language),
    }


def _page(row: Any, language: str) -> str:
    """The request's page, the meeting's, else the diary where an offer waits."""
    edition = row.edition.slug
    if isinstance(row, Request):
        return address("visitor:meetings.request_show", language, edition=edition, code=row.code)
    if isinstance(row, Meeting):
        return address("visitor:meetings.meeting_show", language, edition=edition, code=row.code)
    return address("visitor:meetings.diary", language, edition=edition)


def _desk(request: Request, language: str) -> str:
    """The firm's desk, where its editors say who comes."""
    if request.exhibitor is None:
        return _page(request, language)
    return address(
        "exhibitor:meetings.request_show",
        language,
        code=request.exhibitor.code,
        request_code=request.code,
    )


def _name(person: Participant | None) -> str:
    return ", ".join(filter(None, (person.name, person.organisation_name))) if person is not None else ""


def _full(other: Any) -> str:
    return ", ".join(filter(None, (other.name, other.organisation)))


def _is_own_doing(person: Participant, by: Any) -> bool:
    account = account_of(person)
    return by is not None and account is not None and account.pk == getattr(by, "pk", None)


def tell_floor(edition_id: int, slot_id: int | None = None) -> None:
    """The organiser's open floors hear that a slot changed (None: any may have), once the transaction holds.

    The fact names nobody and says nothing of the meeting: the page asks for its part again, and its rights with it.
    """
    fact = {"kind": "floor", "slot": slot_id or 0}
    live.publish(floor_topic(edition_id), fact, key=f"slot:{slot_id or 0}")
