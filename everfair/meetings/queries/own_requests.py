"""Lists of requests as their two sides read them: narrowed by words, state and direction, and as rows of a file. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from everfair.base.languages import for_reader
from everfair.meetings.models import Request
from everfair.meetings.queries.own import with_proposals

STATES = tuple(Request.State.choices)
WAYS = ("in", "out")
COLUMNS = (
    ("way", gettext_lazy("Who asked whom")),
    ("asker", gettext_lazy("Who asked")),
    ("asker_firm", gettext_lazy("Firm or body")),
    ("firm", gettext_lazy("Firm asked")),
    ("asked", gettext_lazy("Who was asked")),
    ("about", gettext_lazy("About")),
    ("message", gettext_lazy("Message")),
    ("times", gettext_lazy("Times proposed")),
    ("place", gettext_lazy("Where")),
    ("language", pgettext_lazy("meeting", "Language")),
    ("interpreter", gettext_lazy("Interpreter")),
    ("state", gettext_lazy("State")),
    ("reason", gettext_lazy("Reason")),
    ("meeting", gettext_lazy("Meeting")),
    ("sent_at", gettext_lazy("Sent")),
    ("expires_at", gettext_lazy("Runs out")),
    ("code", gettext_lazy("Code")),
)


@dataclass(frozen=True)
class RequestFilters:
    """What a list is narrowed by; unknown values narrow nothing. `way`: "in" (asked of us) or "out" (asked by us)."""

    words: str = ""
    state: str = ""
    way: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.state or self.way)


def narrowed(rows: QuerySet[Request], filters: RequestFilters, asked_by_us: Q) -> QuerySet[Request]:
    """The rows that fit; `asked_by_us` says which are one's own."""
    for word in filters.words.split()[:8]:
        rows = rows.filter(
            Q(asker__name__icontains=word)
            | Q(asker__organisation_name__icontains=word)
            | Q(asked__name__icontains=word)
            | Q(exhibitor__organisation__name__icontains=word)
            | Q(asker__exhibitor__organisation__name__icontains=word)
            | Q(message__icontains=word)
            | Q(code__iexact=word)
        )
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.way:
        rows = rows.filter(asked_by_us) if filters.way == "out" else rows.exclude(asked_by_us)
    return rows


def rows_of_file(rows: QuerySet[Request], ours: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX in the current time zone; `ours` says of a request whether one's own side asked."""
    begin, a_batch = 0, 500
    while found := list(rows[begin : begin + a_batch]):
        begin += a_batch
        for row in with_proposals(found):
            yield _row(row, _("asked by us") if ours(row) else _("asked of us"))


def _row(row: Request, way: str) -> dict[str, Any]:
    by_asker = row.state != Request.State.COUNTERED
    meetings: list[Any] = getattr(row, "now_meetings", [])
    firm = row.asker.exhibitor
    return {
        "way": way,
        "asker": row.asker.name,
        "asker_firm": for_reader(firm.organisation.name) if firm is not None else row.asker.organisation_name,
        "firm": for_reader(row.exhibitor.organisation.name) if row.exhibitor is not None else "",
        "asked": row.asked.name if row.asked is not None else "",
        "about": for_reader(row.offer.title) if row.offer is not None else "",
        "message": row.message,
        "times": _times(one.slot.starts_at for one in row.proposals.all() if one.by_asker == by_asker),
        "place": row.get_place_display(),
        "language": row.language,
        "interpreter": _("yes") if row.needs_interpreter else "",
        "state": row.get_state_display(),
        "reason": row.reason,
        "meeting": _times(one.slot.starts_at for one in meetings),
        "sent_at": _times([row.sent_at]),
        "expires_at": _times([row.expires_at]) if row.state in Request.OPEN else "",
        "code": row.code,
    }


def _times(moments: Iterable[Any]) -> str:
    return "; ".join(timezone.localtime(at).strftime("%Y-%m-%d %H:%M") for at in moments)
