"""The append-only chain of records: each entry holds the digest of the one before, so that a later change shows."""

from django.db import models
from django.utils import timezone

from everfair.base.canonical import canonical, sha256, written_time

BEFORE_THE_FIRST = "0" * 64  # what the first entry names as the one before


class ChainEntry(models.Model):
    """One record. `content` is canonical JSON without personal data and with salt: its digest alone says nothing of it.

    What is public of an entry is its `head_line`; the digest is that line's SHA-256. The database refuses to change
    or delete a row (actions/guard.py).
    """

    number = models.PositiveBigIntegerField(unique=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=40)  # "agreement.confirmed", "outcome.published" …
    code = models.CharField(
        max_length=12, db_index=True
    )  # of the agreement or outcome; the content holds it too
    content = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"

    @property
    def head_line(self) -> str:
        """The public part as canonical JSON: anyone can compute its SHA-256."""
        return canonical(
            {
                "at": written_time(self.at),
                "content": sha256(self.content),
                "kind": self.kind,
                "number": self.number,
                "previous": self.previous,
            }
        )

    @property
    def computed_digest(self) -> str:
        """What the digest must be."""
        return sha256(self.head_line)


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
