"""What the audit log's entries about agreements say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "agreements.agreement.changed": _("Draft of an agreement changed"),
    "agreements.agreement.confirmed": _("Agreement confirmed by all parties"),
    "agreements.agreement.made": _("Draft of an agreement made"),
    "agreements.agreement.offered": _("Agreement put to its parties"),
    "agreements.agreement.party_confirmed": _("A party confirmed an agreement"),
    "agreements.agreement.refused": _("Agreement refused"),
    "agreements.agreement.withdrawn": _("Agreement taken back"),
}
FIELDS: dict[str, "str | Promise"] = {
    "party": _("party"),
    "proof": _("proof"),
    "replaces": _("in place of"),
}
PROOFS: dict[str, "str | Promise"] = {"passkey": _("a passkey"), "totp": _("an authenticator app")}
STATES: dict[str, "str | Promise"] = {
    "offered": _("waits for confirmation"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
}
