"""A negotiation ends, goes on, is moved, handed over, named; notes and next steps stay with the side they belong to."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.actions.writing import reveal, say
from everfair.conversations.models import Message
from everfair.deals.access import Stand
from everfair.deals.actions import negotiations as actions
from everfair.deals.actions import notes, stages
from everfair.deals.models import DealStage, Negotiation
from everfair.deals.queries import negotiations as queries
from everfair.deals.queries.names import buyer_shown, sides_shown
from tests.factories.conversations import make_colleague, stand_of
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def both(**extra: Any) -> tuple[Stand, Stand, Any]:
    """The negotiation as the buyer and as the firm stand in it, and the firm's colleague."""
    row = make_negotiation(**extra)
    return Stand(row, "buyer"), Stand(row, "firm"), make_colleague(row.firm)


# Ends ---------------------------------------------------------------------------------------------------------
def test_lost_with_a_reason_that_both_read_and_the_other_side_is_told() -> None:
    buyer, firm, colleague = both()
    actions.end_negotiation(
        buyer, "lost", by=buyer.negotiation.buyer, why="price", why_text="Twice our budget."
    )
    row = Negotiation.objects.get()
    assert (row.state, row.why, row.ended_by_side) == ("lost", "price", "buyer")
    letter = next(one for one in mail.outbox if one.to == [colleague.email])
    assert "the price" in letter.body
    assert "Twice our budget." in letter.body
    assert Message.objects.filter(conversation=row.conversation, note="deal_lost", side="a").exists()
    assert firm.side == "firm"


def test_lost_needs_a_reason_and_the_same_twice_is_once() -> None:
    buyer, _firm, _colleague = both()
    person = buyer.negotiation.buyer
    with pytest.raises(Refused) as refused:
        actions.end_negotiation(buyer, "lost", by=person)
    assert refused.value.field == "why"
    actions.end_negotiation(buyer, "lost", by=person, why="time")
    sent = len(mail.outbox)
    actions.end_negotiation(buyer, "lost", by=person, why="price")
    assert Negotiation.objects.get().why == "time"
    assert len(mail.outbox) == sent


def test_a_stale_page_ends_nothing() -> None:
    buyer, firm, colleague = both()
    actions.hand_negotiation(firm.negotiation, colleague, by=colleague)
    with pytest.raises(EditedMeanwhile):
        actions.end_negotiation(buyer, "won", by=buyer.negotiation.buyer, version=1)
    assert Negotiation.objects.get().state == "open"


def test_the_buyer_cannot_take_back_what_the_firm_called_agreed() -> None:
    buyer, firm, colleague = both()
    actions.end_negotiation(firm, "won", by=colleague)
    with pytest.raises(Refused, match="open this again"):
        actions.reopen_negotiation(buyer, by=buyer.negotiation.buyer)
    actions.reopen_negotiation(firm, by=colleague)
    row = Negotiation.objects.get()
    assert (row.state, row.ended_at, row.why) == ("open", None, "")


def test_an_agreement_wins_it_once_and_even_after_it_was_lost() -> None:
    buyer, _firm, _colleague = both()
    actions.end_negotiation(buyer, "lost", by=buyer.negotiation.buyer, why="time")
    actions.win_by_agreement(buyer.negotiation)
    actions.win_by_agreement(buyer.negotiation)
    row = Negotiation.objects.get()
    assert (row.state, row.why) == ("won", "")
    assert Message.objects.filter(conversation=row.conversation, note="deal_agreed").count() == 1


def test_the_log_says_that_and_not_what() -> None:
    buyer, _firm, _colleague = both()
    actions.end_negotiation(buyer, "lost", by=buyer.negotiation.buyer, why="price", why_text="Too dear.")
    entry = AuditEntry.objects.get(event="deals.negotiation.lost")
    assert "one of the two sides" in entry.by_name
    assert entry.object_label == buyer.negotiation.code
    assert "Too dear" not in str((entry.before, entry.after, entry.reason))


# The board ----------------------------------------------------------------------------------------------------
def columns(firm: Any) -> dict[str, list[int]]:
    rows = Negotiation.objects.filter(firm=firm, state="open").order_by("place", "-pk")
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.stage.code if row.stage else "", []).append(row.pk)
    return found


