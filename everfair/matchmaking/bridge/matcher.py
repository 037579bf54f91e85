"""Candidates of an edition ready to be ranked, one index for each kind of thing; changes are followed, not waited for.

A large index lies in a file that all processes share (keeping.py); whoever asks before it is there gets None and comes again. What
changes is read again aside, and the lists of before stand meanwhile: nobody waits for it on a page.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

import numpy as np
from django.db import connection
from django.db.models import Q

from everfair.base.changes import Change, followers
from everfair.engines.matching import Index, LanguageModel, Profile, prepare, update
from everfair.engines.matching.types import Sided
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.matchmaking.bridge import keeping
from everfair.matchmaking.bridge.profiles import (
    Tree,
    exhibitor_profiles,
    need_profiles,
    person_profiles,
    row_of,
    session_profiles,
)
from everfair.matchmaking.models import Need, Seeker
from everfair.programme.models import Session

log = logging.getLogger("everfair.matching")
KINDS = ("exhibitor", "need", "session", "person")
QUICK = 800  # rows that are made ready while the reader waits
SEED = 1
Read = Callable[[Edition, Tree, Sequence[int] | None], Iterator[Profile]]
READS: dict[str, Read] = {
    "exhibitor": exhibitor_profiles, "need": need_profiles, "session": session_profiles, "person": person_profiles,
}  # fmt: skip
MOST_NAMED = 500
DIRECT = {
    "exhibition.exhibitor": "exhibitor", "programme.session": "session", "matchmaking.seeker": "person",
    "matchmaking.vectors.exhibitor": "exhibitor", "matchmaking.vectors.session": "session",
    "matchmaking.vectors.person": "person",
}  # fmt: skip

EVERYTHING = (keeping.WHOLE, "fair.sector")  # topics that name no candidate


@dataclass
class Shelf:
    """What one process keeps of one edition for one model."""

    tree: Tree
    model: LanguageModel | None
    indexes: dict[str, Index] = field(default_factory=dict)
    stale: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    anew: set[str] = field(default_factory=set)  # kinds of which everything is to be read again
    locks: Mapping[str, Lock] = field(default_factory=lambda: {kind: Lock() for kind in KINDS})
    changed_at: float = field(
        default_factory=monotonic
    )  # when a candidate last changed, by this process's clock


Work = Callable[[Shelf, Edition, str, int], Index]


class Matchers:
    """Shelves by edition and version of the model. Follows the change feed."""

    def __init__(self) -> None:
        self.shelves: dict[tuple[int, int], Shelf] = {}
        self.making: set[tuple[int, int, str]] = set()
        self.lock = Lock()
        self.may_rank: Callable[[], bool] = lambda: (
            True
        )  # False while the ranking's code is being compiled elsewhere

    def note(self, changes: Sequence[Change]) -> None:
        """Remember which rows have to be read again; read at the next ranking."""
        if not self.shelves:
            return
        found = touched(changes)
        for (edition, _version), shelf in list(self.shelves.items()):
            of_edition = [one for one in changes if one.edition_id in (None, edition)]
            if any(one.topic == keeping.WHOLE for one in of_edition):
                shelf.anew |= set(shelf.indexes)
                shelf.changed_at = monotonic()
            if any(one.topic == "fair.sector" for one in of_edition):
                self._follow_sectors(edition, shelf)
            self._stale(shelf, {kind: keys for (kind, of), keys in found.items() if of in (None, edition)})

    def _stale(self, shelf: Shelf, keys_of: Mapping[str, set[int]]) -> None:
        with self.lock:
            for kind, keys in keys_of.items():
                shelf.stale[kind] |= keys
                shelf.changed_at = monotonic()

    def _follow_sectors(self, edition: int, shelf: Shelf) -> None:
        """A sector with another name changes no candidate; one that moved or went, those that are in it."""
        old, shelf.tree = shelf.tree, Tree(edition)
        paths = {path for pk, path in old.by_pk.items() if shelf.tree.by_pk.get(pk) != path}
        if paths:
            found = {kind: _within(index, paths) for kind, index in shelf.indexes.items()}
            self._stale(shelf, {kind: keys for kind, keys in found.items() if keys})

    def index(
        self, edition: Edition, kind: str, model: LanguageModel | None, version: int, *, wait: bool = False
    ) -> Index | None:
        """Candidates of a kind. None: they are being made ready, come again (never with `wait`).

        Few are up to date; of many, what changed just now is read aside unless `wait`, and is there seconds later.
        """
        if not wait and not self._is_compiled():
            return None
        shelf = self._shelf(edition, model, version)
        found = shelf.indexes.get(kind)
        if found is not None:
            if not shelf.stale[kind] and kind not in shelf.anew:
                return found
            if wait or len(found.profiles) <= QUICK:
                return self._fresh(shelf, edition, kind, version)
            self._aside(self._fresh, shelf, edition, kind, version)
            return found
        if wait or _count(edition, kind) <= QUICK:
            return self._make(shelf, edition, kind, version)
        self._aside(self._make, shelf, edition, kind, version)
        return None

    def keep_ready(self, edition: Edition, model: LanguageModel | None, version: int) -> None:
        """Have all large kinds of an edition ready or on their way, and what changed read again. Waits for nothing."""
        for kind in KINDS:
            shelf = self.shelves.get((edition.pk, version))
            if (shelf is not None and kind in shelf.indexes) or _count(edition, kind) > QUICK:
                self.index(edition, kind, model, version)

    def _is_compiled(self) -> bool:
        if not self.may_rank():
            return False
        self.may_rank = lambda: True  # it stays so: no look at the disk for each list
        return True

    def changed_at(self, edition: Edition, version: int) -> float:
        """When a candidate last changed, on the clock of `time.monotonic`; 0 where nothing is kept."""
        shelf = self.shelves.get((edition.pk, version))
        return shelf.changed_at if shelf is not None else 0.0

    def tree(self, edition: Edition, model: LanguageModel | None, version: int) -> Tree:
        """The edition's sectors as the indexes know them."""
        return self._shelf(edition, model, version).tree

    def clear(self) -> None:
        """Drop everything in memory; the next reader gets it from its file, or makes it anew."""
        self.shelves.clear()

    def _shelf(self, edition: Edition, model: LanguageModel | None, version: int) -> Shelf:
        with self.lock:
            for other in [key for key in self.shelves if key[0] == edition.pk and key[1] != version]:
                if other[1] < version - 1:  # two versions may be compared; older ones are done with
                    self.shelves.pop(other, None)
            shelf = self.shelves.get((edition.pk, version))
            if shelf is None:
                shelf = self.shelves[edition.pk, version] = Shelf(Tree(edition.pk), model)
            return shelf

    def _aside(self, work: Work, shelf: Shelf, edition: Edition, kind: str, version: int) -> None:
        """One thread at a time for each kind."""
        key = (edition.pk, version, kind)
        with self.lock:
            if key in self.making:
                return
            self.making.add(key)

        def run() -> None:
            try:
                work(shelf, edition, kind, version)
            except Exception:
                log.exception("Candidates could not be made ready.")
            finally:
                self.making.discard(key)
                connection.close()

        Thread(target=run, daemon=True).start()

    def _make(self, shelf: Shelf, edition: Edition, kind: str, version: int) -> Index:
        with shelf.locks[kind]:
            found = shelf.indexes.get(kind)
            if found is None:
                found = shelf.indexes[kind] = self._anew(shelf, edition, kind, version)
            return found

    def _anew(self, shelf: Shelf, edition: Edition, kind: str, version: int) -> Index:
        """All of a kind: few are read here; many come from their file, which a process of its own makes where it has to be made."""
        with self.lock:
            shelf.stale[kind].clear()  # before reading: what changes meanwhile is read again
            shelf.anew.discard(kind)
        if not isinstance(shelf.model, Sided) and _count(edition, kind) > QUICK:
            found = self._out_of_file(shelf, edition, kind, version)
            if found is None and keeping.made_apart(edition.pk, version, kind):
                found = self._out_of_file(shelf, edition, kind, version, is_new=True)
            if found is not None:
                return found
        return made(edition, kind, shelf.tree, shelf.model)

    def _out_of_file(
        self, shelf: Shelf, edition: Edition, kind: str, version: int, *, is_new: bool = False
    ) -> Index | None:
        """What lies in the file, with what changed since; None where none counts or too much changed since (never if `is_new`)."""
        kept = keeping.kept(edition.pk, version, kind, shelf.tree, shelf.model)
        if kept is None:
            return None
        index, behind = kept
        keys: set[int] = set()
        for (of, edition_id), some in touched(behind).items():
            if of == kind and edition_id in (None, edition.pk):
                keys |= some
        if not is_new and _is_much(index, len(keys)):
            return None
        return self._updated(index, shelf, edition, kind, sorted(keys)) if keys else index

    def _fresh(self, shelf: Shelf, edition: Edition, kind: str, version: int) -> Index:
        with shelf.locks[kind]:
            with self.lock:  # what is noted from here on waits for the next time
                keys, shelf.stale[kind] = sorted(shelf.stale[kind]), set()
            found = shelf.indexes[kind]
            if kind in shelf.anew or _is_much(found, len(keys)):
                found = self._anew(shelf, edition, kind, version)
            elif keys:
                found = self._updated(found, shelf, edition, kind, keys)
            shelf.indexes[kind] = found
            shelf.changed_at = monotonic()  # lists made of the old ones are to be made again
            return found

    def _updated(self, old: Index, shelf: Shelf, edition: Edition, kind: str, keys: Sequence[int]) -> Index:
        now = {profile.key: profile for profile in READS[kind](edition, shelf.tree, keys)}
        gone = [f"{kind}:{key}" for key in keys if f"{kind}:{key}" not in now]
        return update(old, list(now.values()), [key for key in gone if key in old.row_of])


