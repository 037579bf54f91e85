"""The stage of a session, carried here: chosen, begun, a speaker's microphone switched off, followed until it is over."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.access import is_party
from everfair.calls.actions.entering import remove
from everfair.calls.actions.guards import RELATED, lock_call, record, save_call, save_person
from everfair.calls.actions.listening import follow_audience
from everfair.calls.actions.opening import end_call
from everfair.calls.models import Call, CallPerson
from everfair.calls.queries.rules import is_in_time, rules_of, window_of
from everfair.gateways import video
from everfair.programme.models import Session

BEGINNING = (Session.State.PUBLISHED, Session.State.LIVE, Session.State.ENDED)  # the last one runs over


def is_offered() -> bool:
    """Whether a session can be carried here at all: there is a server for calls that pages can speak with."""
    return bridge.can_stage()


def choose_stage(session: Session, *, by: Any, now: datetime | None = None) -> Call:
    """The session is carried here instead of by an outside link, which stays as the spare one. Safe to repeat.

    Refused without a server for calls, without a time, and where the organiser has closed calls.
    """
    now = now or timezone.now()
    if not bridge.can_stage():
        raise Refused(
            _("A stage needs a server for calls, and this fair has none. Give the session a live link.")
        )
    if not rules_of(session.edition).is_open:
        raise Refused(_("The organiser has closed calls of this fair. Give the session a live link."))
    if session.starts_at is None or session.ends_at is None:
        raise Refused(_("Give the session its time first."))
    try:
        with transaction.atomic():
            made = Call.objects.create(
                edition=session.edition,
                session=session,
                provider=Call.Provider.JANUS,
                made_at=now,
                **_facts(session),
            )
            _tell_pages(made)
            record("stage.chosen", made, by)
            return made
    except IntegrityError:
        found = Call.objects.get(session=session)
    with transaction.atomic():
        row = lock_call(found)
        if not row.is_chosen:
            row.is_chosen = True
            save_call(row, "is_chosen")
            _tell_pages(row)
            record("stage.chosen", row, by)
        return follow_session(row)


def leave_stage(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """The session has its outside link, or nothing, again. Whoever is on the stage or listens is out. Safe to repeat."""
    now = now or timezone.now()
    if call.state == Call.State.OPEN:
        end_call(call, by=by, now=now)
    with transaction.atomic():
        row = lock_call(call)
        if row.is_chosen:
            row.is_chosen = False
            save_call(row, "is_chosen")
            _tell_pages(row)
            record("stage.left", row, by)
        return row


def _tell_pages(call: Call) -> None:
    """Public pages of the session are drawn anew."""
    if call.session_id is not None:
        note_change("programme.session", call.session_id, call.edition_id)


def _facts(session: Session) -> dict[str, Any]:
    return {
        "title": dict(session.title), "starts_at": session.starts_at, "ends_at": session.ends_at,
        "spare_url": session.live_url,
    }  # fmt: skip


def follow_session(row: Call) -> Call:
    """Title, hours and spare link are those of the session. `row` is locked."""
    if row.session is None:
        return row
    wanted = _facts(row.session)
    if any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        save_call(row, *wanted)
    return row


def begin(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """On air: from now on the audience sees and hears the stage. Refused while nobody is on it. Safe to repeat."""
    now = now or timezone.now()
    with transaction.atomic():
        row = follow_session(lock_call(call))
        if row.on_air_at is not None:
            return row
        _require_ready(row, now)
        row.on_air_at = now
        save_call(row, "on_air_at")
        record("stage.begun", row, by)
        return row


def _require_ready(row: Call, now: datetime) -> None:
    if row.session is None or not row.is_chosen:
        raise Refused(_("This session is not carried here any more. Its page says where it is."))
    if row.session.state not in BEGINNING:
        raise Refused(_("The session has to be published before its stage can begin."))
    if not is_in_time(row, now):
        raise Refused(
            _(
                "A stage begins an hour before its session at the earliest, and an hour after it at the latest."
            )
        )
    if row.state != Call.State.OPEN or not _inside(row).exists():
        raise Refused(_("Nobody is on the stage yet. Go on it first, then begin."))


def _inside(call: Call) -> Any:
    return CallPerson.objects.filter(call=call, state=CallPerson.State.IN)


def hush(person: CallPerson, *, by: Any) -> CallPerson:
    """Switch a speaker's microphone off. They may switch it on again; who disturbs on purpose is put out."""
    with transaction.atomic():
        call = lock_call(person.call)
        row = CallPerson.objects.get(pk=person.pk)
        row.call = call
        if not call.is_stage:
            raise Refused(_("In a call everybody has their own microphone."))
        if row.state != CallPerson.State.IN:
            raise Refused(_("%(name)s is not on the stage.") % {"name": row.name})
        row.is_muted = True
        row.hushes += 1
        record("person.hushed", call, by)
        return save_person(row, "is_muted", "hushes")


def follow_stages(now: datetime | None = None) -> int:
    """Who lost the right is out, on the stage and before it; who sends without a right, too; hours over: it ends.

    How many stages are open. Every few seconds; safe to repeat.
    """
    now = now or timezone.now()
    followed = 0
    for call in Call.objects.select_related(*RELATED, *HOSTS).filter(
        state=Call.State.OPEN, session__isnull=False
    ):
        _follow(call, now)
        followed += 1
    return followed


HOSTS = ("session__exhibitor", "session__delegation")


def _follow(call: Call, now: datetime) -> None:
    with transaction.atomic():
        row = follow_session(lock_call(call))
    session = row.session
    _first, last = window_of(row)
    if session is None or session.state == Session.State.CANCELLED or (last is not None and now > last):
        end_call(row, by=None, now=now)
        return
    inside = list(_inside(row).select_related("user"))
    for person in inside:
        if person.was_party and not is_party(person.user, row):
            person.call = row
            remove(person, by=None, now=now)
    if inside or row.on_air_at is not None:
        follow_audience(row, now)
        with suppress(video.Unavailable):  # a server that is away has nobody to put out
            bridge.sweep(row, _inside(row).count(), now)
