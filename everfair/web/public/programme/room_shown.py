"""A session's room as templates draw it. static/js/live.js draws the same from the same facts: change both together."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from everfair.gateways import live
from everfair.programme import access
from everfair.programme.queries import audience

GROUPS = ("asked", "shown", "answered", "hidden")
BLANK = "__id__"  # stands for a question's or poll's own in the templates a script fills
BLANK_QUESTION = {"id": BLANK, "version": 0, "state": "shown", "text": "", "name": "", "votes": 0}
BLANK_POLL = {
    "id": BLANK, "version": 0, "state": "open", "position": [0, 0], "text": {}, "options": [], "counts": {},
    "total": 0, "shows_results": True,
}  # fmt: skip
BLANK_OPTION = {"code": "", "label": {}, "count": 0, "share": 0, "is_chosen": False}


def share(count: int, total: int) -> int:
    """Whole percent, half rounded up."""
    return (200 * count + total) // (2 * total) if total else 0


def question_flags(fact: Mapping[str, Any], has_voted: bool = False) -> frozenset[str]:
    """What is true of a question: parts of its row are shown by these words."""
    named = "named" if fact["name"] else "nameless"
    return frozenset({fact["state"], named, "voted" if has_voted else "unvoted"})


def poll_flags(fact: Mapping[str, Any], choice: str) -> frozenset[str]:
    """What is true of a poll."""
    counted = "counted" if fact["counts"] is not None else "kept"
    flags = {fact["state"], counted, "chosen" if choice else "unchosen"}
    if fact["state"] != "closed":  # a closed one shows its results in any case
        flags.add("results-seen" if fact["shows_results"] else "results-kept")
    return frozenset(flags)


def room_flags(fact: Mapping[str, Any]) -> frozenset[str]:
    """What is true of the room itself."""
    asks = "asks" if fact["asks"] else "asks-not"
    votes = "votes" if fact["votes"] else "votes-not"
    return frozenset({fact["state"], asks, votes, "at-once" if fact["at_once"] else "let-through"})


def shown_question(fact: Mapping[str, Any], has_voted: bool = False) -> dict[str, Any]:
    """A question's fact with what is true of it for the reader."""
    return {**fact, "has_voted": has_voted, "flags": question_flags(fact, has_voted)}


def shown_poll(fact: Mapping[str, Any], choice: str) -> dict[str, Any]:
    """A poll's fact with its options counted, and which one the reader chose."""
    counts = fact["counts"]
    options = [
        {
            **option,
            "count": counts.get(option["code"], 0) if counts is not None else 0,
            "share": share(counts.get(option["code"], 0), fact["total"]) if counts is not None else 0,
            "is_chosen": option["code"] == choice,
        }
        for option in fact["options"]
    ]
    order = "-".join(map(str, fact["position"]))
    return {**fact, "options": options, "order": order, "flags": poll_flags(fact, choice)}


def _blanks() -> dict[str, Any]:
    """Rows without content, in <template>s: a script copies and fills them."""
    return {
        "blank_question": shown_question(BLANK_QUESTION),
        "blank_poll": shown_poll(BLANK_POLL, ""),
        "blank_option": BLANK_OPTION,
        "blank_own": {"id": BLANK, "version": 0, "text": ""},
    }


def room_context(user: Any, session: Any) -> dict[str, Any]:
    """`room` for public/programme/room.html: what the audience sees, and where it acts."""
    topic = audience.room_topic(session)
    position = live.position(topic)  # before the rows
    found = audience.room_of(session, user)
    polls = [shown_poll(fact, found.choices.get(fact["id"], "")) for fact in found.polls]
    below = [session.edition.slug, session.address]
    return {
        "topic": topic,
        "position": position,
        "session": session,
        "fact": found.session,
        "flags": room_flags(found.session),
        "questions": [shown_question(fact, fact["id"] in found.voted) for fact in found.questions],
        "voted": " ".join(str(pk) for pk in sorted(found.voted)),
        "polls": polls,
        "waiting": found.waiting,
        "may_act": bool(getattr(user, "is_authenticated", False)),
        "may_moderate": access.can_moderate(user, session),
        "page_url": reverse("public:programme.room", args=below),
        "ask_url": reverse("public:programme.question_ask", args=below),
        "moderate_url": reverse("public:programme.moderate", args=below),
        **_blanks(),
    }


def desk_context(session: Any) -> dict[str, Any]:
    """`room` for public/programme/moderate.html: everything, in groups by state."""
    topic = audience.desk_topic(session)
    position = live.position(topic)
    found = audience.desk_of(session)
    questions = [shown_question(fact) for fact in found.questions]
    return {
        "topic": topic,
        "position": position,
        "session": session,
        "fact": found.session,
        "flags": room_flags(found.session),
        "groups": [(state, [one for one in questions if one["state"] == state]) for state in GROUPS],
        "polls": [shown_poll(fact, "") for fact in found.polls],
        "page_url": reverse("public:programme.moderate", args=[session.edition.slug, session.address]),
        **_blanks(),
    }
