"""A stage is chosen from many tabs at the same moment, and one listener takes a place from many; run as a program it prints what came of it."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def race(tabs: int) -> dict[str, Any]:
    """As many tabs choose the same session's stage, then one person listens from as many. No server is asked for seats."""
    from django.conf import settings
    from django.utils import timezone

    from everfair.base.models import AuditEntry
    from everfair.calls.actions import listening
    from everfair.calls.actions.stages import choose_stage
    from everfair.calls.models import Call, Listener
    from everfair.people.models import User
    from everfair.programme.models import Session
    from tests.factories.people import make_user
    from tests.factories.programme import make_session

    settings.JANUS_URL = "http://127.0.0.1:9/janus"
    session, person = make_session(state="live"), make_user(name="Wanjiru")

    def choose() -> str:
        return choose_stage(Session.objects.select_related("edition").get(pk=session.pk), by=None).code

    def listen() -> str:
        call = Call.objects.select_related("edition", "session").get(session=session)
        return listening._listener(call, User.objects.get(pk=person.pk), timezone.now()).code

    chosen: list[Callable[[], str]] = [choose for _tab in range(tabs)]
    heard: list[Callable[[], str]] = [listen for _tab in range(tabs)]
    return {
        "chosen": at_once(chosen),
        "heard": at_once(heard),
        "calls": Call.objects.filter(session=session).count(),
        "listeners": Listener.objects.count(),
        "told": AuditEntry.objects.filter(event="calls.stage.chosen").count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(race(8)))


if __name__ == "__main__":
    main()
