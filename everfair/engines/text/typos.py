"""Typing errors: which words are one edit apart (a letter too many, too few, wrong, or two swapped)."""

from collections.abc import Iterator
from string import ascii_lowercase


def is_within_one_edit(first: str, second: str) -> bool:
    """Whether at most one insertion, deletion, change or swap of neighbours separates two words."""
    if first == second:
        return True
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1:
        return False
    same = 0
    while same < len(first) and first[same] == second[same]:
        same += 1
    if len(first) < len(second):
        return first[same:] == second[same + 1 :]
    if first[same + 1 :] == second[same + 1 :]:
        return True
    swapped = first[same + 1 : same + 2] + first[same]
    return second[same : same + 2] == swapped and first[same + 2 :] == second[same + 2 :]


def one_edit_variants(word: str, letters: str = ascii_lowercase) -> Iterator[str]:
    """Every word one edit away, the word itself first; about 54 for each of its letters."""
    yield word
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
