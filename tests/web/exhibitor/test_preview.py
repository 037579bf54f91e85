"""The preview at the booth's desk: the public page itself, in each language, for its team alone."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.exhibition.models import Exhibitor
from tests.exhibition.test_offers import document_of
from tests.factories.exhibition import make_offer
from tests.factories.people import make_membership, make_user
from tests.web.exhibitor.conftest import Desk, make_desk

pytestmark = pytest.mark.django_db


def full_desk(**extra: Any) -> Desk:
    desk = make_desk(headline={"en": "Only English"}, about={"zh": "只有中文"}, **extra)
    make_offer(desk.exhibitor, title={"en": "Audit", "zh": "审计"}, modes=0b1001)
    make_offer(desk.exhibitor, title={"en": "Hidden away"}, is_on_shelf=False)
    document_of(desk.exhibitor)
    desk.exhibitor.contacts.create(role={"en": "Tender desk"})
    return desk


def page_of(html: str) -> str:
    """What stands on the page itself: <main>, without the buttons of who reads it and who is there now."""
    main = html[html.index("<main") : html.index("</main>")]
    main = re.sub(r'<div class="here-now.*?</noscript></div>\n?', "", main, flags=re.DOTALL)
    return re.sub(r'<a class="btn quiet" href="[^"]*/booth-desk/[^"]*">[^<]*</a>', "", main)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_the_public_page(lang: str) -> None:
    desk = full_desk()
    exhibitor = desk.exhibitor
    public = reverse("public:exhibition.booth", args=[exhibitor.edition.slug, exhibitor.address])
    there = Client().get(public.replace("/en/", f"/{lang}/")).content.decode()
    here = desk.client.get(desk.url("booth_preview").replace("/en/", f"/{lang}/")).content.decode()
    assert page_of(here) == page_of(there)
    assert {"en": "Audit", "zh": "审计"}[lang] in page_of(here)


@pytest.mark.parametrize("state", ["draft", "applied", "accepted", "withdrawn", "rejected"])
def test_before_it_is_public_the_team_sees_the_same_layout(state: str) -> None:
    desk = full_desk(state=state)
    html = desk.get("booth_preview").content.decode()
    main = page_of(html)
    assert all(text in main for text in ("booth-head", "booth-cols", "Audit", "Tender desk", "只有中文"))
    assert "Hidden away" not in html
    assert "only your team and the organiser do" in html
    assert ("Publish the booth" in html) == (state == "accepted")


def test_the_switch_leads_to_the_preview_in_the_other_language() -> None:
    desk = full_desk(state="draft")
    switch = desk.get("booth_preview").context["switch"]
    assert [(code, is_current) for code, _label, _url, is_current in switch] == [("en", True), ("zh", False)]
    html = desk.client.get(switch[1][2]).content.decode()
    assert '<html lang="zh-Hans"' in html
    assert "审计" in page_of(html)


def test_nobody_else_sees_it() -> None:
    desk = full_desk(state="accepted")
    for_leads = make_membership(organisation=desk.exhibitor.organisation, role="lead_only").user
    for person in (make_user(), make_membership().user, make_desk().owner, for_leads):
        client = Client()
        client.force_login(person)
        assert client.get(desk.url("booth_preview")).status_code == 404
    anonymous = Client().get(desk.url("booth_preview"))
    assert anonymous.status_code == 302
    assert "Only English" not in anonymous.content.decode()


def test_it_is_kept_nowhere_and_found_by_nobody() -> None:
    desk = full_desk(state="accepted")
    answer = desk.get("booth_preview")
    html = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "X-Everfair-Keep" not in answer.headers
    assert '<meta name="robots" content="noindex">' in html
    assert "ld+json" not in html
    assert 'rel="canonical"' not in html


def test_a_change_shows_at_once() -> None:
    desk = full_desk(state="accepted")
    desk.get("booth_preview")
    Exhibitor.objects.filter(pk=desk.exhibitor.pk).update(headline={"en": "Another line"})
    assert "Another line" in desk.get("booth_preview").content.decode()


def test_staff_read_it_without_the_buttons_of_editors() -> None:
    desk = full_desk(state="accepted")
    client = Client()
    client.force_login(make_membership(organisation=desk.exhibitor.organisation, role="booth_staff").user)
    html = client.get(desk.url("booth_preview")).content.decode()
    assert "Audit" in html
    assert "Publish the booth" not in html
    assert "Go on writing" not in html


def test_what_is_missing_before_publishing_is_said() -> None:
    desk = make_desk(state="accepted", headline={}, about={})
    html = desk.get("booth_preview").content.decode()
    assert "It cannot be published yet" in html
    assert "Publish the booth" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    desk = make_desk()
    for _ in range(count):
        make_offer(desk.exhibitor)
    desk.get("booth_preview")  # layout and programme of the edition are kept from now on
    with django_assert_num_queries(17):
        desk.get("booth_preview")
