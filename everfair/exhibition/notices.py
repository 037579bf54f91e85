"""Who is told what about exhibitors, in which words and language. Sending is the mail gateway's work."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
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
    """Tell the firm's editors, except the one who did it, that the state changed, and why."""
    if exhibitor.state not in TOLD_STATES:
        return
    for person in editors_of(exhibitor):
        if person.pk == getattr(by, "pk", None):
            continue
        context = _context(exhibitor, person, "exhibitor:exhibition.booth_overview")
        context |= {"state": exhibitor.state, "before": before, "reason": reason}
        mail.send(person.email, "exhibition/state", context, person.language)


def remind_of_task(exhibitor: Exhibitor, kind: TaskKind, today: date) -> int:
    """Write to the firm's editors that a task is still open; how many letters."""
    people = editors_of(exhibitor)
    for person in people:
        context = _context(exhibitor, person, "exhibitor:exhibition.task_list")
        context |= {
            "title": pick(kind.title, person.language),
            "help": pick(kind.help, person.language),
            "due_on": kind.due_on,
            "days_left": (kind.due_on - today).days,
        }
        mail.send(person.email, "exhibition/reminder", context, person.language)
    return len(people)


def _context(exhibitor: Exhibitor, person: User, page: str) -> dict[str, object]:
    with translation.override(CONTENT_TO_INTERFACE.get(person.language, "en")):
        address = settings.BASE_URL + reverse(page, kwargs={"code": exhibitor.code})
    return {
        "name": person.name,
        "firm": pick(exhibitor.organisation.name, person.language),
        "edition_name": pick(exhibitor.edition.name, person.language),
        "url": address,
    }
