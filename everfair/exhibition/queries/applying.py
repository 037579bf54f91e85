"""The organiser's questions with an exhibitor's answers, and tasks with their due dates. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.exhibition.models import (
    ApplicationAnswer,
    ApplicationQuestion,
    Exhibitor,
    ExhibitorTask,
    TaskKind,
)
from everfair.exhibition.queries.completeness import completeness


@dataclass(frozen=True)
class QuestionAndAnswer:
    """A question and what this exhibitor answered ("" when nothing)."""

    question: ApplicationQuestion
    value: str

    def shown(self, language: str) -> str:
        """The answer in words: yes, no, a choice's text."""
        if self.question.kind == ApplicationQuestion.Kind.YES_NO:
            return {"yes": _("yes"), "no": _("no")}.get(self.value, "")
        if self.question.kind == ApplicationQuestion.Kind.CHOICE:
            texts = {one["key"]: pick(one["text"], language) for one in self.question.choices}
            return texts.get(self.value, self.value)
        return self.value


@dataclass(frozen=True)
class TaskLine:
    """A task as one exhibitor sees it. `ticks_itself`: a check decides, not a hand."""

    kind: TaskKind
    is_done: bool
    done_at: datetime | None
    is_overdue: bool
    ticks_itself: bool


def questions_and_answers(exhibitor: Exhibitor) -> list[QuestionAndAnswer]:
    """Open questions, and closed ones that were answered, in the organiser's order. Two queries."""
    answers = {
        answer.question_id: answer.value for answer in ApplicationAnswer.objects.filter(exhibitor=exhibitor)
    }
    questions = ApplicationQuestion.objects.filter(edition_id=exhibitor.edition_id)
    return [
        QuestionAndAnswer(question, answers.get(question.pk, ""))
        for question in questions
        if question.is_open or answers.get(question.pk)
    ]


def unanswered_questions(exhibitor: Exhibitor) -> list[ApplicationQuestion]:
    """Open required questions without an answer."""
    return [
        item.question
        for item in questions_and_answers(exhibitor)
        if item.question.is_open and item.question.is_required and not item.value
    ]


def task_lines(exhibitor: Exhibitor, today: date) -> list[TaskLine]:
    """Every task of the edition for this exhibitor, by due date. Six queries at most."""
    done = {task.kind_id: task.done_at for task in ExhibitorTask.objects.filter(exhibitor=exhibitor)}
    kinds = list(TaskKind.objects.filter(edition_id=exhibitor.edition_id))
    facts = _facts(exhibitor) if any(kind.check_name for kind in kinds) else {}
    lines = []
    for kind in kinds:
        is_done = facts.get(kind.check_name, False) if kind.check_name else kind.pk in done
        lines.append(
            TaskLine(
                kind, is_done, done.get(kind.pk), not is_done and kind.due_on < today, bool(kind.check_name)
            )
        )
    return lines


def _facts(exhibitor: Exhibitor) -> dict[str, bool]:
    return {
        TaskKind.Check.BOOTH_COMPLETE: completeness(exhibitor).is_publishable,
        TaskKind.Check.HAS_OFFER: exhibitor.offers.filter(is_on_shelf=True).exists(),
        TaskKind.Check.HAS_DOCUMENT: exhibitor.documents.exists(),
        TaskKind.Check.PUBLISHED: exhibitor.state == Exhibitor.State.PUBLISHED,
    }


def reminders_due(today: date) -> list[tuple[TaskKind, int]]:
    """(task, days before) whose reminding day is today or was missed while the machine was off.

    Of several missed days only the nearest to the due date is returned: nobody gets three letters at once.
    """
    found = []
    for kind in TaskKind.objects.filter(due_on__gte=today).select_related("edition__fair"):
        reached = [int(days) for days in kind.remind_days if kind.due_on - timedelta(days=int(days)) <= today]
        if reached:
            found.append((kind, min(reached)))
    return found
