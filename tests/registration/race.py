"""Several people want the same thing at the same moment, each in a thread with its own connection.

Run as a program it does so on a new SQLite file (EVERFAIR_DATA_DIR) and prints what came out as JSON.
"""

import json
from collections.abc import Callable
from typing import Any

from tests.exhibition.quota_race import at_once
from tests.prepared import make_tables

RIVALS, PLACES, PER_FIRM = 8, 3, 2


def last_places() -> dict[str, Any]:
    """More people than places; some approved from the queue, some registering, two leaving meanwhile."""
    from everfair.registration.actions.deciding import approve, cancel
    from everfair.registration.actions.registering import register
    from tests.factories.registration import make_kind, make_registration

    kind = make_kind(capacity=PLACES, needs_approval=False)
    asked = [make_registration(kind) for _n in range(2)]
    queued = make_kind(kind.edition, capacity=PLACES, needs_approval=True)
    waiting = [make_registration(queued, source="self") for _n in range(RIVALS)]
    values = [{"name": f"Rival {n}", "email": f"rival{n}@example.org"} for n in range(RIVALS)]
    jobs: list[Callable[[], object]] = [
        *(lambda one=one: register(kind.edition, kind, one, by=None) for one in values),  # type: ignore[misc]
        *(lambda row=row: cancel(row, by=None) for row in asked),  # type: ignore[misc]
        *(lambda row=row: approve(row, by=None) for row in waiting),  # type: ignore[misc]
    ]
    return {"answers": at_once(jobs), "kinds": [counted(kind), counted(queued)]}


def counted(kind: Any) -> dict[str, int]:
    """What the kind says of itself, and what is there."""
    kind.refresh_from_db()
    rows = kind.registrations
    badges = sum(row.badges.filter(state="valid").exists() for row in rows.filter(state="approved"))
    return {
        "expected": kind.expected,
        "approved": rows.filter(state="approved").count(),
        "waiting": rows.filter(state="waiting").count(),
        "badges": badges,
    }


def one_address() -> dict[str, Any]:
    """One address under one kind, many times; one firm's number, many times; one invitation, many times."""
    from everfair.registration.actions.registering import register
    from everfair.registration.models import RegistrationInvitation
    from tests.factories.people import make_organisation
    from tests.factories.registration import make_kind

    kind = make_kind(per_firm=PER_FIRM)
    firm = make_organisation(name={"en": "Jade"})
    same = {"name": "Ada", "email": "ada@example.org"}
    staff = [{"name": f"S{n}", "email": f"s{n}@example.org", "organisation": firm} for n in range(RIVALS)]
    closed = make_kind(kind.edition, is_open=False)
    from datetime import timedelta

    from django.utils import timezone

    invitation = RegistrationInvitation.objects.create(
        edition=kind.edition, kind=closed, email="g@example.org", secret_digest="x" * 64,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    guests = [{"name": f"G{n}", "email": f"g{n}@example.org"} for n in range(3)]
    jobs: list[Callable[[], object]] = [
        *(lambda: register(kind.edition, kind, same, by=None) for _n in range(4)),
        *(lambda one=one: register(kind.edition, kind, one, by=None, source="firm") for one in staff),  # type: ignore[misc]
        *(
            lambda one=one: register(  # type: ignore[misc]
                kind.edition, closed, one, by=None, source="invitation", invitation=invitation
            )
            for one in guests
        ),
    ]
    answers = at_once(jobs)
    return {
        "answers": answers,
        "same": kind.registrations.filter(email="ada@example.org").count(),
        "firm": kind.registrations.filter(organisation=firm).count(),
        "guests": closed.registrations.count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps({"places": last_places(), "once": one_address()}))


if __name__ == "__main__":
    main()
