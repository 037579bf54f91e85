"""What the process may take at once: open files, of which every open page that listens holds one; pauses to tidy memory."""

import gc
import logging
from time import monotonic

log = logging.getLogger("everfair.limits")


def raise_open_files() -> int:
    """Ask for as many open files as the system lets us have without being asked. Returns how many that is."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65536)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, 65536)), hard))
    except (ValueError, OSError) as error:
        log.warning("The limit of open files stays at %d: %s", soft, error)
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Tidy:
    """Full collections of unreachable objects, which stop every thread for a tenth of a second, in quiet moments.

    Python's own choice of the moment falls into the busiest time, as it counts what was made: a reader at a gate then
    waits. Young objects are still collected as usual.
    """

    EVERY = 60.0  # seconds between two collections in quiet moments
    AT_LEAST = (
        900.0  # seconds after which it is done in a busy moment too: what nobody can reach must not pile up
    )

    def __init__(self) -> None:
        self.last = monotonic()

    def begin(self) -> None:
        """Take the choice of the moment from Python. What was loaded until now is never looked at again."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(2_000, 20, 1_000_000)
        self.last = monotonic()

    def end(self) -> None:
        """Python's own choice again, as it was at the start."""
        gc.set_threshold(700, 10, 10)
        gc.unfreeze()

    def now_if_due(self, is_quiet: bool) -> bool:
        """Collect if it is time. Returns whether it was done."""
        since = monotonic() - self.last
        if since < (self.EVERY if is_quiet else self.AT_LEAST):
            return False
        gc.collect()
        self.last = monotonic()
        return True
