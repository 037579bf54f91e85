"""Doors of a person's own meetings: whoever takes part sees their own; the others a page that says how, or nothing."""

from typing import Any

from everfair.meetings.models import Participant
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.meetings import make_meeting, make_participant, make_request, make_rules, make_slots
from tests.house.doors import Door

_MINE = "visitor:meetings."


def _edition(world: Any) -> dict[str, Any]:
    """people["visitor"] is registered; people["owner"] and people["stranger"] are of firms."""
    make_rules(world.edition)
    make_badge_holder(make_badge_kind(world.edition), user=world.people["visitor"])
    return {"edition": world.edition.slug}


def _person(world: Any) -> Any:
    where, user = _edition(world), world.people["visitor"]
    held = Participant.objects.filter(edition=world.edition, user=user).first()
    return where, held or make_participant(world.edition, user=user)


def _firm(world: Any) -> dict[str, Any]:
    return {**_edition(world), "code": world.exhibitor.code}


def _someone(world: Any) -> dict[str, Any]:
    return {**_edition(world), "code": make_participant(world.edition, is_listed=True).code}


def _request(world: Any) -> dict[str, Any]:
    """From people["visitor"] to somebody else."""
    where, person = _person(world)
    return {**where, "code": make_request(person).code}


def _meeting(world: Any) -> dict[str, Any]:
    where, person = _person(world)
    held = world.edition.slots.filter(bookings=None).first()
    slot = held or make_slots(world.edition, 1, day=world.edition.slots.count())[0]
    return {**where, "code": make_meeting(slot, person, make_participant(world.edition)).code}


def _nobody(world: Any) -> dict[str, Any]:
    return {**_edition(world), "code": "nobody"}


def _no_line(world: Any) -> dict[str, Any]:
    return {**_edition(world), "pk": 1}


# without a part in meetings: not found
_TAKES_PART = {"anonymous": 302, "delegation": 404, "reviewer": 404, "administrator": 404}
_ONLY_MINE = {**_TAKES_PART, "owner": 404, "stranger": 404}
_POST: dict[str, Any] = {"method": "post", "visitor": 302, "owner": 302, "stranger": 302, **_TAKES_PART}
_POST_MINE: dict[str, Any] = {"method": "post", **_ONLY_MINE}

DOORS: list[Door] = [
    Door(_MINE + "home", anonymous=302, visitor=302, owner=302, stranger=302, delegation=302, reviewer=302,
         administrator=302),
    *(Door(_MINE + name, _edition, anonymous=302) for name in ("diary", "request_list", "free_edit")),
    *(Door(_MINE + name, _edition, **_TAKES_PART) for name in ("pocket", "pocket_worker", "pocket_manifest")),
    *(Door(_MINE + name, _edition, **_POST) for name in ("calendar_make", "calendar_end")),
    Door(_MINE + "ways_edit", _edition, method="post", visitor=422, owner=422, stranger=422, **_TAKES_PART),
    Door(_MINE + "feed", lambda world: {"secret": "nobodys"}, **dict.fromkeys(
        ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 404)),
    Door(_MINE + "ask_firm", _firm, anonymous=302),
    Door(_MINE + "ask_person", _someone, anonymous=302),
    Door(_MINE + "ask_speaker", _nobody, anonymous=302, visitor=404, owner=404, stranger=404),
    Door(_MINE + "line_firm", _firm, **_POST),
    Door(_MINE + "line_person", _someone, **_POST),
    *(Door(_MINE + name, _no_line, method="post", visitor=404, **_ONLY_MINE) for name in ("offer_take", "line_leave")),
    Door(_MINE + "request_show", _request, visitor=200, **_ONLY_MINE),
    *(
        Door(_MINE + f"request_{name}", _request, visitor=status, **_POST_MINE)
        for name, status in (("accept", 422), ("propose", 422), ("decline", 302), ("cancel", 302))
    ),
    Door(_MINE + "meeting_show", _meeting, visitor=200, **_ONLY_MINE),
    Door(_MINE + "request_export", lambda world: {**_edition(world), "kind": "csv"}, **_TAKES_PART),
    Door(_MINE + "request_export", lambda world: {**_edition(world), "kind": "xlsx"}, **_TAKES_PART),
    Door(_MINE + "request_export", lambda world: {**_edition(world), "kind": "doc"}, visitor=404, **_ONLY_MINE),
    Door(_MINE + "meeting_move", _meeting, visitor=422, **_POST_MINE),
    Door(_MINE + "meeting_move_answer", _meeting, visitor=404, **_POST_MINE),
    *(Door(_MINE + f"meeting_{name}", _meeting, visitor=302, **_POST_MINE) for name in ("confirm", "cancel")),
    Door(_MINE + "meeting_came", _meeting, visitor=404, **_POST_MINE),
]  # fmt: skip
