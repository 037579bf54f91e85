"""What the public reads: each change is a version of its own, with its digest in the chain of records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from everfair.agreements.actions.chain import append
from everfair.base.languages import Words
from everfair.outcomes.models import Outcome, OutcomeVersion
from everfair.outcomes.queries.content import digest_of


def put_out(
    row: Outcome, content: Mapping[str, Any], *, by: Any, now: datetime, why: Words | None = None
) -> OutcomeVersion | None:
    """Make `content` what everybody reads, in the caller's transaction; None where it is that already.

    The chain gets the digest and no field: what a party holds back later must not stay in it for ever.
    """
    digest = digest_of(content)
    if row.public is not None and row.public.digest == digest:
        return None
    number = (row.public.number if row.public is not None else 0) + 1
    version = OutcomeVersion.objects.create(
        outcome=row, number=number, at=now, by=by, why=why or {}, content=dict(content), digest=digest
    )
    row.public = version
    append(
        "outcome.published",
        row.code,
        {"edition": row.edition.slug, "version": number, "digest": digest},
        now=now,
    )
    return version


def note_withdrawn(row: Outcome, *, now: datetime) -> None:
    """The chain says that it was withdrawn, where it was public."""
    if row.public is not None:
        append(
            "outcome.withdrawn",
            row.code,
            {"edition": row.edition.slug, "version": row.public.number},
            now=now,
        )
