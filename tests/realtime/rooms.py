"""A server with a topic for tests: `hall:<name>` is open to all, `cell:<user's id>` to one person while the file allows it."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEEN: set[str] = set()


def may_listen_to_hall(person: Any, rest: str) -> bool:
    return rest.isascii() and rest.isalnum()


def is_shut(person: Any, rest: str) -> bool:
    """A file of the data folder stands for a right in a table."""
    from django.conf import settings

    return Path(settings.DATA_DIR, f"shut-{rest}").exists()


def may_listen_to_cell(person: Any, rest: str) -> bool:
    return str(person.pk) == rest and not is_shut(person, rest)


def receive(
    person: Any, rest: str, kind: str, data: Mapping[str, Any], number: str
) -> Mapping[str, Any] | None:
    from django.db import connection

    from everfair.base.refusals import Refused
    from everfair.gateways import live

    if kind == "refuse":
        from django.utils.translation import gettext

        raise Refused(gettext("Please sign in first."))
    if kind == "fail":
        raise RuntimeError("broken on purpose")
    if kind == "slow":
        time.sleep(float(data["seconds"]))
    if kind == "ring":
        live.publish(f"hall:{rest}", {"kind": "ring", "by": person.pk}, to=int(data["to"]), keep=False)
        return None
    with connection.cursor() as cursor:  # a thread that may use the database
        cursor.execute("SELECT 1")
    is_new = f"{person.pk}/{number}" not in SEEN
    SEEN.add(f"{person.pk}/{number}")
    if is_new:
        live.publish(f"hall:{rest}", {"kind": kind, "id": number, "by": person.pk, "text": data.get("text")})
    return {"new": is_new}


def register() -> None:
    """Make the topics known in this process."""
    from everfair.realtime.topics import TOPICS, Topic

    TOPICS["hall"] = Topic(may_listen_to_hall, receive)
    TOPICS["cell"] = Topic(may_listen_to_cell, receive)


if __name__ == "__main__":
    import django

    django.setup()
    register()
    from everfair.config import setup
    from everfair.config.cli.serving import run

    setup.collect_static_files()
    run("127.0.0.1", int(sys.argv[1]))  # as `everfair serve`, with tables that are there
