"""What the diary tells matchmaking: that somebody asked for a meeting, that two met. In the caller's transaction; who switched learning off is not noted."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model

from everfair.fair.models import Edition
from everfair.matchmaking.actions.interests import note_act, note_on_shown, take_back_act
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Seeker
from everfair.meetings.models import Meeting, MeetingPerson, Participant, Request
from everfair.meetings.queries.diary import account_of

ASKED, MET = "asked", "met"


def note_asked(request: Request, *, now: datetime) -> None:
    """The asker's seeker asked for the offer, the firm or the person. The people are locked."""
    seeker, thing = seeker_of(request.asker, request.edition), _asked_for(request)
    if seeker is None or thing is None or thing in (seeker, seeker.exhibitor):
        return
    if not note_act(seeker, request.offer or thing, ASKED, now=now):
        return
    if request.offer is not None:  # the firm may be what was suggested
        note_on_shown(seeker, thing, "asked_at", now)


def note_met(meeting: Meeting, persons: Iterable[MeetingPerson], *, now: datetime) -> None:
    """Both sides came: each met the other."""
    for seeker, thing in _met(meeting, persons):
        note_act(seeker, thing, MET, now=now)


def take_back_met(meeting: Meeting, persons: Iterable[MeetingPerson], *, now: datetime) -> None:
    """The desk found that somebody did not come after all."""
    for seeker, thing in _met(meeting, persons):
        take_back_act(seeker, thing, MET, now=now)


def seeker_of(person: Participant, edition: Edition) -> Seeker | None:
    """A firm's people stand for the firm, a visitor for themselves; None for somebody without an account."""
    if person.exhibitor is not None:
        return seeker_for(person.exhibitor)
    user = account_of(person)
    return seeker_for(user, edition) if user is not None and user.is_active else None


def _asked_for(request: Request) -> Model | None:
    if request.exhibitor is not None:
        return request.exhibitor
    return _thing(request.asked, request.edition)


def _thing(person: Participant | None, edition: Edition) -> Model | None:
    """What meeting somebody is about: their firm, or their own row."""
    if person is None:
        return None
    return person.exhibitor or seeker_of(person, edition)


def _met(meeting: Meeting, persons: Iterable[MeetingPerson]) -> list[tuple[Seeker, Model]]:
    """Who met what, once each, in one order, so that two meetings at once do not wait for each other."""
    sides: dict[str, list[Participant]] = {side: [] for side in MeetingPerson.Side.values}
    for one in persons:
        sides[one.side].append(one.participant)
    found: dict[tuple[int, str], tuple[Seeker, Model]] = {}
    edition = meeting.edition
    for mine, theirs in (("asker", "asked"), ("asked", "asker")):
        for person in sides[mine]:
            seeker = seeker_of(person, edition)
            for other in sides[theirs]:
                thing = _thing(other, edition)
                if seeker is not None and thing is not None and thing not in (seeker, seeker.exhibitor):
                    found.setdefault((seeker.pk, f"{type(thing).__name__}:{thing.pk}"), (seeker, thing))
    return [found[key] for key in sorted(found)]
