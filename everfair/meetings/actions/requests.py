"""Requests: sent, answered, countered, cancelled. Rights are asked before; quotas are kept here, under the lock of people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.meetings import notices
from everfair.meetings.access import find_participant
from everfair.meetings.actions.acts import note_asked
from everfair.meetings.actions.agreeing import accept_at_once, firm_of, languages_between, schedule
from everfair.meetings.actions.booking import cancel_meeting
from everfair.meetings.actions.given import Given, clean_request, require_slots
from everfair.meetings.actions.guards import (
    bring_up_to_date,
    clean_reason,
    count_received,
    count_sent,
    lock_people,
    lock_with_people,
    record_request,
    release_quota,
    require_request_step,
)
from everfair.meetings.actions.silence import expire_requests, hand_on, hand_on_silent
from everfair.meetings.models import (
    Meeting,
    MeetingRules,
    Participant,
    ProposedSlot,
    Request,
    Slot,
)
from everfair.meetings.queries.free import free_slots, free_slots_with_firm, staff_of
from everfair.meetings.queries.limits import sides_of, why_not_ask

__all__ = [
    "accept", "cancel_request", "counter", "decline", "expire_requests", "hand_on", "hand_on_silent",
    "possible_slots", "propose_again", "send_request",
]  # fmt: skip
EVENT = "meetings.request."
State = Request.State


def send_request(
    asker: Participant,
    *,
    exhibitor: Exhibitor | None = None,
    asked: Participant | None = None,
    values: Mapping[str, Any] | None = None,
    by: Any,
    now: datetime | None = None,
) -> Request:
    """Ask a firm or a person for a meeting; staff of a firm are asked as the firm, with their turn first. A firm asks by its staff.

    `values`: message, place, language, needs_interpreter, offer, slots (list of Slot, best first), colleagues (list of
    Participant). Refused with the sentence of `why_not_ask`. Whoever accepts at once is booked at once: look at `state`.
    """
    now = now or timezone.now()
    target = asked if asked is not None else exhibitor
    if target is None:
        raise Refused(_("Choose whom to ask."))
    firm, person = sides_of(target)
    staff = staff_of(firm) if firm is not None else []
    given = clean_request(asker, firm, person, values or {}, now)
    with transaction.atomic():
        ours = (
            staff_of(asker.exhibitor) if asker.exhibitor is not None else ()
        )  # the firm's limit counts them all
        people = lock_people([asker, person, *staff, *ours, *given.colleagues])
        me = people[asker.pk]
        sentence = why_not_ask(me, people[person.pk] if person is not None else target, now=now)
        if sentence:
            raise Refused(sentence)
        turn = people[person.pk] if person is not None else _whose_turn([people[one.pk] for one in staff])
        request = _make(me, firm, turn, given, now)
        count_sent(me, 1)
        if turn is not None:
            count_received(turn, 1)
        note_asked(request, now=now)
        audit.record(
            EVENT + "sent", request, by=by, edition_id=me.edition_id, after={"to": str(target)}, now=now
        )
        note_change("meetings.request", request.pk, request.edition_id)
        notices.tell_floor(request.edition_id)
        if accept_at_once(request, [people[one.pk] for one in staff], by=by, now=now) is None:
            notices.tell_asked(request, "asked", by=by)
    return request


def accept(
    request: Request, slot: Slot, *, by: Any, person: Participant | None = None, now: datetime | None = None
) -> Meeting:
    """Agree on a slot: the asked side to a sent request, the asker to a countered one. SlotTaken with other slots.

    `person` is who of the asked firm comes; else whoever accepts, if they are of the firm, else whose turn it is.
    Where slots were proposed it must be one of them.
    """
    now = now or timezone.now()
    guest = person or _answering(request, by)
    colleagues = list(request.colleagues.values_list("pk", flat=True))
    with transaction.atomic():
        row, people = lock_with_people(request, guest, *colleagues)
        require_request_step(row, State.SCHEDULED)
        _require_proposed(row, slot)
        who = people[guest.pk] if guest is not None else row.asked
        if who is None:
            raise Refused(_("Say who of your firm comes to the meeting."), field="person")
        if row.exhibitor_id is not None and who.exhibitor_id != row.exhibitor_id:
            raise Refused(_("%(name)s does not belong to the firm.") % {"name": who.name}, field="person")
        if row.exhibitor_id is None and who.pk != row.asked_id:
            raise Refused(_("Only the person asked can come to this meeting."), field="person")
        meeting = schedule(row, slot, who, [people[pk] for pk in colleagues], by=by, now=now)
    bring_up_to_date(request, row)
    return meeting


def decline(request: Request, reason: str = "", *, by: Any, now: datetime | None = None) -> Request:
    """Say no, with a reason the other side reads: the asked side, or the asker to a counter-proposal. Quota comes back."""
    now = now or timezone.now()
    with transaction.atomic():
        row, people = lock_with_people(request)
        was = row.state
        _end(row, State.DECLINED, people, by=by, reason=reason, now=now)
        asker_says = was == State.COUNTERED and _is_of_asker(row, by)
        (notices.tell_asked if asker_says else notices.tell_asker)(row, "declined", by=by)
    return bring_up_to_date(request, row)


def cancel_request(request: Request, reason: str = "", *, by: Any, now: datetime | None = None) -> Request:
    """Take a request back; one that became a meeting cancels the meeting. Quota and slot come back."""
    now = now or timezone.now()
    with transaction.atomic():
        held = Meeting.objects.filter(request=request, state=Meeting.State.SCHEDULED).first()
        if held is not None:
            cancel_meeting(held, reason, by=by, now=now)
            request.refresh_from_db()
            return request
        row, people = lock_with_people(request)
        _end(row, State.CANCELLED, people, by=by, reason=reason, now=now)
        notices.tell_asked(row, "cancelled", by=by)
        if not _is_of_asker(row, by):
            notices.tell_asker(row, "cancelled", by=by)
    return bring_up_to_date(request, row)


def counter(
    request: Request, slots: Sequence[Slot], *, by: Any, message: str = "", now: datetime | None = None
) -> Request:
    """The asked side proposes other slots; the asker then accepts one, proposes others or declines."""
    return _propose(request, slots, State.COUNTERED, by=by, message=message, now=now)


def propose_again(
    request: Request, slots: Sequence[Slot], *, by: Any, message: str = "", now: datetime | None = None
) -> Request:
    """The asker answers a counter-proposal with slots of their own."""
    return _propose(request, slots, State.SENT, by=by, message=message, now=now)


def possible_slots(request: Request, *, now: datetime | None = None) -> list[Slot]:
    """Slots in which both sides could meet as the request says: at its place, with everybody who comes along."""
    ours = [request.asker, *request.colleagues.all()]
    if request.exhibitor is not None:
        pair = languages_between(request, request.asked)
        return free_slots_with_firm(ours, request.exhibitor, place=request.place, languages=pair, now=now)
    if request.asked is None:
        return []
    pair = languages_between(request, request.asked)
    firm = firm_of(request)
    return free_slots([*ours, request.asked], place=request.place, exhibitor=firm, languages=pair, now=now)


def _propose(
    request: Request, slots: Sequence[Slot], state: str, *, by: Any, message: str, now: datetime | None
) -> Request:
    now = now or timezone.now()
    with transaction.atomic():
        row, _people = lock_with_people(request)
        before = row.state
        require_request_step(row, state)
        require_slots(row.edition_id, slots, now, is_needed=True)
        is_asker = state == State.SENT
        row.proposals.filter(by_asker=is_asker).delete()
        _write_slots(row, slots, by_asker=is_asker)
        row.state, row.answered_at, row.version = state, now, row.version + 1
        row.reason, row.expires_at = clean_reason(message), _expires_at(row.edition_id, now)
        row.save(update_fields=["state", "answered_at", "version", "reason", "expires_at"])
        record_request(row, before, by=by, now=now, event="countered" if not is_asker else "proposed")
        if is_asker:
            notices.tell_asked(row, "again", by=by)
        else:
            notices.tell_asker(row, "countered", by=by)
    return bring_up_to_date(request, row)


def _whose_turn(staff: Sequence[Participant]) -> Participant | None:
    """Of a firm's staff whoever has the fewest requests; None while nobody takes part: its editors are written to."""
    return min(staff, key=lambda one: (one.received_counted, one.pk), default=None)


