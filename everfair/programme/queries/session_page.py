"""What one session's page and one speaker's page read beyond the board: full texts, materials, the reader's own seat."""

from dataclasses import dataclass
from typing import Any

from everfair.base.languages import Words
from everfair.fair.models import Sector
from everfair.programme.models import Bookmark, Material, Seat, Session, Speaker
from everfair.programme.queries.sessions import materials_of, place_in_line


@dataclass(frozen=True)
class SessionPage:
    """A session with its materials. `left`: seats nobody holds, None where seats are not taken."""

    session: Session
    materials: list[Material]
    sectors: list[Sector]
    left: int | None


@dataclass(frozen=True)
class Mine:
    """What a session is to one person. `place`: on the waiting list, from 1, else 0."""

    is_kept: bool = False
    seat: Seat | None = None
    place: int = 0


def session_page(pk: int) -> SessionPage:
    """The session with all its texts. Three queries. Session.DoesNotExist when it went."""
    session = Session.objects.select_related(
        "kind", "stage__area", "exhibitor__organisation", "delegation", "edition__fair"
    ).get(pk=pk)
    materials = list(materials_of(session))
    left = None if session.seats is None else max(0, session.seats - session.seats_taken)
    return SessionPage(session, materials, list(session.sectors.all()), left)


def mine_of(session: Session, user: Any) -> Mine:
    """Bookmark, seat and place on the waiting list. Two queries, three for who waits; none for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return Mine()
    seat = Seat.objects.filter(session=session, user=user).exclude(state=Seat.State.GIVEN_BACK).first()
    place = place_in_line(seat) if seat is not None else 0
    return Mine(Bookmark.objects.filter(session=session, user=user).exists(), seat, place)


def about_speaker(pk: int) -> Words:
    """What a speaker says of themselves. One query."""
    return Speaker.objects.filter(pk=pk).values_list("about", flat=True).first() or {}
