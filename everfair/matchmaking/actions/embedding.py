"""Fetches vectors for texts that have none yet, and makes the version that ranks with them. Which texts: bridge/embedding.py."""

import logging
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import nsmallest
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from everfair.base import audit
from everfair.base.changes import Change, changes_after, last_position, note_changes
from everfair.engines.matching.given import marks_of
from everfair.fair.models import Edition
from everfair.gateways.embedding import (
    Embedder,
    EmbeddingAway,
    EmbeddingError,
    EmbeddingRefused,
    TextsRefused,
    get_embedder,
)
from everfair.matchmaking.bridge import embedding as bridge
from everfair.matchmaking.bridge.learning import file_of
from everfair.matchmaking.bridge.matcher import EVERYTHING, touched
from everfair.matchmaking.bridge.profiles import Tree
from everfair.matchmaking.bridge.vectors import VectorFile, VectorsError, digest_of
from everfair.matchmaking.models import ModelVersion, Seeker

try:
    import fcntl
except ImportError:  # no such locks on this system: one process fetches
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("everfair.matching")
LOT = 256  # texts fetched before they are kept
MIXED = 4096  # texts whose order is mixed
RESTS = 60.0  # seconds until an encoder that is away is asked again
LONG_REST = 900.0  # … and one that something has to be mended for
HARMLESS = "everfair"
LATE = timedelta(minutes=1)  # a transaction may end some time after the moment it notes
SHORTEST = 20  # characters that say something
SAMPLE = 256  # texts that show what a cosine says
TOPIC = "matchmaking.vectors."
Who = set[tuple[str, int]]


@dataclass
class _Followed:
    """What this process knows between two rounds."""

    # (edition, encoder) → last change looked at, and when
    positions: dict[tuple[int, str], tuple[int, datetime]] = field(default_factory=dict)
    rest_until: float = 0.0
    is_shaky: bool = False  # the last question failed
    has_left: bool = False  # versions with vectors were left, because there is no encoder
    lock: Lock = field(default_factory=Lock)


_followed = _Followed()


def forget_followed() -> None:
    """As after a restart of the process (tests)."""
    global _followed
    _followed = _Followed()


def follow_texts(embedder: Embedder | None = None) -> int:
    """Fetch vectors for what is new or changed in living editions; how many texts were sent.

    The first round in a process looks at every text, the following ones at what changed. An encoder that is away is let
    be for a minute; what was fetched before stays. Without an encoder versions with vectors are left.
    """
    embedder = embedder or get_embedder()
    if not embedder.is_on:
        if not _followed.has_left:
            for row in ModelVersion.objects.filter(is_active=True, options__has_key=bridge.OPTION):
                leave_vectors(row)
            _followed.has_left = True
        return 0
    if monotonic() < _followed.rest_until:
        return 0
    with _alone() as is_alone:
        return _follow_all(embedder) if is_alone else 0


def _follow_all(embedder: Embedder) -> int:
    editions = _editions()
    sent = 0
    try:
        if _followed.is_shaky:
            embedder.embed([HARMLESS])  # before all texts are read once more
            _followed.is_shaky = False
        for edition in editions:
            sent += _follow(edition, embedder)
    except (EmbeddingError, VectorsError) as error:
        _rest(editions, embedder, error)
    return sent


