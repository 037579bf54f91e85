"""Reads of the chain: entries and heads for everybody, and the judge that computes everything anew and names what differs."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from everfair.agreements.models import Agreement, ChainEntry, ChainHead
from everfair.agreements.models.chain import BEFORE_THE_FIRST
from everfair.agreements.queries.evidence import is_true
from everfair.agreements.queries.statements import confirmation_of, is_as_stated, is_kept_whole
from everfair.base.canonical import canonical
from everfair.deals.queries.verifying import accepted_versions

AT_A_TIME = 500
KIND_CONFIRMED, KIND_RECORD = "agreement.confirmed", "agreement.record"


@dataclass(frozen=True)
class Difference:
    """One row, file or number that is not as it was. `where`: "chain 12", "agreement k3m9x2ab" …; `what` in English, for whoever runs the server."""

    where: str
    what: str


@dataclass
class Verdict:
    """What the judge found: how much was looked at, and everything that differs."""

    entries: int = 0
    heads: int = 0
    agreements: int = 0
    files: int = 0
    quotations: int = 0  # accepted ones: every version that was sent
    others: int = 0  # what other rooms looked at
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.differences


Judge = Callable[[], tuple[int, Iterable[Difference]]]
judges: list[Judge] = []
"""Rooms above that have entries in the chain add here a function that compares their rows: (how many, what differs)."""


def entries_from(number: int = 0) -> QuerySet[ChainEntry]:
    """Entries in order, from this number on."""
    return ChainEntry.objects.filter(number__gte=number).order_by("number")


def last_entry() -> ChainEntry | None:
    """The chain's end."""
    return ChainEntry.objects.order_by("-number").first()


def heads() -> QuerySet[ChainHead]:
    """Heads as they were published, newest first."""
    return ChainHead.objects.order_by("-on")


def entry_of(kind: str, code: str) -> ChainEntry | None:
    """The last entry of this kind about an agreement or outcome."""
    return ChainEntry.objects.filter(kind=kind, code=code).order_by("-number").first()


def public_lines(number: int = 0) -> Iterator[str]:
    """One JSON line for each entry: its public part with its digest. The digest is the SHA-256 of the line without it."""
    for entry in entries_from(number).iterator(chunk_size=AT_A_TIME):
        yield canonical({**json.loads(entry.head_line), "digest": entry.digest}) + "\n"


def verify() -> Verdict:
    """Compute every digest, statement, document and record anew and compare; nothing is changed."""
    verdict = Verdict()
    known = _judge_entries(verdict)
    _judge_heads(verdict, known)
    _judge_agreements(verdict)
    _judge_quotations(verdict)
    for judge in judges:
        count, found = judge()
        verdict.others += count
        verdict.differences += found
    return verdict


def _judge_entries(verdict: Verdict) -> dict[int, str]:
    """Number → digest of every entry; what is wrong with them goes to the verdict."""
    known: dict[int, str] = {}
    expected, previous = 1, BEFORE_THE_FIRST
    for entry in ChainEntry.objects.order_by("number").iterator(chunk_size=AT_A_TIME):
        where = f"chain {entry.number}"
        verdict.entries += 1
        wrong = {
            f"follows a gap: number {expected} is missing": entry.number != expected,
            "does not follow the entry before it": entry.previous != previous,
            "was changed: its digest is another": entry.computed_digest != entry.digest,
            "names another code than its content": _code_in(entry) != entry.code,
        }
        verdict.differences += [Difference(where, what) for what, is_so in wrong.items() if is_so]
        known[entry.number] = entry.digest
        expected, previous = entry.number + 1, entry.digest
    return known


def _code_in(entry: ChainEntry) -> Any:
    try:
        return json.loads(entry.content)["code"]
    except (ValueError, KeyError, TypeError):
        return None


def _judge_heads(verdict: Verdict, known: dict[int, str]) -> None:
    for head in ChainHead.objects.order_by("on").iterator(chunk_size=AT_A_TIME):
        verdict.heads += 1
        where = f"head of {head.on.isoformat()}"
        if head.number not in known:
            verdict.differences.append(Difference(where, f"entry {head.number} was published and is missing"))
        elif known[head.number] != head.digest:
            verdict.differences.append(
                Difference(where, f"entry {head.number} has another digest than was published")
            )


