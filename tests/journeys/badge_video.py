"""A film of badges for Chromium's fake camera: each code is held up for a moment, with an empty picture between."""

from collections.abc import Sequence
from pathlib import Path

import segno

WIDTH, HEIGHT, RATE = 640, 480, 5
HELD, EMPTY = 12, 8  # pictures
GREY = 200


def film(path: Path, codes: Sequence[str]) -> Path:
    """Writes a y4m file that Chromium plays round and round."""
    empty = [bytes([GREY]) * WIDTH] * HEIGHT
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for code in codes:
            for rows, count in ((empty, EMPTY), (_picture(code), HELD)):
                frame = b"FRAME\n" + b"".join(rows) + bytes([128]) * (WIDTH * HEIGHT // 2)
                out.write(frame * count)
    return path


def _picture(code: str) -> list[bytes]:
    """The QR code black on white, six pixels a module, in the middle of a grey picture."""
    matrix = [list(row) for row in segno.make(code, error="m", micro=False).matrix_iter(border=4)]
    side = 6
    size = len(matrix) * side
    left, top = (WIDTH - size) // 2, (HEIGHT - size) // 2
    rows = [bytes([GREY]) * WIDTH] * HEIGHT
    for index, modules in enumerate(matrix):
        line = b"".join((b"\x10" if module else b"\xeb") * side for module in modules)
        row = bytes([GREY]) * left + line + bytes([GREY]) * (WIDTH - left - size)
        for offset in range(side):
            rows[top + index * side + offset] = row
    return rows
