"""Deeds on fairs and their editions: make, change, move on through the phases, take away.

Rights are asked before.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import require_step
from everfair.base.codes import new_code, slug
from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.carrying import PARTS, carry_parts
from everfair.fair.actions.layouts import lay_out_services, template_layout
from everfair.fair.actions.saving import require_valid, set_fields
from everfair.fair.models import PHASE_STEPS, Edition, Fair, TeamMember
from everfair.fair.signals import edition_created

FAIR_FIELDS = ("name", "seal", "about")
EDITION_FIELDS = (
    "name", "theme", "summary", "starts_on", "ends_on", "time_zone", "venue", "country", "languages",
    "is_sample",
)  # fmt: skip


@transaction.atomic
def create_fair(values: Mapping[str, Any], *, by: Any) -> Fair:
    """A new fair. `values`: name (words), seal, about, slug (optional, made from the English name)."""
    fair = Fair(slug=_free_slug(Fair, values.get("slug") or slug(pick(values.get("name"), "en")) or "fair"))
    set_fields(fair, values, FAIR_FIELDS)
    _require_name(fair.name)
    require_valid(fair)
    fair.save()
    audit.record("fair.fair.created", fair, by=by, after={"slug": fair.slug, "name": fair.name})
    return fair


@transaction.atomic
def save_fair(fair: Fair, values: Mapping[str, Any], *, by: Any) -> Fair:
    """Change a fair's name, seal or description."""
    before, after = set_fields(fair, values, FAIR_FIELDS)
    _require_name(fair.name)
    require_valid(fair)
    if after:
        fair.save()
        audit.record("fair.fair.changed", fair, by=by, before=before, after=after)
        for edition_id in fair.editions.values_list("id", flat=True):
            note_change("fair.edition", edition_id, edition_id)
    return fair


@transaction.atomic
def create_edition(
    fair: Fair,
    values: Mapping[str, Any],
    *,
    by: Any,
    template: str | None = None,
    from_edition: Edition | None = None,
    carry: Iterable[str] = (),
) -> Edition:
    """A draft edition:

    empty, from a template ("services") or from an earlier edition with the parts in `carry`.

    `values`: the fields of EDITION_FIELDS and an optional slug. The maker becomes its administrator.
    """
    chosen = frozenset(carry)
    if unknown := chosen - set(PARTS):
        raise ValueError(f"unknown parts to carry over: {', '.join(sorted(unknown))}")
    if template and from_edition:
        raise Refused(_("Choose a template or an earlier edition, not both."), field="template")
    edition = Edition(fair=fair, slug=_edition_slug(fair, values), made_from=from_edition)
    after = set_fields(edition, values, EDITION_FIELDS)[1]
    _check_edition(edition)
    edition.save()
    if template == "services":
        lay_out_services(edition)
    elif template:
        raise ValueError(f"no template {template!r}")
    if from_edition:
        carry_parts(from_edition, edition, chosen)
    if by is not None:
        TeamMember.objects.get_or_create(
            edition=edition, user=by, role=TeamMember.Role.ADMINISTRATOR, area=None
        )
        by.__dict__.pop("_team_rows", None)  # access keeps a person's roles for one request
    audit.record(
        "fair.edition.created", edition, by=by, edition_id=edition.pk,
        after=after
        | {"template": template or "", "from": str(from_edition or ""), "carried": sorted(chosen)},
    )  # fmt: skip
    note_change("fair.edition", edition.pk, edition.pk)
    edition_created.send(
        sender=Edition,
        edition=edition,
        from_edition=from_edition,
        carry=chosen,
        layout=template_layout(template) if template else {},
        by=by,
    )
    return edition


@transaction.atomic
def save_edition(edition: Edition, values: Mapping[str, Any], *, by: Any, version: int) -> Edition:
    """Change an edition's settings. `version` is the one the form was filled from;

    EditedMeanwhile if it is not the newest.
    """
    current = Edition.objects.select_for_update().get(pk=edition.pk)
    if current.version != version:
        raise EditedMeanwhile(_edited_meanwhile(current), current.version)
    before, after = set_fields(current, values, EDITION_FIELDS)
    _check_edition(current)
    if after:
        current.version += 1
        current.save()
        audit.record(
            "fair.edition.changed", current, by=by, edition_id=current.pk, before=before, after=after
        )
        note_change("fair.edition", current.pk, current.pk)
    edition.refresh_from_db()
    return edition


