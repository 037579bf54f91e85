"""A speaker's account, named by the address they sign in with: from then on they may go on the stage of their sessions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.programme import access
from everfair.programme.models import SessionSpeaker, Speaker
from tests.factories.fair import make_team_member
from tests.factories.people import make_user
from tests.factories.programme import make_session, make_speaker

pytestmark = pytest.mark.django_db


def test_a_speaker_gets_an_account_and_loses_it() -> None:
    session, user = make_session(), make_user("speaker@example.org", name="Lin Yao")
    speaker = make_speaker(session.edition, name={"en": "Lin Yao"})
    SessionSpeaker.objects.create(session=session, speaker=speaker)
    client = Client()
    client.force_login(make_team_member(session.edition, role="programme").user)
    address = reverse("organiser:programme.speaker_edit", args=[session.edition.slug, speaker.code])

    def save(account: str) -> Any:
        speaker.refresh_from_db()
        return client.post(address, {"name_en": "Lin Yao", "account": account, "version": speaker.version})

    assert not access.may_speak(user, session)
    unknown = save("nobody@example.org")
    assert "Nobody signs in with this address" in unknown.text
    assert "nobody@example.org" in unknown.text, "what was typed is kept"
    assert save("Speaker@Example.org").status_code == 302
    assert Speaker.objects.get().user == user
    assert access.may_speak(user, session)
    assert "speaker@example.org" in client.get(address).text
    assert save("").status_code == 302
    assert not access.may_speak(user, session)
