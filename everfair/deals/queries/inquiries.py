"""A buyer's inquiries: lists with counts, the firms of one, suggestions whom to ask, lines of a file. Reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.conversations.models import Message, Party
from everfair.deals.models import Inquiry, InquiryFile, Negotiation
from everfair.deals.queries.names import Shown, buyer_shown, firm_shown, names_for
from everfair.exhibition.models import Exhibitor

STATE_KINDS = {"draft": "away", "sent": "here", "closed": "stop"}
NEGOTIATION_KINDS = {"open": "here", "won": "won", "lost": "stop"}
_QUOTED = Q(negotiations__quotations__sent_number__gt=0)
_ANSWERED = _QUOTED | Q(
    negotiations__conversation__messages__side=Party.Side.OTHER,
    negotiations__conversation__messages__kind=Message.Kind.TEXT,
)


@dataclass(frozen=True)
class Filters:
    """What narrows a list of inquiries."""

    words: str = ""
    state: str = ""
    buyer: str = ""  # a party's key

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.state, self.buyer))


def filters_of(query: Mapping[str, str]) -> Filters:
    """From an address; what is nonsense narrows nothing."""
    state = query.get("state", "")
    return Filters(
        query.get("q", "").strip()[:100],
        state if state in Inquiry.State.values else "",
        query.get("as", "")[:40],
    )


def narrowed(rows: QuerySet[Inquiry], filters: Filters) -> QuerySet[Inquiry]:
    """The rows that fit, with `firm_count`, `answered_count`, `quoted_count`, `open_count`; the newest first."""
    for word in filters.words.split()[:6]:
        asked = Negotiation.objects.filter(inquiry=OuterRef("pk"), firm__organisation__name__icontains=word)
        rows = rows.filter(
            Q(title__icontains=word) | Q(text__icontains=word) | Q(code=word.lower()) | Exists(asked)
        )
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.buyer:
        rows = rows.filter(buyer_key=filters.buyer)
    return rows.order_by("-made_at", "-pk")


def with_counts(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """With `firm_count`, `answered_count` (firms that wrote or quoted), `quoted_count` (firms that sent a quotation)."""
    return rows.select_related("buyer", "buyer_firm__organisation", "edition__fair").annotate(
        firm_count=Count("negotiations", distinct=True),
        answered_count=Count("negotiations", filter=_ANSWERED, distinct=True),
        quoted_count=Count("negotiations", filter=_QUOTED, distinct=True),
    )


def state_counts(rows: QuerySet[Inquiry]) -> dict[str, int]:
    """State → how many. One query."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))
    return {str(state): found.get(state, 0) for state in Inquiry.State.values}


# One inquiry --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FirmLine:
    """A firm that was asked: what has come of it. `quotations`: how many it sent."""

    negotiation: Negotiation
    firm: Shown
    kind: str
    is_answered: bool
    quotations: int


def firm_lines(inquiry: Inquiry) -> list[FirmLine]:
    """The firms asked, in the order they were. One query."""
    answered = Message.objects.filter(
        conversation=OuterRef("conversation"), side=Party.Side.OTHER, kind=Message.Kind.TEXT
    )
    rows = inquiry.negotiations.select_related("firm__organisation", "firm__edition").annotate(
        is_answered=Exists(answered),
        quotation_count=Count("quotations", filter=Q(quotations__sent_number__gt=0)),
    )
    return [
        FirmLine(
            row,
            firm_shown(row.firm),
            NEGOTIATION_KINDS[row.state],
            row.is_answered or row.quotation_count > 0,
            row.quotation_count,
        )
        for row in rows.order_by("pk")
    ]


def chosen_firms(inquiry: Inquiry) -> list[Exhibitor]:
    """Firms chosen and not asked yet."""
    rows = inquiry.chosen.select_related("firm__organisation", "firm__edition")
    return [one.firm for one in rows]


def files_of(inquiry: Inquiry) -> list[InquiryFile]:
    """The files that go with it."""
    return list(inquiry.files.select_related("file"))


def asked_codes(inquiry: Inquiry) -> set[str]:
    """Codes of firms that were asked or are chosen."""
    asked = inquiry.negotiations.values_list("firm__code", flat=True)
    return set(asked) | set(inquiry.chosen.values_list("firm__code", flat=True))


# Files --------------------------------------------------------------------------------------------------------
COLUMNS = {
    "code": gettext_lazy("Code"),
    "state": gettext_lazy("State"),
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("Text"),
    "buyer": gettext_lazy("Who asks"),
    "firms": gettext_lazy("Firms asked"),
    "answered": gettext_lazy("Answered"),
    "quoted": gettext_lazy("Quotations from"),
    "answer_by": gettext_lazy("Last day for quotations"),
    "made_at": gettext_lazy("Made"),
    "sent_at": gettext_lazy("Sent"),
}
CHUNK = 200


def export_rows(rows: QuerySet[Inquiry]) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces. A hidden buyer is not named: files are passed on."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = {row.pk: row for row in with_counts(Inquiry.objects.filter(pk__in=part))}
        names = names_for(found.values())
        firms = _firms_of(part)
        for pk in part:
            if pk in found:
                yield _line(found[pk], buyer_shown(found[pk], names).line, firms.get(pk, ()))


def _firms_of(keys: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Negotiation.objects.filter(inquiry__in=keys).order_by("pk")
    for pk, name in rows.values_list("inquiry_id", "firm__organisation__name"):
        if pk is not None:
            found.setdefault(pk, []).append(for_reader(name))
    return found


def _line(row: Any, buyer: str, firms: Iterable[str]) -> dict[str, Any]:
    return {
        "code": row.code, "state": str(row.get_state_display()), "title": row.title, "text": row.text, "buyer": buyer,
        "firms": list(firms), "answered": row.answered_count, "quoted": row.quoted_count, "answer_by": row.answer_by,
        "made_at": row.made_at, "sent_at": row.sent_at,
    }  # fmt: skip
