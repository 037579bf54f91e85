"""The record as PDF: set once every party confirmed, kept under its SHA-256, which enters the chain. Safe to begin again."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from everfair.agreements.actions.acts import lock_agreement
from everfair.agreements.actions.chain import append
from everfair.agreements.models import Agreement, ChainEntry
from everfair.agreements.queries.agreements import parties_of
from everfair.agreements.queries.record_face import record_face
from everfair.base.models import MediaFile
from everfair.gateways.printing import CannotSet, set_record
from everfair.gateways.storage.store import get_store

log = logging.getLogger("everfair.agreements")
RECORDED = "agreement.record"
CONFIRMED = "agreement.confirmed"


@task()
def set_record_later(pk: int) -> bool:
    """In the background: the PDF of a confirmed agreement."""
    return set_record_of(pk)


def set_record_of(pk: int, *, now: datetime | None = None) -> bool:
    """Set and keep the PDF of a confirmed agreement that has none; whether it has one now."""
    now = now or timezone.now()
    agreement = Agreement.objects.filter(pk=pk, state=Agreement.State.CONFIRMED).first()
    if agreement is None:
        return False
    if agreement.record_id is not None:
        return True
    entry = ChainEntry.objects.filter(code=agreement.code, kind=CONFIRMED).first()
    if entry is None:
        return False
    full = Agreement.objects.select_related("edition__fair", "replaces").get(pk=pk)
    files = list(full.files.order_by("position", "pk"))
    try:
        data = set_record(record_face(full, parties_of(full), files, entry), now=entry.at)
    except CannotSet:
        log.exception("The record of agreement %s could not be set and is tried again.", agreement.code)
        return False
    stored = get_store().save(data, ".pdf")
    with transaction.atomic():
        row = lock_agreement(full)
        if row.record_id is not None:  # somebody else was faster
            return True
        row.record = MediaFile.objects.create(
            kind=MediaFile.Kind.DOCUMENT, name=f"agreement-{row.code}.pdf", content_type="application/pdf",
            digest=stored.digest, size=stored.size, uploaded_by=None,
        )  # fmt: skip
        row.save(update_fields=["record"])
        append(RECORDED, row.code, {"confirmed": entry.number, "pdf": stored.digest}, now=now)
    return True


def set_missing_records(*, now: datetime | None = None) -> int:
    """Records that could not be set when the last party confirmed; how many there are now."""
    missing = Agreement.objects.filter(state=Agreement.State.CONFIRMED, record=None).order_by("pk")[:20]
    return sum(set_record_of(pk, now=now) for pk in missing.values_list("pk", flat=True))