def _make(
    asker: Participant,
    firm: Exhibitor | None,
    turn: Participant | None,
    given: Given,
    now: datetime,
) -> Request:
    try:
        with transaction.atomic():
            request = Request.objects.create(
                edition=asker.edition,
                asker=asker,
                exhibitor=firm,
                asked=turn,
                offer=given.offer,
                message=given.message,
                place=given.place,
                language=given.language,
                needs_interpreter=given.needs_interpreter,
                sent_at=now,
                expires_at=_expires_at(asker.edition_id, now),
            )
    except IntegrityError as error:
        raise Refused(_("You have asked already, and the request is still open.")) from error
    request.colleagues.set(given.colleagues)
    _write_slots(request, given.slots, by_asker=True)
    return request


def _write_slots(request: Request, slots: Sequence[Slot], *, by_asker: bool) -> None:
    once = {slot.pk: slot for slot in slots}
    ProposedSlot.objects.bulk_create(
        ProposedSlot(request=request, slot=slot, by_asker=by_asker, position=position)
        for position, slot in enumerate(once.values())
    )


def _expires_at(edition_id: int, now: datetime) -> datetime:
    """After the rules' hours; never later than the last slot begins."""
    rules = MeetingRules.objects.filter(edition_id=edition_id).first()
    until = now + timedelta(hours=rules.answer_hours if rules is not None else 72)
    last = Slot.objects.filter(edition_id=edition_id).order_by("-starts_at").first()
    return min(until, last.starts_at) if last is not None and last.starts_at > now else until


def _answering(request: Request, by: Any) -> Participant | None:
    """Whoever of the asked firm is signed in, when it is their side's turn."""
    if request.exhibitor_id is None or request.state != State.SENT:
        return request.asked
    own = find_participant(by, request.edition)
    return own if own is not None and own.exhibitor_id == request.exhibitor_id else request.asked


def _is_of_asker(row: Request, by: Any) -> bool:
    """Whether somebody of the asker's side did it, as far as the account tells."""
    own = find_participant(by, row.edition)
    if own is None:
        return False
    return own.pk == row.asker_id or (
        own.exhibitor_id is not None and own.exhibitor_id == row.asker.exhibitor_id
    )


def _require_proposed(row: Request, slot: Slot) -> None:
    proposed = set(row.proposals.filter(by_asker=row.state == State.SENT).values_list("slot_id", flat=True))
    if proposed and slot.pk not in proposed:
        raise Refused(_("Choose one of the times proposed, or propose others."), field="slot")


def _end(
    row: Request, state: str, people: dict[int, Participant], *, by: Any, reason: str, now: datetime
) -> None:
    """A locked request that ends without a meeting."""
    before = row.state
    require_request_step(row, state)
    row.state, row.reason, row.answered_at, row.version = state, clean_reason(reason), now, row.version + 1
    row.save(update_fields=["state", "reason", "answered_at", "version"])
    release_quota(row, people)
    record_request(row, before, by=by, now=now)
