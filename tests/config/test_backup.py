"""A backup brings back every row and file, from one database engine to the other; it is whole or refused."""

import json
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from tests.config.databases import a_database, made_once_on_postgres, tables_on_postgres
from tests.config.installation import HERE, Installation
from tests.prepared import made_once

FILL = """
import io, sys
from PIL import Image
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from everfair.fair.models import Fair
from everfair.people.models import Organisation, User
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.people import make_membership, make_user
from everfair.base import audit
from everfair.base.changes import note_change
from everfair.exhibition.actions.booth import set_cover
from everfair.base.models import MediaFile
person = make_user("wei@example.org", name="魏 “quoted” \\\\ \\u2028 line", time_zone="Asia/Shanghai")
exhibitor = make_exhibitor(about={"en": "a\\nb\\ttab", "zh": "服务", "ar": "قهوة", "xx": "🍵 \\u0001"})
for _ in range(30):
    make_offer(exhibitor)
make_exhibitor(exhibitor.edition, state="applied")
make_membership(person, exhibitor.organisation)
audit.record("x.y.done", exhibitor, by=person, before={"b": 1, "a": [1.5, None, True]}, reason="茶")
note_change("exhibition.exhibitor", exhibitor.pk, exhibitor.edition_id)
picture = io.BytesIO()
Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
set_cover(exhibitor, SimpleUploadedFile("cover.png", picture.getvalue(), "image/png"), by=None)
from everfair.agreements.actions.chain import append, publish_head
append("agreement.confirmed", "abc", {"parties": ["港灯"]})
publish_head()
"""

DUMP = """
import hashlib, json
from pathlib import Path
from django.conf import settings
from everfair.config.backup import tables
def plain(row):
    return {name: value for name, value in row.items()}
found = {}
for model in tables():
    rows = [plain(row) for row in model._base_manager.order_by("pk").values()]
    found[model._meta.label_lower] = json.dumps(rows, sort_keys=True, default=str, ensure_ascii=False)
root = Path(settings.MEDIA_ROOT)
for path in sorted(root.rglob("*")):
    if path.is_file():
        found[f"media/{path.relative_to(root)}"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(found))
"""

ADD = """
from tests.factories.people import make_organisation
from everfair.people.models import Organisation, User, Membership
before = Organisation.objects.order_by("-pk").first().pk
assert make_organisation(name={"en": "After"}).pk > before
"""


def dump(installation: Installation) -> dict[str, str]:
    """Every kept row and file as text."""
    found: dict[str, str] = json.loads(installation.python(DUMP))
    return found


def filled(folder: Path, database: str = "") -> Installation:
    """Rows and files in `folder`, on SQLite or on a new `database` of the run's PostgreSQL; made once, then copied."""

    def fill(made: Installation) -> None:
        made.python(FILL)

    if database:
        like = "everfair_filled"
        source = made_once_on_postgres(like, fill, tables_on_postgres)
        settings = {"EVERFAIR_DATABASE_URL": a_database(database, like)}
    else:
        source = made_once("filled", lambda target: fill(Installation(target).with_tables()))
        settings = {}
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return Installation(folder, settings)


def copied(installation: Installation, folder: Path) -> Installation:
    """The same on SQLite once more, without making it anew."""
    shutil.copytree(installation.folder, folder)
    return Installation(folder)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A fair on SQLite with rows that are easily bent."""
    return filled(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def keeper(source: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Another fair, which must stay as it is."""
    made = copied(source, tmp_path_factory.mktemp("keeper") / "data")
    made.python("from everfair.fair.models import Fair; Fair.objects.update(slug='keeper')")
    return made


@pytest.fixture(scope="module")
def kept(keeper: Installation) -> dict[str, str]:
    """What it holds, before anything was tried."""
    return dump(keeper)


@pytest.fixture(scope="module")
def whole(source: Installation) -> Path:
    """Its backup."""
    path = source.folder / "whole.tar.gz"
    source.do("backup", str(path))
    return path


@pytest.fixture
def on_postgres(tmp_path: Path) -> Installation:
    """An installation without rows on PostgreSQL."""
    return Installation(tmp_path / "postgres", {"EVERFAIR_DATABASE_URL": a_database("everfair_backup_empty")})


def test_every_row_and_file_comes_back(source: Installation, whole: Path, empty: Installation) -> None:
    before = dump(source)
    assert len([name for name in before if name.startswith("media/")]) >= 2
    assert all(
        before[name] != "[]"
        for name in ("people.user", "exhibition.offer", "base.auditentry", "account.emailaddress")
    )
    said = empty.do("restore", str(whole))
    assert "Restored the backup of" in said
    assert dump(empty) == before
    empty.python(ADD)  # numbers go on after the highest
    assert json.loads(empty.do("search", "Line", "--edition", edition_slug(source), "--json"))["total"] > 0


