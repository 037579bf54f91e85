"""Versions of what was learned across languages: bilingual records of an edition → a model in a file → back into memory."""

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any

from django.conf import settings

from everfair.engines.matching import LanguageModel
from everfair.engines.matching.languages import Bilingual, ModelError, model_bytes, read_model
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition, Sector
from everfair.gateways.markup import to_text
from everfair.matchmaking.bridge import embedding
from everfair.matchmaking.models import MatchRules, ModelVersion
from everfair.programme.models import Session

log = logging.getLogger("everfair.matching")
FEWEST_RECORDS = 60  # bilingual records below which meaning is left to sectors and words
CHUNK = 2000
QUICKLY_READ = 30_000_000  # bytes of a model's file that a reader waits for, once in a process
SEED = 1
BETWEEN = "\x1f"  # the sign between parts of a record
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Version:
    """A version in memory. `model` None: matches are by words, sectors and what both state."""

    pk: int | None = None
    number: int = 0
    model: LanguageModel | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    fault: str = (
        ""  # why its file cannot be read: "missing", "foreign" (of another version, or damaged), "thin"
    )

    @property
    def is_by_sector(self) -> bool:
        """Too few bilingual records, or what was learned cannot be read: across languages, matches are by sector."""
        return embedding.own_part(self.model) is None and not (self.model and settings.EMBEDDING_PRIVATE)


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


def model_at_hand(edition: Edition) -> LanguageModel | None:
    """The active version's model, for a page that waits for nothing: a large file is read aside and is there next time."""
    row = ModelVersion.objects.filter(edition=edition, is_active=True).first()
    if row is None:
        return None
    path = file_of(row)
    if row.pk not in _kept and path.exists() and path.stat().st_size > QUICKLY_READ:
        Thread(target=_loaded, args=(row,), daemon=True).start()
        return None
    return embedding.own_part(_loaded(row).model)


def _loaded(row: ModelVersion | None) -> Version:
    if row is None:
        return Version()
    with _lock:
        kept = _kept.get(row.pk)
        if kept is None or kept.options != row.options:
            model, fault = (kept.model, kept.fault) if kept is not None else _read(row)
            model = embedding.with_vectors(row, model)
            kept = _kept[row.pk] = Version(row.pk, row.number, model, dict(row.options), fault)
            while len(_kept) > 4:
                _kept.pop(next(iter(_kept)))
        return kept


def _read(row: ModelVersion) -> tuple[LanguageModel | None, str]:
    """The model in the version's file, and why there is none. What is lost or of another version is said in the log, not raised."""
    path = file_of(row)
    if not _has_file(row):
        return None, ""
    try:
        model = read_model(path.read_bytes() if path.exists() else None)
    except (ModelError, OSError) as error:
        log.warning("Matching across languages is by sector in edition %s: %s.", row.edition_id, error)
        return None, "foreign" if path.exists() else "missing"
    return (None, "thin") if model.is_thin or not model.width else (model, "")


def fault_of(row: ModelVersion, *, ranks: bool) -> str:
    """Why a version cannot be used: "missing", "foreign", "thin"; "" for one in order.

    One that ranks is read (and kept); of another it is only asked whether its file is there.
    """
    if ranks:
        return _loaded(row).fault
    return "" if file_of(row).exists() or not _has_file(row) else "missing"


def _has_file(row: ModelVersion) -> bool:
    """Whether there was something to learn; a version of vectors from outside alone has no file."""
    return bool(row.digest) or not row.options.get(embedding.OPTION)


def learned_from(edition: Edition, records: Sequence[Texts]) -> tuple[bytes, dict[str, Any]]:
    """Learn from the records and the sectors' names: a model as bytes, and what to show of it."""
    from everfair.engines.matching.languages.learn import learn  # slow import: the compiler

    began = monotonic()
    told = [Bilingual(tuple(_parts(record))) for record in records]
    names = [(one["en"], one["zh"]) for one in glossary(edition)]
    model = learn(told, glossary=names, languages=("en", "zh"), seed=SEED)
    data = model_bytes(model)
    facts = {
        "records": model.records,
        "words": [len(side) for side in model.terms],
        "seconds": round(monotonic() - began, 1),
        "bytes": len(data),
    }
    return data, facts


def put_away(row: ModelVersion, data: bytes) -> str:
    """Write a version's file; its digest. Whoever reads sees the old file or the new one, never a half."""
    path = file_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(path)
    return hashlib.sha256(data).hexdigest()


def _parts(record: Texts) -> Iterator[tuple[str, str]]:
    """A record's parts side by side: title with title, description with description."""
    english, chinese = record["en"].split(BETWEEN), record["zh"].split(BETWEEN)
    yield from zip(english, chinese, strict=True)


def forget_versions() -> None:
    """Drop what is in memory (a version's file was replaced)."""
    _kept.clear()
    embedding.forget_vectors()


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


def size_of(edition: Edition) -> int:
    """How many rows there are to learn from, in whatever language: three counts, nothing is read."""
    firms = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    offers = Offer.objects.filter(exhibitor__in=firms, is_on_shelf=True)
    sessions = Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES)
    return firms.count() + offers.count() + sessions.count()


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
                texts.append(words[language].replace(BETWEEN, " "))
    if joined["en"]:
        yield {language: BETWEEN.join(texts) for language, texts in joined.items()}
