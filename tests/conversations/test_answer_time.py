"""How fast a firm answers: from five answers on, the middle of 90 days; pages hear of it when what they say changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.base.models import Change
from everfair.conversations.actions.answers import forget_answers
from everfair.conversations.actions.writing import say
from everfair.conversations.models import Answered, Conversation
from everfair.conversations.queries.answer_time import LONGER, answer_time, step_of
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from everfair.web.public.exhibition import forget_booths
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of
from tests.factories.exhibition import make_exhibitor

pytestmark = pytest.mark.django_db
HOUR = 3600


def test_steps_are_what_everybody_reads() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert step_of([60] * 4) is None
    assert step_of([60] * 5) == hour
    assert step_of([3600] * 5) == hour
    assert step_of([3601] * 5) == timedelta(hours=4)
    assert step_of([60, 60, 5 * 3600, 99999999, 99999999]) == day
    assert step_of([8 * 86400] * 5) == LONGER


def exchange(talk: Conversation, colleague: User, wait: timedelta, at: datetime) -> None:
    """The visitor asks at `at`, the firm answers after `wait`."""
    say(talk, "a", "And?", by=party_of(talk, "a").user, now=at)
    say(talk, "b", "Yes.", by=colleague, now=at + wait)


def notes(firm: Exhibitor) -> int:
    return Change.objects.filter(topic="exhibition.exhibitor", key=firm.pk).count()


def test_pages_hear_of_it_only_when_what_they_say_changes() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    talk, colleague = make_conversation(firm), make_colleague(firm)
    say(talk, "b", "Yes.", by=colleague, now=NOW + timedelta(minutes=30))
    before = notes(firm)
    for number in range(3):
        exchange(talk, colleague, timedelta(minutes=30), NOW + timedelta(days=1, hours=number))
    assert notes(firm) == before, "nothing is shown yet"
    exchange(talk, colleague, timedelta(minutes=30), NOW + timedelta(days=2))
    assert notes(firm) == before + 1, "the fifth answer"
    for number in range(4):
        exchange(talk, colleague, timedelta(hours=3), NOW + timedelta(days=3, hours=number * 4))
    assert notes(firm) == before + 1, "still within an hour"
    for number in range(2):
        exchange(talk, colleague, timedelta(hours=3), NOW + timedelta(days=5, hours=number * 4))
    assert notes(firm) == before + 2, "the middle is three hours now"
    found = answer_time(party_of(talk, "b").key, NOW + timedelta(days=6))
    assert found is not None
    assert (found.typical, found.count) == (timedelta(hours=3), 11)


def test_a_firm_nobody_sees_changes_no_page() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    talk, colleague = make_conversation(firm), make_colleague(firm)
    Exhibitor.objects.filter(pk=firm.pk).update(state=Exhibitor.State.WITHDRAWN)
    before = notes(firm)
    for number in range(6):
        exchange(talk, colleague, timedelta(minutes=30), NOW + timedelta(days=1, hours=number))
    assert notes(firm) == before


def test_old_answers_go_and_pages_that_change_by_it_hear_of_it() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    key = f"firm:{firm.pk}"

    def answered(days: int, seconds: int, count: int) -> None:
        at = NOW - timedelta(days=days)
        for _ in range(count):
            Answered.objects.create(
                edition=firm.edition, key=key, asked_at=at, answered_at=at, seconds=seconds
            )

    answered(91, HOUR, 1)
    answered(10, HOUR, 6)
    before = notes(firm)
    assert forget_answers(NOW) == 1
    assert notes(firm) == before, "the page says the same"
    answered(92, 5 * HOUR, 9)
    assert forget_answers(NOW) == 9
    assert notes(firm) == before + 1
    assert forget_answers(NOW) == 0
    assert Answered.objects.count() == 6
    assert answer_time(key, NOW) is not None


def test_the_booth_says_it_and_follows(client: Client, settings: Any) -> None:
    forget_booths()
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    address = reverse("public:exhibition.booth", args=[firm.edition.slug, firm.address])
    page = client.get(address).content.decode()
    assert "Answers messages" not in page
    from django.utils import timezone

    for _ in range(5):
        Answered.objects.create(
            edition=firm.edition, key=f"firm:{firm.pk}", asked_at=timezone.now(), answered_at=timezone.now(), seconds=90
        )  # fmt: skip
    forget_booths()
    assert "mostly within an hour" in client.get(address).content.decode()
    colleague = make_colleague(firm)
    client.force_login(colleague)
    desk = client.get(reverse("exhibitor:exhibition.booth_overview", args=[firm.code])).content.decode()
    assert "How fast you answer" in desk
    assert "the middle of 5 answers" in desk
    forget_booths()


def test_the_desk_says_what_is_missing(client: Client) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    client.force_login(make_colleague(firm))
    desk = client.get(reverse("exhibitor:exhibition.booth_overview", args=[firm.code])).content.decode()
    assert "once you have answered 5 more messages" in desk
