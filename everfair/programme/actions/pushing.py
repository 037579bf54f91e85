"""Tells open pages what changed in a session's room, after commit. The caller holds the locked rows."""

from typing import Any

from everfair.gateways import live
from everfair.programme.models import Poll, Question, Session, Stage
from everfair.programme.queries import audience


def push_room(session: Session) -> None:
    """The session changed its state, time, stage or whether it takes questions: its room and its stage's screen hear it.

    So does who saw it before it was taken back; what was never public has no listeners.
    """
    fact = audience.room_fact(session)
    for topic in (audience.room_topic(session), audience.desk_topic(session)):
        live.publish(topic, fact, key="room")
    if session.stage is not None:
        push_stage(session.edition.slug, session.stage.code, session)


def push_stage_left(stage_id: int, session: Session) -> None:
    """A session moved away from this stage: its screen shows others now."""
    left = Stage.objects.select_related("edition").filter(pk=stage_id).first()
    if left is not None:
        push_stage(left.edition.slug, left.code, session)


def push_stage(edition_slug: str, stage_code: str, session: Session) -> None:
    """A stage's screen shows other sessions than before."""
    version = audience.room_fact(session)["version"]
    fact = {"kind": "session", "id": session.code, "version": version, "state": session.state}
    live.publish(audience.stage_topic(edition_slug, stage_code), fact, key=f"session:{session.code}")


def push_question(session: Session, question: Question, *, is_new: bool = False) -> None:
    """A question changed: moderators see all of it, the audience what is shown, who asked whether it still waits."""
    key = f"question:{question.pk}"
    live.publish(audience.desk_topic(session), audience.question_fact(question, for_desk=True), key=key)
    if not (is_new and question.state not in audience.PUBLIC):  # nobody has it on their page yet
        live.publish(audience.room_topic(session), audience.question_fact(question), key=key)
    if question.user_id is not None:
        fact = audience.own_question_fact(question)
        live.publish(audience.room_topic(session), fact, key=f"own:{question.pk}", to=question.user_id)


def push_vote(session: Session, question: Question, user: Any, has_voted: bool) -> None:
    """To the person's other open pages: their own vote."""
    fact = {"kind": "voted", "id": question.pk, "version": question.version, "on": has_voted}
    live.publish(audience.room_topic(session), fact, key=f"voted:{question.pk}", to=user.pk)


def push_poll(session: Session, poll: Poll) -> None:
    """A poll changed."""
    key = f"poll:{poll.code}"
    live.publish(audience.desk_topic(session), audience.poll_fact(poll, for_desk=True), key=key)
    if poll.state != Poll.State.DRAFT:
        live.publish(audience.room_topic(session), audience.poll_fact(poll), key=key)


def push_poll_gone(session: Session, code: str, version: int) -> None:
    """A poll that was never opened was removed."""
    fact = {"kind": "poll", "id": code, "version": version, "state": "gone"}
    live.publish(audience.desk_topic(session), fact, key=f"poll:{code}")


def push_choice(session: Session, poll: Poll, user: Any, option: str) -> None:
    """To the person's other open pages: what they chose."""
    fact = {"kind": "choice", "id": poll.code, "version": poll.version, "option": option}
    live.publish(audience.room_topic(session), fact, key=f"choice:{poll.code}", to=user.pk)
