"""Before the door, let in, inside, out again, put out. A removed person is out at once and no old seat opens the room."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.calls import bridge
from everfair.calls.access import Place
from everfair.calls.actions.guards import lock_call, record, save_call, save_person, tell_person
from everfair.calls.models import PERSON_STEPS, Call, CallPerson
from everfair.calls.queries.rules import MOST_ON_STAGE, is_in_time, rules_of, window_of
from everfair.conversations.queries.names import names_of
from everfair.exhibition import access as exhibition_access
from everfair.gateways import live, video
from everfair.programme import access as programme_access
from everfair.programme.models import Session, SessionSpeaker
from everfair.registration.models import Registration

State = CallPerson.State
Role = CallPerson.Role


def come(place: Place, *, by: Any, is_interpreter: bool = False, now: datetime | None = None) -> CallPerson:
    """Come to the door: whom the call is for is let in at once, everybody else waits until one of them says yes.

    Refused when the hours are not now, the call is over, or too many are inside.
    """
    now = now or timezone.now()
    with transaction.atomic():
        call = lock_call(place.call)
        _require_hours(call, now)
        person = CallPerson.objects.filter(call=call, user=by).first()
        if person is not None:
            person.call = call
            _require_not_out(person)
            return person
        name, firm, country = shown_as(by, call)
        person = CallPerson.objects.create(
            call=call, user=by, role=_role(place, call, by, is_interpreter), name=name, firm=firm, country=country,
            asked_at=now, was_party=place.is_party, state=State.ADMITTED if place.is_party else State.WAITING,
        )  # fmt: skip
        tell_person(person)
    return person


def _role(place: Place, call: Call, user: Any, is_interpreter: bool) -> str:
    if call.session is not None and place.is_party:
        is_interpreter = is_interpreter or programme_access.interprets(user, call.session)
    if is_interpreter:
        return Role.INTERPRETER
    if not place.is_party:
        return Role.GUEST
    return Role.HOST if place.leads else Role.SPEAKER


def why_not(place: Place, now: datetime | None = None) -> str:
    """The sentence why this person cannot go in now; "" when they can, or may wait before the door. Reads only."""
    try:
        _require_hours(place.call, now or timezone.now())
        if place.person is not None:
            _require_not_out(place.person)
    except Refused as refusal:
        return str(refusal)
    return ""


def _require_hours(call: Call, now: datetime) -> None:
    if call.meeting is not None and call.meeting.state == "cancelled":
        raise Refused(_("This meeting was cancelled, so it has no room."))
    if call.session is not None:
        _require_stage(call, call.session, now)
        return
    first, _last = window_of(call)
    if not is_in_time(call, now):
        if first is not None and now < first:
            minutes = round((first - now).total_seconds() / 60)
            raise Refused(_("The room opens in %(minutes)d minutes.") % {"minutes": max(1, minutes)})
        raise Refused(_("The time of this meeting is over. Go on in the conversation."))
    if call.state in (Call.State.ENDED, Call.State.MISSED) and call.meeting is None:
        raise Refused(_("This call is over. Go on in the conversation, or call again from there."))


def _require_stage(call: Call, session: Session, now: datetime) -> None:
    """A stage may be tried out before its session, and opened again after it was ended."""
    if session.state == Session.State.CANCELLED:
        raise Refused(_("This session was cancelled, so its stage is closed."))
    if not call.is_chosen:
        raise Refused(_("This session is not carried here any more. Its page says where it is."))
    if is_in_time(call, now):
        return
    first, _last = window_of(call)
    if first is not None and now < first:
        opens = _("The stage opens at %(time)s, an hour before the session.")
        local = first.astimezone(ZoneInfo(call.edition.time_zone))
        raise Refused(opens % {"time": date_format(local, "Y-m-d H:i")})
    raise Refused(_("The time of this session is over."))


def _require_not_out(person: CallPerson) -> None:
    if person.state == State.REMOVED:
        raise Refused(_("You were taken out of this call. Whoever is in it can let you in again."))
    if person.state == State.REFUSED:
        raise Refused(_("You were not let in. Write a message, or ask again later."))


def shown_as(user: Any, call: Call) -> tuple[str, str, str]:
    """Name, firm, country as the others see them: the firm's own for its team, else the badge's."""
    if call.conversation is not None and call.conversation.parties.filter(user=user, is_hidden=True).exists():
        return _("A buyer, not named"), "", ""
    if call.session is not None and (part := _part_of(user, call.session)) is not None:
        speaker = part.speaker
        return (
            pick(speaker.name, user.language), pick(speaker.organisation_name, user.language), speaker.country,
        )  # fmt: skip
    names = names_of(call.edition_id, [user])
    name, firm = names[user.pk]
    row = Registration.objects.filter(edition=call.edition_id, user=user, merged_into=None).first()
    country = row.country if row is not None else ""
    if call.exhibitor is not None and exhibition_access.is_on_team(user, call.exhibitor):
        organisation = call.exhibitor.organisation
        return name or _("a colleague"), pick(organisation.name, user.language), organisation.country
    return name or _("A visitor"), firm, country


def _part_of(user: Any, session: Session) -> SessionSpeaker | None:
    return session.parts.filter(speaker__user=user).select_related("speaker").first()


def admit(person: CallPerson, *, by: Any, now: datetime | None = None) -> CallPerson:
    """Let somebody in who waits, or back in who was put out."""
    with transaction.atomic():
        call = lock_call(person.call)
        row = _fresh(person, call)
        _step(row, State.ADMITTED)
        return save_person(row, "state")


def refuse(person: CallPerson, *, by: Any) -> CallPerson:
    """Not let in."""
    with transaction.atomic():
        row = _fresh(person, lock_call(person.call))
        _step(row, State.REFUSED)
        return save_person(row, "state")


def remove(person: CallPerson, *, by: Any, now: datetime | None = None) -> CallPerson:
    """Out at once: their signals are carried no more, the server puts them out and hears their seat no more."""
    now = now or timezone.now()
    with transaction.atomic():
        call = lock_call(person.call)
        row = _fresh(person, call)
        if row.user_id == getattr(by, "pk", None):
            raise Refused(_("You are in this call yourself: leave it instead."))
        _step(row, State.REMOVED)
        row.left_at, row.is_sharing, row.hand_at = now, False, None
        save_person(row, "state", "left_at", "is_sharing", "hand_at")
        record("person.removed", call, by)
        if row.user_id is not None:
            live.recheck(person=row.user_id)
        transaction.on_commit(lambda: _put_out(row, now))
    return row


def _put_out(row: CallPerson, now: datetime) -> None:
    with suppress(video.Unavailable):  # a server that is away holds nobody
        bridge.put_out(row, now)


def enter(person: CallPerson, *, by: Any, now: datetime | None = None) -> video.Seat:
    """Go in, or back in; the seat is theirs alone. Refused while waiting, put out, out of hours, or when it is full.

    A server for groups that is away does not disturb who speaks already: up to four go on between their browsers.
    """
    now = now or timezone.now()
    is_away = _is_server_away(person, now)
    with transaction.atomic():
        call = lock_call(person.call)
        _require_hours(call, now)
        row = _fresh(person, call)
        _require_not_out(row)
        if row.state == State.WAITING:
            raise Refused(_("Wait until somebody in the call lets you in."))
        was_in = row.state == State.IN
        others = _others_inside(row)
        _require_room(call, others + 1, is_away)
        if row.state != State.IN:
            _step(row, State.IN)
        row.seen_at, row.entered_at = now, row.entered_at or now
        save_person(row, "state", "seen_at", "entered_at")
        _open(row, others, now)
    try:
        seat = _take_seat(row, others + 1, now)
    except Refused:
        if not was_in:  # nobody is inside who got no place
            leave(row, by=by, now=now)
        raise
    if seat.provider != "browser" or row.feed:
        _keep_feed(row, seat.feed, now)
    return seat


def _keep_feed(row: CallPerson, feed: str, now: datetime) -> None:
    """Everybody learns the person's number. Who was put out while the server was asked is out there too; Refused."""
    with transaction.atomic():
        row = _fresh(row, lock_call(row.call))
        if row.state != State.REMOVED:
            row.feed = feed
            save_person(row, "feed")
    if row.state == State.REMOVED:
        _put_out(row, now)
        _require_not_out(row)


