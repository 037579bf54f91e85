"""What firms began with a buyer, for the buyer: list, counts, lines of a file. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.deals.models import Negotiation
from everfair.deals.queries.inquiries import NEGOTIATION_KINDS
from everfair.deals.queries.names import Shown, firm_shown
from everfair.deals.queries.narrowing import Filters
from everfair.fair.models import Edition

STATES = tuple(str(one) for one in Negotiation.State.values)


def begun_with(edition: Edition, keys: Iterable[str]) -> QuerySet[Negotiation]:
    """What firms began with these parties, as access.deal_keys_of gives a person's: no inquiry came before."""
    rows = Negotiation.objects.filter(edition=edition, buyer_key__in=list(keys), inquiry=None)
    return rows.exclude(source="").select_related(
        "firm__organisation", "firm__edition", "buyer_firm__organisation"
    )


def narrowed(rows: QuerySet[Negotiation], filters: Filters) -> QuerySet[Negotiation]:
    """The rows that fit, the latest first."""
    for word in filters.each_word:
        rows = rows.filter(
            Q(title__icontains=word) | Q(code=word.lower()) | Q(firm__organisation__name__icontains=word)
        )
    if filters.state:
        rows = rows.filter(state=filters.state)
    return rows.order_by("-changed_at", "-pk")


def state_counts(rows: QuerySet[Negotiation]) -> dict[str, int]:
    """State → how many. One query."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in STATES}


@dataclass(frozen=True)
class Line:
    """A negotiation as its buyer reads it in a list. `whose`: the buyer's firm, "" for themself."""

    negotiation: Negotiation
    firm: Shown
    kind: str
    whose: str


def lines(rows: QuerySet[Negotiation] | list[Negotiation]) -> list[Line]:
    """A page of them; no query besides theirs."""
    return [
        Line(
            row,
            firm_shown(row.firm),
            NEGOTIATION_KINDS[row.state],
            for_reader(row.buyer_firm.organisation.name) if row.buyer_firm is not None else "",
        )
        for row in rows
    ]


COLUMNS = {
    "code": gettext_lazy("Code"),
    "title": gettext_lazy("Title"),
    "firm": gettext_lazy("Firm"),
    "state": gettext_lazy("State"),
    "source": gettext_lazy("From what it began"),
    "made_at": gettext_lazy("Begun"),
    "changed_at": gettext_lazy("Latest"),
    "ended_at": gettext_lazy("Ended"),
}


def export_rows(rows: QuerySet[Negotiation]) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces."""
    for row in rows.iterator(chunk_size=200):
        yield {
            "code": row.code, "title": row.title, "firm": for_reader(row.firm.organisation.name),
            "state": str(row.get_state_display()), "source": str(row.get_source_display()), "made_at": row.made_at,
            "changed_at": row.changed_at, "ended_at": row.ended_at,
        }  # fmt: skip
