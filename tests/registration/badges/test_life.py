"""A badge through a registration's whole life: approved, cancelled, readmitted, joined; what doors are told each time."""

from datetime import date

import pytest

from everfair.registration import tasks
from everfair.registration.actions import badges, deciding
from everfair.registration.actions.registering import register
from everfair.registration.models import Registration
from everfair.registration.queries.badges import door_list, judge_code, short_badges, void_list
from tests.factories.badges import make_badge_holder, make_badge_kind

DAY = date(2026, 9, 5)


@pytest.fixture
def person(db: None) -> Registration:
    kind = make_badge_kind(is_open=True, capacity=1)
    values = {"name": "李娜", "email": "li@example.org", "country": "CN"}
    return register(kind.edition, kind, values, by=None, source="self")


def test_approved_cancelled_and_readmitted(person: Registration) -> None:
    edition = person.edition
    first = person.badges.get()
    assert judge_code(edition, first.code, DAY).verdict == "valid"
    deciding.cancel(person, by=None, reason="Ill.")
    assert judge_code(edition, first.code, DAY).verdict == "not_expected"
    assert void_list(edition) == [(first.serial, 2)]
    assert list(door_list(edition)) == []
    deciding.readmit(person, by=None)
    again = person.badges.get(state="valid")
    assert (again.serial, again.issue) == (first.serial, 2)
    assert judge_code(edition, again.code, DAY).verdict == "valid"
    assert judge_code(edition, first.code, DAY).verdict == "void"
    assert void_list(edition) == [(first.serial, 2)]  # the new issue is above what doors were told
    assert [row["issue"] for row in door_list(edition)] == [2]


def test_who_moves_up_the_waiting_list_has_a_badge_at_once(person: Registration) -> None:
    values = {"name": "Zoe", "email": "zoe@example.org", "country": "KE"}
    waiting = register(person.edition, person.kind, values, by=None, source="self")
    assert (waiting.state, waiting.badges.count()) == ("waiting", 0)
    deciding.cancel(person, by=None)
    waiting.refresh_from_db()
    assert waiting.state == "approved"
    assert judge_code(person.edition, waiting.badges.get().code, DAY).registration == waiting


def test_a_fair_that_is_moved_gets_badges_for_its_new_days(
    person: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badges, "CHUNK", 2)
    edition = person.edition
    people = [make_badge_holder(person.kind) for _ in range(4)]
    void = badges.issue_badge(people[0], by=None)
    badges.void_badge(void, by=None, reason="Given away.")
    badges.issue_badges(people[1:], by=None)
    assert badges.renew_short_badges(edition) == 0
    old = person.badges.get()
    edition.starts_on, edition.ends_on = date(2026, 10, 4), date(2026, 10, 9)
    edition.save()
    late = date(2026, 10, 5)
    assert judge_code(edition, old.code, late).verdict == "expired"
    assert short_badges(edition).count() == 4
    assert tasks.renew_short.call(edition.pk) == 4
    assert short_badges(edition).count() == 0
    new = person.badges.get(state="valid")
    assert (new.serial, new.issue, new.valid_until) == (old.serial, 2, date(2026, 10, 10))
    assert judge_code(edition, new.code, late).verdict == "valid"
    assert judge_code(edition, old.code, DAY).verdict == "void"
    assert people[0].badges.filter(state="valid").count() == 0
    assert tasks.renew_short.call(edition.pk) == 0
