"""Doors of needs: the board for everybody, one's own at one's own desk, the table for the organiser's meetings team."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import NeedAnswer, NeedList
from tests.factories.matchmaking import make_need, make_seeker
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY

_MINE, _FIRM, _DESK = "visitor:matchmaking.", "exhibitor:matchmaking.", "organiser:matchmaking."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _file(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kind": "csv"}


def _on_board(w: Any) -> dict[str, Any]:
    return {**_edition(w), "address": make_need(w.edition, sector=w.sector).address}


def _mine(w: Any) -> dict[str, Any]:
    """Of people["visitor"]."""
    seeker = make_seeker(w.edition, w.people["visitor"])
    return {**_edition(w), "need": make_need(seeker=seeker, sector=w.sector).code}


def _firm(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code}


def _firm_file(w: Any) -> dict[str, Any]:
    return {**_firm(w), "kind": "xlsx"}


def _for_firm(w: Any) -> dict[str, Any]:
    return {**_firm(w), "need": make_need(w.edition, sector=w.sector).code}


def _answered(w: Any) -> dict[str, Any]:
    need = make_need(w.edition, sector=w.sector)
    NeedAnswer.objects.create(need=need, exhibitor=w.exhibitor, message="We can.")
    return {**_firm(w), "need": need.code}


def _of_firm(w: Any) -> dict[str, Any]:
    return {**_firm(w), "need": make_need(seeker=seeker_for(w.exhibitor), sector=w.sector).code}


def _at_desk(w: Any) -> dict[str, Any]:
    return {**_edition(w), "need": make_need(w.edition, buyer="A body", sector=w.sector).code}


def _to(state: str) -> Any:
    return lambda _w: {"to": state}


def _list(_w: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("needs.csv", b"id,title\n1,Legal advice\n"), "look": "1"}


def _brought(w: Any) -> dict[str, Any]:
    row = NeedList.objects.create(
        edition=w.edition, source="春季", file_name="a.csv", file_digest="0" * 64, state="ready"
    )
    return {**_edition(w), "pk": row.pk}


_ALL_IN = {"anonymous": 302}
_ONLY_VISITOR: dict[str, Any] = {
    "anonymous": 302, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
# the firm's own people: the organiser does not answer or look for things in their name
_ONLY_OWNER: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_POST_OWNER: dict[str, Any] = {"method": "post", "owner": 302, **_ONLY_OWNER}

DOORS: list[Door] = [
    Door("public:matchmaking.need_list", _edition),
    Door("public:matchmaking.need_export", _file),
    Door("public:matchmaking.need_feed", _edition),
    Door("public:matchmaking.need_show", _on_board),
    Door(_MINE + "need_home", anonymous=302, visitor=302, owner=302, stranger=302, delegation=302, reviewer=302,
         administrator=302),
    Door(_MINE + "need_list", _edition, **_ALL_IN),
    Door(_MINE + "need_export", _file, **_ALL_IN),
    Door(_MINE + "need_create", _edition, **_ALL_IN),
    *(Door(_MINE + f"need_{name}", _mine, **_ONLY_VISITOR) for name in ("show", "edit", "firms")),
    Door(_MINE + "need_state", _mine, method="post", data=_to("closed"), visitor=302, **_ONLY_VISITOR),
    Door(_FIRM + "need_list", _firm, **_ONLY_OWNER),
    Door(_FIRM + "need_export", _firm_file, **_ONLY_OWNER),
    Door(_FIRM + "need_show", _for_firm, **_ONLY_OWNER),
    Door(_FIRM + "answer_withdraw", _answered, **_POST_OWNER),
    Door(_FIRM + "own_need_list", _firm, **_ONLY_OWNER),
    Door(_FIRM + "own_need_export", _firm_file, **_ONLY_OWNER),
    Door(_FIRM + "own_need_create", _firm, **_ONLY_OWNER),
    *(Door(_FIRM + f"own_need_{name}", _of_firm, **_ONLY_OWNER) for name in ("show", "edit", "firms")),
    Door(_FIRM + "own_need_state", _of_firm, data=_to("filled"), **_POST_OWNER),
    Door(_DESK + "need_list", _edition, **NOBODY),
    Door(_DESK + "need_export", _file, **NOBODY),
    Door(_DESK + "need_show", _at_desk, **NOBODY),
    Door(_DESK + "need_edit", _at_desk, **NOBODY),
    Door(_DESK + "need_state", _at_desk, data=_to("closed"), **DEED),
    Door(_DESK + "need_import", _edition, **NOBODY),
    Door(_DESK + "need_import", _edition, data=_list, **DEED),
    *(Door(_DESK + f"need_list_{name}", _brought, **NOBODY) for name in ("show", "progress", "problems")),
    *(Door(_DESK + f"need_list_{name}", _brought, **DEED) for name in ("write", "again", "put_away")),
]  # fmt: skip
