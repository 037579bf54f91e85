"""Doors of the public programme, its calendars, and the person's own programme."""

from typing import Any

from everfair.programme.actions.calendar import make_calendar
from everfair.programme.models import SessionSpeaker
from everfair.programme.queries.board import forget_boards
from tests.factories.programme import make_activity_kind, make_session, make_speaker
from tests.house.doors import Door

SIGN_IN = 302
OWN: dict[str, Any] = {"anonymous": SIGN_IN}
DEED: dict[str, Any] = {
    "method": "post",
    **dict.fromkeys(
        ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 302
    ),
}
HIDDEN: dict[str, Any] = {"anonymous": 404, "visitor": 404, "stranger": 404, "delegation": 404}


def _made(w: Any, **extra: Any) -> Any:
    """A session that the programme in memory knows of: rows made by hand note no change."""
    session = make_session(w.edition, **extra)
    forget_boards()
    return session


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _session(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "address": _made(w).address}


def _draft(w: Any) -> dict[str, Any]:
    session = _made(w, state="draft", exhibitor=w.exhibitor)
    return {"edition": w.edition.slug, "address": session.address}


def _code(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": _made(w, seats=10).code}


def _stage(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": _made(w).stage.code}


def _kind(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": _made(w, kind=make_activity_kind(w.edition)).kind.code}


def _speaker(w: Any) -> dict[str, Any]:
    speaker = make_speaker(w.edition)
    SessionSpeaker.objects.create(session=make_session(w.edition), speaker=speaker)
    forget_boards()
    return {"edition": w.edition.slug, "address": speaker.address}


def _secret(w: Any) -> dict[str, Any]:
    return {"secret": make_calendar(w.edition, by=w.people["visitor"])}


DOORS = [
    Door("public:programme.day", _edition),
    Door("public:programme.session_list", _edition),
    Door("public:programme.now", _edition),
    Door("public:programme.calendar", _edition),
    Door("public:programme.kind_calendar", _kind),
    Door("public:programme.stage", _stage),
    Door("public:programme.stage_screen", _stage),
    Door("public:programme.stage_calendar", _stage),
    Door("public:programme.speaker_list", _edition),
    Door("public:programme.speaker", _speaker),
    Door("public:programme.session", _session),
    Door("public:programme.session", _draft, **HIDDEN),
    Door("public:programme.session_calendar", _session),
    # the address is the key: whoever has it reads the calendar
    Door("public:programme.own_calendar", _secret),
    Door(
        "visitor:programme.home",
        **dict.fromkeys(
            ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 302
        ),
    ),
    Door("visitor:programme.own", _edition, **OWN),
    Door("visitor:programme.bookmark", _code, **DEED),
    Door("visitor:programme.seat_take", _code, **DEED),
    Door("visitor:programme.seat_give_back", _code, **DEED),
    Door("visitor:programme.calendar_make", _edition, **DEED),
    Door("visitor:programme.calendar_end", _edition, **DEED),
]
