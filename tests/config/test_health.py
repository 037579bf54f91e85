"""The doctor outside any container: every line that is not in order says in one line what to do."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from everfair.agreements.actions.guard import lift_guard
from everfair.config import health
from everfair.gateways.video import checks
from tests.config.installation import Installation
from tests.config.lease_race import make_task


def lines_of(installation: Installation) -> list[str]:
    done = installation.run("doctor")
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout.rstrip().splitlines()


def require_advice(lines: list[str]) -> int:
    """Every TO DO has its arrow below it, and nothing else stands there; how many."""
    starts = ("ok    ", "TO DO ", "      → ")
    assert all(line.startswith(starts) for line in lines), lines
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        assert not line.startswith("TO DO ") or below.startswith("      → "), line
    return sum(line.startswith("TO DO ") for line in lines)


def test_nothing_made_yet(empty: Installation) -> None:
    assert require_advice(lines_of(empty)) == 2  # tables, search index


def test_half_of_a_server_for_calls_is_refused(empty: Installation) -> None:
    empty.settings |= {"EVERFAIR_JANUS_URL": "http://127.0.0.1:8088/janus"}
    done = empty.run("doctor")
    assert done.returncode == 1
    assert "Janus needs EVERFAIR_JANUS_PUBLIC_URL, EVERFAIR_JANUS_TOKEN_SECRET" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_everything_around_it_is_away(empty: Installation) -> None:
    empty.settings |= {
        "EVERFAIR_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "EVERFAIR_REDIS_URL": "redis://127.0.0.1:9/0",
        "EVERFAIR_MAIL_HOST": "127.0.0.1",
        "EVERFAIR_MAIL_PORT": "9",
        "EVERFAIR_BASE_URL": "https://fair.example.org",
        "EVERFAIR_TURN_URLS": "turn:127.0.0.1:9?transport=tcp",
        "EVERFAIR_TURN_SECRET": "x",
        "EVERFAIR_JANUS_URL": "http://127.0.0.1:9/janus",
        "EVERFAIR_JANUS_PUBLIC_URL": "wss://fair.example.org/janus",
        "EVERFAIR_JANUS_TOKEN_SECRET": "x",
        "EVERFAIR_JANUS_ADMIN_KEY": "x",
    }
    lines = lines_of(empty)
    assert require_advice(lines) == 10
    assert any("→ Start coturn" in line for line in lines)
    assert any("→ Start Janus" in line for line in lines)
    assert sum("→ Start the database, or correct EVERFAIR_DATABASE_URL." in line for line in lines) == 5
    assert any("→ Start Redis, or correct EVERFAIR_REDIS_URL." in line for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OSError("two\nlines"), OperationalError("two\nlines"), ValueError()])
def test_a_look_that_fails_says_on_one_line_what_to_do(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    names = [name for name in vars(health) if name in {f"_{one}" for one in
             ("settings", "secret", "database", "migrations", "chain", "tasks", "index", "cache", "storage", "mail", "encoder", "fonts", "clock")}]  # fmt: skip
    for name in names:

        def fail() -> Any:
            raise error

        fail.__name__ = name
        monkeypatch.setattr(health, name, fail)

    def fall(**_: object) -> Any:
        raise error

    monkeypatch.setattr(checks, "describe", fall)
    found = health.examine()
    assert len(found) == len(names) + 1 == 14  # one line for calls
    for finding in found:
        assert not finding.is_fine
        assert finding.to_do
        assert "\n" not in finding.detail + finding.to_do


@pytest.mark.django_db
def test_a_chain_that_may_be_changed_is_told() -> None:
    def told() -> health.Finding:
        return next(one for one in health.examine() if one.what == "chain of records")

    assert told().is_fine
    lift_guard(connection)
    found = told()
    assert not found.is_fine
    assert "everfair manage migrate" in found.to_do
    assert "everfair agreements verify" in found.to_do
    call_command("migrate", verbosity=0)  # as the advice says
    assert told().is_fine


@pytest.mark.django_db
def test_tasks_nobody_works_on_are_told(tmp_path: Path, settings: Any) -> None:
    def told() -> health.Finding:
        return next(one for one in health.examine() if one.what == "background tasks")

    task, long_ago = make_task(tmp_path), timezone.now() - timedelta(hours=1)
    assert (told().is_fine, told().detail) == (True, "1 wait, 0 run")
    type(task).objects.update(enqueued_at=long_ago)
    assert told().is_fine  # it came due a minute ago
    type(task).objects.update(run_after=long_ago)
    settings.WORKER_IN_PROCESS = False
    assert (told().is_fine, told().to_do) == (False, "Run: everfair worker")
    settings.WORKER_IN_PROCESS = True
    assert "everfair serve" in told().to_do
