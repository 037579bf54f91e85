"""Who may enter a call, who may let others in, and who may see that there is one. Every face asks here first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import Http404

from everfair.calls.models import Call, CallPerson, SharedDocument
from everfair.conversations import access as conversations_access
from everfair.fair.models import Edition
from everfair.meetings import access as meetings_access
from everfair.programme import access as programme_access
from everfair.programme.models import Session

_HOST_OF_SESSION = ("session__edition__fair", "session__exhibitor", "session__delegation")
RELATED = (
    "edition__fair", "meeting__slot", "meeting__exhibitor", "conversation", "exhibitor__organisation",
    *_HOST_OF_SESSION,
)  # fmt: skip
INVITED_FOR = timedelta(hours=48)
SALT = "everfair.calls.invitation"
LIVING = (CallPerson.State.ADMITTED, CallPerson.State.IN, CallPerson.State.LEFT)


@dataclass(frozen=True)
class Place:
    """A call as one person stands to it: their row if they asked or entered, and whether it is theirs."""

    call: Call
    person: CallPerson | None
    is_party: bool
    leads: bool = True  # on a stage: moderates the session, not only speaks

    @property
    def may_host(self) -> bool:
        """Admit, refuse, remove, end: whom the call is for, unless they were put out; of a stage, who moderates the session."""
        is_out = self.person is not None and self.person.state == CallPerson.State.REMOVED
        return self.is_party and self.leads and not is_out

    @property
    def is_inside(self) -> bool:
        """In the room, or free to come back."""
        return self.person is not None and self.person.state in LIVING


def is_party(user: Any, call: Call) -> bool:
    """Whom the call is for: the meeting's people and its firm's team, the conversation's two sides. Nobody else, no organiser."""
    if not getattr(user, "is_authenticated", False):
        return False
    if call.meeting is not None:
        return "person" in meetings_access.roles_on_meeting(user, call.meeting)
    if call.conversation is not None:
        return conversations_access.find_stand(user, call.conversation.code) is not None
    return call.session is not None and programme_access.may_speak(user, call.session)


def leads(user: Any, call: Call) -> bool:
    """Among those it is for, who also decides: on a stage who moderates the session, in other calls everybody."""
    return call.session is None or programme_access.can_moderate(user, call.session)


def _place(user: Any, call: Call) -> Place:
    person = CallPerson.objects.filter(call=call, user=user).first()
    return Place(call, person, is_party(user, call), leads(user, call))


def find_place(user: Any, code: str) -> Place | None:
    """The call for its parties and for whoever was let to its door; None for everybody else."""
    if not getattr(user, "is_authenticated", False):
        return None
    call = Call.objects.select_related(*RELATED).filter(code=code).first()
    if call is None:
        return None
    place = _place(user, call)
    lost = place.person is not None and place.person.was_party and call.is_stage
    return place if place.is_party or (place.person is not None and not lost) else None


def get_place_for(user: Any, edition: Edition, code: str) -> Place:
    """The same in one edition; Http404 for strangers, whether it exists or not."""
    found = find_place(user, code)
    if found is None or found.call.edition_id != edition.pk:
        raise Http404
    return found


def get_place_by_link(user: Any, edition: Edition, code: str, token: str) -> Place:
    """The call for somebody who holds an invitation of it that has not run out; Http404 otherwise."""
    if read_invitation(token) != code or not getattr(user, "is_authenticated", False):
        raise Http404
    call = Call.objects.select_related(*RELATED).filter(code=code, edition=edition).first()
    if call is None:
        raise Http404
    return _place(user, call)


def get_person_in(call: Call, code: str) -> CallPerson:
    """Somebody in a call, by the code others address them by; who may deal with them was asked before."""
    found = CallPerson.objects.select_related("call", "user").filter(call=call, code=code).first()
    if found is None:
        raise Http404
    return found


def may_listen(user: Any, code: str) -> bool:
    """Whether live facts of the call are for this person: its parties, and whoever waits before the door or is inside."""
    place = find_place(user, code)
    if place is None:
        return False
    out = (CallPerson.State.REMOVED, CallPerson.State.REFUSED)
    return place.person is None or place.person.state not in out


def may_signal(user: Any, code: str) -> CallPerson | None:
    """The person's row when they are in the room: who is outside sends no signals into it."""
    place = find_place(user, code)
    living = (Call.State.OPEN, Call.State.RINGING)  # a caller waits inside while it rings
    if place is None or place.person is None or place.call.state not in living:
        return None
    return place.person if place.person.state == CallPerson.State.IN else None


def find_stage(session: Session) -> Call | None:
    """The stage that this server carries for the session; None where it has an outside link, or nothing."""
    return Call.objects.select_related(*RELATED).filter(session=session, is_chosen=True).first()


def has_stage(session: Session) -> bool:
    """Whether this server carries the session. One query."""
    return Call.objects.filter(session=session, is_chosen=True).exists()


def find_audience_of(user: Any, code: str) -> Call | None:
    """The stage by its code, for everybody who may listen to it and for those who may speak there; None for all others."""
    call = Call.objects.select_related(*RELATED).filter(code=code, is_chosen=True).first()
    if call is None or call.session is None:
        return None
    return call if programme_access.may_attend(user, call.session) else None


def get_session_to_attend(user: Any, edition: Edition, code: str) -> Session:
    """A session as one of its audience; Http404 for who has no right to it."""
    found = programme_access.get_session_for(user, edition, code)
    if not programme_access.may_attend(user, found):
        raise Http404
    return found


def find_inside(call: Call, code: str) -> CallPerson | None:
    """Somebody who is in the room now."""
    return CallPerson.objects.filter(call=call, code=code, state=CallPerson.State.IN).first()


def invitation(call: Call) -> str:
    """What a link for guests carries: they come to the door and wait. It runs out after two days."""
    return signing.dumps(call.code, salt=SALT)


def read_invitation(token: str) -> str:
    """The call's code; "" for a forged one, or one that ran out."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=INVITED_FOR))
    except signing.BadSignature:
        return ""


def get_document_for(place: Place, pk: int) -> SharedDocument:
    """A document of the call, for whom the call is for and who was inside; Http404 for who waits, was refused or put out."""
    may = place.may_host if place.person is None else place.is_inside
    found = (
        SharedDocument.objects.select_related("file").filter(call=place.call, pk=pk).first() if may else None
    )
    if found is None:
        raise Http404
    return found
