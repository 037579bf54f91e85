"""What staff note about a visitor: cleaned, compared, brought together. Nothing is overwritten without a word."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.base.texts import clean_line, clean_text
from everfair.leads.models import Lead, LeadQuestion

NOTE_LIMIT = 4000
ANSWER_LIMIT = 1000
FIELDS = frozenset({"interest", "note", "follow_up_on", "answers"})
NOTHING: tuple[Any, ...] = (None, "", [], {})


def clean_values(values: Mapping[str, Any], questions: Sequence[LeadQuestion]) -> dict[str, Any]:
    """The named values as they are stored; Refused with a field where one cannot be.

    interest "hot"/"warm"/"cold"/"", note, follow_up_on a date or None, answers: question code → option code, list
    of them, text or number.
    """
    unknown = set(values) - FIELDS
    if unknown:
        raise TypeError(f"leads do not know {sorted(unknown)}")
    fresh: dict[str, Any] = {}
    if "interest" in values:
        fresh["interest"] = values["interest"] or ""
        if fresh["interest"] and fresh["interest"] not in Lead.Interest.values:
            raise Refused(_("Choose hot, warm or cold."), field="interest")
    if "note" in values:
        fresh["note"] = clean_text(values["note"] or "")
        if len(fresh["note"]) > NOTE_LIMIT:
            raise Refused(_("A note has at most %(limit)d characters.") % {"limit": NOTE_LIMIT}, field="note")
    if "follow_up_on" in values:
        fresh["follow_up_on"] = values["follow_up_on"]
        if not isinstance(fresh["follow_up_on"], date | None):
            raise TypeError("follow_up_on is a date or None")
    if "answers" in values:
        by_code = {question.code: question for question in questions}
        fresh["answers"] = {
            code: clean_answer(by_code[code], answer)
            for code, answer in (values["answers"] or {}).items()
            if code in by_code
        }
    return fresh


def clean_answer(question: LeadQuestion, answer: Any) -> Any:
    """One answer as it is stored; None where there is none. Refused where it does not fit the question."""
    field = f"q_{question.code}"
    kind = question.kind
    if answer in NOTHING:
        return None
    if kind == question.Kind.TEXT:
        text = clean_line(str(answer))
        if len(text) > ANSWER_LIMIT:
            raise Refused(
                _("An answer has at most %(limit)d characters.") % {"limit": ANSWER_LIMIT}, field=field
            )
        return text or None
    if kind == question.Kind.NUMBER:
        if isinstance(answer, bool) or not isinstance(answer, int | float) or answer != answer:
            raise Refused(_("Write a number."), field=field)
        return int(answer) if float(answer).is_integer() else answer
    known = [one.get("code") for one in question.options]
    chosen = answer if isinstance(answer, list) else [answer]
    if any(one not in known for one in chosen):
        raise Refused(_("Choose one of the answers offered."), field=field)
    if kind == question.Kind.CHOICE:
        return chosen[0]
    return [one for one in known if one in chosen]


def digest_of(values: Mapping[str, Any]) -> str:
    """The same values give the same digest: what is sent twice is known again. "" for no values."""
    said = {name: value for name, value in values.items() if value not in NOTHING}
    if not said:
        return ""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def bring_in(lead: Lead, fresh: Mapping[str, Any], author: str) -> tuple[list[str], dict[str, Any]]:
    """Put cleaned values into the lead where it has none; a second note goes below the first.

    Returns the names of what changed, and the values that differ from what the lead says: those are kept with
    the scan until somebody settles them. Saves nothing.
    """
    changed: list[str] = []
    differs: dict[str, Any] = {}
    for name in ("interest", "follow_up_on"):
        given, held = fresh.get(name), getattr(lead, name)
        if given in NOTHING or given == held:
            continue
        if held in NOTHING:
            setattr(lead, name, given)
            changed.append(name)
        else:
            differs[name] = given.isoformat() if isinstance(given, date) else given
    note = fresh.get("note") or ""
    if note and note not in lead.note:
        longer = f"{lead.note}\n\n{author}: {note}" if lead.note else note
        if len(longer) <= NOTE_LIMIT:
            lead.note = longer
            changed.append("note")
        else:
            differs["note"] = note
    answers = dict(lead.answers)
    other: dict[str, Any] = {}
    for code, given in (fresh.get("answers") or {}).items():
        held = answers.get(code)
        if given in NOTHING or given == held:
            continue
        if held in NOTHING:
            answers[code] = given
        else:
            other[code] = given
    if answers != lead.answers:
        lead.answers = answers
        changed.append("answers")
    if other:
        differs["answers"] = other
    return changed, differs


def put_in(lead: Lead, fresh: Mapping[str, Any]) -> list[str]:
    """Set the named values as they are; the names of what changed. Saves nothing."""
    changed = []
    for name, value in fresh.items():
        given = value
        if name == "answers":
            given = {
                code: answer for code, answer in {**lead.answers, **value}.items() if answer not in NOTHING
            }
        if getattr(lead, name) != given:
            setattr(lead, name, given)
            changed.append(name)
    return changed
