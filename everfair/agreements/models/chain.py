"""The append-only chain of records: each entry holds the digest of the one before, so that a later change shows."""

from django.db import models
from django.utils import timezone


class ChainEntry(models.Model):
    """One record. `content` is canonical JSON without personal data; digest = SHA-256 of previous + content."""

    number = models.PositiveBigIntegerField(unique=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=40)  # "agreement.confirmed", "outcome.published" …
    code = models.CharField(max_length=12, db_index=True)  # of the agreement or outcome
    content = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class ChainHead(models.Model):
    """The chain's last digest as published on a day, for others to keep."""

    on = models.DateField(unique=True)
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on} {self.digest[:12]}"
