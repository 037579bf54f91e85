"""Scans become leads: once, pseudonymous until agreed, with words for every badge that is worth nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.engines import passes
from everfair.leads import actions
from everfair.leads.models import Lead, LeadScan
from everfair.leads.queries.shown import LeadFilters, leads_of, other_notes, scans_of, shown
from everfair.leads.queries.team import refusal_words, refused_scans, team_counts
from everfair.registration.actions.badges import issue_badge, reissue_badge
from everfair.registration.actions.consents import give_consent, withdraw_consent
from everfair.registration.models import Registration
from tests.factories.leads import make_booth, make_lead, make_staff, make_visitor, scan

pytestmark = pytest.mark.django_db


def test_a_scan_makes_a_lead_without_a_name_until_the_visitor_agrees() -> None:
    booth = make_booth()
    staff = make_staff(booth)
    registration, code = make_visitor(booth.edition)
    taken = scan(booth, code, staff, interest="hot", note="Asked for prices")
    lead = taken.lead
    assert lead is not None
    assert (taken.is_new, taken.refusal, lead.taken_by, lead.interest) == (True, "", staff, "hot")
    assert shown(lead).contact is None
    assert registration.name not in shown(lead).title
    give_consent(registration, "contact", by=None)
    contact = shown(Lead.objects.get()).contact
    assert contact is not None
    assert (contact.name, contact.email) == (registration.name, registration.email)
    withdraw_consent(registration, "contact", by=None)
    assert shown(Lead.objects.get()).contact is None
    actions.share_contact(lead, by=None)
    assert shown(Lead.objects.get()).contact == contact


def test_a_scan_sent_twice_counts_once_and_its_values_are_added_once() -> None:
    booth = make_booth()
    _registration, code = make_visitor(booth.edition)
    first = scan(booth, code, key="device-1-scan-1")
    again = scan(booth, code, key="device-1-scan-1", interest="warm", note="Later")
    third = scan(booth, code, key="device-1-scan-1", interest="warm", note="Later")
    assert (first.is_repeat, again.is_repeat, third.is_repeat) == (False, True, True)
    lead = Lead.objects.get()
    assert (LeadScan.objects.count(), lead.interest, lead.note) == (1, "warm", "Later")
    assert lead.version == 2


def test_two_of_the_staff_meet_in_one_lead_and_nothing_is_overwritten() -> None:
    booth = make_booth()
    anna, bo = make_staff(booth), make_staff(booth)
    question = actions.save_question(
        booth, None, {"label": {"en": "Budget"}, "kind": "number", "is_required": False}, by=anna
    )
    _registration, code = make_visitor(booth.edition)
    one = scan(booth, code, anna, interest="hot", note="Wants audits", answers={question.code: 10})
    two = scan(booth, code, bo, interest="cold", note="In a hurry", answers={question.code: 20})
    assert one.lead == two.lead
    lead = Lead.objects.get()
    assert (lead.interest, lead.answers) == ("hot", {question.code: 10})
    assert "Wants audits" in lead.note
    assert f"{bo}: In a hurry" in lead.note
    assert two.differs == {"interest": "cold", "answers": {question.code: 20}}
    assert "Nothing was overwritten" in two.words
    notes = other_notes(scans_of(lead), [question], "en")
    assert [(note.by, note.values) for note in notes] == [(str(bo), [("Interest", "cold"), ("Budget", "20")])]
    actions.settle_scan(two.scan, take=True, by=anna)
    lead.refresh_from_db()
    assert (lead.interest, lead.answers) == ("cold", {question.code: 20})
    assert other_notes(scans_of(lead), [question], "en") == []
    with pytest.raises(Refused, match="nothing to settle"):
        actions.settle_scan(two.scan, take=False, by=anna)


def test_what_differs_may_be_dropped() -> None:
    booth = make_booth()
    _registration, code = make_visitor(booth.edition)
    scan(booth, code, interest="hot", follow_up_on=date(2027, 1, 5))
    second = scan(booth, code, follow_up_on=date(2027, 2, 6))
    actions.settle_scan(second.scan, take=False, by=None)
    assert Lead.objects.get().follow_up_on == date(2027, 1, 5)


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    lead = make_lead()
    by = make_staff(lead.exhibitor)
    actions.save_lead(lead, {"note": "First"}, by=by, version=1)
    with pytest.raises(EditedMeanwhile, match="Nothing was overwritten") as told:
        actions.save_lead(lead, {"note": "Second"}, by=None, version=1)
    assert told.value.current == 2
    lead.refresh_from_db()
    assert lead.note == "First"


def _forged(edition: Any, **extra: Any) -> str:
    facts: dict[str, Any] = {
        "key": 1, "edition": edition.pk, "kind": 1, "serial": 7, "issue": 1,
        "expires": timezone.localdate() + timedelta(days=9),
    }  # fmt: skip
    return passes.write(passes.Pass(**{**facts, **extra}), b"\x07" * 32)


class TestRefused:
    def test_nonsense_and_a_wrong_signature(self) -> None:
        booth = make_booth()
        make_visitor(booth.edition)  # so that the edition has a key number 1
        for code in ("", "hello", "EF1:AAAA", "x" * 5000, _forged(booth.edition)):
            taken = scan(booth, code)
            assert (taken.refusal, taken.lead) == ("forged", None), code[:20]
            assert "no badge" in taken.words
        assert (LeadScan.objects.filter(refusal="forged", lead=None).count(), Lead.objects.count()) == (5, 0)

    def test_a_key_nobody_knows(self) -> None:
        booth = make_booth()
        make_visitor(booth.edition)
        assert scan(booth, _forged(booth.edition, key=99)).refusal == "unknown_key"

    def test_another_editions_badge(self) -> None:
        booth = make_booth()
        make_visitor(booth.edition)
        _registration, code = make_visitor(make_booth().edition)
        taken = scan(booth, code)
        assert taken.refusal == "other_edition"
        assert "another edition" in taken.words

    def test_an_expired_badge_but_not_a_late_queue(self) -> None:
        booth = make_booth()
        _registration, _code = make_visitor(booth.edition)
        edition = booth.edition
        edition.ends_on = timezone.localdate() - timedelta(days=20)
        edition.starts_on = edition.ends_on - timedelta(days=2)
        edition.save()
        _other, old = make_visitor(edition)
        assert scan(booth, old).refusal == "expired"
        during = timezone.now() - timedelta(days=20)
        assert scan(booth, old, at=during, was_offline=True).lead is not None

    def test_a_badge_that_was_issued_again(self) -> None:
        booth = make_booth()
        registration, code = make_visitor(booth.edition)
        before = timezone.now()
        fresh = reissue_badge(registration, by=None, reason="Lost")
        taken = scan(booth, code)
        assert (taken.refusal, taken.lead) == ("void", None)
        assert "newer" in taken.words
        assert scan(booth, fresh.code).lead is not None
        assert scan(booth, code, at=before, was_offline=True).lead == Lead.objects.get()

    def test_a_cancelled_registration(self) -> None:
        booth = make_booth()
        registration, code = make_visitor(booth.edition)
        Registration.objects.filter(pk=registration.pk).update(state="cancelled")
        assert scan(booth, code).refusal == "not_expected"

    def test_the_scan_is_kept_and_the_team_reads_why(self) -> None:
        booth = make_booth()
        by = make_staff(booth)
        scan(booth, "nonsense", by, was_offline=True)
        kept = refused_scans(booth)
        assert [(one.by, one.words, one.was_offline) for one in kept] == [
            (str(by), refusal_words("forged"), True)
        ]
        assert scan(booth, "nonsense", by, key="again-again").refusal == "forged"
        assert scan(booth, "nonsense", by, key="again-again").is_repeat

    def test_before_the_booth_is_accepted_nobody_scans(self) -> None:
        booth = make_booth(state="applied")
        _registration, code = make_visitor(booth.edition)
        with pytest.raises(Refused, match="accepted"):
            scan(booth, code)
        assert not LeadScan.objects.exists()

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"interest": "boiling"}, "interest"), ({"note": "x" * 4001}, "note")],
    )
    def test_values_that_cannot_be_stored(self, values: dict[str, Any], field: str) -> None:
        booth = make_booth()
        _registration, code = make_visitor(booth.edition)
        with pytest.raises(Refused) as refused:
            scan(booth, code, **values)
        assert refused.value.field == field


def test_a_clock_that_runs_ahead_makes_no_leads_of_tomorrow(settings: Any) -> None:
    settings.LEAD_DAYS = 30
    booth = make_booth()
    _registration, code = make_visitor(booth.edition)
    lead = scan(booth, code, at=timezone.now() + timedelta(hours=30)).lead
    assert lead is not None
    assert lead.taken_at <= timezone.now()
    assert lead.expires_on == lead.taken_at.date() + timedelta(days=30)


class TestWithdrawing:
    def test_contact_and_answers_are_gone_and_the_fact_stays_in_the_log(self) -> None:
        booth = make_booth()
        by = make_staff(booth)
        registration, code = make_visitor(booth.edition, agrees=True)
        question = actions.save_question(booth, None, {"label": {"en": "Why"}, "kind": "text"}, by=by)
        lead = scan(
            booth, code, by, interest="hot", note="Secret words", follow_up_on=date(2027, 1, 1),
            answers={question.code: "Said much"},
        ).lead  # fmt: skip
        assert lead is not None
        scan(booth, code, by, interest="cold")
        actions.withdraw_lead(lead, by=None)
        lead = Lead.objects.get()
        assert (lead.interest, lead.note, lead.follow_up_on, lead.answers) == ("", "", None, {})
        one = shown(lead, [question], "en")
        assert (one.contact, one.is_withdrawn, one.answers[0][1]) == (None, True, "")
        assert all(row.differs == {} and row.digest == "" for row in LeadScan.objects.all())
        events = [entry.event for entry in audit.entries(target=lead)]
        assert events[0] == "leads.lead.withdrawn"
        kept = str(list(audit.entries(target=lead).values()))
        assert "Secret words" not in kept
        assert "Said much" not in kept
        assert registration.name not in kept
        assert set(audit.entries(target=lead).values_list("edition_id", flat=True)) == {None}

    def test_scanned_again_nothing_is_noted_until_they_share_again(self) -> None:
        booth = make_booth()
        _registration, code = make_visitor(booth.edition, agrees=True)
        lead = scan(booth, code, key="first-scan").lead
        assert lead is not None
        actions.withdraw_lead(lead, by=None)
        taken = scan(booth, code, interest="hot")
        assert (taken.refusal, taken.lead) == ("withdrawn", None)
        assert scan(booth, code, key="first-scan", note="Late").refusal == "withdrawn"
        with pytest.raises(Refused, match="withdrew"):
            actions.save_lead(lead, {"note": "x"}, by=None)
        assert Lead.objects.get().note == ""
        actions.share_contact(lead, by=None)
        again = scan(booth, code, interest="hot").lead
        assert again is not None
        assert shown(again).contact is not None

    def test_a_withdrawn_visitor_is_not_found_by_name(self) -> None:
        booth = make_booth()
        lead = make_lead(booth, agrees=True, name="Wanjiru Kamau")
        quiet = make_lead(booth, name="Wanjiru Quiet")
        found = leads_of(booth, LeadFilters(words="wanjiru"))
        assert list(found) == [lead]
        actions.withdraw_lead(lead, by=None)
        assert not found.all().exists()
        assert list(leads_of(booth, LeadFilters(words=quiet.code))) == [quiet]


class TestTime:
    def test_leads_are_erased_after_their_day(self, settings: Any) -> None:
        settings.LEAD_DAYS = 10
        booth = make_booth()
        _registration, code = make_visitor(booth.edition)
        lead = scan(booth, code, at=timezone.now() - timedelta(days=1), was_offline=True).lead
        assert lead is not None
        scan(booth, "nonsense")
        assert actions.erase_expired(lead.expires_on) == 0
        assert actions.erase_expired(lead.expires_on + timedelta(days=1)) == 1
        assert not Lead.objects.exists()
        assert LeadScan.objects.count() == 1  # the refused one of today
        assert audit.entries(target=booth).first().after == {"count": 1}  # type: ignore[union-attr]
        assert actions.erase_expired(timezone.localdate() + timedelta(days=40)) == 0
        assert not LeadScan.objects.exists()

    def test_an_expired_lead_is_not_shown_before_the_round_comes(self) -> None:
        lead = make_lead()
        Lead.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
        assert not leads_of(lead.exhibitor).exists()

    def test_a_further_scan_prolongs(self, settings: Any) -> None:
        settings.LEAD_DAYS = 10
        booth = make_booth()
        _registration, code = make_visitor(booth.edition)
        scan(booth, code, at=timezone.now() - timedelta(days=1))
        first = Lead.objects.get().expires_on
        scan(booth, code)
        assert Lead.objects.get().expires_on == first + timedelta(days=1)


def test_the_team_view_counts_by_person_and_day() -> None:
    booth = make_booth()
    anna, bo = make_staff(booth), make_staff(booth)
    yesterday = timezone.now() - timedelta(days=1)
    codes = [make_visitor(booth.edition)[1] for _number in range(3)]
    scan(booth, codes[0], anna, at=yesterday, interest="hot")
    scan(booth, codes[1], anna)
    scan(booth, codes[2], bo, interest="warm")
    scan(booth, codes[0], bo)
    scan(booth, "nonsense", bo)
    counts = team_counts(booth)
    assert len(counts.days) == 2
    assert {one.name: (one.days, one.total, one.leads, one.hot) for one in counts.people} == {
        str(anna): ([1, 1], 2, 2, 1),
        str(bo): ([0, 2], 2, 1, 0),
    }
    assert (counts.sums, counts.scans, counts.leads, counts.refused) == ([1, 3], 4, 3, 1)
    assert counts.interest == {"hot": 1, "warm": 1, "cold": 0, "": 1}


def test_badges_issued_later_judge_the_same_person(settings: Any) -> None:
    booth = make_booth()
    registration, code = make_visitor(booth.edition)
    first = scan(booth, code).lead
    fresh = reissue_badge(registration, by=None, reason="Lost")
    assert scan(booth, fresh.code.lower()).lead == first
    assert issue_badge(registration, by=None).code == fresh.code


def test_the_daily_round_erases_what_is_over_and_writes_letters(
    django_capture_on_commit_callbacks: Any, mailoutbox: Any
) -> None:
    from everfair.config.worker import daily_round

    over, standing = make_lead(), make_lead(email="guest@example.org")
    Lead.objects.filter(pk=over.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    Lead.objects.filter(pk=standing.pk).update(taken_at=timezone.now() - timedelta(days=1, hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        daily_round()
        daily_round()
    assert list(Lead.objects.all()) == [standing]
    assert [letter.to for letter in mailoutbox] == [["guest@example.org"]]
