"""Who may listen to a conversation and to their own inbox; what is said over a socket goes through the same actions as pages."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from everfair.conversations import access
from everfair.conversations.actions import reading, writing
from everfair.conversations.queries.facts import topic_of
from everfair.gateways import live


def may_follow(user: Any, code: str) -> bool:
    """talk:<code>: whoever speaks for one of its two parties."""
    return access.find_stand(user, code) is not None


def may_open_inbox(user: Any, pk: str) -> bool:
    """inbox:<user>: the person alone."""
    return bool(getattr(user, "is_authenticated", False)) and str(user.pk) == pk


def receive(
    user: Any, code: str, kind: str, data: Mapping[str, Any], number: str
) -> Mapping[str, Any] | None:
    """ "say" {"text"}, "read" {"number"}, "typing" {}: said over a socket. Raises Refused with a sentence."""
    stand = access.find_stand(user, code)
    if stand is None:
        raise Http404  # never an answer that reads as if it had been kept
    if kind == "say":
        said = writing.say(
            stand.conversation, stand.own.side, str(data.get("text", "")), by=user, own_number=number
        )
        return {"number": said.number, "at": said.at.isoformat()}
    if kind == "read":
        reached = data.get("number")
        if isinstance(reached, int):
            mark = reading.mark_read(stand, reached, by=user)
            return {"number": mark.number}
    if kind == "typing":
        fact = {"kind": "typing", "side": stand.own.side}
        live.publish(topic_of(stand.conversation), fact, key=f"typing:{stand.own.side}", keep=False)
    return None