def test_moves_keep_the_order_inside_a_stage() -> None:
    firm = make_exhibitor()
    rows = [make_negotiation(make_inquiry(firm.edition), firm) for _ in range(4)]
    talking = next(one for one in stages.stages_of(firm.edition) if one.code == "talking")
    one, two, three, four = rows
    by = make_colleague(firm)
    for row in (one, two, three):
        actions.move_negotiation(row, talking, by=by, version=1)
    assert columns(firm)["talking"] == [one.pk, two.pk, three.pk]
    actions.move_negotiation(three, talking, by=by, before=one.code)
    actions.move_negotiation(four, talking, by=by, before=two.code)
    assert columns(firm)["talking"] == [three.pk, one.pk, four.pk, two.pk]


def test_a_colleague_who_was_slower_is_told_and_nothing_is_lost() -> None:
    row = make_negotiation()
    first, second = stages.stages_of(row.edition)[1:3]
    by = make_colleague(row.firm)
    actions.move_negotiation(row, first, by=by, version=1)
    with pytest.raises(EditedMeanwhile):
        actions.move_negotiation(row, second, by=by, version=1)
    row.refresh_from_db()
    assert row.stage == first


def test_an_ended_one_and_a_foreign_stage_are_refused() -> None:
    row = make_negotiation()
    by = make_colleague(row.firm)
    foreign = stages.stages_of(make_edition())[0]
    with pytest.raises(Refused, match="not one of this fair"):
        actions.move_negotiation(row, foreign, by=by)
    actions.end_negotiation(Stand(row, "firm"), "won", by=by)
    with pytest.raises(Refused, match="has ended"):
        actions.move_negotiation(row, stages.stages_of(row.edition)[0], by=by)


# The buyer's name ---------------------------------------------------------------------------------------------
def test_a_hidden_buyer_is_named_to_one_firm_alone() -> None:
    inquiry = make_inquiry(buyer=make_user(name="Wanjiru Kamau"), is_hidden=True)
    first, second = make_negotiation(inquiry), make_negotiation(inquiry)
    assert "Wanjiru" not in sides_shown(first, to="firm")[1].line
    assert "Wanjiru" in sides_shown(first, to="buyer")[0].line
    actions.reveal_buyer(Stand(first, "buyer"), by=inquiry.buyer)
    first.refresh_from_db()
    assert "Wanjiru" in buyer_shown(first).line
    assert first.conversation is not None
    assert not first.conversation.parties.get(side="a").is_hidden
    second.refresh_from_db()
    assert "Wanjiru" not in buyer_shown(second).line


