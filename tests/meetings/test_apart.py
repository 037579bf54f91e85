"""Pairs the organiser keeps apart are never recommended to each other."""

from datetime import UTC, datetime

import pytest

from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.bridge.ranking import ranked
from everfair.meetings.models import BlockedPair, Participant
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_a_visitor_kept_apart_from_a_firm_is_not_led_to_it_nor_the_firm_to_the_visitor() -> None:
    edition = make_edition()
    firms = [make_exhibitor(edition, state="published") for _n in range(2)]
    for firm in firms:
        make_offer(firm)
    user = make_user()
    visitor, firm_side = seeker_for(user, edition), seeker_for(firms[0])
    visitor.is_shown = True
    visitor.save()
    person = Participant.objects.create(edition=edition, user=user, name="One")
    before = ranked(edition, [visitor], "exhibitor", NOW) or []
    assert {row[0] for row in before[0].rows} == {firm.pk for firm in firms}
    BlockedPair.objects.create(edition=edition, a=person, exhibitor=firms[0])
    after = ranked(edition, [visitor], "exhibitor", NOW) or []
    assert [row[0] for row in after[0].rows] == [firms[1].pk]
    people = ranked(edition, [firm_side], "person", NOW) or []
    assert people[0].rows == []


def test_two_visitors_kept_apart() -> None:
    edition = make_edition()
    users = [make_user(), make_user()]
    seekers = [seeker_for(user, edition) for user in users]
    for seeker in seekers:
        seeker.is_shown = True
        seeker.save()
    people = [Participant.objects.create(edition=edition, user=user, name="A") for user in users]
    assert len((ranked(edition, [seekers[0]], "person", NOW) or [])[0].rows) == 1
    BlockedPair.objects.create(edition=edition, a=people[0], b=people[1])
    assert (ranked(edition, [seekers[0]], "person", NOW) or [])[0].rows == []
    assert (ranked(edition, [seekers[1]], "person", NOW) or [])[0].rows == []
