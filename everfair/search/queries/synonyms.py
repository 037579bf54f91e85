"""Synonyms of an edition: the built-in groups of the sectors, with what its organiser changed."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic

from django.db.models import Count, Max, Q

from everfair.engines.text import SynonymTable, synonym_table
from everfair.fair.models import Edition
from everfair.search.models import SynonymGroup

DATA = Path(__file__).resolve().parents[1] / "data" / "synonyms.csv"
LOOK_EVERY = 1.0  # seconds between two looks whether an organiser changed something


@dataclass(frozen=True)
class SynonymEntry:
    """One group as the organiser sees it. `pk` is None for a built-in group nobody touched."""

    pk: int | None
    default_key: str
    sector_code: str
    terms: Mapping[str, tuple[str, ...]]
    is_on: bool = True

    @property
    def is_default(self) -> bool:
        """Whether the group is one of those that come with everfair."""
        return bool(self.default_key)


@cache
def default_synonyms() -> tuple[SynonymEntry, ...]:
    """The built-in groups, by sector, in English and Chinese."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(
            SynonymEntry(
                None,
                f"{row['sector']}:{_split(row['en'])[0]}"[:120],
                row["sector"],
                {"en": _split(row["en"]), "zh": _split(row["zh"])},
            )
            for row in csv.DictReader(_quoted(file))
        )


def _quoted(lines: object) -> list[str]:
    """The file's commas only part columns, so nothing in it needs quoting."""
    return [line for line in lines if line.strip()]  # type: ignore[attr-defined]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def synonym_entries(edition: Edition) -> list[SynonymEntry]:
    """Every group of an edition, built-in and own, switched-off ones too, by sector."""
    return _entries(edition.pk)


def _entries(edition_id: int) -> list[SynonymEntry]:
    rows = SynonymGroup.objects.filter(Q(edition_id=edition_id) | Q(edition=None))
    changed = {row.default_key: row for row in rows if row.default_key}
    found = [
        _entry(changed[default.default_key]) if default.default_key in changed else default
        for default in default_synonyms()
    ]
    found += [_entry(row) for row in rows if not row.default_key]
    return sorted(found, key=lambda entry: _sector_order(entry.sector_code))


def _entry(row: SynonymGroup) -> SynonymEntry:
    terms = {language: tuple(words) for language, words in row.terms.items()}
    return SynonymEntry(row.pk, row.default_key, row.sector_code, terms, row.is_on)


def _sector_order(code: str) -> tuple[int, str]:
    head = code.split(".")[0]
    return (int(head) if head.isdigit() else 99, code)


class _Shelf:
    """Tables of synonyms by edition; made anew when a row changed."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, object, SynonymTable]] = {}
        self._lock = Lock()

    def get(self, edition_id: int) -> SynonymTable:
        """The table of an edition, at most `LOOK_EVERY` seconds behind."""
        kept = self._kept.get(edition_id)
        if kept and monotonic() - kept[0] < LOOK_EVERY:
            return kept[2]
        rows = SynonymGroup.objects.filter(Q(edition_id=edition_id) | Q(edition=None))
        stamp = tuple(rows.aggregate(n=Count("id"), last=Max("changed_at"), highest=Max("id")).values())
        if kept and kept[1] == stamp:
            self._kept[edition_id] = (monotonic(), stamp, kept[2])
            return kept[2]
        with self._lock:
            groups = [
                [word for words in entry.terms.values() for word in words]
                for entry in _entries(edition_id)
                if entry.is_on
            ]
            table = synonym_table(groups)
            self._kept[edition_id] = (monotonic(), stamp, table)
        return table

    def clear(self) -> None:
        """Forget everything; the next search reads again."""
        self._kept.clear()


_shelf = _Shelf()


def synonyms_of(edition_id: int) -> SynonymTable:
    """What the engine needs: terms of a phrase → terms of the phrases that mean the same."""
    return _shelf.get(edition_id)


def forget_synonyms() -> None:
    """Drop what this process remembers, after a change made in it."""
    _shelf.clear()
