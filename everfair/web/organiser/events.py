"""The audit log in words: what an event says, its details in one line.

Unknown events stand as they are named.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import content_language, pick
from everfair.exhibition.queries.applying import QuestionAndAnswer
from everfair.web.organiser import (
    agreement_words,
    badge_words,
    call_words,
    deal_words,
    match_words,
    meeting_words,
    need_words,
    outcome_words,
    talk_words,
    visit_words,
)
from everfair.web.organiser.programme import words as programme
from everfair.web.organiser.registration import words as registration_words
from everfair.web.templatetags.drawing import mode_short_name
from everfair.web.templatetags.figures import country_name, day, language_name, moment

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
    "registration.bulk.loaded": _("Registrations loaded in bulk"),
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
    "is_required": _("required"), "choices": _("choices"), "summary": _("summary"),
    "is_on_shelf": _("on the shelf"), "on_shelf": _("on the shelf"), "user": _("person"),
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
        "live": _("live"), "evergreen": _("open all year"), "archived": _("archived"),
    },
    "role": {
        "administrator": _("administrator"), "reviewer": _("reviewer"), "programme": _("programme"),
        "gate": _("gate"), "reader": _("reader"),
    },
    "kind": {
        "service": _("service"), "good": _("good"),
        "line": _("one line"), "text": _("a longer text"), "yes_no": _("yes or no"),
        "choice": _("one of a list"),
        "comprehensive": _("comprehensive area"), "topical": _("topical area"),
        "built": _("custom-built"), "shell": _("shell scheme"), "cloud": _("cloud only"),
    },
}  # fmt: skip
# Values written for machines: modes as bits, codes of countries and languages, dates, the names of fields.
IN_WORDS: dict[str, Callable[[Any], str]] = {
    "modes": lambda bits: _listed(mode_short_name(mode) for mode in (1, 2, 3, 4) if bits & 1 << (mode - 1)),
    "languages": lambda codes: _listed(map(language_name, codes)),
    "delivers_to": lambda codes: _listed(str(_("any country or region")) if c == "*" else country_name(c) for c in codes),
    "country": country_name,
    "starts_on": lambda text: day(date.fromisoformat(text)),
    "ends_on": lambda text: day(date.fromisoformat(text)),
    "due_on": lambda text: day(date.fromisoformat(text)),
    "fields": lambda names: _listed(_field(name) for name in names),
    "shape": lambda corners: _listed(f"{x:g} {y:g}" for x, y in corners),
    "choices": lambda ones: _listed(pick(one["text"], _reader()) for one in ones),
}  # fmt: skip
# The programme brings its own words; a word said already stays.
SENTENCES |= programme.SENTENCES
FIELDS |= programme.FIELDS
SENTENCES |= badge_words.SENTENCES
SENTENCES |= registration_words.SENTENCES
SENTENCES |= visit_words.SENTENCES
SENTENCES |= meeting_words.SENTENCES
SENTENCES |= need_words.SENTENCES
SENTENCES |= match_words.SENTENCES
SENTENCES |= talk_words.SENTENCES
SENTENCES |= call_words.SENTENCES
SENTENCES |= deal_words.SENTENCES
SENTENCES |= agreement_words.SENTENCES
SENTENCES |= outcome_words.SENTENCES
FIELDS |= badge_words.FIELDS
FIELDS = meeting_words.FIELDS | FIELDS
FIELDS = need_words.FIELDS | FIELDS
FIELDS = match_words.FIELDS | FIELDS
FIELDS = agreement_words.FIELDS | deal_words.FIELDS | talk_words.FIELDS | FIELDS
VALUES["state"] = (
    talk_words.STATES | need_words.STATES | meeting_words.STATES | programme.STATES | VALUES["state"]
)
VALUES["state"] = outcome_words.STATES | agreement_words.STATES | VALUES["state"]
FIELDS = outcome_words.FIELDS | FIELDS
VALUES["proof"] = agreement_words.PROOFS
VALUES["audience"] = need_words.AUDIENCES
VALUES["format"] = programme.FORMATS
IN_WORDS |= {
    "interpretation": lambda codes: _listed(map(language_name, codes)),
    "language": language_name,
    **dict.fromkeys(
        ("starts_at", "ends_at", "opens_at", "closes_at"),
        lambda text: moment(datetime.fromisoformat(text)),
    ),
    **dict.fromkeys(
        ("from", "until"), lambda text: moment(datetime.fromisoformat(text)) if "T" in text else text
    ),
}
IN_WORDS |= {
    **dict.fromkeys(("countries", "licence_in"), lambda codes: _listed(map(country_name, codes))),
    "deliver_to": country_name,
    "sizes": lambda sizes: _listed(need_words.SIZES.get(size, size) for size in sizes),
    "musts": lambda names: _listed(_field(name) for name in names),
    "closes_on": lambda text: day(date.fromisoformat(text)),
}
ANSWERED = "exhibition.exhibitor.answered"


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


class Questions:
    """An edition's own questions by their text, to say answers of the log in words. One query, when needed."""

    def __init__(self, edition: Any) -> None:
        self._edition = edition

    @cached_property
    def _by_text(self) -> dict[str, Any]:
        asked = self._edition.application_questions.all()
        return {text: question for question in asked for text in question.text.values()}

    def in_order(self, texts: Iterable[str]) -> list[str]:
        """As they are asked; databases keep the keys of an entry in orders of their own."""
        places = {text: place for place, text in enumerate(self._by_text)}
        return sorted(texts, key=lambda text: (places.get(text, len(places)), text))

    def words(self, text: str, value: str) -> tuple[str, str]:
        """The question in the reader's language and what was answered; as logged where it is asked no more."""
        question = self._by_text.get(text)
        if question is None:
            return text, str({"yes": _("yes"), "no": _("no")}.get(value, value))
        return pick(question.text, _reader()), QuestionAndAnswer(question, value).shown(_reader())


