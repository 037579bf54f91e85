"""Background doors of the leads room: a day comes in, one action runs. No logic here."""

from django.utils import timezone
from django_tasks import task

from everfair.leads import actions


@task()
def erase_expired_leads() -> int:
    """Daily, or more often: erase leads whose time is over. How many."""
    return actions.erase_expired(timezone.localdate())


@task()
def tell_scanned_visitors() -> int:
    """Daily, or more often (each booth is named once): letters to visitors. How many."""
    return actions.tell_visitors(timezone.localdate())
