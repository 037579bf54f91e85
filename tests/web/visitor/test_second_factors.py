"""Whoever adds a passkey or an app on the way to something is led back to it, and nowhere else."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.http import urlencode

from everfair.people.models import User
from everfair.web.visitor.second_factors import way_back
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db
HERE = "/en/my/deals/spring/agreements/bcdfgh/confirm/?party=3"
ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "///evil.example", "javascript:alert(1)",
    "http://testserver/en/my/", "en/my/", " //evil.example", "/\t/evil.example",
]  # fmt: skip


@pytest.fixture
def person() -> User:
    return make_user(name="Wanjiru")


@pytest.fixture
def client_now(person: User, signed_in: Callable[..., Client]) -> Client:
    """Signed in a moment ago, by password."""
    return signed_in(person)


def switch_on(client: Client, **more: str) -> Any:
    address = reverse("mfa_activate_totp")
    secret = client.get(address).context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    return client.post(address, {"code": code, **more})


def test_the_form_carries_the_way_back_and_leads_there(client_now: Client, person: User) -> None:
    for name in ("mfa_add_webauthn", "mfa_activate_totp"):
        page = client_now.get(f"{reverse(name)}?{urlencode({'next': HERE})}").text
        assert f'<input type="hidden" name="next" value="{HERE}">' in page
        assert f'<a href="{HERE}">Back to where you were</a>' in page
    answer = switch_on(client_now, next=HERE)
    assert (answer.status_code, answer["Location"]) == (302, HERE)
    said = [str(one) for one in client_now.get(reverse("visitor:people.profile_edit")).context["messages"]]
    assert any("Recovery codes were made" in one for one in said)


def test_without_one_it_is_as_before(client_now: Client) -> None:
    page = client_now.get(reverse("mfa_add_webauthn")).text
    assert 'name="next"' not in page
    assert "Back to sign-in and security" in page
    assert switch_on(client_now)["Location"] == reverse("mfa_view_recovery_codes")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_it_leads_to_paths_of_this_site_alone(client_now: Client, wanted: str) -> None:
    page = client_now.get(f"{reverse('mfa_add_webauthn')}?{urlencode({'next': wanted})}").text
    assert 'name="next"' not in page
    assert "Back to where you were" not in page
    assert switch_on(client_now, next=wanted)["Location"] == reverse("mfa_view_recovery_codes")


def test_what_is_posted_counts_before_the_address() -> None:
    request = RequestFactory().post("/en/account/?next=/en/other/", {"next": HERE})
    assert way_back(request) == HERE


def test_proving_oneself_first_keeps_the_way_back(person: User) -> None:
    client = Client()
    client.force_login(person)
    first = client.get(f"{reverse('mfa_add_webauthn')}?{urlencode({'next': HERE})}")
    assert first.status_code == 302
    assert "reauthenticate" in first["Location"]
    after = client.post(first["Location"], {"password": PASSWORD}, follow=True)
    assert after.redirect_chain[-1][0] == f"{reverse('mfa_add_webauthn')}?{urlencode({'next': HERE})}"
    assert after.context["way_back"] == HERE
