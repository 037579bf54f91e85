"""Doors of a session's stage: its moderators choose, begin and end it; who is signed in listens once it is on air."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from everfair.calls.models import Call, CallPerson
from everfair.programme.models import Session
from tests.factories.programme import make_session
from tests.house.doors import Door

_CALL = "visitor:calls."


def _session(world: Any) -> Session:
    """A session that is on now, hosted by people["owner"]'s firm, whose stage nobody has chosen."""
    held = Session.objects.filter(edition=world.edition, exhibitor=world.exhibitor, state="live").first()
    now = timezone.now()
    return held or make_session(
        world.edition,
        state="live",
        exhibitor=world.exhibitor,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
    )


def _outside(world: Any) -> dict[str, Any]:
    return {"edition": world.edition.slug, "code": _session(world).code}


def _here(world: Any) -> dict[str, Any]:
    """Chosen, and not begun: so no server for calls is asked."""
    session = _session(world)
    Call.objects.get_or_create(
        session=session,
        defaults={
            "edition": world.edition,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "provider": "janus",
        },
    )
    return {"edition": world.edition.slug, "code": session.code}


def _person(world: Any) -> dict[str, Any]:
    """Somebody on that stage."""
    _here(world)
    call = Call.objects.get(session=_session(world))
    person, _made = CallPerson.objects.get_or_create(
        call=call, code="speaks", defaults={"state": "in", "name": "A speaker", "role": "speaker"}
    )
    return {"edition": world.edition.slug, "code": call.code, "person": person.code}


# the firm's people and the programme team
_LEADS: dict[str, Any] = {
    "method": "post",
    "anonymous": 302,
    "visitor": 404,
    "owner": 302,
    "stranger": 404,
    "delegation": 404,
    "reviewer": 404,
    "administrator": 302,
}
_SIGNED_IN: dict[str, Any] = {"method": "post", "anonymous": 302}

DOORS: list[Door] = [
    Door(_CALL + "stage_choose", _outside, **_LEADS),
    Door(_CALL + "stage_begin", _here, **_LEADS),
    Door(_CALL + "stage_end", _here, **_LEADS),
    Door(_CALL + "person_hush", _person, **_LEADS),
    Door(
        _CALL + "stage_listen", _here, **_SIGNED_IN,
        **dict.fromkeys(("visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 422),
    ),
    Door(_CALL + "stage_stop", _here, **_SIGNED_IN),
]  # fmt: skip
