"""The past-tense facts the agreements room announces upward, after commit. Nothing else."""

from django.dispatch import Signal

agreement_confirmed = Signal()
"""Every party confirmed. Arguments: agreement_id (int)."""