def _others_inside(row: CallPerson) -> int:
    return CallPerson.objects.filter(call=row.call, state=State.IN).exclude(pk=row.pk).count()


def _open(row: CallPerson, others: int, now: datetime) -> None:
    """The first one opens it; a caller who goes in while it rings does not answer for the booth."""
    call = row.call
    if call.state == Call.State.RINGING and not _answers_for_booth(row):
        return
    if call.state != Call.State.OPEN or (others and call.opened_at is None):
        was_ringing = call.state == Call.State.RINGING
        call.state = Call.State.OPEN
        call.opened_at = call.opened_at or (now if others else None)
        call.ended_at = None
        save_call(call, "state", "opened_at", "ended_at")
        if was_ringing:
            from everfair.calls.actions.rings import hush  # rings are above: they open calls

            hush(call)


def _answers_for_booth(row: CallPerson) -> bool:
    return row.call.exhibitor is not None and exhibition_access.is_on_team(row.user, row.call.exhibitor)


def _take_seat(row: CallPerson, size: int, now: datetime) -> video.Seat:
    """Their place. Where the server went away during the call, as many as fit go on between their browsers."""
    try:
        return bridge.seat_for(row, size, now)
    except video.Unavailable as error:
        if row.call.provider == Call.Provider.BROWSER or row.call.is_stage or size > video.MOST_IN_MESH:
            raise Refused(str(error.words)) from error
    with transaction.atomic():
        call = lock_call(row.call)
        if call.provider != Call.Provider.BROWSER:
            call.provider = Call.Provider.BROWSER
            call.epoch += 1
            save_call(call, "provider", "epoch")
        row = _fresh(row, call)
    return bridge.seat_for(row, size, now)


