"""Questions and polls: who counts how often, what is refused in which words, what is pushed to whom."""

from typing import Any

import pytest

from everfair.base.charts import IllegalChange
from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.gateways import live
from everfair.programme.actions import polls, questions
from everfair.programme.models import Poll, PollVote, Question, Session
from everfair.programme.queries import audience
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db

TWO = [{"en": "Yes", "zh": "是"}, {"en": "No", "zh": "否"}]


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any], int | None]]:
    """(topic, fact, for whom) of everything published, commit or not."""
    said: list[tuple[str, dict[str, Any], int | None]] = []
    monkeypatch.setattr(
        live, "publish", lambda topic, fact, *, key="", to=None: said.append((topic, dict(fact), to))
    )
    return said


def an_open_poll(session: Session, **extra: Any) -> Poll:
    poll = polls.save_poll(session, None, {"text": {"en": "Well?"}, "options": TWO, **extra}, by=None)
    return polls.set_poll_state(poll, "open", by=None)


def test_a_question_waits_for_the_moderator_and_is_pushed_to_them_and_to_who_asked_only(pushed: Any) -> None:
    session, person = make_session(), make_user()
    asked = questions.ask_question(session, by=person, text="  Why \u202e now? ", shown_name="Li")
    assert (asked.state, asked.text) == ("asked", "Why now?")
    assert [(topic, fact["kind"], to) for topic, fact, to in pushed] == [
        (f"desk:{session.code}", "question", None),
        (f"session:{session.code}", "own", person.pk),
    ]
    assert audience.room_of(session, make_user()).questions == []
    assert audience.room_of(session, person).waiting[0]["text"] == "Why now?"


def test_a_session_may_show_questions_at_once(pushed: Any) -> None:
    session = questions.set_asking(make_session(), is_open=True, at_once=True, by=None)
    asked = questions.ask_question(session, by=make_user(), text="Why now?")
    assert asked.state == "shown"
    facts = [fact for topic, fact, _to in pushed if topic == audience.room_topic(session)]
    assert {"kind": "question", "text": "Why now?", "votes": 0}.items() <= facts[-2].items()


def test_hiding_takes_the_words_from_the_audience(pushed: Any) -> None:
    session = make_session()
    asked = questions.ask_question(session, by=make_user(), text="Why now?")
    questions.set_question_state(asked, "shown", by=None)
    pushed.clear()
    questions.set_question_state(asked, "hidden", by=None)
    room = [fact for topic, fact, to in pushed if topic == audience.room_topic(session) and to is None]
    assert room == [{"kind": "question", "id": asked.pk, "version": 3, "state": "gone"}]
    entry = AuditEntry.objects.filter(event="programme.question.hidden").get()
    assert entry.before == {"state": "shown"}


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u202e"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="Write your question first") as refused:
        questions.ask_question(make_session(), by=make_user(), text=text)
    assert refused.value.field == "text"


def test_a_question_that_is_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="at most 500"):
        questions.ask_question(make_session(), by=make_user(), text="a" * 501)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "ended"}, "The session is over"),
        ({"state": "cancelled"}, "cancelled"),
        ({"questions_open": False}, "closed the questions"),
    ],
)
def test_asking_is_refused_with_the_reason(values: dict[str, Any], sentence: str) -> None:
    session = make_session(**values)
    with pytest.raises(Refused, match=sentence):
        questions.ask_question(session, by=make_user(), text="Why?")
    assert not Question.objects.exists()


def test_one_person_does_not_fill_the_moderators_list() -> None:
    session, person = make_session(), make_user()
    for n in range(questions.MOST_WAITING):
        last = questions.ask_question(session, by=person, text=f"Why {n}?")
    with pytest.raises(Refused, match="still wait"):
        questions.ask_question(session, by=person, text="And why?")
    questions.set_question_state(last, "shown", by=None)
    questions.ask_question(session, by=person, text="And why?")
    questions.ask_question(session, by=make_user(), text="And I?")


