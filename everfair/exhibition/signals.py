"""The few facts the exhibition room announces upward, after commit. No imports of the room's other files."""

from django.dispatch import Signal

exhibitor_state_changed = Signal()  # exhibitor_id, before, after
offer_changed = Signal()  # offer_id, exhibitor_id