def _editions() -> list[Edition]:
    """Those that people see; texts of a draft are not public."""
    return list(Edition.objects.exclude(phase__in=(Edition.Phase.DRAFT, Edition.Phase.ARCHIVED)))


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other thread or process fetches meanwhile."""
    if not _followed.lock.acquire(blocking=False):
        yield False
        return
    try:
        if fcntl is None:
            yield True
            return
        bridge.folder().mkdir(parents=True, exist_ok=True)
        with (bridge.folder() / "vectors.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True
    finally:
        _followed.lock.release()


# One edition ---------------------------------------------------------------------------------------------------------
def _follow(edition: Edition, embedder: Embedder) -> int:
    key = (edition.pk, embedder.name)
    kept = bridge.vectors_of(edition.pk, embedder.name)
    position = last_position(), timezone.now()
    keys = _changed(edition, _followed.positions.get(key))
    before = bridge.state_of(edition.pk)
    if keys is not None and not keys:
        _followed.positions[key] = position
        if before.problem:  # of another edition's texts: the encoder answers again
            bridge.write_state(edition.pk, replace(before, away_since="", problem=""))
        return 0
    known = kept.known()
    digests = {digest_of(text) for _who, text in _texts(edition, keys)}
    missing = len(digests - known)
    state = replace(before, name=embedder.name)
    if keys is None:
        state = replace(state, texts=len(digests), known=len(digests) - missing)
    else:
        state = replace(state, texts=max(state.texts, state.known + missing))
    sent = 0
    for lot in _lots(edition, keys, known) if missing else ():
        state = _fetch(edition, embedder, kept, lot, state)
        sent += len(lot)
    state = replace(bridge.state_of(edition.pk), away_since="", problem="")
    if keys is None:
        kept.keep_only(digests)
        state = replace(state, name=embedder.name, texts=len(digests), known=len(digests))
    if state != before:
        bridge.write_state(edition.pk, state)
    if keys is None and len(kept):
        _use(edition, embedder, kept)
    _followed.positions[key] = position  # last: whatever failed before is done again
    return sent


def _changed(edition: Edition, since: tuple[int, datetime] | None) -> Mapping[str, set[int]] | None:
    """Kind → things that changed since then; None: all have to be looked at."""
    if since is None:
        return None
    position, moment = since
    changes: list[Change] = []
    while batch := changes_after(position):
        mine = (one for one in batch if one.edition_id in (None, edition.pk))
        changes += [one for one in mine if not one.topic.startswith(TOPIC)]
        position = batch[-1].id
    if any(one.topic in EVERYTHING for one in changes):
        return None
    found: dict[str, set[int]] = defaultdict(set)
    for (kind, of_edition), keys in touched(changes).items():
        if of_edition in (None, edition.pk):
            found[kind] |= keys
    found["offer"] |= {one.key for one in changes if one.topic == "exhibition.offer"}
    if settings.EMBEDDING_PRIVATE:  # what is nobody's business is not in the feed of changes
        said = Seeker.objects.filter(edition=edition, answered_at__gte=moment - LATE)
        found["person"] |= set(said.values_list("pk", flat=True))
    return {kind: keys for kind, keys in found.items() if keys}


@dataclass
class _Text:
    text: str
    who: Who = field(default_factory=set)


def _texts(edition: Edition, keys: Mapping[str, set[int]] | None) -> Iterator[tuple[tuple[str, int], str]]:
    """Whose, and a text."""
    tree = Tree(edition.pk)
    for kind in bridge.KINDS:
        if keys is None or kind in keys:
            some = None if keys is None else sorted(keys[kind])
            for number, text in bridge.texts_of(edition, tree, kind, some):
                yield (kind, number), text


def _lots(
    edition: Edition, keys: Mapping[str, set[int]] | None, known: Collection[bytes]
) -> Iterator[dict[bytes, _Text]]:
    """Texts that are not known, a part at a time: a large fair's texts are never in memory together."""
    done = set(known)
    lot: dict[bytes, _Text] = {}
    for who, text in _texts(edition, keys):
        digest = digest_of(text)
        if digest in done:
            continue
        lot.setdefault(digest, _Text(text)).who.add(who)
        if len(lot) >= MIXED:
            yield lot
            done |= lot.keys()
            lot = {}
    if lot:
        yield lot


def _fetch(
    edition: Edition,
    embedder: Embedder,
    kept: VectorFile,
    missing: Mapping[bytes, _Text],
    state: bridge.VectorState,
) -> bridge.VectorState:
    """Send them in the order of their digests, which says nothing of whose they are; keep each part as it comes."""
    digests = sorted(missing)
    for start in range(0, len(digests), LOT):
        part = digests[start : start + LOT]
        vectors = _asked(embedder, [missing[digest].text for digest in part])
        kept.add(part, vectors)
        state = replace(
            state, known=min(state.known + len(part), state.texts), at=timezone.now().isoformat(),
            away_since="", problem="",
        )  # fmt: skip
        bridge.write_state(edition.pk, state)
        _tell(edition, [who for digest in part for who in missing[digest].who])
    return state


