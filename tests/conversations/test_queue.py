"""The help desk's queue: everybody's place, told when it moves, in the order of the desk's own list."""

from datetime import timedelta
from typing import Any

import pytest

from everfair.conversations.access import Who, conversations_of
from everfair.conversations.actions.queue import tell_places
from everfair.conversations.actions.writing import begin, say
from everfair.conversations.models import Conversation, HelpDeskMember
from everfair.conversations.queries.threads import queue_place, queue_places, waiting_for
from everfair.fair.models import Edition
from everfair.gateways import live
from tests.factories.conversations import NOW, party_of
from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def a_queue(edition: Edition, count: int) -> list[Conversation]:
    """As many who wait; the last two wrote at the same moment."""
    found = []
    for n in range(count):
        user = make_user(name=f"V{n}")
        at = NOW + timedelta(minutes=min(n, count - 2))
        said = begin(edition, Who.person(user), Who.help_desk(edition), "Where is hall 2?", by=user, now=at)
        found.append(said.conversation)
    return found


def test_places_are_those_of_the_desks_list_also_of_who_was_answered_and_asks_again() -> None:
    edition, helper = make_edition(), make_user()
    HelpDeskMember.objects.create(edition=edition, user=helper)
    talks = a_queue(edition, 4)
    say(talks[0], "b", "To the left.", by=helper, now=NOW + timedelta(minutes=5))
    first = talks[0].parties.get(side="a").user
    say(talks[0], "a", "Which left?", by=first, now=NOW + timedelta(minutes=6))
    other = a_queue(make_edition(), 2)
    codes = [one.code for one in (*talks, *other)]
    listed = waiting_for(conversations_of(helper, edition), [f"help_desk:{edition.pk}"])
    in_order = [one.code for one in listed]
    places = queue_places(codes)
    assert in_order == sorted((one.code for one in talks), key=lambda code: places[code])
    assert [places[one.code] for one in talks] == [4, 1, 2, 3]
    assert [places[one.code] for one in other] == [1, 2]
    assert [queue_place(party_of(one, "b")) for one in talks] == [4, 1, 2, 3]


def test_a_page_is_told_when_its_place_moves_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    edition, helper = make_edition(), make_user()
    talks = a_queue(edition, 3)
    codes = [one.code for one in talks]
    told: list[str] = []

    def publish(topic: str, fact: Any, **_more: Any) -> None:
        if fact["kind"] == "state":
            told.append(topic)

    before = tell_places(codes[1:], {})
    monkeypatch.setattr(live, "publish", publish)
    assert before == {codes[1]: 2, codes[2]: 3}
    assert tell_places(codes[1:], before) == before
    assert told == []
    say(talks[0], "b", "To the left.", by=helper, now=NOW + timedelta(minutes=5))
    assert tell_places(codes, before) == {codes[0]: 0, codes[1]: 1, codes[2]: 2}
    assert sorted(told) == sorted(f"talk:{code}" for code in codes[1:])
    assert tell_places([], before) == {}


@pytest.mark.parametrize("count", [2, 5])
def test_as_many_queries_for_many(count: int, django_assert_num_queries: Any) -> None:
    talks = a_queue(make_edition(), count)
    with django_assert_num_queries(2):
        queue_places(one.code for one in talks)
