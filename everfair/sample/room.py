"""Questions and polls in some sessions of the sample: asked and voted by the sample's own people, through the room's actions."""

from pathlib import Path
from typing import Any

import yaml

from everfair.fair.models import Edition
from everfair.people.models import User
from everfair.programme.actions.polls import save_poll, set_poll_state, vote_in_poll
from everfair.programme.actions.questions import ask_question, set_question_state, vote_for_question
from everfair.programme.models import Session
from everfair.programme.queries.audience import ASKING_STATES

HERE = Path(__file__).resolve().parent


def load_room(edition: Edition, *, by: User) -> int:
    """Fill the rooms of sessions that are not over yet; how many questions and polls."""
    facts = yaml.safe_load((HERE / "room.yaml").read_text(encoding="utf-8"))
    people = list(User.objects.order_by("id")[:6])
    titles = [one["title"] for one in facts]
    found = Session.objects.filter(edition=edition, state__in=ASKING_STATES, title__en__in=titles)
    sessions = {session.title["en"]: session for session in found}
    return sum(_fill(sessions[one["title"]], one, people, by) for one in facts if one["title"] in sessions)


def _fill(session: Session, facts: dict[str, Any], people: list[User], by: User) -> int:
    for number, (text, votes, state) in enumerate(facts["questions"]):
        question = ask_question(session, by=people[number % len(people)], text=text)
        if state == "asked":
            continue
        set_question_state(question, "shown", by=by)
        for person in people[:votes]:
            vote_for_question(question, True, by=person)
        if state == "answered":
            set_question_state(question, "answered", by=by)
    for text, options, choices, state in facts["polls"]:
        poll = save_poll(session, None, {"text": text, "options": options}, by=by)
        set_poll_state(poll, "open", by=by)
        for person, option in zip(people, choices, strict=False):
            vote_in_poll(poll, option, by=person)
        if state == "closed":
            set_poll_state(poll, "closed", by=by)
    return len(facts["questions"]) + len(facts["polls"])
