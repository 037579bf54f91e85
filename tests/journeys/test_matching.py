"""A need typed in Chinese finds firms that write English only, with reasons in Chinese; one is set aside, one asked; the firm
asked sees the need with reasons in English. What crosses the languages is learned from the fair's own bilingual records."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from everfair.matchmaking.actions.digest import send_digests
from everfair.matchmaking.actions.refreshing import carry_out, start_refresh
from everfair.matchmaking.models import Dismissal, ModelVersion, Need, Seeker
from everfair.meetings.models import Request
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_membership, make_organisation, make_user
from tests.programme.live_world import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHANGHAI = ZoneInfo("Asia/Shanghai")
WHAT = [("booking", "预订"), ("translation", "翻译"), ("insurance", "保险"), ("repair", "维修"), ("training", "培训"),
        ("design", "设计"), ("storage", "仓储"), ("audit", "审计"), ("tickets", "门票")]  # fmt: skip
WHOSE = [("hotels", "酒店"), ("ferries", "渡轮"), ("museums", "博物馆"), ("hospitals", "医院"), ("farms", "农场"),
         ("schools", "学校"), ("mines", "矿山"), ("harbours", "港口")]  # fmt: skip


class Stage:
    """A fair whose bilingual offers teach it, two firms that write English only, a Chinese buyer."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.edition = make_edition(
            phase="live", starts_on=today + timedelta(days=7), ends_on=today + timedelta(days=9)
        )
        sector = make_sector(self.edition, code="1", name={"en": "Business services", "zh": "商业服务"})
        teacher = self.teacher = make_exhibitor(self.edition, state="published", sector=sector)
        for (what, zh_what), (whose, zh_whose) in product(WHAT, WHOSE):
            title = {"en": f"{what} for {whose}", "zh": f"{zh_whose} {zh_what}"}
            make_offer(teacher, sector=sector, title=title, description={})
        self.firms = {}
        for name, title in (("Lakeside Desk", "booking for hotels"), ("Other Desk", "hotels booking")):
            organisation = make_organisation(name={"en": name})
            firm = make_exhibitor(
                self.edition, organisation=organisation, state="published", sector=sector,
                headline={"en": title}, about={},
            )  # fmt: skip
            make_offer(firm, sector=sector, title={"en": title}, description={})
            self.firms[name] = firm
        make_rules(self.edition)
        begin = datetime.combine(self.edition.starts_on, time(14), SHANGHAI).astimezone(UTC)
        make_slots(self.edition, 2, starts_at=begin)
        make_table(self.edition)
        asked = self.firms["Other Desk"]
        self.owner = make_membership(organisation=asked.organisation, role="owner").user
        make_participant(
            self.edition, exhibitor=asked, user=self.owner, name="Ann Lake", languages=["zh", "en"]
        )
        self.buyer = make_user(name="王芳", language="zh")
        make_badge_holder(
            make_badge_kind(self.edition), user=self.buyer, name="Wang Fang", email=self.buyer.email
        )
        carry_out(start_refresh(self.edition, by=None))
        assert ModelVersion.objects.get(edition=self.edition).facts["records"] >= 70


