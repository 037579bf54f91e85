"""The secret key is made once, also by two that start at the same moment, and nobody reads half of it."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from everfair.config import environment
from everfair.config.environment import BadSetting, kept_secret
from tests.config.installation import HERE, Installation

START = """
import sys, time
from pathlib import Path
from everfair.config.environment import kept_secret
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
print(kept_secret(Path(sys.argv[1])))
"""


def test_processes_that_start_at_one_moment_get_the_same_key(tmp_path: Path) -> None:
    for turn in range(3):
        path = tmp_path / str(turn) / "secret-key"
        words = [sys.executable, "-c", START, str(path), str(time.time() + 1.0)]
        started = [subprocess.Popen(words, cwd=HERE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        keys = {process.communicate(timeout=60)[0].strip() for process in started}
        assert keys == {path.read_text(encoding="utf-8")}
        assert len(keys.pop()) > 50
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [one.name for one in path.parent.iterdir()] == ["secret-key"]


def test_two_whole_first_starts_sign_with_the_same_key(empty: Installation) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    words = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    started = [
        subprocess.Popen(words, cwd=HERE, env=empty.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    keys = [process.communicate(timeout=120)[0].strip() for process in started]
    assert keys[0] == keys[1] == (empty.folder / "secret-key").read_text(encoding="utf-8")


def test_who_comes_second_while_the_first_writes_keeps_the_firsts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's key appears between the look for the file and the link: what a race does, in order."""
    path, real = tmp_path / "secret-key", os.link

    def link(source: Path, target: Path) -> None:
        target.write_text("the first one's key", encoding="utf-8")
        real(source, target)

    monkeypatch.setattr(environment.os, "link", link)
    assert kept_secret(path) == "the first one's key"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_keeps_a_key_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: Path, target: Path) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(environment.os, "link", link)
    assert kept_secret(tmp_path / "secret-key") == kept_secret(tmp_path / "secret-key")


def test_a_key_that_cannot_be_used_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text(" \n")
    with pytest.raises(BadSetting, match="is empty"):
        kept_secret(tmp_path / "secret-key")
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="EVERFAIR_SECRET_KEY"):
        kept_secret(tmp_path / "file" / "secret-key")
