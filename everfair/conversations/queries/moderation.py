"""The moderation desk: reports as they were handed over, who is silenced, who answers at the help desk. No thread is read here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from everfair.conversations.access import PARTY_RELATED
from everfair.conversations.models import HelpDeskMember, Party, Report, Silenced
from everfair.conversations.queries.names import Names, Shown, names_of, shown
from everfair.fair.models import Edition, TeamMember
from everfair.people.models import User

CHUNK = 200
STATES = Report.State.choices
REASONS = Report.Why.choices
STATE_KINDS = {"open": "wait", "upheld": "here", "dismissed": "away"}
COLUMNS: Mapping[str, Any] = {
    "code": gettext_lazy("Code"), "state": gettext_lazy("State"), "why": gettext_lazy("Why"),
    "words": gettext_lazy("Words of the reporter"), "reported": gettext_lazy("Who is reported"),
    "message": gettext_lazy("The message"), "at": gettext_lazy("Reported"),
    "decided_at": gettext_lazy("Decided"), "decision": gettext_lazy("Decision"),
    "removed": gettext_lazy("Words removed"),
}  # fmt: skip


@dataclass(frozen=True)
class ReportFilters:
    """What the list is narrowed by."""

    words: str = ""
    state: str = ""
    why: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.state, self.why))


@dataclass(frozen=True)
class Line:
    """A report in the list: who is reported, as the other side saw them."""

    report: Report
    kind: str
    reported: Shown
    text: str


@dataclass(frozen=True)
class Given:
    """A message as it was handed over."""

    number: int
    who: str
    text: str
    at: datetime
    files: list[str]
    is_reported: bool


@dataclass(frozen=True)
class Case:
    """One report with all a moderator reads. `writer`: who can be silenced; None once they erased their account."""

    report: Report
    reporter: Shown
    reported: Shown
    given: list[Given]
    writer: User | None
    silenced: Silenced | None
    others: int  # further reports about the same writer


def filters_of(given: Mapping[str, str]) -> ReportFilters:
    """From an address; what is not known is left out."""
    state, why = given.get("state", ""), given.get("why", "")
    return ReportFilters(
        given.get("q", "").replace("\x00", "").strip()[:100],
        state if state in Report.State.values else "",
        why if why in Report.Why.values else "",
    )


def reports_of(edition: Edition, filters: ReportFilters) -> QuerySet[Report]:
    """The edition's reports that match, newest first."""
    rows = Report.objects.filter(edition=edition)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.why:
        rows = rows.filter(why=filters.why)
    for word in filters.words.split()[:8]:
        rows = rows.filter(
            Q(code__iexact=word) | Q(words__icontains=word) | Q(decision__icontains=word) | Q(shown__icontains=word)
        )  # fmt: skip
    return rows.select_related("message").order_by("-at", "-pk")


def waiting_count(edition: Edition) -> int:
    """Reports nobody has decided on."""
    return Report.objects.filter(edition=edition, state=Report.State.OPEN).count()


def lines(page: Any) -> list[Line]:
    """Rows of the list. Two queries, however many."""
    rows: list[Report] = list(page)
    sides = _sides(rows)
    return [
        Line(row, STATE_KINDS[row.state], sides[row.conversation_id][row.message.side], _text_of(row))
        for row in rows
    ]


def _sides(rows: list[Report]) -> dict[int, dict[str, Shown]]:
    """Conversation → side → party as the other side sees it."""
    parties = list(
        Party.objects.filter(conversation__in={row.conversation_id for row in rows}).select_related(
            *PARTY_RELATED
        )
    )
    people = [party.user for party in parties if party.user is not None]
    names: Names = names_of(rows[0].edition_id, people) if rows else {}
    found: dict[int, dict[str, Shown]] = {}
    for party in parties:
        found.setdefault(party.conversation_id, {})[party.side] = shown(party, names)
    return found


def _text_of(row: Report) -> str:
    """The reported message, as it was handed over."""
    return next((one["text"] for one in row.shown if one["number"] == row.message.number), "")


def case_of(report: Report) -> Case:
    """The report with what was handed over. Six queries."""
    sides = _sides([report])[report.conversation_id]
    given = [
        Given(
            number=one["number"],
            who=one["name"] or (sides[one["side"]].name if one["side"] in sides else ""),
            text=one["text"],
            at=datetime.fromisoformat(one["at"]),
            files=one.get("files", []),
            is_reported=one["number"] == report.message.number,
        )
        for one in report.shown
    ]
    writer = report.message.by
    silenced = Silenced.objects.filter(edition=report.edition_id, user=writer).first() if writer else None
    others = Report.objects.filter(edition=report.edition_id, message__by=writer).exclude(pk=report.pk)
    return Case(
        report=report,
        reporter=sides[report.by_side],
        reported=sides[report.message.side],
        given=given,
        writer=writer,
        silenced=silenced,
        others=others.count() if writer is not None else 0,
    )


def export_rows(rows: QuerySet[Report]) -> Iterator[dict[str, Any]]:
    """Lines of a file, read in pieces."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        part = Report.objects.filter(pk__in=keys[start : start + CHUNK]).select_related("message")
        by_id = {row.pk: row for row in part}
        for line in lines([by_id[pk] for pk in keys[start : start + CHUNK] if pk in by_id]):
            row = line.report
            yield {
                "code": row.code, "state": row.state, "why": row.why, "words": row.words,
                "reported": line.reported.name, "message": line.text, "at": row.at,
                "decided_at": row.decided_at, "decision": row.decision, "removed": row.removed_message,
            }  # fmt: skip


def silenced_of(edition: Edition, words: str = "") -> QuerySet[Silenced]:
    """Who may not write, newest first."""
    rows = Silenced.objects.filter(edition=edition).select_related("user", "by").order_by("-at", "-pk")
    for word in words.replace("\x00", "").split()[:8]:
        rows = rows.filter(
            Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(why__icontains=word)
        )
    return rows


def silenced_row(edition: Edition, pk: int) -> Silenced | None:
    """One of them."""
    return Silenced.objects.filter(edition=edition, pk=pk).select_related("user").first()


def help_desk_of(edition: Edition) -> QuerySet[HelpDeskMember]:
    """Who answers at the help desk, longest first."""
    return HelpDeskMember.objects.filter(edition=edition).select_related("user").order_by("since", "pk")


def help_desk_row(edition: Edition, pk: int) -> HelpDeskMember | None:
    """One of them."""
    return HelpDeskMember.objects.filter(edition=edition, pk=pk).select_related("user").first()


def may_join_help_desk(edition: Edition) -> QuerySet[User]:
    """People of the organiser's team who do not answer there yet."""
    team = TeamMember.objects.filter(edition=edition).values("user")
    there = HelpDeskMember.objects.filter(edition=edition).values("user")
    return User.objects.filter(pk__in=team, is_active=True).exclude(pk__in=there).order_by("name", "pk")
