"""Cutting text into words: one pattern for all scripts, a dictionary for Chinese, pairs elsewhere."""

import re
from functools import cache, lru_cache
from typing import Any

from everfair.engines.text.stopwords import CHINESE

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007\U00020000-\U0003ffff"
# kana, Hangul, Thai, Lao, Khmer, Burmese: words are not told apart by spaces, or carry endings
UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u1100-\u11ff\uac00-\ud7af\u0e00-\u0eff\u1780-\u17ff\u1000-\u109f"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff"
_LETTER = f"[^\\W_{HAN}{UNSPACED}]"
_LETTERS = f"{_LETTER}+"
_MARKED = f"(?:{_LETTER}|[{_MARKS}])+"


def _words(letters: str) -> str:
    """Numbers with separators | words, hyphened ones whole."""
    hyphen = "[-\u2010\u2011]"
    sign = "(?:\\+\\+|#)(?!\\w)"  # C++, C#
    return f"(\\d+(?:[.,]\\d+)+(?!\\w))|({letters}(?:{hyphen}{letters})*(?:{sign})?)(?:['\u2019]s(?!\\w))?"


def _pattern(letters: str) -> re.Pattern[str]:
    """Runs of Han | runs of unspaced scripts | numbers | words."""
    return re.compile(f"([{HAN}]+)|([{UNSPACED}{_MARKS}]+)|{_words(letters)}")


def _without_groups(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern))


_PLAIN = _pattern(_LETTERS)
_WITH_MARKS = _pattern(_MARKED)
_PLAIN_RUNS = _without_groups(_PLAIN.pattern)
_WITH_MARKS_RUNS = _without_groups(_WITH_MARKS.pattern)
_ASCII_RUNS = _without_groups(_words("[A-Za-z0-9]+"))
_HAS_MARKS = re.compile(f"[{_MARKS}]")


@cache
def _dictionary() -> Any:
    """Read when the first Chinese word comes: commands that cut none start without it."""
    import rjieba  # a fifth of a second

    return rjieba.Jieba()


def run_pattern(text: str) -> re.Pattern[str]:
    """The pattern for runs in a text; the slower one only where letters carry separate marks."""
    return _WITH_MARKS if not text.isascii() and _HAS_MARKS.search(text) else _PLAIN


def runs_of(text: str) -> list[str]:
    """The runs themselves; `run_pattern(text).fullmatch(run)` says what each one is."""
    if text.isascii():
        return _ASCII_RUNS.findall(text)  # the same, quicker
    return (_WITH_MARKS_RUNS if _HAS_MARKS.search(text) else _PLAIN_RUNS).findall(text)


def cut_han(run: str) -> list[str]:
    """Words of a run of simplified Chinese. What the dictionary does not know falls into single characters.

    Guessing unknown words from their surroundings is off: a name must be cut alike in every sentence.
    """
    words: list[str] = _dictionary().cut(run, False)
    return words


@lru_cache(maxsize=65_536)
def inner_words(word: str) -> tuple[tuple[str, int], ...]:
    """Shorter dictionary words inside a long one with their offsets: 人工智能 → 人工 0, 智能 2."""
    if len(word) < 3:
        return ()
    found: dict[tuple[str, int], None] = {}
    start = 0
    for inner in _dictionary().cut_for_search(word, False):
        at = word.find(inner, start)
        if at < 0:
            at = word.find(inner)
        if at >= 0 and inner != word and len(inner) > 1:
            found[(inner, at)] = None
            start = at
    return tuple(found)


def pairs_around(run: str, words: list[str]) -> list[tuple[str, int]]:
    """Pairs of characters with at least one of them outside the dictionary's words, and their offsets.

    A name unknown to the dictionary may lose its last character to a word that follows: 服贸会上 is cut
    服 贸 会上. The pairs 服贸 and 贸会 find it all the same.
    """
    found: dict[int, str] = {}
    at = 0
    for word in words:
        if len(word) == 1 and word not in CHINESE:
            for start in (at - 1, at):
                pair = run[start : start + 2] if start >= 0 else ""
                if len(pair) == 2 and pair[0] not in CHINESE and pair[1] not in CHINESE:
                    found[start] = pair
        at += len(word)
    return [(pair, start) for start, pair in found.items()]


def pairs(run: str) -> list[str]:
    """Overlapping pairs of characters; a single character stays itself."""
    if len(run) < 2:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
