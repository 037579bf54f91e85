"""Sessions as the public and their people read them. The desk's tables are in desk.py, the board in memory in board.py."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from everfair.fair.models import Edition
from everfair.programme.models import Bookmark, Material, Move, Seat, Session, SessionSpeaker, Speaker, Stage


def with_parts(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with stage, kind, hosts, sectors and speakers: two queries more, whatever the number of rows."""
    parts = SessionSpeaker.objects.select_related("speaker__photo").order_by("position", "id")
    return rows.select_related(
        "stage__area", "kind", "exhibitor__organisation", "delegation"
    ).prefetch_related(Prefetch("parts", queryset=parts), "sectors")


def programme_of(edition: Edition) -> QuerySet[Session]:
    """Public sessions in order of time, with stage, kind, hosts, sectors and `parts` (speakers). Three queries."""
    rows = Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES)
    return with_parts(rows).order_by("starts_at", "id")


def stages_of(edition: Edition) -> QuerySet[Stage]:
    """Stages in the organiser's order."""
    return Stage.objects.filter(edition=edition).select_related("area").order_by("position", "id")


def public_speakers(edition: Edition) -> QuerySet[Speaker]:
    """Speakers with a public session, each once."""
    found = Speaker.objects.filter(edition=edition, sessions__state__in=Session.PUBLIC_STATES)
    return found.select_related("photo").distinct().order_by("id")


def materials_of(session: Session) -> QuerySet[Material]:
    """Slides and links in the host's order, with their files."""
    return session.materials.select_related("file").order_by("position", "id")


def moves_of(session: Session) -> QuerySet[Move]:
    """What changed since it was public, newest first."""
    return session.moves.order_by("-id")


def bookmarked(user: Any, edition: Edition) -> set[int]:
    """Ids of the sessions in the person's own programme. One query; empty for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return set()
    return set(
        Bookmark.objects.filter(user=user, session__edition=edition).values_list("session_id", flat=True)
    )


def seats_of(user: Any, edition: Edition) -> dict[int, Seat]:
    """Session id → the person's seat or place on its waiting list. One query."""
    if not getattr(user, "is_authenticated", False):
        return {}
    rows = Seat.objects.filter(user=user, session__edition=edition).exclude(state=Seat.State.GIVEN_BACK)
    return {seat.session_id: seat for seat in rows}


def place_in_line(seat: Seat) -> int:
    """1 for the next who moves up; 0 for a seat that is held."""
    if seat.state != Seat.State.WAITING:
        return 0
    before = Seat.objects.filter(session_id=seat.session_id, state=Seat.State.WAITING)
    return before.filter(at__lt=seat.at).count() + before.filter(at=seat.at, pk__lt=seat.pk).count() + 1


def own_programme(user: Any, edition: Edition) -> QuerySet[Session]:
    """Public sessions the person bookmarked or has a seat in or waits for, in order of time."""
    ids = bookmarked(user, edition) | set(seats_of(user, edition))
    return programme_of(edition).filter(pk__in=ids)


def overlapping(rows: Iterable[Session]) -> set[int]:
    """Ids of sessions that overlap with another of the same list: clashes in a person's own programme."""
    found: set[int] = set()
    running: list[Session] = []
    timed = (row for row in rows if row.starts_at and row.ends_at and row.state != Session.State.CANCELLED)
    for row in sorted(timed, key=lambda one: (one.starts_at, one.pk)):
        running = [one for one in running if one.ends_at > row.starts_at]  # type: ignore[operator]
        if running:
            found |= {row.pk, *(one.pk for one in running)}
        running.append(row)
    return found