def test_said_in_the_conversation_it_holds_for_the_negotiation(
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = make_negotiation(make_inquiry(is_hidden=True))
    assert row.conversation is not None
    with django_capture_on_commit_callbacks(execute=True):
        reveal(stand_of(row.buyer, row.conversation), by=row.buyer)
    row.refresh_from_db()
    assert (row.is_hidden, row.revealed_at is not None) == (False, True)


def test_the_firm_cannot_name_the_buyer() -> None:
    row = make_negotiation(make_inquiry(is_hidden=True))
    with pytest.raises(Refused):
        actions.reveal_buyer(Stand(row, "firm"), by=make_colleague(row.firm))


def test_letters_to_the_firm_do_not_name_a_hidden_buyer() -> None:
    inquiry = make_inquiry(buyer=make_user(name="Wanjiru Kamau"), is_hidden=True)
    row = make_negotiation(inquiry)
    make_colleague(row.firm)
    actions.end_negotiation(Stand(row, "buyer"), "lost", by=inquiry.buyer, why="time")
    assert mail.outbox
    assert not any("Wanjiru" in str(one.message()) for one in mail.outbox)


# Notes and next steps -----------------------------------------------------------------------------------------
def test_a_note_is_the_own_sides_until_it_is_shared() -> None:
    buyer, firm, colleague = both()
    person = buyer.negotiation.buyer
    kept = notes.write_note(buyer, None, "They would go lower.", by=person, is_shared=False)
    notes.write_note(firm, None, "Sample on Monday.", by=colleague, is_shared=True)
    assert [one.text for one in queries.notes_for(firm)] == ["Sample on Monday."]
    assert len(queries.notes_for(buyer)) == 2
    notes.write_note(buyer, kept, "We like it.", by=person, is_shared=True)
    assert len(queries.notes_for(firm)) == 2
    notes.delete_note(firm, kept, by=colleague)  # not theirs: nothing happens
    assert len(queries.notes_for(buyer)) == 2


def test_a_next_step_is_one_for_each_side_and_shared_on_purpose() -> None:
    buyer, firm, _colleague = both()
    notes.set_next_step(buyer, "Ask the board", date(2026, 9, 10), is_shared=False)
    notes.set_next_step(buyer, "Ask the board again", date(2026, 9, 11), is_shared=False)
    assert queries.next_steps_for(firm) == (None, None)
    notes.set_next_step(buyer, "Ask the board", None, is_shared=True)
    theirs = queries.next_steps_for(firm)[1]
    assert theirs is not None
    assert theirs.text == "Ask the board"
    notes.set_next_step(buyer, "", None, is_shared=False)
    assert queries.next_steps_for(buyer) == (None, None)
    with pytest.raises(Refused, match="on that day"):
        notes.set_next_step(buyer, " ", date(2026, 9, 10), is_shared=False)


@pytest.mark.parametrize("text", ["Ask for a sample", ""])
def test_a_colleagues_next_step_is_not_overwritten_unseen(text: str) -> None:
    buyer, _firm, _colleague = both()
    first = notes.set_next_step(buyer, "Ask the board", None, is_shared=False, seen="")
    on_page = notes.mark_of(queries.next_steps_for(buyer)[0])
    assert on_page == notes.mark_of(first)
    notes.set_next_step(buyer, "Call them", None, is_shared=False, seen=on_page)
    for stale in ("", on_page):
        with pytest.raises(EditedMeanwhile) as refused:
            notes.set_next_step(buyer, text, None, is_shared=False, seen=stale)
        assert refused.value.field == "step"
    held = queries.next_steps_for(buyer)[0]
    assert held is not None
    assert held.text == "Call them"
    notes.set_next_step(buyer, text, None, is_shared=False, seen=notes.mark_of(held))
    now = queries.next_steps_for(buyer)[0]
    assert (now.text if now is not None else "") == text


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_notes_without_words_or_with_too_many_are_refused(text: str) -> None:
    buyer, _firm, _colleague = both()
    with pytest.raises(Refused) as refused:
        notes.write_note(buyer, None, text, by=buyer.negotiation.buyer, is_shared=False)
    assert refused.value.field == "text"


# People who go ------------------------------------------------------------------------------------------------
def test_a_buyer_who_erased_their_account_leaves_the_text_and_no_name() -> None:
    row = make_negotiation(buyer=make_user(name="Wanjiru Kamau"))
    assert row.buyer is not None
    notes.write_note(Stand(row, "buyer"), None, "Shared.", by=row.buyer, is_shared=True)
    row.buyer.delete()
    row = Negotiation.objects.select_related("inquiry", "firm__organisation").get()
    assert row.buyer is None
    assert row.inquiry is not None
    assert row.inquiry.buyer is None
    assert row.inquiry.text
    assert sides_shown(row, to="firm")[1].line == "Somebody who has left"
    make_colleague(row.firm)
    actions.end_negotiation(
        Stand(row, "firm"), "lost", by=None, why="no_answer"
    )  # nobody to tell, nothing fails


def test_who_wrote_last_stands_first_and_who_answers_first_looks_after_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = make_negotiation()
    Negotiation.objects.update(changed_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert row.conversation is not None
    first = make_colleague(row.firm)
    with django_capture_on_commit_callbacks(execute=True):
        say(row.conversation, "a", "Any news?", by=row.buyer)
    row.refresh_from_db()
    assert row.handler is None
    with django_capture_on_commit_callbacks(execute=True):
        say(row.conversation, "b", "We do.", by=first)
        say(row.conversation, "b", "And more.", by=make_colleague(row.firm))
    row.refresh_from_db()
    assert row.changed_at > datetime(2026, 9, 1, tzinfo=UTC)
    assert (row.version, row.handler) == (1, first)


# Stages -------------------------------------------------------------------------------------------------------
def test_the_usual_five_are_made_once_with_both_names() -> None:
    edition = make_edition()
    first = stages.stages_of(edition)
    assert [one.code for one in first] == ["new", "talking", "quoted", "negotiating", "agreed"]
    assert all(set(one.name) == {"en", "zh"} for one in first)
    assert stages.stages_of(edition) == first
    assert DealStage.objects.count() == 5


def test_stages_are_added_ordered_renamed_and_removed_while_empty() -> None:
    row = make_negotiation()
    edition = row.edition
    held = stages.stages_of(edition)
    added = stages.add_stage(edition, {"en": "Sample sent", "zh": "已寄样"}, by=None)
    stages.move_stage(added, -1, by=None)
    assert [one.code for one in stages.stages_of(edition)][-2:] == [added.code, "agreed"]
    stages.rename_stage(added, {"en": "Sampled"}, by=None)
    actions.move_negotiation(row, added, by=None)
    with pytest.raises(Refused, match="stand in this stage"):
        stages.remove_stage(added, by=None)
    stages.remove_stage(held[3], by=None)
    stages.remove_stage(held[3], by=None)  # gone already
    assert len(stages.stages_of(edition)) == 5
