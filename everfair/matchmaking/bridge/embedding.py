"""Which texts an encoder outside is given, where their vectors lie, and how they join what the fair learned itself. Sends nothing.

Public texts only, unless the operator says otherwise (EVERFAIR_EMBEDDING_PRIVATE): booths, offers, sessions, needs on the board.
Texts go without their owner's number, in an order that says nothing; a hidden buyer's needs are not sent together.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from everfair.engines.matching import LanguageModel, Profile
from everfair.engines.matching.given import GivenModel, with_given
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.profiles import (
    Tree,
    answered,
    exhibitor_profiles,
    need_profiles,
    offer_profiles,
    session_profiles,
)
from everfair.matchmaking.bridge.vectors import VectorFile
from everfair.matchmaking.models import ModelVersion, Need, Seeker

log = logging.getLogger("everfair.matching")
KINDS = ("exhibitor", "offer", "need", "session", "person")
OPENING = 200  # characters by which an offer is asked for as if it were a need
OPTION = "vectors"  # of a version: which vectors it ranks with
Keys = Sequence[int] | None

_files: dict[Path, VectorFile] = {}


def folder() -> Path:
    """Where vectors and their state lie."""
    return Path(settings.DATA_DIR) / "matching"


def vectors_of(edition_id: int, name: str) -> VectorFile:
    """The edition's vectors by this encoder; one object in a process."""
    known_by = hashlib.blake2b(name.encode(), digest_size=6).hexdigest()
    path = folder() / f"{edition_id}-vectors-{known_by}.bin"
    return _files.setdefault(path, VectorFile(path, name))


def forget_vectors() -> None:
    """Drop what is in memory; the files stay."""
    _files.clear()


# Texts ---------------------------------------------------------------------------------------------------------------
def texts_of(edition: Edition, tree: Tree, kind: str, keys: Keys = None) -> Iterator[tuple[int, str]]:
    """(number of the thing, one of its texts), as matching reads them. `keys` None: all of that kind."""
    if kind == "exhibitor":
        yield from _offered(exhibitor_profiles(edition, tree, keys))
    elif kind == "offer":
        yield from _offered(offer_profiles(edition, tree, keys))
    elif kind == "session":
        yield from _offered(session_profiles(edition, tree, keys))
    elif kind == "need":
        yield from _needs(edition, tree, keys)
    elif kind == "person" and settings.EMBEDDING_PRIVATE:
        yield from _answers(edition, tree, keys)


def _offered(profiles: Iterable[Profile]) -> Iterator[tuple[int, str]]:
    for profile in profiles:
        number = int(profile.key.partition(":")[2])
        for text in profile.offers.texts.values():
            yield number, text


def _needs(edition: Edition, tree: Tree, keys: Keys) -> Iterator[tuple[int, str]]:
    """What stands on the board, without its buyer; what is kept for chosen firms only where that is allowed."""
    kept: set[int] = set()
    if not settings.EMBEDDING_PRIVATE:
        rows = Need.objects.filter(edition=edition, audience=Need.Audience.CHOSEN)
        kept = set(rows.values_list("pk", flat=True))
    for profile in need_profiles(edition, tree, keys):
        number = int(profile.key.partition(":")[2])
        if number not in kept:
            for text in profile.seeks.texts.values():
                yield number, text


def _answers(edition: Edition, tree: Tree, keys: Keys) -> Iterator[tuple[int, str]]:
    rows = Seeker.objects.filter(edition=edition)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    for pk, answers in rows.order_by("pk").values_list("pk", "answers").iterator(2000):
        for text in answered(answers or {}, tree).texts.values():
            yield pk, text


# Versions ------------------------------------------------------------------------------------------------------------
def is_used(options: Mapping[str, Any]) -> bool:
    """Whether a version with these options ranks with vectors that the settings still ask for."""
    return bool(options.get(OPTION)) and bool(settings.EMBEDDING_URL)


def vectors_in_use(edition: Edition) -> dict[str, Any]:
    """The option of the active version that names its vectors, where the settings still ask for them; else {}."""
    active = ModelVersion.objects.filter(edition=edition, is_active=True).first()
    return {OPTION: active.options[OPTION]} if active is not None and is_used(active.options) else {}


def with_vectors(row: ModelVersion, own: LanguageModel | None) -> LanguageModel | None:
    """The version's model: what the fair learned, and the vectors the version names. Without them, or switched off: `own` alone."""
    own = own_part(own)
    if not is_used(row.options):
        return own
    told = row.options[OPTION]
    kept = vectors_of(row.edition_id, str(told["name"]))
    if not len(kept):
        log.warning(
            "Vectors of %s are lost in edition %s: they are fetched again.", told["name"], row.edition_id
        )
        return own
    low, high = told["marks"]
    return with_given(own, kept, (float(low), float(high)))


def own_part(model: LanguageModel | None) -> LanguageModel | None:
    """What the fair itself learned, without vectors from outside."""
    return model.own if isinstance(model, GivenModel) else model


# State ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VectorState:
    """How far an edition's texts have vectors, for the organiser's desk and the doctor."""

    name: str = ""
    texts: int = 0  # that are to have one
    known: int = 0  # that have one
    at: str = ""  # when vectors last came
    away_since: str = ""  # "" where the encoder answers
    problem: str = ""  # what it said, or what is wrong; for the operator

    @property
    def away(self) -> datetime | None:
        """Since when the encoder is away."""
        return datetime.fromisoformat(self.away_since) if self.away_since else None

    @property
    def is_complete(self) -> bool:
        return self.known >= self.texts


def state_of(edition_id: int) -> VectorState:
    """The state as it was last written; an empty one where there is none."""
    try:
        told = json.loads(_state_file(edition_id).read_text(encoding="utf-8"))
        return VectorState(**{name: told[name] for name in VectorState.__dataclass_fields__ if name in told})
    except (OSError, ValueError, TypeError, AttributeError):
        return VectorState()


def write_state(edition_id: int, state: VectorState) -> None:
    """Keep the state; whoever reads sees the old one or the new one."""
    path = _state_file(edition_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def _state_file(edition_id: int) -> Path:
    return folder() / f"{edition_id}-vectors.json"
