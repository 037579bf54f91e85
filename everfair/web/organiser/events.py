"""The audit log in words: what an event says, its details in one line.

Unknown events stand as they are named.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "fair.fair.created": _("Fair founded"),
    "fair.fair.changed": _("Fair changed"),
    "fair.edition.created": _("Edition made"),
    "fair.edition.changed": _("Settings changed"),
    "fair.edition.phase_changed": _("Phase changed"),
    "fair.edition.removed": _("Draft deleted"),
    "fair.area.added": _("Area added"),
    "fair.area.changed": _("Area changed"),
    "fair.area.removed": _("Area removed"),
    "fair.place.added": _("Place added"),
    "fair.place.changed": _("Place changed"),
    "fair.place.removed": _("Place removed"),
    "fair.places.laid_out": _("Places laid out"),
    "fair.sector.added": _("Sector added"),
    "fair.sector.changed": _("Sector changed"),
    "fair.sector.removed": _("Sector removed"),
    "fair.sectors.laid_out": _("W/120 sectors laid out"),
    "fair.activitykind.added": _("Kind of activity added"),
    "fair.activitykind.changed": _("Kind of activity changed"),
    "fair.activitykind.removed": _("Kind of activity removed"),
    "fair.outcomeclass.added": _("Outcome class added"),
    "fair.outcomeclass.changed": _("Outcome class changed"),
    "fair.outcomeclass.removed": _("Outcome class removed"),
    "fair.badgekind.added": _("Kind of badge added"),
    "fair.badgekind.changed": _("Kind of badge changed"),
    "fair.badgekind.removed": _("Kind of badge removed"),
    "fair.team.added": _("Role given"),
    "fair.team.changed": _("Role changed"),
    "fair.team.removed": _("Role taken away"),
    "fair.delegation.added": _("Delegation added"),
    "fair.delegation.changed": _("Delegation changed"),
    "fair.delegation.removed": _("Delegation removed"),
    "fair.delegation.member_added": _("Person joined a delegation"),
    "fair.delegation.member_removed": _("Person left a delegation"),
    "exhibition.exhibitor.created": _("Booth begun"),
    "exhibition.exhibitor.saved": _("Booth changed"),
    "exhibition.exhibitor.placed": _("Place claimed"),
    "exhibition.exhibitor.released": _("Place released"),
    "exhibition.exhibitor.applied": _("Application sent"),
    "exhibition.exhibitor.taken_back": _("Application taken back"),
    "exhibition.exhibitor.changes_asked": _("Changes asked"),
    "exhibition.exhibitor.accepted": _("Accepted"),
    "exhibition.exhibitor.rejected": _("Rejected"),
    "exhibition.exhibitor.published": _("Booth published"),
    "exhibition.exhibitor.withdrawn": _("Booth withdrawn"),
    "exhibition.exhibitor.restored": _("Undone"),
    "exhibition.exhibitor.answered": _("Questions answered"),
    "exhibition.exhibitor.delegated": _("Delegation changed"),
    "exhibition.exhibitor.contacts_saved": _("Contacts saved"),
    "exhibition.exhibitor.cover_set": _("Cover changed"),
    "exhibition.exhibitor.document_added": _("Document added"),
    "exhibition.exhibitor.document_removed": _("Document removed"),
    "exhibition.exhibitor.place_released": _("Place released"),
    "exhibition.exhibitor.carried_over": _("Carried over from an earlier edition"),
    "exhibition.offer.created": _("Offer added"),
    "exhibition.offer.saved": _("Offer saved"),
    "exhibition.offer.removed": _("Offer removed"),
    "exhibition.offer.restored": _("Offer brought back"),
    "exhibition.offer.put_on_shelf": _("Offer put on the shelf"),
    "exhibition.offer.taken_off_shelf": _("Offer taken off the shelf"),
    "exhibition.offer.reordered": _("Offers put in another order"),
    "exhibition.offer.picture_added": _("Picture added"),
    "exhibition.offer.picture_removed": _("Picture removed"),
    "exhibition.task.done": _("Task done"),
    "exhibition.task.reopened": _("Task open again"),
    "exhibition.question.created": _("Question added"),
    "exhibition.question.saved": _("Question changed"),
    "exhibition.task_kind.created": _("Task added"),
    "exhibition.task_kind.saved": _("Task changed"),
    "exhibition.task_kind.removed": _("Task removed"),
    "exhibition.import.registered": _("List sent"),
    "exhibition.import.mapped": _("Columns of a list set"),
    "exhibition.import.check_started": _("Check of a list begun"),
    "exhibition.import.apply_started": _("Import of a list begun"),
    "exhibition.import.carried_on": _("Import carried on"),
    "exhibition.import.stopped": _("Import stopped"),
    "exhibition.import.applied": _("List imported"),
    "exhibition.import.cleared": _("Import cleared away"),
    "exhibition.bulk.loaded": _("Exhibitors loaded in bulk"),
    "people.organisation.created": _("Firm added"),
    "people.organisation.saved": _("Firm changed"),
    "search.synonyms.saved": _("Synonyms changed"),
    "search.synonyms.deleted": _("Synonyms deleted"),
}
_LONGEST = 120
_COLON = _(": ")
FIELDS: dict[str, "str | Promise"] = {
    "name": _("name"), "state": _("state"), "phase": _("phase"), "place": _("place"), "places": _("places"),
    "area": _("area"), "sector": _("sector"), "sectors": _("sectors"), "delegation": _("delegation"),
    "quota": _("quota"), "person": _("person"), "role": _("role"), "shape": _("corners"), "kind": _("kind"),
    "headline": _("headline"), "about": _("text"), "theme": _("theme"), "venue": _("venue"),
    "starts_on": _("first day"), "ends_on": _("last day"), "time_zone": _("time zone"),
    "country": _("country"),
    "languages": _("languages"), "motif": _("colour"), "position": _("order"), "title": _("title"),
    "due_on": _("due on"), "text": _("text"), "template": _("template"), "from": _("from"),
    "carried": _("carried over"),
    "first": _("first"), "last": _("last"), "number": _("number"), "width": _("width"), "depth": _("depth"),
    "email": _("e-mail"), "task": _("task"), "description": _("description"),
    "modes": _("modes of supply"), "delivers_to": _("delivery"),
    "data_location": _("where data is kept"), "price_note": _("price note"),
    "licences": _("licences"), "references": _("references"), "contacts": _("contacts"),
    "document": _("document"), "cover": _("cover"), "picture": _("picture"), "file": _("file"),
    "offer": _("offer"), "code": _("code"), "edition": _("edition"), "fields": _("fields"),
}  # fmt: skip
# What the log keeps as a code and people read as a word.
VALUES: dict[str, dict[str, "str | Promise"]] = {
    "state": {
        "draft": _("draft"), "applied": _("applied"), "changes_asked": _("changes asked"),
        "accepted": _("accepted"), "published": _("published"), "withdrawn": _("withdrawn"),
        "rejected": _("rejected"),
    },
    "phase": {
        "draft": _("draft"), "announced": _("announced"), "open": _("open for exhibitors"),
        "live": _("live"), "evergreen": _("evergreen"), "archived": _("archived"),
    },
    "role": {
        "administrator": _("administrator"), "reviewer": _("reviewer"), "programme": _("programme"),
        "gate": _("gate"), "reader": _("reader"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class LogLine:
    """One entry as parts/audit_row.html draws it."""

    at: datetime
    by: str
    what: str
    detail: str
    label: str


def event_words(event: str) -> str:
    """What an event says."""
    return str(SENTENCES.get(event) or event.replace("_", " "))


def log_line(entry: Any, with_label: bool = True) -> LogLine:
    """An audit entry in words: the object and what changed."""
    changes = str(_("; ")).join(
        filter(None, (_change(n, entry.before, entry.after) for n in {**entry.before, **entry.after}))
    )
    parts = [entry.object_label if with_label else "", changes, entry.reason]
    return LogLine(
        entry.at,
        entry.by_name,
        event_words(entry.event),
        " · ".join(part for part in parts if part),
        entry.object_label,
    )


def _change(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    known = VALUES.get(name, {})
    old, new = (_short(known.get(str(value), value)) for value in (before.get(name), after.get(name)))
    words = FIELDS.get(name, name)
    if old and new:
        return f"{words}{_COLON}{old} → {new}"
    return f"{words}{_COLON}{new or old}" if new or old else ""


def _short(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        value = " / ".join(str(text) for text in value.values())
    elif isinstance(value, list):
        value = str(_(", ")).join(str(one) for one in value)
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
