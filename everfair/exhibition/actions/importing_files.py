"""Keeps uploaded lists until their import is cleared away: written beside, then renamed, so that no half
file is ever read."""

import errno
import hashlib
import io
import os
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused

_CHUNK = 1024 * 1024
_SUFFIXES = frozenset(
    {".xlsx", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".yml", ".yaml", ".md", ".zip"}
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class KeptFile:
    """A list in the imports folder."""

    path: Path
    digest: str
    size: int


def imports_folder() -> Path:
    """Where lists wait for their import to end."""
    return Path(settings.DATA_DIR) / "imports"


def path_of(digest: str, file_name: str, folder: Path | None = None) -> Path:
    """The kept file of a run, in `folder` where another room keeps its lists. The ending stays: it helps to tell the kind."""
    suffix = Path(file_name).suffix.lower()
    return (folder or imports_folder()) / f"{digest}{suffix if suffix in _SUFFIXES else ''}"


def keep_file(chunks: Iterable[bytes], file_name: str, folder: Path | None = None) -> KeptFile:
    """Write the list into the imports folder, or into another room's `folder`.

    Refused when it is too large or the disk is full; then nothing stays.
    """
    most = settings.MAX_LIST_MB * 1_000_000
    folder = folder or imports_folder()
    beside = folder / f".{secrets.token_hex(8)}.part"
    digest, size = hashlib.sha256(), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_beside(beside) as out:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Refused(
                        _("The file is larger than %(most)d MB. Remove pictures from it, or split it.")
                        % {"most": settings.MAX_LIST_MB},
                        field="file",
                    )
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        kept = path_of(digest.hexdigest(), file_name, folder)
        beside.replace(kept)
    except OSError as error:
        if error.errno in _FULL:
            raise Refused(storage_full(), field="file") from error
        raise
    finally:
        beside.unlink(missing_ok=True)
    return KeptFile(kept, digest.hexdigest(), size)


def open_beside(path: Path) -> IO[bytes]:
    """The file that is written before it is renamed."""
    return path.open("wb")


def storage_full() -> str:
    """What people read when nothing more can be written."""
    return _(
        "The disk is full, so nothing was imported. Make room on the server, "
        "then try again; nothing was lost."
    )


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file in pieces; a folder of stand pages as one zip that is the same each time."""
    if path.is_dir():
        yield from _zipped(path)
        return
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def name_of(path: Path) -> str:
    """The name under which the list is known: a folder is kept as a zip."""
    return f"{path.resolve().name}.zip" if path.is_dir() else path.name


def _zipped(folder: Path) -> Iterator[bytes]:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*.md")):
            if file.is_file() and not file.is_symlink():
                # a fixed date, so that the same pages give the same digest
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, file.read_bytes())
    held.seek(0)
    while chunk := held.read(_CHUNK):
        yield chunk


def forget_file(digest: str, file_name: str, folder: Path | None = None) -> None:
    """Remove a kept list; nothing happens when it is gone."""
    path_of(digest, file_name, folder).unlink(missing_ok=True)
