"""What a booth's team did: scans by person and day, warmth of leads, scans that were refused. No names of visitors."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from everfair.exhibition.models import Exhibitor
from everfair.leads.access import standing_leads
from everfair.leads.models import LeadScan
from everfair.leads.queries.shown import edition_zone

MOST_DAYS = 10


@dataclass(frozen=True)
class PersonCounts:
    """Scans of one person: `days` beside the table's days, `total` over all of them, and the leads they took."""

    key: str
    name: str
    days: list[int]
    total: int
    leads: int
    hot: int


@dataclass(frozen=True)
class TeamCounts:
    """The team view. `days` are the latest with a scan, oldest first; `sums` their sums."""

    days: list[date]
    people: list[PersonCounts]
    sums: list[int]
    scans: int
    leads: int
    interest: dict[str, int]
    refused: int


@dataclass(frozen=True)
class RefusedScan:
    """A scan that made no lead, and why."""

    at: object
    by: str
    words: str
    was_offline: bool


def team_counts(exhibitor: Exhibitor) -> TeamCounts:
    """Everything the team view shows, in three queries."""
    zone = edition_zone(exhibitor.edition)
    rows = (
        LeadScan.objects.filter(exhibitor=exhibitor, refusal="")
        .annotate(day=TruncDate("scanned_at", tzinfo=zone))
        .order_by()
        .values_list("by_id", "by__name", "by__email", "day")
        .annotate(count=Count("pk"))
    )
    scans: defaultdict[tuple[str, str], Counter[date]] = defaultdict(Counter)
    for pk, name, email, day, count in rows:
        scans[(str(pk or ""), name or email or _("no longer here"))][day] += count
    leads: Counter[str] = Counter()
    hot: Counter[str] = Counter()
    interest: Counter[str] = Counter()
    for pk, warmth, count in (
        standing_leads()
        .filter(exhibitor=exhibitor)
        .order_by()
        .values_list("taken_by_id", "interest")
        .annotate(count=Count("pk"))
    ):
        key = str(pk or "")
        leads[key] += count
        interest[warmth] += count
        if warmth == "hot":
            hot[key] += count
    days = sorted({day for counts in scans.values() for day in counts})[-MOST_DAYS:]
    people = [
        PersonCounts(key, name, [counts[day] for day in days], sum(counts.values()), leads[key], hot[key])
        for (key, name), counts in scans.items()
    ]
    people.sort(key=lambda one: (-one.total, one.name))
    return TeamCounts(
        days=days,
        people=people,
        sums=[sum(one.days[place] for one in people) for place in range(len(days))],
        scans=sum(one.total for one in people),
        leads=sum(leads.values()),
        interest={warmth: interest[warmth] for warmth in ("hot", "warm", "cold", "")},
        refused=LeadScan.objects.filter(exhibitor=exhibitor).exclude(refusal="").count(),
    )


def refused_scans(exhibitor: Exhibitor, limit: int = 50) -> list[RefusedScan]:
    """The latest refused scans, newest first."""
    rows = LeadScan.objects.filter(exhibitor=exhibitor).exclude(refusal="").select_related("by")[:limit]
    return [
        RefusedScan(row.scanned_at, str(row.by or ""), refusal_words(row.refusal), row.was_offline)
        for row in rows
    ]


def refusal_words(refusal: str) -> str:
    """Why a scan made no lead, in a sentence that says what to do."""
    sentences = {
        "forged": _("This is no badge: its code cannot be read or was not signed by this fair. Scan again, or type the code as it is printed."),
        "unknown_key": _("This badge was signed with a key this fair does not know. Ask the visitor to go to the registration desk."),
        "other_edition": _("This badge belongs to another edition of the fair. Ask for this edition's badge."),
        "expired": _("This badge has expired. Ask the visitor to go to the registration desk."),
        "void": _("This badge was replaced by a newer one. Ask the visitor for the newest, on paper or on the phone."),
        "not_expected": _("The registration behind this badge is not valid any more. Ask the visitor to go to the registration desk."),
        "withdrawn": _("This visitor withdrew from your booth. Nothing is noted until they share their contact with you again."),
    }  # fmt: skip
    return sentences.get(refusal, _("This badge was refused."))
