"""Doors of matches: one's own at one's own desk, a firm's for its own people, never the organiser's."""

from typing import Any

from everfair.matchmaking.models import Dismissal, Interest, Refresh, Saved
from tests.factories.matchmaking import make_seeker
from tests.house.doors import ROLES, Door
from tests.house.doors.organiser import DEED, NOBODY

_MINE, _FIRM, _DESK = "visitor:matchmaking.", "exhibitor:matchmaking.", "organiser:matchmaking."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _firm(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code}


def _file(place: Any) -> Any:
    return lambda w: {**place(w), "which": "aside", "form": "csv"}


def _rows(model: Any, **more: Any) -> Any:
    """A row of people["visitor"], and one of the firm's."""

    def mine(w: Any) -> dict[str, Any]:
        seeker = make_seeker(w.edition, w.people["visitor"])
        return {**_edition(w), "pk": model.objects.get_or_create(seeker=seeker, **_about(w, more))[0].pk}

    def firms(w: Any) -> dict[str, Any]:
        seeker = make_seeker(w.edition, w.exhibitor)
        return {**_firm(w), "pk": model.objects.get_or_create(seeker=seeker, **_about(w, more))[0].pk}

    return mine, firms


def _about(w: Any, more: dict[str, Any]) -> dict[str, Any]:
    return more or {"exhibitor": w.exhibitor}


def _deed(w: Any) -> dict[str, Any]:
    return {**_edition(w), "deed": "looked", "kind": "exhibitor", "code": w.exhibitor.code}


def _firms_deed(w: Any) -> dict[str, Any]:
    return {**_firm(w), "deed": "looked", "kind": "exhibitor", "thing": w.exhibitor.code}


def _open(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kind": "exhibitor", "code": w.exhibitor.code}


def _firms_open(w: Any) -> dict[str, Any]:
    return {**_firm(w), "kind": "exhibitor", "thing": w.exhibitor.code}


def _refresh(w: Any) -> dict[str, Any]:
    return {**_edition(w), "pk": Refresh.objects.create(edition=w.edition, state="done").pk}


_POST_ALL: dict[str, Any] = {
    "method": "post", "anonymous": 302, "visitor": 302, "owner": 302, "stranger": 302, "delegation": 302,
    "reviewer": 302, "administrator": 302,
}  # fmt: skip
_ONLY_VISITOR: dict[str, Any] = {
    "method": "post", "anonymous": 302, "visitor": 302, "owner": 404, "stranger": 404, "delegation": 404,
    "reviewer": 404, "administrator": 404,
}  # fmt: skip
_ONLY_OWNER: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_POST_OWNER: dict[str, Any] = {"method": "post", "owner": 302, **_ONLY_OWNER}
_NOBODY: dict[str, Any] = dict.fromkeys(ROLES, 404)  # the secret is the right, whoever comes
_LIKED = {"kind": "word", "value": "cloud"}

DOORS: list[Door] = [
    Door(_MINE + "match_home", anonymous=302, visitor=302, owner=302, stranger=302, delegation=302, reviewer=302,
         administrator=302),
    *(Door(_MINE + name, _edition, anonymous=302) for name in ("match_list", "saved_list", "aside_list", "interest_list")),
    Door(_MINE + "kept_export", _file(_edition), anonymous=302),
    Door(_MINE + "match_open", _open, visitor=302, owner=302, stranger=302, delegation=302, reviewer=302,
         administrator=302, anonymous=302),
    Door(_MINE + "match_deed", _deed, **_POST_ALL),
    Door(_MINE + "learning_switch", _edition, **_POST_ALL),
    Door(_MINE + "digest_switch", _edition, **_POST_ALL),
    Door(_MINE + "digest_end", lambda w: {"secret": "wrong"}, **_NOBODY),
    Door(_MINE + "digest_end", lambda w: {"secret": "wrong"}, method="post", **_NOBODY),
    Door(_MINE + "saved_remove", _rows(Saved)[0], **_ONLY_VISITOR),
    Door(_MINE + "aside_back", _rows(Dismissal)[0], **_ONLY_VISITOR),
    Door(_MINE + "interest_remove", _rows(Interest, **_LIKED)[0], **_ONLY_VISITOR),
    *(Door(_FIRM + name, _firm, **_ONLY_OWNER) for name in ("match_list", "saved_list", "aside_list", "interest_list")),
    Door(_FIRM + "kept_export", _file(_firm), **_ONLY_OWNER),
    Door(_FIRM + "match_open", _firms_open, **{"owner": 302, **_ONLY_OWNER}),
    Door(_FIRM + "match_deed", _firms_deed, **_POST_OWNER),
    Door(_FIRM + "learning_switch", _firm, **_POST_OWNER),
    Door(_FIRM + "digest_switch", _firm, **_POST_OWNER),
    Door(_FIRM + "saved_remove", _rows(Saved)[1], **_POST_OWNER),
    Door(_FIRM + "aside_back", _rows(Dismissal)[1], **_POST_OWNER),
    *(Door(_DESK + name, _edition, **NOBODY) for name in ("rules_edit", "report_show", "figure_list")),
    Door(_DESK + "figure_export", lambda w: {**_edition(w), "kind": "csv"}, **NOBODY),
    Door(_DESK + "figure_export", lambda w: {**_edition(w), "kind": "doc"}, **(NOBODY | {"administrator": 404})),
    Door(_DESK + "refresh_progress", _refresh, **NOBODY),
    Door(_DESK + "refresh_stop", _refresh, **DEED),
    Door(_DESK + "refresh_start", _edition, **DEED),
    Door(_DESK + "version_use", lambda w: {**_edition(w), "number": 1}, **DEED),
    Door(_FIRM + "interest_remove", _rows(Interest, **_LIKED)[1], **_POST_OWNER),
]  # fmt: skip
