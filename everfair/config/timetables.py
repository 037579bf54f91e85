"""Runs of the generator, each in a process of its own: begun, looked after, begun again when it died. What one does is its own.

Solving takes all of a core and hundreds of megabytes; the process that answers pages has neither to spare.
"""

import logging
import subprocess
import sys
from datetime import datetime

from everfair.meetings.actions import runs

log = logging.getLogger("everfair.timetables")


class Timetables:
    """The children of one process. `follow` is called every second or so."""

    def __init__(self) -> None:
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._died: dict[int, int] = {}  # run → children that ended without a word

    def follow(self, now: datetime | None = None) -> None:
        """Begin runs that wait; begin those again whose process is gone, wherever it ran."""
        for run_id, child in list(self._children.items()):
            if child.poll() is not None:
                del self._children[run_id]
                if runs.let_go(run_id, child.pid) and child.returncode:
                    self._died[run_id] = self._died.get(run_id, 0) + 1
        for run_id in runs.runs_to_carry_out(now):
            if run_id in self._children:
                continue
            if self._died.get(run_id, 0) >= runs.TRIES:
                runs.give_up(run_id)
                continue
            self._children[run_id] = self._begin(run_id)

    def stop(self) -> None:
        """End the children with their parent; whoever follows next begins their runs again."""
        for child in self._children.values():
            child.terminate()
        for run_id, child in self._children.items():
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(timeout=5)
            runs.let_go(run_id, child.pid)
        self._children.clear()

    @staticmethod
    def _begin(run_id: int) -> "subprocess.Popen[bytes]":
        log.info("Run %s is begun in a process of its own.", run_id)
        words = [sys.executable, "-m", "everfair", "meetings", "run", str(run_id)]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL)
