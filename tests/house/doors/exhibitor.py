"""Doors of the exhibitor's desk. Owners and administrators edit; the delegation and reviewers read."""

from typing import Any

from everfair.exhibition.models import BoothDocument, OfferImage, TaskKind
from tests.factories.exhibition import make_offer
from tests.house.doors import Door

_DESK = "exhibitor:exhibition."


def _code(world: Any) -> dict[str, Any]:
    return {"code": world.exhibitor.code}


def _offer(world: Any) -> dict[str, Any]:
    return {"code": world.exhibitor.code, "offer": world.offer.code}


def _task(world: Any) -> dict[str, Any]:
    kind = {"title": {"en": "A task"}, "due_on": world.edition.starts_on}
    return {**_code(world), "pk": TaskKind.objects.create(edition=world.edition, **kind).pk}


def _document(world: Any) -> dict[str, Any]:
    """One of its own for every role: the first that may removes it."""
    document = BoothDocument.objects.create(
        exhibitor=world.exhibitor, file=world.document.file, title={"en": "D"}
    )
    return {**_code(world), "pk": document.pk}


def _new_offer(world: Any) -> dict[str, Any]:
    return {**_code(world), "offer": make_offer(world.exhibitor).code}


def _image(world: Any) -> dict[str, Any]:
    return {**_offer(world), "pk": OfferImage.objects.create(offer=world.offer, file=world.document.file).pk}


def _read(name: str) -> Door:
    """A page the whole team, the delegation and the organiser's team read."""
    return Door(_DESK + name, _code, anonymous=302, visitor=404, stranger=404)


def _edit(name: str, kwargs: Any = _code, **more: Any) -> Door:
    """A page for those who may change the booth."""
    return Door(
        _DESK + name, kwargs, anonymous=302, visitor=404, stranger=404, delegation=404, reviewer=404, **more
    )


def _do(name: str, kwargs: Any = _code, **data: str) -> Door:
    """A step that answers with the page to go on with."""
    return _edit(name, kwargs, owner=302, administrator=302, method="post", data=lambda world: data)


DOORS: list[Door] = [
    Door(_DESK + "desk_home", anonymous=302),
    Door(_DESK + "application_start", lambda world: {"edition": world.edition.slug}, anonymous=302),
    Door(
        _DESK + "undo",
        lambda world: {"token": "no-such-step"},
        method="post",
        anonymous=302,
        visitor=302,
        owner=302,
        stranger=302,
        delegation=302,
        reviewer=302,
        administrator=302,
    ),
    _read("booth_overview"),
    _read("booth_preview"),
    _read("task_list"),
    _read("history_list"),
    _edit("application_edit"),
    _edit("booth_edit"),
    _edit("place_choose"),
    _edit("contact_list"),
    _edit("booth_carry"),
    _edit("document_list"),
    _edit("offer_list"),
    _edit("offer_create"),
    _edit("offer_edit", _offer),
    _edit("offer_export", lambda world: {"code": world.exhibitor.code, "kind": "csv"}),
    _do("booth_state", state="nonsense"),
    _do("task_tick", _task),
    _do("cover_set"),
    _do("document_remove", _document),
    _do("offer_shelf", _offer, on="0"),
    _do("offer_move", _offer, to="up"),
    _do("offer_remove", _new_offer),
    _do("image_add", _offer),
    _do("image_remove", _image),
]
