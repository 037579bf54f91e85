"""Calls of a conversation and of a meeting, stages of sessions, and people in them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from everfair.calls.access import Place, find_place
from everfair.calls.actions.entering import come, enter
from everfair.calls.actions.opening import call_of_conversation
from everfair.calls.actions.stages import begin, choose_stage
from everfair.calls.models import Call, CallPerson
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from everfair.presence.models import Showing, Stay, booth_place
from everfair.programme.models import Session, SessionSpeaker
from tests.factories import number
from tests.factories.conversations import NOW, make_colleague, make_conversation, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user
from tests.factories.programme import make_session, make_speaker


def make_call(exhibitor: Exhibitor | None = None, visitor: User | None = None, **extra: Any) -> Call:
    """An open call of a visitor and a firm, begun from their conversation."""
    firm = exhibitor or make_exhibitor(state=Exhibitor.State.PUBLISHED)
    person = visitor or make_user(name="Wanjiru Kamau")
    talk = make_conversation(firm, person)
    return call_of_conversation(stand_of(person, talk), by=person, **{"now": NOW, **extra})


def make_stage_call(session: Session | None = None, *, on_air: bool = False, **extra: Any) -> Call:
    """The stage of a session that is on now, with a moderator on it who began it if `on_air`. Needs a JANUS_URL, or a fake."""
    at = extra.pop("now", None) or timezone.now()
    held = session or make_session(
        state="live", starts_at=at - timedelta(minutes=10), ends_at=at + timedelta(minutes=50), **extra
    )
    call = choose_stage(held, by=None, now=at)
    if on_air:
        make_person(call, make_speaker_user(held, "moderator"), now=at)
        call = begin(call, by=None, now=at)
    return call


def make_speaker_user(session: Session, role: str = "speaker", **extra: Any) -> User:
    """Somebody with an account and a part in the session."""
    user = make_user(**{"name": f"A {role}", **extra})
    speaker = make_speaker(session.edition, user=user, name={"en": user.name}, country="KE")
    SessionSpeaker.objects.create(session=session, speaker=speaker, role=role, position=session.parts.count())
    return user


def place_of(user: User, call: Call) -> Place:
    """How the person stands to it."""
    found = find_place(user, call.code)
    assert found is not None
    return found


def make_person(call: Call, user: User, now: datetime = NOW) -> CallPerson:
    """Somebody of the call's parties, inside."""
    person = come(place_of(user, call), by=user, now=now)
    enter(person, by=user, now=now)
    return CallPerson.objects.select_related("call").get(pk=person.pk)


def make_stay(
    user: User | None, exhibitor: Exhibitor, *, is_host: bool = False, now: datetime = NOW, **extra: Any
) -> Stay:
    """Somebody has the booth's page open for the next hour."""
    n = number()
    values: dict[str, Any] = {
        "edition": exhibitor.edition, "place": booth_place(exhibitor.code), "process": f"p{n}", "user": user,
        "visitor_key": f"u{user.pk}" if user is not None else f"a{n}", "is_host": is_host, "since": now,
        "until": now + timedelta(hours=1), **extra,
    }  # fmt: skip
    return Stay.objects.create(**values)


def make_host(exhibitor: Exhibitor, *, now: datetime = NOW, **extra: Any) -> User:
    """A colleague of the booth who is here and attends."""
    user = make_colleague(exhibitor, **extra)
    Showing.objects.create(edition=exhibitor.edition, user=user, attends=True)
    make_stay(user, exhibitor, is_host=True, now=now)
    return user
