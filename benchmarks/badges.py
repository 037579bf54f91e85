"""How long 1,000 badges take, from the registrations to the file ready to print. Bound: 10 s.

    python benchmarks/badges.py [badges]

Peer: WeasyPrint sets 1,000 such badges in 27.9 s on a machine of this kind. Uses its own data folder; with
EVERFAIR_DATABASE_URL the database named there, which must be empty.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import date

BOUND, PEER = 10.0, 27.9
NAMES = (
    ("欧阳若兰", "Ouyang Ruolan", "青岚云计算（北京）有限公司", "CN"),
    (
        "Maximiliana Wolfeschlegelsteinhausen",
        "",
        "Internationale Gesellschaft für Dienstleistungshandel mbH",
        "DE",
    ),
    ("محمد بن عبد الله الراشد", "Mohammed Al Rashid", "شركة الخدمات اللوجستية", "AE"),
    ("Amina Wanjiru", "阿米娜", "Kite Port Services", "KE"),
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="everfair-bench-") as folder:
        os.environ["EVERFAIR_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "everfair.config.settings"
        import django

        django.setup()
        _measure(count)


def _measure(count: int) -> None:
    from django.core.management import call_command

    from everfair.fair.models import BadgeKind, Edition, Fair
    from everfair.registration.actions.badges import issue_missing_badges
    from everfair.registration.actions.batches import run_batch, start_batch
    from everfair.registration.models import Registration
    from everfair.registration.queries.badge_table import BadgeFilters

    call_command("migrate", verbosity=0)
    fair = Fair.objects.create(slug="bench", name={"en": "Bench Fair", "zh": "测试博览会"}, seal="服贸")
    edition = Edition.objects.create(
        fair=fair, slug="bench-2026", name=fair.name, starts_on=date(2026, 9, 4), ends_on=date(2026, 9, 9),
        phase="live", venue={"en": "Harbour halls", "zh": "港湾展馆"},
    )  # fmt: skip
    kinds = [
        BadgeKind.objects.create(
            edition=edition, code=f"k{n}", name={"en": f"Visitor {n}", "zh": f"观众{n}"}, motif=n
        )
        for n in range(1, 5)
    ]
    Registration.objects.bulk_create(
        Registration(
            edition=edition, kind=kinds[n % 4], name=f"{name} {n}", second_name=second, organisation_name=firm,
            country=country, email=f"person{n}@example.org", state="approved",
        )
        for n in range(count)
        for name, second, firm, country in [NAMES[n % 4]]
    )  # fmt: skip
    start = time.perf_counter()
    issue_missing_badges(edition)
    issued = time.perf_counter() - start
    batch = run_batch(start_batch(edition, BadgeFilters(), by=None))
    took = time.perf_counter() - start
    if batch.state != "done" or batch.file is None:
        sys.exit(f"not done: {batch.error}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    press = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{count} badges: issued and signed in {issued:.1f} s, set and stored in {took - issued:.1f} s")
    print(
        f"file {batch.file.size / 1_000_000:.1f} MB; this process {memory} MB, the press at most {press} MB"
    )
    bound = BOUND * max(count, 1000) / 1000
    verdict = "met" if took <= bound else "MISSED"
    print(
        f"{took:.1f} s of at most {bound:.0f} s: {verdict}; {PEER * count / 1000 / took:.1f} × faster than WeasyPrint"
    )
    sys.exit(0 if took <= bound else 1)


if __name__ == "__main__":
    main()
