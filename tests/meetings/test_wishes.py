"""The round of wishes: when it is open, whom one may wish for, what is refused, and that a "no" is known to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.actions.wishes import save_limits, save_wishes
from everfair.meetings.models import KindRule, MeetingRules, Participant, Wish
from everfair.meetings.queries.wishes import (
    UNSAID,
    WISHED,
    WishFilters,
    counts_of,
    firm_lines,
    firms_for,
    listed_firms,
    listed_people,
    people_for,
    person_lines,
    round_of,
)
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.meetings import make_participant, make_rules, make_slots
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    edition = make_edition()
    make_rules(edition, wishes_close_at=timezone.now() + timedelta(days=1))
    return edition


def guest(edition: Edition, kind: Any = None, **extra: Any) -> Participant:
    """A visitor with a badge who agreed to be found."""
    registration = make_badge_holder(kind or make_badge_kind(edition))
    return make_participant(edition, registration=registration, **{"is_listed": True, **extra})


def said(side: Participant | Exhibitor) -> dict[str, str]:
    """Whom → level."""
    rows = Wish.objects.filter(participant=side) if isinstance(side, Participant) else side.wishes.all()
    return {(row.exhibitor or row.other).code: row.level for row in rows}  # type: ignore[union-attr]


def test_said_changed_and_taken_back(edition: Edition) -> None:
    person, a, b = guest(edition), make_exhibitor(edition), make_exhibitor(edition)
    assert save_wishes(person, {a.code: "must", b.code: "never"}, by=None).changed == 2
    assert save_wishes(person, {a.code: "want", b.code: "never"}, by=None).changed == 1
    assert said(person) == {a.code: "want", b.code: "never"}
    assert save_wishes(person, {a.code: ""}, by=None).changed == 1
    assert said(person) == {b.code: "never"}
    assert save_wishes(person, {a.code: ""}, by=None).changed == 0
    assert counts_of(person) == {"must": 0, "want": 0, "never": 1}


def test_a_firm_wishes_for_people(edition: Edition) -> None:
    firm, person = make_exhibitor(edition), guest(edition)
    save_wishes(firm, {person.code: "must"}, by=None)
    assert said(firm) == {person.code: "must"}
    line = person_lines(listed_people(firm, WishFilters()), firm)[0]
    assert (line.code, line.level, line.name) == (person.code, "must", person.name)


def test_only_who_agreed_takes_part_and_may_meet_exhibitors_is_listed(edition: Edition) -> None:
    firm = make_exhibitor(edition)
    barred = make_badge_kind(edition)
    KindRule.objects.create(kind=barred, may_ask_exhibitors=False)
    shown = guest(edition)
    hidden = [
        guest(edition, is_listed=False),
        guest(edition, is_out=True),
        guest(edition, barred),
        make_participant(edition, exhibitor=make_exhibitor(edition)),
        guest(make_edition()),
    ]
    gone = guest(edition)
    gone.registration.state = "cancelled"  # type: ignore[union-attr]
    gone.registration.save()  # type: ignore[union-attr]
    assert list(people_for(firm)) == [shown]
    for other in (*hidden, gone):
        with pytest.raises(Refused, match="not in the list"):
            save_wishes(firm, {other.code: "want"}, by=None)
    assert not Wish.objects.exists()


def test_who_agreed_no_longer_can_still_be_let_go_of(edition: Edition) -> None:
    firm, person = make_exhibitor(edition), guest(edition)
    save_wishes(firm, {person.code: "want"}, by=None)
    Participant.objects.filter(pk=person.pk).update(is_listed=False)
    assert save_wishes(firm, {person.code: ""}, by=None).changed == 1


def test_own_firm_and_drafts_are_not_in_a_visitors_list(edition: Edition) -> None:
    own = make_organisation()
    person = guest(edition)
    registration = person.registration
    assert registration is not None
    registration.organisation = own
    registration.save()
    shown = make_exhibitor(edition)
    make_exhibitor(edition, organisation=own)
    make_exhibitor(edition, state="accepted")
    make_exhibitor(make_edition())
    assert list(firms_for(edition, registration)) == [shown]


def test_all_or_nothing(edition: Edition) -> None:
    person, firm = guest(edition), make_exhibitor(edition)
    with pytest.raises(Refused, match="Nothing was saved"):
        save_wishes(person, {firm.code: "must", "nobody": "want"}, by=None)
    with pytest.raises(Refused, match="Choose one of"):
        save_wishes(person, {firm.code: "always"}, by=None)
    assert not Wish.objects.exists()


def test_where_all_are_a_must_none_is(edition: Edition) -> None:
    person, most = guest(edition), 3
    MeetingRules.objects.filter(edition=edition).update(visitor_musts=most, firm_musts=1)
    firms = [make_exhibitor(edition) for _ in range(most + 1)]
    save_wishes(person, {firm.code: "must" for firm in firms[:most]}, by=None)
    with pytest.raises(Refused, match=f"At most {most}"):
        save_wishes(person, {firms[most].code: "must"}, by=None)
    assert counts_of(person)["must"] == most
    save_wishes(person, {firms[most].code: "must", firms[0].code: "want"}, by=None)  # in one go it fits


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [(None, None, "none"), (1, None, "ahead"), (-1, None, "open"), (None, 1, "open"), (-2, -1, "closed"), (-1, 0, "closed")],
)  # fmt: skip
def test_when_wishes_are_taken(opens: int | None, closes: int | None, state: str) -> None:
    now, edition = timezone.now(), make_edition()
    days = [None if n is None else now + timedelta(days=n) for n in (opens, closes)]
    make_rules(edition, wishes_open_at=days[0], wishes_close_at=days[1])
    assert round_of(edition, now).state == state
    person, firm = guest(edition), make_exhibitor(edition)
    if state == "open":
        assert save_wishes(person, {firm.code: "want"}, by=None, now=now).changed == 1
        return
    with pytest.raises(Refused):
        save_wishes(person, {firm.code: "want"}, by=None, now=now)
    assert not Wish.objects.exists()


def test_no_rules_no_round() -> None:
    assert round_of(make_edition(), timezone.now()).state == "none"


def test_a_badge_that_meets_no_exhibitors_wishes_for_none(edition: Edition) -> None:
    kind = make_badge_kind(edition)
    KindRule.objects.create(kind=kind, may_ask_exhibitors=False)
    person, firm = guest(edition, kind), make_exhibitor(edition)
    with pytest.raises(Refused, match="kind of badge"):
        save_wishes(person, {firm.code: "want"}, by=None)


def test_who_left_wishes_for_nobody(edition: Edition) -> None:
    person, firm = guest(edition, is_out=True), make_exhibitor(edition)
    with pytest.raises(Refused, match="no part"):
        save_wishes(person, {firm.code: "want"}, by=None)


def test_a_no_is_known_to_nobody_else(edition: Edition) -> None:
    """Neither the log nor the other side's list differs from what a "want" or nothing leaves there."""
    firm, person, twin = make_exhibitor(edition), guest(edition), guest(edition)
    save_wishes(person, {firm.code: "never"}, by=None)
    save_wishes(twin, {firm.code: "want"}, by=None)
    rows = AuditEntry.objects.filter(event="meetings.wishes.saved").order_by("pk")
    assert [(row.after, row.edition_id) for row in rows] == [({"changed": 1}, None)] * 2
    lines = person_lines(listed_people(firm, WishFilters()), firm)
    assert {(line.code, line.level) for line in lines} == {(person.code, ""), (twin.code, "")}
    assert counts_of(firm) == {"must": 0, "want": 0, "never": 0}
    other = guest(edition)
    assert [
        line.level
        for line in firm_lines(listed_firms(edition, other.registration, other, WishFilters(), "en"), other)
    ] == [""]


