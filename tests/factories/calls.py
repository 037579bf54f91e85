"""Calls of a conversation and of a meeting, and people in them."""

from datetime import datetime, timedelta
from typing import Any

from everfair.calls.access import Place, find_place
from everfair.calls.actions.entering import come, enter
from everfair.calls.actions.opening import call_of_conversation
from everfair.calls.models import Call, CallPerson
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from everfair.presence.models import Showing, Stay, booth_place
from tests.factories import number
from tests.factories.conversations import NOW, make_colleague, make_conversation, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user


def make_call(exhibitor: Exhibitor | None = None, visitor: User | None = None, **extra: Any) -> Call:
    """An open call of a visitor and a firm, begun from their conversation."""
    firm = exhibitor or make_exhibitor(state=Exhibitor.State.PUBLISHED)
    person = visitor or make_user(name="Wanjiru Kamau")
    talk = make_conversation(firm, person)
    return call_of_conversation(stand_of(person, talk), by=person, **{"now": NOW, **extra})


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
