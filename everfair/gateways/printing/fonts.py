"""Which characters the fonts of this machine can draw: read from the files' own tables. typst would set boxes and say nothing.

Used by the press alone.
"""

import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from everfair.gateways.printing.badges import PACKAGE
from everfair.gateways.printing.types import CannotSet

HIGHEST = 0x110000
# typst carries these itself (Libertinus Serif, New Computer Modern): Latin, Greek, Cyrillic and their marks
CARRIED = ((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x300, 0x301), (0x391, 0x3C9), (0x410, 0x44F),
           (0x2010, 0x2027), (0x1E80, 0x1E85))  # fmt: skip
UNSEEN = frozenset(map(ord, "\n\t\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f"))


@lru_cache(maxsize=1)
def system_fonts() -> Any:
    """typst's book of fonts, searched once for each process (a fifth of a second)."""
    import typst  # 40 MB that a process without badges does not need

    return typst.Fonts()


def undrawable(texts: Iterable[str]) -> str:
    """The characters of `texts` that no font here can draw, each once, in order."""
    wanted = dict.fromkeys(letter for text in texts for letter in text if ord(letter) > 0x7E)
    if not wanted:
        return ""
    known = _coverage()
    return "".join(
        letter
        for letter in wanted
        if ord(letter) not in UNSEEN and not known[ord(letter) >> 3] >> (ord(letter) & 7) & 1
    )


def require_characters(texts: Iterable[str]) -> None:
    """CannotSet where a character would come out as a box."""
    missing = undrawable(texts)
    if missing:
        shown = missing[:12]
        raise CannotSet(
            f"No font on this machine has “{shown}”. Install the fonts (Debian: apt-get install {PACKAGE}; "
            "other scripts: fonts-noto-core) and try again.",
            shown,
        )


@lru_cache(maxsize=1)
def _coverage() -> bytearray:
    """One bit for each code point that some font has: 139 kB."""
    bits = bytearray(HIGHEST >> 3)
    for first, last in CARRIED:
        _mark(bits, first, last)
    for path, index in sorted(
        {(font.path, font.index) for font in system_fonts().fonts() if font.path is not None}
    ):
        try:
            with Path(path).open("rb") as file:
                _read_font(file, index, bits)
        except (OSError, struct.error, ValueError):
            continue  # a broken file draws nothing
    return bits


def _mark(bits: bytearray, first: int, last: int) -> None:
    for number in range(first, min(last, HIGHEST - 1) + 1):
        bits[number >> 3] |= 1 << (number & 7)


def _read_font(file: IO[bytes], index: int, bits: bytearray) -> None:
    """Mark what the font's `cmap` table maps (formats 4 and 12, which between them hold all of Unicode)."""
    start = 0
    if file.read(4) == b"ttcf":
        file.seek(12 + 4 * index)
        (start,) = _unpack(file, ">I")
    file.seek(start + 4)
    (count,) = _unpack(file, ">H6x")
    for _table in range(count):
        tag, offset, _length = _unpack(file, ">4s4xII")
        if tag == b"cmap":
            break
    else:
        return
    file.seek(offset)
    (tables,) = _unpack(file, ">2xH")
    for place in dict.fromkeys(_unpack(file, ">HHI")[2] for _ in range(tables)):
        file.seek(offset + place)
        (form,) = _unpack(file, ">H")
        if form == 12:
            _read_groups(file, bits)
        elif form == 4:
            _read_segments(file, bits)


def _read_groups(file: IO[bytes], bits: bytearray) -> None:
    (count,) = _unpack(file, ">10xI")
    for first, last, _glyph in struct.iter_unpack(">III", file.read(12 * count)):
        _mark(bits, first, last)


def _read_segments(file: IO[bytes], bits: bytearray) -> None:
    _length, twice = _unpack(file, ">H2xH")
    file.seek(6, 1)
    ends = struct.unpack(f">{twice // 2}H", file.read(twice))
    file.seek(2, 1)
    starts = struct.unpack(f">{twice // 2}H", file.read(twice))
    for first, last in zip(starts, ends, strict=True):
        if first <= last and first != 0xFFFF:
            _mark(bits, first, last)


def _unpack(file: IO[bytes], form: str) -> tuple[Any, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))