def test_the_list_is_narrowed(edition: Edition) -> None:
    person = guest(edition)
    wind = make_exhibitor(edition, organisation=make_organisation(name={"en": "Wind Works", "zh": "风能"}))
    sea = make_exhibitor(edition, organisation=make_organisation(name={"en": "Sea Lines", "zh": "海运"}))
    save_wishes(person, {wind.code: "must"}, by=None)

    def found(**how: str) -> set[str]:
        return {
            row.code for row in listed_firms(edition, person.registration, person, WishFilters(**how), "en")
        }

    assert found() == {wind.code, sea.code}
    assert (
        found(words="wind works")
        == found(words="风能")
        == found(level="must")
        == found(level=WISHED)
        == {wind.code}
    )
    assert found(level=UNSAID) == {sea.code}
    assert found(level="never") == found(words="sky") == set()


def test_lists_cost_the_same_with_one_row_and_with_many(
    edition: Edition, django_assert_num_queries: Any
) -> None:
    person, firm = guest(edition), make_exhibitor(edition)
    for _ in range(2):
        with django_assert_num_queries(3):  # the kind's rule, the firms, the wishes
            firm_lines(listed_firms(edition, person.registration, person, WishFilters(), "en")[:25], person)
        with django_assert_num_queries(2):
            person_lines(listed_people(firm, WishFilters())[:25], firm)
        for _more in range(3):
            make_exhibitor(edition)
            guest(edition)


@pytest.mark.parametrize(
    ("least", "most", "field"),
    [(-1, None, "least"), (0, 0, "most"), (5, 4, "least"), (7, None, "least"), (0, 7, "most")],
)
def test_numbers_that_make_no_sense(edition: Edition, least: int, most: int | None, field: str) -> None:
    make_slots(edition, 6)
    person = guest(edition)
    with pytest.raises(Refused) as refused:
        save_limits(person, least=least, most=most, by=None)
    assert refused.value.field == field
    person.refresh_from_db()
    assert (person.least, person.most) == (0, None)


def test_numbers_are_kept(edition: Edition) -> None:
    person = guest(edition, is_listed=False)
    save_limits(person, least=2, most=6, is_listed=True, by=None)
    save_limits(person, least=2, most=6, by=None)
    person.refresh_from_db()
    assert (person.least, person.most, person.is_listed) == (2, 6, True)
    assert AuditEntry.objects.filter(event="meetings.limits.saved").count() == 1
