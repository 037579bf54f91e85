"""Fresh proofs: a passkey's signature over this very text, a code of an app; once, by this person, in this browser, within five minutes."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import RequestFactory

from everfair.agreements.actions import confirming, proving
from everfair.agreements.models import Agreement, AgreementParty, CodeUsed, ProofAsked
from everfair.agreements.queries.chain import verify
from everfair.agreements.queries.evidence import is_true
from everfair.base.refusals import Refused
from everfair.people.models import User
from tests.factories.agreements import NOW, SoftPasskey, make_agreement, signer_of

pytestmark = pytest.mark.django_db
SESSION = "a-session"


@pytest.fixture(autouse=True)
def _request() -> Any:
    with context.request_context(RequestFactory().post("/", secure=True)):
        yield


def first(agreement: Agreement) -> tuple[AgreementParty, User]:
    party = agreement.parties.order_by("position")[0]
    return party, signer_of(party)


def ask(agreement: Agreement, party: AgreementParty, person: User, **extra: Any) -> dict[str, Any]:
    given = {"session": SESSION, "now": NOW, **extra}
    return proving.ask_for_passkey(agreement, party, by=person, **given)


def prove(
    agreement: Agreement, party: AgreementParty, answer: str, person: User, **extra: Any
) -> proving.Proof:
    given = {"session": SESSION, "now": NOW, **extra}
    return proving.prove_by_passkey(agreement, party, answer, by=person, **given)


def test_a_passkey_signs_exactly_this_text() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    key = SoftPasskey(person)
    proof = prove(agreement, party, key.answer(ask(agreement, party, person)), person)
    assert (proof.kind, proof.digest, proof.party_id) == ("passkey", agreement.digest, party.pk)
    assert is_true(proof.evidence, agreement.digest)
    assert not is_true(proof.evidence, "0" * 64)
    confirming.confirm(agreement, party, proof, by=person, function="Director", now=NOW)
    party.refresh_from_db()
    assert (party.confirmed_as, party.proof, party.proof_of) == ("Director", "passkey", agreement.digest)
    assert verify().is_whole


def test_a_changed_signature_is_found_later() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    proof = prove(agreement, party, SoftPasskey(person).answer(ask(agreement, party, person)), person)
    confirming.confirm(agreement, party, proof, by=person, now=NOW)
    other = {**proof.evidence, "nonce": "00" * 32}
    AgreementParty.objects.filter(pk=party.pk).update(evidence=other)
    assert "signature" in verify().differences[0].what


def test_an_old_proof_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    answer = SoftPasskey(person).answer(ask(agreement, party, person))
    with pytest.raises(Refused, match="older than five minutes"):
        prove(agreement, party, answer, person, now=NOW + timedelta(minutes=5, seconds=1))


def test_a_proof_sent_again_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    answer = SoftPasskey(person).answer(ask(agreement, party, person))
    prove(agreement, party, answer, person)
    with pytest.raises(Refused, match="used already"):
        prove(agreement, party, answer, person)


def test_a_proof_of_another_agreement_is_refused() -> None:
    one, other = make_agreement(), make_agreement()
    party, person = first(one)
    AgreementParty.objects.filter(agreement=other, position=0).update(user=person)
    theirs = other.parties.order_by("position")[0]
    answer = SoftPasskey(person).answer(ask(other, theirs, person))
    with pytest.raises(Refused, match="another agreement"):
        prove(one, party, answer, person)


def test_a_proof_of_somebody_else_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    stranger = signer_of(make_agreement().parties.order_by("position")[0])
    answer = SoftPasskey(stranger).answer(ask(agreement, party, stranger))
    with pytest.raises(Refused, match="not of you"):
        prove(agreement, party, answer, person)
    SoftPasskey(person)
    options = ask(agreement, party, person)
    with pytest.raises(Refused, match="not one of yours"):
        prove(agreement, party, SoftPasskey(stranger).answer(options), person)


def test_a_proof_asked_for_in_another_browser_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    answer = SoftPasskey(person).answer(ask(agreement, party, person))
    with pytest.raises(Refused, match="another browser"):
        prove(agreement, party, answer, person, session="another")


def test_a_proof_of_another_text_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    answer = SoftPasskey(person).answer(ask(agreement, party, person))
    agreement.digest = "1" * 64
    with pytest.raises(Refused, match="has changed"):
        prove(agreement, party, answer, person)


def test_a_challenge_of_ones_own_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    answer = SoftPasskey(person).answer({"publicKey": {"challenge": b"made up by myself, 32 bytes long"}})
    with pytest.raises(Refused, match="not asked for"):
        prove(agreement, party, answer, person)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "not json", '{"response": {}}', "1e400"]
)
def test_what_is_no_answer_is_refused(answer: str) -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    with pytest.raises(Refused, match="no answer"):
        prove(agreement, party, answer, person)


def test_a_wrong_answer_uses_the_challenge_up() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    key = SoftPasskey(person)
    options = ask(agreement, party, person)
    broken = json.loads(key.answer(options))
    broken["response"]["signature"] = broken["response"]["signature"][::-1]
    with pytest.raises(Refused):
        prove(agreement, party, json.dumps(broken), person)
    with pytest.raises(Refused, match="used already"):
        prove(agreement, party, key.answer(options), person)


def app_of(person: User) -> str:
    """An authenticator app of the person; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return secret


