"""Deeds on the organiser's team: who has which role. The last administrator stays."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair import notices
from everfair.fair.models import Area, Edition, TeamMember
from everfair.gateways import live
from everfair.people.actions import find_or_open_account

Role = TeamMember.Role


@transaction.atomic
def add_team_member(
    edition: Edition, user: Any, role: str, *, by: Any, area: Area | None = None
) -> TeamMember:
    """Give a person a role. `area` binds a reviewer to one area.

    Giving the same role twice changes nothing.
    """
    _check_role(edition, role, area)
    member, is_new = TeamMember.objects.get_or_create(edition=edition, user=user, role=role, area=area)
    if is_new:
        user.__dict__.pop("_team_rows", None)  # access keeps a person's roles for one request
        audit.record("fair.team.added", member, by=by, edition_id=edition.pk, after=_facts(member))
    return member


@transaction.atomic
def invite_team_member(
    edition: Edition, email: str, role: str, *, by: Any, language: str, area: Area | None = None
) -> TeamMember:
    """Give the person behind an address a role and write to them. Somebody new signs in by a code."""
    _check_role(edition, role, area)
    person = find_or_open_account(email, language=language, by=by)
    if edition.team.filter(user=person, role=role, area=area).exists():
        raise Refused(_("%(name)s has this role already.") % {"name": str(person)}, field="email")
    member = add_team_member(edition, person, role, by=by, area=area)
    notices.team_member_added(member, by=by)
    return member


@transaction.atomic
def change_team_role(member: TeamMember, role: str, *, by: Any, area: Area | None = None) -> TeamMember:
    """Another role (or area) for a member; refused if the edition would lose its last administrator."""
    edition = Edition.objects.select_for_update().get(pk=member.edition_id)
    _check_role(edition, role, area)
    if role != Role.ADMINISTRATOR:
        _require_another_administrator(member)
    if edition.team.filter(user=member.user, role=role, area=area).exclude(pk=member.pk).exists():
        raise Refused(_("%(name)s has this role already.") % {"name": str(member.user)}, field="role")
    before = _facts(member)
    member.role, member.area = role, area
    member.save(update_fields=["role", "area"])
    audit.record(
        "fair.team.changed", member, by=by, edition_id=edition.pk, before=before, after=_facts(member)
    )
    live.recheck(person=member.user_id)
    return member


@transaction.atomic
def remove_team_member(member: TeamMember, *, by: Any) -> None:
    """Take a role away; refused for the last administrator."""
    Edition.objects.select_for_update().get(pk=member.edition_id)
    _require_another_administrator(member)
    audit.record("fair.team.removed", member, by=by, edition_id=member.edition_id, before=_facts(member))
    live.recheck(person=member.user_id)
    member.delete()


def _check_role(edition: Edition, role: str, area: Area | None) -> None:
    if role not in Role.values:
        raise Refused(_("“%(role)s” is no role of the team.") % {"role": role}, field="role")
    if area is not None and role != Role.REVIEWER:
        raise Refused(_("Only a reviewer can be bound to one area."), field="area")
    if area is not None and area.edition_id != edition.pk:
        raise Refused(_("This area belongs to another edition."), field="area")


def require_other_administrator(user: Any) -> None:
    """Refused where somebody who erases their account is the only one to run an edition that is not over."""
    rows = TeamMember.objects.filter(user=user, role=Role.ADMINISTRATOR).select_related("edition")
    for member in rows.exclude(edition__phase=Edition.Phase.ARCHIVED):
        Edition.objects.select_for_update().get(pk=member.edition_id)
        try:
            _require_another_administrator(member)
        except Refused as error:
            name = pick(member.edition.name, user.language)
            raise Refused(
                _("Nobody but you runs %(edition)s. Make somebody else an administrator there first.")
                % {"edition": name}
            ) from error


def _require_another_administrator(member: TeamMember) -> None:
    """An edition nobody can administer would be stuck. Two roles of one person count once."""
    if member.role != Role.ADMINISTRATOR:
        return
    others = TeamMember.objects.filter(edition_id=member.edition_id, role=Role.ADMINISTRATOR).exclude(
        pk=member.pk
    )
    if not others.filter(user__is_active=True).exists():
        raise Refused(
            _("The edition needs an administrator. Give the role to somebody else first."), field="role"
        )


def _facts(member: TeamMember) -> dict[str, Any]:
    return {
        "person": str(member.user),
        "role": member.role,
        "area": member.area.code if member.area else None,
    }
