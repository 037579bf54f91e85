"""What is said is kept once, in order, and by whom it may be said."""

from datetime import timedelta

import pytest
from django.http import Http404

from everfair.base.refusals import Refused
from everfair.conversations.access import Who, conversations_of, find_stand, get_stand_for, keys_of
from everfair.conversations.actions.reading import mark_read, set_aside
from everfair.conversations.actions.turns import close, hand_to
from everfair.conversations.actions.writing import Thing, begin, reveal, say, take_back
from everfair.conversations.models import (
    Answered,
    AwayNote,
    Block,
    Conversation,
    Message,
    Party,
    ReadMark,
    Silenced,
)
from everfair.conversations.queries.answer_time import answer_time
from everfair.conversations.queries.threads import (
    Filters,
    lines,
    narrowed,
    queue_place,
    thread,
    unread_count,
    waiting_for,
)
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_a_visitor_writes_and_the_team_answers() -> None:
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    colleague = make_colleague(firm, name="Otieno")
    assert party_of(talk, "b").waiting_since == NOW
    say(talk, "b", "Yes, within ten days.", by=colleague, now=NOW + timedelta(hours=2))
    assert party_of(talk, "b").waiting_since is None
    assert party_of(talk, "b").handler == colleague
    assert party_of(talk, "a").waiting_since == NOW + timedelta(hours=2)
    assert list(talk.messages.values_list("number", "side", "text")) == [
        (1, "a", "Do you ship to Kenya?"),
        (2, "b", "Yes, within ten days."),
    ]
    assert Answered.objects.get().seconds == 7200


def test_the_same_two_have_one_conversation_about_one_thing() -> None:
    talk = make_conversation()
    firm, person = party_of(talk, "b").exhibitor, party_of(talk, "a").user
    assert firm is not None
    assert person is not None
    again = make_conversation(firm, person, "And to Uganda?")
    offer = make_conversation(
        firm, person, "What does it cost?", about=Thing("offer", "abc", {"en": "Freight"})
    )
    assert again == talk
    assert offer != talk
    assert talk.messages.count() == 2
    assert offer.title == {"en": "Freight"}


def test_sent_twice_it_is_kept_once() -> None:
    talk = make_conversation(own_number="one")
    person = party_of(talk, "a").user
    first = Message.objects.get()
    second = say(talk, "a", "Do you ship to Kenya?", by=person, own_number="one")
    third = say(talk, "a", "Do you ship to Kenya?", by=person, own_number="two")
    assert second == first
    assert third.number == 2


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Write something"),
        (" \n ", "Write something"),
        ("\u202e\u200f", "Write something"),
        ("x" * 8001, "8001"),
    ],
)
def test_nothing_to_read_and_too_much_are_refused(text: str, part: str) -> None:
    talk = make_conversation()
    with pytest.raises(Refused, match=part) as caught:
        say(talk, "a", text, by=party_of(talk, "a").user)
    assert caught.value.field == "text"
    assert Message.objects.count() == 1


def test_control_characters_and_overrides_go() -> None:
    talk = make_conversation(text="pay\u202e to \x00me\x07\r\n\r\n\r\n\r\nnow 😀")
    assert Message.objects.get(conversation=talk).text == "pay to me\n\nnow 😀"


def test_the_language_is_kept() -> None:
    talk = make_conversation(text="你们发货到肯尼亚吗？")
    assert Message.objects.get(conversation=talk).language == "zh"


def test_a_megabyte_is_refused_with_its_length() -> None:
    talk = make_conversation()
    with pytest.raises(Refused, match="at most 8000"):
        say(talk, "a", "x" * 1_000_000, by=party_of(talk, "a").user)


def test_too_fast_is_told_to_wait_and_nothing_else_is_lost() -> None:
    talk = make_conversation(now=NOW)
    person = party_of(talk, "a").user
    for n in range(19):
        say(talk, "a", f"{n}", by=person, now=NOW + timedelta(seconds=n))
    with pytest.raises(Refused, match="20 messages within a minute"):
        say(talk, "a", "one more", by=person, now=NOW + timedelta(seconds=30))
    say(talk, "a", "one more", by=person, now=NOW + timedelta(seconds=90))
    assert talk.messages.count() == 21


def test_who_begins_too_much_waits_for_tomorrow() -> None:
    person = make_user(name="Eager")
    first = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    from everfair.conversations.models import TalkRules

    TalkRules.objects.create(edition=first.edition, begun_a_day=2)
    make_conversation(first, person)
    make_conversation(make_exhibitor(first.edition, state=Exhibitor.State.PUBLISHED), person)
    third = make_exhibitor(first.edition, state=Exhibitor.State.PUBLISHED)
    with pytest.raises(Refused, match="begun 2 conversations"):
        make_conversation(third, person)
    make_conversation(third, person, now=NOW + timedelta(days=1, minutes=1))
    assert Conversation.objects.count() == 3


