"""Candidates made ready once for all processes: a file in the data folder, what it was made from, who makes it. Nothing is ranked here.

A file counts only for the edition, version and sectors it was made with, and where the change it was made after is still in the
table; what changed since is read again by whoever loads it.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from everfair.base.changes import Change, changes_after, last_position
from everfair.engines.matching import Index, LanguageModel
from everfair.engines.matching.kept import KeptError, read_index, read_stamp, write_index
from everfair.matchmaking.bridge.profiles import Tree

try:
    import fcntl
except ImportError:  # no such locks on this system: two may make the same file, the last one counts
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("everfair.matching")
MOST_BEHIND = 20_000  # changes that are read again one by one; further behind, all is made anew
WHOLE = "exhibition.catalogue"  # the topic after which all is read anew
SIGN = "everfair.matchmaking.bridge.making"  # what a process of its own runs


def path_of(edition_id: int, version: int, kind: str) -> Path:
    """Where the candidates of a kind lie."""
    return Path(settings.DATA_DIR) / "matching" / f"candidates-{edition_id}-{version}-{kind}"


def stamp_of(
    edition_id: int, version: int, kind: str, tree: Tree, model: LanguageModel | None, anchor: Change
) -> dict[str, Any]:
    """What the candidates are made from, once everything up to `anchor` is in them."""
    sectors = sha256(repr(sorted(tree.by_pk.items())).encode()).hexdigest()
    return {
        "edition": edition_id,
        "version": version,
        "kind": kind,
        "has_model": model is not None,  # its file may be lost, or be there again
        "sectors": sectors,
        "position": anchor.pk,
        "at": anchor.at.isoformat(),
    }


def anchor() -> Change | None:
    """The newest change that is final: taken before rows are read. None: nothing was ever noted, so nothing can be kept."""
    return Change.objects.filter(pk=last_position()).first()


def keep(index: Index, stamp: dict[str, Any]) -> None:
    """Write the file; what lies there of older versions of the edition goes."""
    path = path_of(stamp["edition"], stamp["version"], stamp["kind"])
    write_index(index, path, stamp)
    for old in path.parent.glob(f"candidates-{stamp['edition']}-*-{stamp['kind']}"):
        number = old.name.split("-")[2]
        if number.isdigit() and int(number) < stamp["version"] - 1:  # two versions may be compared
            old.unlink(missing_ok=True)


def kept(
    edition_id: int, version: int, kind: str, tree: Tree, model: LanguageModel | None
) -> tuple[Index, list[Change]] | None:
    """The candidates in the file and what changed since; None where there is no file that counts."""
    path = path_of(edition_id, version, kind)
    try:
        behind = _behind(read_stamp(path), edition_id, version, kind, tree, model)
        return (read_index(path, model)[0], behind) if behind is not None else None
    except KeptError as error:
        if path.exists():
            log.warning("Candidates of edition %s are made anew: %s.", edition_id, error)
    except OSError as error:
        log.warning("Candidates of edition %s are made anew: %s.", edition_id, error)
    return None


def was_written_since(edition_id: int, version: int, kind: str, moment: float) -> bool:
    """Whether another process has just made the file (`moment`: seconds since 1970)."""
    path = path_of(edition_id, version, kind)
    return path.exists() and path.stat().st_mtime > moment


def _behind(
    stamp: dict[str, Any], edition_id: int, version: int, kind: str, tree: Tree, model: LanguageModel | None
) -> list[Change] | None:
    """What changed since the stamp; None where the file is of something else, or too old to be brought up to date."""
    found = Change.objects.filter(pk=int(stamp["position"])).first()
    if found is None or stamp != stamp_of(edition_id, version, kind, tree, model, found):
        return None
    changes = changes_after(found.pk, MOST_BEHIND + 1)
    is_other = any(one.topic == WHOLE and one.edition_id in (None, edition_id) for one in changes)
    return None if is_other or len(changes) > MOST_BEHIND else changes


@contextmanager
def only_one(edition_id: int) -> Iterator[None]:
    """While the block runs, no other process of this machine makes candidates of the edition ready; it waits."""
    path = Path(settings.DATA_DIR) / "matching" / f"candidates-{edition_id}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_apart(edition_id: int, version: int, kind: str) -> bool:
    """Have a process of its own make the file, and wait for it: pages go on meanwhile, and its memory is given back."""
    words: Sequence[str] = [sys.executable, "-m", SIGN, str(edition_id), str(version), kind]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, env={**os.environ}, check=False)
    if done.returncode:
        log.warning("Candidates of edition %s could not be made in a process of their own.", edition_id)
    return done.returncode == 0