def code_of(secret: str, ago: int = 0) -> str:
    counter = int(time.time()) // 30 - ago
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_a_code_confirms_once() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    code = code_of(app_of(person))
    assert proving.prove_by_code(agreement, party, f" {code[:3]} {code[3:]}", by=person).kind == "totp"
    for again in (agreement, make_agreement()):
        with pytest.raises(Refused, match="used already") as caught:
            proving.prove_by_code(again, party, code, by=person)
        assert caught.value.field == "code"
    assert CodeUsed.objects.count() == 1


def test_a_code_in_full_width_digits_is_the_same_code() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    code = code_of(app_of(person))
    wide = "".join(chr(0xFF10 + int(digit)) for digit in code)
    assert proving.prove_by_code(agreement, party, wide, by=person).kind == "totp"


def test_a_code_that_signed_somebody_in_confirms_nothing() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    code = code_of(app_of(person))
    assert Authenticator.objects.get(user=person).wrap().validate_code(code)
    with pytest.raises(Refused, match="used already"):
        proving.prove_by_code(agreement, party, code, by=person)


def test_a_wrong_or_old_code_is_refused() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    secret = app_of(person)
    for code in ("", "abc", code_of(secret, ago=9)):
        with pytest.raises(Refused, match="not the code"):
            proving.prove_by_code(agreement, party, code, by=person)


def test_without_an_app_there_is_no_code() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    assert proving.ways_of(person).are_none
    with pytest.raises(Refused, match="no authenticator app"):
        proving.prove_by_code(agreement, party, "123456", by=person)


def test_who_tries_too_often_waits(settings: Any) -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    app_of(person)
    settings.ACCOUNT_RATE_LIMITS = {}  # allauth's own: ten wrong ones a minute
    seen = set()
    for _try in range(40):
        with pytest.raises(Refused) as caught:
            proving.prove_by_code(agreement, party, "000000", by=person)
        seen.add(str(caught.value))
    assert any("Too many tries" in sentence for sentence in seen)


def test_old_challenges_and_codes_go() -> None:
    agreement = make_agreement()
    party, person = first(agreement)
    SoftPasskey(person)
    ask(agreement, party, person)
    CodeUsed.objects.create(user=person, counter=1, at=NOW)
    proving.forget_proofs(NOW + timedelta(hours=1))
    assert ProofAsked.objects.exists()
    proving.forget_proofs(NOW + timedelta(days=2))
    assert not ProofAsked.objects.exists()
    assert not CodeUsed.objects.exists()
