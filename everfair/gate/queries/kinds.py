"""Which kinds of badge a zone lets in, kept in memory until the zone changes."""

from collections.abc import Iterable

from everfair.gate.models import Zone

_kinds: dict[int, tuple[int, frozenset[int] | None]] = {}  # zone → (its version, kinds let in)


def kinds_let_in(zones: Iterable[Zone]) -> dict[int, frozenset[int] | None]:
    """Zone id → kinds let in (None: all), kept until the zone's version changes."""
    wanted = list(zones)
    missing = [zone.pk for zone in wanted if _kinds.get(zone.pk, (0, None))[0] != zone.version]
    if missing:
        found: dict[int, set[int]] = {}
        for zone_id, kind_id in Zone.kinds.through.objects.filter(zone__in=missing).values_list(
            "zone_id", "badgekind_id"
        ):
            found.setdefault(zone_id, set()).add(kind_id)
        for zone in wanted:
            if zone.pk in missing:
                _kinds[zone.pk] = zone.version, frozenset(found[zone.pk]) if zone.pk in found else None
    return {zone.pk: _kinds[zone.pk][1] for zone in wanted}


def forget_kinds() -> None:
    """Drop what is kept in memory (tests: row numbers start again)."""
    _kinds.clear()
