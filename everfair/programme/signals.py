"""The few facts the programme room announces. No imports of the room's other files."""

from django.dispatch import Signal

# session_id. Sent inside the writing transaction: the task that tells people is queued with the move or not at all.
session_moved = Signal()