def test_a_vote_counts_once_and_can_be_taken_back(pushed: Any) -> None:
    session, person = make_session(), make_user()
    asked = questions.ask_question(session, by=make_user(), text="Why?")
    questions.set_question_state(asked, "shown", by=None)
    for _ in range(3):
        questions.vote_for_question(asked, True, by=person)
    questions.vote_for_question(asked, True, by=make_user())
    assert asked.votes == 2
    questions.vote_for_question(asked, False, by=person)
    questions.vote_for_question(asked, False, by=person)
    assert Question.objects.get().votes == 1
    mine = [fact["on"] for _topic, fact, to in pushed if fact["kind"] == "voted" and to == person.pk]
    assert mine == [True, False]
    assert not any(fact["kind"] == "voted" for _topic, fact, to in pushed if to is None)


@pytest.mark.parametrize("state", ["asked", "answered", "hidden"])
def test_what_is_not_shown_takes_no_votes(state: str) -> None:
    asked = Question.objects.create(session=make_session(), text="Why?", state=state)
    with pytest.raises(Refused, match="no more votes"):
        questions.vote_for_question(asked, True, by=make_user())


def test_a_session_that_is_over_takes_no_votes() -> None:
    session = make_session(state="ended")
    asked = Question.objects.create(session=session, text="Why?", state="shown")
    with pytest.raises(Refused, match="over"):
        questions.vote_for_question(asked, True, by=make_user())


def test_steps_that_are_not_on_the_chart_are_refused() -> None:
    asked = Question.objects.create(session=make_session(), text="Why?", state="asked")
    with pytest.raises(IllegalChange):
        questions.set_question_state(asked, "answered", by=None)
    with pytest.raises(IllegalChange):
        questions.set_question_state(asked, "nonsense", by=None)


def test_a_poll_counts_each_person_once_and_lets_them_change_their_mind() -> None:
    session = make_session()
    poll, people = an_open_poll(session), [make_user() for _ in range(3)]
    for person in people:
        polls.vote_in_poll(poll, "a", by=person)
        polls.vote_in_poll(poll, "a", by=person)
    polls.vote_in_poll(poll, "b", by=people[0])
    assert Poll.objects.get().counts == {"a": 2, "b": 1}
    assert PollVote.objects.count() == 3
    assert audience.room_of(session, people[0]).choices == {poll.code: "b"}


def test_a_poll_closed_while_somebody_chose_says_so_and_counts_nothing() -> None:
    poll = an_open_poll(make_session())
    held = Poll.objects.get()  # the page that was open
    polls.set_poll_state(poll, "closed", by=None)
    with pytest.raises(Refused, match="Your choice was not counted"):
        polls.vote_in_poll(held, "a", by=make_user())
    assert not PollVote.objects.exists()


def test_an_answer_that_is_none_is_refused() -> None:
    poll = an_open_poll(make_session())
    for option in ("", "z", "aa"):
        with pytest.raises(Refused, match="Choose one"):
            polls.vote_in_poll(poll, option, by=make_user())


def test_results_are_kept_back_until_the_poll_closes(pushed: Any) -> None:
    session = make_session()
    poll = an_open_poll(session, shows_results=False)
    polls.vote_in_poll(poll, "a", by=make_user())
    fact = audience.room_of(session, None).polls[0]
    assert (fact["counts"], fact["total"]) == (None, 1)
    assert audience.desk_of(session).polls[0]["counts"] == {"a": 1, "b": 0}
    assert all(
        fact["counts"] is None
        for topic, fact, _to in pushed
        if topic.startswith("session:") and fact["kind"] == "poll"
    )
    polls.set_poll_state(poll, "closed", by=None)
    assert audience.room_of(session, None).polls[0]["counts"] == {"a": 1, "b": 0}


def test_a_draft_is_the_moderators_own(pushed: Any) -> None:
    session = make_session()
    poll = polls.save_poll(session, None, {"text": {"en": "Well?"}, "options": TWO}, by=None)
    assert audience.room_of(session, None).polls == []
    assert {topic for topic, _fact, _to in pushed} == {audience.desk_topic(session)}
    with pytest.raises(Refused, match="not open yet"):
        polls.vote_in_poll(poll, "a", by=make_user())
    polls.remove_poll(poll, by=None)
    assert not Poll.objects.exists()
    with pytest.raises(Refused, match="removed"):
        polls.vote_in_poll(poll, "a", by=make_user())


