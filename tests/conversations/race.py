"""Many tabs write to one firm at the same moment; one message is sent many times over."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def begin_race(tabs: int) -> dict[str, Any]:
    """The same person begins the same conversation from as many tabs; half of the tabs send the same own number."""
    from everfair.conversations.access import Who
    from everfair.conversations.actions.writing import begin
    from everfair.conversations.models import Conversation, Message, Party
    from everfair.exhibition.models import Exhibitor
    from everfair.people.models import User
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.people import make_user

    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    person = make_user(name="Wanjiru")

    def write(number: int) -> Callable[[], str]:
        def deed() -> str:
            booth = Exhibitor.objects.select_related("edition", "organisation").get(pk=firm.pk)
            user = User.objects.get(pk=person.pk)
            own = "same" if number % 2 else f"own-{number}"
            said = begin(
                booth.edition, Who.person(user), Who.firm(booth), f"Tab {number}", by=user, own_number=own
            )
            return f"{said.conversation.code}/{said.number}"

        return deed

    said = at_once([write(number) for number in range(tabs)])
    return {
        "said": said,
        "conversations": Conversation.objects.count(),
        "parties": Party.objects.count(),
        "numbers": sorted(Message.objects.values_list("number", flat=True)),
        "last": Conversation.objects.get().last_number,
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(begin_race(8)))


if __name__ == "__main__":
    main()
