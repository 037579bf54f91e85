"""What the public reads: each change is a version of its own, with its digest in the chain of records."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from everfair.agreements.actions.chain import SALT_BYTES, append
from everfair.base.languages import Words
from everfair.outcomes.models import FollowUpAnswer, Outcome, OutcomeParty, OutcomeVersion
from everfair.outcomes.queries.content import answer_digest, digest_of, reason_digest, without_salt


def put_out(
    row: Outcome, content: Mapping[str, Any], *, by: Any, now: datetime, why: Words | None = None
) -> OutcomeVersion | None:
    """Make `content` what everybody reads, in the caller's transaction; None where it is that already.

    The chain gets the digest and no field: what a party holds back later must not stay in it for ever. Each version has
    a salt of its own, so that nobody finds what is held back now by trying against an earlier version's digest.
    """
    plain = without_salt(content)
    if row.public is not None and digest_of(without_salt(row.public.content)) == digest_of(plain):
        return None
    content = {**plain, "salt": secrets.token_hex(SALT_BYTES)}
    digest = digest_of(content)
    number = (row.public.number if row.public is not None else 0) + 1
    version = OutcomeVersion.objects.create(
        outcome=row, number=number, at=now, by=by, why=why or {}, content=content, digest=digest
    )
    row.public = version
    append(
        "outcome.published",
        row.code,
        {
            "edition": row.edition.slug,
            "version": number,
            "digest": digest,
            "at": now,
            "why": reason_digest(why or {}),
        },
        now=now,
    )
    return version


def note_answer(row: Outcome, answer: FollowUpAnswer, *, months: int) -> None:
    """The chain gets the digest of what a party answered, with a salt that goes with the answer."""
    answer.salt = secrets.token_hex(SALT_BYTES)
    answer.save(update_fields=["salt"])
    append(
        "outcome.answered",
        row.code,
        {"months": months, "party": answer.party_id, "digest": answer_digest(answer)},
        now=answer.at,
    )


def take_parties(row: Outcome) -> None:
    """Whoever is a party now is one of the public record; who was taken off before has no more say in it.

    Its row goes, or stays without an address where its answers stand.
    """
    for left in OutcomeParty.ever.filter(outcome=row, removed_at__isnull=False):
        if left.answers.exists():
            left.key, left.email, left.in_record = f"gone:{left.pk}", "", False
            left.save(update_fields=["key", "email", "in_record"])
        else:
            left.delete()
    row.parties.update(in_record=True)


def note_withdrawn(row: Outcome, *, now: datetime) -> None:
    """The chain says that it was withdrawn, when and with which reason (its digest), where it was public."""
    if row.public is not None:
        why = reason_digest(row.withdrawn_why)
        content = {"edition": row.edition.slug, "version": row.public.number, "at": now, "why": why}
        append("outcome.withdrawn", row.code, content, now=now)
