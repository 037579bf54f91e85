"""What the organiser asks of exhibitors: questions on the application, tasks with due dates."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.exhibition.actions import applying as actions
from everfair.exhibition.forms.organising import QuestionForm, TaskKindForm
from everfair.exhibition.queries import asking as queries
from everfair.fair import access
from everfair.web.organiser.frame import address, attempt, desk, done, named, require_proof, through


@login_required
def question_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The organiser's own questions, with how many answered."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    context = {"title": _("Application questions"), "questions": queries.questions_with_counts(held)}
    return desk(request, "exhibition/question_list", held, context)


@login_required
def question_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new question."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = QuestionForm(request.POST or None, languages=held.languages)
    if through(form, lambda values: actions.save_question(held, None, values, by=request.user)):
        return done(
            request, _("The question is asked from now on."), "exhibition.question_list", edition=held.slug
        )
    return desk(request, "row_edit", held, _editing(held, form, _("New question"), _QUESTIONS))


@login_required
def question_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One question; closing it keeps its answers."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    question = access.get_row_for(request.user, held.application_questions, pk)
    title = named(request, question.text)
    form = QuestionForm(request.POST or None, row=question, languages=held.languages)
    if through(form, lambda values: actions.save_question(held, question, values, by=request.user)):
        return done(request, _("Saved."), "exhibition.question_list", edition=held.slug)
    return desk(request, "row_edit", held, _editing(held, form, title, _QUESTIONS))


@login_required
def task_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What every exhibitor has to do, by when."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    context = {"title": _("Tasks"), "tasks": queries.tasks_with_counts(held)}
    return desk(request, "exhibition/task_list", held, context)


@login_required
def task_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new task."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = TaskKindForm(request.POST or None, languages=held.languages)
    if through(form, lambda values: actions.save_task_kind(held, None, values, by=request.user)):
        return done(
            request, _("Every exhibitor has this task now."), "exhibition.task_list", edition=held.slug
        )
    return desk(request, "row_edit", held, _editing(held, form, _("New task"), _TASKS))


@login_required
def task_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One task."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    kind = access.get_row_for(request.user, held.task_kinds, pk)
    title = named(request, kind.title)
    form = TaskKindForm(request.POST or None, row=kind, languages=held.languages)
    if through(form, lambda values: actions.save_task_kind(held, kind, values, by=request.user)):
        return done(request, _("Saved."), "exhibition.task_list", edition=held.slug)
    context = _editing(held, form, title, _TASKS) | {
        "remove_url": address("exhibition.task_remove", edition=held.slug, pk=kind.pk),
        "remove": _("Remove this task for everybody"),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def task_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take a task away from every exhibitor."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    kind = access.get_row_for(request.user, held.task_kinds, pk)
    require_proof(request)
    sentence = _("Task “%(task)s” removed.") % {"task": named(request, kind.title)}
    deed = partial(actions.remove_task_kind, kind, by=request.user)
    return attempt(request, deed, sentence, "exhibition.task_list", edition=held.slug)


_QUESTIONS = "exhibition.question_list"
_TASKS = "exhibition.task_list"


def _editing(edition: Any, form: Any, title: str, parent: str) -> dict[str, Any]:
    back_url = address(parent, edition=edition.slug)
    words = _("Application questions") if parent == _QUESTIONS else _("Tasks")
    return {
        "title": title, "form": form, "save": _("Save"), "back_url": back_url,
        "crumbs": [(words, back_url), (title, "")],
    }  # fmt: skip