def _asked(embedder: Embedder, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Their vectors; a text that alone is refused (too long for the model) gets a row of zeros and is not sent again.

    Where all are refused, it is not the texts: the refusal is raised.
    """
    try:
        return embedder.embed(texts)
    except TextsRefused as error:
        found: list[Any] = []
        for text in texts:
            try:
                found.append(embedder.embed([text])[0])
            except TextsRefused:
                found.append(None)
                if len(found) == 3 and not any(one is not None for one in found):
                    raise EmbeddingRefused(str(error)) from error
        width = next((len(one) for one in found if one is not None and len(one)), 0)
        if not width:
            raise EmbeddingRefused(str(error)) from error
        zeros = np.zeros(width, np.float32)
        return np.stack([one if one is not None and len(one) else zeros for one in found])


def _tell(edition: Edition, who: Sequence[tuple[str, int]]) -> None:
    """Those whose text has a vector now are read again, where vectors are in use."""
    if not ModelVersion.objects.filter(edition=edition, options__has_key=bridge.OPTION).exists():
        return
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, number in who:
        by_kind[kind].add(number)
    for kind, numbers in by_kind.items():
        if kind != "offer":  # offers are read when they are ranked
            note_changes(f"{TOPIC}{kind}", sorted(numbers), edition.pk)


def _rest(editions: Sequence[Edition], embedder: Embedder, error: Exception) -> None:
    """Say what is wrong to the operator, in the log and in the state, and let the encoder be for a while."""
    wait = max(RESTS, error.wait) if isinstance(error, EmbeddingAway) else LONG_REST
    _followed.rest_until, _followed.is_shaky = monotonic() + wait, True
    for edition in editions:
        before = bridge.state_of(edition.pk)
        if before.problem != str(error):
            log.warning("No vectors for matching in edition %s: %s", edition.pk, error)
        since = before.away_since or timezone.now().isoformat()
        bridge.write_state(
            edition.pk, replace(before, name=embedder.name, away_since=since, problem=str(error))
        )


# Versions ------------------------------------------------------------------------------------------------------------
def _use(edition: Edition, embedder: Embedder, kept: VectorFile) -> None:
    """Make the version that ranks with these vectors, the first time that they are complete."""
    known = ModelVersion.objects.filter(edition=edition)
    if any((row.options.get(bridge.OPTION) or {}).get("name") == embedder.name for row in known):
        return
    kept.settle()
    marks = _marks(edition, embedder, kept)
    told = {"name": embedder.name, "width": kept.width, "marks": [round(mark, 4) for mark in marks]}
    _new_version(edition, {bridge.OPTION: told})


def _marks(edition: Edition, embedder: Embedder, kept: VectorFile) -> tuple[float, float]:
    """What a cosine of these vectors says, by how firms' texts begin."""
    told = bridge.texts_of(edition, Tree(edition.pk), "exhibitor")
    long_enough = (text for _number, text in told if len(text) >= 2 * SHORTEST)
    whole = list(dict.fromkeys(nsmallest(SAMPLE, long_enough, key=digest_of)))
    if not whole:
        return marks_of(np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float32))
    openings = _asked(embedder, [text[: min(bridge.OPENING, len(text) // 2)] for text in whole])
    return marks_of(kept.turned(openings), kept.vectors(whole, ""))


def leave_vectors(row: ModelVersion) -> None:
    """A version without vectors takes over from this one; where nothing was learned, none does."""
    options = {name: value for name, value in row.options.items() if name != bridge.OPTION}
    if row.digest:
        _new_version(row.edition, options, replaces=True)
    else:
        ModelVersion.objects.filter(pk=row.pk).update(is_active=False)


def _new_version(edition: Edition, options: Mapping[str, Any], *, replaces: bool = False) -> ModelVersion:
    """The active version with these options beside (or instead of) its own, as a version of its own that is active from now on."""
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        rows = ModelVersion.objects.filter(edition=edition)
        active = rows.filter(is_active=True).first()
        number = (rows.aggregate(newest=Max("number"))["newest"] or 0) + 1
        own = dict(active.options) if active is not None and not replaces else {}
        made = ModelVersion(edition=edition, number=number, options={**own, **options}, is_active=True)
        if active is not None and active.digest and file_of(active).exists():
            shutil.copyfile(file_of(active), file_of(made))
            made.digest, made.facts = active.digest, dict(active.facts)
        rows.filter(is_active=True).update(is_active=False)
        made.save()
        audit.record("matchmaking.version.learned", made, by=None, edition_id=edition.pk, after=made.options)
    return made


def check_encoder() -> tuple[str, int, float]:
    """The encoder's name, how many numbers it gives, and in how many seconds. Raises EmbeddingError; sends one harmless word."""
    embedder = get_embedder()
    began = monotonic()
    found = embedder.embed([HARMLESS])
    return embedder.name, int(found.shape[1]), monotonic() - began


def vector_state(edition: Edition) -> bridge.VectorState | None:
    """How far this edition's texts have vectors; None where there is no encoder."""
    return bridge.state_of(edition.pk) if settings.EMBEDDING_URL else None


def vector_states() -> list[tuple[Edition, bridge.VectorState]]:
    """How far living editions' texts have vectors; [] where there is no encoder."""
    return [(one, bridge.state_of(one.pk)) for one in _editions()] if settings.EMBEDDING_URL else []
