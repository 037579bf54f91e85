"""What `everfair doctor` looks at. Each finding says in a sentence what to do. Reads and tries; changes nothing that stays."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

LEAST_FREE_MB = 500
MOST_CLOCK_DIFFERENCE = 5.0  # seconds
LONGEST_WAIT = timedelta(minutes=15)  # of a task that is due
TO_DO_DATABASE = "Start the database, or correct EVERFAIR_DATABASE_URL."


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_fine: bool
    detail: str
    to_do: str = ""


def examine() -> list[Finding]:
    """Every finding, in the order in which to mend them. A look that fails is itself a finding."""
    looks: list[Callable[[], Finding]] = [
        _settings,
        _secret,
        _database,
        _migrations,
        _chain,
        _tasks,
        _index,
        _cache,
        _storage,
        _mail,
        _encoder,
        _fonts,
        _clock,
    ]
    return [*(_safely(look) for look in looks), *_calls()]


TO_DO = {
    "secret": "Let this user read the file secret-key in the data folder.",
    "migrations": "Run: everfair manage migrate",
    "index": "Run: everfair reindex",
    "cache": "Start Redis, or correct EVERFAIR_REDIS_URL.",
    "fonts": "Run: apt-get install fonts-noto-cjk (Debian), or install fonts with Chinese characters.",
    "storage": "Let this user write to that folder, or set EVERFAIR_DATA_DIR to a folder it may write to.",
}
"""What to do where a look itself fails."""
LEANS_ON_DATABASE = frozenset({"migrations", "chain", "tasks", "clock"})
TITLES = {
    "secret": "secret key",
    "migrations": "tables",
    "chain": "chain of records",
    "index": "search index",
    "tasks": "background tasks",
}


def _safely(look: Callable[[], Finding]) -> Finding:
    name = look.__name__.strip("_")
    title = TITLES.get(name, name)
    try:
        return look()
    except DatabaseError as error:
        if name in LEANS_ON_DATABASE:
            return Finding(title, False, "not known: " + _first_line(error), TO_DO_DATABASE)
        return Finding(title, False, _first_line(error), TO_DO.get(name, TO_DO_DATABASE))
    except Exception as error:
        told = f"{type(error).__name__}: {_first_line(error)}"
        return Finding(
            title, False, told, TO_DO.get(name, "Mend what the message names, then run this again.")
        )


def _first_line(error: Exception) -> str:
    """What it says, on one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _settings() -> Finding:
    problems = [str(problem.msg) for problem in checks.run_checks() if problem.level >= checks.WARNING]
    if problems:
        return Finding("settings", False, "; ".join(problems), "See docs/operate/settings.md.")
    if not settings.IS_HTTPS and not settings.DEMO and settings.HOST not in ("127.0.0.1", "localhost"):
        return Finding(
            "settings",
            False,
            f"EVERFAIR_BASE_URL is {settings.BASE_URL}",
            "Set it to the https:// address that people use.",
        )
    return Finding("settings", True, f"{settings.BASE_URL}, data in {settings.DATA_DIR}")


def _secret() -> Finding:
    kept = settings.DATA_DIR / "secret-key"
    if kept.exists() and kept.stat().st_mode & 0o077:
        return Finding("secret key", False, "others on this machine can read it", f"Run: chmod 600 {kept}")
    return Finding(
        "secret key",
        len(settings.SECRET_KEY) >= 32,
        "set",
        "" if len(settings.SECRET_KEY) >= 32 else "Use 32 random characters at least.",
    )


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding("database", False, _first_line(error), TO_DO_DATABASE)
    return Finding("database", True, f"{connection.vendor} answers")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("tables", False, f"{len(waiting)} steps behind", "Run: everfair manage migrate")
    return Finding("tables", True, "up to date")


def _chain() -> Finding:
    from everfair.agreements.actions.guard import TABLES, has_guard  # app ready

    if not set(TABLES) <= set(connection.introspection.table_names()):
        return Finding("chain of records", True, "none yet")
    if not has_guard(connection):
        return Finding(
            "chain of records",
            False,
            "the database lets its rows be changed: a trigger is missing or switched off",
            "Run: everfair manage migrate (it makes the triggers anew), then: everfair agreements verify",
        )
    return Finding("chain of records", True, "the database refuses every change of its rows")


def _tasks() -> Finding:
    from django_tasks_db.models import DBTaskResult  # app ready

    if DBTaskResult._meta.db_table not in connection.introspection.table_names():
        return Finding("background tasks", True, "none yet")
    due = DBTaskResult.objects.ready()
    waiting, running = due.count(), DBTaskResult.objects.running().count()
    late = timezone.now() - LONGEST_WAIT
    if due.filter(enqueued_at__lt=late).exclude(run_after__gt=late, run_after__lt=timezone.now()).exists():
        return Finding(
            "background tasks",
            False,
            f"{waiting} wait, some for longer than {LONGEST_WAIT.seconds // 60} minutes: nobody works on them",
            "Run: everfair worker"
            if not settings.WORKER_IN_PROCESS
            else "Start the server (everfair serve): it works on them.",
        )
    return Finding("background tasks", True, f"{waiting} wait, {running} run")


