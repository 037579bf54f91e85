"""100,000 people from a spreadsheet: checked and written, each with a place counted and a link of their own.

    python -m benchmarks.import_registrations [rows] [csv|xlsx]

Makes its own database in a temporary folder (or uses EVERFAIR_DATABASE_URL, which must be empty). Bound: 120 s.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

BOUND = 120.0


def make_rows(count: int) -> Iterator[dict[str, object]]:
    """Invented people, every third with a Chinese name."""
    names = ("Ada Lindqvist", "Wanjiru Kamau", "林伟", "José Álvarez", "Nguyễn Văn An", "陈思远")
    countries = ("Sweden", "Kenya", "中国", "Spain", "Vietnam", "China")
    for n in range(count):
        yield {
            "id": f"R{n:06}",
            "name": f"{names[n % 6]} {n}",
            "email": f"person{n}@example.org",
            "company": f"Firm {n % 9000}",
            "country": countries[n % 6],
            "title": "Buyer",
            "part": "Buying",
        }


COLUMNS = {
    "id": "No", "name": "Name", "email": "E-mail", "company": "Company", "country": "Country", "title": "Job title",
    "part": "Your part",
}  # fmt: skip


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    ending = sys.argv[2] if len(sys.argv) > 2 else "xlsx"
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("EVERFAIR_DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")
        import django

        django.setup()
        run(Path(folder), rows, ending)


def run(folder: Path, rows: int, ending: str) -> None:
    """Make the file, bring it in, print each part's seconds and the ratio to the bound."""
    from django.core.management import call_command
    from django.db import connection

    from everfair.gateways.tables import write_csv, write_xlsx
    from everfair.registration.actions import lists
    from everfair.registration.models import Registration
    from tests.factories.fair import make_edition
    from tests.factories.registration import make_kind

    call_command("migrate", verbosity=0)
    options = [{"code": "buy", "label": {"en": "Buying"}}, {"code": "look", "label": {"en": "Looking"}}]
    question = {"code": "part", "label": {"en": "Your part"}, "kind": "choice", "options": options}
    kind = make_kind(make_edition(), capacity=rows, questions=[question])
    path = folder / f"people.{ending}"
    with path.open("wb") as out:
        (write_csv if ending == "csv" else write_xlsx)(make_rows(rows), COLUMNS, out)
    marks = [time.perf_counter()]
    with path.open("rb") as file:
        run_ = lists.register_list(
            kind.edition, iter(lambda: file.read(1 << 20), b""), path.name, kind=kind, by=None
        )
    marks.append(time.perf_counter())
    run_ = lists.check_list(lists.start_check(run_, by=None))
    marks.append(time.perf_counter())
    run_ = lists.apply_list(lists.start_applying(run_, by=None))
    marks.append(time.perf_counter())
    kind.refresh_from_db()
    assert (run_.state, run_.counts["new"]) == ("done", rows), (run_.state, run_.error, run_.counts)
    assert (Registration.objects.count(), kind.expected) == (rows, rows)
    parts = [after - before for before, after in pairwise(marks)]
    total = sum(parts)
    busy = time.process_time()  # of this process since its start: tells a loaded machine from a slow program
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows} rows, {ending}, {connection.vendor}")
    print(
        f"kept and guessed {parts[0]:.1f} s, checked {parts[1]:.1f} s, written {parts[2]:.1f} s; {megabytes:.0f} MB"
    )
    print(f"of the processor {busy:.1f} s, making the file among it")
    print(f"in all {total:.1f} s; bound {BOUND:.0f} s, ratio {total / BOUND:.2f}")


if __name__ == "__main__":
    main()