def test_an_open_poll_keeps_its_words() -> None:
    session = make_session()
    poll = an_open_poll(session)
    with pytest.raises(Refused, match="new poll"):
        polls.save_poll(session, poll, {"text": {"en": "Else?"}, "options": TWO}, by=None)
    with pytest.raises(Refused, match="only be closed"):
        polls.remove_poll(poll, by=None)


def test_two_moderators_do_not_write_over_each_other() -> None:
    session = make_session()
    poll = polls.save_poll(session, None, {"text": {"en": "Well?"}, "options": TWO}, by=None)
    polls.save_poll(session, poll, {"text": {"en": "Well then?"}, "options": TWO}, by=None, version=1)
    with pytest.raises(EditedMeanwhile):
        polls.save_poll(session, poll, {"text": {"en": "Mine"}, "options": TWO}, by=None, version=1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([{"en": "Yes"}], "at least 2"),
        ([{"en": str(n)} for n in range(11)], "at most 10"),
        ([{"en": "Yes"}, {"en": "yes"}], "the same"),
        ([{"en": "Yes"}, {"en": "n" * 121}], "at most 120"),
        ([{"en": " "}, {"en": "Yes"}], "at least 2"),
    ],
)
def test_answers_that_cannot_be_are_refused_at_their_field(options: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        polls.save_poll(make_session(), None, {"text": {"en": "Well?"}, "options": options}, by=None)
    assert refused.value.field == "options"


def test_a_poll_opens_only_where_somebody_can_vote() -> None:
    session = make_session(state="ended")
    poll = Poll.objects.create(session=session, text={"en": "Well?"}, options=[])
    with pytest.raises(Refused, match="not on"):
        polls.set_poll_state(poll, "open", by=None)


def test_reading_a_room_costs_the_same_with_one_and_with_many(django_assert_num_queries: Any) -> None:
    session, person = make_session(), make_user()
    for count in (1, 3):
        for n in range(count):
            asked = questions.ask_question(session, by=make_user(), text=f"Why {n}?")
            questions.set_question_state(asked, "shown", by=None)
            questions.vote_for_question(asked, True, by=person)
            polls.vote_in_poll(an_open_poll(session), "a", by=person)
        with django_assert_num_queries(2):
            audience.room_of(session, None)
        with django_assert_num_queries(5):
            audience.room_of(session, person)
        with django_assert_num_queries(2):
            audience.desk_of(session)


def test_the_log_tells_decisions_in_words() -> None:
    """No event without a sentence, no code of a machine."""
    from everfair.base import audit
    from everfair.web.organiser.events import SENTENCES, log_lines

    session = make_session()
    asked = questions.ask_question(session, by=make_user(), text="Why?")
    for state in ("shown", "answered", "hidden"):
        questions.set_question_state(asked, state, by=None)
    questions.set_asking(session, is_open=False, at_once=True, by=None)
    poll = an_open_poll(session)
    polls.vote_in_poll(poll, "a", by=make_user())
    polls.set_results_shown(poll, False, by=None)
    polls.set_results_shown(poll, True, by=None)
    polls.set_poll_state(poll, "closed", by=None)
    draft = polls.save_poll(session, None, {"text": {"en": "Well?"}, "options": TWO}, by=None)
    polls.save_poll(session, draft, {"text": {"en": "Well?"}, "options": TWO}, by=None)
    polls.remove_poll(draft, by=None)
    entries = list(audit.entries(edition_id=session.edition_id))
    assert [entry.event for entry in entries if entry.event not in SENTENCES] == []
    details = [line.detail for line in log_lines(entries, session.edition, with_label=False)]
    assert any("1 / 0" in detail for detail in details)
    assert not any(mark in detail for detail in details for mark in "{}_")