def edition_slug(installation: Installation) -> str:
    return installation.python(
        "from everfair.fair.models import Edition; print(Edition.objects.get().slug)"
    ).strip()


@pytest.mark.postgres
def test_from_sqlite_to_postgres(source: Installation, whole: Path, on_postgres: Installation) -> None:
    on_postgres.do("restore", str(whole))
    assert dump(on_postgres) == dump(source)
    on_postgres.python(ADD)


@pytest.mark.postgres
def test_from_postgres_to_sqlite_and_to_postgres(tmp_path: Path, empty: Installation) -> None:
    made = filled(tmp_path / "made", "everfair_backup_full")
    path = tmp_path / "made.tar.gz"
    made.do("backup", str(path))
    before = dump(made)
    other = Installation(
        tmp_path / "other",
        {"EVERFAIR_DATABASE_URL": a_database("everfair_backup_other", tables_on_postgres())},
    )
    for target in (empty.with_tables(), other):
        target.do("restore", str(path))
        assert dump(target) == before
        target.python(ADD)


def test_a_backup_is_for_its_owner_only_and_says_what_it_holds(source: Installation, whole: Path) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600
    assert not list(whole.parent.glob("*.part"))
    with tarfile.open(whole) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
        kept = json.load(archive.extractfile("settings.json"))  # type: ignore[arg-type]
    assert manifest["tables"]["exhibition.offer"] == 30
    assert "base.0001_initial" in manifest["migrations"]
    assert kept["EVERFAIR_SECRET_KEY"] == (source.folder / "secret-key").read_text(encoding="utf-8")
    assert "sessions.session" not in manifest["tables"]


def test_a_backup_that_cannot_be_written(source: Installation) -> None:
    (source.folder / "a-file").touch()
    done = source.run("backup", str(source.folder / "a-file" / "backup.tar.gz"))
    assert done.returncode == 1
    assert done.stderr.startswith("The backup could not be written: ")


def test_a_fair_is_not_replaced_unless_told(whole: Path, keeper: Installation, tmp_path: Path) -> None:
    other = copied(keeper, tmp_path / "other")
    other.python("from everfair.people.models import User; User.objects.update(name='Somebody else')")
    before = dump(other)
    done = other.run("restore", str(whole))
    assert done.returncode == 1
    assert "already holds a fair. Use --replace" in done.stderr
    assert dump(other) == before
    other.do("restore", str(whole), "--replace")
    assert "Somebody else" not in dump(other)["people.user"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_half_a_file_is_refused_and_nothing_changed(
    whole: Path, keeper: Installation, kept: dict[str, str], tmp_path: Path, share: float
) -> None:
    cut = tmp_path / "cut.tar.gz"
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * share)])
    done = keeper.run("restore", str(cut), "--replace")
    assert done.returncode == 1
    assert "This is not a whole everfair backup" in done.stderr
    assert "Traceback" not in done.stderr
    assert dump(keeper) == kept


def rewritten(whole: Path, target: Path, name: str, change: "dict[str, bytes] | None") -> Path:
    """The backup with one member replaced by `change[name]`, or left out."""
    import io

    with tarfile.open(whole) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            data = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == name:
                if change is None:
                    continue
                data = change[name]
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


BAD_ROW = b'{"model": "people.membership", "pk": 1, "fields": {"user": 999, "organisation": 999}}\n'


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tables/people.user.jsonl", None, "This is not a whole everfair backup"),
        ("settings.json", None, "This is not a whole everfair backup"),
        ("manifest.json", None, "This is not a whole everfair backup"),
        ("manifest.json", b'{"format": "zip"}', "This file is not an everfair backup"),
        ("tables/people.user.jsonl", b'{"model": "people.user", "pk": 1, "fiel', "do not fit this database"),
        ("tables/people.membership.jsonl", BAD_ROW, "do not fit this database"),
    ],
)
def test_a_backup_that_was_tampered_with_changes_nothing(
    whole: Path,
    keeper: Installation,
    kept: dict[str, str],
    tmp_path: Path,
    name: str,
    change: bytes | None,
    said: str,
) -> None:
    bent = rewritten(whole, tmp_path / "bent.tar.gz", name, None if change is None else {name: change})
    done = keeper.run("restore", str(bent), "--replace")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert dump(keeper) == kept