def test_a_blocked_side_writes_no_more_and_does_not_learn_why() -> None:
    talk = make_conversation()
    a, b = party_of(talk, "a"), party_of(talk, "b")
    Block.objects.create(edition=talk.edition, own=b.key, other=a.key)
    with pytest.raises(Refused, match="No messages can be exchanged"):
        say(talk, "a", "Hello?", by=a.user)
    with pytest.raises(Refused, match="No messages can be exchanged"):
        begin(
            talk.edition,
            Who.person(a.user),
            Who.firm(b.exhibitor),
            "Hi",
            by=a.user,
            about=Thing("offer", "x"),
        )


def test_somebody_silenced_reads_why_and_until_when() -> None:
    talk = make_conversation()
    person = party_of(talk, "a").user
    Silenced.objects.create(edition=talk.edition, user=person, why="Spam", until=NOW + timedelta(days=2))
    with pytest.raises(Refused, match="Spam"):
        say(talk, "a", "Hello", by=person, now=NOW)
    say(talk, "a", "Hello", by=person, now=NOW + timedelta(days=3))
    assert talk.messages.count() == 2


def test_a_firm_cannot_write_to_a_stranger_first() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    colleague = make_colleague(firm)
    stranger = make_user(name="Stranger")
    with pytest.raises(Refused, match="once you have met"):
        begin(firm.edition, Who.firm(firm), Who.person(stranger), "Buy!", by=colleague)
    make_conversation(firm, stranger)
    begin(
        firm.edition,
        Who.firm(firm),
        Who.person(stranger),
        "As you asked",
        by=colleague,
        about=Thing("offer", "x"),
    )
    assert Conversation.objects.count() == 2


def test_a_closed_booth_takes_no_new_conversation_but_goes_on_with_an_old_one() -> None:
    talk = make_conversation()
    firm, person = party_of(talk, "b").exhibitor, party_of(talk, "a").user
    assert firm is not None
    assert person is not None
    Exhibitor.objects.filter(pk=firm.pk).update(state=Exhibitor.State.WITHDRAWN)
    with pytest.raises(Refused, match="not open"):
        begin(
            talk.edition,
            Who.person(make_user(name="B")),
            Who.firm(Exhibitor.objects.get(pk=firm.pk)),
            "Hi",
            by=person,
        )
    say(talk, "a", "Still there?", by=person)
    assert talk.messages.count() == 2


def test_strangers_colleagues_and_organisers() -> None:
    """The organiser's administrator opens no thread that is not their own."""
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    editor, lead_only = make_colleague(firm, "editor"), make_colleague(firm, "lead_only")
    administrator = make_team_member(talk.edition, role="administrator").user
    root = make_user(is_superuser=True)
    assert find_stand(editor, talk.code) is not None
    for stranger in (lead_only, administrator, root, make_user()):
        assert find_stand(stranger, talk.code) is None
        assert not conversations_of(stranger, talk.edition).exists()
        with pytest.raises(Http404):
            get_stand_for(stranger, talk.edition, talk.code)


def test_a_hidden_buyer_has_no_name_until_they_say_it() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    colleague = make_colleague(firm, name="Otieno")
    buyer = make_user(name="Wanjiru Kamau")
    message = begin(firm.edition, Who.person(buyer, is_hidden=True), Who.firm(firm), "Quote me", by=buyer)
    talk = message.conversation
    rows = lines([talk], colleague, frozenset({f"firm:{firm.pk}"}))
    assert "Wanjiru" not in repr(rows)
    assert "not named" in rows[0].other.name
    assert "Wanjiru" not in repr(thread(stand_of(colleague, talk)))
    reveal(stand_of(buyer, talk), by=buyer)
    assert lines([talk], colleague, frozenset({f"firm:{firm.pk}"}))[0].other.name == "Wanjiru Kamau"
    assert talk.messages.get(number=2).note == "revealed"


def test_an_address_is_never_a_name() -> None:
    talk = make_conversation(visitor=make_user("secret.person@example.org"))
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    rows = lines([talk], make_colleague(firm), frozenset({f"firm:{firm.pk}"}))
    assert rows[0].other.name == "A visitor"


def test_taking_back_leaves_the_place_and_not_the_words() -> None:
    talk = make_conversation()
    person = party_of(talk, "a").user
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    assert person is not None
    message = talk.messages.get()
    with pytest.raises(Refused, match="Only who wrote"):
        take_back(message, by=make_colleague(firm), now=NOW)
    with pytest.raises(Refused, match="ten minutes"):
        take_back(message, by=person, now=NOW + timedelta(minutes=11))
    take_back(message, by=person, now=NOW + timedelta(minutes=9))
    shown = thread(stand_of(person, talk))
    assert [(one["number"], one["text"], one["removed"], one["version"]) for one in shown] == [
        (1, "", "writer", 2)
    ]


def test_an_away_note_is_said_once_a_day() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    AwayNote.objects.create(
        edition=firm.edition, exhibitor=firm, text={"en": "Back on Monday"}, starts_at=NOW - timedelta(days=1)
    )
    talk = make_conversation(firm)
    person = party_of(talk, "a").user
    say(talk, "a", "Hello?", by=person, now=NOW + timedelta(hours=1))
    say(talk, "a", "Hello??", by=person, now=NOW + timedelta(hours=25))
    notes = talk.messages.filter(note="away")
    assert [one.number for one in notes] == [2, 5]
    assert notes[0].note_facts == {"en": "Back on Monday"}
    assert party_of(talk, "b").waiting_since == NOW, "a note of absence is no answer"


