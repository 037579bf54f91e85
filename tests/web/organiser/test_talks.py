"""The moderation desk: what was handed over and nothing else; decisions, silence, numbers, the help desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everfair.base.models import AuditEntry
from everfair.conversations.access import Who, find_stand, get_stand_for
from everfair.conversations.actions.manners import report
from everfair.conversations.actions.writing import begin, say
from everfair.conversations.models import Conversation, HelpDeskMember, Report, Silenced, TalkRules
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
QUERIES = {"": 12, "reports/{}/": 13, "silenced/": 9, "rules/": 8, "help-desk/": 11}
RULES = {
    "is_open": "on", "letter_minutes": "5", "hand_over_hours": "2", "messages_a_minute": "10", "begun_a_day": "7",
    "kept_days": "365", "has_help_desk": "on", "help_hours_en": "9 to 18", "help_hours_zh": "", "version": "1",
}  # fmt: skip


def reported(
    desk: Any, text: str = "Buy cheap watches", why: str = "spam", words: str = "", **extra: Any
) -> Report:
    """A visitor wrote to a firm; somebody of the firm reported it."""
    firm = make_exhibitor(desk.edition, state=Exhibitor.State.PUBLISHED)
    talk = make_conversation(firm, text="Good day", **extra)
    said = say(talk, "a", text, by=party_of(talk, "a").user, now=NOW + timedelta(minutes=1))
    colleague = make_colleague(firm, name="Otieno")
    return report(stand_of(colleague, talk), said, why, words, by=colleague)


def test_the_list_has_search_filters_and_files(desk: Any) -> None:
    one = reported(desk, words="The third time")
    two = reported(desk, "You are a fool", "abuse")
    page = desk.get("conversations/").content.decode()
    assert "2 reports wait for a decision" in page
    assert "Buy cheap watches" in page
    assert "You are a fool" in page
    assert "Wanjiru Kamau" in page
    narrowed = desk.get("conversations/", q="watches").content.decode()
    assert one.code in narrowed
    assert two.code not in narrowed
    assert two.code in desk.get("conversations/", why="abuse").content.decode()
    assert "No report like this" in desk.get("conversations/", state="dismissed").content.decode()
    csv = b"".join(desk.get("conversations/reports.csv", q="third").streaming_content).decode("utf-8-sig")
    assert "Buy cheap watches" in csv
    assert "You are a fool" not in csv
    assert b"".join(desk.get("conversations/reports.xlsx").streaming_content).startswith(b"PK")
    assert desk.get("conversations/reports.doc").status_code == 404


def test_an_empty_desk_says_what_comes_here(desk: Any) -> None:
    assert "Nothing was reported" in desk.get("conversations/").content.decode()
    assert "Everybody may write" in desk.get("conversations/silenced/").content.decode()


def test_the_list_is_paged(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from everfair.web.organiser import talks

    monkeypatch.setattr(talks, "A_PAGE", 1)
    first, second = reported(desk), reported(desk)
    page = desk.get("conversations/").content.decode()
    assert second.code in page
    assert first.code not in page
    assert first.code in desk.get("conversations/", page="2").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_however_long(desk: Any, count: int) -> None:
    for _ in range(count):
        row = reported(desk)
        Silenced.objects.create(edition=desk.edition, user=make_user(), why="Spam")
        member = make_user()
        make_team_member(desk.edition, member, "reader")
        HelpDeskMember.objects.create(edition=desk.edition, user=member)
    desk.get("conversations/")
    asked = {}
    for path in QUERIES:
        with CaptureQueriesContext(connection) as found:
            desk.get(f"conversations/{path.format(row.code)}")
        asked[path] = len(found)
    assert asked == QUERIES


def test_a_report_shows_what_was_handed_over_and_nothing_else(desk: Any) -> None:
    firm = make_exhibitor(desk.edition, state=Exhibitor.State.PUBLISHED)
    talk = make_conversation(firm, text="Long before")
    writer = party_of(talk, "a").user
    for number in range(6):
        last = say(talk, "a", f"Word {number}", by=writer, now=NOW + timedelta(minutes=number * 5))
    colleague = make_colleague(firm, name="Otieno")
    row = report(stand_of(colleague, talk), last, "abuse", "Look", by=colleague)
    say(talk, "b", "Said afterwards", by=colleague)
    page = desk.get(f"conversations/reports/{row.code}/").content.decode()
    for number in range(6):
        assert f"Word {number}" in page
    assert "Long before" not in page
    assert "Said afterwards" not in page
    assert "Look" in page


def test_the_administrator_opens_no_thread(desk: Any) -> None:
    row = reported(desk)
    talk = row.conversation
    assert find_stand(desk.user, talk.code) is None
    with pytest.raises(Http404):
        get_stand_for(desk.user, desk.edition, talk.code)
    room = "visitor:conversations."
    for name in ("conversation_show", "message_send"):
        address = reverse(room + name, args=[desk.edition.slug, talk.code])
        answer = (
            desk.client.post(address, {"text": "x"}) if name == "message_send" else desk.client.get(address)
        )
        assert answer.status_code == 404
    for kind in ("txt", "json", "zip"):
        export = reverse(room + "conversation_export", args=[desk.edition.slug, talk.code, kind])
        assert desk.client.get(export).status_code == 404
    listed = desk.client.get(reverse(room + "conversation_list", args=[desk.edition.slug])).content.decode()
    assert talk.code not in listed
    everything = desk.client.get(reverse(room + "conversations_export", args=[desk.edition.slug]))
    assert talk.code.encode() not in b"".join(everything.streaming_content)
    assert talk.code not in desk.get(f"conversations/reports/{row.code}/").content.decode()


def test_a_decision_needs_a_sentence_and_takes_words_away(desk: Any) -> None:
    row = reported(desk)
    address = f"conversations/reports/{row.code}/decide/"
    wrong = desk.post(address, {"to": "upheld", "decision": "  ", "removes": "on"})
    assert wrong.status_code == 422
    assert "Say in a sentence" in wrong.content.decode()
    assert desk.post(address, {"to": "burned", "decision": "x"}).status_code == 404
    mail.outbox.clear()
    assert (
        desk.post(address, {"to": "upheld", "decision": "Advertising.", "removes": "on"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.state, row.removed_message, row.decided_by) == ("upheld", True, desk.user)
    assert row.message.text == ""
    assert "Advertising." in mail.outbox[0].body
    page = desk.get(f"conversations/reports/{row.code}/").content.decode()
    assert "Buy cheap watches" in page, "moderators still read what was handed over"
    assert "words were removed" in page
    assert desk.post(address, {"to": "open"}).status_code == 302
    assert Report.objects.get().state == "open"
    log = desk.get("log/").content.decode()
    assert "Report of a message decided" in log
    assert "state: upheld" in log


def test_the_writer_is_silenced_with_a_day_and_heard_again(desk: Any) -> None:
    row = reported(desk)
    writer = row.message.by
    address = f"conversations/reports/{row.code}/silence/"
    wrong = desk.post(address, {"silence-why": "", "silence-until": "2001-01-01"})
    assert wrong.status_code == 422
    assert "2001-01-01" in wrong.content.decode()
    assert desk.post(address, {"silence-why": "Spam again", "silence-until": "2040-09-04"}).status_code == 302
    held = Silenced.objects.get()
    assert (held.user, held.why) == (writer, "Spam again")
    assert held.until is not None
    assert held.until.isoformat() == "2040-09-03T16:00:00+00:00", "midnight at the fair, in Shanghai"
    listed = desk.get("conversations/silenced/", q="again").content.decode()
    assert "Wanjiru Kamau" in listed
    assert "Nobody found" in desk.get("conversations/silenced/", q="nobody-like-this").content.decode()
    csv = b"".join(desk.get("conversations/silenced.csv").streaming_content).decode("utf-8-sig")
    assert "Spam again" in csv
    assert desk.post(f"conversations/silenced/{held.pk}/end/", {}).status_code == 302
    assert not Silenced.objects.exists()
    log = desk.get("log/").content.decode()
    assert "Kept from writing messages" in log
    assert "May write messages again" in log


def test_a_buyer_who_is_not_named_stays_so_at_the_desk(desk: Any) -> None:
    firm = make_exhibitor(desk.edition, state=Exhibitor.State.PUBLISHED)
    buyer, colleague = make_user(name="Wanjiru Kamau"), make_colleague(firm, name="Otieno")
    talk = begin(
        desk.edition, Who.person(buyer, is_hidden=True), Who.firm(firm), "How much?", by=buyer
    ).conversation
    answer = say(talk, "b", "Nothing for you", by=colleague)
    row = report(stand_of(buyer, talk), answer, "abuse", "", by=buyer)
    for path in ("", f"reports/{row.code}/"):
        page = desk.get(f"conversations/{path}").content.decode()
        assert "Wanjiru" not in page
    assert "not named" in desk.get(f"conversations/reports/{row.code}/").content.decode()
    assert AuditEntry.objects.get(event="conversations.report.made").by_id is None


def test_all_numbers_are_set_with_their_sentences(desk: Any) -> None:
    page = desk.get("conversations/rules/").content.decode()
    for sentence in (
        "Who has read it by then gets none",
        "Then it is erased with its files",
        "programs hundreds",
    ):
        assert sentence in page
    assert desk.post("conversations/rules/", RULES).status_code == 302
    row = TalkRules.objects.get()
    assert (row.letter_minutes, row.hand_over_hours, row.kept_days, row.version) == (5, 2, 365, 2)
    assert row.help_hours == {"en": "9 to 18"}
    wrong = desk.post("conversations/rules/", {**RULES, "version": "2", "kept_days": "3"})
    assert wrong.status_code == 422
    assert 'value="3"' in wrong.content.decode()
    stale = desk.post("conversations/rules/", {**RULES, "kept_days": "400"})
    assert stale.status_code == 422
    assert "Somebody saved these numbers" in stale.content.decode()
    assert 'name="version" value="2"' in stale.content.decode()
    assert "Rules of conversations changed" in desk.get("log/").content.decode()


def test_people_of_the_team_answer_at_the_help_desk(desk: Any) -> None:
    colleague = make_user(name="Bo Chen")
    make_team_member(desk.edition, colleague, "reader")
    stranger = make_user()
    assert desk.post("conversations/help-desk/", {"user": stranger.pk}).status_code == 422
    assert desk.post("conversations/help-desk/", {"user": colleague.pk}).status_code == 302
    row = HelpDeskMember.objects.get()
    assert row.user == colleague
    assert "Bo Chen" in desk.get("conversations/help-desk/").content.decode()
    assert desk.post(f"conversations/help-desk/{row.pk}/remove/", {}).status_code == 302
    assert not HelpDeskMember.objects.exists()
    assert "administrators answer" in desk.get("conversations/help-desk/").content.decode()


def test_another_editions_report_is_not_here(desk: Any) -> None:
    row = reported(desk)
    other = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    foreign = make_conversation(other, text="Elsewhere")
    colleague = make_colleague(other)
    elsewhere = report(stand_of(colleague, foreign), foreign.messages.get(number=1), "spam", "", by=colleague)
    assert desk.get(f"conversations/reports/{elsewhere.code}/").status_code == 404
    assert desk.post(f"conversations/reports/{elsewhere.code}/decide/", {"to": "upheld"}).status_code == 404
    assert elsewhere.code not in desk.get("conversations/").content.decode()
    assert Client().get(f"/en/desk/{desk.edition.slug}/conversations/reports/{row.code}/").status_code == 302
    assert Conversation.objects.count() == 2
