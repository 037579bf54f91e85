"""Kinds of badge with rules, and registrations made through the room's own actions."""

from typing import Any

from everfair.fair.models import BadgeKind, Edition
from everfair.registration.actions.registering import register
from everfair.registration.models import Registration
from tests.factories import number
from tests.factories.fair import make_edition


def make_kind(edition: Edition | None = None, **extra: Any) -> BadgeKind:
    """An open kind without approval, unless `extra` says otherwise."""
    n = number()
    values: dict[str, Any] = {
        "code": f"kind-{n}",
        "name": {"en": f"Kind {n}", "zh": f"第{n}类证件"},
        "is_open": True,
        "position": n % 30_000,  # a small integer; suites make more rows than that
        **extra,
    }
    return BadgeKind.objects.create(edition=edition or make_edition(), **values)


def make_registration(kind: BadgeKind | None = None, **extra: Any) -> Registration:
    """A person under the kind, by the organiser's team; `extra` are the values, `source` and `consents` among them."""
    n = number()
    kind = kind or make_kind()
    ways = {key: extra.pop(key) for key in ("source", "consents", "delegation", "by", "now") if key in extra}
    values: dict[str, Any] = {"name": f"Person {n}", "email": f"person{n}@example.org", **extra}
    return register(kind.edition, kind, values, **{"by": None, "source": "team", **ways})
