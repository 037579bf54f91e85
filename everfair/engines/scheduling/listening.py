"""Whoever listens to a solver: progress goes out, a wish to stop comes back and lasts. Solves and judges nothing."""

from dataclasses import replace

from everfair.engines.scheduling.types import Clock, Progress, Report


class Listener:
    """A report that several solvers in a row may call: stopped once, it stays stopped and is not called again.

    Its seconds count from when it was made, whichever of the solvers is speaking.
    """

    def __init__(self, report: Report | None, clock: Clock) -> None:
        self._report, self._clock, self._began = report, clock, clock()
        self.stopped = False

    def __call__(self, progress: Progress) -> bool:
        """Passes on where a solver stands; False: stop with the best so far."""
        if not self.stopped and self._report is not None:
            self.stopped = not self._report(replace(progress, seconds=self._clock() - self._began))
        return not self.stopped
