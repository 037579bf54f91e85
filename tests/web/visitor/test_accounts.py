"""The way in: letters, limits, no way out of this site, proof, sample sign-in."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from everfair.fair.actions.team import invite_team_member
from everfair.people.models import User
from tests.factories.fair import make_edition
from tests.factories.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def sign_in(client: Client, person: User, password: str = PASSWORD, **query: str) -> Any:
    return client.post("/en/account/login/", {"login": person.email, "password": password, **query})


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "http://testserver.evil.example/",
        "http://localhost/en/my/",  # an allowed host, but not this one
    ],
)
def test_signing_in_leads_nowhere_else(client: Client, target: str) -> None:
    answer = sign_in(client, make_user(), next=target)
    assert answer.headers["Location"] == "/en/my/"


def test_signing_in_leads_on_within_the_site(client: Client) -> None:
    assert sign_in(client, make_user(), next="/zh/my/profile/").headers["Location"] == "/zh/my/profile/"


@pytest.mark.parametrize("path", ["logout", "reauthenticate"])
def test_other_doors_lead_nowhere_else_either(signed_in: SignedIn, path: str) -> None:
    client = signed_in(make_user())
    answer = client.post(f"/en/account/{path}/", {"next": "https://evil.example/", "password": PASSWORD})
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]


def test_a_wrong_password_says_what_to_do_and_keeps_the_address(client: Client) -> None:
    person = make_user()
    text = sign_in(client, person, "wrong").content.decode()
    assert "do not belong together" in text
    assert f'value="{person.email}"' in text
    assert "wrong" not in text.split("<main")[1]


def test_guessing_a_password_ends_after_five(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    person = make_user()
    for _ in range(5):
        assert b"do not belong together" in sign_in(client, person, "wrong").content
    stopped = sign_in(client, person)  # even the right one
    assert b"Too many failed attempts" in stopped.content
    assert "_auth_user_id" not in client.session


def test_codes_are_not_sent_without_end(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    person = make_user()
    for _ in range(6):
        Client().post("/en/account/login/code/", {"email": person.email})
    assert len(mail.outbox) == 3


def test_too_many_requests_get_a_page_that_says_so(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, make_user(), "wrong")
    stopped = client.get("/en/account/login/")
    stopped = sign_in(client, make_user(), "wrong")
    assert stopped.status_code == 429
    assert b"Wait a minute" in stopped.content


def test_letters_come_in_the_persons_language_whatever_the_page(client: Client) -> None:
    person = make_user(language="zh")
    client.post("/en/account/login/code/", {"email": person.email})
    html = str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]
    assert 'lang="zh-Hans"' in html


def test_a_new_person_reads_the_language_of_the_page(client: Client) -> None:
    client.post(
        "/zh/account/signup/",
        {"name": "王伟", "email": "wei@example.org", "password1": PASSWORD, "time_zone": "Asia/Shanghai"},
    )
    person = User.objects.get()
    assert (person.name, person.language, person.time_zone) == ("王伟", "zh", "Asia/Shanghai")
    assert 'lang="zh-Hans"' in str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_an_odd_time_zone_stops_nobody(client: Client, zone: str) -> None:
    client.post(
        "/en/account/signup/",
        {"name": "Wei", "email": "wei@example.org", "password1": PASSWORD, "time_zone": zone},
    )
    assert User.objects.get().time_zone == "UTC"


def test_signing_up_twice_tells_only_the_owner_of_the_address(client: Client) -> None:
    person = make_user()
    new, known = (
        Client().post("/en/account/signup/", {"name": "W", "email": email, "password1": PASSWORD})
        for email in ("new@example.org", person.email)
    )
    assert (new.status_code, new.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert mail.outbox[-1].to == [person.email]
    assert "have an account already" in mail.outbox[-1].subject
    assert User.objects.count() == 2


def test_a_weak_password_is_refused_beside_the_field(client: Client) -> None:
    page = client.post(
        "/en/account/signup/", {"name": "Wei", "email": "wei@example.org", "password1": "password"}
    )
    text = page.content.decode()
    assert 'id="id_password1_error"' in text
    assert 'value="wei@example.org"' in text
    assert not User.objects.exists()


def test_links_in_letters_use_the_configured_address(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    person = make_user()
    client.post("/en/account/password/reset/", {"email": person.email}, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body
    assert f"{settings.BASE_URL}/en/account/password/reset/key/" in mail.outbox[0].body


def test_a_changed_password_is_told_by_letter(signed_in: SignedIn) -> None:
    person = make_user()
    new = "another-long-passphrase"
    answer = signed_in(person).post(
        "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.headers["Location"] == "/en/my/security/"
    assert mail.outbox[-1].subject == "Your password was changed"


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client) -> None:
    sign_in(client, make_user())
    for name in ("everfair_session", "everfair_csrf"):
        if name in client.cookies:
            assert client.cookies[name]["httponly"]
            assert client.cookies[name]["samesite"] == "Lax"
    assert "everfair_session" in client.cookies


def test_a_form_without_its_token_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    person = make_user()
    assert sign_in(strict, person).status_code == 403
    strict.force_login(person)
    assert strict.post("/en/my/profile/", {"name": "x"}).status_code == 403


def account_pages() -> list[str]:
    """Every address of allauth that stands without arguments."""
    found = []
    for name in get_resolver().reverse_dict:
        if isinstance(name, str) and name.startswith(("account_", "mfa_", "usersessions_")):
            try:
                found.append(reverse(name))
            except NoReverseMatch:
                continue
    return sorted(path.removeprefix("/en") for path in found)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_every_account_page_is_in_our_design(signed_in: SignedIn, lang: str, is_signed_in: bool) -> None:
    pages = account_pages()
    assert len(pages) > 15
    for path in pages:
        client = signed_in(make_user()) if is_signed_in else Client()
        answer = client.get(f"/{lang}{path}")
        assert answer.status_code in {200, 302, 404}, path
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        text = answer.content.decode()
        assert 'class="skip"' in text, path
        assert f'lang="{ {"en": "en", "zh": "zh-Hans"}[lang] }"' in text, path
        assert "<script>" not in text, path
        assert 'style="' not in text, path
        assert text.count("<h1") == 1, path


def test_the_profile_switches_the_language_of_the_address(signed_in: SignedIn) -> None:
    person = make_user()
    client = signed_in(person)
    values = {"name": "Wei", "language": "zh", "time_zone": "Asia/Shanghai"}
    assert client.post("/en/my/profile/", values).headers["Location"] == "/zh/my/profile/"
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("zh", "Asia/Shanghai")
    wrong = client.post("/en/my/profile/", {**values, "time_zone": "Mars/Olympus", "name": "Typed"})
    assert 'id="id_time_zone_error"' in wrong.content.decode()
    assert 'value="Typed"' in wrong.content.decode()


class TestSampleSignIn:
    """One click, in a sample installation, on its own machine, for listed people: and never else."""

    @pytest.fixture
    def person(self, settings: Any, tmp_path: Path) -> User:
        settings.DEMO, settings.DATA_DIR = True, tmp_path
        person = make_user("sample@example.org")
        listed = [
            {
                "email": person.email,
                "password": PASSWORD,
                "role": {"en": "Owner", "zh": "负责人"},
                "desk": "/en/my/firms/",
            }
        ]
        (tmp_path / "demo-accounts.json").write_text(json.dumps(listed), encoding="utf-8")
        return person

    def click(self, email: str = "sample@example.org", host: str = "localhost", **extra: str) -> Any:
        client = Client()
        answer = client.post("/en/my/sample-sign-in/", {"email": email}, headers={"host": host}, **extra)
        return answer.status_code, answer.headers.get("Location"), "_auth_user_id" in client.session

    def test_it_is_offered_and_works_here(self, person: User, client: Client) -> None:
        text = client.get("/zh/account/login/", headers={"host": "localhost"}).content.decode()
        assert "sample@example.org" in text
        assert "负责人" in text
        assert self.click() == (302, "/en/my/firms/", True)

    @pytest.mark.parametrize(
        ("host", "extra"),
        [
            ("localhost", {"REMOTE_ADDR": "192.0.2.7"}),
            ("testserver", {}),
            ("localhost", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}),
            ("localhost", {"HTTP_X_REAL_IP": "192.0.2.7"}),
            ("localhost", {"HTTP_FORWARDED": "for=192.0.2.7"}),
            ("localhost", {"REMOTE_ADDR": ""}),
        ],
    )
    def test_it_is_neither_offered_nor_open_elsewhere(
        self, person: User, client: Client, host: str, extra: dict[str, str]
    ) -> None:
        assert self.click(host=host, **extra) == (404, None, False)
        page = client.get("/en/account/login/", headers={"host": host}, **extra)
        assert b"sample@example.org" not in page.content

    def test_nobody_unlisted(self, person: User) -> None:
        make_user("real@example.org")
        assert self.click("real@example.org") == (404, None, False)

    def test_not_where_the_fair_is_real(self, person: User, settings: Any) -> None:
        settings.DEMO = False
        assert self.click() == (404, None, False)

    def test_a_desk_elsewhere_is_not_followed(self, person: User, settings: Any) -> None:
        listed = [{"email": person.email, "password": "", "role": {}, "desk": "//evil.example/"}]
        (settings.DATA_DIR / "demo-accounts.json").write_text(json.dumps(listed), encoding="utf-8")
        assert self.click() == (302, "/en/my/", True)


STOLEN, THEIR_WORDS = "wanjiru@firm.example", "what a stranger chose 99"


def stranger_signs_up() -> Client:
    """Somebody opens an account under an address that is not theirs, and waits."""
    stranger = Client()
    stranger.post("/en/account/signup/", {"email": STOLEN, "password1": THEIR_WORDS, "name": "Wanjiru"})
    assert User.objects.filter(email=STOLEN).exists()
    return stranger


def newest_code() -> str:
    found = re.search(r"^[A-Z0-9]{3,}(-[A-Z0-9]{3,})*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group()


def test_a_password_chosen_by_a_stranger_opens_nothing_once_the_owner_came_by_a_code() -> None:
    stranger_signs_up()
    owner = Client()
    asked = owner.post("/en/account/login/code/", {"email": STOLEN})
    owner.post(asked.headers["Location"], {"code": newest_code()})
    assert owner.get("/en/my/").status_code == 200
    stranger = Client()
    stranger.post("/en/account/login/", {"login": STOLEN, "password": THEIR_WORDS})
    assert "_auth_user_id" not in stranger.session


def test_a_password_of_ones_own_still_holds_after_the_code_in_another_browser() -> None:
    stranger_signs_up()
    cache.clear()  # a few minutes later: allauth mails no second code at once
    later = Client()
    later.post("/en/account/login/", {"login": STOLEN, "password": THEIR_WORDS})
    later.post("/en/account/confirm-email/", {"code": newest_code()})
    assert later.get("/en/my/").status_code == 200
    assert User.objects.get(email=STOLEN).check_password(THEIR_WORDS)


def test_a_role_given_to_an_address_does_not_fall_to_a_stranger_who_signed_up_with_it() -> None:
    stranger = stranger_signs_up()
    edition = make_edition()
    member = invite_team_member(edition, STOLEN, "administrator", by=None, language="en")
    stranger.post("/en/account/confirm-email/", {"action": "change", "email": "stranger@evil.example"})
    if "stranger@evil.example" in mail.outbox[-1].to:
        stranger.post("/en/account/confirm-email/", {"code": newest_code()})
    member.user.refresh_from_db()
    assert member.user.email == STOLEN
    assert "_auth_user_id" not in stranger.session
    assert not member.user.check_password(THEIR_WORDS)
    assert member.user.name == ""
    owner = Client()  # the person behind the address comes in by a code, as the letter says
    asked = owner.post("/en/account/login/code/", {"email": STOLEN})
    owner.post(asked.headers["Location"], {"code": newest_code()})
    assert owner.get(f"/en/desk/{edition.slug}/").status_code == 200
