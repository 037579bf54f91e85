"""A host's "Sessions" pages, at a booth's desk and at a delegation's: propose, edit, answer, tend."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from everfair.programme.actions.state import change_state
from everfair.programme.models import Session
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation
from tests.factories.people import make_membership, make_user
from tests.factories.programme import make_call, make_session

FORM = {
    "title_en": "A talk", "abstract_en": "What it is about.", "format": "hybrid", "person-count": "1",
    "person-0-name_en": "Ann Lee", "person-0-role": "moderator",
}  # fmt: skip


class Host:
    """Somebody at a host's desk."""

    def __init__(self, is_firm: bool) -> None:
        self.exhibitor = make_exhibitor()
        self.edition = self.exhibitor.edition
        self.user = make_membership(organisation=self.exhibitor.organisation).user
        self.is_firm, self.host = is_firm, self.exhibitor
        if not is_firm:
            self.user = make_user()
            self.host = make_delegation(self.edition, self.user)
        self.client = Client()
        self.client.force_login(self.user)

    def url(self, name: str, **more: Any) -> str:
        if self.is_firm:
            return reverse(f"exhibitor:programme.{name}", kwargs={"code": self.host.code, **more})
        return reverse(f"organiser:programme.delegation_{name}", kwargs={"code": self.host.code, **more})

    def session(self, **facts: Any) -> Session:
        owner = {"exhibitor": self.host} if self.is_firm else {"delegation": self.host}
        return make_session(self.edition, **owner, **facts)


@pytest.fixture(params=[True, False], ids=["firm", "delegation"])
def host(db: None, request: Any) -> Host:
    return Host(request.param)


def test_without_a_call_nothing_can_be_proposed(host: Host) -> None:
    page = host.client.get(host.url("session_list")).content.decode()
    assert "No call for sessions" in page
    response = host.client.post(host.url("session_create"), FORM)
    assert response.status_code == 400
    assert "not open yet" in response.content.decode()
    assert not Session.objects.exists()


def test_from_proposal_to_answer(host: Host) -> None:
    make_call(host.edition, text={"en": "We look for talks."}, most_per_host=1)
    assert "We look for talks." in host.client.get(host.url("session_list")).content.decode()
    assert host.client.get(host.url("session_create")).status_code == 200
    assert host.client.post(host.url("session_create"), FORM).status_code == 302
    session = Session.objects.get()
    assert (session.state, session.parts.get().speaker.name) == ("proposed", {"en": "Ann Lee"})
    again = host.client.post(host.url("session_create"), FORM | {"title_en": "Second"})
    assert "may propose 1 session," in again.content.decode()
    assert 'value="Second"' in again.content.decode()
    mail.outbox.clear()
    change_state(session, "changes_asked", by=None, reason="Who interprets?")
    assert [letter.to for letter in mail.outbox] == [[host.user.email]]
    assert "Who interprets?" in host.client.get(host.url("session_list")).content.decode()
    edit = host.url("session_edit", session=session.code)
    assert "Who interprets?" in host.client.get(edit).content.decode()
    code = session.parts.get().speaker.code
    answer = FORM | {"version": str(Session.objects.get().version), "person-0-code": code, "title_zh": "一场"}
    assert host.client.post(edit, answer | {"send": "1"}).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.title) == ("proposed", {"en": "A talk", "zh": "一场"})
    assert session.parts.get().speaker.code == code


def test_what_is_wrong_stands_beside(host: Host) -> None:
    make_call(host.edition)
    for wrong, words in (
        ({"title_en": ""}, "Fill this in in at least one language."),
        ({"person-0-name_en": "", "person-0-title_en": "Boss"}, "Write the speaker&#x27;s name"),
        ({"person-0-name_en": "🎉"}, "has no letter or digit"),
        ({"starts_at": "2026-09-04T10:00"}, "both a beginning and an end"),
    ):
        response = host.client.post(host.url("session_create"), FORM | wrong)
        assert response.status_code == 400
        assert words in response.content.decode(), wrong
        assert "What it is about." in response.content.decode()
    assert not Session.objects.exists()


