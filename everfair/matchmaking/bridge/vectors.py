"""Vectors of texts in a file of the data folder: digest of the text → row. Grows at its end, survives restarts and half-written rows.

Whoever reads sees what others added. Where the vectors come from and which texts have one is embedding.py's matter.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

try:
    import fcntl
except ImportError:  # no such locks on this system: one process writes
    fcntl = None  # type: ignore[assignment]

Floats = NDArray[np.float32]
FORMAT, VERSION = "everfair vectors", 1
HEAD = 512  # bytes
DIGEST = 16
PIECE = "\n\f\n"  # between texts that were put together: each has a vector of its own
WIDEST = 256  # directions that are compared: what more there is costs time at every pair
TURNED_BY = 4096  # rows by which these directions are chosen
SOUND = 0.05  # how far a kept row's length may lie from 1


class VectorsError(ValueError):
    """The file cannot take these vectors; the message says why and what to do."""


def digest_of(text: str) -> bytes:
    """What a text is known by; the text itself is not kept."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()


class VectorFile:
    """The vectors of one edition by one encoder. Safe for several threads and processes."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.width = 0  # 0: nothing is kept yet
        self._row_of: dict[bytes, int] = {}
        self._rows: NDArray[np.float16] = np.zeros((0, 0), np.float16)
        self._count = 0
        self._read_to = 0
        self._file_id = (0, 0)
        self._turn: Floats | None = None
        self._has_looked_for_turn = False
        self._lock = RLock()

    def __len__(self) -> int:
        with self._lock:
            self._read()
            return len(self._row_of)

    def known(self) -> frozenset[bytes]:
        """Digests of all texts that have a row, those that say nothing too. None where the file was lost: all are asked for again."""
        with self._lock:
            self._read()
            return frozenset(self._row_of) if self.path.exists() else frozenset()

    def vectors(self, texts: Sequence[str], language: str) -> Floats:
        """[n, d] of unit length, in the directions that matter most (d ≤ 256); zeros where a text has none.

        A text made of several, with PIECE between, has the mean of theirs. `language` says nothing here: it is as the
        matching engine asks its models.
        """
        with self._lock:
            self._read()
            found = np.zeros((len(texts), self.width), np.float32)
            for at, text in enumerate(texts):
                for piece in (text,) if digest_of(text) in self._row_of else text.split(PIECE):
                    row = self._row_of.get(digest_of(piece))
                    if row is not None:
                        found[at] += self._rows[row].astype(np.float32)
            return self.turned(found)

    def turned(self, vectors: Floats) -> Floats:
        """Vectors as the encoder gives them, in the directions that are compared, of unit length; zeros stay zeros."""
        turn = self._turned()
        found = vectors if turn is None else vectors @ turn
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(length > 1e-6, length, 1), np.float32)

    def add(self, digests: Sequence[bytes], vectors: Floats) -> None:
        """Keep these rows for good. Raises VectorsError where they are not as wide as those kept."""
        with self._lock, self._alone():
            self._read()
            if not self.path.exists():
                self._forget()
            if self.width and vectors.shape[1] != self.width:
                raise VectorsError(
                    f"{self.name} gives {vectors.shape[1]} numbers now, {self.width} are kept: it is another model. "
                    "Give it another name in EVERFAIR_EMBEDDING_MODEL."
                )
            with self._opened(vectors.shape[1]) as file:
                whole = HEAD + (file.seek(0, os.SEEK_END) - HEAD) // self._size() * self._size()
                file.truncate(whole)  # half a row, left by a process that died
                file.seek(whole)
                rows = vectors.astype("<f2")
                file.write(b"".join(d + row.tobytes() for d, row in zip(digests, rows, strict=True)))
                file.flush()
                os.fsync(file.fileno())
            self._read()

    def keep_only(self, digests: Collection[bytes]) -> int:
        """Drop rows of texts that are no more, where they are more than half. How many."""
        with self._lock, self._alone():
            self._read()
            stay = [(d, row) for d, row in self._row_of.items() if d in digests]
            gone = len(self._row_of) - len(stay)
            if gone * 2 <= len(self._row_of):
                return 0
            fresh = self.path.with_suffix(f".{os.getpid()}")
            rows = b"".join(d + self._rows[row].astype("<f2").tobytes() for d, row in stay)
            fresh.write_bytes(self._head(self.width) + rows)
            fresh.replace(self.path)
            self._read()
            return gone

    def settle(self) -> None:
        """Choose once, by what is kept now, the directions that are compared from now on, in every process."""
        with self._lock, self._alone():
            self._read()
            path = self.path.with_suffix(".turn.npy")
            if self.width > WIDEST and not path.exists():
                some = self._rows[: min(self._count, TURNED_BY)].astype(np.float64)
                _strength, directions = np.linalg.eigh(some.T @ some)
                turn = directions[:, ::-1][:, :WIDEST].astype(np.float32)
                fresh = self.path.with_suffix(f".{os.getpid()}.npy")
                np.save(fresh, turn, allow_pickle=False)
                fresh.replace(path)
            self._has_looked_for_turn = False

    def _turned(self) -> Floats | None:
        """The directions that were settled on; None where all are compared."""
        if not self._has_looked_for_turn:
            self._has_looked_for_turn = True
            try:
                turn = np.load(self.path.with_suffix(".turn.npy"), allow_pickle=False)
                self._turn = turn if turn.ndim == 2 and turn.shape[0] == self.width else None
            except (OSError, ValueError, EOFError):
                self._turn = None
        return self._turn

    def _size(self) -> int:
        """Bytes of a row."""
        return DIGEST + 2 * self.width

    def _head(self, width: int) -> bytes:
        told = {"format": FORMAT, "version": VERSION, "model": self.name, "width": width}
        return json.dumps(told).encode().ljust(HEAD - 1) + b"\n"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process writes meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _opened(self, width: int) -> Iterator[BinaryIO]:
        """The file for writing; made, or made anew where it is none of ours."""
        if not self.width:
            fresh = self.path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(self._head(width))
            fresh.replace(self.path)
            self.width = width
        with self.path.open("r+b") as file:
            yield file

    def _read(self) -> None:
        """What was added since the last look; everything anew where the file is another one."""
        try:
            found = self.path.stat()
        except OSError:
            return  # lost: what is in memory serves on until it is made anew
        file_id = (found.st_dev, found.st_ino)
        if file_id != self._file_id or found.st_size < self._read_to:
            self._forget()
            self.width, self._file_id = self._read_head(), file_id
        if not self.width or found.st_size < self._read_to + self._size():
            return
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            data = file.read()
        kind = np.dtype([("digest", f"V{DIGEST}"), ("row", "<f2", (self.width,))])
        table = np.frombuffer(data, kind, len(data) // self._size())
        self._read_to += len(table) * self._size()
        self._take(table["digest"].tobytes(), table["row"])

    def _forget(self) -> None:
        self.width, self._count, self._read_to, self._file_id = 0, 0, HEAD, (0, 0)
        self._row_of = {}

    def _read_head(self) -> int:
        """The width the file says; 0 where it is none of ours, so that it is made anew."""
        try:
            with self.path.open("rb") as file:
                told = json.loads(file.read(HEAD))
            is_ours = (told["format"], told["version"], told["model"]) == (FORMAT, VERSION, self.name)
            return int(told["width"]) if is_ours else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _take(self, digests: bytes, rows: NDArray[np.float16]) -> None:
        """Rows into memory; one that is damaged is as if it were not there, and is asked for again."""
        with np.errstate(over="ignore", invalid="ignore"):
            length = np.linalg.norm(rows.astype(np.float32), axis=1)
        sound = (np.abs(length - 1) < SOUND) | (length == 0)
        if self._count + len(rows) > len(self._rows) or self._rows.shape[1] != self.width:
            room = np.zeros((max(2 * self._count, self._count + len(rows)), self.width), np.float16)
            if self._count:
                room[: self._count] = self._rows[: self._count]
            self._rows = room
        self._rows[self._count : self._count + len(rows)] = rows
        for at in np.flatnonzero(sound).tolist():
            self._row_of[digests[at * DIGEST : (at + 1) * DIGEST]] = self._count + at
        self._count += len(rows)
