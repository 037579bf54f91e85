"""Deeds on delegations: bodies that recruit and vet their firms inside one edition."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.fair import notices
from everfair.fair.actions.saving import is_used_elsewhere, require_valid, set_fields
from everfair.fair.models import Delegation, DelegationMember, Edition
from everfair.fair.queries import firms_counted
from everfair.people.actions import find_or_open_account

FIELDS = ("name", "quota", "position")


@transaction.atomic
def save_delegation(
    edition: Edition, delegation: Delegation | None, values: Mapping[str, Any], *, by: Any
) -> Delegation:
    """Add (delegation = None) or change one. `values`: name (words), quota (0 = no limit), position."""
    is_new = delegation is None
    if delegation is None:
        highest = edition.delegations.aggregate(highest=Max("position"))["highest"]
        delegation = Delegation(edition=edition, position=0 if highest is None else highest + 1)
    else:
        lock_delegation(delegation.pk)  # firms are counted under this lock too
    before, after = set_fields(delegation, values, FIELDS)
    if not delegation.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    if not isinstance(delegation.quota, int) or delegation.quota < 0:
        raise Refused(_("A quota is a whole number; 0 means no limit."), field="quota")
    require_valid(delegation, exclude=["edition"])
    delegation.save()
    if is_new or after:
        event = "fair.delegation.added" if is_new else "fair.delegation.changed"
        audit.record(event, delegation, by=by, edition_id=edition.pk, before=before, after=after)
        note_change("fair.delegation", delegation.pk, edition.pk)
    return delegation


@transaction.atomic
def remove_delegation(delegation: Delegation, *, by: Any) -> None:
    """Take a delegation away that brought no firm."""
    Delegation.objects.select_for_update().get(pk=delegation.pk)
    if is_used_elsewhere(delegation, own=["fair.delegationmember"]):
        raise Refused(
            _("“%(name)s” has brought firms. Give them another delegation first.") % {"name": str(delegation)}
        )
    key, edition_id = delegation.pk, delegation.edition_id
    audit.record(
        "fair.delegation.removed", delegation, by=by, edition_id=edition_id, before={"name": delegation.name}
    )
    delegation.delete()
    note_change("fair.delegation", key, edition_id)


@transaction.atomic
def add_delegation_member(delegation: Delegation, user: Any, *, by: Any) -> DelegationMember:
    """Let a person work for the delegation. Adding twice changes nothing."""
    member, is_new = DelegationMember.objects.get_or_create(delegation=delegation, user=user)
    if is_new:
        audit.record(
            "fair.delegation.member_added", delegation, by=by, edition_id=delegation.edition_id,
            after={"person": str(user)},
        )  # fmt: skip
    return member


@transaction.atomic
def invite_delegation_member(
    delegation: Delegation, email: str, *, by: Any, language: str
) -> DelegationMember:
    """Let the person behind an address work for the delegation and write to them."""
    person = find_or_open_account(email, language=language, by=by)
    if delegation.members.filter(user=person).exists():
        raise Refused(_("%(name)s works for this delegation already.") % {"name": str(person)}, field="email")
    member = add_delegation_member(delegation, person, by=by)
    notices.delegation_member_added(member, by=by)
    return member


@transaction.atomic
def remove_delegation_member(member: DelegationMember, *, by: Any) -> None:
    """A person no longer works for the delegation."""
    audit.record(
        "fair.delegation.member_removed", member.delegation, by=by, edition_id=member.delegation.edition_id,
        before={"person": str(member.user)},
    )  # fmt: skip
    member.delete()


def lock_delegation(key: int) -> Delegation:
    """A fresh copy, locked until the transaction ends against others who count its firms.

    Take it after the firms' own rows. Rows that only point to the delegation do not wait for it.
    """
    return Delegation.objects.select_for_update(no_key=True).get(pk=key)


def require_room(delegation: Delegation) -> Delegation:
    """Lock the delegation and refuse if its accepted firms already fill its quota.

    Call inside the transaction that recruits or accepts a firm.
    """
    locked = lock_delegation(delegation.pk)
    if locked.quota:
        firms = firms_counted(locked)
        if firms >= locked.quota:
            raise Refused(
                _(
                    "%(name)s may bring %(quota)d firms and has %(firms)d accepted. "
                    "Ask the organiser for a higher quota."
                )
                % {"name": str(locked), "quota": locked.quota, "firms": firms},
                field="delegation",
            )
    return locked