def test_unread_read_and_put_away() -> None:
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    person = party_of(talk, "a").user
    assert firm is not None
    assert person is not None
    colleague = make_colleague(firm)
    key = frozenset({f"firm:{firm.pk}"})
    rows = conversations_of(colleague, talk.edition)
    assert unread_count(colleague, rows, keys_of(colleague, talk.edition)) == 1
    assert lines(rows, colleague, key)[0].unread == 1
    mark_read(stand_of(colleague, talk), 99, by=colleague)
    assert ReadMark.objects.get(user=colleague).number == 1
    mark_read(stand_of(colleague, talk), 0, by=colleague)
    assert ReadMark.objects.get(user=colleague).number == 1, "a mark never goes back"
    assert (
        unread_count(colleague, conversations_of(colleague, talk.edition), keys_of(colleague, talk.edition))
        == 0
    )
    set_aside(stand_of(colleague, talk), by=colleague, is_put_away=True)
    assert not narrowed(conversations_of(colleague, talk.edition), colleague, Filters(), ()).exists()
    say(talk, "a", "One more thing", by=person)
    assert narrowed(conversations_of(colleague, talk.edition), colleague, Filters(), ()).count() == 1


def test_words_are_found_in_both_scripts() -> None:
    talk = make_conversation(text="我们需要跨境物流")
    person = party_of(talk, "a").user
    assert person is not None
    rows = conversations_of(person, talk.edition)
    assert narrowed(rows, person, Filters(words="跨境"), ()).count() == 1
    assert narrowed(rows, person, Filters(words="Firm"), ()).count() == 1
    assert narrowed(rows, person, Filters(words="porcelain"), ()).count() == 0


def test_handing_over_and_closing() -> None:
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    one, other = make_colleague(firm, name="Otieno"), make_colleague(firm, name="Achieng")
    hand_to(stand_of(one, talk), other, by=one, now=NOW)
    assert party_of(talk, "b").handler == other
    with pytest.raises(Refused, match="does not answer for your team"):
        hand_to(stand_of(one, talk), make_user(), by=one)
    close(stand_of(one, talk), by=one, now=NOW)
    assert party_of(talk, "b").waiting_since is None
    say(talk, "a", "One more question", by=party_of(talk, "a").user, now=NOW + timedelta(hours=1))
    talk.refresh_from_db()
    assert talk.state == Conversation.State.OPEN
    assert party_of(talk, "b").waiting_since == NOW + timedelta(hours=1)


def test_the_answer_time_counts_from_five_on_and_forgets_after_ninety_days() -> None:
    talk = make_conversation()
    firm = party_of(talk, "b").exhibitor
    person = party_of(talk, "a").user
    assert firm is not None
    colleague = make_colleague(firm)
    key = f"firm:{firm.pk}"
    for n, hours in enumerate((1, 2, 3, 4)):
        at = NOW + timedelta(days=n)
        say(talk, "a", "?", by=person, now=at)
        Party.objects.filter(key=key).update(waiting_since=at)
        say(talk, "b", "!", by=colleague, now=at + timedelta(hours=hours))
    late = NOW + timedelta(days=4)
    assert answer_time(key, late) is None
    Party.objects.filter(key=key).update(waiting_since=late)
    say(talk, "b", "!", by=colleague, now=late + timedelta(hours=10))
    found = answer_time(key, late + timedelta(days=1))
    assert found is not None
    assert (found.typical, found.count) == (timedelta(hours=3), 5)
    assert answer_time(key, NOW + timedelta(days=91)) is None


def test_the_queue_of_the_help_desk() -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    edition = firm.edition
    helper = make_team_member(edition, role="administrator").user
    talks = []
    for n in range(3):
        person = make_user(name=f"Visitor {n}")
        message = begin(
            edition,
            Who.person(person),
            Who.help_desk(edition),
            "Where is hall 3?",
            by=person,
            now=NOW + timedelta(minutes=n),
        )
        talks.append(message.conversation)
    assert [queue_place(party_of(talk, "b")) for talk in talks] == [1, 2, 3]
    say(talks[0], "b", "On the left", by=helper, now=NOW + timedelta(minutes=5))
    assert [queue_place(party_of(talk, "b")) for talk in talks] == [0, 1, 2]
    waiting = waiting_for(conversations_of(helper, edition), [f"help_desk:{edition.pk}"])
    assert list(waiting) == talks[1:]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_one_and_three(count: int, django_assert_num_queries: object) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    colleague = make_colleague(firm)
    talks = [make_conversation(firm, make_user(name=f"V{n}")) for n in range(count)]
    with django_assert_num_queries(4):  # type: ignore[operator]
        rows = lines(talks, colleague, frozenset({f"firm:{firm.pk}"}))
    assert len(rows) == count
