"""Doors of the programme at the organiser's, an exhibitor's and a delegation's desk."""

from typing import Any

from tests.factories.programme import make_call, make_session, make_speaker, make_stage
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY, TEAM

BOOTH: dict[str, Any] = {
    "anonymous": 302,
    "visitor": 404,
    "stranger": 404,
    "delegation": 404,
    "reviewer": 404,
}
SEES: dict[str, Any] = {"anonymous": 302, "visitor": 404, "stranger": 404}
OWN = {"anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "reviewer": 404}


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _stage(w: Any) -> dict[str, Any]:
    return _edition(w) | {"pk": make_stage(w.edition).pk}


def _speaker(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": make_speaker(w.edition).code}


def _session(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": make_session(w.edition).code}


def _material(w: Any) -> dict[str, Any]:
    session = make_session(w.edition)
    material = session.materials.create(title="Slides", url="https://slides.example/")
    return _edition(w) | {"code": session.code, "pk": material.pk}


def _firm(w: Any) -> dict[str, Any]:
    if not hasattr(w.edition, "call_for_sessions"):
        make_call(w.edition)
    return {"code": w.exhibitor.code}


def _of_firm(state: str) -> Any:
    def kwargs(w: Any) -> dict[str, Any]:
        return _firm(w) | {"session": make_session(w.edition, exhibitor=w.exhibitor, state=state).code}

    return kwargs


def _material_of_firm(w: Any) -> dict[str, Any]:
    session = make_session(w.edition, exhibitor=w.exhibitor)
    material = session.materials.create(title="Slides", url="https://slides.example/")
    return _firm(w) | {"session": session.code, "pk": material.pk}


def _delegation(w: Any) -> dict[str, Any]:
    return {"code": w.delegation.code}


def _of_delegation(state: str) -> Any:
    def kwargs(w: Any) -> dict[str, Any]:
        return _delegation(w) | {
            "session": make_session(w.edition, delegation=w.delegation, state=state).code
        }

    return kwargs


def _material_of_delegation(w: Any) -> dict[str, Any]:
    session = make_session(w.edition, delegation=w.delegation)
    material = session.materials.create(title="Slides", url="https://slides.example/")
    return _delegation(w) | {"session": session.code, "pk": material.pk}


LINK = {"url": "https://slides.example/"}
DELEGATION_DEED: dict[str, Any] = OWN | {"delegation": 302, "administrator": 302, "method": "post"}
FIRM_DEED: dict[str, Any] = BOOTH | {"owner": 302, "administrator": 302, "method": "post"}

DOORS = [
    Door("organiser:programme.session_list", _edition, **TEAM),
    Door("organiser:programme.session_csv", _edition, **TEAM),
    Door("organiser:programme.session_xlsx", _edition, **TEAM),
    Door("organiser:programme.session_change", _edition, **DEED),
    Door("organiser:programme.session_create", _edition, **NOBODY),
    Door("organiser:programme.session_show", _session, **TEAM),
    Door("organiser:programme.session_edit", _session, **NOBODY),
    Door("organiser:programme.session_decide", _session, **DEED, data=lambda w: {"state": "live"}),
    Door("organiser:programme.material_add", _session, **DEED, data=lambda w: LINK),
    Door("organiser:programme.material_remove", _material, **DEED),
    Door("organiser:programme.proposal_list", _edition, **TEAM),
    Door("organiser:programme.clash_list", _edition, **TEAM),
    Door("organiser:programme.call_edit", _edition, **NOBODY),
    Door("organiser:programme.stage_list", _edition, **TEAM),
    Door("organiser:programme.stage_create", _edition, **NOBODY),
    Door("organiser:programme.stage_edit", _stage, **NOBODY),
    Door("organiser:programme.stage_remove", _stage, **DEED),
    Door("organiser:programme.speaker_list", _edition, **TEAM),
    Door("organiser:programme.speaker_create", _edition, **NOBODY),
    Door("organiser:programme.speaker_edit", _speaker, **NOBODY),
    Door("organiser:programme.speaker_remove", _speaker, **DEED),
    Door("exhibitor:programme.session_list", _firm, **SEES),
    Door("exhibitor:programme.session_create", _firm, **BOOTH),
    Door("exhibitor:programme.session_edit", _of_firm("proposed"), **SEES),
    Door("exhibitor:programme.session_withdraw", _of_firm("proposed"), **FIRM_DEED),
    Door("exhibitor:programme.session_links", _of_firm("published"), **FIRM_DEED),
    Door("exhibitor:programme.material_add", _of_firm("published"), **FIRM_DEED, data=lambda w: LINK),
    Door("exhibitor:programme.material_remove", _material_of_firm, **FIRM_DEED),
    Door("organiser:programme.delegation_session_list", _delegation, **OWN),
    Door("organiser:programme.delegation_session_create", _delegation, **OWN),
    Door("organiser:programme.delegation_session_edit", _of_delegation("proposed"), **OWN),
    Door("organiser:programme.delegation_session_withdraw", _of_delegation("proposed"), **DELEGATION_DEED),
    Door("organiser:programme.delegation_session_links", _of_delegation("published"), **DELEGATION_DEED),
    Door(
        "organiser:programme.delegation_material_add",
        _of_delegation("published"),
        **DELEGATION_DEED,
        data=lambda w: LINK,
    ),
    Door("organiser:programme.delegation_material_remove", _material_of_delegation, **DELEGATION_DEED),
]
