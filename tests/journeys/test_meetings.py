"""From wishes to a meeting in a real browser: a veto, a run, what both diaries say, a cancelling, and who gets the slot."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.meetings.actions.runs import carry_out
from everfair.meetings.models import Booking, Meeting, Participant, Run, Wish
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table
from tests.factories.people import make_membership, make_organisation, make_user
from tests.programme.live_world import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHANGHAI, NAIROBI = ZoneInfo("Asia/Shanghai"), ZoneInfo("Africa/Nairobi")


class Stage:
    """A fair next week with one slot, one firm with one person, three guests and an organiser."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.edition = make_edition(starts_on=today + timedelta(days=7), ends_on=today + timedelta(days=9))
        make_rules(self.edition, wishes_close_at=timezone.now() + timedelta(days=2))
        begin = datetime.combine(self.edition.starts_on, time(14), SHANGHAI).astimezone(UTC)
        self.slot = make_slots(self.edition, 1, starts_at=begin)[0]
        make_table(self.edition)
        name = {"en": "Tidewater Surveys", "zh": "潮水测绘"}
        self.firm = make_exhibitor(self.edition, organisation=make_organisation(name=name))
        self.owner = make_membership(organisation=self.firm.organisation, role="owner").user
        make_participant(self.edition, exhibitor=self.firm, user=self.owner, name="Li Wen")
        kind = make_badge_kind(self.edition)
        self.guests = {}
        for who in ("Amina", "Berta", "Carlos"):
            user = make_user(name=who, time_zone="Africa/Nairobi")
            make_badge_holder(kind, user=user, name=who, email=user.email)
            self.guests[who] = user
        self.organiser = make_team_member(self.edition, make_user(), "administrator").user
        own = [self.edition.slug]
        self.wishes = reverse("visitor:meetings.wish_list", args=own)
        self.diary = reverse("visitor:meetings.diary", args=own)
        self.runs = reverse("organiser:meetings.run_list", args=own)
        self.firm_wishes = reverse("exhibitor:meetings.wish_list", args=[self.firm.code])
        self.firm_diary = reverse("exhibitor:meetings.diary_list", args=[self.firm.code])
        self.line = reverse("visitor:meetings.ask_firm", args=[*own, self.firm.code])


@pytest.fixture
def seat(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """A page of a browser in which somebody is signed in; what goes wrong in it fails the journey."""
    contexts, wrong = [], []

    def open_page(user: Any, **options: Any) -> Any:
        context = browser.new_context(
            base_url=live, locale="en-GB", viewport={"width": 1280, "height": 900}, **options
        )
        context.set_default_timeout(15000)
        cookie = {"name": "everfair_session", "value": signed_in(user), "url": live}
        context.add_cookies([cookie])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def wish(page: Any, address: str, code: str, level: str) -> None:
    """Choose a level in the list; the page says that it is kept."""
    page.goto(address)
    page.locator(f'input[name="w-{code}"][value="{level}"]').check(force=True)
    said = page.locator(f'[data-said="w-{code}"]')
    said.get_by_text("Saved.").wait_for()


def test_from_wishes_to_a_meeting_and_on_to_the_next(seat: Callable[..., Any]) -> None:
    stage = Stage()
    guests = {who: seat(user, timezone_id="Africa/Nairobi") for who, user in stage.guests.items()}
    firm = seat(stage.owner, timezone_id="Asia/Shanghai")
    desk = seat(stage.organiser)

    # three guests wish for the firm and agree to be found; the firm says no to one of them
    for who, level in (("Amina", "must"), ("Berta", "want"), ("Carlos", "must")):
        page = guests[who]
        wish(page, stage.wishes, stage.firm.code, level)
        page.locator("#limits summary").click()
        page.get_by_label("Others may find me in their list").check()
        page.locator("#limits").get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").first.wait_for()
    people = {row.name: row for row in Participant.objects.filter(registration__isnull=False)}
    wish(firm, stage.firm_wishes, people["Carlos"].code, "never")
    assert Wish.objects.count() == 4

    # the organiser makes a timetable and publishes it; nothing on the way betrays the veto
    desk.goto(stage.runs)
    desk.get_by_label("Seconds", exact=False).first.fill("2")
    desk.get_by_role("button", name="Make a timetable").click()
    desk.wait_for_url("**/runs/1/")
    run = Run.objects.get()
    assert carry_out(run.pk) == "done"
    desk.goto(f"{stage.runs}1/")
    seen = desk.content()
    assert "veto" not in seen.lower()
    assert "no, thank you" not in seen.lower()
    desk.get_by_role("button", name="Publish this timetable").click()
    desk.get_by_text("1 meetings made").wait_for()
    meeting = Meeting.objects.get()
    assert {one.participant.name for one in meeting.people.all()} == {"Amina", "Li Wen"}

    # both see it, each on their own clock with the fair's beside it
    amina = guests["Amina"]
    amina.goto(stage.diary)
    assert "Tidewater Surveys" in amina.content()
    assert "14:00" in amina.content()
    assert stage.slot.starts_at.astimezone(NAIROBI).strftime("%H:%M") in amina.content()
    firm.goto(stage.firm_diary)
    assert "Amina" in firm.content()
    assert "14:00" in firm.content()

    # a second guest waits; the first cannot come; the slot is offered to who waits, not to who was refused
    berta, carlos = guests["Berta"], guests["Carlos"]
    berta.goto(stage.line)
    berta.get_by_role("button", name="Wait for a time").click()
    amina.goto(reverse("visitor:meetings.meeting_show", args=[stage.edition.slug, meeting.code]))
    amina.get_by_text("I cannot come").click()
    amina.get_by_role("button", name="Cancel the meeting").click()
    amina.wait_for_load_state()
    assert not Booking.objects.exists()
    carlos.goto(stage.diary)
    assert "has time for you after all" not in carlos.content()
    berta.goto(stage.diary)
    berta.get_by_text("has time for you after all").wait_for()
    berta.get_by_role("button", name="Take it").click()
    berta.wait_for_load_state()
    again = Meeting.objects.exclude(pk=meeting.pk).get()
    assert {one.participant.name for one in again.people.all()} == {"Berta", "Li Wen"}
    assert Booking.objects.filter(meeting=again, slot=stage.slot).count() == 3  # both people and a table
    told = AuditEntry.objects.filter(edition_id=stage.edition.pk)
    assert not any("never" in str(row.after) or "never" in str(row.before) for row in told)


def test_wishes_work_without_a_script_and_by_keyboard(seat: Callable[..., Any]) -> None:
    stage = Stage()
    user = stage.guests["Amina"]
    plain = seat(user, java_script_enabled=False)
    plain.goto(stage.wishes)
    plain.locator(f'input[name="w-{stage.firm.code}"][value="want"]').check(force=True)
    plain.get_by_role("button", name="Save", exact=True).last.click()
    plain.get_by_text("1 wish changed.").wait_for()
    assert Wish.objects.get().level == "want"
    page = seat(user)
    page.goto(stage.wishes)
    page.locator(f'input[name="w-{stage.firm.code}"]:checked').focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("0 must meet · 0 would like · 1 no, thank you").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("0 must meet · 1 would like · 0 no, thank you").wait_for()
    assert Wish.objects.get().level == "want"
