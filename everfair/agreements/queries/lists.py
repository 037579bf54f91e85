"""Agreements in a list: narrowed by words, state and kind, told line by line, as rows of a file. Rights are asked in access, before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from everfair.agreements.models import Agreement, AgreementParty
from everfair.agreements.queries.record_face import amount_words
from everfair.base.languages import for_reader
from everfair.deals.models import Negotiation, Quotation

STATE_KINDS = {
    "draft": "away", "offered": "wait", "confirmed": "won", "refused": "stop", "withdrawn": "stop"
}  # fmt: skip
COLUMNS = {
    "code": _("Code"),
    "state": _("State"),
    "kind": _("Kind"),
    "title": _("Title"),
    "parties": _("Parties"),
    "value": _("Value"),
    "made_at": _("Made"),
    "offered_at": _("Put to the parties"),
    "confirmed_at": _("Confirmed by all"),
    "digest": _("SHA-256"),
}


@dataclass(frozen=True)
class Filters:
    """What a list shows; "" narrows nothing."""

    words: str = ""
    state: str = ""
    kind: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.state or self.kind)


@dataclass(frozen=True)
class Line:
    """One row. `waits`: one of the reader's parties has not answered yet."""

    agreement: Agreement
    parties: list[AgreementParty]
    state_kind: str
    waits: bool

    @property
    def confirmed(self) -> int:
        return sum(party.confirmed_at is not None for party in self.parties)


def filters_of(given: dict[str, Any]) -> Filters:
    """From an address; what is unknown narrows nothing."""
    state, kind = str(given.get("state", "")), str(given.get("kind", ""))
    return Filters(
        str(given.get("q", "")).strip()[:100],
        state if state in Agreement.State.values else "",
        kind if kind in Agreement.Kind.values else "",
    )


def narrowed(rows: QuerySet[Agreement], filters: Filters) -> QuerySet[Agreement]:
    """By words in title, code or a party's name; by state; by kind. Newest first."""
    for word in filters.words.split():
        named = AgreementParty.objects.filter(name__icontains=word).values("agreement")
        rows = rows.filter(Q(title__icontains=word) | Q(code__iexact=word) | Q(pk__in=named))
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    return rows.order_by("-made_at", "-pk")


def counts_by_state(rows: QuerySet[Agreement]) -> dict[str, int]:
    """State → how many. One query."""
    found = rows.order_by().values_list("state").annotate(count=Count("pk"))
    return dict(found)


def lines(page: Iterable[Agreement], keys: frozenset[str]) -> list[Line]:
    """With their parties; two queries for any number."""
    rows = list(page)
    parties: dict[int, list[AgreementParty]] = {row.pk: [] for row in rows}
    found = AgreementParty.objects.filter(agreement__in=parties).select_related("exhibitor__sector")
    for party in found.order_by("agreement", "position"):
        parties[party.agreement_id].append(party)
    return [_line(row, parties[row.pk], keys) for row in rows]


def _line(row: Agreement, parties: list[AgreementParty], keys: frozenset[str]) -> Line:
    waits = row.state == Agreement.State.OFFERED and any(
        one.key in keys and one.confirmed_at is None for one in parties
    )
    return Line(row, parties, STATE_KINDS[row.state], waits)


def glance(negotiation: Negotiation) -> list[Line]:
    """Those of one negotiation, newest first, by their parties, which every agreement has; its two sides read them all. One query."""
    rows = Agreement.objects.filter(negotiation=negotiation).order_by("-made_at", "-pk")
    parties = AgreementParty.objects.filter(agreement__in=rows.values("pk")[:10]).select_related("agreement")
    found: dict[int, list[AgreementParty]] = {}
    for party in parties.order_by("-agreement__made_at", "-agreement", "position"):
        found.setdefault(party.agreement_id, []).append(party)
    return [_line(held[0].agreement, held, frozenset()) for held in found.values()]


def accepted_quotation(negotiation: Negotiation, code: str = "") -> Quotation | None:
    """The quotation both agreed on, if that is the one asked for."""
    rows = negotiation.quotations.filter(state=Quotation.State.ACCEPTED)
    return rows.filter(code=code).first() if code else rows.first()


def negotiation_code_of_quotation(code: str) -> str:
    """Of which negotiation a quotation is; "" where there is none. It says nothing about rights."""
    return Quotation.objects.filter(code=code).values_list("negotiation__code", flat=True).first() or ""


def initial_of(quotation: Quotation) -> dict[str, Any]:
    """What an accepted quotation says already, as first values of the form."""
    version = quotation.versions.filter(number=quotation.sent_number).first()
    if version is None:
        return {}
    return {
        "kind": Agreement.Kind.CONTRACT,
        "title_en": version.title,
        "worth": Agreement.Worth.EXACT,
        "value_from": version.total,
        "currency": version.currency,
    }


def file_rows(rows: QuerySet[Agreement]) -> Iterator[dict[str, Any]]:
    """For CSV and XLSX, in the language of the page."""
    for row in rows.prefetch_related("parties").iterator(chunk_size=200):
        yield {
            "code": row.code,
            "state": row.get_state_display(),
            "kind": row.get_kind_display(),
            "title": for_reader(row.title),
            "parties": "; ".join(for_reader(party.name) for party in row.parties.all()),
            "value": amount_words(row),
            "made_at": row.made_at,
            "offered_at": row.offered_at,
            "confirmed_at": row.confirmed_at,
            "digest": row.digest,
        }
