"""Cuts two halves of a text into parts that say the same. What the parts teach is decided in `learn`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

FARTHEST = 3.0  # how far a part's ratio of lengths may be from the whole's
SMALL = 4  # characters added to every length, so that short parts may differ more
MOST_PARTS = 400  # of one text at one depth

_HEADING = re.compile(r"^#{1,6}[ \t].*$", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])")


def _cutter(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda text: [part.strip() for part in pattern.split(text) if part.strip()]


_CUTTERS = tuple(_cutter(pattern) for pattern in (_HEADING, _BLANK, _LINE, _SENTENCE))


@dataclass
class Aligned:
    """The smallest parts in order, and the stretches of parts [from, to) that belong together, whole texts included."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    stretches: list[tuple[int, int]] = field(default_factory=list)

    def add(self, first: str, second: str) -> None:
        """Cut one text and its other half, if both say something."""
        if first.strip() and second.strip():
            self._cut(first.strip(), second.strip(), _CUTTERS)

    def _cut(self, first: str, second: str, cutters: Sequence[Callable[[str], list[str]]]) -> None:
        """By headings, then paragraphs, lines, sentences: wherever both sides have as many parts and their lengths agree.

        A side that is cut differently is not guessed at: the pair stays whole.
        """
        for depth, cut in enumerate(cutters):
            one, two = cut(first), cut(second)
            if 1 < len(one) == len(two) <= MOST_PARTS and _agree(one, two):
                start = len(self.parts)
                for pair in zip(one, two, strict=True):
                    self._cut(*pair, cutters[depth + 1 :])
                self.stretches.append((start, len(self.parts)))
                return
        self.parts.append((first, second))


def aligned(texts: Sequence[tuple[str, str]]) -> Aligned:
    """The parts of all of a record's texts; its last stretch is the whole record where that has more than one part."""
    found = Aligned()
    for first, second in texts:
        found.add(first, second)
    whole = (0, len(found.parts))
    if whole[1] > 1 and whole not in found.stretches:
        found.stretches.append(whole)
    return found


def _agree(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether at most a quarter of the parts are far longer or shorter than their other halves, given how the wholes compare."""
    usual = sum(map(len, one)) / max(sum(map(len, two)), 1)
    ratios = [(len(a) + SMALL) / (len(b) + SMALL) / usual for a, b in zip(one, two, strict=True)]
    return 4 * sum(not 1 / FARTHEST < ratio < FARTHEST for ratio in ratios) <= len(ratios)


def characters(texts: Sequence[tuple[str, str]]) -> int:
    """How much there is to read."""
    return sum(map(len, chain.from_iterable(texts)))