def log_lines(entries: Iterable[Any], edition: Any, with_label: bool = True) -> Iterator[LogLine]:
    """Audit entries of an edition in words: the object and what changed."""
    questions = Questions(edition)
    return (_log_line(entry, questions, with_label) for entry in entries)


def _log_line(entry: Any, questions: Questions, with_label: bool) -> LogLine:
    names: Iterable[str] = {**entry.before, **entry.after}
    told: Callable[[str, Any, Any, Questions], str] = _change
    if entry.event == ANSWERED:
        names, told = questions.in_order(names), _answer
    changes = (told(name, entry.before.get(name), entry.after.get(name), questions) for name in names)
    parts = [entry.object_label if with_label else "", str(_("; ")).join(filter(None, changes)), entry.reason]
    return LogLine(
        entry.at,
        entry.by_name,
        event_words(entry.event),
        " · ".join(part for part in parts if part),
        entry.object_label,
    )


def _answer(name: str, before: Any, after: Any, questions: Questions) -> str:
    asked, new = questions.words(name, after or "")
    _asked, old = questions.words(name, before or "")
    return _told(asked, _short(old), _short(new))


def _change(name: str, before: Any, after: Any, _questions: Questions) -> str:
    return _told(_field(name), _value(name, before), _value(name, after))


def _told(words: str, old: str, new: str) -> str:
    """ "area: 2 → 3"; nothing where nothing changed; a question keeps its own mark and gets no colon."""
    if not (old or new) or old == new:
        return ""
    said = f"{old} → {new}" if old and new else new or old
    if words.endswith("？"):
        return f"{words}{said}"
    return f"{words} {said}" if words.endswith("?") else f"{words}{_COLON}{said}"


def _field(name: str) -> str:
    return str(FIELDS.get(name) or name.replace("_", " "))


def _value(name: str, value: Any) -> str:
    """What the log kept, as people read it; what does not have the expected shape stands as it is."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, str) and value in VALUES.get(name, {}):
        return str(VALUES[name][value])
    try:
        return _short(IN_WORDS[name](value)) if name in IN_WORDS else _short(value)
    except (TypeError, ValueError, KeyError):
        return _short(value)


def _listed(items: Iterable[Any]) -> str:
    return str(_(", ")).join(str(item) for item in items)


def _reader() -> str:
    return content_language(get_language())


def _short(value: Any) -> str:
    if isinstance(value, dict):
        value = " / ".join(str(text) for text in value.values())
    elif isinstance(value, list):
        value = _listed(value)
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
