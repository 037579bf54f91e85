"""A person's own programme: sessions kept and seats held, where two overlap, and who a calendar's secret belongs to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from everfair.fair.models import Edition
from everfair.programme.models import CalendarKey
from everfair.programme.queries.board import Board, SessionLine
from everfair.programme.queries.sessions import bookmarked, place_in_line, seats_of


@dataclass
class OwnSession:
    """A session in a person's programme. `seat` is "", "held" or "waiting"; `clashes` are others of theirs at that time."""

    line: SessionLine
    is_kept: bool = False
    seat: str = ""
    place: int = 0  # on the waiting list, from 1
    clashes: list[SessionLine] = field(default_factory=list)


def own_programme(board: Board, edition: Edition, user: Any) -> list[OwnSession]:
    """The person's public sessions in order of time. Two queries, two more for each seat they wait for."""
    kept, seats = bookmarked(user, edition), seats_of(user, edition)
    listed = [
        OwnSession(line, line.pk in kept, seats[line.pk].state, place_in_line(seats[line.pk]))
        if line.pk in seats
        else OwnSession(line, is_kept=True)
        for line in board.sessions
        if line.pk in kept or line.pk in seats
    ]
    find_clashes(listed)
    return listed


def find_clashes(listed: Sequence[OwnSession]) -> None:
    """Name in each session the others that run at the same time; a cancelled one disturbs nobody."""
    timed = [
        one for one in listed if one.line.starts_at and one.line.ends_at and one.line.state != "cancelled"
    ]
    for number, one in enumerate(timed):
        for other in timed[number + 1 :]:
            if other.line.starts_at >= one.line.ends_at:  # type: ignore[operator]
                break
            one.clashes.append(other.line)
            other.clashes.append(one.line)


def digest_of(secret: str) -> str:
    """What is kept of a calendar's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def has_calendar(edition: Edition, user: Any) -> bool:
    """Whether the person has a calendar address in this edition."""
    return CalendarKey.objects.filter(edition=edition, user=user).exists()


def calendar_of(secret: str) -> CalendarKey | None:
    """The calendar this secret opens, with its edition and person; None for any other text."""
    keys = CalendarKey.objects.select_related("edition__fair", "user")
    return keys.filter(secret_digest=digest_of(secret), user__is_active=True).first()
