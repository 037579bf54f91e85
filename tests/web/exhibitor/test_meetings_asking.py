"""A firm asks visitors: whom it finds and whom not, limits said before typing, the request and its answer; another time; files."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everfair.leads.models import Lead
from everfair.meetings.models import FirmRule, KindRule, Meeting, MoveProposal, Participant, Request
from tests.factories.meetings import (
    make_meeting,
    make_participant,
    make_request,
    make_rules,
    make_slots,
    make_stand_place,
    make_table,
)
from tests.factories.people import make_user
from tests.factories.registration import make_kind, make_registration
from tests.web.exhibitor.conftest import Desk, said

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
def slots(desk: Desk) -> Any:
    edition = desk.exhibitor.edition
    make_rules(edition)
    make_table(edition)
    make_participant(edition, user=desk.owner, exhibitor=desk.exhibitor, name="Shen Lan")
    return make_slots(edition, 4, starts_at=SOON)


@pytest.fixture
def kind(desk: Desk) -> Any:
    return make_kind(desk.exhibitor.edition)


def person(kind: Any, **extra: Any) -> Any:
    """A registered visitor; with `listed`, one who agreed to be found."""
    listed, user = extra.pop("listed", None), make_user()
    found = make_registration(kind, email=user.email, user=user, **extra)
    if listed is not None:
        make_participant(
            kind.edition, registration=found, user=user, name=found.name, is_listed=listed,
            organisation_name=found.organisation_name,
        )  # fmt: skip
    return found


def lead(desk: Desk, registration: Any, *, shares: bool) -> None:
    Lead.objects.create(
        exhibitor=desk.exhibitor, registration=registration, taken_at=timezone.now(), is_shared=shares,
        expires_on=timezone.localdate() + timedelta(days=90),
    )  # fmt: skip


def url(desk: Desk, name: str, **more: Any) -> str:
    return reverse(f"exhibitor:meetings.{name}", kwargs={"code": desk.exhibitor.code, **more})


def codes(desk: Desk, **query: Any) -> set[str]:
    answer = desk.client.get(url(desk, "ask_list"), query)
    assert answer.status_code == 200
    return set(re.findall(rf'href="{url(desk, "ask_list")}(\w+)/"', answer.text))


def test_listed_people_leads_who_share_and_those_who_asked_are_found(
    desk: Desk, slots: Any, kind: Any
) -> None:
    listed, shares = person(kind, listed=True), person(kind)
    lead(desk, shares, shares=True)
    asked = person(kind, listed=False)
    make_request(asked.participant, exhibitor=desk.exhibitor, state="declined")
    hidden, silent = person(kind, listed=False), person(kind)
    lead(desk, silent, shares=False)
    assert codes(desk) == {listed.code, shares.code, asked.code}
    for one in (hidden, silent):
        assert desk.client.get(url(desk, "ask_person", person=one.code)).status_code == 404
    assert codes(desk, origin="leads") == {shares.code}
    assert codes(desk, origin="known") == {asked.code}
    assert codes(desk, origin="listed") == {listed.code}


@pytest.mark.parametrize(("reach", "found"), [("nobody", 0), ("listed", 1), ("known", 2), ("registered", 3)])
def test_the_organisers_rule_says_how_far_a_firm_reaches(
    desk: Desk, slots: Any, kind: Any, reach: str, found: int
) -> None:
    people = [person(kind, listed=True), person(kind), person(kind)]
    lead(desk, people[1], shares=True)
    FirmRule.objects.create(edition=desk.exhibitor.edition, reach=reach)
    assert codes(desk) == {one.code for one in people[:found]}
    statuses = [desk.client.get(url(desk, "ask_person", person=one.code)).status_code for one in people]
    assert statuses == [200] * found + [404] * (3 - found)


def test_filters_and_who_is_never_found(desk: Desk, slots: Any, kind: Any) -> None:
    ana = person(kind, listed=True, name="Ana Ruiz", country="ES", organisation_name="Puerto")
    wei = person(kind, listed=True, name="Wei Ling", country="CN", organisation_name="Harbour Bank")
    Participant.objects.filter(registration=wei).update(languages=["zh"])
    barred = make_kind(desk.exhibitor.edition)
    KindRule.objects.create(kind=barred, may_ask_exhibitors=False)
    person(barred, listed=True)
    Participant.objects.filter(registration=person(kind, listed=True)).update(is_out=True)
    assert codes(desk) == {ana.code, wei.code}
    assert codes(desk, q="ruiz") == {ana.code}
    assert codes(desk, country="CN") == {wei.code}
    assert codes(desk, language="zh") == {wei.code}
    assert codes(desk, firm="bank") == {wei.code}
    assert codes(desk, kind=barred.code) == set()
    assert "Nobody like this" in desk.client.get(url(desk, "ask_list"), {"q": "nobody"}).text


def test_asked_agreed_and_in_both_diaries(desk: Desk, slots: Any, kind: Any) -> None:
    guest = person(kind, listed=True, name="Ana Ruiz")
    make_stand_place(desk.exhibitor)
    here = url(desk, "ask_person", person=guest.code)
    shown = desk.client.get(here, {"place": "stand"}).text
    assert shown.count('type="checkbox" name="slots"') == 4
    data = {
        "place": "stand", "slots": [str(slots[1].pk), str(slots[2].pk)], "message": "About customs.", "language": "en",
    }  # fmt: skip
    told = desk.client.post(here, data, follow=True)
    assert said(told) == ["Your request is on its way. You get a letter as soon as there is an answer."]
    assert (mail.outbox[-1].to, "asks for a meeting" in mail.outbox[-1].subject) == ([guest.email], True)
    row = Request.objects.get()
    assert (row.asker.name, row.asked.registration, row.exhibitor) == ("Shen Lan", guest, None)  # type: ignore[union-attr]
    browser = Client()
    browser.force_login(guest.participant.user)
    page = reverse("visitor:meetings.request_show", args=[guest.edition.slug, row.code])
    assert "About customs." in browser.get(page).text
    accept = reverse("visitor:meetings.request_accept", args=[guest.edition.slug, row.code])
    assert browser.post(accept, {"slots": str(slots[2].pk)}).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.exhibitor, meeting.place, meeting.slot) == (desk.exhibitor, "stand", slots[2])
    assert "Ana Ruiz" in desk.client.get(url(desk, "diary_list")).text
    again = desk.client.get(here).text
    assert "You meet already" in again
    assert 'name="slots"' not in again


def test_limits_are_said_before_anybody_types(desk: Desk, slots: Any, kind: Any) -> None:
    first, second = person(kind, listed=True), person(kind, listed=True)
    KindRule.objects.create(kind=kind, most_received=1)
    Participant.objects.filter(registration=first).update(received_counted=1)
    full = desk.client.get(url(desk, "ask_person", person=first.code)).text
    assert "takes no requests for meetings" in full
    FirmRule.objects.create(edition=kind.edition, most_sent=1)
    Participant.objects.filter(exhibitor=desk.exhibitor).update(asked_counted=1)
    shown = desk.client.get(url(desk, "ask_person", person=second.code)).text
    assert "A firm may have 1 request or meeting of its own at a time." in shown
    assert 'name="message"' not in shown
    told = desk.client.post(url(desk, "ask_person", person=second.code), {"slots": str(slots[0].pk)})
    assert told.status_code == 422
    assert not Request.objects.exists()


def test_what_was_typed_is_kept_and_the_error_stands_at_its_field(desk: Desk, slots: Any, kind: Any) -> None:
    guest = person(kind, listed=True)
    told = desk.client.post(
        url(desk, "ask_person", person=guest.code),
        {"place": "table", "message": "Kept words.", "language": "en"},
    )
    assert told.status_code == 422
    assert "Choose one time at least." in told.text
    assert "Kept words." in told.text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_lists(desk: Desk, slots: Any, kind: Any, count: int) -> None:
    for _ in range(count):
        guest = person(kind, listed=True)
        make_request(guest.participant, exhibitor=desk.exhibitor, expires_at=SOON)
    numbers = []
    for name in ("ask_list", "request_list"):
        desk.client.get(url(desk, name))
        with CaptureQueriesContext(connection) as asked:
            desk.client.get(url(desk, name))
        numbers.append(len(asked))
    assert numbers == [18, 17]


# Another time ------------------------------------------------------------------------------------------------
@pytest.fixture
def meeting(desk: Desk, slots: Any, kind: Any) -> Any:
    guest = person(kind, listed=True, name="Ana Ruiz").participant
    staff = Participant.objects.get(exhibitor=desk.exhibitor)
    return make_meeting(slots[0], guest, staff, table=desk.exhibitor.edition.resources.get(kind="table"))


def test_the_firm_proposes_and_the_visitor_accepts(desk: Desk, slots: Any, meeting: Any) -> None:
    here = url(desk, "meeting_show", meeting=meeting.code)
    assert desk.client.get(here).text.count('type="checkbox" name="slots"') == 3
    wrong = desk.client.post(here, {"deed": "move_propose", "message": "Kept words."})
    assert (wrong.status_code, "Kept words." in wrong.text) == (422, True)
    told = desk.client.post(
        here, {"deed": "move_propose", "slots": str(slots[3].pk), "message": "The train."}, follow=True
    )
    assert said(told) == ["Proposed. The meeting stays where it is until they accept."]
    guest = meeting.people.get(side="asker").participant
    browser = Client()
    browser.force_login(guest.user)
    edition = desk.exhibitor.edition.slug
    assert (
        "proposes another time" in browser.get(reverse("visitor:meetings.request_list", args=[edition])).text
    )
    page = browser.get(reverse("visitor:meetings.meeting_show", args=[edition, meeting.code])).text
    assert "The train." in page
    assert page.count('type="radio" name="slots"') == 1
    answer = reverse("visitor:meetings.meeting_move_answer", args=[edition, meeting.code])
    assert browser.post(answer, {"deed": "accept", "slots": str(slots[2].pk)}).status_code == 422
    assert browser.post(answer, {"deed": "accept", "slots": str(slots[3].pk)}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.slot == slots[3]
    assert browser.post(answer, {"deed": "elsewhere"}).status_code == 404


def test_the_visitor_proposes_and_the_firm_answers(desk: Desk, slots: Any, meeting: Any) -> None:
    browser = Client()
    browser.force_login(meeting.people.get(side="asker").participant.user)
    move = reverse("visitor:meetings.meeting_move", args=[desk.exhibitor.edition.slug, meeting.code])
    assert browser.post(move, {"message": "Kept words."}).status_code == 422
    assert browser.post(move, {"slots": [str(slots[1].pk)], "message": "Later."}).status_code == 302
    assert "proposes another time for the meeting on" in desk.client.get(url(desk, "request_list")).text
    here = url(desk, "meeting_show", meeting=meeting.code)
    told = desk.client.post(here, {"deed": "move_decline", "reason": "We pack."}, follow=True)
    assert said(told) == ["Declined. The meeting stays as it was agreed."]
    assert MoveProposal.objects.get().state == "declined"
    browser.post(move, {"slots": [str(slots[1].pk)]})
    answer = reverse("visitor:meetings.meeting_move_answer", args=[desk.exhibitor.edition.slug, meeting.code])
    browser.post(answer, {"deed": "withdraw"})
    browser.post(move, {"slots": [str(slots[2].pk)]})
    assert desk.client.post(here, {"deed": "move_accept", "slots": str(slots[2].pk)}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.slot == slots[2]


def test_a_colleague_of_the_firm_acts_and_a_stranger_does_not(desk: Desk, slots: Any, meeting: Any) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    here = url(desk, "meeting_show", meeting=meeting.code)
    assert stranger.post(here, {"deed": "move_propose", "slots": str(slots[1].pk)}).status_code == 404
    move = reverse("visitor:meetings.meeting_move", args=[desk.exhibitor.edition.slug, meeting.code])
    assert stranger.post(move, {"slots": str(slots[1].pk)}).status_code == 404
    assert not MoveProposal.objects.exists()


# Lists of requests ---------------------------------------------------------------------------------------------
def test_requests_are_narrowed_and_go_into_files(desk: Desk, slots: Any, kind: Any) -> None:
    edition = desk.exhibitor.edition
    ana = make_participant(edition, name="Ana Ruiz", organisation_name="Puerto")
    wei = make_participant(edition, name="Wei Ling", organisation_name="Harbour Bank")
    make_request(ana, exhibitor=desk.exhibitor, message="Customs, please.", expires_at=SOON)
    make_request(wei, exhibitor=desk.exhibitor, state="declined", reason="No time.")
    assert "Ana Ruiz" in desk.client.get(url(desk, "request_list"), {"q": "customs"}).text
    assert "No such request" in desk.client.get(url(desk, "request_list"), {"q": "harbour"}).text
    assert (
        "Wei Ling" in desk.client.get(url(desk, "request_list"), {"box": "ended", "state": "declined"}).text
    )
    assert "No such request" in desk.client.get(url(desk, "request_list"), {"way": "out"}).text
    sheet = desk.client.get(url(desk, "request_export", kind="csv"), {"box": "ended"})
    rows = list(csv.DictReader(io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [(row["Who asked"], row["State"], row["Reason"], row["Who asked whom"]) for row in rows] == [
        ("Wei Ling", "declined", "No time.", "asked of us")
    ]
    book = desk.client.get(url(desk, "request_export", kind="xlsx"))
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert desk.client.get(url(desk, "request_export", kind="doc")).status_code == 404


def test_a_visitor_narrows_and_takes_their_requests_along(desk: Desk, slots: Any, kind: Any) -> None:
    guest = person(kind, listed=True).participant
    make_request(guest, exhibitor=desk.exhibitor, message="Customs, please.", expires_at=SOON)
    browser = Client()
    browser.force_login(guest.user)
    edition = desk.exhibitor.edition.slug
    page = reverse("visitor:meetings.request_list", args=[edition])
    assert "1 request" in browser.get(page, {"box": "sent", "q": "customs"}).text
    assert "No such request" in browser.get(page, {"box": "sent", "q": "harbour"}).text
    sheet = browser.get(reverse("visitor:meetings.request_export", args=[edition, "csv"]), {"box": "sent"})
    rows = list(csv.DictReader(io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [(row["Message"], row["Who asked whom"]) for row in rows] == [("Customs, please.", "asked by us")]
