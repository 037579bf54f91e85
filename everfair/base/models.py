"""Tables of the ground floor: audit entries, the change table, uploaded files, leases of tasks. No fair words here."""

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT
from django.utils import timezone

from everfair.base.languages import UnescapedJSONField


class AuditEntry(models.Model):
    """One change of state or right: who, when, what, why. Written once, never changed."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    by_name = models.CharField(max_length=200, blank=True)
    edition_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=80)  # past tense: "exhibition.exhibitor.published"
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=300, blank=True)
    before = UnescapedJSONField(default=dict)
    after = UnescapedJSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["edition_id", "-at"], name="audit_edition"),
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_object"),
        ]
        ordering = ["-at", "-id"]


class Change(models.Model):
    """A row others may want to follow has changed: search index, page cache, catalogue. Written in the same transaction."""

    id: int
    at = models.DateTimeField(default=timezone.now)
    topic = models.CharField(max_length=60)  # "exhibition.exhibitor"
    key = models.BigIntegerField()
    edition_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="change_at")]


def _variant_digest(size: str) -> models.GeneratedField:
    """A column the database fills from `variants`, with an index: files are looked up by any of their digests."""
    return models.GeneratedField(
        expression=KT(f"variants__{size}"),
        output_field=models.CharField(max_length=64, null=True),
        db_persist=True,
        db_index=True,
        serialize=False,  # a backup holds what it is made from
    )


class MediaFile(models.Model):
    """A file somebody uploaded, after it was checked and re-encoded. Its bytes lie in the store under their digest."""

    class Kind(models.TextChoices):
        IMAGE = "image", "image"
        DOCUMENT = "document", "document"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)  # as the person called it, for the download
    content_type = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    variants = UnescapedJSONField(default=dict)  # {"small": digest, "medium": digest, "large": digest}
    small_digest = _variant_digest("small")
    medium_digest = _variant_digest("medium")
    large_digest = _variant_digest("large")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    uploaded_at = models.DateTimeField(default=timezone.now)


class TaskLease(models.Model):
    """A worker's word that it still works on a background task. It is renewed while the task runs, and runs out when not."""

    task_id = models.UUIDField(primary_key=True)  # django_tasks_db's row
    worker_id = models.CharField(max_length=100)
    until = models.DateTimeField()
