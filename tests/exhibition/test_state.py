"""The state chart of exhibitors: every step, its reasons, its audit row, its letter, its catalogue entry."""

import pytest
from django.core import mail

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.models import Change
from everfair.base.refusals import Refused
from everfair.exhibition.actions import state
from everfair.exhibition.models import (
    EXHIBITOR_STEPS,
    ApplicationAnswer,
    ApplicationQuestion,
    CatalogueEntry,
    Exhibitor,
)
from everfair.exhibition.signals import exhibitor_state_changed
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_delegation, make_edition
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db
State = Exhibitor.State


def last_entry(exhibitor: Exhibitor) -> audit.AuditEntry:
    entry = audit.entries(target=exhibitor).first()
    assert entry is not None
    return entry


def test_the_whole_way_leaves_an_audit_row_at_each_step() -> None:
    exhibitor = make_exhibitor(state=State.DRAFT, published_at=None)
    reviewer, owner = make_user(name="Rita"), make_user(name="Omar")
    state.apply_for_booth(exhibitor, by=owner)
    state.ask_for_changes(exhibitor, by=reviewer, reason="Please add a sector.")
    state.apply_for_booth(exhibitor, by=owner)
    state.accept(exhibitor, by=reviewer)
    state.publish(exhibitor, by=owner)
    state.withdraw(exhibitor, by=owner, reason="The team is ill.")
    events = [(e.event.rsplit(".")[-1], e.by_name, e.reason) for e in audit.entries(target=exhibitor)]
    assert events == [
        ("withdrawn", "Omar", "The team is ill."),
        ("published", "Omar", ""),
        ("accepted", "Rita", ""),
        ("applied", "Omar", ""),
        ("changes_asked", "Rita", "Please add a sector."),
        ("applied", "Omar", ""),
    ]
    assert last_entry(exhibitor).before == {"state": "published"}
    assert exhibitor.state == State.WITHDRAWN
    assert exhibitor.state_reason == "The team is ill."


@pytest.mark.parametrize("source", State.values)
@pytest.mark.parametrize("target", State.values)
def test_only_the_chart_is_possible(source: str, target: str) -> None:
    exhibitor = make_exhibitor(state=source)
    if (source, target) in EXHIBITOR_STEPS:
        state.set_state(exhibitor, target, by=None, reason="Because.")
        exhibitor.refresh_from_db()
        assert exhibitor.state == target
    else:
        with pytest.raises((IllegalChange, Refused)):
            state.set_state(exhibitor, target, by=None, reason="Because.")
        exhibitor.refresh_from_db()
        assert exhibitor.state == source
        assert not audit.entries(target=exhibitor).exists()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("applied", "changes_asked"),
        ("applied", "rejected"),
        ("published", "withdrawn"),
        ("published", "accepted"),
    ],
)
def test_what_hurts_needs_a_reason(source: str, target: str) -> None:
    exhibitor = make_exhibitor(state=source)
    with pytest.raises(Refused) as refused:
        state.set_state(exhibitor, target, by=None, reason="  \u202e ")
    assert refused.value.field == "reason"


def test_roles_are_held_to_the_chart() -> None:
    exhibitor = make_exhibitor(state=State.APPLIED)
    with pytest.raises(Refused, match="other side"):
        state.set_state(exhibitor, State.ACCEPTED, by=None, roles={"exhibitor"})
    state.set_state(exhibitor, State.ACCEPTED, by=None, roles={"delegation"})
    with pytest.raises(Refused, match="other side"):
        state.set_state(exhibitor, State.PUBLISHED, by=None, roles={"delegation"})


def test_nothing_incomplete_goes_public_and_the_sentence_says_what_is_missing() -> None:
    exhibitor = make_exhibitor(state=State.ACCEPTED, headline={}, about={})
    exhibitor.sector = None
    exhibitor.save()
    with pytest.raises(Refused) as refused:
        state.publish(exhibitor, by=None)
    assert "main sector" in str(refused.value)
    assert "what the firm does" in str(refused.value)
    assert "An area" not in str(refused.value)
    assert not CatalogueEntry.objects.filter(pk=exhibitor.pk).exists()


def test_a_text_in_a_language_the_edition_does_not_use_is_not_enough() -> None:
    exhibitor = make_exhibitor(state=State.ACCEPTED, headline={"fi": "Sisua"}, about={})
    with pytest.raises(Refused):
        state.publish(exhibitor, by=None)


def test_publishing_writes_the_catalogue_entry_and_withdrawing_removes_it() -> None:
    exhibitor = make_exhibitor(state=State.ACCEPTED, published_at=None)
    make_offer(exhibitor, modes=0b0101, languages=["sw"])
    make_offer(exhibitor, modes=0b1000, is_on_shelf=False)
    state.publish(exhibitor, by=None)
    entry = CatalogueEntry.objects.get(pk=exhibitor.pk)
    assert (entry.modes, entry.offers, entry.languages) == (0b0101, 1, "en zh sw")
    first = exhibitor.published_at
    state.withdraw(exhibitor, by=None, reason="Pause.")
    assert not CatalogueEntry.objects.filter(pk=exhibitor.pk).exists()
    state.publish(exhibitor, by=None)
    assert exhibitor.published_at == first
    assert Change.objects.filter(topic="exhibition.exhibitor", key=exhibitor.pk).count() == 3


