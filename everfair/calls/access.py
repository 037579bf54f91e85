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

RELATED = ("edition__fair", "meeting__slot", "meeting__exhibitor", "conversation", "exhibitor__organisation")
INVITED_FOR = timedelta(hours=48)
SALT = "everfair.calls.invitation"
LIVING = (CallPerson.State.ADMITTED, CallPerson.State.IN, CallPerson.State.LEFT)


@dataclass(frozen=True)
class Place:
    """A call as one person stands to it: their row if they asked or entered, and whether it is theirs."""

    call: Call
    person: CallPerson | None
    is_party: bool

    @property
    def may_host(self) -> bool:
        """Admit, refuse, remove, end: whom the call is for, unless they were put out."""
        return self.is_party and (self.person is None or self.person.state != CallPerson.State.REMOVED)

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
    return False


def find_place(user: Any, code: str) -> Place | None:
    """The call for its parties and for whoever was let to its door; None for everybody else."""
    if not getattr(user, "is_authenticated", False):
        return None
    call = Call.objects.select_related(*RELATED).filter(code=code).first()
    if call is None:
        return None
    person = CallPerson.objects.filter(call=call, user=user).first()
    party = is_party(user, call)
    return Place(call, person, party) if party or person is not None else None


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
    person = CallPerson.objects.filter(call=call, user=user).first()
    return Place(call, person, is_party(user, call))


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
