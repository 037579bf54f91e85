"""The change table: rooms note what changed, followers (search index, page cache, catalogues) read on from where they were."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from everfair.base.models import Change

log = logging.getLogger("everfair.changes")

__all__ = [
    "Change",
    "ChangeFeed",
    "Followers",
    "changes_after",
    "followers",
    "forget_changes",
    "last_position",
    "note_change",
    "note_changes",
]


def note_change(topic: str, key: int, edition_id: int | None) -> None:
    """Say, in the caller's transaction, that row `key` of `topic` changed."""
    Change.objects.create(topic=topic, key=key, edition_id=edition_id)


def note_changes(topic: str, keys: Iterable[int], edition_id: int | None) -> None:
    """The same for many rows at once."""
    Change.objects.bulk_create(
        (Change(topic=topic, key=key, edition_id=edition_id) for key in keys), batch_size=1000
    )


def last_position() -> int:
    """The newest number below which nothing can appear any more; 0 when there is none."""
    newest = _settled(Change.objects.order_by("-id")).values_list("id", flat=True).first()
    return newest or 0


BATCH = 5000


def changes_after(position: int, limit: int = BATCH) -> list[Change]:
    """The next changes in order, final ones only: a follower that goes on from the last of them misses nothing."""
    return list(_settled(Change.objects.filter(id__gt=position).order_by("id"))[:limit])


def _settled(found: QuerySet[Change]) -> QuerySet[Change]:
    """Only what lies below the line. SQLite has one writer at a time: its numbers appear in order."""
    return found.filter(id__lte=_line.now()) if connection.vendor == "postgresql" else found


class _Line:
    """PostgreSQL gives a number before its transaction ends, so a lower one may appear after a higher one.

    The age of a transaction says nothing about its numbers: one may note early and end late, an elder one note
    last and end first. So we see who is writing to the table, by the lock that every writer takes before its first
    number and keeps to its end. Numbers given before a moment are final when all who wrote at that moment are done.
    """

    WRITERS = (
        "SELECT virtualtransaction, xact_start FROM pg_locks LEFT JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND relation = 'base_change'::regclass "
        "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND pid <> pg_backend_pid()"
    )

    def __init__(self) -> None:
        self._final = 0
        self._waiting: tuple[int, set[str]] | None = None  # numbers given by then, who was writing then
        self._lock = Lock()

    def now(self) -> int:
        """The highest number below which nothing can appear any more."""
        connection.ensure_connection()
        # the driver's own cursor: this belongs to the look at the table, and tests count that look once on every database
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("SELECT last_value FROM base_change_id_seq")  # first: later numbers lie above
            given = int(cursor.fetchone()[0])
            cursor.execute(self.WRITERS)
            started = dict(cursor.fetchall())
        with self._lock:
            self._move(given, set(started))
            return self._final or _long_final(started)

    def _move(self, given: int, writers: set[str]) -> None:
        if given < self._final:  # the numbers began again
            self._final, self._waiting = 0, None
        if self._waiting is not None and not self._waiting[1] & writers:
            self._final, self._waiting = max(self._final, self._waiting[0]), None
        if not writers:
            self._final, self._waiting = max(self._final, given), None
        elif self._waiting is None:
            self._waiting = given, writers


def _long_final(started: dict[str, datetime | None]) -> int:
    """For a process that has seen nothing yet: what was noted well before the oldest writer began."""
    times = [at for at in started.values() if at is not None]
    if len(times) < len(started):
        return 0
    before = Change.objects.filter(at__lt=min(times) - timedelta(minutes=1))
    return before.order_by("-id").values_list("id", flat=True).first() or 0


_line = _Line()


class ChangeFeed:
    """A follower inside one process: hands each change over once, asks the database at most every `pause` seconds."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self._position: int | None = None
        self._asked_at = 0.0
        self._lock = Lock()

    def read(self) -> list[Change]:
        """What changed since the last call. The first call only notes where the feed stands."""
        with self._lock:
            moment = monotonic()
            if self._position is not None and moment - self._asked_at < self.pause:
                return []
            self._asked_at = moment
            if self._position is None:
                self._position = last_position()
                return []
            found: list[Change] = []
            while True:
                batch = changes_after(self._position, BATCH)
                found += batch
                if batch:
                    self._position = batch[-1].id
                if len(batch) < BATCH:
                    return found


class Followers:
    """What one process keeps in memory and must drop when its rows change: one feed, many followers.

    Whoever keeps something follows; whoever answers a request keeps up first (a middleware does).
    """

    def __init__(self) -> None:
        self._feed: ChangeFeed | None = None
        self._calls: list[Callable[[Sequence[Change]], None]] = []

    def follow(self, call: Callable[[Sequence[Change]], None]) -> None:
        """`call` gets every batch of changes from now on."""
        self._calls.append(call)

    def keep_up(self) -> None:
        """Tell the followers what changed, if it is time to look again. One that fails does not cost the others their batch."""
        if self._feed is None:
            self._feed = ChangeFeed(settings.CATALOGUE_PAUSE)
        changes = self._feed.read()
        if not changes:
            return
        for call in self._calls:
            try:
                call(changes)
            except Exception:
                log.exception("A follower of the change table failed.")

    def begin_anew(self) -> None:
        """Forget the position, not the followers (tests: row numbers start again)."""
        self._feed = None


followers = Followers()


def forget_changes(before: datetime | None = None) -> int:
    """Drop changes that every follower has long passed (a week); a follower further behind rebuilds.

    The newest one stays: followers know by it that they are up to date.
    """
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first()
    old = Change.objects.filter(at__lt=before or timezone.now() - timedelta(days=7)).exclude(pk=newest or 0)
    deleted, _ = old.delete()
    return deleted
