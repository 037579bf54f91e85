"""What the audit log's entries about outcomes say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "outcomes.earlier.imported": _("Figures of earlier editions brought in"),
    "outcomes.earlier.removed": _("Figures of an earlier edition taken out"),
    "outcomes.outcome.answered": _("Said what became of an outcome"),
    "outcomes.outcome.changed": _("Outcome changed"),
    "outcomes.outcome.confirmed": _("Outcome confirmed by all its parties"),
    "outcomes.outcome.confirmed_by_party": _("Outcome confirmed by a party"),
    "outcomes.outcome.consent_changed": _("What is shown of an outcome changed"),
    "outcomes.outcome.evidence_added": _("Evidence added to an outcome"),
    "outcomes.outcome.evidence_removed": _("Evidence taken off an outcome"),
    "outcomes.outcome.party_added": _("Party added to an outcome"),
    "outcomes.outcome.party_removed": _("Party taken off an outcome"),
    "outcomes.outcome.prepared": _("Outcome prepared"),
    "outcomes.outcome.published": _("Outcome published"),
    "outcomes.outcome.refused_by_party": _("Outcome not confirmed by a party"),
    "outcomes.outcome.sent_back": _("Outcome sent back"),
    "outcomes.outcome.verified": _("Outcome verified"),
    "outcomes.outcome.withdrawn": _("Outcome withdrawn"),
}
FIELDS: dict[str, "str | Promise"] = {
    "lines": _("lines"),
    "months": _("after how many months"),
    "said": _("answer"),
    "shown": _("what is shown"),
    "year": _("year"),
}
STATES: dict[str, "str | Promise"] = {
    "prepared": _("prepared"),
    "confirmed": _("confirmed by its parties"),
    "verified": _("verified"),
    "published": _("published"),
}
