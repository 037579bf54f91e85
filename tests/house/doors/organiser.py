"""Doors of the organiser pages."""

from typing import Any

from everfair.exhibition.actions.importing import register_import
from everfair.search.actions import save_synonyms
from tests.house.doors import Door

NOBODY: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
}  # fmt: skip
TEAM = NOBODY | {"reviewer": 200}
DEED = NOBODY | {"administrator": 302, "method": "post"}


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _area(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": w.area.code}


def _place(w: Any) -> dict[str, Any]:
    return _area(w) | {"pk": w.place.pk}


def _synonyms(w: Any) -> dict[str, Any]:
    group = save_synonyms(w.edition, {"en": ["dock", "quay"], "zh": ["码头"]}, by=w.people["administrator"])
    return _edition(w) | {"pk": group.pk}


def _firm(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": w.exhibitor.code}


def _delegation(w: Any) -> dict[str, Any]:
    return {"code": w.delegation.code}


def _delegations_firm(w: Any) -> dict[str, Any]:
    return _delegation(w) | {"firm": w.exhibitor.code}


def _kind(w: Any) -> dict[str, Any]:
    kind = w.edition.badge_kinds.get_or_create(code="press", name={"en": "Press"})[0]
    return _edition(w) | {"part": "badge_kinds", "pk": kind.pk}


def _question(w: Any) -> dict[str, Any]:
    return _edition(w) | {"pk": w.edition.application_questions.get_or_create(text={"en": "Why?"})[0].pk}


def _task(w: Any) -> dict[str, Any]:
    task = w.edition.task_kinds.get_or_create(title={"en": "Do"}, due_on="2026-08-01")[0]
    return _edition(w) | {"pk": task.pk}


def _delegation_in(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": w.delegation.code}


def _import(w: Any) -> dict[str, Any]:
    run = register_import(w.edition, [b"id,Name\n1,Acme\n"], "list.csv", by=None)
    return _edition(w) | {"pk": run.pk}


def _page(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:{name}", kwargs, **(NOBODY | more))


def _deed(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:{name}", kwargs, **(DEED | more))


DOORS: list[Door] = [
    Door("organiser:fair.edition_list", **(NOBODY | {"delegation": 200, "reviewer": 200})),
    Door("organiser:fair.edition_create", **NOBODY),
    Door("organiser:fair.delegation_desk", _delegation, **(NOBODY | {"delegation": 200})),
    Door("organiser:exhibition.firm_invite", _delegation, **(NOBODY | {"delegation": 200})),
    Door(
        "organiser:exhibition.firm_show",
        _delegations_firm,
        **(NOBODY | {"delegation": 200, "administrator": 200}),
    ),
    Door(
        "organiser:exhibition.firm_decide",
        _delegations_firm,
        **(DEED | {"delegation": 400, "administrator": 400}),
    ),
    _page("fair.edition_show", reviewer=200),
    _page("fair.edition_edit"),
    _page("fair.phase_change"),
    _deed("fair.edition_remove"),
    _page("fair.area_list"),
    _page("fair.area_create"),
    _page("fair.area_edit", _area),
    _deed("fair.area_remove", _area),
    _page("fair.place_list", _area),
    _page("fair.place_create", _area),
    _page("fair.place_edit", _place),
    _deed("fair.place_remove", _place),
    _page("fair.sector_list"),
    _deed("fair.sector_lay_out"),
    _page("fair.sector_edit", lambda w: _edition(w) | {"pk": w.sector.pk}),
    _deed("fair.sector_remove", lambda w: _edition(w) | {"pk": w.sector.pk}),
    _page("fair.kind_list"),
    _page("fair.kind_edit", _kind),
    _deed("fair.kind_remove", _kind),
    _page("fair.delegation_list"),
    _page("fair.delegation_edit", _delegation_in),
    _deed("fair.delegation_remove", _delegation_in),
    _deed(
        "fair.delegation_member_remove", lambda w: _delegation_in(w) | {"pk": w.delegation.members.get().pk}
    ),
    _page("fair.team_list"),
    _page("fair.team_edit", lambda w: _edition(w) | {"pk": w.team_member.pk}),
    _deed("fair.team_remove", lambda w: _edition(w) | {"pk": w.team_member.pk}),
    _page("fair.log_list"),
    _page("fair.log_csv"),
    _page("exhibition.exhibitor_list", reviewer=200),
    _page("exhibition.exhibitor_create"),
    _deed("exhibition.exhibitor_change", reviewer=302),
    _deed("exhibition.change_undo", lambda w: _edition(w) | {"key": "nothing"}, reviewer=302),
    _page("exhibition.exhibitor_csv", reviewer=200),
    _page("exhibition.exhibitor_xlsx", reviewer=200),
    _page("exhibition.queue_list", reviewer=200),
    _page("exhibition.review_show", _firm, reviewer=200),
    _deed("exhibition.review_decide", _firm, reviewer=400, administrator=400),
    _deed("exhibition.review_stand", _firm, reviewer=302, data=lambda w: {"area": w.area.pk}),
    _page("exhibition.question_list"),
    _page("exhibition.question_create"),
    _page("exhibition.question_edit", _question),
    _page("exhibition.task_list"),
    _page("exhibition.task_create"),
    _page("exhibition.task_edit", _task),
    _deed("exhibition.task_remove", _task),
    _page("exhibition.import_list"),
    _page("exhibition.import_create"),
    _page("exhibition.import_show", _import),
    _page("exhibition.import_map", _import),
    _page("exhibition.import_progress", _import),
    _page("exhibition.import_problems", _import),
    _deed("exhibition.import_apply", _import),
    _deed("exhibition.import_carry_on", _import),
    _deed("exhibition.import_stop", _import),
    _deed("exhibition.import_clear", _import),
    _page("search.synonym_list"),
    _page("search.synonym_csv"),
    _page("search.synonym_adapt", _edition, administrator=404),  # which group, the address must say
    _page("search.synonym_edit", _synonyms),
    _deed("search.synonym_switch", administrator=404),
    _deed("search.synonym_remove", _synonyms),
]
