"""The past-tense facts the conversations room announces upward, after commit. Nothing else."""

from django.dispatch import Signal

message_sent = Signal()
"""A message was kept. Arguments: conversation_id, number."""

buyer_revealed = Signal()
"""A buyer who was not named said who they are. Arguments: conversation_id."""
