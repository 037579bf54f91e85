"""What the audience and the moderator of a session see: questions, polls, one's own votes, as the facts that are pushed.

Pages are drawn from the same facts that open pages are sent, so both always say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from everfair.programme.models import Poll, PollVote, Question, QuestionVote, Session

Fact = dict[str, Any]
PUBLIC = frozenset({Question.State.SHOWN, Question.State.ANSWERED})
ASKING_STATES = frozenset({Session.State.PUBLISHED, Session.State.LIVE})


def room_topic(session: Session) -> str:
    """The topic everybody who may see the session may listen to."""
    return f"session:{session.code}"


def desk_topic(session: Session) -> str:
    """The topic of its moderators: also what is not shown yet."""
    return f"desk:{session.code}"


def stage_topic(edition_slug: str, stage_code: str) -> str:
    """The topic of the screen at a stage's door."""
    return f"stage:{edition_slug}:{stage_code}"


def takes_questions(session: Session) -> bool:
    """Whether one may ask now."""
    return session.questions_open and session.state in ASKING_STATES


def room_fact(session: Session) -> Fact:
    """The session itself as its room needs it. A step on the chart changes its time only, a setting its version only."""
    return {
        "kind": "room",
        "version": session.version + int(session.changed_at.timestamp() * 1000),
        "state": session.state,
        "asks": takes_questions(session),
        "votes": session.state in ASKING_STATES,
        "at_once": session.questions_at_once,
    }


def question_fact(question: Question, *, for_desk: bool = False) -> Fact:
    """A question as it stands; to the audience one that is not shown is only "gone"."""
    fact: Fact = {"kind": "question", "id": question.pk, "version": question.version}
    if not (for_desk or question.state in PUBLIC):
        return fact | {"state": "gone"}
    return fact | {
        "state": question.state,
        "text": question.text,
        "name": question.shown_name,
        "votes": question.votes,
    }


def poll_fact(poll: Poll, *, for_desk: bool = False) -> Fact:
    """A poll as it stands. Counts are left out while the moderator keeps them back; a draft is only "gone"."""
    fact: Fact = {"kind": "poll", "id": poll.code, "version": poll.version}
    if poll.state == Poll.State.DRAFT and not for_desk:
        return fact | {"state": "gone"}
    counted = {option["code"]: poll.counts.get(option["code"], 0) for option in poll.options}
    shows = for_desk or poll.shows_results or poll.state == Poll.State.CLOSED
    return fact | {
        "state": poll.state,
        "position": [poll.position, poll.pk],
        "text": poll.text,
        "options": poll.options,
        "counts": counted if shows else None,
        "total": sum(counted.values()),
        "shows_results": poll.shows_results,
    }


def own_question_fact(question: Question) -> Fact:
    """To who asked: their question waits, or does no longer."""
    return {
        "kind": "own",
        "id": question.pk,
        "version": question.version,
        "waits": question.state == Question.State.ASKED,
        "text": question.text,
    }


@dataclass(frozen=True)
class Room:
    """Everything of one session's room for one reader."""

    session: Fact
    questions: list[Fact] = field(default_factory=list)
    polls: list[Fact] = field(default_factory=list)
    voted: frozenset[int] = frozenset()  # question ids, hidden ones too: they may come back
    choices: dict[str, str] = field(default_factory=dict)  # poll code → option code
    waiting: list[Fact] = field(default_factory=list)  # one's own questions that wait


def question_order(fact: Fact) -> tuple[int, int, int]:
    """Open ones first, most votes first, then the older; static/js/live.js sorts alike."""
    return ({"shown": 0, "answered": 1}.get(fact["state"], 2), -fact["votes"], fact["id"])


def room_of(session: Session, user: Any) -> Room:
    """The audience's view: two queries, five for a signed-in person. The topic's position is read before."""
    shown = [question_fact(row) for row in session.questions.filter(state__in=PUBLIC)]
    polls = [poll_fact(row) for row in session.polls.exclude(state=Poll.State.DRAFT)]
    mine: dict[str, Any] = {}
    if getattr(user, "is_authenticated", False):
        votes = QuestionVote.objects.filter(question__session=session, user=user)
        chosen = PollVote.objects.filter(poll__session=session, user=user)
        waiting = session.questions.filter(user=user, state=Question.State.ASKED).order_by("id")
        mine = {
            "voted": frozenset(votes.values_list("question_id", flat=True)),
            "choices": dict(chosen.values_list("poll__code", "option")),
            "waiting": [own_question_fact(row) for row in waiting],
        }
    return Room(room_fact(session), sorted(shown, key=question_order), polls, **mine)


def desk_of(session: Session) -> Room:
    """The moderator's view: every question and every poll. Two queries."""
    questions = [question_fact(row, for_desk=True) for row in session.questions.all()]
    polls = [poll_fact(row, for_desk=True) for row in session.polls.all()]
    return Room(room_fact(session), sorted(questions, key=question_order), polls)


def question_in(session: Session, pk: int) -> Question | None:
    """A question of this session."""
    return session.questions.filter(pk=pk).first()


def poll_in(session: Session, code: str) -> Poll | None:
    """A poll of this session."""
    return session.polls.filter(code=code).first()


def sessions_with_questions(sessions: Iterable[int]) -> set[int]:
    """Which of these sessions have questions that wait for a moderator."""
    waiting = Question.objects.filter(session_id__in=list(sessions), state=Question.State.ASKED)
    return set(waiting.values_list("session_id", flat=True))
