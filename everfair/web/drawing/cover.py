"""Generated covers: one small SVG from a sector's motif and a record's key.

Holds the rule and the drawing only; who gets a cover and where it stands is the templates' matter.

The rule is a public format (docs/architecture/front-end.md): the same motif and key give the same
picture for ever. Bits are those of SHA-256("motif:key"), continued by SHA-256("motif:key:1"), ":2" ...,
read two at a time from the front. The first pair, if 0, makes the ground deep. Then, column by column
and top to bottom, each 40-unit tile takes two pairs: its turn (0-3), and whether it is weak (0 = weak).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from everfair.web.drawing.motifs import MOTIFS, TILE

NARROW, WIDE, SQUARE = 6, 24, 3
ROWS = 3
#: The four kinds of path a motif may draw, in painting order: dots, lines, filled shapes.
LAYERS = ("d", "l", "f")


def _pairs(seed: str) -> Iterator[int]:
    """Yield numbers 0-3 without end from the digests of `seed`."""
    block = 0
    while True:
        text = seed if block == 0 else f"{seed}:{block}"
        for byte in hashlib.sha256(text.encode()).digest():
            yield byte >> 6
            yield byte >> 4 & 3
            yield byte >> 2 & 3
            yield byte & 3
        block += 1


def _paths(motif: int, pairs: Iterator[int], columns: int) -> str:
    """The path elements of a cover: strong layers first, then the weak ones."""
    drawn: dict[tuple[str, bool], list[str]] = {}
    for column in range(columns):
        for row in range(ROWS):
            turn, weak = next(pairs), next(pairs) == 0
            for layer, dx, dy, path in MOTIFS[motif][turn]:
                start = f"M{column * TILE + dx} {row * TILE + dy}"
                drawn.setdefault((layer, weak), []).append(start + path)
    return "".join(
        f'<path class="{layer}{" w" if weak else ""}" d="{"".join(drawn[layer, weak])}"/>'
        for weak in (False, True)
        for layer in LAYERS
        if (layer, weak) in drawn
    )


@lru_cache(maxsize=4096)
def cover(
    sector_motif: int,
    key: str,
    *,
    pigment: int | None = None,
    label: str | None = None,
    wide: bool = False,
    square: bool = False,
) -> str:
    """Return the cover of `key` as an SVG string.

    `sector_motif` and `pigment` are 1-12 (`pigment` follows the motif unless given). `wide` draws 24
    columns for a banner, `square` 3 for a thumbnail; both continue or cut the same picture. With
    `label` the picture speaks; without, it is decoration. Raises ValueError for numbers out of range.
    """
    colour = sector_motif if pigment is None else pigment
    if sector_motif not in MOTIFS or not 1 <= colour <= 12:
        raise ValueError(f"motif and pigment are numbers from 1 to 12, not {sector_motif} and {colour}")
    columns = WIDE if wide else SQUARE if square else NARROW
    pairs = _pairs(f"{sector_motif}:{key}")
    deep = next(pairs) == 0
    width, height = columns * TILE, ROWS * TILE
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="cover p{colour}{" deep" if deep else ""}{" wide" if wide else ""}" '
        f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" {spoken}>'
        f'<path class="g" d="M0 0h{width}v{height}H0z"/>{_paths(sector_motif, pairs, columns)}</svg>'
    )
