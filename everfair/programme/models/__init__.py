"""Tables of the programme room. Rights and writes are elsewhere."""

from everfair.programme.models.audience import (
    POLL_STEPS,
    QUESTION_STEPS,
    Bookmark,
    CalendarKey,
    Poll,
    PollVote,
    Question,
    QuestionVote,
    Seat,
)
from everfair.programme.models.exchange import SCHEDULE_STEPS, ScheduleRun
from everfair.programme.models.session import SESSION_STEPS, Material, Move, Session, SessionSpeaker
from everfair.programme.models.stage import Call, Speaker, Stage

__all__ = [
    "POLL_STEPS",
    "QUESTION_STEPS",
    "SCHEDULE_STEPS",
    "SESSION_STEPS",
    "Bookmark",
    "CalendarKey",
    "Call",
    "Material",
    "Move",
    "Poll",
    "PollVote",
    "Question",
    "QuestionVote",
    "ScheduleRun",
    "Seat",
    "Session",
    "SessionSpeaker",
    "Speaker",
    "Stage",
]
