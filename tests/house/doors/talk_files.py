"""Doors of what goes out of conversations, to the two parties and never to the organiser; of blocks and notes of absence."""

from typing import Any

from everfair.base.models import MediaFile
from everfair.conversations.access import Who
from everfair.conversations.actions.writing import Upload, begin
from everfair.conversations.models import Block
from everfair.gateways.storage.store import get_store
from tests.house.doors import ROLES, Door


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


def _block(w: Any) -> dict[str, Any]:
    """The owner's firm wants nothing of the visitor."""
    row, _is_new = Block.objects.get_or_create(
        edition=w.edition, own=Who.firm(w.exhibitor).key, other=Who.person(w.people["visitor"]).key
    )
    return {"edition": w.edition.slug, "pk": row.pk}


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
    *(
        Door(f"visitor:conversations.{name}", lambda w: {"edition": w.edition.slug}, anonymous=302)
        for name in ("conversations_export", "block_list", "away_edit")
    ),
    Door("visitor:conversations.away_end", lambda w: {"edition": w.edition.slug}, method="post", **dict.fromkeys(ROLES, 302)),
    Door(
        "visitor:conversations.block_remove", _block, method="post",
        **(dict.fromkeys(ROLES, 404) | {"anonymous": 302, "owner": 302}),
    ),
]  # fmt: skip
