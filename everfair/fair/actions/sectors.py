"""Deeds on the edition's tree of sectors. A sector's code and parent are given once:

others keep them as keys.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change, note_changes
from everfair.base.refusals import Refused
from everfair.fair.actions.layouts import lay_out_w120
from everfair.fair.actions.saving import is_used_elsewhere, require_valid, set_fields
from everfair.fair.models import Edition, Sector

CODE = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
DEEPEST = 5


@transaction.atomic
def lay_out_default_sectors(edition: Edition, *, by: Any) -> int:
    """The 12 sectors of W/120 with all below them, into an edition that has no sectors. Returns how many."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.sectors.exists():
        raise Refused(
            _("This edition has sectors already. Remove them first, or add what is missing by hand.")
        )
    lay_out_w120(edition)
    ids = list(edition.sectors.values_list("id", flat=True))
    audit.record("fair.sectors.laid_out", edition, by=by, edition_id=edition.pk, after={"sectors": len(ids)})
    note_changes("fair.sector", ids, edition.pk)
    return len(ids)


@transaction.atomic
def save_sector(edition: Edition, sector: Sector | None, values: Mapping[str, Any], *, by: Any) -> Sector:
    """Add (sector = None) or change a sector. `values`: name, cpc, motif, position;

    when added also code and parent.
    """
    is_new = sector is None
    if sector is None:
        sector = _new_sector(edition, values)
    before, after = set_fields(sector, values, ("name", "cpc", "motif", "position"))
    if not sector.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    require_valid(sector, exclude=["edition", "parent"])
    sector.save()
    if "motif" in after and not is_new:  # pigment and pattern belong to a whole branch
        edition.sectors.filter(path__startswith=sector.path).update(motif=sector.motif)
    if is_new or after:
        event = "fair.sector.added" if is_new else "fair.sector.changed"
        audit.record(
            event, sector, by=by, edition_id=edition.pk, before=before, after=after | {"code": sector.code}
        )
        note_change("fair.sector", sector.pk, edition.pk)
    return sector


@transaction.atomic
def remove_sector(sector: Sector, *, by: Any) -> None:
    """Take a sector away that has nothing below it and that nothing uses."""
    if sector.children.exists():
        raise Refused(_("“%(name)s” has sectors below it. Remove those first.") % {"name": str(sector)})
    in_use = Refused(
        _("“%(name)s” is used by exhibitors or offers. Rename it, or give them another sector first.")
        % {"name": str(sector)}
    )
    if is_used_elsewhere(sector):
        raise in_use
    key, edition_id = sector.pk, sector.edition_id
    audit.record("fair.sector.removed", sector, by=by, edition_id=edition_id, before={"code": sector.code})
    try:
        sector.delete()
    except ProtectedError as error:
        raise in_use from error
    note_change("fair.sector", key, edition_id)


def _new_sector(edition: Edition, values: Mapping[str, Any]) -> Sector:
    code = str(values.get("code") or "").strip()
    if not CODE.fullmatch(code):
        raise Refused(
            _("A sector's code has letters and digits with dots between them, like 1.A.a."), field="code"
        )
    if edition.sectors.filter(code=code).exists():
        raise Refused(_("The code “%(code)s” is taken. Choose another.") % {"code": code}, field="code")
    parent: Sector | None = values.get("parent")
    if parent is not None and parent.edition_id != edition.pk:
        raise Refused(_("The sector above belongs to another edition."), field="parent")
    path = f"{parent.path if parent else ''}{code}/"
    if path.count("/") > DEEPEST or len(path) > 120:
        raise Refused(_("Sectors can be nested %(count)d deep.") % {"count": DEEPEST}, field="parent")
    highest = edition.sectors.aggregate(highest=Max("position"))["highest"]
    return Sector(
        edition=edition,
        parent=parent,
        code=code,
        motif=parent.motif if parent else 1,
        position=0 if highest is None else highest + 1,
        path=path,
    )
