"""The few facts the matchmaking room announces. No imports of the room's other files."""

from django.dispatch import Signal

# need_id, event ("opened", "changed", "ended", "answered"). Sent inside the writing transaction.
need_changed = Signal()
