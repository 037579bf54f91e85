"""Doors of what goes out of conversations: to the two parties, never to the organiser."""

from typing import Any

from everfair.base.models import MediaFile
from everfair.conversations.access import Who
from everfair.conversations.actions.writing import Upload, begin
from everfair.gateways.storage.store import get_store
from tests.house.doors import Door


def _talk(w: Any) -> Any:
    """The visitor has written to the owner's firm, with a file."""
    stored = get_store().save(b"%PDF-1.4 a door")
    file = MediaFile(
        kind="document", name="a.pdf", content_type="application/pdf", digest=stored.digest, size=stored.size
    )
    w.exhibitor.state = "published"
    w.exhibitor.save()
    visitor = w.people["visitor"]
    return begin(
        w.edition, Who.person(visitor), Who.firm(w.exhibitor), "Hello", by=visitor, own_number="door",
        files=[Upload(file, "a.pdf")],
    )  # fmt: skip


def _of(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": _talk(w).conversation.code}


def _file(w: Any) -> dict[str, Any]:
    said = _talk(w)
    return {"edition": w.edition.slug, "code": said.conversation.code, "pk": said.files.get().pk}


_PARTIES: dict[str, Any] = {
    "anonymous": 302, "visitor": 200, "owner": 200, "stranger": 404, "delegation": 404, "reviewer": 404,
    "administrator": 404,
}  # fmt: skip

DOORS: list[Door] = [
    Door("visitor:conversations.file_show", _file, **_PARTIES),
    *(
        Door("visitor:conversations.conversation_export", lambda w, kind=kind: {**_of(w), "kind": kind}, **_PARTIES)
        for kind in ("txt", "json", "zip")
    ),
    Door("visitor:conversations.conversations_export", lambda w: {"edition": w.edition.slug}, anonymous=302),
]  # fmt: skip
