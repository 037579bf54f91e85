"""What people type, made safe to keep: no control characters, no direction overrides, no endless digits. No saving."""

import re
import unicodedata
from collections.abc import Mapping

from everfair.base.languages import Words, clean_words

# overrides and embeddings can make one name look like another; right-to-left text itself needs none of them
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]")

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
)  # categories Cc and Cs but tab and line end


def clean_line(text: str) -> str:
    """One line: composed (NFC), no control characters, single spaces. "" when nothing is left."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # the usual case, and lists have a million of them
    composed = unicodedata.normalize("NFC", _OVERRIDES.sub("", text))
    kept = "".join(
        mark if unicodedata.category(mark) not in {"Cc", "Cs", "Co", "Cn"} else " " for mark in composed
    )
    return " ".join(kept.split())


def clean_text(text: str) -> str:
    """Several lines: the same, line ends kept as \\n and at most one empty line in a row."""
    lines = _CONTROLS.sub("", _OVERRIDES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).split("\n")
    composed = unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines))
    return re.sub(r"\n{3,}", "\n\n", composed).strip()


def has_a_letter(text: str) -> bool:
    """Whether there is something to read aloud and search for: one letter or digit of any script."""
    return any(unicodedata.category(mark)[0] in "LN" for mark in text)


def read_whole(text: str) -> int | None:
    """A whole number from 0 on as a page or an address carries it, such as a version; None for anything else.

    Up to 18 digits, which every database holds. More would be no number of ours but a try to tire the server.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def clean_line_words(words: Mapping[str, str] | None) -> Words:
    """`clean_line` for each language; empty ones dropped."""
    return clean_words(
        {code: clean_line(text) for code, text in (words or {}).items() if isinstance(text, str)}
    )


def clean_text_words(words: Mapping[str, str] | None) -> Words:
    """`clean_text` for each language; empty ones dropped."""
    return clean_words(
        {code: clean_text(text) for code, text in (words or {}).items() if isinstance(text, str)}
    )
