"""Asking for a meeting and answering, by two people with a browser each; the waiting line; one meeting."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.meetings.actions.rules import save_rules
from everfair.meetings.models import KindRule, Meeting, NextInLine, Request
from everfair.programme.models import SessionSpeaker
from everfair.programme.queries.board import forget_boards
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.meetings import (
    make_line,
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_table,
)
from tests.factories.people import make_user
from tests.factories.programme import make_session, make_speaker
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    """A fair of these days with open meetings, tables, a line and slots tomorrow."""
    today = timezone.now().date()
    found = make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4))
    make_rules(found)
    start = (timezone.now() + timedelta(days=1)).replace(hour=2, minute=0, second=0, microsecond=0)
    make_slots(found, 4, starts_at=start)
    make_table(found, number=12)
    return found


@pytest.fixture
def buyer(client: Client, edition: Edition) -> Any:
    user = make_user(time_zone="Africa/Nairobi")
    client.force_login(user)
    registration = make_registration(make_kind(edition), name="Wanjiru", email=user.email, user=user)
    return make_participant(edition, registration=registration, user=user, name="Wanjiru")


@pytest.fixture
def firm(edition: Edition) -> Any:
    return make_exhibitor(edition)


@pytest.fixture
def seller(edition: Edition, firm: Any) -> Any:
    return make_participant(edition, exhibitor=firm, name="Shen Mo", user=make_user())


@pytest.fixture
def other(seller: Any) -> Client:
    """The seller's browser."""
    found = Client()
    found.force_login(seller.user)
    return found


def to(name: str, edition: Edition, *more: Any) -> str:
    return reverse(f"visitor:meetings.{name}", args=[edition.slug, *more])


def slots_of(edition: Edition) -> list[str]:
    return [str(pk) for pk in edition.slots.values_list("pk", flat=True)]


def ask(client: Client, edition: Edition, firm: Any, **extra: Any) -> Request:
    data = {
        "slots": slots_of(edition)[:2],
        "message": "About customs.",
        "language": "en",
        "place": "table",
        **extra,
    }
    answer = client.post(to("ask_firm", edition, firm.code), data)
    assert answer.status_code == 302, answer.text
    return Request.objects.latest("pk")


