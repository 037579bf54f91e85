"""The past-tense facts the people room announces upward, after commit. Nothing else."""

from django.dispatch import Signal

organisation_saved = Signal()
"""An organisation's names, country or logo changed. Arguments: organisation_id (int), by_id (int or None)."""

account_leaving = Signal()
"""Somebody erases their account. Arguments: user, now. Sent in that transaction, before the row goes: a room ends and empties what is
the person's own. It may raise Refused with what has to be done first."""

member_removed = Signal()
"""A person left an organisation. Arguments: organisation_id, user_id."""
