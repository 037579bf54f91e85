"""Doors of inquiries, negotiations and a firm's pipeline: the two sides alone; the organiser counts and opens none."""

from typing import Any

from everfair.deals.actions.stages import stages_of
from tests.factories.conversations import make_conversation
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.people import make_user
from tests.house.doors import Door

_MINE = "visitor:deals."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _inquiry(w: Any, **extra: Any) -> dict[str, Any]:
    """Of people["visitor"]; nobody else's."""
    return {**_edition(w), "code": make_inquiry(w.edition, w.people["visitor"], **extra).code}


def _draft(w: Any) -> dict[str, Any]:
    return _inquiry(w, state="draft")


def _deal(w: Any) -> dict[str, Any]:
    """Between people["visitor"] and the firm of people["owner"]."""
    inquiry = make_inquiry(w.edition, w.people["visitor"])
    return {**_edition(w), "code": make_negotiation(inquiry, w.exhibitor).code}


def _of_firm(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code, "deal": _deal(w)["code"]}


def _begun(w: Any) -> dict[str, Any]:
    """A conversation of the firm of people["owner"], to begin from."""
    return {
        "code": w.exhibitor.code,
        "kind": "talk",
        "source": make_conversation(w.exhibitor, make_user()).code,
    }


_ALL_IN = {"anonymous": 302}
_ASKER: dict[str, Any] = {
    "anonymous": 302, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_TWO: dict[str, Any] = {
    "anonymous": 302, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_FIRM: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_NOWHERE: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
    "administrator": 404,
}  # fmt: skip
_MOVED: dict[str, Any] = {
    "anonymous": 302, "visitor": 302, "owner": 302, "stranger": 302, "delegation": 302, "reviewer": 302,
    "administrator": 302,
}  # fmt: skip

_DESK: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404
}  # fmt: skip
_TEAM: dict[str, Any] = {"anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "reviewer": 404}


def _stage(w: Any) -> dict[str, Any]:
    return {**_edition(w), "stage": stages_of(w.edition)[1].code}


DOORS: list[Door] = [
    Door(_MINE + "deal_home", **_MOVED),
    Door(_MINE + "inquiry_list", _edition, **_ALL_IN),
    Door(_MINE + "inquiry_export", lambda w: {**_edition(w), "kind": "csv"}, **_ALL_IN),
    Door(_MINE + "inquiry_create", _edition, **_ALL_IN),
    Door(_MINE + "inquiry_show", _inquiry, **_ASKER),
    Door(_MINE + "inquiry_edit", _draft, **_ASKER),
    Door(_MINE + "inquiry_firms", _inquiry, **_ASKER),
    Door(_MINE + "inquiry_file", lambda w: {**_inquiry(w), "pk": 1}, **_NOWHERE),  # there is none
    Door(
        _MINE + "inquiry_change", lambda w: {**_inquiry(w), "deed": "close"}, method="post",
        **{**_ASKER, "visitor": 302},
    ),
    Door(_MINE + "negotiation_show", _deal, **_TWO),
    Door(
        _MINE + "negotiation_say", _deal, method="post", data=lambda w: {"text": "Yes."},
        **{**_TWO, "visitor": 302, "owner": 302},
    ),
    Door(
        _MINE + "note_write", _deal, method="post", data=lambda w: {"text": "Ask for a sample."},
        **{**_TWO, "visitor": 302, "owner": 302},
    ),
    Door(
        _MINE + "step_set", _deal, method="post", data=lambda w: {"step": "Call"},
        **{**_TWO, "visitor": 302, "owner": 302},
    ),
    Door(_MINE + "negotiation_file", lambda w: {**_deal(w), "pk": 1}, **_NOWHERE),  # there is none
    Door(
        _MINE + "negotiation_change", lambda w: {**_deal(w), "deed": "won"}, method="post",
        **{**_TWO, "visitor": 302, "owner": 302},
    ),
    Door(_MINE + "begun_list", _edition, **_ALL_IN),
    Door(_MINE + "begun_export", lambda w: {**_edition(w), "kind": "csv"}, **_ALL_IN),
    Door(_MINE + "quotation_list", _edition, **_ALL_IN),
    Door(_MINE + "quotation_export", lambda w: {**_edition(w), "kind": "csv"}, **_ALL_IN),
    Door("exhibitor:deals.source_list", lambda w: {"code": w.exhibitor.code}, **_FIRM),
    Door("exhibitor:deals.negotiation_begin", _begun, **_FIRM),
    Door("exhibitor:deals.expected_edit", _of_firm, **_FIRM),
    Door("exhibitor:deals.pipeline_show", lambda w: {"code": w.exhibitor.code}, **_FIRM),
    Door("exhibitor:deals.pipeline_export", lambda w: {"code": w.exhibitor.code, "kind": "csv"}, **_FIRM),
    Door(
        "exhibitor:deals.negotiation_move", _of_firm, method="post", data=lambda w: {"stage": "new", "version": "1"},
        **{**_FIRM, "owner": 302},
    ),
    Door("exhibitor:deals.negotiation_hand", _of_firm, method="post", **{**_FIRM, "owner": 302}),
    Door("organiser:deals.deal_show", _edition, **_DESK),
    Door("organiser:deals.deal_export", lambda w: {**_edition(w), "kind": "csv"}, **_DESK),
    Door("organiser:deals.stage_list", _edition, **_DESK),
    Door("organiser:deals.stage_edit", _stage, **_DESK),
    Door(
        "organiser:deals.stage_move", _stage, method="post", data=lambda w: {"to": "up"},
        **{**_DESK, "administrator": 302},
    ),
    Door("organiser:deals.stage_remove", _stage, method="post", **{**_DESK, "administrator": 302}),
    Door("organiser:deals.delegation_deals", lambda w: {"code": w.delegation.code}, **_TEAM),
]  # fmt: skip
