"""Both parties confirm at the same moment from many tabs; the organiser publishes from many; two runs ask what became of it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def confirm_race(tabs: int) -> dict[str, Any]:
    """What the tables hold after everybody pressed at once."""
    from everfair.agreements.models import ChainEntry
    from everfair.base.charts import IllegalChange
    from everfair.base.models import AuditEntry
    from everfair.outcomes.actions.confirming import confirm_outcome
    from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
    from everfair.outcomes.actions.following import ask_due
    from everfair.outcomes.models import FIELDS, FollowUp, Outcome, OutcomeParty
    from tests.factories.outcomes import make_outcome, organiser_of, signer_of

    made = make_outcome(agreed_on=date(2026, 1, 5))
    parties = list(made.parties.select_related("exhibitor__organisation"))
    signers = {party.pk: signer_of(party.exhibitor) for party in parties if party.exhibitor is not None}
    by = organiser_of(made.edition)

    def confirm(number: int) -> Callable[[], bool]:
        def deed() -> bool:
            pk = parties[number % 2].pk
            party = OutcomeParty.objects.select_related("outcome__edition").get(pk=pk)
            return confirm_outcome(party, FIELDS, by=signers[pk])

        return deed

    def publish() -> str:
        row = Outcome.objects.select_related("edition__fair").get(pk=made.pk)
        try:
            publish_outcome(row, by=by)
        except IllegalChange:
            return "published already"
        return "published"

    at_once([confirm(number) for number in range(tabs)])
    verify_outcome(Outcome.objects.get(pk=made.pk), by=by)
    published = at_once([publish for _ in range(tabs)])
    at_once([lambda: ask_due(datetime(2026, 7, 6, tzinfo=UTC)) for _ in range(4)])
    numbers = list(ChainEntry.objects.order_by("number").values_list("number", flat=True))
    return {
        "confirmed": AuditEntry.objects.filter(event="outcomes.outcome.confirmed").count(),
        "by_party": AuditEntry.objects.filter(event="outcomes.outcome.confirmed_by_party").count(),
        "published": sorted(published),
        "versions": Outcome.objects.get(pk=made.pk).versions.count(),
        "chain": numbers,
        "asked": FollowUp.objects.count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(confirm_race(6)))


if __name__ == "__main__":
    main()
