"""The roll call: who came, who went, who died with their process; what the public and a booth's team read of each."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from everfair.exhibition.models import Exhibitor
from everfair.gateways import live
from everfair.presence import access
from everfair.presence.actions.showing import attend, save_showing
from everfair.presence.actions.staying import (
    GRACE,
    LEASE,
    Present,
    forget_lapsed,
    let_go,
    note_stays,
    visitor_key,
)
from everfair.presence.models import Showing, Stay, area_place, booth_place
from everfair.presence.queries.facts import (
    attended_by_area,
    crowd_of,
    here_topic,
    place_fact,
    team_fact,
    team_topic,
)
from everfair.presence.queries.here import hosts_here
from everfair.registration.models import Registration
from tests.factories.conversations import NOW, make_colleague
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_sector
from tests.factories.people import make_user
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db
PUBLISHED = Exhibitor.State.PUBLISHED


def a_booth(**extra: Any) -> Exhibitor:
    return make_exhibitor(state=PUBLISHED, **extra)


def at(firm: Exhibitor, user: Any = None, key: str = "", place: str = "") -> Present:
    """Somebody has the booth's page, or another place's, open."""
    own = user.pk if user is not None else None
    return Present(firm.edition.slug, place or booth_place(firm.code), own, key or visitor_key(own, "s", "a"))


def public(firm: Exhibitor, now: datetime = NOW) -> tuple[int, bool]:
    fact = place_fact(crowd_of(firm.edition, now=now), booth_place(firm.code))
    return fact["visitors"], fact["hosts"]


def named(firm: Exhibitor, now: datetime = NOW) -> list[str]:
    return [f"{one['name']}/{one['firm']}" for one in team_fact(firm, now)["visitors"]]


def show(firm: Exhibitor, user: Any, level: str, **more: Any) -> None:
    save_showing(
        firm.edition, level=level, by=user, **{"may_greet": True, "quiet_until": None, "now": NOW, **more}
    )


def test_somebody_comes_is_counted_once_in_two_windows_and_two_processes_and_goes() -> None:
    firm, user = a_booth(), make_user()
    note_stays("one", {at(firm, user), at(firm, key="anybody")}, NOW)
    note_stays("two", {at(firm, user)}, NOW)
    assert public(firm) == (2, False)
    note_stays("one", {at(firm, user)}, NOW)
    gone = NOW + GRACE
    assert public(firm, gone) == (1, False)
    assert forget_lapsed(gone) == 1
    assert forget_lapsed(gone) == 0
    let_go("one")
    assert public(firm) == (1, False), "still in the other process"
    let_go("two")
    assert not Stay.objects.exists()


def test_a_page_loaded_again_is_no_coming_and_going() -> None:
    firm, user = a_booth(), make_user()
    note_stays("one", {at(firm, user)}, NOW)
    note_stays("one", set(), NOW + timedelta(seconds=2))
    note_stays("one", {at(firm, user)}, NOW + timedelta(seconds=4))
    forget_lapsed(NOW + timedelta(seconds=20))
    row = Stay.objects.get()
    assert row.since == NOW
    assert row.until == NOW + timedelta(seconds=4) + LEASE


def test_leases_are_renewed_now_and_then_and_who_died_is_gone_after_theirs() -> None:
    firm = a_booth()
    note_stays("alive", {at(firm, key="a")}, NOW)
    note_stays("dead", {at(firm, key="b")}, NOW)
    for seconds in range(2, 30, 2):
        note_stays("alive", {at(firm, key="a")}, NOW + timedelta(seconds=seconds))
    assert public(firm, NOW + timedelta(seconds=29)) == (2, False)
    assert public(firm, NOW + timedelta(seconds=30)) == (1, False)
    assert forget_lapsed(NOW + timedelta(seconds=30)) == 1
    assert Stay.objects.get().process == "alive"


@pytest.mark.parametrize(
    ("level", "has_badge", "counted", "read"),
    [
        (None, True, 1, []),
        ("count", True, 1, []),
        ("nothing", True, 0, []),
        ("firm", True, 1, ["/Jungle Teas"]),
        ("firm", False, 1, []),
        ("name", True, 1, ["Wanjiru K./Jungle Teas"]),
        ("name", False, 1, ["Wanjiru/"]),
    ],
)
def test_everybody_is_shown_as_they_agreed(
    level: str | None, has_badge: bool, counted: int, read: list[str]
) -> None:
    firm, user = a_booth(), make_user(name="Wanjiru")
    if has_badge:
        made = make_registration(make_kind(firm.edition), name="Wanjiru K.", organisation_name="Jungle Teas")
        Registration.objects.filter(pk=made.pk).update(user=user, state=Registration.State.APPROVED)
    if level is not None:
        show(firm, user, level)
    note_stays("one", {at(firm, user)}, NOW)
    assert public(firm) == (counted, False)
    assert named(firm) == read
    assert team_fact(firm, NOW)["unnamed"] == counted - len(read)
    assert user.name not in str(place_fact(crowd_of(firm.edition, now=NOW), booth_place(firm.code)))


def test_who_changes_their_word_vanishes_at_once() -> None:
    firm, user = a_booth(), make_user(name="W")
    show(firm, user, "name")
    note_stays("one", {at(firm, user)}, NOW)
    assert named(firm) == ["W/"]
    show(firm, user, "nothing")
    assert public(firm) == (0, False)
    assert not Stay.objects.exists()
    note_stays("one", {at(firm, user)}, NOW)
    assert not Stay.objects.exists(), "and is not written again"


def test_greeting_needs_a_name_or_a_firm() -> None:
    firm, user = a_booth(), make_user(name="W")
    for level, may in (("name", True), ("firm", True), ("count", False), ("nothing", False)):
        show(firm, user, level)
        assert Showing.objects.get().may_greet is may
    show(firm, user, "name", quiet_until=NOW + timedelta(hours=1))
    note_stays("one", {at(firm, user)}, NOW)
    assert [one["may_greet"] for one in team_fact(firm, NOW)["visitors"]] == [False]
    show(firm, user, "name")
    assert [one["may_greet"] for one in team_fact(firm, NOW)["visitors"]] == [True]


def test_a_host_counts_only_when_they_attend_and_is_no_visitor() -> None:
    firm = a_booth()
    host = make_colleague(firm, name="Otieno")
    note_stays("one", {at(firm, host), at(firm, host, place="fair")}, NOW)
    assert public(firm) == (0, False)
    assert hosts_here(firm, NOW) == []
    attend(firm.edition, True, by=host, now=NOW)
    assert public(firm) == (0, True)
    assert hosts_here(firm, NOW) == [host]
    note_stays("one", {at(firm, host, place="fair")}, NOW)
    assert hosts_here(firm, NOW) == [host], "any page of the fair will do"
    show(firm, host, "nothing", attends=True)
    assert hosts_here(firm, NOW) == [host], "what one shows as a visitor is another word"
    show(firm, host, "nothing", quiet_until=NOW + timedelta(hours=1))
    assert hosts_here(firm, NOW) == []
    assert public(firm) == (0, False)
    attend(firm.edition, True, by=host, now=NOW)
    assert hosts_here(firm, NOW) == [host], "who attends again can be disturbed"
    attend(firm.edition, False, by=host, now=NOW)
    assert hosts_here(firm, NOW) == []


def test_a_host_at_another_booth_is_a_visitor_there_and_no_host() -> None:
    firm = a_booth()
    other = a_booth(edition=firm.edition)
    host = make_colleague(firm)
    attend(firm.edition, True, by=host, now=NOW)
    note_stays("one", {at(other, host)}, NOW)
    assert public(other) == (1, False)
    assert public(firm) == (0, False)


def test_an_area_lists_its_public_booths_with_somebody_and_no_other() -> None:
    firm = a_booth()
    quiet = a_booth(edition=firm.edition, area=firm.area)
    hidden = make_exhibitor(firm.edition, area=firm.area, state=Exhibitor.State.DRAFT)
    note_stays("one", {at(firm, key="a"), at(hidden, key="b"), at(firm, key="a", place="area-x")}, NOW)
    assert firm.area is not None
    fact = place_fact(crowd_of(firm.edition, now=NOW), area_place(firm.area.code))
    assert fact["booths"] == {firm.code: [1, False]}
    assert quiet.code not in str(fact)
    halls = place_fact(crowd_of(firm.edition, now=NOW), "halls")
    assert halls["areas"] == {"x": [1, 0]}
    assert not halls["hosts"]
    host = make_colleague(firm)
    attend(firm.edition, True, by=host, now=NOW)
    note_stays("two", {at(firm, host, place="fair")}, NOW)
    halls = place_fact(crowd_of(firm.edition, now=NOW), "halls")
    assert halls["areas"] == {"x": [1, 0], firm.area.code: [0, 1]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_plan_shows_where_somebody_is(count: int, django_assert_num_queries: Any) -> None:
    firm = a_booth(sector=make_sector(code="1.B"))
    edition = firm.edition
    with django_assert_num_queries(1):
        assert attended_by_area(edition, NOW) == {}
    firms = [firm, *(a_booth(edition=edition, area=firm.area, sector=firm.sector) for _ in range(2))][:count]
    present = set()
    for one in firms:
        host = make_colleague(one)
        attend(edition, True, by=host, now=NOW)
        present.add(at(one, host, place="fair"))
    note_stays("one", present, NOW)
    assert firm.area is not None
    with django_assert_num_queries(4):
        assert attended_by_area(edition, NOW) == {firm.area.code: {"1": count}}


def test_facts_at_a_place_end_where_a_fresh_page_begins(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """Stale page + facts = page loaded afresh, for the public and for the team."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(
        live, "publish", lambda topic, fact, *, key="", to=None, keep=True: told.update({topic: fact})
    )
    firm, user = a_booth(), make_user(name="W")
    host = make_colleague(firm)
    assert firm.area is not None
    steps = (
        lambda: note_stays("one", {at(firm, user), at(firm, host, place="fair")}),
        lambda: attend(firm.edition, True, by=host),
        lambda: show(firm, user, "name"),
        lambda: show(firm, user, "nothing"),
        lambda: let_go("one"),
    )
    for step in steps:
        time.sleep(0.002)
        with django_capture_on_commit_callbacks(execute=True):
            step()
        crowd = crowd_of(firm.edition)
        for place in (booth_place(firm.code), area_place(firm.area.code), "halls"):
            fact = told[here_topic(firm.edition.slug, place)]
            assert {**fact, "version": 0} == {**place_fact(crowd, place), "version": 0}
            assert fact["version"] <= crowd.version
        team = told[team_topic(firm)]
        assert {**team, "version": 0} == {**team_fact(firm), "version": 0}
    assert told[here_topic(firm.edition.slug, booth_place(firm.code))]["visitors"] == 0


