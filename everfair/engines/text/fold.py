"""Folding: texts that differ only in width, case, accents or Chinese character form become the same.

Length-changing steps keep a map back to the original, so that a match can be marked in what people wrote.
"""

import re
import unicodedata
from functools import lru_cache

import opencc

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2026: 0x20}
_SIMPLIFIER = opencc.OpenCC("t2s")

# letters that carry no combining mark and yet are typed without their stroke or as two letters
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_STRIPPED = re.compile("[\u00c0-\u024f\u1e00-\u1eff\u0370-\u03ff\u1f00-\u1fff\u0600-\u06ff\u0590-\u05ff]")


def fold_width(text: str) -> str:
    """NFKC, applied per character with its marks: full-width and compatibility forms become plain ones."""
    if text.isascii():
        return text
    text = text.translate(_WIDE)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return "".join(unicodedata.normalize("NFKC", cluster) for cluster in _clusters(text))


def fold_width_with_offsets(text: str) -> tuple[str, list[int] | None]:
    """Folded text, and for each of its characters the offset in the original (None: they are the same).

    The list has one entry more than the folded text, the length of the original.
    """
    folded = fold_width(text)
    plain = text.translate(_WIDE)
    if folded == plain or unicodedata.is_normalized("NFKC", plain):
        return folded, None
    offsets: list[int] = []
    start = 0
    for cluster in _clusters(plain):
        offsets.extend([start] * len(unicodedata.normalize("NFKC", cluster)))
        start += len(cluster)
    offsets.append(len(text))
    return folded, offsets


def _clusters(text: str) -> list[str]:
    """A character together with the combining marks after it."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.combining(character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """A word without case and accents: "Café" → "cafe". Cyrillic keeps its marks, they tell letters apart."""
    word = word.casefold()
    if word.isascii():
        return word
    if _STRIPPED.search(word):
        decomposed = unicodedata.normalize("NFD", word)
        word = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
        word = unicodedata.normalize("NFC", word).translate(_ARABIC)
    return word.translate(_LETTERS)


def simplify(han: str) -> str:
    """Traditional Chinese characters as simplified ones, one for one, so that offsets stay true."""
    simplified: str = _SIMPLIFIER.convert(han)
    if len(simplified) == len(han):
        return simplified
    return "".join(_simplify_character(character) for character in han)


@lru_cache(maxsize=8_192)
def _simplify_character(character: str) -> str:
    simplified: str = _SIMPLIFIER.convert(character)
    return simplified if len(simplified) == 1 else character
