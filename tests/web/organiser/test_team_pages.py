"""The team at the desk: an invitation outlives the proof of who one is, whatever comes between."""

import re
from typing import Any

from django.test import Client

from tests.factories.fair import make_delegation
from tests.factories.people import PASSWORD


def _unproven(desk: Any) -> Client:
    client = Client()
    client.login(username=desk.user.email, password=PASSWORD)
    return client


def _action_of_the_form_with(text: str, field: str) -> str:
    """The action of the form that holds this field."""
    form = next(form for form in re.findall(r"<form.*?</form>", text, re.S) if f'name="{field}"' in form)
    found = re.search(r'<form[^>]*action="([^"]*)"', form)
    return found.group(1) if found else ""


def test_an_address_to_mend_is_said_before_the_proof(desk: Any) -> None:
    typed = {"email": "new person", "role": "reader", "language": "en"}
    page = _unproven(desk).post(desk.address("team/"), typed)
    assert page.status_code == 200, "no proof is asked for what cannot be sent yet"
    assert "valid email" in page.content.decode()
    assert 'value="new person"' in page.content.decode()


def test_an_invitation_goes_on_after_the_proof(desk: Any, mailoutbox: Any) -> None:
    client, address = _unproven(desk), desk.address("team/")
    asked = client.post(address, {"email": "new@example.org", "role": "reader", "language": "en"})
    assert asked.headers["Location"].startswith("/en/account/reauthenticate/")
    client.post(asked.headers["Location"], {"password": "not mine", "next": address})
    assert client.post(asked.headers["Location"], {"password": PASSWORD, "next": address}).status_code == 302
    assert "new@example.org" in client.get(address).content.decode()


def test_a_refusal_after_the_proof_leaves_a_form_that_knows_where_it_belongs(desk: Any) -> None:
    client, address = _unproven(desk), desk.address("team/")
    asked = client.post(address, {"email": desk.user.email, "role": "administrator", "language": "en"})
    shown = client.post(asked.headers["Location"], {"password": PASSWORD, "next": address})
    text = shown.content.decode()
    assert f'value="{desk.user.email}"' in text, "what was typed is still there"
    assert _action_of_the_form_with(text, "email") == address, (
        "sent again, it does not go to the proof's page"
    )


def test_a_delegations_letter_asks_for_proof_only_when_it_can_be_sent(desk: Any) -> None:
    delegation = make_delegation(desk.edition)
    client, address = _unproven(desk), desk.address(f"delegations/{delegation.code}/")
    page = client.post(address, {"email": "nobody", "language": "en"})
    assert 'value="nobody"' in page.content.decode()
    assert _action_of_the_form_with(page.content.decode(), "email") == address
    asked = client.post(address, {"email": "new@example.org", "language": "en"})
    assert asked.headers["Location"].startswith("/en/account/reauthenticate/")