def test_asked_and_accepted(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    offer = make_offer(firm)
    page = client.get(to("ask_firm", edition, firm.code) + f"?offer={offer.code}")
    assert page.text.count('type="checkbox" name="slots"') == 4
    assert "yours 05:00" in page.text
    assert f'value="{offer.code}" selected' in page.text
    row = ask(client, edition, firm, offer=offer.code)
    assert (row.asker, row.exhibitor, row.offer, row.state) == (buyer, firm, offer, "sent")
    mine = client.get(to("request_list", edition) + "?box=sent").text
    assert reverse("visitor:meetings.request_show", args=[edition.slug, row.code]) in mine
    theirs = other.get(to("request_show", edition, row.code)).text
    assert "About customs." in theirs
    assert theirs.count('type="radio" name="slots"') == 2
    answer = other.post(to("request_accept", edition, row.code), {"slots": slots_of(edition)[1]})
    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == to("meeting_show", edition, meeting.code)
    for browser, whom in ((client, firm.organisation.name["en"]), (other, "Wanjiru")):
        shown = browser.get(to("meeting_show", edition, meeting.code)).text
        assert f"<h2>{whom}</h2>" in shown
        assert "Table 12" in shown


def test_a_time_that_was_not_proposed_is_not_accepted(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    row = ask(client, edition, firm)
    answer = other.post(to("request_accept", edition, row.code), {"slots": slots_of(edition)[3]})
    assert answer.status_code == 422
    assert "has just been taken" in answer.text
    assert not Meeting.objects.exists()


def test_other_times_are_proposed_and_taken(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    row = ask(client, edition, firm)
    data = {"slots": [slots_of(edition)[3]], "message": "Only later."}
    assert other.post(to("request_propose", edition, row.code), data).status_code == 302
    row.refresh_from_db()
    assert row.state == "countered"
    assert "1 request waits for your answer." in client.get(to("diary", edition)).text
    shown = client.get(to("request_show", edition, row.code)).text
    assert "Only later." in shown
    assert shown.count('type="radio" name="slots"') == 1
    assert (
        client.post(to("request_accept", edition, row.code), {"slots": slots_of(edition)[3]}).status_code
        == 302
    )
    assert str(Meeting.objects.get().slot_id) == slots_of(edition)[3]


def test_declined_with_a_reason(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    row = ask(client, edition, firm)
    other.post(to("request_decline", edition, row.code), {"reason": "We are full."})
    shown = client.get(to("request_list", edition) + "?box=over").text
    assert "We are full." in shown
    row.refresh_from_db()
    assert row.state == "declined"


def test_taken_back(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    row = ask(client, edition, firm)
    assert other.post(to("request_cancel", edition, row.code)).status_code == 302
    row.refresh_from_db()
    client.post(to("request_cancel", edition, row.code), {"reason": ""})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_what_makes_it_impossible_is_told_before_typing(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    KindRule.objects.create(kind=buyer.registration.kind, may_ask_exhibitors=False)
    shown = client.get(to("ask_firm", edition, firm.code)).text
    assert "Not possible at the moment" in shown
    assert "<textarea" not in shown
    client.post(to("ask_firm", edition, firm.code), {"slots": slots_of(edition)[:1], "place": "table"})
    assert not Request.objects.exists()


def test_no_time_chosen_is_told_and_the_words_stay(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    answer = client.post(to("ask_firm", edition, firm.code), {"message": "Keep me", "place": "table"})
    assert answer.status_code == 422
    assert "Choose one time at least." in answer.text
    assert "Keep me" in answer.text


def test_who_meets_on_line_only_is_offered_lines_only(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    buyer.is_on_site = False
    buyer.save()
    assert "Nowhere to meet" in client.get(to("ask_firm", edition, firm.code)).text
    make_line(edition)
    row = ask(client, edition, firm, place="table")  # not to be had: the line is taken instead
    assert row.place == "online"


def test_without_a_common_time_one_waits(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    for slot in edition.slots.all():
        make_meeting(slot, make_participant(edition), seller)
    shown = client.get(to("ask_firm", edition, firm.code)).text
    assert "No common time is left" in shown
    assert to("line_firm", edition, firm.code) in shown
    client.post(to("line_firm", edition, firm.code))
    line = NextInLine.objects.get(participant=buyer, exhibitor=firm)
    assert "Where you wait for a time" in client.get(to("request_list", edition)).text
    stranger = Client()
    stranger.force_login(make_participant(edition).user)
    assert stranger.post(to("line_leave", edition, line.pk)).status_code == 404
    client.post(to("line_leave", edition, line.pk))
    line.refresh_from_db()
    assert line.ended_at is not None


def test_strangers_find_nothing(
    client: Client, other: Client, edition: Edition, buyer: Any, firm: Any
) -> None:
    row = ask(client, edition, firm)
    stranger = Client()
    stranger.force_login(make_participant(edition).user)
    slot = edition.slots.first()
    meeting = make_meeting(slot, make_participant(edition), make_participant(edition))
    for name in ("request_show", "request_accept", "request_decline", "request_cancel", "request_propose"):
        for browser in (stranger, Client()):
            method = browser.get if name == "request_show" else browser.post
            assert method(to(name, edition, row.code)).status_code == (404 if browser is stranger else 302)
    for name in ("meeting_show", "meeting_confirm", "meeting_cancel", "meeting_came"):
        method = stranger.get if name == "meeting_show" else stranger.post
        assert method(to(name, edition, meeting.code)).status_code == 404
    row.refresh_from_db()
    assert row.state == "sent"


def test_only_who_agreed_can_be_asked_as_a_person(client: Client, edition: Edition, buyer: Any) -> None:
    hidden, listed = make_participant(edition), make_participant(edition, is_listed=True)
    assert client.get(to("ask_person", edition, hidden.code)).status_code == 404
    assert client.get(to("ask_person", edition, listed.code)).status_code == 200


def test_confirmed_cancelled_and_who_came(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    meeting = make_meeting(edition.slots.all()[0], buyer, seller)
    client.post(to("meeting_confirm", edition, meeting.code))
    assert meeting.people.get(participant=buyer).confirmed_at is not None
    assert "confirmed by you" in client.get(to("meeting_show", edition, meeting.code)).text
    too_early = client.post(
        to("meeting_came", edition, meeting.code), {"who": seller.code, "came": "1"}, follow=True
    )
    assert meeting.people.get(participant=seller).came is None
    assert too_early.status_code == 200
    client.post(to("meeting_cancel", edition, meeting.code), {"reason": "My flight is late."})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason, meeting.bookings.count()) == ("cancelled", "My flight is late.", 0)


def test_afterwards_one_says_whether_the_other_came(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    (past,) = make_slots(edition, 1, starts_at=timezone.now() - timedelta(hours=3))
    meeting = make_meeting(past, buyer, seller)
    shown = client.get(to("meeting_show", edition, meeting.code)).text
    assert "Did they come?" in shown
    assert "I cannot come" not in shown
    client.post(to("meeting_came", edition, meeting.code), {"who": seller.code, "came": "0"})
    meeting.refresh_from_db()
    assert meeting.state == "no_show"


def test_booth_offer_and_speaker_lead_to_asking_while_meetings_are_open(
    client: Client, edition: Edition, buyer: Any, firm: Any, seller: Any
) -> None:
    offer = make_offer(firm)
    speaker = make_speaker(edition, user=seller.user)
    session = make_session(edition)
    SessionSpeaker.objects.create(session=session, speaker=speaker)
    forget_boards()
    pages = {
        reverse("public:exhibition.booth", args=[edition.slug, firm.address]): to(
            "ask_firm", edition, firm.code
        ),
        reverse("public:exhibition.offer", args=[edition.slug, offer.address]): f"?offer={offer.code}",
        reverse("public:programme.speaker", args=[edition.slug, speaker.code]): to(
            "ask_speaker", edition, speaker.code
        ),
    }
    for page, wanted in pages.items():
        assert wanted in client.get(page, follow=True).text
    answer = client.get(to("ask_speaker", edition, speaker.code))
    assert answer.headers["Location"] == to("ask_person", edition, seller.code)
    save_rules(edition, {"is_open": False}, by=None)
    for page, wanted in pages.items():
        assert wanted not in client.get(page, follow=True).text
