"""The command `everfair`, as people type it: help, doctor, sample, search, lists, nothing done twice."""

import json
import os
from pathlib import Path

from tests.config.installation import Installation

COMMANDS = (
    "demo",
    "serve",
    "worker",
    "manage",
    "search",
    "reindex",
    "sample",
    "backup",
    "restore",
    "doctor",
    "import",
    "export",
    "timetable",
)


def test_help_names_every_command(sample: Installation) -> None:
    said = sample.do("--help")
    assert [name for name in COMMANDS if name not in said] == []
    assert "exhibitors" in sample.do("import", "--help")
    assert "exhibitors" in sample.do("export", "--help")


def test_an_unknown_command_is_refused(sample: Installation) -> None:
    done = sample.run("opne")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_the_doctor_finds_a_fresh_sample_in_order(sample: Installation) -> None:
    imports = "from django.utils import timezone; from django_tasks_db.models import DBTaskResult as Task"
    sample.python(f"{imports}; Task.objects.update(enqueued_at=timezone.now())")
    done = sample.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "TO DO" not in done.stdout
    for looked_at in (
        "settings",
        "secret key",
        "database",
        "tables",
        "search index",
        "storage",
        "mail",
        "clock",
    ):
        assert f"ok    {looked_at}:" in done.stdout


def test_the_doctor_tells_what_is_to_do(empty: Installation) -> None:
    done = empty.run("doctor")
    assert done.returncode == 1
    assert "TO DO tables" in done.stdout
    assert "Run: everfair manage migrate" in done.stdout
    assert "Run: everfair reindex" in done.stdout


def test_the_doctor_sees_a_media_folder_it_cannot_write(empty: Installation) -> None:
    empty.with_tables()
    (empty.folder / "media").write_text("a file where a folder should be", encoding="utf-8")
    done = empty.run("doctor")
    assert done.returncode == 1
    assert "TO DO storage: " in done.stdout
    assert "media" in done.stdout
    assert "ok    database" in done.stdout


def test_the_doctor_sees_a_database_that_is_not_there(empty: Installation) -> None:
    empty.settings["EVERFAIR_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"
    done = empty.run("doctor")
    assert done.returncode == 1
    assert "TO DO database: " in done.stdout
    assert "Start the database, or correct EVERFAIR_DATABASE_URL." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "ok    storage" in done.stdout  # the others are looked at all the same


def test_the_doctor_sees_a_secret_others_can_read(empty: Installation) -> None:
    empty.do("manage", "check")
    (empty.folder / "secret-key").chmod(0o644)
    done = empty.run("doctor")
    assert "TO DO secret key: others on this machine can read it" in done.stdout
    assert f"chmod 600 {empty.folder / 'secret-key'}" in done.stdout


def edition_of(installation: Installation) -> str:
    return installation.python(
        "from everfair.fair.queries import current_edition; print(current_edition().slug)"
    ).strip()


def test_search_prints_what_the_page_shows(sample: Installation) -> None:
    slug = edition_of(sample)
    found = json.loads(sample.do("search", "theatre", "--edition", slug, "--json"))
    assert found["total"] > 0
    assert len(found["hits"]) > 0
    assert {"kind", "title", "by", "country", "url"} <= set(found["hits"][0])
    assert found["hits"][0]["url"].startswith(f"/en/{slug}/")
    chinese = json.loads(sample.do("search", "剧场", "--edition", slug, "--lang", "zh", "--json"))
    assert chinese["total"] > 0
    assert chinese["hits"][0]["url"].startswith(f"/zh/{slug}/")
    assert f"{found['total']} found" in sample.do("search", "theatre", "--edition", slug)


def test_search_in_no_edition(sample: Installation) -> None:
    done = sample.run("search", "tea", "--edition", "nowhere")
    assert done.returncode == 1
    assert done.stderr.strip() == "There is no public edition “nowhere”."


def test_a_scale_that_is_none(empty: Installation) -> None:
    done = empty.run("sample", "--scale", "huge")
    assert done.returncode == 1
    assert "Choose one of: small, ciftis, canton, meetings." in done.stderr
    assert not list(empty.folder.glob("*.sqlite3")), "said before anything is made"


def test_a_command_that_cuts_no_chinese_reads_no_dictionary(empty: Installation) -> None:
    assert empty.python("import sys; print('rjieba' in sys.modules)") == "False\n"


def test_a_small_catalogue_goes_out_and_comes_in_again(empty: Installation) -> None:
    said = empty.with_tables().do("sample", "--scale", "small", "--slug", "mini")
    assert "mini: 3000 offers" in said
    listed = empty.folder / "list.csv"
    assert (
        "3000 rows written"
        in empty.run("export", "exhibitors", "--edition", "mini", "--out", str(listed)).stderr
    )
    words = ["import", "exhibitors", str(listed), "--edition", "mini"]
    done = empty.run(*words, "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Dry run: nothing was written." in done.stdout


def test_the_sample_is_loaded_once(sample: Installation) -> None:
    count = "from everfair.exhibition.models import Exhibitor; print(Exhibitor.objects.count())"
    before = sample.python(count)
    assert "Loading" not in sample.do("sample")
    assert sample.python(count) == before


def test_the_demonstration_must_be_asked_for(empty: Installation) -> None:
    done = empty.run("demo")
    assert done.returncode == 1
    assert "The demonstration needs EVERFAIR_DEMO=true" in done.stderr
    assert not list(empty.folder.glob("*.sqlite3"))


def test_accounts_of_the_demonstration_are_kept_from_others(sample: Installation) -> None:
    kept = sample.folder / "demo-accounts.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    accounts = json.loads(kept.read_text(encoding="utf-8"))
    assert len(accounts) == 7
    assert len({account["password"] for account in accounts}) == 7


def test_static_files_are_gathered_once_and_again_when_they_change(empty: Installation) -> None:
    gather = "from everfair.config.setup import collect_static_files; collect_static_files()"
    empty.python(gather)
    root = empty.folder / "static"
    manifest = json.loads((root / "staticfiles.json").read_text(encoding="utf-8"))
    assert (root / manifest["paths"]["css/everfair.css"]).exists()
    assert (root / (manifest["paths"]["css/everfair.css"] + ".gz")).exists()
    (root / "mark").touch()  # a second gathering would clear it away
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    empty.python(gather)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == times
    (root / ".stamp").write_text("of older files", encoding="utf-8")
    empty.python(gather)
    assert not (root / "mark").exists()


def test_messages_are_compiled_where_they_are_older(tmp_path: Path) -> None:
    from django.test import override_settings

    from everfair.config.setup import compile_messages

    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, target = folder / "django.po", folder / "django.mo"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(f'{head}msgid "Tea"\nmsgstr "茶"\n', encoding="utf-8")
    with override_settings(LOCALE_PATHS=[tmp_path]):
        compile_messages()
        assert "茶".encode() in target.read_bytes()
        os.utime(target, (2_000_000_000, 2_000_000_000))
        target.write_bytes(b"kept")
        os.utime(target, (2_000_000_000, 2_000_000_000))
        compile_messages()
        assert target.read_bytes() == b"kept"
        os.utime(source, (2_100_000_000, 2_100_000_000))
        compile_messages()
        assert "茶".encode() in target.read_bytes()
