"""Who is told what about exhibitors, in which words and language. Sending is the mail gateway's work."""

from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from everfair.base.languages import pick
from everfair.exhibition.models import Exhibitor, TaskKind
from everfair.gateways import mail
from everfair.people.models import Membership, User

State = Exhibitor.State
TOLD_STATES = frozenset(
    {State.CHANGES_ASKED, State.ACCEPTED, State.PUBLISHED, State.WITHDRAWN, State.REJECTED, State.APPLIED}
)


def editors_of(exhibitor: Exhibitor) -> list[User]:
    """The people who answer for the booth: owners and editors of the firm who can sign in."""
    return list(
        User.objects.filter(
            memberships__organisation_id=exhibitor.organisation_id,
            memberships__role__in=(Membership.Role.OWNER, Membership.Role.EDITOR),
            is_active=True,
        ).order_by("pk")
    )


def tell_of_state(exhibitor: Exhibitor, before: str, reason: str, *, by: Any) -> None:
    """Tell the firm's editors, except the one who did it, that the state changed, and why. After commit."""
    if exhibitor.state not in TOLD_STATES:
        return
    for person in editors_of(exhibitor):
        if person.pk != getattr(by, "pk", None):
            context = _context(exhibitor, person.language)
            context |= {"state": exhibitor.state, "before": before, "reason": reason, "person": person}
            # robust: a letter that cannot be written must not undo the decision or fail the request
            transaction.on_commit(
                partial(mail.send, person.email, "exhibitor_state", context, person.language), robust=True
            )


def remind_of_task(exhibitor: Exhibitor, kind: TaskKind, today: date) -> int:
    """Write to the firm's editors that a task is still open; how many letters. After commit."""
    people = editors_of(exhibitor)
    for person in people:
        context = _context(exhibitor, person.language)
        context |= {
            "title": pick(kind.title, person.language),
            "help": pick(kind.help, person.language),
            "due_on": kind.due_on,
            "days_left": (kind.due_on - today).days,
            "person": person,
        }
        transaction.on_commit(
            partial(mail.send, person.email, "exhibitor_reminder", context, person.language), robust=True
        )
    return len(people)


def _context(exhibitor: Exhibitor, language: str) -> dict[str, Any]:
    return {
        "firm": pick(exhibitor.organisation.name, language),
        "edition_name": pick(exhibitor.edition.name, language),
        "edition": exhibitor.edition,
        "code": exhibitor.code,
        "desk_path": f"/{language if language in ('en', 'zh') else 'en'}/booth-desk/{exhibitor.code}/",
    }
