"""Colleagues of a booth greet the same visitor at the same moment."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def greet_race(colleagues: int) -> dict[str, Any]:
    """As many colleagues as one visitor would not like."""
    from django.utils import timezone

    from everfair.conversations.actions.greeting import greet
    from everfair.conversations.models import Conversation, Message
    from everfair.exhibition.models import Exhibitor
    from everfair.presence.models import Greeting, Showing
    from tests.factories.calls import make_stay
    from tests.factories.conversations import make_colleague
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.people import make_user

    firm, visitor = make_exhibitor(state=Exhibitor.State.PUBLISHED), make_user(name="Wanjiru")
    Showing.objects.create(edition=firm.edition, user=visitor, level="name", may_greet=True)
    stay = make_stay(visitor, firm, now=timezone.now())
    hosts = [make_colleague(firm) for _n in range(colleagues)]

    def by(host: Any) -> Callable[[], str]:
        def deed() -> str:
            booth = Exhibitor.objects.select_related("edition", "organisation").get(pk=firm.pk)
            return str(greet(booth, stay.code, "Welcome.", by=host).number)

        return deed

    said = at_once([by(host) for host in hosts])
    return {
        "said": said,
        "greetings": Greeting.objects.count(),
        "conversations": Conversation.objects.count(),
        "messages": Message.objects.count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(greet_race(8)))


if __name__ == "__main__":
    main()
