"""Keeps uploaded lists of people until they are cleared away: written beside, then renamed, so no half file is read."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused

SUFFIXES = frozenset({".xlsx", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson"})


def lists_folder() -> Path:
    """Where lists wait until they are cleared away."""
    return Path(settings.DATA_DIR) / "lists"


def path_of(digest: str, file_name: str) -> Path:
    """The kept file. The ending stays, for it helps to tell the kind."""
    suffix = Path(file_name).suffix.lower()
    return lists_folder() / f"{digest}{suffix if suffix in SUFFIXES else ''}"


def keep_file(chunks: Iterable[bytes], file_name: str) -> str:
    """Write the list; its digest names it. Refused when it is too large or the disk is full; then nothing stays."""
    most, size, digest = settings.MAX_LIST_MB * 1_000_000, 0, hashlib.sha256()
    folder = lists_folder()
    beside = folder / f".{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with beside.open("wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Refused(
                        _("The file is larger than %(most)d MB. Remove pictures from it, or split it.")
                        % {"most": settings.MAX_LIST_MB},
                        field="file",
                    )
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path_of(digest.hexdigest(), file_name))
    except OSError as error:
        raise Refused(
            _("The file could not be kept: %(why)s. Make room on the server, then send it again.")
            % {"why": error.strerror or error},
            field="file",
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()


def forget_file(digest: str, file_name: str) -> None:
    """Remove a kept list; nothing happens when it is gone."""
    path_of(digest, file_name).unlink(missing_ok=True)
