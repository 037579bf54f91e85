"""A person's badge: behind the link, listed for who is signed in, on the phone and on paper."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from everfair.base.languages import Words
from everfair.registration.access import digest_of, secret_of
from everfair.registration.models import Registration
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.gateways.printing.test_printing import pages

KIND: Words = {"en": "Press", "zh": "媒体"}


@pytest.fixture
def person(db: None) -> Registration:
    found = make_badge_holder(make_badge_kind(name=KIND), name="李娜", email="li@example.org")
    found.secret_digest = digest_of(secret_of(found))
    found.save()
    return found


def address(person: Registration, path: str = "", lang: str = "en") -> str:
    return f"/{lang}/{person.edition.slug}/registration/{secret_of(person)}/badge/{path}"


def test_the_page_shows_the_badge_and_is_kept_by_nobody_in_between(
    person: Registration, client: Client
) -> None:
    answer = client.get(address(person))
    shown = answer.content.decode()
    badge = person.badges.get()
    assert "李娜" in shown
    assert "Press" in shown
    assert "媒体" in shown
    assert "Valid until" in shown
    assert badge.code not in shown  # the code is a drawing, nothing to copy
    assert re.search(r'<path stroke="#000" d="M4 4\.5h7', shown)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert "style=" not in shown
    client.get(address(person))
    assert person.badges.count() == 1


def test_the_chinese_page_leads_with_chinese(person: Registration, client: Client) -> None:
    shown = client.get(address(person, lang="zh")).content.decode()
    assert shown.index("媒体") < shown.index("Press")


@pytest.mark.parametrize("state", ["requested", "waiting", "declined", "cancelled"])
def test_without_approval_there_is_no_badge(person: Registration, client: Client, state: str) -> None:
    Registration.objects.filter(pk=person.pk).update(state=state)
    shown = client.get(address(person)).content.decode()
    assert "There is no valid badge" in shown
    assert "badge-code" not in shown
    assert person.badges.count() == 0
    assert client.get(address(person, "badge.pdf")).status_code == 302


def test_another_editions_link_or_a_wrong_one_is_not_found(person: Registration, client: Client) -> None:
    elsewhere = make_edition()
    right = address(person)
    assert client.get(right.replace(person.edition.slug, elsewhere.slug)).status_code == 404
    assert client.get(right.replace("/badge/", "x/badge/")).status_code == 404


def test_the_pdf(person: Registration, client: Client) -> None:
    answer = client.get(address(person, "badge.pdf"), {"paper": "a4"})
    assert answer["Content-Type"] == "application/pdf"
    assert pages(answer.content) == 1  # type: ignore[arg-type]
    assert client.get(address(person, "badge.pdf"), {"paper": "b0"}).status_code == 302


def test_printing_has_its_limit(person: Registration, client: Client, settings: Any) -> None:
    from everfair.web.visitor import badge

    settings.RATE_LIMITS_ON = True
    old, badge.MOST_PDFS = badge.MOST_PDFS, 1
    try:
        assert client.get(address(person, "badge.pdf")).status_code == 200
        assert client.get(address(person, "badge.pdf")).status_code == 302
    finally:
        badge.MOST_PDFS = old


def test_the_worker_knows_its_page_and_nothing_else(person: Registration, client: Client) -> None:
    answer = client.get(address(person, "worker.js"))
    assert answer["Content-Type"].startswith("text/javascript")
    first, second = answer.content.decode().splitlines()
    settings = json.loads(first.removeprefix("self.KEPT = ").removesuffix(";"))
    assert settings["page"] == address(person)
    assert all(name.startswith("/static/") for name in settings["files"])
    assert "kept-page-worker.js" in second
    assert "Service-Worker-Allowed" not in answer.headers  # its folder is its scope


def test_the_page_can_be_installed(person: Registration, client: Client) -> None:
    answer = client.get(address(person, "manifest.webmanifest"))
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["start_url"] == manifest["scope"] == address(person)
    assert manifest["display"] == "standalone"
    assert manifest["icons"]


def test_the_list_is_ones_own(
    person: Registration, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(make_user("li@example.org"))
    shown = client.get("/en/my/badges/").content.decode()
    assert address(person) in shown
    for _ in range(2):
        make_badge_holder(make_badge_kind(), email="li@example.org")
    with django_assert_max_num_queries(12):
        client.get("/en/my/badges/")
    stranger = Client()
    stranger.force_login(make_user())
    assert "No badge yet" in stranger.get("/en/my/badges/").content.decode()
