"""Files of messages that go: their rows, and their bytes once nothing names them."""

from collections.abc import Iterable

from everfair.conversations.models import MessageFile
from everfair.gateways.storage import forget


def forget_files(rows: Iterable[MessageFile]) -> None:
    """Take files off messages, and off the disk once nothing names them. In the caller's transaction, the disk after it."""
    found = list(rows)
    MessageFile.objects.filter(pk__in=[row.pk for row in found]).delete()
    forget.forget_files(row.file for row in found)
