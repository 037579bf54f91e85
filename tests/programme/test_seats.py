"""Seats, the waiting list, bookmarks."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.actions.seats import give_back_seat, take_seat
from everfair.programme.actions.sessions import save_session
from everfair.programme.models import Seat, Session
from everfair.programme.queries.sessions import overlapping, own_programme, place_in_line, seats_of
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.factories.programme import BEGIN, make_session


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


def test_the_last_seat_then_the_waiting_list_then_moving_up(edition: Edition) -> None:
    session = make_session(edition, seats=1, title={"en": "Ports", "zh": "港口"})
    first, second, third = make_user(), make_user(language="zh"), make_user()
    assert take_seat(session, by=first, now=BEGIN).state == "held"
    waiting = take_seat(session, by=second, now=BEGIN)
    last = take_seat(session, by=third, now=BEGIN)
    assert (waiting.state, place_in_line(waiting), place_in_line(last)) == ("waiting", 1, 2)
    assert take_seat(session, by=first, now=BEGIN).pk == session.seat_rows.get(user=first).pk
    mail.outbox.clear()
    assert give_back_seat(session, by=first)
    assert [letter.to for letter in mail.outbox] == [[second.email]]
    assert "港口" in mail.outbox[0].subject
    assert seats_of(second, edition)[session.pk].state == "held"
    assert session.seats_taken == 1
    assert not give_back_seat(session, by=first)


def test_more_seats_move_the_list_up(edition: Edition) -> None:
    session = make_session(edition, seats=1)
    people = [make_user() for _ in range(4)]
    for person in people:
        take_seat(session, by=person, now=BEGIN)
    save_session(edition, session, {"seats": 3}, by=None)
    states = [session.seat_rows.get(user=person).state for person in people]
    assert states == ["held", "held", "held", "waiting"]
    assert Session.objects.get(pk=session.pk).seats_taken == 3
    save_session(edition, session, {"seats": None}, by=None)
    assert session.seat_rows.filter(state="held").count() == 4


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"seats": None}, "come as you like"),
        ({"seats": 1, "state": "confirmed"}, "announced"),
        ({"seats": 1, "state": "cancelled"}, "announced"),
        ({"seats": 1, "hour": -5}, "over"),
        ({"seats": 0, "has_waiting_list": False}, "no waiting list"),
    ],
)
def test_no_seat_without_reason(edition: Edition, facts: dict[str, object], sentence: str) -> None:
    session = make_session(edition, **facts)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=sentence):
        take_seat(session, by=make_user(), now=BEGIN)
    assert not Seat.objects.exists()


def test_the_database_holds_the_count_and_one_seat_each(edition: Edition) -> None:
    session, person = make_session(edition, seats=2), make_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(seats_taken=3)
    Seat.objects.create(session=session, user=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(session=session, user=person, state="waiting")


def test_bookmarks_of_public_sessions_only_and_once(edition: Edition) -> None:
    public, draft, person = make_session(edition), make_session(edition, state="draft"), make_user()
    assert set_bookmark(public, True, by=person)
    assert not set_bookmark(public, True, by=person)
    with pytest.raises(Refused):
        set_bookmark(draft, True, by=person)
    assert set_bookmark(public, False, by=person)
    assert not set_bookmark(public, False, by=person)


def test_ones_own_programme_with_clashes(edition: Edition) -> None:
    person = make_user()
    early, same, late = (
        make_session(edition),
        make_session(edition, hour=0.5, seats=5),
        make_session(edition, hour=3),
    )
    make_session(edition)
    set_bookmark(early, True, by=person)
    take_seat(same, by=person, now=BEGIN)
    set_bookmark(late, True, by=person)
    own = list(own_programme(person, edition))
    assert [session.pk for session in own] == [early.pk, same.pk, late.pk]
    assert overlapping(own) == {early.pk, same.pk}
