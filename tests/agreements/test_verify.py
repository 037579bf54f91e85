"""The judge names every row and file that is not as it was: whatever was changed directly in the database or on the disk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from everfair.agreements.actions import drafting, offering
from everfair.agreements.actions.chain import append, publish_head
from everfair.agreements.actions.guard import lifted
from everfair.agreements.actions.records import set_missing_records
from everfair.agreements.models import Agreement, AgreementFile, AgreementParty, ChainEntry, ChainHead
from everfair.agreements.queries import chain
from everfair.agreements.queries.chain import Difference, verify
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.gateways.storage.store import get_store
from tests.factories.agreements import NOW, confirm_for, make_agreement

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"


@pytest.fixture
def agreement(settings: Any, tmp_path: Any) -> Agreement:
    """Confirmed, with a document, a record, two heads."""
    import io

    settings.MEDIA_ROOT = tmp_path
    draft = make_agreement(state="draft")
    drafting.add_files(draft, [("contract.pdf", io.BytesIO(PDF))], by=None)
    offering.offer(draft, by=None, now=NOW)
    for party in draft.parties.order_by("position"):
        confirm_for(draft, party)
    assert set_missing_records(now=NOW) == 1
    publish_head(now=NOW)
    assert verify().differences == []
    draft.refresh_from_db()
    return draft


def said() -> str:
    return "\n".join(f"{one.where}: {one.what}" for one in verify().differences)


def test_a_whole_one_is_counted(agreement: Agreement) -> None:
    verdict = verify()
    assert (verdict.entries, verdict.heads, verdict.agreements, verdict.files) == (2, 1, 1, 2)


CHANGES: dict[str, tuple[Callable[[], Any], str]] = {
    "value": (lambda: Agreement.objects.update(value_to=99999999), "differs from the statement"),
    "title": (lambda: Agreement.objects.update(title={"en": "Other"}), "differs from the statement"),
    "statement": (lambda: Agreement.objects.update(statement="{}"), "differs from the statement"),
    "digest": (lambda: Agreement.objects.update(digest="0" * 64), "differs from the statement"),
    "state": (lambda: Agreement.objects.update(state="withdrawn"), "and not here"),
    "time": (lambda: Agreement.objects.update(confirmed_at=None), "lost the time"),
    "name": (lambda: AgreementParty.objects.filter(position=1).update(name={"en": "X"}), "differs"),
    "party": (lambda: AgreementParty.objects.filter(position=1).update(confirmed_at=None), "says otherwise"),
    "proof": (lambda: AgreementParty.objects.filter(position=0).update(proof="passkey"), "says otherwise"),
    "proof of": (lambda: AgreementParty.objects.update(proof_of="0" * 64), "confirmed another text"),
    "row": (lambda: Agreement.objects.all().delete(), "stands in the chain and is missing"),
    "document's row": (lambda: AgreementFile.objects.all().delete(), "differs from the statement"),
    "document": (lambda: AgreementFile.objects.update(sha256="0" * 64), "document 1"),
    "file": (lambda: MediaFile.objects.filter(name="contract.pdf").update(digest="0" * 64), "another file"),
    "record": (
        lambda: MediaFile.objects.filter(name__startswith="agreement-").update(digest="0" * 64),
        "another record (PDF)",
    ),
    "no record": (lambda: Agreement.objects.update(record=None), "lost its record"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_changed_in_the_database(agreement: Agreement, name: str) -> None:
    change, sentence = CHANGES[name]
    change()
    assert sentence in said()
    assert agreement.code in said()


def changed_in_chain(deed: Callable[[], Any]) -> None:
    """As whoever owns the database can, who drops the triggers first."""
    with transaction.atomic(), lifted(connection):
        deed()


CHAIN: dict[str, tuple[Callable[[], Any], str]] = {
    "content": (
        lambda: ChainEntry.objects.filter(number=1).update(content='{"code":"x"}'),
        "chain 1: was changed",
    ),
    "kind": (lambda: ChainEntry.objects.filter(number=2).update(kind="x"), "chain 2: was changed"),
    "code": (lambda: ChainEntry.objects.filter(number=1).update(code="x"), "chain 1: names another code"),
    "time": (
        lambda: ChainEntry.objects.filter(number=1).update(at="2020-01-01T00:00Z"),
        "chain 1: was changed",
    ),
    "first": (lambda: ChainEntry.objects.filter(number=1).delete(), "number 1 is missing"),
    "last": (lambda: ChainEntry.objects.filter(number=2).delete(), "entry 2 was published and is missing"),
    "all": (lambda: ChainEntry.objects.all().delete(), "no entry of the chain says so"),
    "head": (lambda: ChainHead.objects.update(digest="0" * 64), "has another digest than was published"),
}


@pytest.mark.parametrize("name", CHAIN)
def test_an_entry_changed_in_the_database(agreement: Agreement, name: str) -> None:
    change, sentence = CHAIN[name]
    changed_in_chain(change)
    assert sentence in said()


def test_an_entry_made_anew_with_a_fitting_digest_is_seen_at_the_head(agreement: Agreement) -> None:
    """Whoever rewrites everything after it, digests and all, meets the published head."""

    def rewrite() -> None:
        first, second = ChainEntry.objects.all()
        first.content = first.content.replace("totp", "passkey")
        first.digest = first.computed_digest
        first.save()
        second.previous = first.digest
        second.digest = second.computed_digest
        second.save()

    changed_in_chain(rewrite)
    assert "entry 2 has another digest than was published" in said()
    assert "says otherwise" in said()


def test_a_document_changed_on_the_disk(agreement: Agreement) -> None:
    file = agreement.files.get()
    get_store().path(file.sha256).write_bytes(PDF + b" ")
    assert "document 1: the file is changed or missing" in said()
    get_store().path(file.sha256).unlink()
    assert "document 1: the file is changed or missing" in said()


def test_a_record_changed_on_the_disk(agreement: Agreement) -> None:
    assert agreement.record is not None
    get_store().path(agreement.record.digest).write_bytes(b"%PDF other")
    assert "the record (PDF) is changed or missing" in said()


def test_a_document_changed_before_anybody_confirmed(settings: Any, tmp_path: Any) -> None:
    import io

    settings.MEDIA_ROOT = tmp_path
    draft = make_agreement(state="draft")
    drafting.add_files(draft, [("contract.pdf", io.BytesIO(PDF))], by=None)
    offering.offer(draft, by=None, now=NOW)
    get_store().path(draft.files.get().sha256).write_bytes(PDF + b" ")
    with pytest.raises(Refused, match=r"contract\.pdf"):
        confirm_for(draft, draft.parties.all()[0])


def test_rooms_above_add_their_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "judges", [lambda: (3, [Difference("outcome x", "is another")])])
    verdict = verify()
    assert (verdict.others, verdict.differences) == (3, [Difference("outcome x", "is another")])


def test_the_command_names_what_differs(agreement: Agreement) -> None:
    import typer

    from everfair.config.cli.agreements import verify as command

    app = typer.Typer()
    app.command()(command)
    assert CliRunner().invoke(app).exit_code == 0
    Agreement.objects.update(value_to=99999999)
    done = CliRunner().invoke(app)
    assert done.exit_code == 1
    assert agreement.code in done.output


def test_anyone_checks_the_public_lines() -> None:
    import hashlib
    import json

    for number in range(3):
        append("x", f"code{number}", {"value": number})
    previous = chain.BEFORE_THE_FIRST
    for line in chain.public_lines():
        said_here = json.loads(line)
        digest = said_here.pop("digest")
        plain = json.dumps(said_here, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(plain.encode()).hexdigest() == digest
        assert said_here["previous"] == previous
        assert set(said_here) == {"at", "content", "kind", "number", "previous"}
        previous = digest
