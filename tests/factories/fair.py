"""Fairs, editions, areas, places, sectors, team, delegations."""

from datetime import date
from typing import Any

from everfair.fair.models import Area, Delegation, DelegationMember, Edition, Fair, Place, Sector, TeamMember
from everfair.people.models import User
from tests.factories import number
from tests.factories.people import make_user


def make_fair(**extra: Any) -> Fair:
    n = number()
    return Fair.objects.create(
        **{"slug": f"fair-{n}", "name": {"en": f"Fair {n}", "zh": f"第{n}届博览会"}, "seal": "试展", **extra}
    )


def make_edition(fair: Fair | None = None, **extra: Any) -> Edition:
    n = number()
    values: dict[str, Any] = {
        "slug": f"edition-{n}",
        "name": {"en": f"Edition {n}", "zh": f"第{n}版"},
        "theme": {"en": "Open halls", "zh": "敞开的展厅"},
        "starts_on": date(2026, 9, 4),
        "ends_on": date(2026, 9, 9),
        "phase": Edition.Phase.LIVE,
        **extra,
    }
    return Edition.objects.create(fair=fair or make_fair(), **values)


def make_area(edition: Edition | None = None, **extra: Any) -> Area:
    n = number()
    values: dict[str, Any] = {
        "code": f"a{n}",
        "name": {"en": f"Area {n}", "zh": f"展区{n}"},
        "motif": n % 12 + 1,
        "position": n % 30_000,  # a small integer; suites make more rows than that
        "shape": [[0, 0], [100, 0], [100, 80], [0, 80]],
        **extra,
    }
    return Area.objects.create(edition=edition or make_edition(), **values)


def make_place(area: Area | None = None, **extra: Any) -> Place:
    area = area or make_area()
    n = number()
    values: dict[str, Any] = {
        "number": f"{area.code}-{n:04}",
        "x": n * 10.0,
        "y": 0.0,
        "width": 3.0,
        "depth": 3.0,
        **extra,
    }
    return Place.objects.create(edition=area.edition, area=area, **values)


def make_sector(edition: Edition | None = None, parent: Sector | None = None, **extra: Any) -> Sector:
    n = number()
    code = extra.pop("code", None) or (f"{parent.code}.{n}" if parent else str(n))
    values: dict[str, Any] = {
        "name": {"en": f"Sector {n}", "zh": f"部门{n}"},
        "motif": n % 12 + 1,
        "path": f"{parent.path if parent else ''}{code}/",
        **extra,
    }
    owner = parent.edition if parent else edition or make_edition()
    return Sector.objects.create(edition=owner, parent=parent, code=code, **values)


def make_team_member(
    edition: Edition | None = None,
    user: User | None = None,
    role: str = "administrator",
    area: Area | None = None,
) -> TeamMember:
    return TeamMember.objects.create(
        edition=edition or make_edition(), user=user or make_user(), role=role, area=area
    )


def make_delegation(edition: Edition | None = None, user: User | None = None, **extra: Any) -> Delegation:
    n = number()
    values: dict[str, Any] = {"name": {"en": f"Delegation {n}", "zh": f"第{n}交易团"}, **extra}
    delegation = Delegation.objects.create(edition=edition or make_edition(), **values)
    if user is not None:
        DelegationMember.objects.create(delegation=delegation, user=user)
    return delegation
