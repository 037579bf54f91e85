"""The organiser's questions and tasks with how far exhibitors are. Reads only."""

from django.db.models import Count, QuerySet

from everfair.exhibition.models import ApplicationQuestion, TaskKind
from everfair.fair.models import Edition


def questions_with_counts(edition: Edition) -> QuerySet[ApplicationQuestion]:
    """Questions in the organiser's order, each with `answered`. One query."""
    return edition.application_questions.annotate(answered=Count("answers")).order_by("position", "id")


def tasks_with_counts(edition: Edition) -> QuerySet[TaskKind]:
    """Tasks by due date, each with `ticked`: how many exhibitors ticked it by hand. One query."""
    return edition.task_kinds.annotate(ticked=Count("done")).order_by("due_on", "position", "id")