def test_a_row_more_without_script(host: Host) -> None:
    make_call(host.edition)
    response = host.client.post(host.url("session_create"), FORM | {"add_row": "1"})
    assert response.status_code == 200
    assert 'name="person-1-name_en"' in response.content.decode()
    assert 'value="Ann Lee"' in response.content.decode()


def test_two_colleagues_lose_nothing(host: Host) -> None:
    session = host.session(state="proposed")
    edit = host.url("session_edit", session=session.code)
    assert host.client.post(edit, FORM | {"version": "1", "title_en": "Hers"}).status_code == 302
    assert host.client.post(edit, FORM | {"version": "9" * 5000, "title_en": "Its"}).status_code == 409
    response = host.client.post(edit, FORM | {"version": "1", "title_en": "His"})
    assert response.status_code == 409
    assert "Hers" in response.content.decode()
    assert 'value="His"' in response.content.decode()


def test_taking_back(host: Host) -> None:
    session = host.session(state="proposed")
    host.client.post(host.url("session_withdraw", session=session.code))
    assert Session.objects.get().state == "cancelled"
    public = host.session()
    page = host.client.post(host.url("session_withdraw", session=public.code), follow=True).content.decode()
    assert "cannot become" in page or "not your step" in page
    assert Session.objects.get(pk=public.pk).state == "published"


def test_a_confirmed_session_is_tended(host: Host) -> None:
    session = host.session(state="confirmed")
    edit = host.url("session_edit", session=session.code)
    assert host.client.post(edit, FORM | {"title_en": "Sneaky"}).status_code == 200
    links = host.url("session_links", session=session.code)
    bad = host.client.post(links, {"live_url": "not an address", "replay_url": ""})
    assert bad.status_code == 400
    assert "not an address" in bad.content.decode()
    host.client.post(links, {"live_url": "https://stream.example/a.m3u8", "replay_url": ""})
    materials = host.url("material_add", session=session.code)
    assert host.client.post(materials, {"title": "Nothing"}).status_code == 400
    host.client.post(materials, {"title": "Slides", "url": "https://slides.example/1"})
    session.refresh_from_db()
    assert session.live_url == "https://stream.example/a.m3u8"
    assert session.title["en"] != "Sneaky"
    assert "Slides" in host.client.get(edit).content.decode()
    material = session.materials.get()
    host.client.post(host.url("material_remove", session=session.code, pk=material.pk))
    assert not session.materials.exists()


def test_others_sessions_are_not_found(host: Host) -> None:
    other = make_session(host.edition, state="proposed")
    for name in ("session_edit", "session_withdraw", "session_links", "material_add"):
        assert host.client.post(host.url(name, session=other.code), FORM).status_code == 404


def test_the_list_takes_the_same_queries(host: Host, django_assert_num_queries: Any) -> None:
    make_call(host.edition)
    host.session(speakers=1)
    count = 11 if host.is_firm else 10
    with django_assert_num_queries(count):
        host.client.get(host.url("session_list"))
    host.session(speakers=2), host.session(state="proposed")
    with django_assert_num_queries(count):
        host.client.get(host.url("session_list"))


def test_booth_staff_read_and_do_not_propose(db: None) -> None:
    host = Host(True)
    make_call(host.edition)
    session = host.session(state="proposed")
    client = Client()
    client.force_login(make_membership(organisation=host.exhibitor.organisation, role="booth_staff").user)
    page = client.get(host.url("session_list"))
    assert page.status_code == 200
    assert "Propose a session" not in page.content.decode()
    assert client.get(host.url("session_create")).status_code == 404
    shown = client.get(host.url("session_edit", session=session.code))
    assert shown.status_code == 200
    assert "<textarea" not in shown.content.decode()
