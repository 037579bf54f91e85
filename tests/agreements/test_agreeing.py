"""From draft to record: who may do what, what freezes, what is refused in words, what happens when the last party confirmed."""

import io
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.http import Http404
from django.test import TestCase

from everfair.agreements import access
from everfair.agreements.actions import confirming, drafting, offering
from everfair.agreements.actions.proving import Proof
from everfair.agreements.models import Agreement, AgreementParty, ChainEntry
from everfair.agreements.queries.chain import verify
from everfair.base.canonical import sha256
from everfair.base.models import AuditEntry, MediaFile
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals.models import Negotiation
from everfair.gateways.storage.store import get_store
from tests.factories.agreements import BUYER_FIRM, NOW, confirm_for, make_agreement, make_terms, signer_of
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n% taken off\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"


def parties(agreement: Agreement) -> tuple[AgreementParty, AgreementParty]:
    first, second = agreement.parties.order_by("position")
    return first, second


def test_offering_freezes_a_statement_without_personal_data() -> None:
    buyer = make_user(name="Wanjiru Kamau")
    agreement = make_agreement(make_negotiation(buyer=buyer))
    said = json.loads(agreement.statement)
    assert sha256(agreement.statement) == agreement.digest
    assert said["value"] == {"currency": "CNY", "from": "1200000.5", "to": "1200000.5"}
    assert said["parties"][0]["name"]["zh"] == "内罗毕港务局"
    assert "Wanjiru" not in agreement.statement
    assert buyer.email not in agreement.statement


def test_what_was_put_to_the_parties_is_not_changed() -> None:
    agreement = make_agreement()
    with pytest.raises(Refused, match="cannot be changed"):
        drafting.save_draft(agreement, make_terms(), None, by=None)
    with pytest.raises(Refused, match="cannot be changed"):
        drafting.add_firms(agreement, [make_exhibitor(agreement.edition)], by=None)


def test_two_who_draft_at_once_overwrite_nothing() -> None:
    draft = make_agreement(state="draft")
    drafting.save_draft(draft, make_terms(title={"en": "One"}), BUYER_FIRM, by=None, version=1)
    with pytest.raises(EditedMeanwhile):
        drafting.save_draft(draft, make_terms(title={"en": "Two"}), BUYER_FIRM, by=None, version=1)
    with pytest.raises(EditedMeanwhile):
        offering.offer(draft, by=None, version=1)
    draft.refresh_from_db()
    assert draft.title == {"en": "One"}


def test_the_last_confirmation_makes_the_record(django_capture_on_commit_callbacks: object) -> None:
    agreement = make_agreement()
    one, two = parties(agreement)
    signer_of(two)
    mail.outbox.clear()
    assert confirm_for(agreement, one).state == "offered"
    assert ChainEntry.objects.count() == 0
    assert mail.outbox == []
    done = confirm_for(agreement, two)
    assert done.state == "confirmed"
    entry = ChainEntry.objects.get()
    content = json.loads(entry.content)
    assert (entry.kind, entry.code) == ("agreement.confirmed", agreement.code)
    assert content["statement"] == agreement.digest
    assert [party["proof"] for party in content["parties"]] == ["totp", "totp"]
    assert Negotiation.objects.get().state == "won"
    assert len(mail.outbox) == 2
    assert verify().is_whole


def test_the_record_is_set_once_and_stands_in_the_chain(django_capture_on_commit_callbacks: object) -> None:
    from everfair.agreements.actions.records import set_missing_records, set_record_of

    agreement = make_agreement(state="confirmed")
    assert set_missing_records() == 1
    agreement.refresh_from_db()
    assert agreement.record is not None
    assert agreement.record.content_type == "application/pdf"
    kept = ChainEntry.objects.get(kind="agreement.record")
    assert json.loads(kept.content)["pdf"] == agreement.record.digest
    assert set_record_of(agreement.pk) is True
    assert set_missing_records() == 0
    assert ChainEntry.objects.count() == 2
    assert verify().is_whole


def test_confirming_twice_counts_once() -> None:
    agreement = make_agreement()
    _one, two = parties(agreement)
    confirm_for(agreement, two)
    colleague = make_membership(organisation=two.exhibitor.organisation, role="editor").user  # type: ignore[union-attr]
    with pytest.raises(Refused, match="already"):
        confirm_for(agreement, two, by=colleague)
    two.refresh_from_db()
    assert two.confirmed_by != colleague


def test_a_proof_holds_for_one_person_party_and_text() -> None:
    agreement, other = make_agreement(), make_agreement()
    one, two = parties(agreement)
    person = signer_of(one)
    for proof in (
        Proof("totp", signer_of(two).pk, one.pk, agreement.digest),
        Proof("totp", person.pk, parties(other)[0].pk, agreement.digest),
        Proof("totp", person.pk, one.pk, other.digest),
    ):
        with pytest.raises(Refused):
            confirming.confirm(agreement, one, proof, by=person)
    assert not AgreementParty.objects.exclude(confirmed_at=None).exists()


def test_a_draft_one_taken_back_and_one_refused_are_not_confirmed() -> None:
    draft = make_agreement(state="draft")
    with pytest.raises(Refused, match="draft"):
        confirm_for(draft, parties(draft)[0])
    taken = make_agreement()
    offering.withdraw(taken, "Another price.", by=None)
    with pytest.raises(Refused, match="withdrawn"):
        confirm_for(taken, parties(taken)[0])
    refused = make_agreement()
    offering.refuse(refused, parties(refused)[1], "Too late.", by=None)
    with pytest.raises(Refused, match="refused"):
        confirm_for(refused, parties(refused)[0])