@transaction.atomic
def change_phase(edition: Edition, phase: str, *, by: Any) -> Edition:
    """Move an edition on (or back) one phase;

    IllegalChange if the chart has no such step, Refused if it is not ready.
    """
    current = Edition.objects.select_for_update().get(pk=edition.pk)
    require_step(
        PHASE_STEPS, current.phase, phase, {value: str(label) for value, label in Edition.Phase.choices}
    )
    if phase == Edition.Phase.OPEN and current.phase == Edition.Phase.ANNOUNCED:
        _require_ready_to_open(current)
    before, current.phase = current.phase, phase
    current.version += 1
    current.save(update_fields=["phase", "version"])
    audit.record(
        "fair.edition.phase_changed", current, by=by, edition_id=current.pk,
        before={"phase": before}, after={"phase": phase},
    )  # fmt: skip
    note_change("fair.edition", current.pk, current.pk)
    edition.refresh_from_db()
    return edition


@transaction.atomic
def remove_edition(edition: Edition, *, by: Any) -> None:
    """Take away a draft that nobody has exhibited in. Anything that was ever public stays."""
    current = Edition.objects.select_for_update().get(pk=edition.pk)
    if current.phase != Edition.Phase.DRAFT:
        raise Refused(
            _(
                "Only a draft can be deleted. "
                "An edition people have seen is archived instead and stays readable."
            )
        )
    audit.record("fair.edition.removed", current, by=by, edition_id=current.pk, before={"slug": current.slug})
    try:
        current.delete()
    except ProtectedError as error:
        raise Refused(_("This edition has exhibitors. Withdraw or move them first.")) from error


def _check_edition(edition: Edition) -> None:
    _require_name(edition.name)
    if not isinstance(edition.starts_on, date) or not isinstance(edition.ends_on, date):
        raise Refused(_("Give the first and the last day."), field="starts_on")
    if edition.ends_on < edition.starts_on:
        raise Refused(
            _(
                "The edition ends on %(end)s, before it begins on %(start)s. "
                "Choose a last day on or after the first."
            )
            % {"end": edition.ends_on.isoformat(), "start": edition.starts_on.isoformat()},
            field="ends_on",
        )
    if edition.time_zone not in available_timezones():
        raise Refused(
            _("“%(zone)s” is no time zone. Write it like Asia/Shanghai.") % {"zone": edition.time_zone},
            "time_zone",
        )
    if not edition.languages:
        raise Refused(_("Choose at least one language."), field="languages")
    require_valid(edition, exclude=["fair", "made_from"])


def _require_name(words: Mapping[str, str]) -> None:
    if not words:
        raise Refused(_("Give a name in at least one language."), field="name")


def _require_ready_to_open(edition: Edition) -> None:
    if not edition.areas.exists():
        raise Refused(_("Add at least one area before exhibitors can apply."))
    if not edition.sectors.exists():
        raise Refused(
            _("Add the sectors before exhibitors can apply. The W/120 tree can be laid out with one click.")
        )


def _edited_meanwhile(edition: Edition) -> str:
    last = audit.entries(target=edition).first()
    name = (last.by_name if last else "") or _("Somebody else")
    return _(
        "%(name)s saved this edition while you were editing. Nothing was overwritten; compare and save again."
    ) % {"name": name}


def _edition_slug(fair: Fair, values: Mapping[str, Any]) -> str:
    given = values.get("slug")
    if given:
        if Edition.objects.filter(slug=given).exists():
            raise Refused(
                _("The address “%(slug)s” is taken. Choose another.") % {"slug": given}, field="slug"
            )
        return str(given)
    starts_on = values.get("starts_on")
    year = f"-{starts_on.year}" if isinstance(starts_on, date) else ""
    return _free_slug(Edition, slug(pick(values.get("name"), "en")) or f"{fair.slug}{year}")


def _free_slug(table: type[Fair] | type[Edition], wished: str) -> str:
    if not table._default_manager.filter(slug=wished).exists():
        return wished
    return f"{wished[:50]}-{new_code(4)}"
