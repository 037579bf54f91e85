"""PDF documents people send: sound enough to be kept and offered for download. Nothing is rendered here."""

import re
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _

from .detect import HEAD, PDF, detect
from .errors import RefusedFile, TooLarge

MAX_BYTES = 20 * 1024 * 1024

_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PAGES = re.compile(rb"/Type\s*/Pages\b")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})\b")
_NEARBY = 64 * 1024
_MOST_NODES = 2_000


@dataclass(frozen=True)
class CheckedDocument:
    """A document that may be kept. `pages` is None where counting would mean unpacking the file."""

    data: bytes
    pages: int | None

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)


def check_document(source: bytes | IO[bytes], *, max_bytes: int = MAX_BYTES) -> CheckedDocument:
    """A PDF that is whole (header, cross-reference, end) and opens without a password.

    Raises RefusedFile with what to do, TooLarge as soon as more than `max_bytes` were read.
    """
    data = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLarge(max_bytes)
    if detect(data[:HEAD]) is not PDF:
        raise RefusedFile(_("This is a picture, not a document. Send a PDF."))
    tail = data[-2048:]
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise RefusedFile(_("The PDF is not complete; its end is missing. Export it again and send that."))
    if _ENCRYPTED.search(data):
        raise RefusedFile(
            _(
                "The PDF is protected with a password or restrictions. "
                "Save it without protection and send that."
            )
        )
    return CheckedDocument(data, _page_count(data))


def _page_count(data: bytes) -> int | None:
    """The largest /Count of the page tree's nodes: its root's."""
    best = 0
    for nodes, found in enumerate(_PAGES.finditer(data)):
        if nodes == _MOST_NODES:
            break
        begin = max(data.rfind(b"obj", max(0, found.start() - _NEARBY), found.start()), 0)
        end = data.find(b"endobj", found.end(), found.end() + _NEARBY)
        counted = _COUNT.search(data, begin, end if end >= 0 else found.end() + _NEARBY)
        best = max(best, int(counted[1]) if counted else 0)
    return best or None
