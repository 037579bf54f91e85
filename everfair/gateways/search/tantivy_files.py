"""Where the index's files lie: numbered generations, a pointer to the one that serves, locks. No searching.

SEARCH_DIR/current            "generation-000003"
SEARCH_DIR/generation-000003/ tantivy's files and state.json {"schema": …, "position": …}
SEARCH_DIR/writer.lock        held by the one process that follows the changes
SEARCH_DIR/rebuild.lock       held while a new generation is made
"""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from everfair.gateways.search.types import SearchUnavailable

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: tantivy's own lock still keeps a second writer out
    fcntl = None  # type: ignore[assignment]

_NAME = re.compile(r"generation-\d+")


class IndexFiles:
    """Paths, the pointer, the state file and the locks of one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """The generation that serves, or None when none was ever built or the pointer is spoilt."""
        try:
            name = (self.folder / "current").read_bytes().decode(errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SearchUnavailable(
                f"The search index in {self.folder} cannot be read ({error.strerror}). "
                "Give the server the right to read it, or run `everfair reindex`."
            ) from error
        return self.folder / name if _NAME.fullmatch(name) else None

    def read_state(self, generation: Path) -> tuple[str, int] | None:
        """(schema version, position) of a generation; None when the file is missing or broken."""
        try:
            state = json.loads((generation / "state.json").read_text())
            return str(state["schema"]), int(state["position"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_state(self, generation: Path, schema: str, position: int) -> None:
        """Replace the state file in one step; readers notice by its time."""
        _replace(generation / "state.json", json.dumps({"schema": schema, "position": position}))

    def new_generation(self) -> Path:
        """An empty folder with the next number; leftovers of a rebuild that died are removed.

        Where all were deleted, the clock gives a number: a name of before would pass for what readers and the
        writer still have open.
        """
        current = self.current()
        numbers = [_number(path) for path in self.folder.glob("generation-*")]
        for path in self.folder.glob("generation-*"):
            if current is None or _number(path) > _number(current):
                shutil.rmtree(path, ignore_errors=True)
        generation = self.folder / f"generation-{max(numbers, default=int(time.time() * 1000)) + 1:06d}"
        generation.mkdir(parents=True)
        return generation

    def swap_to(self, generation: Path) -> None:
        """From here on `generation` serves. The one before is kept for readers that still have it open."""
        before = self.current()
        _replace(self.folder / "current", generation.name)
        for path in self.folder.glob("generation-*"):
            if path not in (generation, before):
                shutil.rmtree(path, ignore_errors=True)

    def lock(self, name: str) -> IO[str]:
        """Take a lock without waiting; it is held until the file is closed or the process ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = (self.folder / f"{name}.lock").open("a+")
        try:
            if fcntl:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.close()
            raise SearchUnavailable(
                f"Another process holds {self.folder / name}.lock: it is the one that writes the index. "
                "Nothing has to be done while that process runs."
            ) from error
        return handle

    @contextmanager
    def rebuild_lock(self) -> Iterator[None]:
        """Only one rebuild at a time."""
        with self.lock("rebuild"):
            yield


def _number(generation: Path) -> int:
    tail = generation.name.rpartition("-")[2]
    return int(tail) if tail.isdigit() else 0


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    with temporary.open("w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
