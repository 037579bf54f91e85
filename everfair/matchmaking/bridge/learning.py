"""Versions of what was learned across languages: bilingual records of an edition → a model in a file → back into memory."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from everfair.engines.matching import LanguageModel
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition, Sector
from everfair.gateways.markup import to_text
from everfair.matchmaking.models import MatchRules, ModelVersion
from everfair.programme.models import Session

log = logging.getLogger("everfair.matching")
FEWEST_RECORDS = 60  # bilingual records below which meaning is left to sectors and words
CHUNK = 2000
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Version:
    """A version in memory. `model` None: matches are by words, sectors and what both state."""

    pk: int | None = None
    number: int = 0
    model: LanguageModel | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_by_sector(self) -> bool:
        """Too few bilingual records: pages say that matches across languages are by sector."""
        return self.model is None


_kept: dict[int, Version] = {}
_lock = Lock()


def file_of(version: ModelVersion) -> Path:
    """Where a version's model lies."""
    return Path(settings.DATA_DIR) / "matching" / f"{version.edition_id}-{version.number}.npz"


def versions_of(edition: Edition, rules: MatchRules) -> tuple[Version, Version | None]:
    """The active version, and the one it is compared with if there is one. A file that is missing or foreign counts as none."""
    active = ModelVersion.objects.filter(edition=edition, is_active=True).first()
    other = rules.compares if rules.compares_id and rules.compares_id != getattr(active, "pk", None) else None
    return _loaded(active), (_loaded(other) if other is not None else None)


def _loaded(row: ModelVersion | None) -> Version:
    if row is None:
        return Version()
    with _lock:
        kept = _kept.get(row.pk)
        if kept is None or kept.options != row.options:
            model = kept.model if kept is not None else _read(row)
            kept = _kept[row.pk] = Version(row.pk, row.number, model, dict(row.options))
            while len(_kept) > 4:
                _kept.pop(next(iter(_kept)))
        return kept


def _read(row: ModelVersion) -> LanguageModel | None:
    raise NotImplementedError


def forget_versions() -> None:
    """Drop what is in memory (a version's file was replaced)."""
    _kept.clear()


def bilingual_records(edition: Edition) -> Iterator[Texts]:
    """Texts of the fair that stand in both languages: booths, offers, sessions. English and Chinese say the same."""
    shelf = Offer.objects.filter(
        exhibitor__edition=edition, exhibitor__state=Exhibitor.State.PUBLISHED, is_on_shelf=True
    )
    for title, description in shelf.order_by("pk").values_list("title", "description").iterator(CHUNK):
        yield from _both(title, description)
    firms = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED).order_by("pk")
    for headline, about in firms.values_list("headline", "about").iterator(CHUNK):
        yield from _both(headline, about)
    sessions = Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES).order_by("pk")
    for title, abstract in sessions.values_list("title", "abstract").iterator(CHUNK):
        plain = {code: to_text(text) for code, text in (abstract or {}).items() if text}
        yield from _both(title, plain)


def glossary(edition: Edition) -> Iterator[Texts]:
    """Names of sectors in both languages: what carries matches where records are few."""
    for name in Sector.objects.filter(edition=edition).order_by("pk").values_list("name", flat=True):
        if name.get("en") and name.get("zh"):
            yield {"en": name["en"], "zh": name["zh"]}


def _both(*parts: Texts | None) -> Iterator[Texts]:
    """The record where every language has something; a part that stands in one language only is left out."""
    joined: dict[str, list[str]] = {"en": [], "zh": []}
    for words in parts:
        if words and words.get("en") and words.get("zh"):
            for language, texts in joined.items():
                texts.append(words[language])
    if joined["en"]:
        yield {language: "\n".join(texts) for language, texts in joined.items()}
