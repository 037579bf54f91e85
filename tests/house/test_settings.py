"""Every setting is explained in docs/operate/settings.md, and nothing is explained that is none."""

import os
import re
from pathlib import Path

import pytest
from django.db import connection

from everfair.config import environment, settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "settings.md"
NAME = re.compile(r"\bEVERFAIR_[A-Z0-9_]+\b")
ELSEWHERE = {"EVERFAIR_SHARED"}  # read by the tests alone


def asked_for() -> set[str]:
    """Names the settings file read when it was imported."""
    assert settings.DATA_DIR  # imported, so every name was asked for
    return {name for name in environment.DOCUMENTED if name.startswith("EVERFAIR_")}


def explained() -> set[str]:
    """Names that begin a line of the page: a table's row, a list's point or a heading."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {found.group() for line in lines if line[:1] in "|-*#`" and (found := NAME.search(line))}


def test_settings_are_asked_for_in_one_file_only() -> None:
    package = PAGE.parents[2] / "everfair"
    strays = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if path.name not in {"settings.py", "environment.py"}
        and re.search(r"os\.environ(\[|\.get\()[^)\]]*EVERFAIR_", path.read_text(encoding="utf-8"))
    ]
    assert strays == []
    assert len(asked_for()) > 20


def test_every_setting_is_explained() -> None:
    assert sorted(asked_for() - explained()) == []


def test_nothing_unknown_is_explained() -> None:
    told = set(NAME.findall(PAGE.read_text(encoding="utf-8")))
    known = asked_for() | {f"{name}_FILE" for name in asked_for()} | ELSEWHERE
    assert sorted(told - known) == []


def test_the_test_run_itself_uses_known_settings() -> None:
    used = {name for name in os.environ if name.startswith("EVERFAIR_")}
    assert sorted(used - asked_for() - {f"{name}_FILE" for name in asked_for()} - ELSEWHERE) == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_is_told_to_compile_no_queries() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