def made(edition: Edition, kind: str, tree: Tree, model: LanguageModel | None) -> Index:
    """All candidates of a kind, read and made ready here and now."""
    return prepare(list(READS[kind](edition, tree, None)), model=model, seed=SEED)


def _is_much(index: Index, changes: int) -> bool:
    """Whether how telling a word is has to be counted anew: a tenth changed since it was."""
    return (index.changed + changes) * 10 > len(index.profiles) + 100


def _within(index: Index, paths: set[str]) -> set[int]:
    """Numbers of the candidates that state one of these sectors, or one below, in what they offer or look for."""
    numbers = [
        number
        for path, number in index.codes.sectors.items()
        if path in paths or any(path.startswith(f"{one}/") for one in paths)
    ]
    rows: set[int] = set()
    for side in (index.side.facts, index.side.wishes):
        there = np.flatnonzero(np.isin(side.sector, numbers))
        rows |= set((np.searchsorted(side.sector_at, there, side="right") - 1).tolist())
    return {row_of(index.keys[row])[1] for row in rows}


def touched(changes: Sequence[Change]) -> Mapping[tuple[str, int | None], set[int]]:
    """(kind, edition) → candidates the changes may be about. Three queries at most, however many changes came."""
    by_topic: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    for change in changes:
        by_topic[change.topic, change.edition_id].add(change.key)
    found: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    for (topic, edition), keys in by_topic.items():
        if topic in DIRECT:
            found[DIRECT[topic], edition] |= keys
        elif topic == "exhibition.offer":
            firms = Offer.objects.filter(_among("pk", keys)).values_list("exhibitor_id", flat=True)
            found["exhibitor", edition] |= set(firms)
        elif topic == "people.organisation":
            rows = Exhibitor.objects.filter(_among("organisation_id", keys))
            found["exhibitor", edition] |= set(rows.values_list("pk", flat=True))
        elif topic in ("matchmaking.need", "matchmaking.vectors.need"):
            found["need", edition] |= keys
            for seeker, firm in Need.objects.filter(_among("pk", keys)).values_list(
                "seeker_id", "seeker__exhibitor_id"
            ):
                if firm is not None:
                    found["exhibitor", edition].add(firm)
                elif seeker is not None:
                    found["person", edition].add(seeker)
    return found


def _among(name: str, keys: set[int]) -> Q:
    """Rows with one of these numbers; of very many, the stretch they lie in: a row too many is read again for nothing."""
    if len(keys) <= MOST_NAMED:
        return Q(**{f"{name}__in": keys})
    return Q(**{f"{name}__gte": min(keys), f"{name}__lte": max(keys)})


def _count(edition: Edition, kind: str) -> int:
    """How many candidates there are, about: to know whether a reader may wait."""
    if kind == "exhibitor":
        return Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED).count()
    if kind == "need":
        return Need.objects.filter(edition=edition, state=Need.State.OPEN).count()
    if kind == "session":
        return Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES).count()
    return Seeker.objects.filter(edition=edition, is_shown=True).count()


matchers = Matchers()
followers.follow(matchers.note)
