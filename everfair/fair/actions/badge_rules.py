"""Deeds on a kind of badge's rules and questions. Who registers under it is a room above."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.codes import new_code
from everfair.base.languages import clean_words
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.saving import plain, require_valid, set_fields
from everfair.fair.models import BadgeKind
from everfair.fair.signals import badge_rules_changed

RULES = (
    "name", "note", "motif", "is_open", "needs_approval", "capacity", "per_firm", "per_delegation", "opens_at",
    "closes_at", "position",
)  # fmt: skip
QUESTION_KINDS = ("text", "long", "choice", "many", "number", "yes")
WITH_OPTIONS = ("choice", "many")
MOST_QUESTIONS, MOST_OPTIONS = 30, 60


@transaction.atomic
def save_badge_rules(
    kind: BadgeKind, values: Mapping[str, Any], *, by: Any, version: int | None = None
) -> BadgeKind:
    """Change RULES of a kind. Refused where the dates cross, or fewer places are left than people are approved."""
    row = _locked(kind, version)
    before, after = set_fields(row, values, RULES)
    if not row.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    if row.opens_at and row.closes_at and row.closes_at <= row.opens_at:
        raise Refused(_("Registration closes before it opens."), field="closes_at")
    if row.capacity is not None and row.capacity < row.expected:
        raise Refused(
            _("%(count)d people are approved already. Cancel some first, or leave at least %(count)d places.")
            % {"count": row.expected},
            field="capacity",
        )
    require_valid(row, exclude=["edition", "questions"])
    return _saved(row, before, after, by)


@transaction.atomic
def save_badge_question(
    kind: BadgeKind, code: str | None, values: Mapping[str, Any], *, by: Any, version: int | None = None
) -> BadgeKind:
    """Add (code = None) or change a question. `values`: label, help (words), kind, is_required,
    options [{"code": "" for a new one, "label": words}].

    Answers hang on codes: the kind of answer of a question that is asked already cannot change.
    """
    row = _locked(kind, version)
    questions = [dict(one) for one in row.questions]
    held = next((one for one in questions if one["code"] == code), None)
    if code is not None and held is None:
        raise Refused(_("That question is no longer asked."))
    if held is None and len(questions) >= MOST_QUESTIONS:
        raise Refused(_("More than %(most)d questions drive people away.") % {"most": MOST_QUESTIONS})
    answer_kind = held["kind"] if held else values.get("kind")
    if answer_kind not in QUESTION_KINDS:
        raise Refused(_("Choose a kind of answer."), field="kind")
    label = clean_words(values.get("label"))
    if not label:
        raise Refused(_("Write the question in at least one language."), field="label")
    question = {
        "code": held["code"] if held else new_code(6),
        "label": label,
        "help": clean_words(values.get("help")),
        "kind": answer_kind,
        "is_required": bool(values.get("is_required")),
        "options": _options(values.get("options") or (), held) if answer_kind in WITH_OPTIONS else [],
    }
    fresh = [question if one is held else one for one in questions] if held else [*questions, question]
    return _put_questions(row, fresh, by)


@transaction.atomic
def move_badge_question(kind: BadgeKind, code: str, step: int, *, by: Any) -> BadgeKind:
    """Ask a question earlier (step -1) or later (step 1)."""
    row = _locked(kind, None)
    questions = list(row.questions)
    at = next((place for place, one in enumerate(questions) if one["code"] == code), None)
    if at is None or not 0 <= at + step < len(questions):
        return row
    questions.insert(at + step, questions.pop(at))
    return _put_questions(row, questions, by)


@transaction.atomic
def remove_badge_question(kind: BadgeKind, code: str, *, by: Any) -> BadgeKind:
    """Ask a question no longer. Answers given stay with the people who gave them."""
    row = _locked(kind, None)
    return _put_questions(row, [one for one in row.questions if one["code"] != code], by)


def _options(given: Any, held: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Options keep their codes, new ones get one; never made from a label."""
    known = {option["code"] for option in (held or {}).get("options", ())}
    fresh: list[dict[str, Any]] = []
    for option in given:
        label = clean_words(option.get("label"))
        if label:
            code = option.get("code")
            fresh.append({"code": code if code in known else new_code(6), "label": label})
    if len(fresh) < 2 or len(fresh) > MOST_OPTIONS:
        raise Refused(
            _("A choice needs two answers at least, and %(most)d at most.") % {"most": MOST_OPTIONS}, field="options"
        )  # fmt: skip
    return fresh


def _locked(kind: BadgeKind, version: int | None) -> BadgeKind:
    row = BadgeKind.objects.select_for_update(no_key=True).select_related("edition").get(pk=kind.pk)
    if version is not None and version != row.version:
        raise EditedMeanwhile(
            _("Somebody saved this kind of badge while you were writing. Look at it again, then save."),
            current=row.version,
        )
    return row


def _put_questions(row: BadgeKind, questions: list[dict[str, Any]], by: Any) -> BadgeKind:
    before = {"questions": [one["label"] for one in row.questions]}
    if row.questions == questions:
        return row
    row.questions = questions
    return _saved(row, before, {"questions": [one["label"] for one in questions]}, by)


def _saved(row: BadgeKind, before: dict[str, Any], after: dict[str, Any], by: Any) -> BadgeKind:
    if not after:
        return row
    row.version += 1
    row.save()
    audit.record(
        "fair.badgekind.changed", row, by=by, edition_id=row.edition_id,
        before={name: plain(value) for name, value in before.items()},
        after={name: plain(value) for name, value in after.items()},
    )  # fmt: skip
    note_change("fair.badgekind", row.pk, row.edition_id)
    badge_rules_changed.send(BadgeKind, kind_id=row.pk)
    return row
