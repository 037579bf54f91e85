"""Answers to the organiser's questions, ticked tasks, reminders; and the questions and tasks themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition import notices
from everfair.exhibition.actions.booth import save_booth
from everfair.exhibition.actions.guards import differences, lock_exhibitor, require_name, validate_fields
from everfair.exhibition.forms.texts import clean_line, clean_line_words, clean_text, clean_text_words
from everfair.exhibition.models import (
    ApplicationAnswer,
    ApplicationQuestion,
    Exhibitor,
    ExhibitorTask,
    Reminder,
    TaskKind,
)
from everfair.exhibition.queries.applying import reminders_due, task_lines
from everfair.fair.models import Edition

ANSWER_LIMIT = 5000
QUESTION_FIELDS = frozenset({"text", "help", "kind", "choices", "is_required", "is_open", "position"})
TASK_FIELDS = frozenset({"title", "help", "due_on", "check_name", "remind_days", "position"})
REMINDED_STATES = (
    Exhibitor.State.CHANGES_ASKED,
    Exhibitor.State.APPLIED,
    Exhibitor.State.ACCEPTED,
    Exhibitor.State.PUBLISHED,
)
MOST_CHOICES, LONGEST_NOTICE = 50, 365


def save_answers(exhibitor: Exhibitor, answers: Mapping[int, str], *, by: Any) -> None:
    """Keep answers by question id; "" takes an answer back. A question of another edition is refused."""
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        questions = ApplicationQuestion.objects.filter(edition_id=row.edition_id).in_bulk(list(answers))
        before, after = {}, {}
        old = {answer.question_id: answer.value for answer in row.answers.all()}
        for key, given in answers.items():
            question = questions.get(key)
            if question is None:
                raise Refused(_("That question is not asked in this edition."))
            value = _clean_answer(question, given)
            if value == old.get(key, ""):
                continue
            before[str(question)], after[str(question)] = old.get(key, ""), value
            if value:
                ApplicationAnswer.objects.update_or_create(
                    exhibitor=row, question=question, defaults={"value": value}
                )
            else:
                row.answers.filter(question=question).delete()
        if after:
            audit.record(
                "exhibition.exhibitor.answered",
                row,
                by=by,
                edition_id=row.edition_id,
                before=before,
                after=after,
            )


def save_application(
    exhibitor: Exhibitor,
    answers: Mapping[int, str],
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
) -> None:
    """Keep the answers and the wished sector and area together, or neither."""
    with transaction.atomic():
        save_booth(exhibitor, values, by=by, version=version)
        save_answers(exhibitor, answers, by=by)


def _clean_answer(question: ApplicationQuestion, given: str) -> str:
    value = clean_text(given) if question.kind == question.Kind.TEXT else clean_line(given)
    field = f"question_{question.pk}"
    if len(value) > ANSWER_LIMIT:
        raise Refused(_("An answer has at most %(limit)d characters.") % {"limit": ANSWER_LIMIT}, field=field)
    if value and question.kind == question.Kind.YES_NO and value not in {"yes", "no"}:
        raise Refused(_("Answer yes or no."), field=field)
    if (
        value
        and question.kind == question.Kind.CHOICE
        and value not in {one.get("key") for one in question.choices}
    ):
        raise Refused(_("Choose one of the answers offered."), field=field)
    return value


def tick_task(exhibitor: Exhibitor, kind: TaskKind, *, by: Any) -> None:
    """Say that a task is done. A task with a check ticks itself and is refused here."""
    if kind.edition_id != exhibitor.edition_id:
        raise Refused(_("That task is not of this edition."))
    if kind.check_name:
        raise Refused(_("This task ticks itself: %(check)s.") % {"check": kind.get_check_name_display()})
    user = by if getattr(by, "pk", None) else None
    with transaction.atomic():
        _task, is_new = ExhibitorTask.objects.get_or_create(
            exhibitor=exhibitor, kind=kind, defaults={"done_by": user}
        )
        if is_new:
            audit.record(
                "exhibition.task.done",
                exhibitor,
                by=by,
                edition_id=exhibitor.edition_id,
                after={"task": str(kind)},
            )


def untick_task(exhibitor: Exhibitor, kind: TaskKind, *, by: Any) -> None:
    """Take a tick back."""
    with transaction.atomic():
        deleted, _rows = ExhibitorTask.objects.filter(exhibitor=exhibitor, kind=kind).delete()
        if deleted:
            audit.record(
                "exhibition.task.reopened",
                exhibitor,
                by=by,
                edition_id=exhibitor.edition_id,
                after={"task": str(kind)},
            )


def save_question(
    edition: Edition, question: ApplicationQuestion | None, values: Mapping[str, Any], *, by: Any
) -> ApplicationQuestion:
    """Make or change a question on the application; see QUESTION_FIELDS.

    `choices`: [{"key": "a", "text": Words}, …].
    """
    with transaction.atomic():
        row = question or ApplicationQuestion(edition=edition)
        fresh = _known(values, QUESTION_FIELDS)
        for name, clean in (("text", clean_line_words), ("help", clean_text_words)):
            if name in fresh:
                fresh[name] = clean(fresh[name])
        if "choices" in fresh:
            fresh["choices"] = _clean_choices(fresh["choices"] or [])
        before, after = _apply(row, fresh)
        require_name(row.text, "text", _("The question"))
        validate_fields(row, fresh)
        if row.kind == row.Kind.CHOICE and len(row.choices) < 2:
            raise Refused(_("A choice needs two answers at least."), field="choices")
        is_new = row.pk is None
        row.save()
        event = "exhibition.question." + ("created" if is_new else "saved")
        audit.record(event, row, by=by, edition_id=edition.pk, before={} if is_new else before, after=after)
    return row


def close_question(question: ApplicationQuestion, *, by: Any, is_open: bool = False) -> ApplicationQuestion:
    """Ask a question no longer (answers stay), or again with `is_open=True`."""
    return save_question(question.edition, question, {"is_open": is_open}, by=by)


def save_task_kind(
    edition: Edition, kind: TaskKind | None, values: Mapping[str, Any], *, by: Any
) -> TaskKind:
    """Make or change a task every exhibitor of the edition has; see TASK_FIELDS.

    `remind_days`: days before the due date, [7, 1].
    """
    with transaction.atomic():
        row = kind or TaskKind(edition=edition)
        fresh = _known(values, TASK_FIELDS)
        for name, clean in (("title", clean_line_words), ("help", clean_text_words)):
            if name in fresh:
                fresh[name] = clean(fresh[name])
        if "remind_days" in fresh:
            days = sorted({int(one) for one in fresh["remind_days"] or ()}, reverse=True)
            if any(not 0 <= one <= LONGEST_NOTICE for one in days):
                raise Refused(
                    _("Reminders go out 0 to %(days)d days before.") % {"days": LONGEST_NOTICE},
                    field="remind_days",
                )
            fresh["remind_days"] = days
        before, after = _apply(row, fresh)
        require_name(row.title, "title", _("The title"))
        validate_fields(row, {*fresh, "due_on"})
        is_new = row.pk is None
        row.save()
        event = "exhibition.task_kind." + ("created" if is_new else "saved")
        audit.record(event, row, by=by, edition_id=edition.pk, before={} if is_new else before, after=after)
    return row


def remove_task_kind(kind: TaskKind, *, by: Any) -> None:
    """Take a task away from every exhibitor of the edition; the audit row keeps what it was."""
    with transaction.atomic():
        before = {"title": kind.title, "due_on": kind.due_on.isoformat(), "done_by": kind.done.count()}
        audit.record("exhibition.task_kind.removed", kind, by=by, edition_id=kind.edition_id, before=before)
        kind.delete()


def send_reminders(today: date) -> int:
    """Remind everybody whose task is open and whose reminding day has come, once each. Letters sent."""
    sent = 0
    for kind, days in reminders_due(today):
        told = Reminder.objects.filter(kind=kind, days_before=days).values("exhibitor_id")
        waiting = (
            Exhibitor.objects.filter(edition_id=kind.edition_id, state__in=REMINDED_STATES)
            .exclude(pk__in=told)
            .exclude(pk__in=kind.done.values("exhibitor_id"))
            .select_related("organisation", "edition__fair")
        )
        sent += sum(_remind(exhibitor, kind, days, today) for exhibitor in waiting.iterator(chunk_size=200))
    return sent


def _remind(exhibitor: Exhibitor, kind: TaskKind, days: int, today: date) -> int:
    if kind.check_name and any(
        line.is_done for line in task_lines(exhibitor, today) if line.kind.pk == kind.pk
    ):
        return 0
    try:
        with transaction.atomic():
            Reminder.objects.create(exhibitor=exhibitor, kind=kind, days_before=days)
            return notices.remind_of_task(exhibitor, kind, today)
    except IntegrityError:  # another worker was quicker
        return 0


def _clean_choices(choices: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keys are kept as given: answers hang on them, never on the text."""
    fresh = [
        {"key": clean_line(str(one.get("key", ""))), "text": clean_line_words(one.get("text"))}
        for one in choices
    ]
    keys = [str(one["key"]) for one in fresh]
    if (
        len(fresh) > MOST_CHOICES
        or len(set(keys)) != len(keys)
        or not all(keys)
        or not all(one["text"] for one in fresh)
    ):
        raise Refused(
            _("Each choice needs a text and a key of its own; at most %(count)d.") % {"count": MOST_CHOICES},
            field="choices",
        )
    return fresh


def _known(values: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    unknown = set(values) - fields
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    return dict(values)


def _apply(
    row: ApplicationQuestion | TaskKind, fresh: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = differences(row, fresh)
    for name, value in fresh.items():
        setattr(row, name, value)
    return _json_safe(before), _json_safe(after)


def _json_safe(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
