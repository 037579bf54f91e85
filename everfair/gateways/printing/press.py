"""The press: run as a program it keeps one typst compiler and sets what comes in on stdin. Nothing of Django is loaded.

A process of its own, because typst and its fonts take 100 MB and more that a server must not keep.
"""

import json
import struct
import sys
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from everfair.gateways.printing.badges import qr_drawing
from everfair.gateways.printing.fonts import require_characters, system_fonts, undrawable
from everfair.gateways.printing.types import CannotSet

TEXTS = (
    "name", "second_name", "firm", "detail", "country", "kind", "second_kind", "seal", "fair", "second_fair",
    "when", "note", "second_note", "fold", "second_fold",
)  # fmt: skip
LAYOUT = Path(__file__).with_name("badge.typ")
RECORD = Path(__file__).with_name("record.typ")
LONG_WORD = 18  # letters, beyond which a Latin word may be broken anywhere
BREAK_HERE = "\u200b"
MARKS = {"Cc": " ", "Cf": ""}  # a mark that turns letters round could make one name look like another
JOINERS = "\u200c\u200d"  # Persian and Indian names are spelt with them
LENGTH = struct.Struct(">I")
DARK = 0.21  # luminance below which white letters stand out more than the ink's


def main() -> None:
    """Answer one request after the other, until stdin ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while (request := _read(requests)) is not None:
        try:
            kind, content = b"+", _answer(json.loads(request))
        except CannotSet as error:
            kind, content = b"-", json.dumps([str(error), error.characters]).encode()
        except Exception as error:  # the parent says it in its own log; the press goes on
            kind, content = b"-", json.dumps([f"{type(error).__name__}: {error}", ""]).encode()
        answers.write(kind + LENGTH.pack(len(content)) + content)
        answers.flush()


def _read(file: IO[bytes]) -> bytes | None:
    head = file.read(LENGTH.size)
    return file.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _answer(request: dict[str, Any]) -> bytes:
    if request["do"] == "missing":
        return undrawable([request["letters"]]).encode()
    if request["do"] == "record":
        return _set_record(request)
    if request["do"] == "document":
        return _document(request)
    rows = [_row(face) for face in request["faces"]]
    require_characters(row[name] for row in rows for name in TEXTS)
    inputs = {"paper": request["paper"], "badges": json.dumps(rows, ensure_ascii=False)}
    if request["dots"]:
        done = _compiler().compile(format="png", ppi=request["dots"], sys_inputs=inputs)
    else:
        at = datetime.fromtimestamp(request["at"], UTC)
        done = _compiler().compile(format="pdf", sys_inputs=inputs, timestamp=at)
    return bytes(done[0] if isinstance(done, list) else done)


def _document(request: dict[str, Any]) -> bytes:
    """Any layout of this folder with its data."""
    data = _cleaned(request["data"])
    require_characters(_texts(data))
    layout = LAYOUT.with_name(f"{Path(request['layout']).name}.typ")
    at = datetime.fromtimestamp(request["at"], UTC)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    done = _compiler(layout).compile(format="pdf", sys_inputs=inputs, timestamp=at)
    return bytes(done[0] if isinstance(done, list) else done)


def _set_record(request: dict[str, Any]) -> bytes:
    """A record on A4: texts of several lines, cleaned line by line."""
    record = _cleaned(request["record"])
    require_characters(_texts(record))
    at = datetime.fromtimestamp(request["at"], UTC)
    inputs = {"record": json.dumps(record, ensure_ascii=False)}
    done = _compiler(RECORD).compile(format="pdf", sys_inputs=inputs, timestamp=at)
    return bytes(done[0] if isinstance(done, list) else done)


def _cleaned(value: Any) -> Any:
    """Every text inside without control and direction marks; line ends stay."""
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return "\n".join(clean(line) for line in str(value).split("\n"))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]


@lru_cache(maxsize=4)
def _compiler(layout: Path = LAYOUT) -> Any:
    import typst  # whoever only asks about fonts does not wait for it

    return typst.Compiler(layout, root=layout.parent, font_paths=system_fonts())


def _row(face: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: clean(face[name]) for name in TEXTS}
    side, path = qr_drawing(face["code"])
    row["qr"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" d="{path}"/></svg>'
    )
    row["colour"] = face["colour"]
    row["dark"] = luminance(face["colour"]) < DARK
    return row


def luminance(colour: str) -> float:
    """0 black to 1 white, of "#rrggbb", as contrast is reckoned (WCAG)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def clean(text: str) -> str:
    """One line without control and direction marks; words too long for any line may break inside."""
    kept = "".join(
        letter if letter in JOINERS else MARKS.get(unicodedata.category(letter), letter) for letter in text
    )
    words = unicodedata.normalize("NFC", kept).split()
    return " ".join(_breakable(word) for word in words)


def _breakable(word: str) -> str:
    if len(word) <= LONG_WORD or any(unicodedata.east_asian_width(letter) in "WF" for letter in word):
        return word
    if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in word):
        return word  # a break would part letters that join
    return BREAK_HERE.join(word[place : place + 6] for place in range(0, len(word), 6))


if __name__ == "__main__":
    main()
