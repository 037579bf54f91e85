"""Guessing which column of a stranger's list holds which field, by title first and content second. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from everfair.base.countries import find_country

_SAMPLE = 50
_EXACT, _LAST_PART, _CONTAINS = 1.0, 0.9, 0.7
_BY_CONTENT_ALONE = 0.35
_ENOUGH = 0.5


@dataclass(frozen=True)
class Field:
    """A field to fill: `synonyms` are column titles for it in any language.

    `looks` is what its content looks like: "url", "email", "country", "chinese", "latin", "number", or "" for
    anything. With `by_content` a column may be chosen for its content alone, whatever its title.
    """

    synonyms: tuple[str, ...]
    looks: str = ""
    by_content: bool = False


def guess_mapping(
    columns: Sequence[str], sample_rows: Sequence[Mapping[str, object]], fields: Mapping[str, Field]
) -> dict[str, str | None]:
    """Field → the column that most likely holds it, or None. No column is given twice.

    `sample_rows` are a few rows' values by column; titles decide, content settles what titles leave open.
    """
    content = {column: _texts(column, sample_rows) for column in columns}
    scores: list[tuple[float, int, int, str, str]] = []
    for field_place, (name, field) in enumerate(fields.items()):
        for place, column in enumerate(columns):
            score = _score(column, content[column], field)
            if score >= _ENOUGH:
                scores.append((-score, place, field_place, name, column))
    chosen: dict[str, str | None] = dict.fromkeys(fields)
    taken: set[str] = set()
    for _minus_score, _place, _field_place, name, column in sorted(scores):
        if chosen[name] is None and column not in taken:
            chosen[name] = column
            taken.add(column)
    return chosen


def normal_label(label: str) -> str:
    """A title without case, width, spaces, punctuation and "required"; Chinese made simplified."""
    text = unicodedata.normalize("NFKC", label).casefold()
    text = re.sub(r"\((required|optional|必填|选填|mandatory)\)|必填项?|[*]", "", text)
    text = re.sub(r"[\W_]+", "", text)
    return text if text.isascii() else _simplified(text)


def _score(column: str, texts: Sequence[str], field: Field) -> float:
    by_title = _title_score(column, field)
    if not field.looks:
        return by_title
    likeness = _likeness(texts, field.looks)
    if by_title:
        # without content the title stands alone; content that plainly contradicts it outweighs it
        return by_title + (0.3 * likeness - 0.15 if texts else 0) - (0.5 if texts and likeness < 0.1 else 0)
    return (
        _BY_CONTENT_ALONE + 0.3 * likeness
        if field.by_content and likeness >= 0.8 and len(texts) >= 2
        else 0.0
    )


def _title_score(column: str, field: Field) -> float:
    label = normal_label(column)
    last = normal_label(column.rsplit(" / ", 1)[-1])
    best = 0.0
    for place, synonym in enumerate(_normal_synonyms(field)):
        nearness = 1 - place / 1000  # of two fields that share a title, the one that lists it earlier
        if label == synonym:
            best = max(best, _EXACT * nearness)
        elif last == synonym:
            best = max(best, _LAST_PART * nearness)
        elif _contains(label, synonym):
            best = max(best, _CONTAINS * nearness * (0.8 + 0.2 * len(synonym) / len(label)))
    return best


def _contains(label: str, synonym: str) -> bool:
    # short English words are inside too many others ("no" in "notes"); two Chinese characters are a word
    long_enough = len(synonym) >= (5 if synonym.isascii() else 2)
    return long_enough and (label.startswith(synonym) or label.endswith(synonym))


@lru_cache(maxsize=256)
def _normal_synonyms(field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal_label(synonym) for synonym in field.synonyms))


def _texts(column: str, rows: Sequence[Mapping[str, object]]) -> list[str]:
    found = (row.get(column) for row in rows[:_SAMPLE])
    return [str(value).strip() for value in found if value is not None and str(value).strip()]


def _likeness(texts: Sequence[str], looks: str) -> float:
    """Share of the texts that look like it, from 0 to 1; 0 without texts."""
    return sum(_looks_like(text, looks) for text in texts) / len(texts) if texts else 0.0


def _looks_like(text: str, looks: str) -> bool:
    if looks == "url":
        return bool(re.fullmatch(r"(https?://|www\.)\S+|[a-z\d-]+(\.[a-z\d-]+)*\.[a-z]{2,24}(/\S*)?", text))
    if looks == "email":
        return bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}", text))
    if looks == "country":
        return len(text) <= 60 and find_country(text) is not None
    if looks == "number":
        return bool(re.fullmatch(r"[+-]?\d[\d,.\s]*", text))
    letters = [letter for letter in text if letter.isalpha()]
    chinese = sum("㐀" <= letter <= "鿿" for letter in letters)
    if looks == "chinese":
        return chinese > len(letters) * 0.3
    if looks == "latin":
        return bool(letters) and chinese <= len(letters) * 0.3
    raise ValueError(f"unknown look {looks!r}")


@lru_cache(maxsize=1)
def _converter() -> object:
    import opencc  # slow to load, and needed for traditional titles only

    return opencc.OpenCC("t2s")


def _simplified(text: str) -> str:
    return str(_converter().convert(text))  # type: ignore[attr-defined]  # the package has no types
