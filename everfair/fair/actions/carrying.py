"""Carries parts of an earlier edition into a new one. Codes stay, rows are new. Only the fair's own parts."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from everfair.fair.actions.layouts import KIND_TABLES
from everfair.fair.models import Area, Delegation, DelegationMember, Edition, Place, Sector, TeamMember

OWN_PARTS = ("areas", "places", "sectors", "kinds", "team", "delegations")
PARTS = (*OWN_PARTS, "questions", "task_kinds", "synonyms")
"""What may be carried. The last three belong to rooms above, which hear `edition_created`."""


def carry_parts(source: Edition, edition: Edition, carry: Iterable[str]) -> None:
    """Copy the chosen parts. Places need their areas, so "places" carries areas too."""
    chosen = set(carry)
    areas: dict[int, Area] = {}
    if chosen & {"areas", "places"}:
        areas = _carry_areas(source, edition)
    if "places" in chosen:
        _carry_places(source, edition, areas)
    if "sectors" in chosen:
        _carry_sectors(source, edition)
    if "kinds" in chosen:
        _carry_kinds(source, edition)
    if "team" in chosen:
        _carry_team(source, edition, areas)
    if "delegations" in chosen:
        _carry_delegations(source, edition)


def _carry_areas(source: Edition, edition: Edition) -> dict[int, Area]:
    old = list(source.areas.all())
    names = ("code", "name", "blurb", "kind", "motif", "position", "shape")
    new = Area.objects.bulk_create(Area(edition=edition, **_fields(area, names)) for area in old)
    return {before.pk: after for before, after in zip(old, new, strict=True)}


def _carry_places(source: Edition, edition: Edition, areas: dict[int, Area]) -> None:
    names = ("number", "kind", "x", "y", "width", "depth")
    Place.objects.bulk_create(
        (
            Place(edition=edition, area=areas[place.area_id], **_fields(place, names))
            for place in source.places.all()
        ),
        batch_size=1000,
    )


def _carry_sectors(source: Edition, edition: Edition) -> None:
    names = ("code", "name", "cpc", "motif", "position", "path")
    made: dict[int, Sector] = {}
    levels: dict[int, list[Sector]] = {}
    for sector in source.sectors.all():
        levels.setdefault(sector.path.count("/"), []).append(sector)
    for level in sorted(levels):
        old = levels[level]
        new = Sector.objects.bulk_create(
            Sector(edition=edition, parent=made.get(sector.parent_id or 0), **_fields(sector, names))
            for sector in old
        )
        made |= {before.pk: after for before, after in zip(old, new, strict=True)}


# dates belong to one edition; the rest of a badge kind's rules hold for the next one too
CARRIED_RULES = (
    "note", "motif", "is_open", "needs_approval", "capacity", "per_firm", "per_delegation", "questions",
)  # fmt: skip


def _carry_kinds(source: Edition, edition: Edition) -> None:
    for part, table in KIND_TABLES.items():
        rows = getattr(source, part).all()
        table._default_manager.bulk_create(
            table(
                edition=edition,
                code=row.code,
                name=row.name,
                position=row.position,
                **{name: getattr(row, name) for name in CARRIED_RULES if part == "badge_kinds"},
            )
            for row in rows
        )


def _carry_team(source: Edition, edition: Edition, areas: dict[int, Area]) -> None:
    """A reviewer bound to an area that is not carried is left out, never set free of the bound."""
    for member in source.team.all():
        if member.area_id is not None and member.area_id not in areas:
            continue
        area = areas[member.area_id] if member.area_id is not None else None
        TeamMember.objects.get_or_create(edition=edition, user_id=member.user_id, role=member.role, area=area)


def _carry_delegations(source: Edition, edition: Edition) -> None:
    """A new code: delegations are found by code alone, and an old desk stays readable beside the new one."""
    for old in source.delegations.prefetch_related("members"):
        new = Delegation.objects.create(
            edition=edition, name=old.name, quota=old.quota, position=old.position
        )
        DelegationMember.objects.bulk_create(
            DelegationMember(delegation=new, user_id=member.user_id, since=timezone.now())
            for member in old.members.all()
        )


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
