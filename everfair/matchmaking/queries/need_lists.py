"""What the desk shows of lists of needs that came in: all of an edition, one, how far it is. Reads only."""

from django.db.models import QuerySet

from everfair.base import progress
from everfair.base.progress import Progress
from everfair.fair.models import Edition
from everfair.matchmaking.models import NeedList

KIND = "need-list"
STATE_KINDS = {"checking": "wait", "ready": "here", "applying": "wait", "done": "won", "failed": "stop"}


def lists_of(edition: Edition) -> QuerySet[NeedList]:
    """Every list that came in, newest first, without its problems."""
    return NeedList.objects.filter(edition=edition).select_related("by").defer("problems")


def list_of(edition: Edition, pk: int) -> NeedList | None:
    """One of them."""
    return NeedList.objects.filter(edition=edition, pk=pk).select_related("edition__fair", "by").first()


def progress_of(row: NeedList) -> Progress:
    """While it is judged from the table, while it is written from what was told: its transaction is not visible yet."""
    found = progress.told(KIND, row.pk, total=row.rows_total, since=row.created_at)
    if row.state == NeedList.State.APPLYING:
        return found
    return Progress(row.rows_done, row.rows_total, found.is_silent)
