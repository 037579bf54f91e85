"""What the fair room announces upward. No imports of the room's other files."""

from django.dispatch import Signal

# edition, from_edition (Edition | None), carry (frozenset of part names), layout (a template's rows), by.
# Sent inside the writing transaction: what rooms above copy or lay out is done with it or not at all.
edition_created = Signal()

# kind_id (int). Sent inside the writing transaction when a badge kind's rules were saved: more places may have opened.
badge_rules_changed = Signal()
