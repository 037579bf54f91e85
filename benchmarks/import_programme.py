"""How long two real programmes take to come in and go out. Bounds: 10 s each in, schedule.json 0.3 s.

    python benchmarks/import_programme.py

Reads `shared/data/programme` beside the checkout (EVERFAIR_SHARED names another place). Uses its own data folder; with
EVERFAIR_DATABASE_URL the database named there, which must be empty. Peer, measured elsewhere on such a programme:
pretalx writes schedule.json in 2.2 s and schedule.xml in 0.7 s.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("EVERFAIR_SHARED", HERE.parent / "shared"))
IN_BOUND, OUT_BOUND = 10.0, 0.3
PEERS = {"schedule.json": 2.2, "schedule.xml": 0.7}
EDITIONS = {"fosdem-2022": date(2022, 2, 5), "fosdem-2025": date(2025, 2, 1)}
REPEATS = 5


def main() -> None:
    folder = SHARED / "data" / "programme"
    if not folder.is_dir():
        raise SystemExit(f"There are no real programmes at {folder}.")
    with tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        os.environ["EVERFAIR_DATA_DIR"] = data
        os.environ["DJANGO_SETTINGS_MODULE"] = "everfair.config.settings"
        import django

        django.setup()
        is_met = _measure(folder)
    sys.exit(0 if is_met else 1)


def _measure(folder: Path) -> bool:
    from django.core.management import call_command
    from django.db import connection

    from everfair.fair.models import Edition, Fair

    call_command("migrate", verbosity=0, skip_checks=True)
    fair = Fair.objects.create(slug="bench", name={"en": "Bench"})
    print(f"{connection.vendor}; each the wall clock of one process")
    met = []
    for name, first in EDITIONS.items():
        edition = Edition.objects.create(
            fair=fair, slug=name, name={"en": name}, starts_on=first, ends_on=first.replace(day=first.day + 1),
            time_zone="Europe/Brussels", phase="live",
        )  # fmt: skip
        met += [_came_in(edition, folder / f"{name}.xml", again) for again in (False, True)]
        met += [_went_out(edition, form) for form in PEERS]
    return all(met)


def _came_in(edition: Any, path: Path, again: bool) -> bool:
    from everfair.programme.actions.schedule_apply import apply_run, start_applying
    from everfair.programme.actions.schedule_reading import read_run, register_schedule

    started, worked = time.perf_counter(), time.process_time()
    run = read_run(register_schedule(edition, [path.read_bytes()], path.name, by=None))
    compared = time.perf_counter()
    run = apply_run(start_applying(run, by=None))
    done, work = time.perf_counter(), time.process_time() - worked
    verdict = "kept" if again else "new"
    assert run.state == "done", run.error
    print(
        f"{path.name} {'again' if again else 'first'}: {run.counts[verdict]} {verdict}, read and compared "
        f"{compared - started:.2f} s, applied {done - compared:.2f} s: {done - started:.2f} s, {work:.2f} s of a processor "
        f"({(done - started) / IN_BOUND:.2f} of the bound)"
    )
    return done - started <= IN_BOUND


def _went_out(edition: Any, form: str) -> bool:
    from everfair.programme.queries.exchange import schedule_file, schedule_of

    def write() -> bytes:
        return schedule_file(schedule_of(edition), form)

    seconds, processor, size = _best(write)
    print(
        f"  {form}: {size / 1e6:.2f} MB in {seconds * 1000:.0f} ms ({processor * 1000:.0f} ms of a processor), read from the tables each time "
        f"({PEERS[form] / seconds:.1f} times as quick as the peer's {PEERS[form]} s)"
    )
    return seconds <= OUT_BOUND


def _best(deed: Callable[[], bytes]) -> tuple[float, float, int]:
    """The quickest of five: (seconds, seconds of a processor, bytes)."""
    times, size = [], 0
    for _number in range(REPEATS):
        started, worked = time.perf_counter(), time.process_time()
        size = len(deed())
        times.append((time.perf_counter() - started, time.process_time() - worked))
    return *min(times), size


if __name__ == "__main__":
    main()
