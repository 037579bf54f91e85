"""Every public record against its digest, its place in the chain and its evidence: the judge that `verify` asks."""

import json
from collections.abc import Iterator
from typing import Any

from everfair.agreements.models import ChainEntry
from everfair.agreements.queries.chain import Difference
from everfair.agreements.queries.statements import is_kept_whole
from everfair.base.canonical import written_time
from everfair.outcomes.models import Evidence, FollowUpAnswer, Outcome, OutcomeVersion
from everfair.outcomes.queries.content import answer_digest, digest_of, reason_digest

PUBLISHED, WITHDRAWN, ANSWERED = "outcome.published", "outcome.withdrawn", "outcome.answered"


def judge_outcomes() -> tuple[int, list[Difference]]:
    """How many public records were looked at, and what differs; nothing is changed."""
    entries = _entries()
    count, found = 0, []
    versions: dict[str, set[int]] = {}
    rows = OutcomeVersion.objects.select_related("outcome").order_by("outcome_id", "number")
    for version in rows.iterator(chunk_size=500):
        count += 1
        code = version.outcome.code
        versions.setdefault(code, set()).add(version.number)
        found += [
            Difference(f"outcome {code}", what) for what in _wrong_version(version, entries.get(code, []))
        ]
    for code, chained in entries.items():
        missing = {one["version"] for kind, one in chained if kind == PUBLISHED} - versions.get(code, set())
        found += [
            Difference(f"outcome {code}", f"version {n} was published and is missing")
            for n in sorted(missing)
        ]
    rows_now = Outcome.objects.filter(public__isnull=False).select_related("public", "edition")
    for row in rows_now.iterator(chunk_size=500):
        found += [
            Difference(f"outcome {row.code}", what) for what in _wrong_row(row, entries.get(row.code, []))
        ]
    return count, [*found, *_wrong_answers(entries), *_wrong_files(), *_missing_files()]


Entries = list[tuple[str, dict[str, Any]]]


def _entries() -> dict[str, Entries]:
    """Code → (kind, content) of the chain's entries about outcomes, in order."""
    found: dict[str, Entries] = {}
    rows = ChainEntry.objects.filter(kind__in=(PUBLISHED, WITHDRAWN, ANSWERED)).order_by("number")
    for entry in rows.iterator(chunk_size=500):
        try:
            content = json.loads(entry.content)
        except ValueError:
            continue  # the chain's own judge says so
        content.setdefault("at", written_time(entry.at))  # entries from before it stood in them
        found.setdefault(entry.code, []).append((entry.kind, content))
    return found


def _wrong_version(version: OutcomeVersion, chained: Entries) -> Iterator[str]:
    if digest_of(version.content) != version.digest:
        yield f"version {version.number} was changed: its digest is another"
    told = [one for kind, one in chained if kind == PUBLISHED and one["version"] == version.number]
    if {one["digest"] for one in told} != {version.digest}:
        yield f"version {version.number} is not what the chain holds"
    if told and {one["at"] for one in told} != {written_time(version.at)}:
        yield f"version {version.number} was published at another time than the chain holds"
    reasons = {one["why"] for one in told if "why" in one}  # older entries hold none
    if reasons and reasons != {reason_digest(version.why)}:
        yield f"version {version.number} gives another reason than the chain holds"


def _wrong_row(row: Outcome, chained: Entries) -> Iterator[str]:
    public = row.public
    if public is None or public.outcome_id != row.pk:
        yield "shows the record of another outcome"
        return
    if public.content.get("code") != row.code:
        yield "shows a record that names another code"
    published = {one["version"]: one for kind, one in chained if kind == PUBLISHED}
    last = max(published, default=0)
    if last and published[last]["edition"] != row.edition.slug:
        yield f"is of the edition {row.edition.slug}; it was published in {published[last]['edition']}"
    first = published.get(1)
    if first and (row.published_at is None or written_time(row.published_at) != first["at"]):
        yield "was published for the first time at another time than the chain holds"
    if public.number != last:
        yield f"shows version {public.number}; the last one published is {last}"
    is_withdrawn = any(kind == WITHDRAWN for kind, _one in chained)
    if is_withdrawn != (row.state == Outcome.State.WITHDRAWN):
        yield (
            "is withdrawn in the chain and not here"
            if is_withdrawn
            else "is withdrawn here and not in the chain"
        )
    gone = [one for kind, one in chained if kind == WITHDRAWN and "why" in one]  # older entries say less
    if gone and gone[-1]["why"] != reason_digest(row.withdrawn_why):
        yield "gives another reason for its withdrawal than the chain holds"
    if gone and (row.withdrawn_at is None or written_time(row.withdrawn_at) != gone[-1]["at"]):
        yield "was withdrawn at another time than the chain holds"


def _wrong_answers(entries: dict[str, Entries]) -> Iterator[Difference]:
    """What parties answered against the chain's last word of each. Answers from before the chain had them have no salt."""
    chained = {
        (code, one["months"], one["party"]): one["digest"]
        for code, told in entries.items() for kind, one in told if kind == ANSWERED
    }  # fmt: skip
    rows = FollowUpAnswer.objects.select_related("follow_up__outcome").order_by("pk")
    for answer in rows.iterator(chunk_size=500):
        code, months = answer.follow_up.outcome.code, answer.follow_up.months
        digest = chained.pop((code, months, answer.party_id), None)
        where, what = f"outcome {code}", f"the answer after {months} months of party {answer.party_id}"
        if digest is None and answer.salt:
            yield Difference(where, f"{what} is not in the chain")
        elif digest is not None and digest != answer_digest(answer):
            yield Difference(where, f"{what} was changed")
    for code, months, party in chained:
        yield Difference(f"outcome {code}", f"the answer after {months} months of party {party} is missing")


def _wrong_files() -> Iterator[Difference]:
    """Evidence of public outcomes: the row's digest, the file's, and the bytes."""
    rows = Evidence.objects.filter(file__isnull=False, outcome__public__isnull=False)
    for row in rows.select_related("file", "outcome__public").order_by("pk").iterator(chunk_size=500):
        where = f"outcome {row.outcome.code}"
        if row.file is None or row.file.digest != row.sha256:
            yield Difference(where, f"evidence {row.pk} names another file than its SHA-256")
        elif not is_kept_whole(row.sha256):
            yield Difference(where, f"evidence {row.pk} is missing or was changed on disk")


def _missing_files() -> Iterator[Difference]:
    """Every public record, of today or earlier, against the evidence it names."""
    kept = dict(Evidence.objects.filter(outcome__public__isnull=False).values_list("pk", "sha256"))
    rows = OutcomeVersion.objects.order_by("outcome_id", "number").values_list("outcome__code", "content")
    said: set[tuple[str, str]] = set()
    for code, content in rows.iterator(chunk_size=500):
        for one in content.get("evidence") or []:
            what = ""
            if one["id"] not in kept:
                what = f"evidence {one['id']} was published and is missing"
            elif kept[one["id"]] != one["sha256"]:
                what = f"evidence {one['id']} is not the one that was published"
            if what and (code, what) not in said:
                said.add((code, what))
                yield Difference(f"outcome {code}", what)
