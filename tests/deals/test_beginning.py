"""A firm begins a negotiation itself: with whom it may, with whom never, once, and the buyer is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.access import Who
from everfair.conversations.actions.manners import block, silence
from everfair.conversations.actions.silence import tell_absent
from everfair.conversations.actions.writing import reveal
from everfair.conversations.models import Message, Party, TalkRules
from everfair.deals.access import Stand, deal_keys_of
from everfair.deals.actions import beginning, notes
from everfair.deals.actions.beginning import begin_negotiation
from everfair.deals.actions.negotiations import end_negotiation, reopen_negotiation
from everfair.deals.models import Negotiation
from everfair.deals.queries import begin as queries
from everfair.deals.queries.begun import begun_with
from everfair.deals.queries.names import buyer_shown
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.leads.access import leads_about, visitor_of
from everfair.leads.actions import share_contact, withdraw_lead
from everfair.meetings.models import Meeting
from everfair.people.models import User
from tests.factories.conversations import make_colleague, make_conversation, make_message, stand_of
from tests.factories.deals import make_begun, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.leads import make_booth, make_lead
from tests.factories.meetings import make_meeting, make_participant, make_rules, make_slots
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db

WORDS: dict[str, Any] = {
    "title": "Cold storage, twelve months", "text": "As we said at our booth: forty pallets.", "language": "en",
    "expected": Decimal("120000"), "currency": "CNY", "step": "Send a quotation", "on": None, "is_shared": False,
}  # fmt: skip


def scanned(
    firm: Exhibitor | None = None, *, agrees: bool = True, **extra: Any
) -> tuple[Exhibitor, User, str]:
    """A firm, a visitor with an account whom it scanned, the lead's code."""
    firm = firm or make_booth()
    user = make_user(name="Amina Odhiambo")
    return firm, user, make_lead(firm, agrees=agrees, user=user, name=user.name, **extra).code


def met(
    firm: Exhibitor | None = None,
    *,
    hours: int = -2,
    state: str = "held",
    buyer_firm: Exhibitor | None = None,
) -> tuple[Exhibitor, User, Meeting]:
    """A firm, a person who met it that many hours from now, the meeting."""
    firm = firm or make_booth()
    make_rules(firm.edition)
    (slot,) = make_slots(firm.edition, 1, starts_at=timezone.now() + timedelta(hours=hours))
    user = make_user()
    mine = make_participant(firm.edition, user=user, exhibitor=buyer_firm)
    meeting = make_meeting(slot, mine, make_participant(firm.edition, exhibitor=firm), state=state)
    return firm, user, meeting


def begin(firm: Exhibitor, kind: str, code: str, by: Any = None, **values: Any) -> Negotiation:
    return begin_negotiation(firm, kind, code, WORDS | values, by=by or make_colleague(firm))[0]


# From a lead, a meeting, a conversation -----------------------------------------------------------------------
def test_from_a_lead_it_enters_the_first_stage_with_its_conversation() -> None:
    firm, user, code = scanned()
    by = make_colleague(firm, name="Juma Otieno")
    made = begin(firm, "lead", code, by)
    assert (made.inquiry, made.source, made.source_code) == (None, "lead", code)
    assert made.stage is not None
    assert (made.stage.code, made.place, made.state) == ("new", 0, "open")
    assert (made.buyer, made.buyer_key, made.handler) == (user, f"person:{user.pk}", by)
    assert (made.expected, made.expected_currency) == (Decimal("120000"), "CNY")
    assert made.conversation is not None
    first = Message.objects.get(conversation=made.conversation, number=1)
    assert WORDS["title"] in first.text
    assert WORDS["text"] in first.text
    assert made.conversation.about_code == made.code
    assert made.conversation.parties.get(key=made.buyer_key).waiting_since is not None
    step = made.next_steps.get()
    assert (step.side, step.text, step.is_shared) == ("firm", "Send a quotation", False)
    (entry,) = AuditEntry.objects.filter(event="deals.negotiation.begun_by_firm")
    assert WORDS["title"] not in entry.object_label
    assert by.name not in entry.by_name


