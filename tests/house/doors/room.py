"""Doors of a session's room and of its moderators' page."""

from typing import Any

from everfair.programme.models import Poll, Question
from tests.factories.programme import make_session
from tests.house.doors import Door

SIGN_IN = 302
ACT: dict[str, Any] = {"method": "post", **dict.fromkeys(
    ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 302
)}  # fmt: skip
MODERATORS: dict[str, Any] = {
    "anonymous": SIGN_IN, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
}  # fmt: skip
DECIDE: dict[str, Any] = {"method": "post", **MODERATORS, "owner": 302, "administrator": 302}


def _session(w: Any) -> dict[str, Any]:
    """Hosted by the owner's firm."""
    w.talk = make_session(w.edition, exhibitor=w.exhibitor)
    return {"edition": w.edition.slug, "address": w.talk.address}


def _question(w: Any) -> dict[str, Any]:
    return {**_session(w), "key": str(Question.objects.create(session=w.talk, text="Why?", state="shown").pk)}


def _poll(w: Any) -> dict[str, Any]:
    options = [{"code": "a", "label": {"en": "A"}}, {"code": "b", "label": {"en": "B"}}]
    return {
        **_session(w),
        "key": Poll.objects.create(session=w.talk, text={"en": "?"}, options=options).code,
    }


DOORS = [
    Door("public:programme.room", _session),
    Door("public:programme.question_ask", _session, data=lambda w: {"text": "Why?"}, **ACT),
    Door("public:programme.question_vote", _question, data=lambda w: {"on": "1"}, **ACT),
    Door("public:programme.poll_vote", _poll, data=lambda w: {"option": "a"}, **ACT),
    Door("public:programme.moderate", _session, **MODERATORS),
    Door("public:programme.asking_set", _session, data=lambda w: {"do": "close"}, **DECIDE),
    Door("public:programme.question_set", _question, data=lambda w: {"state": "hidden"}, **DECIDE),
    Door("public:programme.poll_create", _session, **MODERATORS),
    Door("public:programme.poll_edit", _poll, **MODERATORS),
    Door("public:programme.poll_set", _poll, data=lambda w: {"do": "open"}, **DECIDE),
]
