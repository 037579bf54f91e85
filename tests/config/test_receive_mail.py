"""`everfair receive-mail` as a mail server runs it: a process, a letter on standard input, an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
LETTER = b"From: a@firm.example\r\nTo: talk+1-1-0123456789abcdef@fair.example\r\n\r\nYes.\r\n"
RUN = "from everfair.config.cli import main; main()"


@pytest.mark.parametrize(
    ("inbound", "letter", "code"),
    [("talk@fair.example", b"nothing", 65), ("", LETTER, 78)],
)
def test_what_is_wrong_with_the_letter_or_the_setting(
    tmp_path: Path, inbound: str, letter: bytes, code: int
) -> None:
    assert _run(tmp_path, letter, EVERFAIR_INBOUND_ADDRESS=inbound).returncode == code


def test_a_database_that_is_away_leaves_the_letter_with_the_mail_server(tmp_path: Path) -> None:
    from django.conf import settings

    from everfair.conversations.bridge import _sign

    body = "1-1"
    own = {
        "EVERFAIR_INBOUND_ADDRESS": "talk@fair.example",
        "EVERFAIR_SECRET_KEY": settings.SECRET_KEY,
        "EVERFAIR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    letter = LETTER.replace(b"0123456789abcdef", _sign(body).encode())
    done = _run(tmp_path, letter, **own)
    assert done.returncode == 75, done.stderr
    assert b"Try again later" in done.stderr
    assert b"Traceback" not in done.stderr


def _run(folder: Path, letter: bytes, **own: str) -> "subprocess.CompletedProcess[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    place = {"EVERFAIR_DATA_DIR": str(folder), "PYTHONPATH": str(HERE)}
    return subprocess.run(
        [sys.executable, "-c", RUN, "receive-mail"], input=letter, env={**kept, **place, **own}, cwd=HERE,
        capture_output=True, timeout=120,
    )  # fmt: skip
