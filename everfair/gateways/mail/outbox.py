"""The way out: letters wait as background tasks, are tried again, and are never lost. No words here."""

import base64
import hashlib
import json
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tasks import task

from everfair.gateways.mail.letter import Letter

logger = logging.getLogger("everfair.mail")

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440, 1440)]
"""How long a letter waits after each failed try."""
REST = timedelta(hours=6)
"""How long a letter that lies as a file is left alone between two rounds."""
REFUSED = "-refused"


def post(letter: Letter) -> None:
    """Queue the letter. Its row is written in the caller's transaction, so a rollback takes it back."""
    deliver.enqueue(_seal(letter), 0)


@task()
def deliver(sealed: str, attempt: int) -> None:
    """Send one letter; on failure wait and try again, in the end keep it as a file."""
    letter = _unseal(sealed)
    try:
        _hand_over(letter)
    except SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            logger.error(
                "Letter “%s” refused by the mail server for good: %s", letter.template, _keep(letter, REFUSED)
            )
        else:
            _try_later(letter, attempt, error)
    except Exception as error:  # whatever the server or the network does, the letter is kept
        _try_later(letter, attempt, error)


def send_unsent(*, everything: bool = True) -> tuple[int, int]:
    """Try once more every letter kept as a file. Returns how many left and how many are still here.

    Without `everything` only those that are worth it: not refused for good, not tried within `REST`.
    """
    gone = kept = 0
    _give_back()
    for path in _unsent():
        if not (everything or _is_due(path)):
            kept += 1
            continue
        claimed = path.with_suffix(".sending")
        try:
            os.utime(path)
            path.rename(claimed)  # two rounds at once: one has it
        except FileNotFoundError:
            continue
        try:
            _hand_over(Letter(**json.loads(claimed.read_text(encoding="utf-8"))))
        except Exception as error:  # one bad letter must not hold the others
            logger.warning("Letter “%s” still cannot be sent: %s", path.name, error)
            claimed.rename(path)
            kept += 1
        else:
            claimed.unlink()
            gone += 1
    return gone, kept


def _give_back() -> None:
    """What a process had in hand that died while sending."""
    for claimed in (settings.DATA_DIR / "mail" / "unsent").glob("*.sending"):
        with suppress(FileNotFoundError):
            if time.time() - claimed.stat().st_mtime > 3600:
                claimed.rename(claimed.with_suffix(".json"))


def _is_due(path: Path) -> bool:
    try:
        rested = time.time() - path.stat().st_mtime >= REST.total_seconds()
    except FileNotFoundError:
        return False
    return rested and not path.stem.endswith(REFUSED)


def unsent_count() -> int:
    """How many letters lie in DATA_DIR/mail/unsent."""
    return sum(1 for _ in _unsent())


def _try_later(letter: Letter, attempt: int, error: Exception) -> None:
    if attempt < len(PAUSES) and deliver.get_backend().supports_defer:
        logger.warning("Letter “%s” not sent (try %d): %s", letter.template, attempt + 1, error)
        later = deliver.using(run_after=timezone.now() + PAUSES[attempt])
        later.enqueue(_seal(letter), attempt + 1)
    else:
        logger.error(
            "Letter “%s” could not be sent: %s. It is kept: %s", letter.template, error, _keep(letter)
        )


def _hand_over(letter: Letter) -> None:
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=_headers(letter),
    )
    message.attach_alternative(letter.html, "text/html")
    message.send()


def _headers(letter: Letter) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:  # RFC 8058: the reader's mail program ends them by one POST
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _unsent() -> Iterator[Path]:
    return iter(sorted((settings.DATA_DIR / "mail" / "unsent").glob("*.json")))


def _keep(letter: Letter, mark: str = "") -> Path:
    """Write the letter where only the owner of the server reads it."""
    folder = settings.DATA_DIR / "mail" / "unsent"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = folder / f"{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{mark}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(letter.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _lock() -> Fernet:
    """Letters carry secrets that the database keeps only as digests, so a waiting letter is sealed."""
    key = hashlib.sha256(b"everfair.mail:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(letter: Letter) -> str:
    return _lock().encrypt(json.dumps(letter.as_dict()).encode()).decode()


def _unseal(sealed: str) -> Letter:
    return Letter(**json.loads(_lock().decrypt(sealed.encode())))