def test_the_buyer_is_told_once_in_their_language() -> None:
    firm, user, code = scanned()
    User.objects.filter(pk=user.pk).update(language="en")
    mail.outbox.clear()
    made = begin(firm, "lead", code)
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert WORDS["title"] in letter.subject
    assert WORDS["text"] in letter.body
    assert made.code in letter.body
    tell_absent(timezone.now() + timedelta(days=1))
    assert len(mail.outbox) == 1  # the letter held the message: none about something unread follows
    assert made.conversation is not None
    make_message(made.conversation, make_colleague(firm), "a", "And the papers?")
    tell_absent(timezone.now() + timedelta(days=1))
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("state", ["held", "scheduled"])
def test_after_a_meeting(state: str) -> None:
    firm, user, meeting = met(state=state)
    made = begin(firm, "meeting", meeting.code)
    assert (made.buyer, made.source) == (user, "meeting")


def test_after_a_meeting_of_two_firms_the_buyer_is_the_firm() -> None:
    firm = make_booth()
    other = make_exhibitor(firm.edition)
    _firm, user, meeting = met(firm, buyer_firm=other)
    made = begin(firm, "meeting", meeting.code)
    assert (made.buyer, made.buyer_firm, made.buyer_key) == (None, other, f"firm:{other.pk}")
    assert made in begun_with(firm.edition, deal_keys_of(user, firm.edition))
    with pytest.raises(Refused, match="own side"):
        begin(
            other, "meeting", meeting.code, make_membership(user, firm.organisation, role="booth_staff").user
        )


def test_from_a_conversation() -> None:
    talk = make_conversation()
    firm = talk.parties.get(side="b").exhibitor
    assert firm is not None
    made = begin(firm, "talk", talk.code)
    assert made.conversation_id not in (None, talk.pk)
    assert made.buyer == talk.parties.get(side="a").user


# Who it is not begun with -------------------------------------------------------------------------------------
def test_a_badge_without_a_name_begins_nothing_until_it_is_shared() -> None:
    firm, user, code = scanned(agrees=False)
    with pytest.raises(Refused, match="does not share their contact"):
        begin(firm, "lead", code)
    lead = leads_about(visitor_of(user)).get(code=code)
    share_contact(lead, by=user)
    made = begin(firm, "lead", code)
    withdraw_lead(lead, by=user)
    end_negotiation(Stand(made, "buyer"), "lost", by=user, why="other")
    with pytest.raises(Refused, match="does not share their contact"):
        begin(firm, "lead", code)


def test_a_visitor_without_an_account_would_not_read_it() -> None:
    firm = make_booth()
    lead = make_lead(firm, agrees=True)
    with pytest.raises(Refused, match="no account"):
        begin(firm, "lead", lead.code)


@pytest.mark.parametrize(
    ("hours", "state", "said"), [(3, "scheduled", "has not begun"), (-2, "no_show", "did not take place")]
)
def test_a_meeting_that_did_not_take_place_begins_nothing(hours: int, state: str, said: str) -> None:
    firm, _user, meeting = met(hours=hours, state=state)
    with pytest.raises(Refused, match=said):
        begin(firm, "meeting", meeting.code)
    assert not queries.met(firm).exists()


@pytest.mark.parametrize("kind", ["lead", "meeting", "talk", "planet", ""])
def test_what_is_another_firms_is_not_there(kind: str) -> None:
    firm, _user, lead = scanned()
    _firm, _person, meeting = met(firm)
    talk = make_conversation(firm)
    code = {"lead": lead, "meeting": meeting.code, "talk": talk.code}.get(kind, lead)
    stranger = make_exhibitor(firm.edition)
    assert queries.source_of(stranger, kind, code) is None
    with pytest.raises(Refused, match="no such meeting"):
        begin(stranger, kind, code)


def test_who_never_wrote_back_is_no_acquaintance() -> None:
    talk = make_conversation()
    firm = talk.parties.get(side="b").exhibitor
    assert firm is not None
    Message.objects.filter(conversation=talk, side="a").delete()
    with pytest.raises(Refused, match="not answered you yet"):
        begin(firm, "talk", talk.code)
    assert not queries.talked_with(firm).exists()


@pytest.mark.parametrize("who", ["buyer", "firm"])
def test_who_blocked_whom_holds(who: str) -> None:
    firm, user, lead = scanned()
    talk = make_conversation(firm, user)
    by = make_colleague(firm)
    person = user if who == "buyer" else by
    block(stand_of(person, talk), by=person)
    mail.outbox.clear()
    for kind, code in (("lead", lead), ("talk", talk.code)):
        with pytest.raises(Refused, match="No messages can be exchanged"):
            begin(firm, kind, code, by)
    assert not Negotiation.objects.exists()
    assert mail.outbox == []


