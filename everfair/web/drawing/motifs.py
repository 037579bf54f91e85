"""The twelve motifs of generated covers: four turns of one 40-unit tile each.

Part of the public cover format: a change here changes every cover ever drawn, so nothing here changes.
"""

from __future__ import annotations

TILE = 40

#: One stroke or shape: layer (d dots, l lines, f filled), where it starts in the tile, its relative path.
Mark = tuple[str, int, int, str]
Turn = tuple[Mark, ...]


def _lines(*marks: tuple[int, int, str]) -> Turn:
    return tuple(("l", x, y, path) for x, y, path in marks)


def _fills(*marks: tuple[int, int, str]) -> Turn:
    return tuple(("f", x, y, path) for x, y, path in marks)


def _disc(radius: int) -> tuple[int, int, str]:
    """A disc in the middle of the tile: one arc, all but closed, saves a third of the bytes."""
    return 20 - radius, 20, f"a{radius} {radius} 0 1 1 0 .1z"


def _block(x: int, y: int, width: int, height: int) -> tuple[int, int, str]:
    return x, y, f"h{width}v{height}h-{width}z"


LANES = (
    _lines((0, 10, "h40"), (0, 30, "h40")),
    _lines((0, 10, "c20 0 20 20 40 20"), (0, 30, "c20 0 20-20 40-20")),
    _lines((0, 10, "h18"), (30, 10, "h10"), (0, 30, "h40")),
    _lines((0, 10, "h40"), (0, 30, "h8"), (20, 30, "h20")),
)
PEAKS = (
    _fills((0, 40, "l20-36 20 36z")),
    _fills((0, 40, "l20-22 20 22z")),
    _fills((0, 40, "l40-22v22z")),
    _fills((0, 40, "l12-30 9 18 7-12 12 24z")),
)
BRICKS = (
    _fills(_block(2, 2, 36, 16), _block(2, 22, 16, 16)),
    _fills(_block(2, 2, 16, 16), _block(2, 22, 36, 16)),
    _fills(_block(2, 2, 16, 36), _block(22, 22, 16, 16)),
    _fills(_block(22, 2, 16, 36), _block(2, 2, 16, 16)),
)
ARCS = (
    _lines((0, 40, "a20 20 0 0 1 40 0"), (10, 40, "a10 10 0 0 1 20 0")),
    _lines((0, 40, "a20 20 0 0 1 40 0")),
    _lines((0, 0, "a20 20 0 0 0 40 0")),
    _lines((0, 0, "a20 20 0 0 0 40 0"), (10, 0, "a10 10 0 0 0 20 0")),
)
COINS = (
    _fills(_disc(16), _block(14, 14, 12, 12)),
    _fills(_disc(12), _block(16, 16, 8, 8)),
    _fills(_disc(16), _block(18, 10, 4, 20)),
    _fills(_disc(7)),
)
NODES = (
    (("d", 20, 20, "h0"), ("l", 20, 20, "h40")),
    (("d", 20, 20, "h0"), ("l", 20, 20, "v40")),
    (("d", 20, 20, "h0"), ("l", 20, 20, "l40 40")),
    (("d", 20, 20, "h0"),),
)
FRET = (
    _lines((5, 35, "v-30h30v30h-18v-17h7")),
    _lines((5, 5, "h30v30h-30v-18h17v7")),
    _lines((35, 5, "v30h-30v-30h18v17h-7")),
    _lines((35, 35, "h-30v-30h30v18h-17v-7")),
)
LEAVES = (
    _fills((0, 0, "a40 40 0 0 1 40 40a40 40 0 0 1-40-40z")),
    _fills((40, 0, "a40 40 0 0 1-40 40a40 40 0 0 1 40-40z")),
    _fills((0, 0, "a28 28 0 0 1 40 0a28 28 0 0 1-40 0z")),
    _fills((0, 0, "a28 28 0 0 1 0 40a28 28 0 0 1 0-40z")),
)
_OCTAGON = (13, 4, "h14l9 9v14l-9 9h-14l-9-9v-14z")
NUTS = (
    _fills(_OCTAGON, _disc(6)),
    _fills(_OCTAGON),
    _fills((15, 5, "h10v10h10v10h-10v10h-10v-10h-10v-10h10z")),
    _fills(_disc(6)),
)
QUARTERS = (
    _fills((0, 0, "h40a40 40 0 0 1-40 40z")),
    _fills((40, 0, "v40a40 40 0 0 1-40-40z")),
    _fills((40, 40, "h-40a40 40 0 0 1 40-40z")),
    _fills((0, 40, "v-40a40 40 0 0 1 40 40z")),
)
WEAVE = (
    _lines((0, 7, "h40m-40 13h40m-40 13h40")),
    _lines((7, 0, "v40m13-40v40m13-40v40")),
    _lines((0, 7, "h40m-40 13h40m-40 13h22")),
    _lines((7, 0, "v40m13-40v40m13-40v22")),
)
STEPS = (
    _fills((0, 40, "v-14h13v-13h14v-13h13v40z")),
    _fills((0, 0, "h40v14h-13v13h-14v13h-13z")),
    _fills((0, 0, "h14v13h13v14h13v13h-40z")),
    _fills((0, 0, "h40v40h-14v-13h-13v-14h-13z")),
)

MOTIFS: dict[int, tuple[Turn, ...]] = dict(
    enumerate((LANES, PEAKS, BRICKS, ARCS, COINS, NODES, FRET, LEAVES, NUTS, QUARTERS, WEAVE, STEPS), start=1)
)
