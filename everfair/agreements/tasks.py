"""Background doors of the agreements room: a moment comes in, actions run. No logic here."""

from datetime import datetime

from everfair.agreements.actions import chain, proving, records


def follow_agreements(now: datetime | None = None) -> None:
    """Daily and oftener: records that are missing, the head of the day, proofs of days gone by."""
    records.set_missing_records(now=now)
    chain.publish_head(now=now)
    proving.forget_proofs(now)