def test_one_who_was_silenced_begins_nothing() -> None:
    firm, _user, lead = scanned()
    by = make_colleague(firm)
    silence(firm.edition, by, why="Advertising", until=None, by=make_user())
    with pytest.raises(Refused, match="Advertising"):
        begin(firm, "lead", lead, by)


def test_ones_own_colleague_is_no_buyer() -> None:
    firm, user, lead = scanned()
    make_membership(user, firm.organisation, role="lead_only")
    with pytest.raises(Refused, match="own side"):
        begin(firm, "lead", lead)


def test_neither_a_closed_booth_nor_an_archived_edition_begins() -> None:
    firm, _user, lead = scanned()
    Exhibitor.objects.filter(pk=firm.pk).update(state="withdrawn")
    with pytest.raises(Refused, match="booth is not open"):
        begin(firm, "lead", lead)
    Exhibitor.objects.filter(pk=firm.pk).update(state="published")
    Edition.objects.filter(pk=firm.edition_id).update(phase=Edition.Phase.ARCHIVED)
    with pytest.raises(Refused, match="no new negotiations"):
        begin(firm, "lead", lead)


# A buyer without a name ---------------------------------------------------------------------------------------
def hidden_talk() -> tuple[Exhibitor, User, Any]:
    firm, user = make_booth(), make_user(name="Amina Odhiambo")
    from everfair.conversations.actions.writing import begin as write

    talk = write(
        firm.edition, Who.person(user, is_hidden=True), Who.firm(firm), "What does it cost?", by=user
    ).conversation
    return firm, user, talk


def test_a_buyer_who_is_not_named_stays_so_until_they_say_it() -> None:
    firm, user, talk = hidden_talk()
    mail.outbox.clear()
    made = begin(firm, "talk", talk.code)
    assert made.is_hidden
    assert made.conversation is not None
    assert Party.objects.get(conversation=made.conversation, key=made.buyer_key).is_hidden
    assert "not named" in buyer_shown(made).line
    (source,) = [queries.source_of(firm, "talk", talk.code)]
    assert source is not None
    assert user.name not in source.shown.line
    assert len(mail.outbox) == 1
    reveal(stand_of(user, talk), by=user)  # in the first conversation, not in the negotiation's
    made.refresh_from_db()
    assert made.is_hidden


def test_a_hidden_conversation_does_not_betray_the_same_persons_lead() -> None:
    firm, user, talk = hidden_talk()
    lead = make_lead(firm, agrees=True, user=user, name=user.name)
    made = begin(firm, "talk", talk.code)
    assert queries.running(firm, "lead", [lead.code]) == {}
    assert [one.running for one in queries.lines(firm, "lead", list(queries.scanned(firm)))] == [None]
    again = begin(firm, "lead", lead.code)
    assert again.pk != made.pk
    assert not again.is_hidden
    assert list(queries.talked_with(firm, "Amina")) == []
    assert list(queries.scanned(firm, "Amina")) == [lead]


# Once, and at a bearable pace ---------------------------------------------------------------------------------
def test_pressed_twice_there_is_one() -> None:
    firm, _user, lead = scanned()
    first, is_new = begin_negotiation(firm, "lead", lead, WORDS, by=make_colleague(firm))
    again, is_again = begin_negotiation(firm, "lead", lead, WORDS, by=make_colleague(firm))
    assert (is_new, is_again, again.pk) == (True, False, first.pk)
    assert Message.objects.count() == 1
    assert len([one for one in mail.outbox if WORDS["title"] in one.subject]) == 1


def test_after_its_end_another_may_begin_and_the_first_is_not_reopened_beside_it() -> None:
    firm, user, lead = scanned()
    first = begin(firm, "lead", lead)
    end_negotiation(Stand(first, "buyer"), "lost", by=user, why="price")
    second = begin(firm, "lead", lead)
    assert second.pk != first.pk
    with pytest.raises(Refused, match="Another negotiation that began from the same"):
        reopen_negotiation(Stand(first, "buyer"), by=user)
    end_negotiation(Stand(second, "firm"), "lost", by=make_colleague(firm), why="price")
    assert reopen_negotiation(Stand(first, "buyer"), by=user).state == "open"


