"""Conversations as files: text to be printed, JSON, an archive with what was sent. Streamed; who may have them was asked before."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.conversations.queries import export as queries
from everfair.conversations.queries.sentences import sentence
from everfair.gateways.storage.detect import TYPES
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.headers import safe_filename
from everfair.gateways.storage.store import get_store
from everfair.web.templatetags.figures import moment

KINDS = {"txt": "text/plain; charset=utf-8", "json": "application/json", "zip": "application/zip"}
PIECE = 65_536
RULE = "-" * 72
_BY_CONTENT_TYPE = {kind.content_type: kind for kind in TYPES}


def one(stand: Any, kind: str) -> HttpResponseBase:
    """One conversation; Http404 for a kind there is not."""
    if kind not in KINDS:
        raise Http404
    chunks = {"txt": _text, "json": _json, "zip": _archive_of_one}[kind](stand)
    return _answer(chunks, f"conversation-{stand.conversation.code}.{kind}", KINDS[kind])


def all_of(user: Any, edition: Any, keys: frozenset[str] | None) -> HttpResponseBase:
    """Every conversation of the person's parties, a folder each, and a list of them."""
    return _answer(_archive_of_all(user, edition, keys), f"conversations-{edition.slug}.zip", KINDS["zip"])


def _answer(chunks: Iterator[bytes], name: str, content_type: str) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    kept = _kept(chunks, translation.get_language(), timezone.get_current_timezone())
    return StreamingHttpResponse(kept, content_type=content_type, headers=headers)


def _kept(chunks: Iterator[bytes], language: str | None, zone: Any) -> Iterator[bytes]:
    """A stream is read after the view has ended: language and clock go with it, and not beyond each piece."""
    while True:
        with translation.override(language), timezone.override(zone):
            piece = next(chunks, None)
        if piece is None:
            return
        yield piece


def _text(stand: Any) -> Iterator[bytes]:
    names = queries.names_in(stand)
    row = stand.conversation
    head = [for_reader(row.edition.name), _("With: %(name)s") % {"name": _called(names[stand.other.side])}]
    if row.title:
        head.append(_("About: %(title)s") % {"title": for_reader(row.title)})
    head.append(_("Written out: %(when)s") % {"when": _when(timezone.now())})
    yield ("\n".join(head) + f"\n{RULE}\n").encode()
    for fact in queries.messages_in(stand):
        yield _told(fact, stand, names).encode()


def _told(fact: Mapping[str, Any], stand: Any, names: Mapping[str, Any]) -> str:
    when = _when(datetime.fromisoformat(fact["at"]))
    if fact["note"]:
        is_own = fact["side"] == stand.own.side
        said = sentence(
            fact["note"], fact["facts"], is_own=is_own, other=names[stand.other.side].name,
            side=fact["side"],
        )  # fmt: skip
        return f"\n[{when}] — {said}\n"
    party = _called(names[fact["side"]])
    who = f"{fact['by']} · {party}" if fact["by"] else party
    if fact["removed"]:
        gone = {"writer": _("(taken back by its writer)")}.get(
            fact["removed"], _("(removed by the organiser)")
        )
        return f"\n[{when}] {who}\n{gone}\n"
    files = [_("File: %(name)s") % {"name": one["name"]} for one in fact["files"]]
    return f"\n[{when}] {who}\n" + "\n".join(part for part in (fact["text"], *files) if part) + "\n"


def _called(shown: Any) -> str:
    return f"{shown.name}, {shown.firm}" if shown.firm else str(shown.name)


def _when(at: datetime) -> str:
    return f"{moment(at)} {timezone.localtime(at):%Z}"


def _json(stand: Any) -> Iterator[bytes]:
    names, row = queries.names_in(stand), stand.conversation
    head = {
        "edition": row.edition.slug,
        "code": row.code,
        "about": {"kind": row.about, "code": row.about_code, "title": row.title},
        "state": row.state,
        "own_side": stand.own.side,
        "sides": {
            side: {"kind": one.kind, "name": one.name, "firm": one.firm, "country": one.country}
            for side, one in names.items()
        },
    }
    yield json.dumps(head, ensure_ascii=False, indent=1).encode()[:-2] + b',\n "messages": ['
    for place, fact in enumerate(queries.messages_in(stand)):
        told = {name: value for name, value in fact.items() if name not in ("kind", "own", "version")}
        yield (b",\n  " if place else b"\n  ") + json.dumps(told, ensure_ascii=False).encode()
    yield b"\n ]\n}\n"


class _Pipe(io.RawIOBase):
    """What the archive writes, to be sent on piece by piece: nothing of it is held back or kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def drain(self) -> Iterator[bytes]:
        """Everything written since, as one piece."""
        if self.waiting:
            piece, self.waiting = b"".join(self.waiting), []
            yield piece


def _archive_of_one(stand: Any) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        yield from _into(archive, pipe, stand, "")
    yield from pipe.drain()


def _archive_of_all(user: Any, edition: Any, keys: frozenset[str] | None) -> Iterator[bytes]:
    pipe, listed = _Pipe(), [for_reader(edition.name), ""]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for stand in queries.stands_of(user, edition, keys):
            row = stand.conversation
            yield from _into(archive, pipe, stand, f"{row.code}/")
            called = _called(queries.names_in(stand)[stand.other.side])
            listed.append(
                "  ".join(filter(None, (row.code, _when(row.last_at), called, for_reader(row.title))))
            )
        if len(listed) == 2:
            listed.append(_("No conversation."))
        archive.writestr(_entry("index.txt", timezone.now()), "\n".join(listed) + "\n")
    yield from pipe.drain()


def _into(archive: zipfile.ZipFile, pipe: _Pipe, stand: Any, folder: str) -> Iterator[bytes]:
    """One conversation into the archive; its files are stored as they are, for they are packed already."""
    last_at = stand.conversation.last_at
    for name, chunks in (("conversation.txt", _text(stand)), ("conversation.json", _json(stand))):
        with archive.open(_entry(folder + name, last_at, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                yield from pipe.drain()
    for row in queries.files_in(stand):
        kind = _BY_CONTENT_TYPE[row.file.content_type]
        name = f"{folder}files/{row.message.number}-{row.position + 1}-{safe_filename(row.name, kind) or 'file' + kind.suffix}"
        try:
            source = get_store().open(row.file.digest)
        except NotStored:
            continue
        with source, archive.open(_entry(name, row.message.at), "w", force_zip64=True) as out:
            while piece := source.read(PIECE):
                out.write(piece)
                yield from pipe.drain()


def _entry(name: str, at: datetime, packing: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, timezone.localtime(at).timetuple()[:6])
    entry.compress_type = packing
    entry.external_attr = 0o644 << 16
    return entry
