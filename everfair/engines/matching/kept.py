"""An index as one file and back, its columns mapped into memory: processes share them, and no profile is an object until asked for.

Files are named, locked and judged old elsewhere; what is missing, foreign, damaged or of another version is refused here.
"""

import hashlib
import json
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from io import SEEK_CUR
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.columns import Side
from everfair.engines.matching.index import Index
from everfair.engines.matching.pack import Codes
from everfair.engines.matching.types import (
    Interests,
    LanguageModel,
    Licence,
    MatchingError,
    Offers,
    Profile,
    Seeks,
    Wish,
)
from everfair.engines.matching.words import Postings, Vocabulary
from everfair.engines.text import ANALYSIS_VERSION

VERSION = 1
MAGIC = b"everfair index of candidates\n\0\0\0"
ALIGNED = 64
AGAIN = "make the candidates ready again"
Arrays = dict[str, NDArray[Any]]


class KeptError(MatchingError):
    """A file that is missing, foreign, damaged or of another version; the message says which and what to do."""


def write_index(index: Index, path: Path, stamp: Mapping[str, Any]) -> None:
    """Write the index beside `path`, then put it in its place: whoever reads sees the old file or the new one, whole.

    `stamp` says what it was made from (JSON); `read_stamp` gives it back. The model is not in the file.
    """
    arrays = dict(_arrays(index))
    told, at, place = [], {}, 0
    for name, array in arrays.items():
        place += -place % ALIGNED
        told.append([name, array.dtype.str, list(array.shape), place])
        at[name] = place
        place += array.nbytes
    head = json.dumps({**_head(index), "stamp": dict(stamp), "arrays": told}, ensure_ascii=False).encode()
    head += b" " * (-(len(MAGIC) + 40 + len(head)) % ALIGNED)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        with fresh.open("w+b") as file:
            file.write(MAGIC + bytes(32) + len(head).to_bytes(8, "little") + head)
            start = file.tell()
            for name, array in arrays.items():
                file.seek(start + at[name])
                file.write(array.tobytes())
            file.seek(len(MAGIC) + 32)
            digest = hashlib.file_digest(file, "sha256").digest()
            file.seek(len(MAGIC))
            file.write(digest)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read_stamp(path: Path) -> dict[str, Any]:
    """What a file says it was made from; the rest of it is not looked at. Raises KeptError."""
    with _opened(path) as file:
        stamp: dict[str, Any] = _header(file, path)["stamp"]
        return stamp


def read_index(path: Path, model: LanguageModel | None) -> tuple[Index, dict[str, Any]]:
    """The index in a file and its stamp. `model`: the one it was made with. Raises KeptError."""
    with _opened(path) as file:
        head = _header(file, path)
        start = file.tell()
        size = file.seek(len(MAGIC)) and path.stat().st_size
        digest = file.read(32)
        if hashlib.file_digest(file, "sha256").digest() != digest:
            raise KeptError(f"{path.name} is damaged: {AGAIN}")
        # a private mapping: the pages are shared until somebody writes, and compiled code takes it as an array like any other
        mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
    arrays: Arrays = {}
    for name, kind, shape, at in head["arrays"]:
        length = int(np.prod(shape))
        found = np.frombuffer(mapped, kind, length, start + at) if length else np.zeros(0, kind)
        arrays[name] = found.reshape(shape)
    return _index(head, arrays, model), head["stamp"]


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise KeptError(f"{path.name} is not there: {AGAIN}") from error


def _header(file: Any, path: Path) -> dict[str, Any]:
    if file.read(len(MAGIC)) != MAGIC:
        raise KeptError(f"{path.name} is no index of candidates: {AGAIN}")
    file.seek(32, SEEK_CUR)
    try:
        head: dict[str, Any] = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    except (ValueError, MemoryError, OverflowError) as error:
        raise KeptError(f"{path.name} is damaged: {AGAIN}") from error
    if (head.get("version"), head.get("analysis")) != (VERSION, ANALYSIS_VERSION):
        raise KeptError(f"{path.name} is of another version: {AGAIN}")
    return head


def _head(index: Index) -> dict[str, Any]:
    words = index.vocabulary
    return {
        "version": VERSION,
        "analysis": ANALYSIS_VERSION,
        "codes": {one.name: getattr(index.codes, one.name) for one in fields(Codes)},
        "documents": words.documents,
        "usual_length": words.usual_length,
        "floor": index.floor,
        "ceiling": index.ceiling,
        "changed": index.changed,
        "blocked_by": {name: list(rows) for name, rows in index.blocked_by.items()},
    }