def test_a_firm_begins_so_many_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    firm, _user, lead = scanned()
    monkeypatch.setattr(queries, "MOST_A_DAY", 2)
    for _ in range(2):
        make_begun(firm, made_at=timezone.now())
    make_begun(firm, made_at=timezone.now() - timedelta(days=2))
    make_negotiation(None, firm, made_at=timezone.now())  # asked by a buyer: does not count
    with pytest.raises(Refused, match="2 negotiations within a day"):
        begin(firm, "lead", lead)
    Negotiation.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert begin(firm, "lead", lead).state == "open"


def test_the_pace_of_conversations_holds_too() -> None:
    firm, _user, lead = scanned()
    TalkRules.objects.create(edition=firm.edition, begun_a_day=1)
    by = make_colleague(firm)
    begin(firm, "lead", lead, by)
    _firm, _other, second = scanned(firm)
    with pytest.raises(Refused, match="within a day"):
        begin(firm, "lead", second, by)
    assert Negotiation.objects.count() == 1


def test_a_closed_fair_of_conversations_closes_this_too() -> None:
    firm, _user, lead = scanned()
    TalkRules.objects.create(edition=firm.edition, is_open=False)
    with pytest.raises(Refused, match="closed conversations"):
        begin(firm, "lead", lead)


# The buyer's side, and what is kept ---------------------------------------------------------------------------
def test_the_buyer_ends_it_and_the_firm_is_told() -> None:
    firm, user, lead = scanned()
    by = make_colleague(firm)
    made = begin(firm, "lead", lead, by)
    mail.outbox.clear()
    end_negotiation(Stand(made, "buyer"), "lost", by=user, why="other_firm", why_text="Thank you.")
    assert [one.to for one in mail.outbox] == [[by.email]]


def test_what_the_buyer_may_not_read_stays_with_the_firm() -> None:
    firm, user, lead = scanned()
    made = begin(firm, "lead", lead)
    from everfair.deals.queries.negotiations import next_steps_for

    assert next_steps_for(Stand(made, "buyer")) == (None, None)
    notes.set_next_step(Stand(made, "firm"), "Send it", None, is_shared=True)
    assert next_steps_for(Stand(made, "buyer"))[1] is not None
    assert made in begun_with(firm.edition, deal_keys_of(user, firm.edition))
    assert not begun_with(firm.edition, deal_keys_of(make_user(), firm.edition)).exists()


def test_an_erased_account_leaves_the_negotiation_without_a_name() -> None:
    firm, user, lead = scanned()
    made = begin(firm, "lead", lead)
    user.delete()
    made.refresh_from_db()
    assert made.buyer is None
    assert "left" in buyer_shown(made).line
    assert made.state == "open"


def test_what_it_is_worth_is_changed_by_the_newest_page_only() -> None:
    row = make_begun()
    beginning.expect(row, Decimal("5"), "USD", by=None, version=1)
    with pytest.raises(EditedMeanwhile):
        beginning.expect(row, Decimal("6"), "USD", by=None, version=1)
    beginning.expect(row, Decimal("5"), "USD", by=None, version=1)  # the same again changes nothing
    row.refresh_from_db()
    assert (row.expected, row.expected_currency, row.version) == (Decimal("5"), "USD", 2)
    assert AuditEntry.objects.filter(event="deals.negotiation.valued").count() == 1


# Lists --------------------------------------------------------------------------------------------------------
def test_lists_hold_people_one_knows_and_say_what_runs() -> None:
    firm, _user, lead = scanned()
    _hidden = scanned(firm, agrees=False)
    _firm, _person, meeting = met(firm)
    talk = make_conversation(firm)
    begun = begin(firm, "meeting", meeting.code)
    found = {
        kind: queries.lines(firm, kind, list(queries.rows_of(firm, kind)))
        for kind in ("meeting", "lead", "talk")
    }
    assert [(one.code, one.running) for one in found["meeting"]] == [(meeting.code, begun)]
    assert [(one.code, one.running) for one in found["lead"]] == [(lead, None)]
    assert [one.code for one in found["talk"]] == [talk.code]  # not the negotiation's own conversation
    assert found["lead"][0].shown.name == "Amina Odhiambo"
    assert not queries.scanned(firm, "Nobody").exists()
    assert queries.talked_with(firm, "Wanjiru").exists()
    assert queries.met(firm, meeting.code).exists()
