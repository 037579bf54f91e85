"""The page on which somebody erases their account."""

from collections.abc import Callable
from typing import Any

import pytest

from everfair.people.models import User
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
URL = "/en/my/erase/"


def test_the_page_says_what_goes_and_what_stays(signed_in: Callable[..., Any]) -> None:
    page = signed_in(make_user()).get(URL).content.decode()
    assert "at once and for good" in page
    assert "without your name" in page
    assert 'Keep a copy first of what you need: your lists under <a href="/en/my/">My fair</a>' in page
    assert URL in signed_in(make_user()).get("/en/my/security/").content.decode()


def test_the_wrong_address_erases_nothing(signed_in: Callable[..., Any]) -> None:
    person = make_user()
    answer = signed_in(person).post(URL, {"email": "other@example.org"})
    assert answer.status_code == 422
    assert "not the address of this account" in answer.content.decode()
    assert User.objects.filter(pk=person.pk).exists()


def test_without_a_fresh_proof_it_is_asked_first(signed_in: Callable[..., Any]) -> None:
    person = make_user()
    answer = signed_in(person, proven=False).post(URL, {"email": person.email})
    assert "reauthenticate" in answer.headers["Location"]
    assert User.objects.filter(pk=person.pk).exists()


def test_it_goes_and_the_browser_is_signed_out(signed_in: Callable[..., Any]) -> None:
    person = make_user()
    client = signed_in(person)
    answer = client.post(URL, {"email": person.email.upper()}, follow=True)
    assert not User.objects.filter(pk=person.pk).exists()
    assert "Your account is erased." in answer.content.decode()
    assert "/account/login/" in client.get("/en/my/").headers["Location"]


def test_what_has_to_be_done_first_stands_on_the_page(signed_in: Callable[..., Any]) -> None:
    member = make_team_member(make_edition())
    answer = signed_in(member.user).post(URL, {"email": member.user.email})
    assert answer.status_code == 422
    assert "Nobody but you runs" in answer.content.decode()
    assert User.objects.filter(pk=member.user.pk).exists()
