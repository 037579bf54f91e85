"""Visitors who wished and got nothing in a run, and people who left since. Nothing here depends on what others said of them.

Why somebody got nothing is found from their own words and the timetable alone, so a silent "no" cannot be read out of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy

from everfair.meetings.models import Participant, Run, RunRow, Wish

WHY = {
    "gone": gettext_lazy("takes part no longer"),
    "never_free": gettext_lazy("said they are never free"),
    "few": gettext_lazy("wished for very few: with more wishes there is more to choose from"),
    "no_room": gettext_lazy("no time and place was left for what they wished for"),
}
FEW = 2  # wishes
COLUMNS = (
    ("name", gettext_lazy("Person")),
    ("firm", gettext_lazy("Firm or body")),
    ("wished", gettext_lazy("Wishes")),
    ("why", gettext_lazy("Why")),
    ("code", gettext_lazy("Code")),
)


def left_out(run: Run, q: str = "", why: str = "") -> QuerySet[Participant]:
    """Visitors who wished and got no meeting at all, by name: `wished` is how much they wished for, `why` a key of WHY."""
    met = RunRow.objects.filter(
        Q(participant=OuterRef("pk")) | Q(other=OuterRef("pk")), run=run, slot__isnull=False
    )
    found = Participant.objects.filter(edition=run.edition_id).exclude(Exists(met))
    wishes = Wish.objects.filter(participant=OuterRef("pk")).exclude(level=Wish.Level.NEVER)
    found = found.filter(Exists(wishes))
    for word in q[:100].split():
        found = found.filter(
            Q(name__icontains=word) | Q(organisation_name__icontains=word) | Q(code__iexact=word)
        )
    counted = found.annotate(
        wished=Count("wishes", filter=~Q(wishes__level=Wish.Level.NEVER), distinct=True),
        spans=Count("free_times", distinct=True),
    )
    told = counted.annotate(
        why=Case(
            When(is_out=True, then=Value("gone")),
            When(said_when_free__isnull=False, spans=0, then=Value("never_free")),
            When(wished__lte=FEW, then=Value("few")),
            default=Value("no_room"),
            output_field=CharField(),
        )
    )
    if why:
        told = told.filter(why=why)
    return told.select_related("exhibitor__organisation").order_by("name", "pk")


def why_nothing(person: Any) -> str:
    """The sentence for one out of `left_out`."""
    return str(WHY[person.why])


def left_out_rows(rows: Iterable[Any], firm: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX; `firm` puts a person's firm into words."""
    for person in rows.iterator(chunk_size=1000) if isinstance(rows, QuerySet) else rows:
        yield {
            "name": person.name,
            "firm": firm(person),
            "wished": person.wished,
            "why": why_nothing(person),
            "code": person.code,
        }


def gone_since(run: Run) -> QuerySet[Participant]:
    """People of the run's meetings who left since, by name: publishing leaves their meetings out."""
    placed = RunRow.objects.filter(run=run, slot__isnull=False)
    gone = Q(pk__in=placed.values("participant")) | Q(pk__in=placed.values("other"))
    found = Participant.objects.filter(gone, edition=run.edition_id, is_out=True)
    return found.select_related("exhibitor__organisation").order_by("name", "pk")


def gone_when_published(run: Run) -> QuerySet[Participant]:
    """Who had left when the run was published, and whose meetings were not made for it."""
    gone = run.result.get("published", {}).get("gone", [])
    found = Participant.objects.filter(pk__in=gone, edition=run.edition_id)
    return found.select_related("exhibitor__organisation").order_by("name", "pk")
