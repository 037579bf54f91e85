"""Quotations that a buyer received, of all their inquiries and firms: list, counts, lines of a file. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.deals.models import Negotiation, Quotation, QuotationVersion
from everfair.deals.queries.names import Shown, firm_shown
from everfair.deals.queries.narrowing import Filters
from everfair.deals.queries.quotations import state_of
from everfair.fair.models import Edition

State = Quotation.State
WAITING = "waiting"  # no state of the row: sent, valid today, its negotiation open
TABS = (WAITING, *(str(one) for one in (State.COUNTERED, State.ACCEPTED, State.DECLINED, State.WITHDRAWN)))


def received_by(edition: Edition, keys: Iterable[str]) -> QuerySet[Any]:
    """What was sent to these parties, as access.deal_keys_of gives a person's; never a draft."""
    rows = Quotation.objects.filter(negotiation__edition=edition, negotiation__buyer_key__in=list(keys))
    return as_sent(rows).select_related(
        "negotiation__firm__organisation", "negotiation__firm__edition", "negotiation__buyer_firm__organisation",
        "negotiation__inquiry",
    )  # fmt: skip


def as_sent(rows: QuerySet[Quotation]) -> QuerySet[Any]:
    """Those that were sent, with `ends_on` and `sent_at` of the version the buyer reads."""
    sent = QuotationVersion.objects.filter(quotation=OuterRef("pk"), number=OuterRef("sent_number"))
    facts = {name: Subquery(sent.values(name)[:1]) for name in ("ends_on", "sent_at")}
    return rows.filter(sent_number__gt=0).annotate(**facts)


def waiting_on(today: date) -> Q:
    """What may be answered on the day, of rows as `as_sent` gives them."""
    return Q(state=State.SENT, negotiation__state=Negotiation.State.OPEN, ends_on__gte=today)


def narrowed(rows: QuerySet[Any], filters: Filters, today: date) -> QuerySet[Any]:
    """The rows that fit: those that wait by their last day, all else the latest first."""
    for word in filters.each_word:
        titled = QuotationVersion.objects.filter(number=F("quotation__sent_number"), title__icontains=word)
        rows = rows.filter(
            Q(negotiation__title__icontains=word) | Q(code=word.lower()) | Q(pk__in=titled.values("quotation"))
            | Q(negotiation__firm__organisation__name__icontains=word)
        )  # fmt: skip
    if filters.state == WAITING:
        return rows.filter(waiting_on(today)).order_by("ends_on", "-pk")
    if filters.state:
        rows = rows.filter(state=filters.state)
    return rows.order_by("-sent_at", "-pk")


def counts_of(rows: QuerySet[Any], today: date) -> dict[str, int]:
    """ "": how many in all; and by each tab. One query."""
    states = {state: Count("pk", filter=Q(state=state)) for state in TABS if state != WAITING}
    found = rows.order_by().aggregate(
        everything=Count("pk"), waits=Count("pk", filter=waiting_on(today)), **states
    )
    return {"": found.pop("everything"), WAITING: found.pop("waits"), **found}


@dataclass(frozen=True)
class Line:
    """A quotation as its buyer reads it in a list. `state`: (kind, word). `whose`: the buyer's firm, "" for themself."""

    quotation: Quotation
    version: QuotationVersion
    firm: Shown
    state: tuple[str, str]
    whose: str


def lines(rows: Iterable[Quotation], today: date) -> list[Line]:
    """A page of them, as `received_by` gives them. One query besides theirs, whatever their number."""
    page = list(rows)
    sent = QuotationVersion.objects.filter(quotation__in=page, number=F("quotation__sent_number"))
    versions = {one.quotation_id: one for one in sent}
    return [_line(row, versions[row.pk], today) for row in page]


def _line(row: Quotation, version: QuotationVersion, today: date) -> Line:
    buyer_firm = row.negotiation.buyer_firm
    whose = for_reader(buyer_firm.organisation.name) if buyer_firm is not None else ""
    return Line(row, version, firm_shown(row.negotiation.firm), state_of(row, version, today), whose)


COLUMNS = {
    "code": gettext_lazy("Code"),
    "title": gettext_lazy("Title"),
    "inquiry": gettext_lazy("About"),
    "firm": gettext_lazy("Firm"),
    "currency": gettext_lazy("Currency"),
    "total": gettext_lazy("Total"),
    "state": gettext_lazy("State"),
    "version": gettext_lazy("Version"),
    "sent_at": gettext_lazy("Sent"),
    "ends_on": gettext_lazy("Valid until"),
}
CHUNK = 200


def export_rows(rows: QuerySet[Any], today: date) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces."""
    read = rows.iterator(chunk_size=CHUNK)
    while part := list(islice(read, CHUNK)):
        for line in lines(part, today):
            version = line.version
            yield {
                "code": line.quotation.code, "title": version.title, "inquiry": line.quotation.negotiation.title,
                "firm": line.firm.name, "currency": version.currency, "total": version.total, "state": line.state[1],
                "version": version.number, "sent_at": version.sent_at, "ends_on": version.ends_on,
            }  # fmt: skip
