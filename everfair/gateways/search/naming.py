"""Which slot a language is indexed in, and in which order names stand."""

from collections.abc import Mapping

from everfair.engines.text import fold_width, fold_word

SLOTS = ("zh", "en", "xx")  # content languages with fields of their own; "xx" holds all others


def slot_of(language: str) -> str:
    """The field group a content language is indexed in."""
    own = language.split("-")[0]
    return own if own in SLOTS else "xx"


def sort_name(titles: Mapping[str, str], language: str) -> str:
    """A key in the order people expect: Latin before Chinese, Chinese by sound.

    The first 3,755 characters of GB 2312, the common ones, stand in the order of their pinyin.
    """
    name = titles.get(language) or next(iter(titles.values()), "")
    folded = fold_word(fold_width(name[:40])).lstrip("\"'«»“”‘’《》()[]（）【】 ")
    return folded.encode("gb18030", "replace").decode("latin-1")
