"""Many vote at the same moment, each from a connection of their own: everybody counts exactly once."""

from collections.abc import Callable
from typing import Any

import pytest

from everfair.programme.actions import polls, questions
from everfair.programme.models import Poll, PollVote, Question, QuestionVote
from tests.exhibition.quota_race import at_once
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 12


def twice_each(people: list[Any], deed: Callable[[Any], object]) -> list[Callable[[], object]]:
    """Everybody presses twice."""
    return [lambda person=person: deed(person) for person in people for _ in range(2)]


def test_votes_for_a_question_count_exactly_once_each() -> None:
    asked = Question.objects.create(session=make_session(), text="Why?", state="shown")
    people = [make_user() for _ in range(PEOPLE)]
    answers = at_once(twice_each(people, lambda person: questions.vote_for_question(
        Question.objects.get(pk=asked.pk), True, by=person
    )))  # fmt: skip
    assert set(answers) == {"done"}
    assert Question.objects.get().votes == QuestionVote.objects.count() == PEOPLE


def test_votes_in_a_poll_count_exactly_once_each() -> None:
    options = [{"code": "a", "label": {"en": "A"}}, {"code": "b", "label": {"en": "B"}}]
    poll = Poll.objects.create(session=make_session(), text={"en": "?"}, options=options, state="open")
    people = [make_user() for _ in range(PEOPLE)]
    answers = at_once(twice_each(people, lambda person: polls.vote_in_poll(
        Poll.objects.get(pk=poll.pk), "ab"[person.pk % 2], by=person
    )))  # fmt: skip
    assert set(answers) == {"done"}
    counted = Poll.objects.get().counts
    assert sum(counted.values()) == PollVote.objects.count() == PEOPLE
    assert counted == {option: PollVote.objects.filter(option=option).count() for option in "ab"}


def test_a_poll_that_closes_meanwhile_counts_who_was_in_time_and_tells_the_others() -> None:
    options = [{"code": "a", "label": {"en": "A"}}, {"code": "b", "label": {"en": "B"}}]
    poll = Poll.objects.create(session=make_session(), text={"en": "?"}, options=options, state="open")
    people = [make_user() for _ in range(PEOPLE)]
    votes = [
        lambda person=person: polls.vote_in_poll(Poll.objects.get(pk=poll.pk), "a", by=person)
        for person in people
    ]
    answers = at_once([*votes, lambda: polls.set_poll_state(Poll.objects.get(pk=poll.pk), "closed", by=None)])
    in_time = answers[:-1].count("done")
    assert answers[-1] == "done"
    assert Poll.objects.get().counts.get("a", 0) == PollVote.objects.count() == in_time
    assert all("closed while you were choosing" in one for one in answers[:-1] if one != "done")


def test_a_person_who_asks_at_once_from_many_tabs_keeps_to_the_limit() -> None:
    session, person = make_session(), make_user()
    answers = at_once(
        [lambda n=n: questions.ask_question(session, by=person, text=f"Why {n}?") for n in range(9)]
    )
    assert answers.count("done") == Question.objects.count() == questions.MOST_WAITING
    assert all("still wait" in one for one in answers if one != "done")
