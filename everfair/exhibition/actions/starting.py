"""What a new edition starts with here: questions and tasks, copied from an earlier one or from a template."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from everfair.base.changes import note_change
from everfair.exhibition.actions.entry import refresh_entry
from everfair.exhibition.models import ApplicationQuestion, Exhibitor, TaskKind
from everfair.fair.models import Edition


def carry_questions(source: Edition, edition: Edition) -> int:
    """Copy the open questions; how many."""
    names = ("text", "help", "kind", "choices", "is_required", "position")
    rows = [
        ApplicationQuestion(edition=edition, **{name: getattr(question, name) for name in names})
        for question in ApplicationQuestion.objects.filter(edition=source, is_open=True)
    ]
    return len(ApplicationQuestion.objects.bulk_create(rows))


def carry_task_kinds(source: Edition, edition: Edition) -> int:
    """Copy the tasks; a due date keeps its distance from the edition's first day. How many."""
    names = ("title", "help", "check_name", "remind_days", "position")
    moved = edition.starts_on - source.starts_on
    rows = [
        TaskKind(edition=edition, due_on=kind.due_on + moved, **{name: getattr(kind, name) for name in names})
        for kind in TaskKind.objects.filter(edition=source)
    ]
    return len(TaskKind.objects.bulk_create(rows))


def lay_out_task_kinds(edition: Edition, rows: Iterable[Mapping[str, Any]]) -> int:
    """Tasks from a template's rows {title, help, days_before, check, remind_days}; how many."""
    made = [
        TaskKind(
            edition=edition,
            title=row["title"],
            help=row.get("help", {}),
            due_on=edition.starts_on - timedelta(days=row.get("days_before", 0)),
            check_name=row.get("check", ""),
            remind_days=row.get("remind_days", []),
            position=position,
        )
        for position, row in enumerate(rows)
    ]
    return len(TaskKind.objects.bulk_create(made))


def follow_organisation(organisation_id: int) -> None:
    """The firm's name or country changed: bring its booths' catalogue rows and followers up to date."""
    found = Exhibitor.objects.filter(organisation_id=organisation_id).select_related("organisation", "sector")
    for exhibitor in found:
        refresh_entry(exhibitor)
        note_change("exhibition.exhibitor", exhibitor.pk, exhibitor.edition_id)