def _is_server_away(person: CallPerson, now: datetime) -> bool:
    """Asked before everybody is moved over to it. A stage is nowhere else."""
    if person.call.is_stage:
        return False
    call = Call.objects.get(pk=person.call_id)
    person.call.provider, person.call.epoch = call.provider, call.epoch
    size = _others_inside(person) + 1
    try:
        wanted = bridge.provider_for(size)
        if call.provider != Call.Provider.BROWSER or wanted == Call.Provider.BROWSER:
            return False
        bridge.try_out(person, wanted, size, now)
    except video.TooMany:
        return False  # said below, in the transaction
    except video.Unavailable:
        return True
    return False


def _require_room(call: Call, size: int, is_away: bool) -> None:
    """More than fit between browsers move to a server, if there is one; else the sentence that says how many fit."""
    if call.is_stage:
        if size > MOST_ON_STAGE:
            raise Refused(_("This stage is full: %(most)d people at most.") % {"most": MOST_ON_STAGE})
        return
    most = rules_of(call.edition).most_people
    if size > most:
        raise Refused(_("This call is full: %(most)d people at most.") % {"most": most})
    if is_away and size > video.MOST_IN_MESH:
        raise Refused(
            _(
                "The server for calls does not answer, and without it %(most)d people fit. Try again in a minute, or write."
            )
            % {"most": video.MOST_IN_MESH}
        )
    try:
        wanted = bridge.provider_for(size)
    except video.Unavailable as error:
        raise Refused(str(error.words)) from error
    if call.provider == Call.Provider.BROWSER and wanted != Call.Provider.BROWSER and not is_away:
        call.provider = wanted
        call.epoch += 1
        save_call(call, "provider", "epoch")


def leave(person: CallPerson, *, by: Any, now: datetime | None = None) -> CallPerson:
    """Out of the room, free to come back."""
    with transaction.atomic():
        row = _fresh(person, lock_call(person.call))
        if row.state != State.IN:
            return row
        _step(row, State.LEFT)
        row.left_at, row.is_sharing, row.hand_at = now or timezone.now(), False, None
        return save_person(row, "state", "left_at", "is_sharing", "hand_at")


def still_here(person: CallPerson, now: datetime | None = None) -> None:
    """The person's page says every few seconds that it lives. Tells nobody."""
    CallPerson.objects.filter(pk=person.pk, state=State.IN).update(seen_at=now or timezone.now())


def _fresh(person: CallPerson, call: Call) -> CallPerson:
    row = CallPerson.objects.select_related("user").get(pk=person.pk)
    row.call = call
    return row


def _step(row: CallPerson, target: str) -> None:
    require_step(PERSON_STEPS, row.state, target, {one.value: str(one.label) for one in State})
    row.state = target
