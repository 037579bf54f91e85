"""The organiser's questions and tasks: answers checked, tasks that tick themselves, each reminder once."""

from datetime import date, timedelta

import pytest
from django.core import mail

from everfair.base.refusals import Refused
from everfair.exhibition.actions import applying, starting
from everfair.exhibition.models import ApplicationQuestion, Exhibitor, TaskKind
from everfair.exhibition.queries.applying import questions_and_answers, task_lines
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.people import make_membership

pytestmark = pytest.mark.django_db
TODAY = date(2026, 8, 1)
CHOICES = [{"key": "a", "text": {"en": "Water"}}, {"key": "b", "text": {"en": "Power"}}]


def question(exhibitor: Exhibitor, **values: object) -> ApplicationQuestion:
    return applying.save_question(exhibitor.edition, None, {"text": {"en": "What?"}, **values}, by=None)


def task(exhibitor: Exhibitor, **values: object) -> TaskKind:
    given = {
        "title": {"en": "Send the plan"},
        "due_on": TODAY + timedelta(days=7),
        "remind_days": [1, 7],
        **values,
    }
    return applying.save_task_kind(exhibitor.edition, None, given, by=None)


def test_answers_are_kept_changed_and_taken_back() -> None:
    exhibitor = make_exhibitor(state="draft")
    first = question(exhibitor)
    applying.save_answers(exhibitor, {first.pk: " four \n people "}, by=None)
    assert [item.value for item in questions_and_answers(exhibitor)] == ["four people"]
    applying.save_answers(exhibitor, {first.pk: ""}, by=None)
    assert [item.value for item in questions_and_answers(exhibitor)] == [""]


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"kind": "yes_no"}, "maybe"),
        ({"kind": "choice", "choices": CHOICES}, "Water"),
        ({"kind": "text"}, "x" * 5001),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_question(
    values: dict[str, object], answer: str
) -> None:
    exhibitor = make_exhibitor(state="draft")
    asked = question(exhibitor, **values)
    with pytest.raises(Refused) as refused:
        applying.save_answers(exhibitor, {asked.pk: answer}, by=None)
    assert refused.value.field == f"question_{asked.pk}"


def test_a_question_of_another_edition_is_refused() -> None:
    with pytest.raises(Refused):
        applying.save_answers(make_exhibitor(), {question(make_exhibitor()).pk: "x"}, by=None)


def test_renaming_a_choice_loses_no_answer() -> None:
    exhibitor = make_exhibitor(state="draft")
    asked = question(exhibitor, kind="choice", choices=CHOICES)
    applying.save_answers(exhibitor, {asked.pk: "a"}, by=None)
    renamed = [{"key": "a", "text": {"en": "Fresh water"}}, CHOICES[1]]
    applying.save_question(exhibitor.edition, asked, {"choices": renamed}, by=None)
    assert questions_and_answers(exhibitor)[0].value == "a"


def test_a_closed_question_is_asked_no_longer_but_its_answers_stay() -> None:
    answered, silent = make_exhibitor(state="draft"), None
    asked = question(answered)
    silent = make_exhibitor(answered.edition, state="draft")
    applying.save_answers(answered, {asked.pk: "yes indeed"}, by=None)
    applying.close_question(asked, by=None)
    assert [item.value for item in questions_and_answers(answered)] == ["yes indeed"]
    assert questions_and_answers(silent) == []


def test_tasks_by_hand_and_tasks_that_tick_themselves() -> None:
    exhibitor = make_exhibitor()
    by_hand = task(exhibitor)
    has_offer = task(exhibitor, check_name="has_offer", due_on=TODAY - timedelta(days=1))
    lines = {line.kind.pk: line for line in task_lines(exhibitor, TODAY)}
    assert (lines[by_hand.pk].is_done, lines[has_offer.pk].is_done) == (False, False)
    assert (lines[by_hand.pk].is_overdue, lines[has_offer.pk].is_overdue) == (False, True)
    applying.tick_task(exhibitor, by_hand, by=None)
    make_offer(exhibitor)
    assert all(line.is_done for line in task_lines(exhibitor, TODAY))
    with pytest.raises(Refused, match="ticks itself"):
        applying.tick_task(exhibitor, has_offer, by=None)
    applying.untick_task(exhibitor, by_hand, by=None)
    assert not all(line.is_done for line in task_lines(exhibitor, TODAY))


@pytest.mark.parametrize("count", [1, 3])
def test_tasks_are_read_in_the_same_number_of_queries(count: int, django_assert_num_queries: object) -> None:
    exhibitor = make_exhibitor()
    for _ in range(count):
        task(exhibitor, check_name="has_offer")
    with django_assert_num_queries(6):  # type: ignore[operator]
        task_lines(exhibitor, TODAY)


def test_each_reminder_goes_out_once_and_not_to_those_who_are_done(
    django_capture_on_commit_callbacks: object,
) -> None:
    late = make_exhibitor()
    done, draft = make_exhibitor(late.edition), make_exhibitor(late.edition, state="draft")
    for exhibitor in (late, done, draft):
        make_membership(organisation=exhibitor.organisation)
    kind = task(late)
    applying.tick_task(done, kind, by=None)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert applying.send_reminders(TODAY - timedelta(days=1)) == 0
        assert applying.send_reminders(TODAY) == 1
        assert applying.send_reminders(TODAY) == 0
        assert applying.send_reminders(TODAY + timedelta(days=3)) == 0
        assert applying.send_reminders(TODAY + timedelta(days=6)) == 1
        assert applying.send_reminders(TODAY + timedelta(days=8)) == 0
    assert [letter.subject.split(": ", 1)[1] for letter in mail.outbox] == [
        "7 days left: Send the plan",
        "one day left: Send the plan",
    ]


def test_a_machine_that_was_off_sends_one_letter_not_three() -> None:
    exhibitor = make_exhibitor()
    make_membership(organisation=exhibitor.organisation)
    task(exhibitor, remind_days=[14, 7, 3], due_on=TODAY + timedelta(days=2))
    assert applying.send_reminders(TODAY) == 1


def test_a_new_edition_takes_questions_and_tasks_along() -> None:
    exhibitor = make_exhibitor()
    question(exhibitor)
    applying.close_question(question(exhibitor), by=None)
    task(exhibitor)
    later = make_edition(
        exhibitor.edition.fair,
        starts_on=exhibitor.edition.starts_on + timedelta(days=365),
        ends_on=exhibitor.edition.ends_on + timedelta(days=365),
    )
    assert starting.carry_questions(exhibitor.edition, later) == 1
    assert starting.carry_task_kinds(exhibitor.edition, later) == 1
    assert later.task_kinds.get().due_on == TODAY + timedelta(days=7 + 365)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": {"en": "?!"}}, "text"),
        ({"kind": "choice", "choices": [CHOICES[0]]}, "choices"),
        ({"kind": "choice", "choices": [CHOICES[0], CHOICES[0]]}, "choices"),
    ],
)
def test_a_bad_question_is_refused(values: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        question(make_exhibitor(), **values)
    assert refused.value.field == field


def test_a_bad_task_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        task(make_exhibitor(), remind_days=[400])
    assert refused.value.field == "remind_days"
