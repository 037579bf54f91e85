"""Needs at a booth's desk: the board and what is kept for the firm, answering, and what the firm itself looks for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Need, NeedAnswer
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector, make_team_member
from tests.factories.matchmaking import make_answer, make_buyer, make_firm, make_need, make_seeker
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db
LIST_QUERIES = 13


class Booth:
    """The owner's browser at the firm's needs."""

    def __init__(self) -> None:
        self.edition = make_edition()
        self.exhibitor, self.owner = make_firm(self.edition)
        self.client = Client()
        self.client.force_login(self.owner)

    def url(self, name: str, **more: Any) -> str:
        return reverse(f"exhibitor:matchmaking.{name}", kwargs={"code": self.exhibitor.code, **more})


@pytest.fixture
def booth() -> Booth:
    return Booth()


def test_the_board_and_what_is_kept_for_us(booth: Booth) -> None:
    make_need(booth.edition, title={"en": "Public cranes"})
    make_need(booth.edition, title={"en": "Kept cranes"}, audience="chosen", firms=[booth.exhibitor])
    make_need(
        booth.edition, title={"en": "Others cranes"}, audience="chosen", firms=[make_exhibitor(booth.edition)]
    )
    page = booth.client.get(booth.url("need_list")).content.decode()
    assert "Public cranes" in page
    assert "Kept cranes" in page
    assert "Others cranes" not in page
    kept = booth.client.get(booth.url("need_list"), {"box": "kept", "q": "cranes"}).content.decode()
    assert "Public cranes" not in kept
    file = booth.client.get(booth.url("need_export", kind="csv"), {"box": "kept"}).getvalue().decode()
    assert "Kept cranes" in file
    assert "Public cranes" not in file
    assert booth.client.get(booth.url("need_list"), {"box": "x"}).status_code == 404


def test_answering_and_taking_it_back(booth: Booth) -> None:
    need = make_need(booth.edition)
    url = booth.url("need_show", need=need.code)
    empty = booth.client.post(url, {"message": " "})
    assert empty.status_code == 422
    assert "Say in a sentence" in empty.content.decode()
    sent = booth.client.post(url, {"message": "We can lift it."}, follow=True)
    assert "We can lift it." in sent.content.decode()
    assert "not read yet" in sent.content.decode()
    again = booth.client.post(url, {"message": "Twice"})
    assert again.status_code == 422
    assert "answered already" in again.content.decode()
    answered = booth.client.get(booth.url("need_list"), {"box": "answered"}).content.decode()
    assert need.title["en"] in answered
    booth.client.post(booth.url("answer_withdraw", need=need.code))
    assert NeedAnswer.objects.get().withdrawn_at is not None
    assert booth.client.post(booth.url("answer_withdraw", need=need.code)).status_code == 404


def test_a_hidden_buyer_is_country_and_size_to_the_firm(booth: Booth) -> None:
    person = make_buyer(booth.edition, make_user(name="Amina Otieno"), organisation_name="Otieno Hotels")
    need = make_need(seeker=make_seeker(booth.edition, person.user), audience="hidden")
    make_answer(need, booth.exhibitor, booth.owner)
    for url in (
        booth.url("need_list"), booth.url("need_show", need=need.code),
        booth.url("need_list") + "?box=answered", booth.url("need_export", kind="csv"),
    ):  # fmt: skip
        answer = booth.client.get(url)
        text = (answer.getvalue() if answer.streaming else answer.content).decode()
        assert need.title["en"] in text
        assert "Otieno" not in text, url
    assert (
        "A buyer who is not named"
        in booth.client.get(booth.url("need_show", need=need.code)).content.decode()
    )


def test_a_need_that_ended_is_read_by_those_who_answered_alone(booth: Booth) -> None:
    need = make_need(booth.edition, audience="chosen", firms=[booth.exhibitor])
    make_answer(need, booth.exhibitor)
    other = make_need(booth.edition, state="closed")
    Need.objects.filter(pk=need.pk).update(state="filled")
    page = booth.client.get(booth.url("need_show", need=need.code))
    assert "Found: no further answers" in page.content.decode()
    assert booth.client.get(booth.url("need_show", need=other.code)).status_code == 404


def test_booth_staff_answer_and_owners_say_what_the_firm_looks_for(booth: Booth) -> None:
    need = make_need(booth.edition)
    staff = Client()
    staff.force_login(make_membership(organisation=booth.exhibitor.organisation, role="booth_staff").user)
    assert staff.post(booth.url("need_show", need=need.code), {"message": "We can."}).status_code == 302
    assert staff.get(booth.url("own_need_list")).status_code == 404
    assert booth.client.get(booth.url("own_need_list")).status_code == 200
    organiser = Client()
    organiser.force_login(make_team_member(booth.edition).user)
    assert organiser.get(booth.url("own_need_list")).status_code == 404, "not even the organiser"


def test_a_firms_need_from_form_to_answer(booth: Booth) -> None:
    made = booth.client.post(booth.url("own_need_create"), {"text_0": "An auditor", "audience": "hidden"})
    need = Need.objects.get()
    assert need.seeker == seeker_for(booth.exhibitor)
    assert made.url == booth.url("own_need_show", need=need.code)
    booth.client.post(booth.url("own_need_state", need=need.code), {"to": "open"})
    answer = make_answer(need)
    page = booth.client.get(booth.url("own_need_show", need=need.code)).content.decode()
    assert answer.message in page
    board = booth.client.get(booth.url("need_show", need=need.code)).content.decode()
    assert "This is your own need." in board
    file = booth.client.get(booth.url("own_need_export", kind="xlsx"))
    assert b"".join(file.streaming_content)[:2] == b"PK"


def test_a_booth_that_is_not_open_is_told_so() -> None:
    edition = make_edition()
    exhibitor, owner = make_firm(edition, state="draft")
    client = Client()
    client.force_login(owner)
    need = make_need(edition)
    url = reverse("exhibitor:matchmaking.need_show", kwargs={"code": exhibitor.code, "need": need.code})
    assert "Open your booth first" in client.get(url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_need_as_for_three(
    booth: Booth, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_need(booth.edition, more_sectors=[make_sector(booth.edition)])
    booth.client.get(booth.url("need_list"))
    with django_assert_num_queries(LIST_QUERIES):
        assert booth.client.get(booth.url("need_list")).status_code == 200