def test_a_newer_everfairs_backup_is_refused(whole: Path, keeper: Installation, tmp_path: Path) -> None:
    with tarfile.open(whole) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    manifest["migrations"].append("fair.0999_of_tomorrow")
    changed = {"manifest.json": json.dumps(manifest).encode()}
    bent = rewritten(whole, tmp_path / "newer.tar.gz", "manifest.json", changed)
    done = keeper.run("restore", str(bent), "--replace")
    assert done.returncode == 1
    assert "newer than this one. Update first." in done.stderr


def test_a_path_that_leads_outside_is_refused(whole: Path, keeper: Installation, tmp_path: Path) -> None:
    import io

    evil = tmp_path / "evil.tar.gz"
    rewritten(whole, evil, "", None)
    with tarfile.open(whole) as old, tarfile.open(evil, "w:gz") as new:
        info = tarfile.TarInfo("media/../../../outside")
        info.size = 1
        new.addfile(info, io.BytesIO(b"x"))
        for member in old.getmembers():
            new.addfile(member, old.extractfile(member))
    done = keeper.run("restore", str(evil), "--replace")
    assert done.returncode == 1
    assert not list(keeper.folder.parent.glob("outside"))


WRITE_PAIRS = """
import sys, time
from django.db import transaction
from tests.factories.people import make_organisation
from everfair.people.models import Organisation
print("begun", flush=True)
number = 0
slowest = 0.0
while True:
    number += 1
    started = time.monotonic()
    with transaction.atomic():  # two rows that belong together
        for half in "ab":
            Organisation.objects.create(name={"en": f"Pair {number} {half}"}, description={"en": str(number)})
    slowest = max(slowest, time.monotonic() - started)
    if number % 20 == 0:
        print(number, round(slowest, 3), flush=True)
"""

SLOW_BACKUP = """
import sys, time
from pathlib import Path
from everfair.config import backup
plain = backup._add
read = backup.tables
def slow_tables():
    for model in read():
        time.sleep(0.03)  # for each of some hundred tables
        yield model
backup.tables = slow_tables
backup.write_backup(Path(sys.argv[1]))
"""


def consistent(installation: Installation, target: Path, restored: Installation) -> tuple[int, int]:
    """Back up while another process writes pairs: pairs in the backup, and pairs written meanwhile."""
    writer = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{WRITE_PAIRS}"],
        env=installation.environment,
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    lines: list[str] = []

    def read_on() -> None:
        assert writer.stdout is not None
        lines.extend(writer.stdout)

    try:
        assert writer.stdout.readline() == "begun\n"
        reading = threading.Thread(target=read_on)
        reading.start()
        count = (
            "from everfair.people.models import Organisation as O\n"
            "print(O.objects.filter(name__icontains='Pair').count())"
        )
        before = int(installation.python(count))
        installation.python(SLOW_BACKUP, str(target))
        after = int(installation.python(count))
    finally:
        writer.kill()
        writer.wait(timeout=20)
        reading.join(timeout=20)
    restored.do("restore", str(target))
    names = json.loads(
        restored.python(
            "import json\nfrom everfair.people.models import Organisation as O\n"
            "print(json.dumps([o.name['en'] for o in O.objects.filter(name__icontains='Pair')]))"
        )
    )
    halves = {name.split()[1]: set() for name in names}
    for name in names:
        halves[name.split()[1]].add(name.split()[2])
    assert {frozenset(found) for found in halves.values()} == {frozenset("ab")}  # no half of a pair
    assert sorted(int(number) for number in halves) == list(range(1, len(halves) + 1))  # and no gap
    return len(halves), (after - before) // 2


def test_a_backup_under_writes_is_of_one_moment_and_holds_nobody_up(
    source: Installation, tmp_path: Path, empty: Installation
) -> None:
    busy = copied(source, tmp_path / "busy")
    kept, meanwhile = consistent(busy, tmp_path / "busy.tar.gz", empty.with_tables())
    assert kept > 0
    assert meanwhile > 0


@pytest.mark.postgres
def test_the_same_on_postgres(tmp_path: Path, empty: Installation) -> None:
    busy = filled(tmp_path / "busy", "everfair_backup_busy")
    kept, meanwhile = consistent(busy, tmp_path / "busy.tar.gz", empty.with_tables())
    assert kept > 0
    assert meanwhile > 0


def test_secrets_are_not_printed(source: Installation, whole: Path, empty: Installation) -> None:
    said = empty.with_tables().do("restore", str(whole))
    assert "EVERFAIR_SECRET_KEY" in said  # the name, so that the operator compares
    assert (source.folder / "secret-key").read_text(encoding="utf-8") not in said
