"""An edition with one zone, devices and people with badges, made in one go. Run as a program in an installation it prints them as JSON."""

import json
import sys
from typing import Any

from tests.prepared import make_tables


def lay_out(people: int, devices: int, most: int | None = None) -> dict[str, Any]:
    """Codes of badges and secrets of devices, for a client that knows nothing else."""
    from everfair.fair.models import BadgeKind
    from everfair.registration.actions.badges import issue_badges
    from everfair.registration.models import Registration
    from tests.factories.fair import make_edition
    from tests.factories.gate import make_device, make_zone

    make_tables()
    edition = make_edition(starts_on="2020-01-01", ends_on="2099-12-30")
    edition.refresh_from_db()
    kind = BadgeKind.objects.create(edition=edition, code="buyer", name={"en": "Buyer"})
    rows = Registration.objects.bulk_create(
        [
            Registration(
                edition=edition, kind=kind, name=f"Person {n}", email=f"p{n}@example.org", state="approved"
            )
            for n in range(people)
        ],
        batch_size=500,
    )
    badges = issue_badges(rows, by=None)
    zone = make_zone(edition, code="north", most=most)
    secrets = [make_device(zone, f"Gate {n}")[1] for n in range(devices)]
    return {"codes": [badge.code for badge in badges], "secrets": secrets}


def result() -> dict[str, Any]:
    """What the tables hold at the end."""
    from everfair.gate.models import Presence, Scan, Zone

    zone = Zone.objects.get(code="north")
    return {
        "inside": zone.inside,
        "present": Presence.objects.filter(zone=zone).count(),
        "scans": [f"{device}:{number}" for device, number in Scan.objects.values_list("device_id", "number")],
        "verdicts": list(Scan.objects.values_list("verdict", flat=True)),
    }


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "result":
        print(json.dumps(result()))
    else:
        print(json.dumps(lay_out(*map(int, sys.argv[1:3]), most=int(sys.argv[3]) or None)))


if __name__ == "__main__":
    main()
