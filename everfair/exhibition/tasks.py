"""Background doors of the exhibition room: a fact comes in, one action runs. No logic here."""

from django.utils import timezone
from django_tasks import task

from everfair.exhibition.actions.applying import send_reminders


@task()
def send_due_reminders() -> int:
    """Daily, or more often (each reminder goes out once): remind exhibitors of open tasks. Letters sent."""
    return send_reminders(timezone.now().date())
