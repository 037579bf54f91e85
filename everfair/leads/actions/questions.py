"""An exhibitor's own questions about its visitors: written, ordered, retired. Answers keep a question's code.

Rows of the log belong to no edition: what a firm asks is not for the organiser's log.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.codes import new_code
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line_words, has_a_letter
from everfair.exhibition.models import Exhibitor
from everfair.leads.models import LeadQuestion

MOST_QUESTIONS = 20
MOST_OPTIONS = 30
LABEL_LIMIT = 200
FIELDS = frozenset({"label", "kind", "options", "is_required"})
EVENT = "leads.question."
CHOOSING = frozenset({LeadQuestion.Kind.CHOICE, LeadQuestion.Kind.MANY})


def save_question(
    exhibitor: Exhibitor, question: LeadQuestion | None, values: Mapping[str, Any], *, by: Any
) -> LeadQuestion:
    """Make or change a question: label (Words), kind, options [{"code", "label": Words}], is_required.

    The kind of a question that has answers stays: they would be unreadable. Options keep their codes.
    """
    with transaction.atomic():
        owner = _lock(exhibitor)
        unknown = set(values) - FIELDS
        if unknown:
            raise TypeError(f"save_question does not know {sorted(unknown)}")
        row = question or LeadQuestion(exhibitor=owner, position=_next_position(owner))
        is_new = row.pk is None
        before = {} if is_new else _facts(row)
        kind = values.get("kind", row.kind)
        if kind not in LeadQuestion.Kind.values:
            raise Refused(_("Choose a kind of answer."), field="kind")
        if not is_new and kind != row.kind and _is_answered(row):
            raise Refused(
                _("This question has answers already. Retire it and write a new one."), field="kind"
            )
        row.kind = kind
        row.label = _clean_label(values.get("label", row.label), "label")
        row.options = _clean_options(values.get("options", row.options)) if kind in CHOOSING else []
        row.is_required = bool(values.get("is_required", row.is_required))
        if kind in CHOOSING and len(row.options) < 2:
            raise Refused(_("A choice needs two answers at least."), field="options")
        row.save()
        event = EVENT + ("created" if is_new else "saved")
        audit.record(event, row, by=by, before=before, after=_facts(row))
    return row


def retire_question(question: LeadQuestion, is_retired: bool, *, by: Any) -> LeadQuestion:
    """Ask it no longer (its answers stay readable), or again."""
    with transaction.atomic():
        owner = _lock(question.exhibitor)
        row = LeadQuestion.objects.get(pk=question.pk)
        if row.is_retired != is_retired:
            if not is_retired and _count_asked(owner) >= MOST_QUESTIONS:
                raise Refused(_most_sentence())
            row.is_retired = is_retired
            row.save(update_fields=["is_retired"])
            event = EVENT + ("retired" if is_retired else "asked_again")
            audit.record(event, row, by=by)
    return row


def move_question(question: LeadQuestion, steps: int, *, by: Any) -> tuple[int, int]:
    """Move the question `steps` places down (up where negative), not past the ends: its place from 1, and how many."""
    with transaction.atomic():
        owner = _lock(question.exhibitor)
        rows = list(owner.lead_questions.order_by("position", "id"))
        found = next(number for number, row in enumerate(rows) if row.pk == question.pk)
        place = min(max(found + steps, 0), len(rows) - 1)
        if place != found:
            rows.insert(place, rows.pop(found))
            for position, row in enumerate(rows):
                row.position = position
            LeadQuestion.objects.bulk_update(rows, ["position"])
            audit.record(EVENT + "reordered", question, by=by)
    return place + 1, len(rows)


def _lock(exhibitor: Exhibitor) -> Exhibitor:
    return Exhibitor.objects.select_for_update(of=("self",)).get(pk=exhibitor.pk)


def _count_asked(owner: Exhibitor) -> int:
    return owner.lead_questions.filter(is_retired=False).count()


def _next_position(owner: Exhibitor) -> int:
    if _count_asked(owner) >= MOST_QUESTIONS:
        raise Refused(_most_sentence())
    last = owner.lead_questions.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, 32000)


def _most_sentence() -> str:
    return _("A booth asks at most %(count)d questions. Retire one first.") % {"count": MOST_QUESTIONS}


def _is_answered(row: LeadQuestion) -> bool:
    return any(
        row.code in answers
        for answers in row.exhibitor.leads.exclude(answers={}).values_list("answers", flat=True)
    )


def _clean_label(words: Mapping[str, str] | None, field: str) -> dict[str, str]:
    clean = clean_line_words(words)
    if not clean or not all(has_a_letter(text) for text in clean.values()):
        raise Refused(_("Write a few words, in one language at least."), field=field)
    if any(len(text) > LABEL_LIMIT for text in clean.values()):
        raise Refused(_("At most %(limit)d characters fit.") % {"limit": LABEL_LIMIT}, field=field)
    return clean


def _clean_options(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(options) > MOST_OPTIONS:
        raise Refused(
            _("At most %(count)d answers to choose from fit.") % {"count": MOST_OPTIONS}, field="options"
        )
    return [
        {"code": str(one.get("code") or new_code()), "label": _clean_label(one.get("label"), "options")}
        for one in options
    ]


def _facts(row: LeadQuestion) -> dict[str, Any]:
    return {
        "label": row.label, "kind": row.kind, "is_required": row.is_required,
        "options": [one["label"] for one in row.options],
    }  # fmt: skip
