"""Signs of life of background work, told beside its transaction: what is being written is visible in no table before it is whole."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

SILENT_AFTER = 120
"""Seconds without a sign of life after which work counts as interrupted."""
KEPT = 3600


@dataclass(frozen=True)
class Progress:
    """How far work is. `is_silent`: nobody seems to work on it any more; carrying on is safe."""

    done: int
    total: int
    is_silent: bool

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.total)) if self.total else 0


def tell(kind: str, key: int, done: int, total: int) -> None:
    """A sign of life of the `kind` of work with the number `key`, outside its transaction."""
    said = {"done": done, "total": total, "at": timezone.now().timestamp()}
    cache.set(f"everfair.{kind}.{key}", said, timeout=KEPT)


def told(kind: str, key: int, *, total: int, since: datetime) -> Progress:
    """What was told last; before anything was told, nothing of `total` done since `since`."""
    said = cache.get(f"everfair.{kind}.{key}") or {}
    seen = said.get("at") or since.timestamp()
    is_silent = timezone.now().timestamp() - seen > SILENT_AFTER
    return Progress(said.get("done", 0), said.get("total", total), is_silent)
