"""Blocks, reports, silencing, notes of absence, the edition's numbers and the help desk's people."""

from datetime import timedelta

import pytest
from django.core import mail
from django.http import Http404

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.access import Who, get_report_at_desk, is_at_help_desk
from everfair.conversations.actions import manners
from everfair.conversations.actions.writing import begin, say
from everfair.conversations.models import (
    AwayNote,
    Block,
    HelpDeskMember,
    Message,
    Report,
    Silenced,
    TalkRules,
)
from everfair.conversations.queries.blocks import pairs_blocked
from everfair.matchmaking.models import Seeker
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of, stand_of
from tests.factories.fair import make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def a_reported_talk() -> tuple[Report, Message]:
    talk = make_conversation(text="Hello, what do you cost?")
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    colleague = make_colleague(firm, name="Rude", email="rude@firm.example")
    said = say(talk, "b", "You are a fool.", by=colleague, now=NOW)
    person = party_of(talk, "a").user
    assert person is not None
    return manners.report(stand_of(person, talk), said, "abuse", "He insults me", by=person), said


def test_a_block_ends_writing_both_ways_and_matching() -> None:
    talk = make_conversation()
    person, firm = party_of(talk, "a").user, party_of(talk, "b").exhibitor
    assert person is not None
    assert firm is not None
    seeker = Seeker.objects.create(edition=talk.edition, user=person)
    manners.block(stand_of(person, talk), by=person)
    manners.block(stand_of(person, talk), by=person)
    assert Block.objects.count() == 1
    for side, by in (("a", person), ("b", make_colleague(firm))):
        with pytest.raises(Refused, match="No messages can be exchanged"):
            say(talk, side, "Hm", by=by)
    pair = (f"person:{seeker.pk}", f"exhibitor:{firm.pk}")
    assert list(pairs_blocked(talk.edition)) == [pair]
    assert list(pairs_blocked(talk.edition, [f"exhibitor:{firm.pk}"])) == [pair]
    assert list(pairs_blocked(talk.edition, ["exhibitor:999999"])) == []
    assert manners.unblock(talk.edition, f"person:{person.pk}", f"firm:{firm.pk}")
    assert not manners.unblock(talk.edition, f"person:{person.pk}", f"firm:{firm.pk}")
    say(talk, "a", "Hello again", by=person)


def test_the_help_desk_cannot_be_blocked() -> None:
    talk = make_conversation()
    person = make_user(name="V")
    helped = begin(
        talk.edition, Who.person(person), Who.help_desk(talk.edition), "Help", by=person
    ).conversation
    with pytest.raises(Refused, match="cannot be blocked"):
        manners.block(stand_of(person, helped), by=person)


def test_moderators_read_what_was_handed_over_and_nothing_else() -> None:
    found, said = a_reported_talk()
    moderator = make_team_member(found.edition, role="administrator").user
    assert [one["text"] for one in found.shown] == ["Hello, what do you cost?", "You are a fool."]
    assert get_report_at_desk(moderator, found.edition, found.code) == found
    for other in (make_user(), make_team_member(found.edition, role="reviewer").user):
        with pytest.raises(Http404):
            get_report_at_desk(other, found.edition, found.code)
    manners.decide(found, "upheld", decision="Insults are against the rules.", removes=True, by=moderator)
    said.refresh_from_db()
    assert (said.text, said.removed_why) == ("", "moderator")
    letter = mail.outbox[-1]
    assert "agrees with you" in letter.body
    assert "Its words were removed." in letter.body


def test_what_cannot_be_reported_or_decided() -> None:
    found, said = a_reported_talk()
    person = party_of(found.conversation, "a").user
    assert person is not None
    stand = stand_of(person, found.conversation)
    with pytest.raises(Refused, match="already"):
        manners.report(stand, said, "spam", "", by=person)
    with pytest.raises(Refused, match="other side"):
        manners.report(stand, found.conversation.messages.get(number=1), "spam", "", by=person)
    with pytest.raises(Refused, match="Choose why"):
        manners.report(stand, said, "nonsense", "", by=person)
    with pytest.raises(Refused, match="Say in a sentence"):
        manners.decide(found, "dismissed", decision=" ", by=person)
    assert Report.objects.get().state == "open"


def test_silencing_says_why_and_ends() -> None:
    talk = make_conversation()
    person, chief = party_of(talk, "a").user, make_user()
    assert person is not None
    with pytest.raises(Refused, match="Say why"):
        manners.silence(talk.edition, person, why=" ", until=None, by=chief)
    with pytest.raises(Refused, match="over already"):
        manners.silence(talk.edition, person, why="Spam", until=NOW - timedelta(days=1), by=chief, now=NOW)
    row = manners.silence(talk.edition, person, why="Spam", until=None, by=chief)
    assert "Spam" in mail.outbox[-1].body
    with pytest.raises(Refused, match="Spam"):
        say(talk, "a", "Hello", by=person)
    manners.let_speak(row, by=chief)
    say(talk, "a", "Hello", by=person)
    assert not Silenced.objects.exists()


def test_notes_of_absence() -> None:
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    chief = make_colleague(firm)

    def away(text: dict[str, str], **extra: object) -> AwayNote:
        values = {"starts_at": NOW, "ends_at": None, **extra}
        return manners.set_away(talk.edition, Who.firm(firm), text, by=chief, **values)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="when you will be back"):
        away({"en": " "})
    with pytest.raises(Refused, match="500"):
        away({"en": "x" * 501})
    with pytest.raises(Refused, match="after the beginning"):
        away({"en": "Monday"}, ends_at=NOW)
    away({"en": "Monday"})
    row = away({"en": "Tuesday", "zh": "周二"})
    assert AwayNote.objects.get() == row
    say(talk, "a", "Hello?", by=party_of(talk, "a").user, now=NOW + timedelta(hours=1))
    assert talk.messages.get(note="away").note_facts == {"en": "Tuesday", "zh": "周二"}
    manners.end_away(row, by=chief)
    assert not AwayNote.objects.exists()


def test_the_editions_numbers_are_not_overwritten_unread() -> None:
    talk = make_conversation()
    chief = make_user()
    saved = manners.save_rules(talk.edition, {"hand_over_hours": 8}, version=1, by=chief)
    assert (saved.hand_over_hours, saved.version) == (8, 2)
    with pytest.raises(EditedMeanwhile):
        manners.save_rules(talk.edition, {"hand_over_hours": 2}, version=1, by=chief)
    assert TalkRules.objects.get().hand_over_hours == 8


def test_people_of_the_help_desk() -> None:
    talk = make_conversation()
    helper = make_user(name="Helper")
    assert not is_at_help_desk(helper, talk.edition)
    row = manners.put_at_help_desk(talk.edition, helper, by=None)
    assert is_at_help_desk(helper, talk.edition)
    person = make_user(name="V")
    helped = begin(
        talk.edition, Who.person(person), Who.help_desk(talk.edition), "Help", by=person
    ).conversation
    say(helped, "b", "Yes?", by=helper)
    assert party_of(helped, "b").handler == helper
    manners.take_from_help_desk(row, by=None)
    assert not HelpDeskMember.objects.exists()
    assert party_of(helped, "b").handler is None
