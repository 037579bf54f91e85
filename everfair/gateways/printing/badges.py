"""Sets badges: faces go to the press, a process of its own, and come back as a PDF. Checks what it is given; knows no layout."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from everfair.gateways.printing.press_room import ask_press
from everfair.gateways.printing.types import BadgeFace, Paper

PAPERS: tuple[Paper, ...] = ("a6", "a4")
MOST_AT_ONCE = 500  # pages in one file: beyond, memory grows and a stop costs too much
PACKAGE = "fonts-noto-cjk"
TRIAL = "服贸會"  # simplified and traditional: whoever has these sets Chinese names


def set_badges(
    faces: Sequence[BadgeFace], paper: str = "a6", *, now: datetime, picture_dots: float = 0
) -> bytes:
    """One PDF of all faces in order, `now` as its date; or with `picture_dots` per inch a PNG of the first face.

    Raises CannotSet when a character has no font here, ValueError for no face, too many, or another paper.
    """
    if not faces or len(faces) > MOST_AT_ONCE:
        raise ValueError(f"1 to {MOST_AT_ONCE} badges at once")
    if paper not in PAPERS:
        raise ValueError(f"paper is one of {', '.join(PAPERS)}")
    shown = faces[:1] if picture_dots else faces
    return ask_press(
        {
            "do": "set",
            "paper": paper,
            "faces": [asdict(face) for face in shown],
            "dots": picture_dots,
            "at": int(now.astimezone(UTC).timestamp()),
        }
    )


def missing_characters(texts: Iterable[str]) -> str:
    """The characters of `texts` that no font on this machine can draw, each once, in order."""
    wanted = "".join(dict.fromkeys(letter for text in texts for letter in text if ord(letter) > 0x7E))
    return ask_press({"do": "missing", "letters": wanted}).decode() if wanted else ""


def find_cjk() -> bool:
    """Whether Chinese can be set here."""
    return not missing_characters([TRIAL])


def qr_drawing(code: str) -> tuple[int, str]:
    """(modules a side with the quiet zone, path of the dark ones) of a code as a QR code, level M.

    For an SVG with the view box `0 0 side side`; lines of stroke width 1. The mask is given: a signature looks like
    chance under any, and trying all eight takes six times as long.
    """
    import segno  # needed by no other page

    border, lines = 4, []
    matrix = segno.make_qr(code, error="m", mask=2).matrix
    side = len(matrix)
    for y, row in enumerate(matrix):
        x = 0
        while x < side:
            if not row[x]:
                x += 1
                continue
            start = x
            while x < side and row[x]:
                x += 1
            lines.append(f"M{start + border} {y + border}.5h{x - start}")
    return side + 2 * border, "".join(lines)
