"""Threads beside the web process: the task worker, the search follower, the daily round. Wiring only, no logic of theirs."""

import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, connection

log = logging.getLogger("everfair.background")
CLOCK_EVERY = 20.0  # seconds between two looks whether sessions begin or end
TIMETABLES_EVERY = 1.0  # seconds between two looks whether a run of the generator waits
CALLS_EVERY = 1.0  # seconds between two looks at calls: who rings too long, who went silent
STAGES_EVERY = (
    5.0  # seconds between two looks at stages: who lost the right, who sends without one, who listens
)
VECTORS_EVERY = 3.0  # seconds between two looks for texts that an encoder outside has not seen
CANDIDATES_EVERY = 3.0  # seconds between two looks whether candidates of matching are ready and up to date
ROUND_EVERY = 600.0  # seconds between two looks for due reminders and old rows


class Background:
    """Starts and stops the threads. Each survives errors: it waits and goes on."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self, *, serves: bool = True, works: bool | None = None) -> None:
        """`serves`: pages are answered here, so the search index and the candidates of matching are followed. `works`: tasks are done here (a setting)."""
        jobs: list[tuple[str, Callable[[], None]]] = []
        if serves:
            jobs += [("search-follower", self._search), ("candidates", self._candidates)]
        if settings.WORKER_IN_PROCESS if works is None else works:
            jobs += [
                ("worker", self._worker), ("clock", self._clock), ("rounds", self._rounds),
                ("timetables", self._timetables), ("vectors", self._vectors), ("calls", self._calls),
                ("stages", self._stages),
            ]  # fmt: skip
        for name, job in jobs:
            thread = threading.Thread(target=job, name=f"everfair-{name}", daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self, patience: float | None = 5.0) -> None:
        """End all, waiting for each at most `patience` seconds; None: until the task in hand is done."""
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=patience)

    def _search(self) -> None:
        from everfair.search.tasks import follow_once  # slow import: the index library

        self._repeat(0.4, lambda: follow_once())

    def _worker(self) -> None:
        from everfair.config.worker import run_ready_tasks  # app ready

        self._repeat(0.5, lambda: run_ready_tasks(self.ending))

    def _candidates(self) -> None:
        from everfair.matchmaking.actions.readiness import keep_candidates_ready  # app ready

        self._repeat(CANDIDATES_EVERY, keep_candidates_ready)

    def _clock(self) -> None:
        from everfair.conversations.actions.silence import follow_silence  # app ready
        from everfair.programme.actions.state import follow_clock  # app ready

        def follow() -> None:
            follow_clock()
            follow_silence()

        self._repeat(CLOCK_EVERY, follow)

    def _rounds(self) -> None:
        from everfair.config.worker import daily_round  # app ready

        self._repeat(ROUND_EVERY, daily_round)

    def _timetables(self) -> None:
        from everfair.config.timetables import Timetables  # app ready

        timetables = Timetables()
        self._repeat(TIMETABLES_EVERY, timetables.follow, timetables.stop)

    def _calls(self) -> None:
        from everfair.calls.actions.opening import follow_calls  # app ready
        from everfair.calls.actions.rings import follow_rings  # app ready

        def follow() -> None:
            follow_rings()
            follow_calls()

        self._repeat(CALLS_EVERY, follow)

    def _stages(self) -> None:
        from everfair.calls.actions.stages import follow_stages  # app ready

        self._repeat(STAGES_EVERY, follow_stages)

    def _vectors(self) -> None:
        from everfair.matchmaking.tasks import follow_texts  # app ready

        self._repeat(VECTORS_EVERY, follow_texts)

    def _repeat(
        self, pause: float, job: Callable[[], object], at_the_end: Callable[[], object] = lambda: None
    ) -> None:
        wait = pause
        while not self.ending.wait(wait):
            try:
                close_old_connections()
                job()
                wait = pause
            except Exception:
                log.exception("A background job failed and is tried again.")
                wait = min(30.0, wait * 2 + 1)
        at_the_end()
        connection.close()