def test_nobody_takes_back_or_refuses_what_all_confirmed() -> None:
    agreement = make_agreement(state="confirmed")
    with pytest.raises(Refused):
        offering.withdraw(agreement, "No.", by=None)
    with pytest.raises(Refused):
        offering.refuse(agreement, parties(agreement)[0], "No.", by=None)


def test_a_row_changed_in_the_database_is_not_confirmed() -> None:
    agreement = make_agreement()
    Agreement.objects.update(value_to=99, value_from=99)
    with pytest.raises(Refused, match="no longer what was put"):
        confirm_for(agreement, parties(agreement)[0])


def test_made_anew_it_names_what_it_replaces() -> None:
    agreement = make_agreement()
    anew = offering.make_anew(agreement, by=None)
    agreement.refresh_from_db()
    assert (agreement.state, anew.state, anew.replaces) == ("withdrawn", "draft", agreement)
    again = offering.offer(anew, by=None, now=NOW)
    assert json.loads(again.statement)["replaces"] == agreement.digest
    assert again.digest != agreement.digest
    assert [party.key for party in again.parties.all()] == [party.key for party in agreement.parties.all()]


def test_an_agreement_has_two_parties() -> None:
    firm = make_exhibitor()
    draft = drafting.make_of_firm(firm, make_terms(), by=None)
    with pytest.raises(Refused, match="two parties"):
        offering.offer(draft, by=None)
    drafting.add_firms(draft, [make_exhibitor(firm.edition), make_exhibitor(firm.edition)], by=None)
    assert offering.offer(draft, by=None).state == "offered"
    assert draft.parties.count() == 3


def test_firms_of_elsewhere_are_no_parties() -> None:
    draft = drafting.make_of_firm(make_exhibitor(), make_terms(), by=None)
    with pytest.raises(Refused, match="at this fair"):
        drafting.add_firms(draft, [make_exhibitor()], by=None)


def test_a_hidden_buyer_is_named_first() -> None:
    inquiry = make_inquiry(is_hidden=True)
    negotiation = make_negotiation(inquiry)
    with pytest.raises(Refused, match="names its parties"):
        make_agreement(negotiation)
    assert not Agreement.objects.exists()


def test_advertising_by_agreements_ends() -> None:
    firm, other = make_exhibitor(), None
    other = make_exhibitor(firm.edition)
    for number in range(offering.MOST_A_DAY + 1):
        draft = drafting.make_of_firm(firm, make_terms(), by=None, now=NOW)
        drafting.add_firms(draft, [other], by=None)
        if number < offering.MOST_A_DAY:
            offering.offer(draft, by=None, now=NOW)
    with pytest.raises(Refused, match="a day"):
        offering.offer(draft, by=None, now=NOW)
    assert offering.offer(draft, by=None, now=NOW + timedelta(days=2)).state == "offered"


def test_who_reads_and_who_signs() -> None:
    agreement = make_agreement()
    _one, two = parties(agreement)
    organisation = two.exhibitor.organisation  # type: ignore[union-attr]
    staff = make_membership(organisation=organisation, role="booth_staff").user
    editor = make_membership(organisation=organisation, role="editor").user
    leads = make_membership(organisation=organisation, role="lead_only").user
    stand = access.get_stand_for(staff, agreement.edition, agreement.code)
    assert (stand.signs, stand.party_to_sign(), stand.may_change) == (frozenset(), None, False)
    assert access.get_stand_for(editor, agreement.edition, agreement.code).party_to_sign() == two
    for person in (leads, make_user(), make_user(is_superuser=True)):
        with pytest.raises(Http404):
            access.get_stand_for(person, agreement.edition, agreement.code)


def test_a_firm_chosen_for_a_draft_sees_it_once_it_is_put_to_it() -> None:
    firm = make_exhibitor()
    other = make_exhibitor(firm.edition)
    person = make_membership(organisation=other.organisation).user
    draft = drafting.make_of_firm(firm, make_terms(), by=None)
    drafting.add_firms(draft, [other], by=None)
    with pytest.raises(Http404):
        access.get_stand_for(person, firm.edition, draft.code)
    offering.offer(draft, by=None)
    assert access.get_stand_for(person, firm.edition, draft.code).may_change is False


def test_the_log_names_no_title_and_nobody() -> None:
    agreement = make_agreement(state="confirmed")
    rows = AuditEntry.objects.filter(event__startswith="agreements.")
    assert rows.count() == 5
    for row in rows:
        assert row.object_label == agreement.code
        assert "side" in row.by_name or row.by_name == ""


def test_an_account_goes_and_the_record_stays() -> None:
    agreement = make_agreement(state="confirmed")
    one, _two = parties(agreement)
    person = one.user
    assert person is not None
    AgreementParty.objects.filter(pk=one.pk).update(confirmed_as="Director", confirmed_name="Wanjiru")
    person.delete()
    one.refresh_from_db()
    assert (one.user, one.confirmed_by, one.confirmed_name, one.confirmed_as) == (None, None, "", "")
    assert one.key == f"gone:{one.pk}"
    assert one.name["en"] == "Nairobi Port Authority"
    assert verify().is_whole


def test_a_document_taken_off_a_draft_leaves_the_disk_unless_another_draft_holds_it() -> None:
    first, second = make_agreement(state="draft"), make_agreement(state="draft")
    held = [drafting.add_files(one, [("terms.pdf", io.BytesIO(PDF))], by=None)[0] for one in (first, second)]
    digest = held[0].sha256
    with TestCase.captureOnCommitCallbacks(execute=True):
        drafting.remove_file(first, held[0])
    assert not MediaFile.objects.filter(pk=held[0].file_id).exists()
    assert get_store().exists(digest), "the other draft's copy has the same bytes"
    with TestCase.captureOnCommitCallbacks(execute=True):
        drafting.remove_file(second, held[1])
    assert not get_store().exists(digest)
