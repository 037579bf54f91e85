"""What the audit log's entries about deals say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "deals.inquiry.changed": _("Inquiry changed"),
    "deals.inquiry.closed": _("Inquiry closed"),
    "deals.inquiry.deleted": _("Draft of an inquiry deleted"),
    "deals.inquiry.made": _("Inquiry written"),
    "deals.inquiry.reopened": _("Inquiry opened again"),
    "deals.inquiry.sent": _("Inquiry sent"),
    "deals.inquiry.sent_to_more": _("Inquiry sent to more firms"),
    "deals.negotiation.begun": _("Negotiation begun"),
    "deals.negotiation.begun_by_firm": _("Negotiation begun by a firm"),
    "deals.negotiation.handed": _("Negotiation handed to a colleague"),
    "deals.negotiation.lost": _("Negotiation ended without agreement"),
    "deals.negotiation.reopened": _("Negotiation opened again"),
    "deals.negotiation.revealed": _("A buyer said who they are"),
    "deals.negotiation.valued": _("Expected value of a negotiation changed"),
    "deals.negotiation.won": _("Negotiation agreed"),
    "deals.quotation.accepted": _("Quotation accepted"),
    "deals.quotation.countered": _("Another price asked for"),
    "deals.quotation.declined": _("Quotation declined"),
    "deals.quotation.drafted": _("Draft of a quotation begun"),
    "deals.quotation.dropped": _("Draft of a quotation thrown away"),
    "deals.quotation.sent": _("Quotation sent"),
    "deals.quotation.withdrawn": _("Quotation withdrawn"),
    "deals.rate.removed": _("Exchange rate removed"),
    "deals.rate.restored": _("Exchange rate brought back"),
    "deals.rates.imported": _("Exchange rates brought in"),
    "deals.stage.added": _("Stage of negotiations added"),
    "deals.stage.moved": _("Stages of negotiations put in another order"),
    "deals.stage.removed": _("Stage of negotiations removed"),
    "deals.stage.renamed": _("Stage of negotiations renamed"),
}
FIELDS: dict[str, "str | Promise"] = {"firms": _("firms asked")}
