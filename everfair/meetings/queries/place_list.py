"""Every place of meetings as one table: found, filtered, as rows of a file. Reads only."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from everfair.fair.models import Edition
from everfair.meetings.models import Booking, Meeting, Resource
from everfair.meetings.queries.ground import places_of

KINDS = tuple((value, label) for value, label in Resource.Kind.choices if value != Resource.Kind.PERSON)
COLUMNS = (
    ("kind", gettext_lazy("Kind")),
    ("number", gettext_lazy("Number")),
    ("place", gettext_lazy("Place")),
    ("hall", gettext_lazy("Hall")),
    ("meetings", gettext_lazy("Meetings")),
    ("state", gettext_lazy("State")),
)
_OUT = Q(is_out=True) | Q(lost_from__isnull=False)


def place_table(
    edition: Edition, q: str = "", kind: str = "", hall: str = "", use: str = ""
) -> QuerySet[Resource]:
    """Places with how many agreed meetings they hold (`booked`). `use`: "in", "out" or "stuck" (out, with meetings)."""
    rows = places_of(edition, kind) if kind else places_of(edition)
    for word in q[:100].split():
        found = Q(name__icontains=word) | Q(exhibitor__organisation__name__icontains=word)
        found |= Q(area__name__icontains=word) | Q(area__code__iexact=word)
        if word.isdecimal() and len(word) < 7:
            found |= Q(number=int(word))
        rows = rows.filter(found)
    if hall:
        rows = rows.filter(area__code=hall)
    if use == "in":
        rows = rows.exclude(_OUT)
    elif use == "out":
        rows = rows.filter(_OUT)
    elif use == "stuck":
        held = Booking.objects.filter(resource=OuterRef("pk"), meeting__state=Meeting.State.SCHEDULED)
        rows = rows.filter(_OUT, Exists(held))
    elif use:
        rows = rows.none()
    return rows.order_by("kind", "area__position", "area_id", "exhibitor_id", "number", "id")


def is_out(place: Resource) -> bool:
    """Whether it is out of use, for good or for a time."""
    return place.is_out or place.lost_from is not None


def place_rows(rows: Iterable[Any], words: Any, state: Any, hall: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX; `words`, `state` and `hall` put a place, whether it is out, and its area into words."""
    for place in rows.iterator(chunk_size=1000) if isinstance(rows, QuerySet) else rows:
        yield {
            "kind": place.get_kind_display(),
            "number": place.number or "",
            "place": words(place),
            "hall": hall(place.area) if place.area is not None else "",
            "meetings": place.booked,
            "state": state(place),
        }
