"""A stage's audience: a place for receiving, still there, gone, counted. That they may was asked before, by access."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.actions.guards import lock_call, save_call
from everfair.calls.models import Call, CallPerson, Listener
from everfair.calls.queries.rules import MOST_LISTENERS
from everfair.gateways import live, video
from everfair.people.models import User
from everfair.programme import access as programme_access

SILENT = timedelta(seconds=60)  # whoever's page says nothing for so long listens no more


def take_place(call: Call, *, by: Any, now: datetime | None = None) -> video.Seat:
    """A seat that receives and never sends. Refused before it begins, after it is over, when it is full, without a server."""
    now = now or timezone.now()
    fresh = Call.objects.select_related("edition", "session").get(pk=call.pk)
    _require_on_air(fresh)
    listener = _listener(fresh, by, now)
    speakers = CallPerson.objects.filter(call=fresh, state=CallPerson.State.IN).count()
    try:
        return bridge.seat_to_listen(listener, speakers, now)
    except video.Unavailable as error:
        listener.delete()
        raise Refused(str(error.words)) from error


def _require_on_air(call: Call) -> None:
    if not call.is_chosen:
        raise Refused(_("This session is not carried here any more. Its page says where it is."))
    if call.state == Call.State.OPEN and call.on_air_at is not None:
        return
    if call.ended_at is not None:
        raise Refused(_("The session on this stage is over."))
    raise Refused(_("The session has not begun yet. This page begins by itself."))


def _listener(call: Call, user: Any, now: datetime) -> Listener:
    """Their row: one for each person, however many pages of theirs are open."""
    found = Listener.objects.filter(call=call, user=user).first()
    if found is None:
        if Listener.objects.filter(call=call).count() >= MOST_LISTENERS:
            raise Refused(
                _("%(most)d people are listening, and no more fit. Use the spare link.")
                % {"most": MOST_LISTENERS}
            )
        try:
            with transaction.atomic():
                found = Listener.objects.create(call=call, user=user, since=now, seen_at=now)
        except IntegrityError:
            found = Listener.objects.get(call=call, user=user)
    Listener.objects.filter(pk=found.pk).update(seen_at=now)
    found.call = call
    return found


def still_listening(call: Call, *, by: Any, now: datetime | None = None) -> None:
    """The person's page says every few seconds that it lives. Tells nobody."""
    Listener.objects.filter(call=call, user=by).update(seen_at=now or timezone.now())


def stop_listening(call: Call, *, by: Any, now: datetime | None = None) -> None:
    """Gone by themselves; their seat opens nothing any more."""
    gone = list(Listener.objects.filter(call=call, user=by))
    _let_go(call, gone, now or timezone.now())


def follow_audience(call: Call, now: datetime) -> None:
    """Who went silent or lost the right is out, and everybody learns how many listen."""
    session = call.session
    if session is None:
        return
    rows = list(Listener.objects.filter(call=call).select_related("user"))
    attended = programme_access.is_attended(session)
    may = programme_access.who_may_attend(session, [one.user_id for one in rows]) if attended else set()
    gone = [one for one in rows if one.seen_at < now - SILENT or not _stays(one.user, call, may, attended)]
    _let_go(call, gone, now)
    count = len(rows) - len(gone)
    if count != call.listeners:
        with transaction.atomic():
            row = lock_call(call)
            if row.state == Call.State.OPEN:
                row.listeners = count
                save_call(row, "listeners")


def _stays(user: User, call: Call, may: set[int], attended: bool) -> bool:
    if not user.is_active or not attended or call.session is None:
        return False
    return user.pk in may or programme_access.may_speak(user, call.session)


def _let_go(call: Call, gone: list[Listener], now: datetime) -> None:
    if not gone:
        return
    Listener.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for one in gone:
        live.recheck(person=one.user_id)
    with suppress(video.Unavailable):  # a server that is away holds nobody
        bridge.put_out_of_audience(call, [one.code for one in gone], now)
