"""Questions from the audience: asked, voted for, let through, answered, hidden."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line, has_a_letter
from everfair.programme.actions.guards import bring_up_to_date, lock_session, note_session
from everfair.programme.actions.pushing import push_question, push_vote
from everfair.programme.models import QUESTION_STEPS, Question, QuestionVote, Session
from everfair.programme.queries.audience import ASKING_STATES, takes_questions

EVENT = "programme.question."
MOST_WAITING = 5  # of one person in one session
MOST_ASKED = 30
LONGEST = 500


def ask_question(session: Session, *, by: Any, text: str, shown_name: str = "") -> Question:
    """Ask; shown at once where the session says so, else it waits for the moderator. Raises Refused with a field."""
    words = clean_line(text)
    if not has_a_letter(words):
        raise Refused(_("Write your question first."), field="text")
    if len(words) > LONGEST:
        raise Refused(_("Ask in at most %(most)d characters.") % {"most": LONGEST}, field="text")
    with transaction.atomic():
        row = lock_session(session)  # a person's own limit holds for questions sent at once, too
        _require_asking(row)
        _require_patience(row, by)
        state = Question.State.SHOWN if row.questions_at_once else Question.State.ASKED
        question = Question.objects.create(
            session=row, user=by, shown_name=clean_line(shown_name)[:120], text=words, state=state
        )
        push_question(row, question, is_new=True)
    return question


def vote_for_question(question: Question, on: bool, *, by: Any) -> Question:
    """Give or take back one's vote. Each person counts once, however often and from wherever it is sent."""
    with transaction.atomic():
        row = _lock(question)
        if row.state != Question.State.SHOWN:
            raise Refused(_("This question takes no more votes."))
        if row.session.state not in ASKING_STATES:
            raise Refused(_("The session is over: it takes no more votes."))
        held = QuestionVote.objects.filter(question=row, user=by)
        if on == held.exists():
            return bring_up_to_date(question, row)
        if on:
            QuestionVote.objects.create(question=row, user=by)
        else:
            held.delete()
        row.votes += 1 if on else -1
        row.version += 1
        row.save(update_fields=["votes", "version"])
        push_question_votes(row, by, on)
    return bring_up_to_date(question, row)


def push_question_votes(row: Question, by: Any, on: bool) -> None:
    """The new count to all, one's own vote to one's own pages."""
    push_question(row.session, row)
    push_vote(row.session, row, by, on)


def set_question_state(question: Question, state: str, *, by: Any) -> Question:
    """Let through, answer, hide, show again. Raises IllegalChange for a step that is not on the chart."""
    with transaction.atomic():
        row = _lock(question)
        if row.state == state:  # two moderators did the same
            return bring_up_to_date(question, row)
        labels = {code: str(label) for code, label in Question.State.choices}
        require_step(QUESTION_STEPS, row.state, state, labels)
        before, row.state = row.state, state
        row.version += 1
        row.save(update_fields=["state", "version"])
        audit.record(
            EVENT + state,
            row,
            by=by,
            edition_id=row.session.edition_id,
            before={"state": before},
            after={"state": state},
        )
        push_question(row.session, row)
    return bring_up_to_date(question, row)


def set_asking(session: Session, *, is_open: bool, at_once: bool, by: Any) -> Session:
    """Whether the session takes questions, and whether they are shown without a moderator."""
    with transaction.atomic():
        row = lock_session(session)
        before = {"questions_open": row.questions_open, "questions_at_once": row.questions_at_once}
        after = {"questions_open": is_open, "questions_at_once": at_once}
        if before != after:
            row.questions_open, row.questions_at_once = is_open, at_once
            row.version += 1
            row.save(update_fields=["questions_open", "questions_at_once", "version"])
            audit.record(
                "programme.session.asking_set",
                row,
                by=by,
                edition_id=row.edition_id,
                before=before,
                after=after,
            )
            note_session(row)
    return bring_up_to_date(session, row)


def _lock(question: Question) -> Question:
    found = Question.objects.select_for_update(of=("self",)).select_related(
        "session__edition", "session__stage"
    )
    return found.get(pk=question.pk)


def _require_asking(row: Session) -> None:
    if takes_questions(row):
        return
    if row.state == Session.State.ENDED:
        raise Refused(_("The session is over: it takes no more questions."))
    if row.state == Session.State.CANCELLED:
        raise Refused(_("The session is cancelled: it takes no questions."))
    raise Refused(_("The moderator has closed the questions. Yours was not sent."))


def _require_patience(row: Session, by: Any) -> None:
    states = list(row.questions.filter(user=by).values_list("state", flat=True)[: MOST_ASKED + 1])
    if states.count(Question.State.ASKED) >= MOST_WAITING:
        raise Refused(
            _("%(count)d of your questions still wait for the moderator. Ask again when one was let through.")
            % {"count": MOST_WAITING},
            field="text",
        )
    if len(states) >= MOST_ASKED:
        raise Refused(
            _("You have asked %(count)d questions here. Leave room for others.") % {"count": MOST_ASKED}
        )
