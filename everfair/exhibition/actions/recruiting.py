"""A delegation brings firms:

makes the firm, its draft booth and the invitation to its owner, all or nothing.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition.actions.booth import create_exhibitor
from everfair.exhibition.actions.guards import lock_exhibitor
from everfair.exhibition.models import Exhibitor
from everfair.fair.actions.delegations import require_room
from everfair.fair.models import Delegation, Edition
from everfair.people.actions import create_organisation, invite
from everfair.people.models import Membership


@transaction.atomic
def invite_firm(
    edition: Edition, values: Mapping[str, Any], *, by: Any, delegation: Delegation | None = None
) -> Exhibitor:
    """A new firm with a draft booth, and a letter to its owner at `values["email"]`.

    `values`: name (words), country, email, language of the letter. Refused when the delegation's quota is full.
    """
    if delegation is not None:
        if delegation.edition_id != edition.pk:
            raise Refused(_("This delegation belongs to another edition."))
        require_room(delegation)
    if edition.phase in (Edition.Phase.ARCHIVED, Edition.Phase.DRAFT):
        raise Refused(_("Firms can be invited once the edition is announced, and until it is archived."))
    firm = create_organisation({"name": values["name"], "country": values.get("country", "")}, by=by)
    exhibitor = create_exhibitor(edition, firm, by=by, delegation=delegation)
    invite(firm, values["email"], Membership.Role.OWNER, by=by, language=values.get("language", "en"))
    return exhibitor


@transaction.atomic
def assign_delegation(exhibitor: Exhibitor, delegation: Delegation | None, *, by: Any) -> Exhibitor:
    """Give a firm to a delegation, or to none. An accepted firm needs room in the quota."""
    row = lock_exhibitor(exhibitor)
    if delegation is not None and delegation.edition_id != row.edition_id:
        raise Refused(_("This delegation belongs to another edition."), field="delegation")
    if row.delegation_id == (delegation.pk if delegation else None):
        return exhibitor
    if delegation is not None and row.state in (Exhibitor.State.ACCEPTED, Exhibitor.State.PUBLISHED):
        require_room(delegation)
    before = str(row.delegation) if row.delegation else None
    row.delegation = delegation
    row.save(update_fields=["delegation"])
    audit.record(
        "exhibition.exhibitor.delegated",
        row,
        by=by,
        edition_id=row.edition_id,
        before={"delegation": before},
        after={"delegation": str(delegation) if delegation else None},
    )
    exhibitor.delegation = delegation
    return exhibitor
