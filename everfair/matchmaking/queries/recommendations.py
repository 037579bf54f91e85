"""Recommended things as lines of a page: the row behind each, whether it is saved, the sectors' names. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from everfair.base.languages import Words
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.models import Need, Seeker
from everfair.matchmaking.queries.interests import saved_ids
from everfair.programme.models import Session
from everfair.registration.models import Registration

RELATED = {
    "exhibitor": ("organisation", "sector"),
    "offer": ("exhibitor__organisation", "sector"),
    "need": ("seeker__exhibitor__organisation", "sector"),
    "session": ("stage", "kind"),
    "person": ("user",),
}


@dataclass(frozen=True)
class Line:
    """One recommended thing: its row, place in the list (1 first), score 0 … 1, whether the seeker keeps it."""

    thing: Any
    place: int
    score: float
    is_saved: bool
    by_line: Any = None  # of a person: the registration that says name and firm


def lines(edition: Edition, seeker: Seeker, kind: str, rows: Sequence[Sequence[Any]]) -> list[Line]:
    """The things of kept rows that are still open to see, in order. Two queries; three for people."""
    numbers = [row[0] for row in rows]
    found = {thing.pk: thing for thing in _open(edition, kind).filter(pk__in=numbers)}
    if kind == "exhibitor":
        for thing in found.values():
            thing.edition = edition  # not read again with each
    kept = saved_ids(seeker, kind, numbers)
    people = _registered(edition, found.values()) if kind == "person" else {}
    return [
        Line(found[number], place, score, number in kept, people.get(number))
        for place, (number, score, _arm) in enumerate(rows, 1)
        if number in found and (kind != "person" or number in people)
    ]


def _open(edition: Edition, kind: str) -> QuerySet[Any]:
    rows: QuerySet[Any]
    if kind == "exhibitor":
        rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED).defer("about")
    elif kind == "offer":
        rows = Offer.objects.filter(
            exhibitor__edition=edition, exhibitor__state=Exhibitor.State.PUBLISHED, is_on_shelf=True
        )
    elif kind == "need":
        rows = Need.objects.filter(edition=edition, state=Need.State.OPEN)
    elif kind == "session":
        rows = Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES)
    else:
        rows = Seeker.objects.filter(edition=edition, is_shown=True, user__isnull=False)
    return rows.select_related(*RELATED[kind])


def _registered(edition: Edition, seekers: Any) -> dict[int, Registration]:
    """Seeker's number → the approved registration of the person; who has none is not shown."""
    by_user = {seeker.user_id: seeker.pk for seeker in seekers}
    rows = Registration.objects.filter(edition=edition, user__in=by_user, state=Registration.State.APPROVED)
    return {by_user[row.user_id]: row for row in rows.select_related("organisation").order_by("-pk")}


def sector_names(edition: Edition) -> dict[str, Words]:
    """Path → name in its languages. One query."""
    rows = Sector.objects.filter(edition=edition).values_list("path", "name")
    return {path.strip("/"): name for path, name in rows}
