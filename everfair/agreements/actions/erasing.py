"""A person leaves: what is theirs in agreements goes; the organisations' record and the chain stay as they are."""

from typing import Any

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from everfair.agreements.models import AgreementParty


def forget_person(user: Any) -> None:
    """Empty name, function and evidence of whoever confirmed; nothing names the person any more."""
    with transaction.atomic():
        confirmed = AgreementParty.objects.filter(confirmed_by=user)
        confirmed.update(confirmed_by=None, confirmed_name="", confirmed_as="", evidence={})
        own = AgreementParty.objects.filter(key=f"person:{user.pk}")
        own.update(key=Concat(Value("gone:"), Cast("pk", CharField())), user=None)
