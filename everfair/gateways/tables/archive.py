"""Opening a zip without trusting it: what it claims is checked against what comes out. No formats here."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _

from .types import Limits, TableError

_CHUNK = 256 * 1024
_RATIO_FROM = 16 * 1024 * 1024  # small archives may be packed as tightly as they like
_ENCRYPTED = 0x1

_BROKEN = _(
    "The file is damaged and cannot be unpacked. Save it again in the program it came from and retry."
)


class Archive:
    """The entries of a zip that passed the checks. Reads are bounded by the sizes that were checked."""

    def __init__(self, file: IO[bytes], entries: list[zipfile.ZipInfo]) -> None:
        self._file = file
        self.entries = {entry.filename: entry for entry in entries}

    def chunks(self, name: str) -> Iterator[bytes]:
        """The entry's content in pieces. Raises TableError when it is damaged or longer than it claims."""
        entry = self.entries[name]
        left = entry.file_size
        for chunk in self._inflated(entry):
            left -= len(chunk)
            if left < 0:
                raise TableError(_BROKEN)
            yield chunk
        if left:
            raise TableError(_BROKEN)

    def read(self, name: str) -> bytes:
        """The whole entry."""
        return b"".join(self.chunks(name))

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        # not zipfile's own reader: it stops at the claimed size, so a false claim would pass unseen here
        # and be believed by the next program that opens the file
        self._file.seek(entry.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise TableError(_BROKEN)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self._file.seek(name_length + extra_length, 1)
        packed_left = entry.compress_size
        if entry.compress_type == zipfile.ZIP_STORED:
            while packed_left and (chunk := self._file.read(min(_CHUNK, packed_left))):
                packed_left -= len(chunk)
                yield chunk
            return
        unpacker = zlib.decompressobj(-15)
        while packed_left and not unpacker.eof:
            packed = self._file.read(min(_CHUNK, packed_left))
            if not packed:
                raise TableError(_BROKEN)
            packed_left -= len(packed)
            while packed:
                try:
                    chunk = unpacker.decompress(packed, _CHUNK)
                except zlib.error as error:
                    raise TableError(_BROKEN) from error
                packed = unpacker.unconsumed_tail
                if chunk:
                    yield chunk


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Archive]:
    """The zip at `path`, checked: number of entries, size unpacked, how tightly packed, no password.

    Raises TableError with a sentence for each.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as packed:
                entries = packed.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error) as error:
            raise TableError(_BROKEN) from error
        _check(entries, path.stat().st_size, limits)
        yield Archive(file, entries)


def _check(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(entries) > limits.max_entries:
        raise TableError(
            _("The file holds %(count)s parts, more than the %(most)s allowed. Send the list alone."),
            count=len(entries),
            most=limits.max_entries,
        )
    if len({entry.filename for entry in entries}) < len(entries):
        raise TableError(_BROKEN)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise TableError(_("The file is protected with a password. Save it without one and try again."))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise TableError(_("The file is packed in an unusual way. Save it again as a normal .xlsx or .zip."))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked or (
        unpacked > _RATIO_FROM and unpacked > limits.max_ratio * max(1, size)
    ):
        raise TableError(
            _(
                "The file is small but would unpack to %(unpacked)s MB, so it was not opened. "
                "Copy the rows into a new workbook without empty formatting and save that."
            ),
            unpacked=unpacked // 1_000_000,
        )
