"""Topics by their first word, one file per room: each says through its room's access who may listen. No facts here."""

from typing import Any

from everfair.realtime.topics import calls, conversations, gate, meetings, presence, programme
from everfair.realtime.topics.registry import Topic

__all__ = ["TOPICS", "Topic", "is_open_to", "topic_of", "words_that_follow"]

SESSIONS = ("programme.session", "fair.edition")

TOPICS: dict[str, Topic] = {
    # first word → its rules
    "session": Topic(programme.may_enter_room, follows=SESSIONS),
    "desk": Topic(programme.may_moderate, follows=SESSIONS),
    "stage": Topic(programme.may_see_stage, follows=("fair.edition",)),
    "zone": Topic(gate.may_watch_zones, follows=("fair.edition",)),
    "call": Topic(calls.may_follow, calls.receive, follows=("people.organisation",)),
    "audience": Topic(calls.may_hear_stage, calls.receive_of_audience, follows=SESSIONS),
    "rings": Topic(calls.may_hear_rings),
    "talk": Topic(conversations.may_follow, conversations.receive, follows=("people.organisation",)),
    "inbox": Topic(conversations.may_open_inbox),
    "here": Topic(presence.may_see_place, follows=("fair.edition", "exhibition.exhibitor")),
    "host": Topic(presence.may_see_visitors, follows=("people.organisation",)),
    "floor": Topic(meetings.may_watch_floor, follows=("fair.edition",)),
}


def topic_of(name: str) -> tuple[Topic | None, str]:
    """The rules of `word:rest`, and the rest; (None, "") for what is no topic."""
    word, _, rest = name.partition(":")
    found = TOPICS.get(word)
    return (found, rest) if found is not None and rest else (None, "")


def is_open_to(user: Any, name: str) -> bool:
    """Whether the person may listen; unknown topics are open to nobody."""
    found, rest = topic_of(name)
    return found is not None and found.may_listen(user, rest)


def words_that_follow(change: str) -> set[str]:
    """First words of topics whose rights may have changed with a row of the change table."""
    return {word for word, rules in TOPICS.items() if change in rules.follows}
