"""Kinds of badge and approved registrations, for tests about badges."""

from typing import Any

from everfair.fair.models import BadgeKind, Edition
from everfair.registration.models import Registration
from tests.factories import number
from tests.factories.fair import make_edition


def make_badge_kind(edition: Edition | None = None, **extra: Any) -> BadgeKind:
    n = number()
    values: dict[str, Any] = {
        "code": f"kind-{n}",
        "name": {"en": f"Buyer {n}", "zh": f"采购商{n}"},
        "motif": n % 12 + 1,
        **extra,
    }
    return BadgeKind.objects.create(edition=edition or make_edition(), **values)


def make_badge_holder(kind: BadgeKind | None = None, **extra: Any) -> Registration:
    """A registration that may hold a badge; it has none yet."""
    kind = kind or make_badge_kind()
    n = number()
    values: dict[str, Any] = {
        "name": f"Person {n}",
        "second_name": f"第{n}人",
        "email": f"person{n}@example.org",
        "organisation_name": f"Firm {n}",
        "country": "KE",
        "state": Registration.State.APPROVED,
        **extra,
    }
    return Registration.objects.create(edition=kind.edition, kind=kind, **values)
