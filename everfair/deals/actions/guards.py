"""What every act in a deal does first and last: lock the row, compare versions, write the log without saying who or what."""

from collections.abc import Mapping
from copy import copy
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import INTERFACE_TO_CONTENT
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals.models import Inquiry, Negotiation
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition

EVENT = "deals."
Row = TypeVar("Row", Inquiry, Negotiation)


class Unnamed:
    """Whoever acts in a deal: the log keeps the account, its readers see no name. The organiser counts deals and reads none."""

    def __init__(self, user: Any) -> None:
        self.pk = getattr(user, "pk", None)

    def __str__(self) -> str:
        said = []
        for interface in INTERFACE_TO_CONTENT:
            with translation.override(interface):
                said.append(_("one of the two sides"))
        return " / ".join(dict.fromkeys(said))


def lock_inquiry(inquiry: Inquiry) -> Inquiry:
    """A fresh copy of the row, locked until the transaction ends."""
    rows = Inquiry.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("edition__fair", "buyer", "buyer_firm__organisation").get(pk=inquiry.pk)


def lock_negotiation(negotiation: Negotiation) -> Negotiation:
    """A fresh copy of the row, locked until the transaction ends."""
    rows = Negotiation.objects.select_for_update(of=("self",), no_key=True)
    related = ("edition__fair", "firm__organisation", "buyer", "buyer_firm__organisation", "conversation")
    return rows.select_related(*related).get(pk=negotiation.pk)


def lock_firm(firm: Exhibitor) -> Exhibitor:
    """A fresh copy of the firm, locked until the transaction ends: what it begins, it begins one after the other."""
    rows = Exhibitor.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organisation", "edition__fair").get(pk=firm.pk)


def require_version(row: Inquiry | Negotiation, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is None or row.version == version:
        return
    raise EditedMeanwhile(
        _("Somebody changed this meanwhile; nothing was overwritten. Look at what stands here now."),
        current=row.version,
    )


def require_present(edition: Edition) -> None:
    """New inquiries belong to a fair that is announced and not archived; what was begun goes on."""
    if not edition.is_public:
        raise Refused(_("The fair is not announced yet. Your draft is kept until it is."))
    if edition.phase == Edition.Phase.ARCHIVED:
        raise Refused(_("This edition is archived. Ask in the present one; what you have begun goes on."))


def record(
    what: str,
    row: Model,
    by: Any,
    edition_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One entry in the edition's log: that it happened to which code, never the title, a name or a reason."""
    target = copy(row)
    if isinstance(target, Inquiry | Negotiation):
        target.title = target.code
    signed = Unnamed(by) if by is not None else None
    audit.record(EVENT + what, target, by=signed, edition_id=edition_id, before=before, after=after)