@pytest.mark.parametrize("visitors", [1, 3])
def test_as_many_queries_for_many(visitors: int, django_assert_num_queries: Any) -> None:
    firm = a_booth()
    people = [make_user(name=f"V{n}") for n in range(visitors)]
    for one in people:
        show(firm, one, "name")
    attend(firm.edition, True, by=make_colleague(firm), now=NOW)
    present = {at(firm, one) for one in people}
    with django_assert_num_queries(8):
        note_stays("one", present, NOW)
    with django_assert_num_queries(5):
        team_fact(firm, NOW)
    with django_assert_num_queries(3):
        crowd_of(firm.edition, now=NOW)


def test_who_may_hear_of_a_place() -> None:
    firm = a_booth()
    draft = make_exhibitor(firm.edition, state=Exhibitor.State.DRAFT)
    host, stranger = make_colleague(firm), make_user()
    slug = firm.edition.slug
    for place in (booth_place(firm.code), "fair"):
        assert access.may_listen(None, f"{slug}:{place}")
    for rest in ("", slug, f"{slug}:", f"{slug}:nowhere", f"{slug}:booth-", f"{slug}:area-none", "none:fair"):
        assert not access.may_listen(stranger, rest)
    assert not access.may_listen(stranger, f"{slug}:{booth_place(draft.code)}")
    assert access.may_listen(make_colleague(draft), f"{slug}:{booth_place(draft.code)}")
    assert access.may_see_visitors(host, firm.code)
    assert not access.may_see_visitors(stranger, firm.code)
    assert not access.may_see_visitors(make_user(is_superuser=True), firm.code), (
        "the organiser reads no names"
    )


def test_what_stands_for_somebody_without_an_account_cannot_be_read_back() -> None:
    key = visitor_key(None, "", "192.0.2.7")
    assert "192" not in key
    assert key == visitor_key(None, "", "192.0.2.7") != visitor_key(None, "", "192.0.2.8")
    assert visitor_key(7, "session", "192.0.2.7") == "u7"
