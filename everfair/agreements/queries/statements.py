"""The canonical statement that parties confirm, what the chain keeps of it, whether rows and files still are as it says. No personal data, no writes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from everfair.agreements.models import Agreement, AgreementFile, AgreementParty
from everfair.base.canonical import canonical, sha256, written_time
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.store import get_store

FORMAT = "everfair-agreement-1"


def statement_of(
    agreement: Agreement, parties: Sequence[AgreementParty], files: Sequence[AgreementFile], *, salt: str
) -> str:
    """What each party confirms: the organisations' names, kind, texts, value, days, the documents' digests.

    Documents are named by their digests alone, for a file's name may tell of a person.
    """
    value = {"currency": agreement.currency, "from": agreement.value_from, "to": agreement.value_to}
    return canonical(
        {
            "format": FORMAT,
            "code": agreement.code,
            "edition": agreement.edition.slug,
            "kind": agreement.kind,
            "title": agreement.title,
            "summary": agreement.summary,
            "worth": agreement.worth,
            "value": None if agreement.worth == Agreement.Worth.UNDISCLOSED else value,
            "signed_on": agreement.signed_on,
            "starts_on": agreement.starts_on,
            "ends_on": agreement.ends_on,
            "parties": [
                {"position": party.position, "name": party.name, "country": party.country}
                for party in parties
            ],
            "documents": [file.sha256 for file in files],
            "replaces": agreement.replaces.digest if agreement.replaces is not None else "",
            "salt": salt,
        }
    )


def confirmation_of(agreement: Agreement, parties: Sequence[AgreementParty], now: datetime) -> dict[str, Any]:
    """What the chain keeps when the last party confirmed: the statement's digest, and how and when each confirmed."""
    return {
        "statement": agreement.digest,
        "confirmed_at": written_time(now),
        "parties": [
            {
                "position": party.position,
                "proof": party.proof,
                "at": written_time(party.confirmed_at) if party.confirmed_at else "",
            }
            for party in parties
        ],
    }


def is_as_stated(
    agreement: Agreement, parties: Sequence[AgreementParty], files: Sequence[AgreementFile]
) -> bool:
    """Whether the statement has its digest and says what the rows say, now."""
    if not agreement.statement or sha256(agreement.statement) != agreement.digest:
        return False
    try:
        salt = str(json.loads(agreement.statement)["salt"])
    except (ValueError, KeyError, TypeError):
        return False
    return statement_of(agreement, parties, files, salt=salt) == agreement.statement


def is_kept_whole(digest: str) -> bool:
    """Whether the file of this digest is in the store with exactly these bytes."""
    found = hashlib.sha256()
    try:
        with get_store().open(digest) as file:
            while piece := file.read(1024 * 1024):
                found.update(piece)
    except (NotStored, OSError):
        return False
    return found.hexdigest() == digest
