"""Proofs asked for and proofs used: each holds for one party, one text and one session, and for one time."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from everfair.agreements.models.agreements import AgreementParty


class ProofAsked(models.Model):
    """A challenge for a passkey: SHA-256 of nonce and the agreement's digest, so that the signature is over this very text."""

    party = models.ForeignKey(AgreementParty, on_delete=models.CASCADE, related_name="proofs_asked")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)  # SHA-256 of the session's key
    digest = models.CharField(max_length=64)  # of the agreement when it was asked
    nonce = models.CharField(max_length=64)
    challenge = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.challenge[:12]


class CodeUsed(models.Model):
    """A code of an authenticator app that confirmed something: the same one confirms nothing again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    counter = models.PositiveBigIntegerField()  # number of the half minute the code belongs to
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "counter"], name="code_used_once")]

    def __str__(self) -> str:
        return str(self.counter)