def _arrays(index: Index) -> Iterator[tuple[str, NDArray[Any]]]:
    yield from _flat("side", index.side)
    for name, found in (("offers", index.offers), ("needs", index.needs)):
        yield f"{name}.at", found.at
        yield f"{name}.row", found.row
        yield f"{name}.weight", found.weight
    yield "alive", index.alive
    yield "licensed", np.array(index.licensed, np.int32)
    yield "wanting", np.array(index.wanting, np.int32)
    yield "frequency", np.array(index.vocabulary.frequency, np.int32)
    yield "terms", _names(index.vocabulary.ids)
    yield "keys", _names(index.keys)
    yield "firms", _names(index.firms)
    packed = [_packed(profile) for profile in index.profiles]
    yield "profile_at", np.cumsum([0, *map(len, packed)], dtype=np.int64)
    yield "profiles", np.frombuffer(b"".join(packed), np.uint8)


def _flat(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(value, np.ndarray):
        yield name, value
        return
    for part in value._fields:
        yield from _flat(f"{name}.{part}", getattr(value, part))


def _side(kind: Any, name: str, arrays: Arrays) -> Any:
    """A named tuple of columns out of the arrays, whatever columns it has."""
    hints = get_type_hints(kind)
    return kind(
        *(
            _side(hints[part], f"{name}.{part}", arrays)
            if hasattr(hints[part], "_fields")
            else arrays[f"{name}.{part}"]
            for part in kind._fields
        )
    )


def _names(names: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(names), ensure_ascii=False).encode(), np.uint8)


def _numbered(told: NDArray[Any]) -> dict[str, int]:
    return {name: number for number, name in enumerate(json.loads(told.tobytes()))}


def _index(head: Mapping[str, Any], arrays: Arrays, model: LanguageModel | None) -> Index:
    firms = _numbered(arrays["firms"])
    names = list(firms)
    side: Side = _side(Side, "side", arrays)
    of_firm: dict[str, list[int]] = {}
    for row, firm in enumerate(side.firm.tolist()):
        if not names[firm].startswith("\0"):
            of_firm.setdefault(names[firm], []).append(row)
    words = Vocabulary(
        _numbered(arrays["terms"]), arrays["frequency"].tolist(), head["documents"], head["usual_length"]
    )
    return Index(
        profiles=KeptProfiles(arrays["profile_at"], arrays["profiles"]),
        row_of=_numbered(arrays["keys"]),
        rows_of_firm={firm: tuple(rows) for firm, rows in of_firm.items()},
        blocked_by={name: tuple(rows) for name, rows in head["blocked_by"].items()},
        licensed=tuple(arrays["licensed"].tolist()),
        wanting=tuple(arrays["wanting"].tolist()),
        side=side,
        codes=Codes(**head["codes"]),
        vocabulary=words,
        offers=Postings(*(arrays[f"offers.{part}"] for part in ("at", "row", "weight"))),
        needs=Postings(*(arrays[f"needs.{part}"] for part in ("at", "row", "weight"))),
        alive=arrays["alive"],
        firms=firms,
        floor=head["floor"],
        ceiling=head["ceiling"],
        model=model,
        changed=head["changed"],
    )


class KeptProfiles(Sequence[Profile]):
    """Profiles in the file, read one by one when somebody looks at them."""

    def __init__(self, at: NDArray[np.int64], packed: NDArray[np.uint8]) -> None:
        self.at, self.packed = at, packed

    def __len__(self) -> int:
        return len(self.at) - 1

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        row %= len(self)
        return _unpacked(self.packed[self.at[row] : self.at[row + 1]].tobytes())


def _packed(profile: Profile) -> bytes:
    return zlib.compress(json.dumps(_plain(profile), ensure_ascii=False).encode(), 1)


def _plain(value: Any) -> Any:
    """Dataclasses as the fields that say something, the rest as JSON has it."""
    if is_dataclass(value):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: _plain(one) for name, one in told.items() if one or one == 0.0}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _unpacked(packed: bytes) -> Profile:
    told = json.loads(zlib.decompress(packed))
    seeks, offers = told.pop("seeks", {}), told.pop("offers", {})
    wanted = frozenset(Wish(name) for name in seeks.pop("hard", ()))
    return Profile(
        key=told["key"],
        firm=told.get("firm", ""),
        seeks=Seeks(**_side_of(seeks), hard=wanted),
        offers=Offers(**_side_of(offers)),
        is_new=told.get("is_new", False),
        interests=Interests(**told.get("interests", {})),
        blocked=frozenset(told.get("blocked", ())),
        dismissed=frozenset(told.get("dismissed", ())),
        met=frozenset(told.get("met", ())),
    )


def _side_of(told: dict[str, Any]) -> dict[str, Any]:
    """Fields of what a side seeks or offers, as its dataclass has them."""
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    if "licences" in told:
        found["licences"] = tuple(
            Licence(one.get("name", ""), tuple(one.get("valid_in", ()))) for one in told["licences"]
        )
    if "dates" in told:
        found["dates"] = tuple(date.fromisoformat(day) for day in told["dates"])
    return found
