"""The past-tense facts the people room announces upward, after commit. Nothing else."""

from django.dispatch import Signal

organisation_saved = Signal()
"""An organisation's names, country or logo changed. Arguments: organisation_id (int), by_id (int or None)."""

member_removed = Signal()
"""A person left an organisation. Arguments: organisation_id, user_id."""
