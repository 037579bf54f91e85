"""My programme: sessions kept, seats, clashes, and the calendar whose address is its key."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from everfair.base.models import AuditEntry
from everfair.fair.models import Edition
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.actions.calendar import end_calendar, make_calendar
from everfair.programme.actions.seats import take_seat
from everfair.programme.models import Bookmark, CalendarKey, Seat, Session
from everfair.programme.queries.board import forget_boards
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def user(client: Client) -> Any:
    person = make_user()
    client.force_login(person)
    return person


def coming(edition: Edition, hours: float = 1, **extra: Any) -> Session:
    """A session of an hour that begins so many hours from now."""
    start = timezone.now() + timedelta(hours=hours)
    session = make_session(edition, starts_at=start, ends_at=start + timedelta(hours=1), **extra)
    forget_boards()
    return session


def to(name: str, edition: Edition, session: Session | None = None) -> str:
    return reverse(f"visitor:programme.{name}", args=[edition.slug, *([session.code] if session else [])])


def own(client: Client, edition: Edition) -> str:
    answer = client.get(to("own", edition))
    assert answer.status_code == 200
    return str(answer.text).partition("<main")[2].partition("</main>")[0]


def test_nothing_kept_leads_to_the_programme(client: Client, edition: Edition, user: Any) -> None:
    coming(edition)
    shown = own(client, edition)
    assert 'class="empty"' in shown
    assert reverse("public:programme.day", args=[edition.slug]) in shown


def test_a_session_is_kept_and_let_go(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition)
    page = reverse("public:programme.session", args=[edition.slug, session.address])
    assert "Keep in my programme" in client.get(page).text
    answer = client.post(to("bookmark", edition, session))
    assert answer.headers["Location"] == page
    assert "In my programme; take it out" in client.get(page).text
    assert session.title["en"] in own(client, edition)
    client.post(to("bookmark", edition, session), {"on": "0", "next": to("own", edition)})
    assert not Bookmark.objects.exists()
    assert 'class="empty"' in own(client, edition)


def test_other_peoples_programmes_stay_theirs(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition)
    set_bookmark(session, True, by=make_user())
    assert session.title["en"] not in own(client, edition)


def test_the_button_leads_to_no_other_site(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition)
    for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = client.post(to("bookmark", edition, session), {"next": wanted})
        assert "evil" not in answer.headers["Location"]
        assert answer.headers["Location"].startswith(f"/en/{edition.slug}/")


def test_a_seat_is_taken_awaited_and_given_back(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition, seats=1)
    page = reverse("public:programme.session", args=[edition.slug, session.address])
    assert "Take a seat" in client.get(page).text
    client.post(to("seat_take", edition, session))
    assert Seat.objects.get().state == Seat.State.HELD
    assert "You have a seat." in client.get(page).text

    second = Client()
    waiting = make_user()
    second.force_login(waiting)
    assert "Wait for a seat" in second.get(page).text
    second.post(to("seat_take", edition, session))
    assert "waiting list, place 1" in second.get(page).text
    assert "waiting, place 1" in own(second, edition)

    client.post(to("seat_give_back", edition, session), {"next": to("own", edition)})
    assert Seat.objects.get(user=waiting).state == Seat.State.HELD
    assert "seat held" in own(second, edition)
    assert session.title["en"] not in own(client, edition)


def test_a_seat_that_cannot_be_had_is_refused_in_words(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition, seats=0, has_waiting_list=False)
    answer = client.post(to("seat_take", edition, session), follow=True)
    assert "All seats are taken" in answer.text
    assert not Seat.objects.exists()


def test_clashes_are_named_on_both_sessions(client: Client, edition: Edition, user: Any) -> None:
    first, second, later = coming(edition, 1), coming(edition, 1.5), coming(edition, 3)
    cancelled = coming(edition, 1.2, state="cancelled")
    for session in (first, second, later, cancelled):
        Bookmark.objects.create(session=session, user=user)
    shown = own(client, edition)
    assert shown.count("At the same time") == 2
    assert "2 sessions overlap with others." in shown
    assert shown.index(first.title["en"]) < shown.index(second.title["en"])
    assert "cancelled" in shown


def test_sessions_one_after_the_other_do_not_clash(client: Client, edition: Edition, user: Any) -> None:
    first = coming(edition, 1)
    second = make_session(edition, starts_at=first.ends_at, ends_at=first.ends_at + timedelta(hours=1))
    for session in (first, second):
        Bookmark.objects.create(session=session, user=user)
    forget_boards()
    assert "At the same time" not in own(client, edition)


def test_a_withdrawn_session_leaves_my_programme_until_it_is_back(
    client: Client, edition: Edition, user: Any
) -> None:
    session = coming(edition)
    Bookmark.objects.create(session=session, user=user)
    Session.objects.filter(pk=session.pk).update(state="confirmed")
    forget_boards()
    assert session.title["en"] not in own(client, edition)
    assert Bookmark.objects.exists()


def test_my_programme_costs_the_same_queries_with_one_session_and_with_three(
    client: Client, edition: Edition, user: Any
) -> None:
    counts = []
    for _round in range(2):
        session = coming(edition, 1, seats=5)
        Bookmark.objects.create(session=session, user=user)
        take_seat(session, by=user)
        forget_boards()
        own(client, edition)
        with CaptureQueriesContext(connection) as asked:
            own(client, edition)
        counts.append(len(asked))
        Bookmark.objects.create(session=coming(edition, 2), user=user)
    assert counts[0] == counts[1]


def calendar_address(client: Client, edition: Edition) -> str:
    client.post(to("calendar_make", edition))
    found = re.search(r"https?://[^/<]+(/en/calendar/[\w-]+\.ics)", own(client, edition))
    assert found is not None
    return found[1]


def test_a_calendar_program_reads_my_programme_by_its_secret(
    client: Client, edition: Edition, user: Any
) -> None:
    kept, seated, other = coming(edition, 1), coming(edition, 2, seats=3), coming(edition, 3)
    Bookmark.objects.create(session=kept, user=user)
    take_seat(seated, by=user)
    address = calendar_address(client, edition)
    assert address not in own(client, edition), "the address is shown once"
    answer = Client().get(address)
    found = {
        str(one["UID"]).partition("@")[0]: one for one in Calendar.from_ical(answer.content).walk("VEVENT")
    }
    assert set(found) == {f"session-{kept.code}", f"session-{seated.code}"}
    assert "You have a seat." in found[f"session-{seated.code}"]["DESCRIPTION"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "X-Everfair-Keep" not in answer.headers
    assert other.title["en"] not in answer.text


def test_a_move_reaches_the_calendar_under_the_same_name(client: Client, edition: Edition, user: Any) -> None:
    session = coming(edition)
    Bookmark.objects.create(session=session, user=user)
    address = calendar_address(client, edition)

    def event() -> Any:
        (one,) = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
        return one

    before = event()
    later = session.starts_at + timedelta(hours=3)
    Session.objects.filter(pk=session.pk).update(
        starts_at=later, ends_at=later + timedelta(hours=1), version=session.version + 1
    )
    forget_boards()
    after = event()
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt == later.replace(microsecond=0)


def test_a_new_address_ends_the_old_and_an_ended_one_opens_nothing(
    client: Client, edition: Edition, user: Any
) -> None:
    coming(edition)
    first = calendar_address(client, edition)
    second = calendar_address(client, edition)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post(to("calendar_end", edition))
    assert Client().get(second).status_code == 404
    assert not CalendarKey.objects.exists()


def test_the_secret_itself_is_not_kept(edition: Edition, user: Any) -> None:
    secret = make_calendar(edition, by=user)
    key = CalendarKey.objects.get()
    assert secret not in (key.secret_digest, str(key))
    assert len(secret) >= 32
    assert not any(secret in str(row.__dict__) for row in AuditEntry.objects.all())
    assert end_calendar(edition, by=user)
    assert not end_calendar(edition, by=user)


def test_guessing_is_counted_and_stopped(edition: Edition, settings: Any) -> None:
    settings.RATE_LIMITS_ON = True
    client = Client()
    answers = {client.get(f"/en/calendar/guess-{number}.ics").status_code for number in range(125)}
    assert answers == {404, 429}


def test_a_closed_account_has_no_calendar(client: Client, edition: Edition, user: Any) -> None:
    coming(edition)
    address = calendar_address(client, edition)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
