"""Doors of meetings at two desks: the organiser's team reads and its programme people change; a firm's own booth team answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from everfair.fair.models import BadgeKind
from everfair.meetings.models import BlockedPair, NextInLine
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.meetings import (
    make_duty,
    make_interpreter,
    make_line,
    make_meeting,
    make_participant,
    make_request,
    make_room,
    make_rules,
    make_slots,
    make_table,
)
from tests.house.doors import Door

NOBODY: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
}  # fmt: skip
TEAM = NOBODY | {"reviewer": 200}
DEED = NOBODY | {"administrator": 302, "method": "post"}
FIRM: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 200, "stranger": 404, "delegation": 404, "reviewer": 404,
    "administrator": 404,
}  # fmt: skip
FIRM_DEED = FIRM | {"owner": 302, "method": "post"}
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _person(w: Any) -> Any:
    return make_participant(w.edition)


def _meeting(w: Any, starts_at: datetime | None = None) -> Any:
    make_rules(w.edition)
    slot = w.edition.slots.filter(starts_at=starts_at or LATER).first()
    slot = slot or make_slots(w.edition, 1, starts_at=starts_at or LATER)[0]
    staff = make_participant(w.edition, exhibitor=w.exhibitor)
    return make_meeting(slot, _person(w), staff, table=make_table(w.edition))


def _request(w: Any) -> Any:
    make_rules(w.edition)
    return make_request(_person(w), exhibitor=w.exhibitor, expires_at=LATER)


def _pair(w: Any) -> dict[str, Any]:
    pair = BlockedPair.objects.create(edition=w.edition, a=_person(w), b=_person(w))
    return _edition(w) | {"pk": pair.pk}


def _kind(w: Any) -> dict[str, Any]:
    BadgeKind.objects.get_or_create(
        edition=w.edition, code="buyer", defaults={"name": {"en": "Buyer", "zh": "采购商"}}
    )
    return _edition(w) | {"code": "buyer"}


def _line(w: Any) -> dict[str, Any]:
    line = NextInLine.objects.create(edition=w.edition, participant=_person(w), exhibitor=w.exhibitor)
    return _edition(w) | {"pk": line.pk}


def _place(make: Any) -> Any:
    return lambda w: _edition(w) | {"pk": make(w.edition).pk}


def _at_meeting(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": _meeting(w).code}


def _to_another_time(w: Any) -> dict[str, Any]:
    later = LATER + timedelta(hours=1)
    slot = w.edition.slots.filter(starts_at=later).first() or make_slots(w.edition, 1, starts_at=later)[0]
    return _at_meeting(w) | {"pk": slot.pk}


def _came(w: Any) -> dict[str, Any]:
    meeting = _meeting(w, datetime(2026, 9, 4, 1, tzinfo=UTC))
    return _edition(w) | {"code": meeting.code, "person": meeting.people.first().participant.code}


def _page(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:meetings.{name}", kwargs, **(NOBODY | more))


def _read(name: str, kwargs: Any = _edition) -> Door:
    return Door(f"organiser:meetings.{name}", kwargs, **TEAM)


def _deed(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:meetings.{name}", kwargs, **(DEED | more))


def _firm(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code}


def _firm_page(name: str, kwargs: Any = _firm, **more: Any) -> Door:
    return Door(f"exhibitor:meetings.{name}", kwargs, **(FIRM | more))


def _firm_deed(name: str, kwargs: Any, **more: Any) -> Door:
    return Door(f"exhibitor:meetings.{name}", kwargs, **(FIRM_DEED | more))


def _staff(w: Any) -> dict[str, Any]:
    return _firm(w) | {"person": make_participant(w.edition, exhibitor=w.exhibitor).code}


def _duty(w: Any) -> dict[str, Any]:
    person = make_participant(w.edition, exhibitor=w.exhibitor)
    return _firm(w) | {"pk": make_duty(person, LATER, LATER + timedelta(hours=1)).pk}


def _asked(w: Any) -> dict[str, Any]:
    return _firm(w) | {"request_code": _request(w).code}


def _to_ask(w: Any) -> dict[str, Any]:
    """Somebody registered who agreed to be found."""
    held = make_badge_holder(make_badge_kind(w.edition))
    make_participant(w.edition, registration=held, is_listed=True)
    return _firm(w) | {"person": held.code}


DOORS: list[Door] = [
    _read("floor_show"),
    _read("meeting_list"),
    _read("meeting_show", _at_meeting),
    _read("person_list"),
    _read("person_show", lambda w: _edition(w) | {"code": _person(w).code}),
    _read("request_list"),
    _read("waiting_list"),
    _page("meeting_export", lambda w: _edition(w) | {"kind": "csv"}),
    _page("meeting_export", lambda w: _edition(w) | {"kind": "xlsx"}),
    _page("meeting_export", lambda w: _edition(w) | {"kind": "doc"}, administrator=404),
    _page("person_export", lambda w: _edition(w) | {"kind": "csv"}),
    _page("request_export", lambda w: _edition(w) | {"kind": "csv"}),
    _page("waiting_export", lambda w: _edition(w) | {"kind": "xlsx"}),
    _page("pair_export", lambda w: _edition(w) | {"kind": "csv"}),
    _page("place_table"),
    _page("place_export", lambda w: _edition(w) | {"kind": "csv"}),
    _deed("waiting_remove", _line),
    _page("meeting_move", _at_meeting),
    _page("meeting_force", _to_another_time),
    _deed("meeting_cancel", _at_meeting, data=lambda w: {"reason": "A strike."}),
    _deed("meeting_came", _came, data=lambda w: {"came": "1"}),
    _deed("meeting_came", _came, administrator=404),
    _page("rules_edit"),
    _page("slot_list"),
    _page("firm_rule_edit"),
    _page("kind_list"),
    _page("kind_edit", _kind),
    _page("pair_list"),
    _deed("pair_remove", _pair),
    _page("place_list"),
    _page("place_show", _place(make_table)),
    _deed("place_back", _place(make_line)),
    _deed("place_remove", _place(make_table)),
    _page("room_create"),
    _page("room_edit", _place(make_room)),
    _page("room_edit", _place(make_table), administrator=404),
    _page("meeting_seat", _at_meeting),
    _page("interpreter_create"),
    _page("interpreter_edit", _place(make_interpreter)),
    _page("interpreter_edit", _place(make_table), administrator=404),
    _firm_page("request_list"),
    _firm_page("request_export", lambda w: _firm(w) | {"kind": "csv"}),
    _firm_page("request_export", lambda w: _firm(w) | {"kind": "xlsx"}),
    _firm_page("request_export", lambda w: _firm(w) | {"kind": "doc"}, owner=404),
    _firm_page("ask_list"),
    _firm_page("ask_person", _to_ask),
    _firm_page("ask_person", lambda w: _firm(w) | {"person": "nobody"}, owner=404),
    _firm_page("request_show", _asked),
    _firm_deed("request_answer", lambda w: _asked(w) | {"deed": "decline"}),
    _firm_deed("request_answer", lambda w: _asked(w) | {"deed": "elsewhere"}, owner=404),
    _firm_page("staff_list"),
    _firm_page("duty_list"),
    _firm_page("duty_export", lambda w: _firm(w) | {"kind": "csv"}),
    _firm_page("duty_export", lambda w: _firm(w) | {"kind": "xlsx"}),
    _firm_page("duty_export", lambda w: _firm(w) | {"kind": "doc"}, owner=404),
    _firm_page("duty_edit", _duty),
    _firm_deed("duty_remove", _duty),
    _firm_deed("duty_copy", _firm, data=lambda w: {"to": w.edition.ends_on.isoformat()}),
    _firm_deed("staff_add", lambda w: _firm(w) | {"pk": w.people["owner"].pk}),
    _firm_deed("staff_add", lambda w: _firm(w) | {"pk": w.people["stranger"].pk}, owner=404),
    _firm_deed("staff_change", _staff, data=lambda w: {"deed": "save"}),
    _firm_deed("staff_change", _staff, owner=404),
    _firm_deed("stand_change", _firm, data=lambda w: {"places": "2"}),
    _firm_page("diary_list"),
    _firm_page("diary_export", lambda w: _firm(w) | {"kind": "csv"}),
    _firm_page("diary_export", lambda w: _firm(w) | {"kind": "xlsx"}),
    _firm_page("diary_export", lambda w: _firm(w) | {"kind": "ics"}),
    _firm_page("diary_export", lambda w: _firm(w) | {"kind": "doc"}, owner=404),
    _firm_page("meeting_show", lambda w: _firm(w) | {"meeting": _meeting(w).code}),
]
