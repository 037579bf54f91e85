"""Topics by their first word, one file per room: each says through its room's access who may listen. No facts here."""

from collections.abc import Callable
from typing import Any

from everfair.realtime.topics import gate, meetings, programme

Rule = Callable[[Any, str], bool]

TOPICS: dict[str, Rule] = {
    # first word → (person, what follows the first colon) → may listen
    "session": programme.may_enter_room,
    "desk": programme.may_moderate,
    "stage": programme.may_see_stage,
    "zone": gate.may_watch_zones,
    "floor": meetings.may_watch_floor,
}


def is_open_to(user: Any, topic: str) -> bool:
    """Whether the person may listen; unknown topics are open to nobody."""
    word, _, rest = topic.partition(":")
    rule = TOPICS.get(word)
    return rule is not None and bool(rest) and rule(user, rest)
