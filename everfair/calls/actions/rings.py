"""A visitor calls a booth: its team is rung one after the other, and when nobody comes the call waits as a message."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.actions.guards import RELATED, lock_call, record, save_call
from everfair.calls.actions.opening import LIVING
from everfair.calls.models import Call, Ring
from everfair.calls.queries.facts import ring_fact, rings_topic
from everfair.calls.queries.rules import rules_of
from everfair.conversations.access import Who, is_blocked
from everfair.conversations.actions.quiet import open_quietly, say_note
from everfair.conversations.queries.names import names_of
from everfair.conversations.queries.rules import silenced_until
from everfair.exhibition.models import Exhibitor
from everfair.gateways import live, video
from everfair.people.models import User
from everfair.presence.queries.here import hosts_here

MOST_MISSED = 3  # rings of one visitor at one booth in ten minutes


def ring_booth(exhibitor: Exhibitor, *, by: Any, now: datetime | None = None) -> Call:
    """Ring the firm's people who are here, one after the other. The call that rings or is open already, if there is one.

    Refused when nobody of the team is here, the visitor is blocked or silenced, or has rung too often just now.
    """
    now = now or timezone.now()
    own, firm = Who.person(by), Who.firm(exhibitor)
    _require_may_ring(exhibitor, own, firm, by, now)
    team = hosts_here(exhibitor, now)
    if not team:
        raise Refused(_("Nobody of the team is here now. Write a message: they read it when they are back."))
    with transaction.atomic():
        talk = open_quietly(
            exhibitor.edition, own, firm, "booth", exhibitor.code, dict(exhibitor.organisation.name), now=now
        )
        found = Call.objects.filter(conversation=talk, meeting=None, state__in=LIVING).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                call = Call.objects.create(
                    edition=exhibitor.edition, exhibitor=exhibitor, conversation=talk, title=exhibitor.organisation.name,
                    state=Call.State.RINGING, provider=_provider(), made_at=now,
                )  # fmt: skip
        except IntegrityError:
            return Call.objects.select_related(*RELATED).get(
                conversation=talk, meeting=None, state__in=LIVING
            )
        record("booth.rung", call, by)
        _ring(call, team[0], by, now)
    return call


def _provider() -> str:
    try:
        return bridge.provider_for(2)
    except video.Unavailable as error:
        raise Refused(str(error.words)) from error


def _require_may_ring(exhibitor: Exhibitor, own: Who, firm: Who, by: Any, now: datetime) -> None:
    edition = exhibitor.edition
    if not rules_of(edition).is_open:
        raise Refused(_("The organiser has closed calls of this fair. Write a message instead."))
    refused = silenced_until(edition, by, now)
    if refused:
        raise Refused(refused)
    if is_blocked(edition, own.key, firm.key):
        raise Refused(_("Nobody of the team is here now. Write a message: they read it when they are back."))
    lately = Call.objects.filter(
        exhibitor=exhibitor, conversation__parties__key=own.key, made_at__gt=now - timedelta(minutes=10)
    )
    if lately.filter(state=Call.State.MISSED).count() >= MOST_MISSED:
        raise Refused(_("You have called a few times just now. Write a message: it waits for them."))


def _ring(call: Call, colleague: User, caller: Any, now: datetime) -> Ring:
    until = now + timedelta(seconds=rules_of(call.edition).ring_seconds)
    ring = Ring.objects.create(call=call, user=colleague, at=now, until=until)
    _tell(ring, caller, until.isoformat())
    return ring


def _tell(ring: Ring, caller: Any, until: str) -> None:
    name, firm = names_of(ring.call.edition_id, [caller])[caller.pk] if caller is not None else ("", "")
    fact = ring_fact(ring, name or _("A visitor"), firm, until)
    live.publish(rings_topic(ring.user_id), fact, key=ring.call.code, to=ring.user_id)


def answer_ring(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """A colleague takes it: the first one has it, everybody else's stops ringing."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_call(call)
        ring = Ring.objects.filter(call=row, user=by).first()
        if ring is None:
            raise Refused(_("This call does not ring at you."))
        if row.state == Call.State.MISSED:
            raise Refused(
                _("The caller has gone. What they want is in the conversation: write or call back.")
            )
        if row.state != Call.State.RINGING:
            raise Refused(_("A colleague has taken this call."))
        ring.answered_at = now
        ring.save(update_fields=["answered_at"])
        row.state = Call.State.OPEN
        save_call(row, "state")
        hush(row)
    return row


def decline_ring(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """Not me: the next colleague is rung at once."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_call(call)
        ring = Ring.objects.filter(call=row, user=by, answered_at=None).first()
        if ring is None or row.state != Call.State.RINGING:
            return row
        ring.declined_at, ring.until = now, now
        ring.save(update_fields=["declined_at", "until"])
        _tell(ring, caller_of(row), "")
        _go_on(row, now)
    return row


def give_up(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """The caller goes before anybody came; the firm finds it in the conversation."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_call(call)
        return _miss(row, now) if row.state == Call.State.RINGING else row


def follow_rings(now: datetime | None = None) -> int:
    """Whoever did not answer in time is followed by the next; after the last the call is missed. How many moved on. Safe twice."""
    now = now or timezone.now()
    moved = 0
    for call in Call.objects.filter(state=Call.State.RINGING):
        if call.rings.filter(until__gt=now, declined_at=None).exists():
            continue
        with transaction.atomic():
            row = lock_call(call)
            if (
                row.state == Call.State.RINGING
                and not row.rings.filter(until__gt=now, declined_at=None).exists()
            ):
                _go_on(row, now)
                moved += 1
    return moved


def _go_on(row: Call, now: datetime) -> None:
    """To the next colleague who is here and was not rung yet; else it is missed."""
    rung = set(row.rings.values_list("user_id", flat=True))
    exhibitor = row.exhibitor
    here = hosts_here(exhibitor, now) if exhibitor is not None else []
    following = next((one for one in here if one.pk not in rung), None)
    caller = caller_of(row)
    if following is None or caller is None:
        _miss(row, now)
        return
    for ring in row.rings.filter(answered_at=None, declined_at=None).select_related("call"):
        _tell(ring, caller, "")
    _ring(row, following, caller, now)


def _miss(row: Call, now: datetime) -> Call:
    row.state, row.ended_at = Call.State.MISSED, now
    save_call(row, "state", "ended_at")
    hush(row)
    if row.conversation is not None:
        say_note(row.conversation, "call_missed", now, side=_side_of_caller(row), waits=True)
    return row


def hush(row: Call) -> None:
    """It rings nowhere any more."""
    for ring in row.rings.select_related("call"):
        _tell(ring, caller_of(row), "")


def caller_of(call: Call) -> User | None:
    """Who rang: the person on the conversation's other side."""
    if call.conversation is None:
        return None
    party = call.conversation.parties.filter(kind="person").select_related("user").first()
    return party.user if party is not None else None


def _side_of_caller(call: Call) -> str:
    party = call.conversation.parties.filter(kind="person").first() if call.conversation is not None else None
    return party.side if party is not None else ""