def _index() -> Finding:
    from everfair.gateways.search.choice import get_engine  # slow import

    health = get_engine().health()
    detail = f"{health.engine}, {health.documents} documents, at change {health.position}"
    if not health.is_ready:
        return Finding("search index", False, health.detail or detail, "Run: everfair reindex")
    return Finding("search index", True, detail)


def _cache() -> Finding:
    if not settings.REDIS_URL:
        return Finding("cache", True, "in this process (set EVERFAIR_REDIS_URL when several processes serve)")
    from django.core.cache import cache  # opens the connection

    cache.set("doctor", 1, 5)
    if cache.get("doctor") != 1:
        return Finding("cache", False, "Redis forgets at once", "Give Redis memory (its setting maxmemory).")
    return Finding("cache", True, "Redis answers")


def _storage() -> Finding:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root) as trial:
        trial.write(b"x")
        trial.flush()
        os.fsync(trial.fileno())
    free = shutil.disk_usage(root).free // 1_000_000
    if free < LEAST_FREE_MB:
        return Finding(
            "storage",
            False,
            f"{free} MB free at {root}",
            "Make room: uploads and imports stop when the disk is full.",
        )
    return Finding("storage", True, f"writable, {free} MB free")


def _mail() -> Finding:
    if not settings.MAIL_HOST:
        fine = settings.DEMO or not settings.IS_HTTPS
        return Finding(
            "mail",
            fine,
            f"no server set; letters are kept in {settings.EMAIL_FILE_PATH}",
            "" if fine else "Set EVERFAIR_MAIL_HOST.",
        )
    try:
        with socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=5):
            return Finding("mail", True, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers")
    except OSError as error:
        return Finding(
            "mail", False, str(error), "Check EVERFAIR_MAIL_HOST, EVERFAIR_MAIL_PORT and the way to it."
        )


def _encoder() -> Finding:
    if not settings.EMBEDDING_URL:
        return Finding("encoder", True, "none: matching works with what the fair itself teaches")
    from everfair.gateways.embedding import EmbeddingAway, EmbeddingError  # app ready
    from everfair.matchmaking.actions.embedding import check_encoder, vector_states  # app ready

    states = [state for _edition, state in vector_states()]
    texts, known = sum(state.texts for state in states), sum(state.known for state in states)
    kept = f"{known} of {texts} texts have vectors"
    try:
        name, width, seconds = check_encoder()
    except EmbeddingError as error:
        is_away = isinstance(error, EmbeddingAway)
        to_do = (
            "Start it, or correct EVERFAIR_EMBEDDING_URL." if is_away else "See docs/operate/embedding.md."
        )
        return Finding("encoder", False, f"{error} {kept}; matching goes on with them.", to_do)
    problem = next((state.problem for state in states if state.problem), "")
    if problem:
        return Finding(
            "encoder",
            False,
            f"it answers now; {kept}; when last asked: {problem}",
            "Wait for the next turn (15 minutes at most), then run this again.",
        )
    return Finding("encoder", True, f"{name} answers in {seconds:.1f} s with {width} numbers; {kept}")


def _fonts() -> Finding:
    from everfair.gateways.printing import find_cjk  # starts the press

    if not find_cjk():
        return Finding(
            "fonts", False, "no font here has Chinese characters: badges cannot be set", TO_DO["fonts"]
        )
    return Finding("fonts", True, "Chinese and Latin names can be set on badges")


def _calls() -> list[Finding]:
    """One line on what carries calls, and one for each server that is set."""
    from everfair.gateways.video.checks import describe  # only the doctor needs it

    try:
        found = describe(now=timezone.now())
    except Exception as error:
        told = f"{type(error).__name__}: {_first_line(error)}"
        return [Finding("calls", False, told, "Mend what the message names, then run this again.")]
    return [Finding(one.what, one.is_fine, one.detail, one.to_do) for one in found]


def _clock() -> Finding:
    if connection.vendor != "postgresql":
        return Finding(
            "clock",
            time.time() > 1_750_000_000,
            time.strftime("%Y-%m-%d %H:%M:%S %Z"),
            "" if time.time() > 1_750_000_000 else "Set the clock.",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        difference = abs(float(cursor.fetchone()[0]) - time.time())
    if difference > MOST_CLOCK_DIFFERENCE:
        return Finding(
            "clock",
            False,
            f"{difference:.0f} s away from the database's",
            "Let both machines keep time (NTP).",
        )
    return Finding("clock", True, f"{difference:.1f} s from the database's")
