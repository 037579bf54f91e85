"""How long 20,000 exhibitors from a workbook take, from the file to published booths. Bound: 60 s.

    python benchmarks/import_xlsx.py [rows]

Uses its own data folder; with EVERFAIR_DATABASE_URL the database named there, which must be empty.
"""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

BOUND = 60.0
HEADING = (
    "external_id", "name_en", "name_zh", "country", "website", "email", "size", "area", "sector",
    "headline_en", "headline_zh",
    "about_en", "about_zh", "languages", "offer_title_en", "offer_title_zh",
    "offer_description_en", "offer_modes",
)  # fmt: skip
COUNTRIES = ("Kenya", "中国", "Deutschland", "Brazil", "新加坡", "France", "UAE", "印度")


def write_workbook(path: Path, rows: int) -> None:
    """A workbook as an organiser's office keeps it: two languages, a tenth with HTML from the web."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADING)
    for number in range(1, rows + 1):
        about = f"Firm {number} plans, builds and runs services for ports and railways. " * 12
        if number % 10 == 0:
            about = f"<h2>About us</h2><p>{about}</p><ul><li>Ports</li><li>Railways</li></ul>"
        cells = (
            f"R-{number}", f"Meridian Services {number}", f"子午服务有限公司第{number}号",
            COUNTRIES[number % 8],
            f"https://firm{number}.example", f"office@firm{number}.example", number % 900,
            f"{number % 12 + 1}",
            f"{number % 12 + 1}", f"Port and railway services, line {number}",
            f"港口与铁路服务，第{number}条线",
            about, f"第{number}号公司为港口与铁路提供规划、建设与运营服务。" * 12, "English; 中文",
            f"Operation of terminals {number}",
            f"码头运营{number}", about, "1; 3",
        )  # fmt: skip
        sheet.write_row(number, 0, cells)
    workbook.close()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="everfair-bench-") as folder:
        os.environ["EVERFAIR_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "everfair.config.settings"
        import django

        django.setup()
        _measure(Path(folder), rows)


def _measure(folder: Path, rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from everfair.exhibition.actions.importing import register_import, start_check
    from everfair.exhibition.actions.importing_apply import apply_import, start_applying
    from everfair.exhibition.actions.importing_check import check_import
    from everfair.exhibition.actions.importing_files import chunks_of
    from everfair.exhibition.models import Exhibitor
    from everfair.fair.models import Area, Edition, Fair, Sector

    call_command("migrate", verbosity=0, skip_checks=True)
    fair = Fair.objects.create(slug="bench", name={"en": "Bench"})
    edition = Edition.objects.create(
        fair=fair,
        slug="bench",
        name={"en": "Bench"},
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 5),
        phase="live",
    )
    for number in range(1, 13):
        Area.objects.create(edition=edition, code=str(number), name={"en": f"Area {number}"})
        Sector.objects.create(
            edition=edition, code=str(number), name={"en": f"Sector {number}"}, path=f"{number}/"
        )
    path = folder / "list.xlsx"
    write_workbook(path, rows)
    print(f"{rows} rows, {path.stat().st_size / 1e6:.1f} MB, {connection.vendor}")

    def pass_once(name: str) -> float:
        started, cpu = time.perf_counter(), time.process_time()
        run = register_import(edition, chunks_of(path), path.name, by=None, source="bench")
        registered = time.perf_counter()
        run = check_import(start_check(run, by=None))
        checked = time.perf_counter()
        run = apply_import(start_applying(run, by=None, publish=True))
        done = time.perf_counter()
        counts = {key: run.counts[key] for key in ("new", "unchanged", "errors", "published", "offers_new")}
        print(
            f"{name}: registered {registered - started:.1f} s, checked {checked - registered:.1f} s, "
            f"applied {done - checked:.1f} s ({time.process_time() - cpu:.1f} s of processor); {counts}"
        )
        return done - started

    first = pass_once("first run")
    assert Exhibitor.objects.filter(edition=edition, state="published").count() == rows
    pass_once("same list again")
    print(f"import of {rows} exhibitors: {first:.1f} s, {first / BOUND:.2f} of the bound of {BOUND:.0f} s")


if __name__ == "__main__":
    main()
