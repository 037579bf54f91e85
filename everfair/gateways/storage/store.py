"""Files on disk under their content's digest: whole or not at all, never changed. Knows no kinds of file."""

import contextlib
import errno
import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.conf import settings

from .errors import NotStored, StorageFull, TooLarge

_CHUNK = 64 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8})?")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_YOUNG = 24 * 3600.0

Source = bytes | IO[bytes] | Iterable[bytes]


@dataclass(frozen=True)
class StoredFile:
    """A file that is safely kept: SHA-256 of its content, bytes, and its place below the store's root."""

    digest: str
    size: int
    path: PurePosixPath


class FileStore(Protocol):
    """What every store can do."""

    def save(self, source: Source, suffix: str = "", *, limit: int | None = None) -> StoredFile:
        """Keeps the content; same content, same file. Raises TooLarge, StorageFull."""

    def open(self, digest: str) -> IO[bytes]:
        """The content, for reading. Raises NotStored."""

    def exists(self, digest: str) -> bool:
        """Whether the content is here."""

    def delete_unreferenced(self, keep: Collection[str], *, younger_than: float = _YOUNG) -> int:
        """Deletes what is not in `keep`, but nothing of the last `younger_than` seconds; answers how many."""


class Store:
    """A folder of files by digest. Many processes may use it at once."""

    def __init__(self, root: Path, *, mode: int = 0o644) -> None:
        self.root = root
        self._mode = mode

    def save(self, source: Source, suffix: str = "", *, limit: int | None = None) -> StoredFile:
        """Keeps the content under its digest; content already here is not written again.

        Reads in pieces and stops past `limit`. Raises TooLarge, StorageFull: nothing is left.
        """
        _check_suffix(suffix)
        temporary: Path | None = None
        try:
            incoming = self.root / "incoming"
            incoming.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=incoming)
            temporary = Path(name)
            with os.fdopen(handle, "wb") as file:
                digest, size = _copied(source, file, limit)
                file.flush()
                os.fchmod(file.fileno(), self._mode)
                os.fsync(file.fileno())
            final = self._renewed(digest) or self._publish(temporary, digest, suffix)
            return StoredFile(digest, size, PurePosixPath(final.relative_to(self.root).as_posix()))
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull from error
            raise
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def open(self, digest: str) -> IO[bytes]:
        """The content, for reading. Raises NotStored."""
        return self.path(digest).open("rb")

    def path(self, digest: str) -> Path:
        """Where the file lies, for a web server to send. Raises NotStored."""
        found = self._found(digest)
        if found is None:
            raise NotStored
        return found

    def exists(self, digest: str) -> bool:
        """Whether the content is here."""
        return self._found(digest) is not None

    def delete_unreferenced(self, keep: Collection[str], *, younger_than: float = _YOUNG) -> int:
        """Deletes what is not in `keep`, and uploads that broke off; answers how many.

        Files of the last `younger_than` seconds stay: the row that will name them may not be written yet.
        """
        kept = keep if isinstance(keep, (set, frozenset, dict)) else set(keep)
        before = time.time() - younger_than
        deleted = 0
        for file in self._all():
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                is_ours = file.parent.name == "incoming" or _DIGEST.fullmatch(file.name.split(".")[0])
                if is_ours and file.name.split(".")[0] not in kept and file.stat().st_mtime <= before:
                    file.unlink()
                    deleted += 1
        return deleted

    def _publish(self, temporary: Path, digest: str, suffix: str) -> Path:
        folder = self._folder(digest)
        folder.mkdir(parents=True, exist_ok=True)
        final = folder / f"{digest}{suffix}"
        try:
            os.link(temporary, final)  # unlike a rename this never replaces a file
        except FileExistsError:
            return final
        except OSError as error:
            if error.errno in _FULL:
                raise
            os.replace(temporary, final)  # a file system without links; the content is the same in any case
        _sync_folder(folder)
        return final

    def _folder(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:4]

    def _found(self, digest: str) -> Path | None:
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            names = sorted(
                entry.name for entry in os.scandir(self._folder(digest)) if entry.name.startswith(digest)
            )
        except (FileNotFoundError, NotADirectoryError):
            return None
        return self._folder(digest) / names[0] if names else None

    def _renewed(self, digest: str) -> Path | None:
        """The file if it is here already, made young again so that a clean-up under way leaves it alone."""
        found = self._found(digest)
        try:
            if found is not None:
                os.utime(found)
        except FileNotFoundError:
            return None
        return found

    def _all(self) -> Iterator[Path]:
        for folder, _folders, names in os.walk(self.root):
            for name in names:
                yield Path(folder) / name


class MemoryStore:
    """A store for tests and trials: nothing touches the disk, everything is gone with the object."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, str, float]] = {}

    def save(self, source: Source, suffix: str = "", *, limit: int | None = None) -> StoredFile:
        """As Store.save."""
        _check_suffix(suffix)
        buffer = io.BytesIO()
        digest, size = _copied(source, buffer, limit)
        _data, suffix, _when = self._files.setdefault(digest, (buffer.getvalue(), suffix, time.time()))
        return StoredFile(digest, size, PurePosixPath(digest[:2], digest[2:4], digest + suffix))

    def open(self, digest: str) -> IO[bytes]:
        """As Store.open."""
        if digest not in self._files:
            raise NotStored
        return io.BytesIO(self._files[digest][0])

    def exists(self, digest: str) -> bool:
        """As Store.exists."""
        return digest in self._files

    def delete_unreferenced(self, keep: Collection[str], *, younger_than: float = _YOUNG) -> int:
        """As Store.delete_unreferenced."""
        before = time.time() - younger_than
        gone = [digest for digest, (*_, when) in self._files.items() if digest not in keep and when <= before]
        for digest in gone:
            del self._files[digest]
        return len(gone)


def get_store() -> Store:
    """The store in the settings' MEDIA_ROOT."""
    return Store(Path(settings.MEDIA_ROOT), mode=settings.FILE_UPLOAD_PERMISSIONS or 0o644)


def _copied(source: Source, out: IO[bytes], limit: int | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest(), size


def _chunks(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        while chunk := source.read(_CHUNK):
            yield chunk
    else:
        yield from source


def _check_suffix(suffix: str) -> None:
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"not a file suffix: {suffix!r}")


def _sync_folder(folder: Path) -> None:
    """The new name itself must survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
