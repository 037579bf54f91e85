"""A server that kills itself with signal 9 after a message was committed and before anybody is answered, once a file says so."""

import os
import signal
import sys
from pathlib import Path
from typing import Any


def die_once(**_about: Any) -> None:
    """Hears of a message after commit; the answer has not left yet."""
    from django.conf import settings

    mark = Path(settings.DATA_DIR, "die")
    if mark.exists():
        mark.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    import django

    django.setup()
    from everfair.config import setup
    from everfair.config.cli.serving import run
    from everfair.conversations.signals import message_sent

    message_sent.connect(die_once)
    setup.collect_static_files()
    run("127.0.0.1", int(sys.argv[1]))  # as `everfair serve`, with tables that are there
