"""A party's own pages: prepare, from an agreement too, name others, add evidence, confirm or refuse, show less, answer later."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from everfair.agreements.models import Agreement, AgreementParty
from everfair.outcomes.actions.erasing import UNANSWERED_KEPT, forget_unanswered
from everfair.outcomes.actions.following import ask_due
from everfair.outcomes.actions.preparing import NewParty, add_party
from everfair.outcomes.models import FollowUp, FollowUpAnswer, Outcome
from tests.factories.fair import make_edition
from tests.factories.outcomes import (
    make_class,
    make_firm,
    make_outcome,
    make_published,
    make_signer,
    signer_of,
)
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _url(outcome: Outcome, more: str = "") -> str:
    return f"/en/my/outcomes/{outcome.edition.slug}/{outcome.code}/{more}"


def test_of_a_body_without_an_address_the_page_says_that_nobody_is_left_to_ask() -> None:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    body = add_party(outcome, NewParty(name={"en": "Harbour Board"}, email="ann@board.example"), by=by)
    assert "nobody to ask" not in _client(by).get(_url(outcome)).content.decode()
    assert forget_unanswered(outcome.changed_at + 2 * UNANSWERED_KEPT) == 1
    said = _client(by).get(_url(outcome)).content.decode()
    assert said.count("nobody to ask") == 1
    assert "Take it off and add it with an address." in said
    assert body.email not in said


def test_from_nothing_to_confirmed_by_both() -> None:
    edition = make_edition()
    kind = make_class(edition)
    first, second = make_firm(edition), make_firm(edition)
    client = _client(signer_of(first))
    base = f"/en/my/outcomes/{edition.slug}/"
    data = {
        "own": f"firm:{first.pk}", "kind": kind.pk, "title_en": "Cranes", "title_zh": "起重机", "worth": "range",
        "currency": "usd", "value_from": "100", "value_to": "900.50", "agreed_on": "2026-09-05",
    }  # fmt: skip
    assert client.post(base + "new/", data).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.currency, str(outcome.value_to)) == ("USD", "900.50")
    mail.outbox.clear()
    reader = signer_of(second)
    client.post(_url(outcome, "do/"), {"what": "firm", "firm": second.code})
    own = outcome.parties.get(key=f"firm:{first.pk}")
    outcome.refresh_from_db()
    read = {"what": "confirm", "version": outcome.version}
    client.post(_url(outcome, "do/"), {**read, "party": own.pk, "shown": ["names", "value"]})
    assert "asked" in client.get(_url(outcome)).content.decode()
    theirs = _client(reader)
    assert "What waits for you" in theirs.get(base).content.decode()
    party = outcome.parties.get(key=f"firm:{second.pk}")
    theirs.post(_url(outcome, "do/"), {**read, "party": party.pk, "shown": ["names"]})
    outcome.refresh_from_db()
    assert outcome.state == "confirmed"
    assert (
        "everybody would read: class, title, names of the parties."
        in theirs.get(_url(outcome)).content.decode()
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title_en": "", "title_zh": ""}, "Fill this in"),
        ({"value_from": "-1"}, "below zero"),
        ({"currency": "ZZZ"}, "currency in use"),
        ({"kind": ""}, "error"),
        ({"value_from": "NaN"}, "is no number"),
        ({"value_from": "250.000"}, "read in two ways"),
        ({"agreed_on": "9999-12-31"}, "still to come"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    wrong: dict[str, str], said: str
) -> None:
    edition = make_edition()
    kind, firm = make_class(edition), make_firm(edition)
    data = {
        "own": f"firm:{firm.pk}", "kind": kind.pk, "title_en": "Cranes", "title_zh": "吊", "summary_zh": "起重机", "worth": "exact",
        "currency": "USD", "value_from": "100",
    }  # fmt: skip
    page = _client(signer_of(firm)).post(f"/en/my/outcomes/{edition.slug}/new/", {**data, **wrong})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert "起重机" in page.content.decode()
    assert not Outcome.objects.exists()


def test_a_confirmed_agreement_brings_its_facts_and_parties() -> None:
    edition = make_edition()
    kind = make_class(edition)
    firm, buyer = make_firm(edition), make_user("ann@buyer.example")
    agreement = Agreement.objects.create(
        edition=edition, kind="contract", state="confirmed", title={"en": "Contract for cranes"}, statement="{}",
        digest="0" * 64, worth="exact", value_from=5, value_to=5, currency="USD",
    )  # fmt: skip
    AgreementParty.objects.create(
        agreement=agreement, position=0, key=f"firm:{firm.pk}", exhibitor=firm, name=firm.organisation.name
    )
    AgreementParty.objects.create(
        agreement=agreement,
        position=1,
        key=f"person:{buyer.pk}",
        user=buyer,
        name={"en": "Lake Body"},
        country="KE",
    )
    client, base = _client(signer_of(firm)), f"/en/my/outcomes/{edition.slug}/"
    assert "Contract for cranes" in client.get(base + "new/").content.decode()
    form = client.get(base + f"new/?agreement={agreement.code}").content.decode()
    assert 'value="Contract for cranes"' in form
    data = {"kind": kind.pk, "title_en": "Cranes", "worth": "undisclosed"}
    client.post(base + f"new/?agreement={agreement.code}", data)
    outcome = Outcome.objects.get()
    assert outcome.agreement == agreement
    assert {party.key for party in outcome.parties.all()} == {f"firm:{firm.pk}", "mail:ann@buyer.example"}
    assert _client(buyer).get(_url(outcome)).status_code == 200
    stranger = _client(signer_of(make_firm(edition)))
    assert stranger.get(base + f"new/?agreement={agreement.code}").status_code == 404
    assert (
        client.get(base + f"new/?agreement={agreement.code}").status_code == 404
    )  # it stands for one already


@pytest.mark.parametrize("who", ["stranger", "booth_staff", "lead_only"])
def test_who_signs_for_no_party_finds_nothing(who: str) -> None:
    outcome = make_outcome()
    firm = outcome.parties.first().exhibitor  # type: ignore[union-attr]
    user = make_user() if who == "stranger" else make_signer(firm, who)
    client = _client(user)
    for path in ("", "change/", "parties/"):
        assert client.get(_url(outcome, path)).status_code == 404
    assert client.post(_url(outcome, "do/"), {"what": "take_back"}).status_code == 404


def test_a_party_speaks_for_itself_alone() -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    client = _client(signer_of(first.exhibitor))
    answer = client.post(_url(outcome, "do/"), {"what": "confirm", "party": second.pk, "shown": ["value"]})
    assert answer.status_code == 404
    second.refresh_from_db()
    assert second.confirmed_at is None


def test_evidence_is_for_the_parties_until_all_agree(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    outcome = make_outcome()
    client = _client(signer_of(outcome.parties.first().exhibitor))  # type: ignore[union-attr]
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    client.post(
        _url(outcome, "files/"), {"files": SimpleUploadedFile("signing.png", picture.getvalue(), "image/png")}
    )
    row = outcome.evidence.get()
    assert row.sha256 in client.get(_url(outcome)).content.decode()
    assert client.get(_url(outcome, f"files/{row.pk}/")).status_code == 200
    assert _client(make_user()).get(_url(outcome, f"files/{row.pk}/")).status_code == 404
    public = f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/evidence/{row.pk}/"
    assert Client().get(public).status_code == 404
    bad = client.post(
        _url(outcome, "files/"), {"files": SimpleUploadedFile("a.pdf", b"MZ no pdf")}, follow=True
    )
    assert "a.pdf" in bad.content.decode()
    assert outcome.evidence.count() == 1
    client.post(_url(outcome, "do/"), {"what": "evidence_remove", "evidence": row.pk})
    assert not outcome.evidence.exists()


def test_showing_less_is_one_press() -> None:
    outcome = make_published(value_from="7654321")
    party = outcome.parties.first()
    assert party is not None
    _client(signer_of(party.exhibitor)).post(
        _url(outcome, "do/"), {"what": "consent", "party": party.pk, "shown": ["names"]}
    )
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert "value" not in outcome.public.content


def test_both_sides_say_later_what_became_of_it() -> None:
    outcome = make_published(agreed_on=date(2026, 1, 5))
    first, second = outcome.parties.all()
    client = _client(signer_of(first.exhibitor))
    data = {
        "what": "answer",
        "party": first.pk,
        "months": "6",
        "said": "in_force",
        "note": "Two of four are up.",
    }
    assert client.post(_url(outcome, "do/"), data).status_code == 404  # nobody asked yet
    mail.outbox.clear()
    assert ask_due(datetime(2026, 7, 6, tzinfo=UTC)) == 1
    client.post(_url(outcome, "do/"), data)
    public = f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/"
    page = Client().get(public).content.decode()
    assert "After 6 months: in force" in page
    assert "1 of 2 answered" in page
    assert "Two of four are up." in page
    other = _client(signer_of(second.exhibitor))
    other.post(_url(outcome, "do/"), {**data, "party": second.pk, "said": "ended", "note": ""})
    assert "the parties differ" in Client().get(public).content.decode()
    client.post(_url(outcome, "do/"), {**data, "said": "ended"})  # a later answer replaces the earlier one
    assert FollowUpAnswer.objects.filter(said="ended").count() == 2
    assert other.post(_url(outcome, "do/"), {**data, "party": first.pk}).status_code == 404


def test_what_is_asked_stands_first_until_it_is_answered() -> None:
    outcome = make_published(agreed_on=date(2026, 1, 5))
    party = outcome.parties.first()
    assert party is not None
    client = _client(signer_of(party.exhibitor))
    FollowUp.objects.create(outcome=outcome, months=6, due_on=date(2026, 7, 5))
    page = client.get(_url(outcome)).content.decode()
    assert page.index("What became of it after 6 months?") < page.index("What may be shown")
    data = {"what": "answer", "party": party.pk, "months": "6", "said": "fulfilled", "note": ""}
    client.post(_url(outcome, "do/"), data)
    page = client.get(_url(outcome)).content.decode()
    assert "What became of it after 6 months?" not in page
    assert "Answer otherwise" in page


def test_letters_are_in_the_readers_language(django_capture_on_commit_callbacks: Any) -> None:
    outcome = make_published(agreed_on=date(2026, 1, 5))
    reader = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    reader.language = "zh"
    reader.save()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask_due(datetime(2026, 7, 6, tzinfo=UTC))
    letter = next(one for one in mail.outbox if reader.email in one.to)
    assert f"/zh/my/outcomes/{outcome.edition.slug}/{outcome.code}/" in str(letter.body)
    assert outcome.title["zh"] in letter.subject


def test_the_list_is_taken_out_and_empty_ones_say_what_to_do() -> None:
    outcome = make_outcome(title={"en": "Cranes"})
    client = _client(signer_of(outcome.parties.first().exhibitor))  # type: ignore[union-attr]
    base = f"/en/my/outcomes/{outcome.edition.slug}/"
    assert "Cranes" in client.get(base + "list.csv").getvalue().decode()
    assert "No outcome like this" in client.get(base + "?q=planes").content.decode()
    assert "No outcome yet" in _client(make_user()).get(base).content.decode()
    assert client.get("/en/my/outcomes/").url == base


@pytest.mark.parametrize(
    "data", [{"what": "confirm", "version": "9" * 5000}, {"what": "answer", "months": "9" * 5000}, {"what": "party_remove", "party": "9" * 5000},
             {"what": "evidence_remove", "evidence": "9" * 5000}],
)  # fmt: skip
def test_endless_numbers_break_nothing(data: dict[str, str]) -> None:
    outcome = make_outcome()
    party = outcome.parties.first()
    client = _client(signer_of(party.exhibitor))  # type: ignore[union-attr, arg-type]
    answer = client.post(_url(outcome, "do/"), {"party": party.pk, **data})  # type: ignore[union-attr]
    assert answer.status_code in (302, 404)
    assert not outcome.parties.exclude(confirmed_at=None).exists()


def test_a_page_that_does_not_say_what_was_read_confirms_nothing() -> None:
    outcome = make_outcome()
    party = outcome.parties.first()
    client = _client(signer_of(party.exhibitor))  # type: ignore[union-attr, arg-type]
    client.post(_url(outcome, "do/"), {"what": "confirm", "party": party.pk})  # type: ignore[union-attr]
    assert not outcome.parties.exclude(confirmed_at=None).exists()
