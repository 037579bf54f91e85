"""Who is away is written to once, what nobody answers is handed over, and what is old is forgotten."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings

from everfair.conversations.actions.reading import mark_read, set_aside
from everfair.conversations.actions.silence import follow_silence, forget_old
from everfair.conversations.actions.writing import say
from everfair.conversations.bridge import own_words, read_token, reply_token
from everfair.conversations.models import Conversation, TalkRules
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_team_gets_one_letter_with_everything_unread() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    make_colleague(firm, email="a@firm.example")
    make_colleague(firm, email="b@firm.example", language="zh")
    talk = make_conversation(firm)
    person = party_of(talk, "a").user
    assert follow_silence(NOW + timedelta(minutes=9)) == (0, 0)
    say(talk, "a", "And how long does it take?", by=person, now=NOW + timedelta(minutes=8))
    assert follow_silence(NOW + timedelta(minutes=11)) == (2, 0)
    assert follow_silence(NOW + timedelta(minutes=12)) == (0, 0)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert sorted(letters) == ["a@firm.example", "b@firm.example"]
    for said in (
        "Do you ship to Kenya?",
        "And how long does it take?",
        f"/conversations/{talk.edition.slug}/{talk.code}/",
    ):
        assert said in letters["a@firm.example"].body
    assert "Wanjiru Kamau" in letters["a@firm.example"].subject
    assert "/zh/" in letters["b@firm.example"].body
    assert letters["a@firm.example"].reply_to == []


def test_who_has_read_or_muted_it_gets_no_letter() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    reader, muted = make_colleague(firm), make_colleague(firm)
    talk = make_conversation(firm)
    mark_read(stand_of(reader, talk), 1, by=reader)
    set_aside(stand_of(muted, talk), by=muted, is_muted=True)
    assert follow_silence(NOW + timedelta(hours=1)) == (0, 0)
    assert party_of(talk, "b").told_number == 1, "and it is not asked for again and again"


def test_letters_keep_a_distance() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    make_colleague(firm)
    talk = make_conversation(firm)
    person = party_of(talk, "a").user
    assert follow_silence(NOW + timedelta(minutes=10))[0] == 1
    say(talk, "a", "Hello?", by=person, now=NOW + timedelta(minutes=10, seconds=5))
    assert follow_silence(NOW + timedelta(minutes=15))[0] == 0
    assert follow_silence(NOW + timedelta(minutes=21))[0] == 1


def test_silence_hands_over_to_the_next_and_round() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    one, two = make_colleague(firm, name="Otieno"), make_colleague(firm, name="Achieng")
    talk = make_conversation(firm)
    person = party_of(talk, "a").user
    say(talk, "b", "One moment", by=one, now=NOW)
    asked = NOW + timedelta(hours=1)
    say(talk, "a", "Well?", by=person, now=asked)
    assert follow_silence(asked + timedelta(hours=3, minutes=59))[1] == 0
    assert follow_silence(asked + timedelta(hours=4, minutes=1))[1] == 1
    assert party_of(talk, "b").handler == two
    assert follow_silence(asked + timedelta(hours=4, minutes=2))[1] == 0
    assert follow_silence(asked + timedelta(hours=8, minutes=2))[1] == 1
    assert party_of(talk, "b").handler == one
    assert party_of(talk, "b").waiting_since == asked, "nobody has answered yet"
    assert [note.note_facts for note in talk.messages.filter(note="handed_over")] == [
        {"en": "Achieng"},
        {"en": "Otieno"},
    ]


def test_alone_there_is_nobody_to_hand_it_to() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    alone = make_colleague(firm)
    talk = make_conversation(firm)
    say(talk, "b", "Yes", by=alone, now=NOW)
    say(talk, "a", "And?", by=party_of(talk, "a").user, now=NOW)
    assert follow_silence(NOW + timedelta(days=9))[1] == 0
    assert party_of(talk, "b").handler == alone


@override_settings(INBOUND_ADDRESS="talk@fair.example")
def test_a_letter_can_be_answered_to_an_address_nobody_can_forge() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    reader = make_colleague(firm)
    talk = make_conversation(firm)
    follow_silence(NOW + timedelta(hours=1))
    [to] = mail.outbox[0].reply_to
    mailbox, _, host = to.partition("@")
    assert (mailbox.split("+")[0], host) == ("talk", "fair.example")
    token = mailbox.split("+")[1]
    assert read_token(token.upper()) == (party_of(talk, "b").pk, reader.pk)
    body, _, sign = token.rpartition("-")
    assert read_token(f"{body}-{'0' * 16 if sign != '0' * 16 else '1' * 16}") is None
    assert read_token(reply_token(party_of(talk, "a"), make_user())[:-1]) is None


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        ("Yes, ten days.\r\n\r\nOn Fri, 4 Sep 2026, Fair wrote:\r\n> Do you ship?", "Yes, ten days."),
        ("可以。\n\n在 2026年9月4日 展会 写道：\n> 发货吗？", "可以。"),
        ("Yes\n-- \nOtieno\nFirm", "Yes"),
        ("Yes\n\n-----Original Message-----\nFrom: x", "Yes"),
        ("> quoted only", ""),
    ],
)
def test_of_an_answer_by_mail_only_the_own_words_are_new(letter: str, words: str) -> None:
    assert own_words(letter) == words


def test_what_is_old_is_forgotten_as_the_edition_says() -> None:
    talk = make_conversation()
    later = make_conversation(
        make_exhibitor(talk.edition, state=Exhibitor.State.PUBLISHED), now=NOW + timedelta(days=50)
    )
    TalkRules.objects.create(edition=talk.edition, kept_days=60)
    assert forget_old(NOW + timedelta(days=59)) == 0
    assert forget_old(NOW + timedelta(days=61)) == 1
    assert list(Conversation.objects.all()) == [later]
