"""What the audit log's entries about the gate and about leads say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "gate.device.added": _("Gate device added"),
    "gate.device.changed": _("Gate device changed"),
    "gate.device.code_renewed": _("New pairing code for a gate device"),
    "gate.device.let_back": _("Gate device let back"),
    "gate.device.paired": _("Gate device paired"),
    "gate.device.shut_out": _("Gate device shut out"),
    "gate.scan.settled": _("Admission looked at"),
    "gate.scan.undone": _("Scan taken back"),
    "gate.zone.added": _("Zone added"),
    "gate.zone.changed": _("Zone changed"),
    "gate.zone.emptied": _("Zone counts from nobody again"),
    "gate.zone.removed": _("Zone removed"),
    "leads.lead.expired": _("Leads erased, their time was over"),
    "leads.lead.noted": _("Lead noted"),
    "leads.lead.shared": _("Contact shared with a booth"),
    "leads.lead.taken": _("Badge scanned at a booth"),
    "leads.lead.withdrawn": _("Visitor withdrew from a booth"),
}