def test_required_questions_hold_the_application_up() -> None:
    exhibitor = make_exhibitor(state=State.DRAFT)
    question = ApplicationQuestion.objects.create(
        edition=exhibitor.edition, text={"en": "How many people come?"}, is_required=True
    )
    with pytest.raises(Refused, match="How many people come"):
        state.apply_for_booth(exhibitor, by=None)
    ApplicationAnswer.objects.create(exhibitor=exhibitor, question=question, value="4")
    state.apply_for_booth(exhibitor, by=None)
    assert exhibitor.state == State.APPLIED
    assert exhibitor.applied_at is not None


@pytest.mark.parametrize("phase", ["draft", "announced", "archived"])
def test_an_edition_that_is_not_open_takes_no_application(phase: str) -> None:
    exhibitor = make_exhibitor(make_edition(phase=phase), state=State.DRAFT)
    with pytest.raises(Refused, match="not open"):
        state.apply_for_booth(exhibitor, by=None)


def test_a_full_quota_is_not_exceeded() -> None:
    edition = make_edition()
    delegation = make_delegation(edition, quota=1)
    make_exhibitor(edition, delegation=delegation)
    second = make_exhibitor(edition, delegation=delegation, state=State.APPLIED)
    with pytest.raises(Refused, match="may bring 1"):
        state.accept(second, by=None)


def test_no_way_back_leads_past_a_full_quota() -> None:
    edition, by = make_edition(), make_user()
    delegation = make_delegation(edition, quota=1)
    first = make_exhibitor(edition, delegation=delegation, state=State.ACCEPTED)
    second = make_exhibitor(edition, delegation=delegation, state=State.APPLIED)
    asked = state.change_states([first], State.CHANGES_ASKED, by=by, reason="A sector, please.")
    state.accept(second, by=by)
    undone = state.undo_states(asked.done, by=by)
    assert "may bring 1" in undone.refused[0][1]
    gone = make_exhibitor(edition, delegation=delegation, state=State.WITHDRAWN)
    with pytest.raises(Refused, match="may bring 1"):
        state.publish(gone, by=by)
    state.publish(second, by=by)  # who counts already needs no more room


def test_the_firm_is_told_with_the_reason_and_the_one_who_did_it_is_not(
    django_capture_on_commit_callbacks: object,
) -> None:
    exhibitor = make_exhibitor(state=State.APPLIED)
    owner = make_membership(organisation=exhibitor.organisation).user
    make_membership(organisation=exhibitor.organisation, role="booth_staff")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        state.ask_for_changes(exhibitor, by=None, reason="The sector is missing.")
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert "The sector is missing." in mail.outbox[0].body
    assert f"/booth-desk/{exhibitor.code}/" in mail.outbox[0].body
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        state.apply_for_booth(exhibitor, by=owner)
    assert len(mail.outbox) == 1


def test_the_fact_is_announced_after_commit(django_capture_on_commit_callbacks: object) -> None:
    exhibitor = make_exhibitor(state=State.APPLIED)
    heard: list[tuple[int, str, str]] = []

    def listen(exhibitor_id: int, before: str, after: str, **kwargs: object) -> None:
        heard.append((exhibitor_id, before, after))

    exhibitor_state_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            state.accept(exhibitor, by=None)
            assert heard == []
    finally:
        exhibitor_state_changed.disconnect(listen)
    assert heard == [(exhibitor.pk, "applied", "accepted")]


def test_many_at_once_and_back_again() -> None:
    edition, by = make_edition(), make_user()
    good = [make_exhibitor(edition, state=State.APPLIED) for _ in range(2)]
    bad = make_exhibitor(edition, state=State.DRAFT)
    result = state.change_states([*good, bad], State.ACCEPTED, by=by)
    assert result.done == [(one.code, "applied") for one in good]
    assert [code for code, _sentence in result.refused] == [bad.code]
    state.publish(good[1], by=by)
    undone = state.undo_states(result.done, by=by)
    assert undone.done == [(good[0].code, "applied")]
    assert "moved on" in undone.refused[0][1]
    good[0].refresh_from_db()
    assert good[0].state == State.APPLIED
    assert last_entry(good[0]).event == "exhibition.exhibitor.restored"


def test_undo_works_once() -> None:
    exhibitor = make_exhibitor(state=State.APPLIED)
    result = state.change_states([exhibitor], State.REJECTED, by=None, reason="Not a service.")
    assert state.undo_states(result.done, by=None).done
    assert state.undo_states(result.done, by=None).refused
    exhibitor.refresh_from_db()
    assert exhibitor.state == State.APPLIED


def test_a_stale_page_cannot_decide_twice() -> None:
    exhibitor = make_exhibitor(state=State.APPLIED)
    stale = Exhibitor.objects.get(pk=exhibitor.pk)
    state.reject(exhibitor, by=None, reason="No.")
    with pytest.raises((IllegalChange, Refused)):
        state.accept(stale, by=None)
    with pytest.raises(Refused, match="already"):
        state.reject(stale, by=None, reason="No, again.")
