"""Candidates of an edition kept ready in memory, one index for each kind of thing; changes are followed, not waited for.

Who asks while a large index is made for the first time gets None and comes again: nobody waits for it on a page.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

from django.db import connection
from django.db.models import Q

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
MOST_NAMED = 500
DIRECT = {
    "exhibition.exhibitor": "exhibitor", "programme.session": "session", "matchmaking.seeker": "person",
    "matchmaking.vectors.exhibitor": "exhibitor", "matchmaking.vectors.session": "session",
    "matchmaking.vectors.person": "person",
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
        if not self.shelves:
            return
        found = touched(changes)
        for (edition, version), shelf in list(self.shelves.items()):
            if any(one.topic in EVERYTHING and one.edition_id in (None, edition) for one in changes):
                self.shelves.pop((edition, version), None)
                continue
            with self.lock:
                for (kind, of_edition), keys in found.items():
                    if of_edition in (None, edition):
                        shelf.stale[kind] |= keys
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
            with self.lock:  # what is noted from here on waits for the next time
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
