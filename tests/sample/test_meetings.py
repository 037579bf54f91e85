"""Meetings of the sample, and rounds of measuring size: exact counts, both sides, the same seed gives the same wishes."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.meetings.models import Booking, Meeting, Participant, Request, Resource, Slot, Wish
from everfair.meetings.queries.runs import what_is_missing
from everfair.meetings.queries.wishes import round_of
from everfair.registration.models import Registration
from everfair.sample.meetings import OWNER, STAFF, VISITOR, load_meetings
from everfair.sample.scale_meetings import make_meetings
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


def make_fair(firms: int, guests: int = 0) -> Edition:
    """An edition of next week with firms, and guests who have a badge."""
    begin = timezone.localdate() + timedelta(days=7)
    edition = make_edition(starts_on=begin, ends_on=begin + timedelta(days=2))
    areas = [make_area(edition, code=code) for code in ("c", "1", "2")]
    for number in range(firms):
        make_exhibitor(edition, area=areas[number % 3])
    buyer = make_badge_kind(edition, code="buyer")
    for _ in range(guests):
        make_badge_holder(buyer)
    return edition


def wishes(edition: Edition) -> list[Any]:
    """What was said, in order, without row numbers of this database."""
    firms = {pk: n for n, pk in enumerate(edition.exhibitors.order_by("pk").values_list("pk", flat=True))}
    people = {pk: n for n, pk in enumerate(edition.participants.order_by("pk").values_list("pk", flat=True))}
    return [
        (people.get(row.participant_id), firms.get(row.by_exhibitor_id), firms.get(row.exhibitor_id), people.get(row.other_id), row.level)
        for row in Wish.objects.filter(edition=edition).order_by("pk")
    ]  # fmt: skip


def test_the_sample_has_something_in_every_part() -> None:
    edition = make_fair(9, guests=12)
    firm = edition.exhibitors.order_by("pk")[0]
    for email, role in ((OWNER, "owner"), (STAFF, "booth_staff")):
        make_membership(make_user(email), firm.organisation, role)
    make_badge_holder(edition.badge_kinds.get(), user=make_user(VISITOR))
    count = load_meetings(edition, by=None)
    assert Participant.objects.filter(edition=edition).count() == count == 13 + 2 + 24
    assert Resource.objects.filter(edition=edition, kind="table").count() == 40
    assert Slot.objects.filter(edition=edition, is_lunch=True).exists()
    assert round_of(edition, timezone.now()).is_open
    assert set(Counter(Wish.objects.values_list("level", flat=True))) == {"must", "want", "never"}
    assert Wish.objects.filter(participant__isnull=False).exists()
    assert Wish.objects.filter(by_exhibitor=firm).exists()
    assert Counter(Request.objects.values_list("state", flat=True)) == {"sent": 3, "scheduled": 3}
    assert Meeting.objects.count() == 3
    assert Booking.objects.filter(resource__kind="person").count() == 6
    visitor = Participant.objects.get(user__email=VISITOR)
    assert visitor.requests_sent.count() == 2
    assert what_is_missing(edition) == []


def test_loading_twice_changes_nothing() -> None:
    edition = make_fair(5, guests=8)
    first = load_meetings(edition, by=None)
    before = (wishes(edition), Request.objects.count(), Resource.objects.count())
    assert load_meetings(edition, by=None) == first
    assert (wishes(edition), Request.objects.count(), Resource.objects.count()) == before


def test_a_fair_without_firms_or_people_gets_its_ground_only() -> None:
    edition = make_fair(0)
    assert load_meetings(edition, by=None) == 0
    assert Slot.objects.filter(edition=edition).exists()


def test_measuring_size_is_exact_and_repeatable() -> None:
    one, two, other = make_fair(12), make_fair(12), make_fair(12)
    for edition, seed in ((one, 1), (two, 1), (other, 2)):
        make_meetings(edition, buyers=20, wishes=90, seed=seed)
        assert Wish.objects.filter(edition=edition).count() == 90
        assert Registration.objects.filter(edition=edition, state="approved").count() == 20
        assert Participant.objects.filter(edition=edition, registration__isnull=False).count() == 20
    assert wishes(one) == wishes(two)
    assert wishes(one) != wishes(other)
    people = Participant.objects.filter(edition=one)
    assert Resource.objects.filter(edition=one, kind="person").count() == people.count()
    assert set(people.filter(exhibitor__isnull=False).values_list("exhibitor", flat=True)) == set(
        one.exhibitors.values_list("pk", flat=True)
    )
    assert one.badge_kinds.get().expected == 20
    assert what_is_missing(one) == []


def test_rows_of_measuring_size_are_valid_as_if_people_had_made_them() -> None:
    edition = make_fair(6)
    make_meetings(edition, buyers=8, wishes=30, seed=1)
    for table in (Participant, Wish, Resource, Registration):
        for row in table.objects.filter(edition=edition)[:10]:
            row.full_clean(exclude=["languages", "answers", "name"])
