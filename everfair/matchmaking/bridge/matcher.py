"""Candidates of an edition kept ready in memory, one index for each kind of thing; changes are followed, not waited for.

Who asks while a large index is made for the first time gets None and comes again: nobody waits for it on a page.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

from django.db import connection

from everfair.base.changes import Change, followers
from everfair.engines.matching import Index, LanguageModel, Profile, prepare, update
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.profiles import (
    Tree,
    exhibitor_profiles,
    need_profiles,
    person_profiles,
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
EVERYTHING = ("exhibition.catalogue", "fair.sector")  # topics after which all is read anew


@dataclass
class Shelf:
    """What one process keeps of one edition for one model."""

    tree: Tree
    model: LanguageModel | None
    indexes: dict[str, Index] = field(default_factory=dict)
    stale: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    lock: Lock = field(default_factory=Lock)
    changed_at: float = field(
        default_factory=monotonic
    )  # when a candidate last changed, by this process's clock


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
        for change in changes:
            for (edition, version), shelf in list(self.shelves.items()):
                if change.edition_id not in (None, edition):
                    continue
                if change.topic in EVERYTHING:
                    self.shelves.pop((edition, version), None)
                    continue
                for kind, key in _touched(change):
                    shelf.stale[kind].add(key)
                    shelf.changed_at = monotonic()

    def index(
        self, edition: Edition, kind: str, model: LanguageModel | None, version: int, *, wait: bool = False
    ) -> Index | None:
        """Candidates of a kind, up to date. None: they are being made ready, come again (never with `wait`)."""
        if not wait and not self._is_compiled():
            return None
        shelf = self._shelf(edition, model, version)
        found = shelf.indexes.get(kind)
        if found is not None:
            return self._fresh(shelf, edition, kind)
        if wait or _count(edition, kind) <= QUICK:
            return self._make(shelf, edition, kind)
        key = (edition.pk, version, kind)
        with self.lock:
            if key in self.making:
                return None
            self.making.add(key)
        Thread(target=self._make_aside, args=(shelf, edition, kind, key), daemon=True).start()
        return None

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
        """Drop everything; the next reader makes it anew."""
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

    def _make_aside(self, shelf: Shelf, edition: Edition, kind: str, key: tuple[int, int, str]) -> None:
        try:
            self._make(shelf, edition, kind)
        except Exception:
            log.exception("Candidates could not be made ready.")
        finally:
            self.making.discard(key)
            connection.close()

    def _make(self, shelf: Shelf, edition: Edition, kind: str) -> Index:
        with shelf.lock:
            found = shelf.indexes.get(kind)
            if found is None:
                shelf.stale[kind].clear()  # before reading: what changes meanwhile is read again
                profiles = list(READS[kind](edition, shelf.tree, None))
                found = shelf.indexes[kind] = prepare(profiles, model=shelf.model, seed=SEED)
            return found

    def _fresh(self, shelf: Shelf, edition: Edition, kind: str) -> Index:
        if not shelf.stale[kind]:
            return shelf.indexes[kind]
        with shelf.lock:
            keys, shelf.stale[kind] = sorted(shelf.stale[kind]), set()
            found = shelf.indexes[kind]
            if keys:
                found = shelf.indexes[kind] = self._updated(found, shelf, edition, kind, keys)
            return found

    def _updated(self, old: Index, shelf: Shelf, edition: Edition, kind: str, keys: Sequence[int]) -> Index:
        now = {profile.key: profile for profile in READS[kind](edition, shelf.tree, keys)}
        gone = [f"{kind}:{key}" for key in keys if f"{kind}:{key}" not in now]
        removed = [key for key in gone if key in old.row_of]
        if (old.changed + len(now) + len(removed)) * 10 > len(old.profiles) + 100:
            left = [p for row, p in enumerate(old.profiles) if old.alive[row] and p.key not in now]
            kept = [profile for profile in left if profile.key not in set(removed)]
            return prepare([*kept, *now.values()], model=shelf.model, seed=SEED)
        return update(old, list(now.values()), removed)


def _touched(change: Change) -> Iterator[tuple[str, int]]:
    """Which candidates a change may be about."""
    key = change.key
    if change.topic == "exhibition.exhibitor":
        yield "exhibitor", key
    elif change.topic == "exhibition.offer":
        for firm in Offer.objects.filter(pk=key).values_list("exhibitor_id", flat=True):
            yield "exhibitor", firm
    elif change.topic == "people.organisation":
        for firm in Exhibitor.objects.filter(organisation_id=key).values_list("pk", flat=True):
            yield "exhibitor", firm
    elif change.topic == "programme.session":
        yield "session", key
    elif change.topic == "matchmaking.seeker":
        yield "person", key
    elif change.topic == "matchmaking.need":
        yield "need", key
        for seeker, firm in Need.objects.filter(pk=key).values_list("seeker_id", "seeker__exhibitor_id"):
            if firm is not None:
                yield "exhibitor", firm
            elif seeker is not None:
                yield "person", seeker


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
