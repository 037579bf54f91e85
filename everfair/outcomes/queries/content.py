"""What everybody may read of an outcome: only what every party agreed to show. Pages, files and feeds know nothing else."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from everfair.base.canonical import canonical, sha256
from everfair.outcomes.models import FIELDS, FollowUpAnswer, Outcome, OutcomeParty


def shown_fields(parties: Iterable[OutcomeParty]) -> list[str]:
    """Fields that every party agreed to show, in the order of FIELDS; none while there is no party."""
    consents = [set(party.consent) for party in parties]
    return [name for name in FIELDS if consents and all(name in one for one in consents)]


def public_content(outcome: Outcome) -> dict[str, Any]:
    """The outcome's public record as it would be published now."""
    parties = list(outcome.parties.select_related("exhibitor__edition", "exhibitor__organisation"))
    shown = set(shown_fields(parties))
    edition, kind = outcome.edition, outcome.kind
    content: dict[str, Any] = {
        "code": outcome.code,
        "edition": edition.slug,
        "class": {"code": kind.code, "name": kind.name},
        "title": outcome.title,
        "party_count": len(parties),
        "held": [name for name in FIELDS if name not in shown and _has(outcome, name)],
    }
    return content | {name: make(outcome, parties) for name, make in _MAKERS.items() if name in shown}


def narrowed(content: Mapping[str, Any], shown: Iterable[str]) -> dict[str, Any]:
    """A public record without the fields that are shown no more; nothing is added."""
    gone = [name for name in FIELDS if name in content and name not in set(shown)]
    held = [name for name in FIELDS if name in gone or name in content["held"]]
    return {name: value for name, value in content.items() if name not in gone} | {"held": held}


def without_salt(content: Mapping[str, Any]) -> dict[str, Any]:
    """A public record as it is made, before a version gives it a salt. Versions from before there were salts have none."""
    return {name: value for name, value in content.items() if name != "salt"}


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the record as canonical JSON: keys in order, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def answer_digest(answer: FollowUpAnswer) -> str:
    """SHA-256 of what a party said, when, with its salt, as canonical JSON."""
    said = {"said": answer.said, "note": answer.note, "at": answer.at, "salt": answer.salt}
    return sha256(canonical(said))


def reason_digest(why: Mapping[str, str]) -> str:
    """SHA-256 of a reason that is public: of a new version, or of a withdrawal."""
    return sha256(canonical(why))


def day_at(moment: datetime, zone: str) -> date:
    """The day it was at the fair: `zone` is an IANA name, such as "Asia/Shanghai"."""
    return moment.astimezone(ZoneInfo(zone)).date()


def begins_on(day: str | None, published_at: datetime, zone: str) -> date:
    """The day its months count from: of the agreement where that is public (`day` of the content), else of publication."""
    return date.fromisoformat(day) if day else day_at(published_at, zone)


def _has(outcome: Outcome, name: str) -> bool:
    """Whether there is anything to hold back; that an outcome has a value is told by its worth alone."""
    if name == "value":
        return outcome.worth != Outcome.Worth.NONE
    if name == "evidence":
        return outcome.evidence.filter(removed_at=None).exists()
    return bool(
        {"summary": outcome.summary, "day": outcome.agreed_on, "countries": outcome.countries}.get(name, True)
    )


def _names(outcome: Outcome, parties: list[OutcomeParty]) -> list[dict[str, Any]]:
    zone = outcome.edition.time_zone
    return [
        {
            "name": party.name,
            "booth": party.exhibitor.code if party.exhibitor is not None else "",
            "confirmed_on": day_at(party.confirmed_at, zone).isoformat() if party.confirmed_at else "",
        }
        for party in parties
    ]


def _value(outcome: Outcome, _parties: list[OutcomeParty]) -> dict[str, str]:
    if outcome.value_from is None or outcome.value_to is None:
        return {"worth": outcome.worth}
    return {
        "worth": outcome.worth, "currency": outcome.currency, "from": str(outcome.value_from), "to": str(outcome.value_to)
    }  # fmt: skip


def _sectors(outcome: Outcome, _parties: list[OutcomeParty]) -> list[dict[str, Any]]:
    return [
        {"code": sector.code, "name": sector.name, "top": sector.path.split("/")[0] or sector.code, "motif": sector.motif}
        for sector in outcome.sectors.order_by("path", "pk")
    ]  # fmt: skip


def _delegations(outcome: Outcome, _parties: list[OutcomeParty]) -> list[dict[str, Any]]:
    return [{"code": row.code, "name": row.name} for row in outcome.delegations.order_by("position", "pk")]


def _evidence(outcome: Outcome, _parties: list[OutcomeParty]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "name": row.name,
            "url": row.url,
            "type": row.file.content_type if row.file is not None else "",
            "size": row.file.size if row.file is not None else 0,
            "sha256": row.sha256,
        }
        for row in outcome.evidence.filter(removed_at=None).select_related("file")
    ]


_MAKERS = {
    "names": _names,
    "summary": lambda outcome, _parties: outcome.summary,
    "value": _value,
    "day": lambda outcome, _parties: outcome.agreed_on.isoformat() if outcome.agreed_on else "",
    "sectors": _sectors,
    "countries": lambda outcome, _parties: list(outcome.countries),
    "delegations": _delegations,
    "evidence": _evidence,
}