@pytest.fixture
def seat(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """A page of a browser in which somebody is signed in; what goes wrong in it fails the journey."""
    contexts, wrong = [], []

    def open_page(user: Any, locale: str) -> Any:
        context = browser.new_context(base_url=live, locale=locale, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "everfair_session", "value": signed_in(user), "url": live}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def test_from_a_need_in_chinese_to_a_meeting_with_a_firm_that_writes_english(
    seat: Callable[..., Any],
) -> None:
    stage = Stage()
    slug = stage.edition.slug
    page = seat(stage.buyer, "zh-CN")
    page.goto(reverse("visitor:matchmaking.need_create", args=[slug]).replace("/en/", "/zh/"))
    page.locator("form[data-guard] textarea").first.fill("酒店 预订")
    page.locator("form[data-guard] .acts button.btn").click()
    with page.expect_navigation():
        page.locator('button[name="state"][value="open"], form:has(input[value="open"]) button').first.click()
    assert Need.objects.get().state == "open"

    matches = f"/zh/my/matches/{slug}/"
    page.goto(matches)
    lakeside = page.locator("article.match", has_text="Lakeside Desk")
    lakeside.wait_for()
    others = page.locator("article.match", has_text="Other Desk")
    said = " ".join(others.locator(".why li").all_inner_texts())
    assert "booking" in said or "hotels" in said
    assert "酒店" in said or "预订" in said
    assert "写的是" in said or "意思" in said  # the sentence itself is Chinese

    lakeside.locator("details.aside summary").click()
    with page.expect_navigation():
        lakeside.locator('button[name="why"][value="place"]').click()
    page.locator("article.match", has_text="Other Desk").wait_for()
    assert page.locator("article.match", has_text="Lakeside Desk").count() == 0
    page.reload()
    assert page.locator("article.match", has_text="Lakeside Desk").count() == 0
    assert Dismissal.objects.get().why == "place"
    carry_out(start_refresh(stage.edition, learns=False, by=None))  # ranked anew for everybody, it stays away
    page.reload()
    page.locator("article.match", has_text="Other Desk").wait_for()
    assert page.locator("article.match", has_text="Lakeside Desk").count() == 0

    page.locator("article.match", has_text="Other Desk").locator(".acts > a.btn").click()
    page.locator('input[name="slots"]').first.check(force=True)
    page.locator("form[data-guard] .acts button.btn").click()
    page.wait_for_url("**/my/meetings/**")
    assert Request.objects.get().exhibitor == stage.firms["Other Desk"]

    desk = seat(stage.owner, "en-GB")
    desk.goto(f"/en/booth-desk/{stage.firms['Other Desk'].code}/matches/")
    need = desk.locator("article.match", has_text="酒店")
    need.wait_for()
    why = " ".join(need.locator(".why li").all_inner_texts())
    assert "They write" in why
    assert "it means the same" in why


@pytest.mark.parametrize(
    ("language", "locale", "button", "ended"),
    [
        ("en", "en-GB", "No more letters", "No more letters with matches are sent."),
        ("zh", "zh-CN", "不再来信", "不再发送推荐来信。"),
    ],
)
def test_a_letter_is_asked_for_leads_to_its_page_and_is_ended_without_signing_in(
    seat: Callable[..., Any], browser: Any, live: str, language: str, locale: str, button: str, ended: str
) -> None:
    stage = Stage()
    stage.buyer.language = language
    stage.buyer.save()
    page = seat(stage.buyer, locale)
    page.goto(f"/{language}/my/matches/{stage.edition.slug}/interests/")
    with page.expect_navigation():
        page.locator('form[action$="/interests/letters/"] button').click()
    seeker = Seeker.objects.get(user=stage.buyer)
    assert seeker.wants_digest
    assert send_digests() == 1
    (letter,) = mail.outbox
    links = [re.sub(r"^https?://[^/]+", "", link) for link in re.findall(r"https?://\S+", str(letter.body))]
    way_out = next(link for link in links if "/digest/" in link)
    assert way_out.startswith(f"/{language}/")
    booth = next(link for link in links if "/booths/" in link)
    shown = page.goto(booth)
    assert shown is not None
    assert shown.status == 200

    stranger = browser.new_context(base_url=live, locale=locale).new_page()
    stranger.goto(way_out)
    stranger.goto(way_out)  # a scanner of links looks twice: nothing is ended by looking
    seeker.refresh_from_db()
    assert seeker.wants_digest
    assert stranger.locator("main form button").count() == 1
    assert stranger.locator("main form button").inner_text() == button
    stranger.locator("main form button").click()
    stranger.get_by_text(ended).wait_for()
    seeker.refresh_from_db()
    assert not seeker.wants_digest
    stranger.context.close()
