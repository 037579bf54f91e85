"""Invitations: one or a pasted list, used once, sent again with a new link, withdrawn; the secret stands in the letter only."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from everfair.base.refusals import Refused
from everfair.registration.actions.invitations import (
    invite,
    invite_many,
    resend_invitation,
    withdraw_invitation,
)
from everfair.registration.forms.invitations import read_lines
from everfair.registration.models import Registration, RegistrationInvitation
from tests.factories.fair import make_edition
from tests.factories.registration import make_kind, make_registration


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        ("lin@x.org", "lin@x.org", ""),
        ("Lin Wei <LIN@x.org>", "lin@x.org", "Lin Wei"),
        ("林伟\tlin@x.org\tJade", "lin@x.org", "林伟"),
        ("lin@x.org; Lin Wei", "lin@x.org", "Lin Wei"),
        ("“Lin, Wei” lin@x.org", "lin@x.org", "Lin"),
        ("no address here", "", "no address here"),
    ],
)
def test_lines_in_any_usual_shape(text: str, email: str, name: str) -> None:
    (line,) = read_lines(f"\n{text}\n\n")
    assert (line.number, line.email, line.name) == (2, email, name)


@pytest.fixture
def kind(db: None) -> Any:
    return make_kind(make_edition(), is_open=False, needs_approval=True, name={"en": "Press", "zh": "媒体"})


def link_of(deed: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address in the letter that `deed` sends."""
    urls: list[str] = []
    from everfair.registration import notices

    monkeypatch.setattr(
        notices.mail, "send", lambda to, template, context, language: urls.append(context["url"])
    )
    deed()
    return "/" + urls[-1].split("/", 3)[3]


def test_an_invitation_opens_a_closed_kind_once_and_is_its_own_approval(
    client: Client, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = link_of(lambda: invite(kind.edition, kind, "Lin@x.org", name="Lin Wei", by=None), monkeypatch)
    page = client.get(url).content.decode()
    assert 'value="lin@x.org"' in page
    assert 'value="Lin Wei"' in page
    answer = client.post(url, {"name": "Lin Wei", "email": "lin@x.org", "language": "en"})
    assert answer.status_code == 302
    row = Registration.objects.get()
    assert (row.state, row.source, row.invitation.email) == ("approved", "invitation", "lin@x.org")
    assert client.get(url).status_code == 410
    secret = url.rstrip("/").rsplit("/", 1)[1]
    assert not RegistrationInvitation.objects.filter(secret_digest=secret).exists()


def test_the_same_person_is_invited_once_and_not_when_registered(kind: Any) -> None:
    invite(kind.edition, kind, "lin@x.org", by=None)
    with pytest.raises(Refused, match="invited already"):
        invite(kind.edition, kind, "LIN@x.org", by=None)
    make_registration(kind, email="wu@x.org")
    with pytest.raises(Refused, match="registered as"):
        invite(kind.edition, kind, "wu@x.org", by=None)


def test_a_pasted_list_sends_what_it_can_and_says_why_not(kind: Any) -> None:
    lines = read_lines("Lin <lin@x.org>\nnobody\nlin@x.org\nwu@x\nAda, ada@x.org")
    result = invite_many(kind.edition, kind, lines, by=None)
    assert [one.email for one in result.sent] == ["lin@x.org", "ada@x.org"]
    assert [number for number, _text, _why in result.refused] == [2, 3, 4]
    assert "line 1" in result.refused[1][2]


def test_sent_again_the_old_link_is_dead_and_withdrawn_both_are(
    client: Client, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = link_of(lambda: invite(kind.edition, kind, "lin@x.org", by=None), monkeypatch)
    invitation = RegistrationInvitation.objects.get()
    second = link_of(lambda: resend_invitation(invitation, by=None), monkeypatch)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    withdraw_invitation(invitation, by=None)
    assert client.get(second).status_code == 410
    answer = client.post(second, {"name": "Lin", "email": "lin@x.org", "language": "en"})
    assert answer.status_code == 410
    assert not Registration.objects.exists()


def test_run_out_invitations_say_so(client: Client, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    past = timezone.now() - timedelta(days=31)
    url = link_of(lambda: invite(kind.edition, kind, "lin@x.org", by=None, now=past), monkeypatch)
    answer = client.get(url)
    assert answer.status_code == 410
    assert "has run out" in answer.content.decode()
