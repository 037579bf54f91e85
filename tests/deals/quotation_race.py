"""Many browsers accept quotations of one negotiation at the same moment, and one quotation many times."""

import json
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def accept_race(browsers: int) -> dict[str, Any]:
    """Half of the browsers accept the first quotation, half the second; a colleague sends a new version of the first."""
    from everfair.base.refusals import Refused
    from everfair.conversations.models import Message
    from everfair.deals.actions import quotation_answers, quoting
    from everfair.deals.models import Quotation, QuotationAnswer
    from everfair.people.models import User
    from tests.factories.deals import NOW
    from tests.factories.quotations import make_quotation, seller_of, values_of

    first = make_quotation()
    second = make_quotation(first.negotiation, title="Dry storage")
    buyer, host = first.negotiation.buyer, seller_of(first.negotiation)
    assert buyer is not None
    draft = quoting.begin_version(first, by=host, now=NOW)

    def accept(number: int) -> Callable[[], str]:
        def deed() -> str:
            row = Quotation.objects.select_related("negotiation").get(pk=(first if number % 2 else second).pk)
            try:
                quotation_answers.accept(row, 1, by=User.objects.get(pk=buyer.pk), now=NOW)
            except Refused as error:
                return f"refused: {error}"
            return f"accepted {row.pk}"

        return deed

    def send() -> str:
        row = Quotation.objects.select_related("negotiation").get(pk=first.pk)
        try:
            quoting.send(row, values_of(title="Dearer"), by=User.objects.get(pk=host.pk), now=NOW)
        except Exception as error:
            return f"not sent: {type(error).__name__}"
        return "sent"

    said = at_once([*(accept(number) for number in range(browsers)), send])
    accepted = list(Quotation.objects.filter(state="accepted"))
    return {
        "said": said,
        "accepted": [row.pk for row in accepted],
        "version": accepted[0].sent_number if accepted else 0,
        "answers": QuotationAnswer.objects.filter(kind="accepted").count(),
        "notes": Message.objects.filter(note="quotation_accepted").count(),
        "draft": draft.number,
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(accept_race(8)))


if __name__ == "__main__":
    main()
