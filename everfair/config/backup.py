"""One file with database, media and settings, consistent while the server runs; and back again, on SQLite or PostgreSQL.

The database is read in one snapshot and written as JSON lines, so a backup made on one engine restores on the other.
Files are stored under their digest and never change, so those the snapshot names are simply copied.
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from everfair import __version__
from everfair.agreements.actions.guard import lifted

FORMAT = "everfair-backup-1"
CLEARED = {"sessions.session", "django_tasks_database.dbtaskresult", "base.tasklease"}
"""Of the moment: in no backup, and of the replaced database nothing stays. People sign in again, its tasks do not run."""
LEFT_OUT = {*CLEARED, "contenttypes.contenttype", "auth.permission"}
KEPT_SETTINGS = ("EVERFAIR_",)
BATCH = 1000


class BackupError(Exception):
    """The backup cannot be written or read; the sentence says what to do."""


class _Exact(DjangoJSONEncoder):
    """Times with all their digits; Django's own encoder cuts them at milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def tables() -> list[type[models.Model]]:
    """Every table that is kept, in an order in which rows come after those they point to, where there is one."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def write_backup(target: Path, say: Callable[[str], None] = lambda line: None) -> Path:
    """Write everything to `target` (.tar.gz). A file that is there is replaced only when the new one is whole."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it holds secrets
        with os.fdopen(handle, "wb") as file, _packed(file) as archive:
            counts = _write_tables(archive, say)
            files = _write_media(archive)
            _add(archive, "settings.json", json.dumps(_settings(), indent=1).encode())
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "made_at": datetime.now(UTC).isoformat(),
                "migrations": _migrations(),
                "tables": counts,
                "media_files": files,
            }
            _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
        os.replace(part, target)
    except OSError as error:
        raise BackupError(
            _("The backup could not be written: %(reason)s.") % {"reason": error.strerror or error}
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _packed(file: BinaryIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=file, mode="w:gz", compresslevel=3)


def _write_tables(archive: tarfile.TarFile, say: Callable[[str], None]) -> dict[str, int]:
    counts = {}
    with _reading_only(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in tables():
            label = model._meta.label_lower
            with tempfile.TemporaryFile() as spool:
                counts[label] = 0
                for row in model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
                    spool.write((serializers.serialize("json", [row], cls=_Exact)[1:-1] + "\n").encode())
                    counts[label] += 1
                size = spool.tell()
                spool.seek(0)
                info = tarfile.TarInfo(f"tables/{label}.jsonl")
                info.size = size
                archive.addfile(info, spool)
            if counts[label]:
                say(f"{label}: {counts[label]}")
    return counts


@contextmanager
def _reading_only() -> Iterator[None]:
    """SQLite: a snapshot that lets others write. The settings begin every transaction as a writing one."""
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _write_media(archive: tarfile.TarFile) -> int:
    root, count = Path(settings.MEDIA_ROOT), 0
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and not path.name.endswith((".part", ".tmp")):
            with suppress(FileNotFoundError):  # taken down meanwhile
                archive.add(path, arcname=f"media/{path.relative_to(root)}")
                count += 1
    return count


def _settings() -> dict[str, str]:
    """What the environment says, and the key that signs sessions and links."""
    found = {name: value for name, value in os.environ.items() if name.startswith(KEPT_SETTINGS)}
    return {**found, "EVERFAIR_SECRET_KEY": settings.SECRET_KEY}


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def restore_backup(
    source: Path, *, replace: bool = False, say: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Put a backup into this installation's (migrated) database and media folder. All or nothing for the database.

    Refuses a database that holds a fair unless `replace`. Sessions and waiting tasks of the replaced database are cleared:
    they belong to people and letters that are no longer there. The settings in the file are not applied: they are returned in
    the manifest under "settings" for the operator to compare.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = _manifest(archive)
            _require_fit(manifest, replace)
            with tempfile.TemporaryDirectory(dir=_media_parent()) as folder:
                _unpack(archive, Path(folder))
                manifest["settings"] = json.loads(
                    (Path(folder) / "settings.json").read_text(encoding="utf-8")
                )
                _read_tables(Path(folder) / "tables", manifest["tables"], say)
                _move_media(Path(folder) / "media")
    except (DeserializationError, DatabaseError) as error:
        raise BackupError(
            _("The rows of this backup do not fit this database: %(reason)s. Nothing was changed.")
            % {"reason": error}
        ) from error
    except (tarfile.TarError, zlib.error, EOFError, OSError, KeyError, ValueError) as error:
        raise BackupError(
            _("This is not a whole everfair backup: %(reason)s.") % {"reason": error}
        ) from error
    _follow_anew()
    return manifest


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Plain files below `folder`, nothing else: no links, no devices, no way out. (`filter="data"` needs Python 3.11.4.)"""
    for member in archive:
        target = (folder / member.name).resolve()
        if not member.isfile():
            continue
        if not target.is_relative_to(folder.resolve()):
            raise tarfile.TarError(f"“{member.name}” would leave the folder")
        content = archive.extractfile(member)
        if content is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                shutil.copyfileobj(content, out)


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    member = archive.extractfile("manifest.json")
    manifest: dict[str, Any] = json.loads(member.read()) if member else {}
    if manifest.get("format") != FORMAT:
        raise BackupError(_("This file is not an everfair backup."))
    return manifest


def _require_fit(manifest: dict[str, Any], replace: bool) -> None:
    mine, theirs = set(_migrations()), set(manifest["migrations"])
    if theirs - mine:
        raise BackupError(
            _("The backup was made by everfair %(version)s, which is newer than this one. Update first.")
            % {"version": manifest["version"]}
        )
    if not replace and any(
        model._base_manager.exists() for model in tables() if model._meta.label_lower == "fair.fair"
    ):
        raise BackupError(
            _("This installation already holds a fair. Use --replace to put the backup in its place.")
        )


def _read_tables(folder: Path, expected: dict[str, int], say: Callable[[str], None]) -> None:
    """Empty every table, then fill it, with the checks of foreign keys at the end."""
    models_by_label = {model._meta.label_lower: model for model in tables()}
    with connection.constraint_checks_disabled(), transaction.atomic():
        with lifted(connection), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                names = ", ".join(f'"{model._meta.db_table}"' for model in models_by_label.values())
                cursor.execute(f"TRUNCATE {names} CASCADE")
            else:
                for model in models_by_label.values():
                    cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        for label in CLEARED:
            apps.get_model(label)._base_manager.all().delete()
        for label, model in models_by_label.items():
            path = folder / f"{label}.jsonl"
            count = 0
            for batch in _batches(path) if path.exists() else ():
                model._base_manager.bulk_create(batch)
                count += len(batch)
            if count != expected.get(label, 0):
                raise BackupError(_("This is not a whole everfair backup: %(reason)s.") % {"reason": label})
            if count:
                say(f"{label}: {count}")
        connection.check_constraints()
        _reset_sequences(list(models_by_label.values()))


def _batches(path: Path) -> Iterator[list[models.Model]]:
    with path.open(encoding="utf-8") as lines:
        batch: list[models.Model] = []
        for line in lines:
            batch += [found.object for found in serializers.deserialize("json", f"[{line}]")]
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _reset_sequences(found: list[type[models.Model]]) -> None:
    from django.core.management.color import no_style  # only here: not worth a place at the top

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)


def _media_parent() -> Path:
    parent = Path(settings.MEDIA_ROOT).parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _move_media(folder: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if (
            path.is_file() and not path.is_symlink()
        ):  # a link inside the unpacked folder leads elsewhere from here
            target = root / path.relative_to(folder)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target)


def _follow_anew() -> None:
    """The search index and the process's memory hold the old rows: make them read again."""
    from everfair.search.actions import reindex  # slow import

    reindex()
