"""The few facts the meetings room announces. No imports of the room's other files."""

from django.dispatch import Signal

# meeting_id, event ("made", "moved", "cancelled", "confirmed", "came"). Sent inside the writing transaction.
meeting_changed = Signal()