def _judge_agreements(verdict: Verdict) -> None:
    """Every frozen agreement says what its statement says; a confirmed one also what the chain and its record say."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    chained = ChainEntry.objects.filter(kind__in=(KIND_CONFIRMED, KIND_RECORD))
    for entry in chained.order_by("number").iterator(chunk_size=AT_A_TIME):
        try:
            entries[entry.kind, entry.code] = json.loads(entry.content)
        except ValueError:
            continue  # said above
    rows = (
        Agreement.objects.exclude(statement="")
        .select_related("edition", "record", "replaces")
        .prefetch_related("parties", "files__file")
    )
    seen: set[str] = set()
    for agreement in rows.order_by("pk").iterator(chunk_size=AT_A_TIME):
        verdict.agreements += 1
        seen.add(agreement.code)
        verdict.differences += [
            Difference(f"agreement {agreement.code}", what)
            for what in _wrong_with(agreement, entries, verdict)
        ]
    for kind, code in entries:
        if kind == KIND_CONFIRMED and code not in seen:
            verdict.differences.append(Difference(f"agreement {code}", "stands in the chain and is missing"))


def _judge_quotations(verdict: Verdict) -> None:
    """What was accepted says what was sent. Its digest stands beside it, in no chain: who changed both is not found here."""
    for version, is_whole in accepted_versions():
        verdict.quotations += 1
        if not is_whole:
            where = f"quotation {version.quotation.code}"
            what = f"version {version.number} was accepted and differs from what was sent"
            verdict.differences.append(Difference(where, what))


def _wrong_with(
    agreement: Agreement, entries: dict[tuple[str, str], dict[str, Any]], verdict: Verdict
) -> Iterator[str]:
    parties = sorted(agreement.parties.all(), key=lambda party: party.position)
    files = sorted(agreement.files.all(), key=lambda file: (file.position, file.pk))
    if not is_as_stated(agreement, parties, files):
        yield "differs from the statement that was put to its parties"
    for number, file in enumerate(files, 1):
        verdict.files += 1
        if file.file.digest != file.sha256:
            yield f"document {number}: another file was put in its place"
        elif not is_kept_whole(file.sha256):
            yield f"document {number}: the file is changed or missing"
    for party in parties:
        if party.confirmed_at is not None and party.proof_of != agreement.digest:
            yield f"party {party.position + 1} confirmed another text"
        if party.evidence and not is_true(party.evidence, party.proof_of):
            yield f"party {party.position + 1}: the passkey's signature does not fit"
    kept = entries.get((KIND_CONFIRMED, agreement.code))
    if agreement.state != Agreement.State.CONFIRMED:
        if kept is not None:
            yield "is confirmed in the chain, and not here"
        return
    if kept is None:
        yield "is confirmed, and no entry of the chain says so"
        return
    yield from _wrong_with_record(agreement, parties, kept, entries, verdict)


def _wrong_with_record(
    agreement: Agreement,
    parties: list[Any],
    kept: dict[str, Any],
    entries: dict[tuple[str, str], dict[str, Any]],
    verdict: Verdict,
) -> Iterator[str]:
    if agreement.confirmed_at is None:
        yield "has lost the time when it was confirmed"
        return
    now = json.loads(canonical(confirmation_of(agreement, parties, agreement.confirmed_at)))
    if any(kept.get(name) != value for name, value in now.items()):
        yield "says otherwise than the chain who confirmed, how and when"
    recorded = entries.get((KIND_RECORD, agreement.code))
    if agreement.record is None:
        if recorded is not None:
            yield "has lost its record (PDF)"
        return
    verdict.files += 1
    if recorded is None:
        yield "has a record (PDF) that the chain does not know"
    elif recorded.get("pdf") != agreement.record.digest:
        yield "another record (PDF) was put in its place"
    elif not is_kept_whole(agreement.record.digest):
        yield "the record (PDF) is changed or missing"


def found_entry(words: str) -> ChainEntry | None:
    """The entry of this number, or whose digest begins with these eight digits or more; None for anything else."""
    asked = words.strip().lower()
    if asked.isdecimal() and len(asked) < 8:
        return ChainEntry.objects.filter(number=int(asked)).first()
    if 8 <= len(asked) <= 64 and all(mark in "0123456789abcdef" for mark in asked):
        return ChainEntry.objects.filter(digest__startswith=asked).order_by("number").first()
    return None


def heads_between(first: date | None, last: date | None) -> QuerySet[ChainHead]:
    """Heads of these days, newest first; None: no bound."""
    rows = heads()
    if first is not None:
        rows = rows.filter(on__gte=first)
    return rows if last is None else rows.filter(on__lte=last)


def head_rows(rows: QuerySet[ChainHead]) -> Iterator[dict[str, Any]]:
    """For CSV and XLSX."""
    for head in rows.iterator(chunk_size=AT_A_TIME):
        yield {"on": head.on, "number": head.number, "digest": head.digest}
