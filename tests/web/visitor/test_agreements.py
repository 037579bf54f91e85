"""Pages of agreements: drafted on the negotiation's page, put to the parties, confirmed with code and passkey, read by the parties alone."""

import html
import io
import json
import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from everfair.agreements.actions import offering
from everfair.agreements.actions.drafting import add_firms
from everfair.agreements.actions.records import set_missing_records
from everfair.agreements.models import Agreement, AgreementParty
from everfair.deals.models import Negotiation
from everfair.people.models import User
from tests.factories.agreements import SoftPasskey, confirm_for, make_agreement, signer_of
from tests.factories.conversations import make_colleague
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_team_member
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db
LIST_QUERIES, SHOW_QUERIES, CONFIRM_QUERIES = 10, 9, 10
TYPED = {
    "kind": "contract", "title_en": "Cold chain", "title_zh": "冷链", "summary_en": "Twelve months.",
    "organisation_en": "Port Authority", "country": "KE", "worth": "exact", "value_from": "1,200,000.50",
    "currency": "CNY",
}  # fmt: skip
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Two:
    """A buyer's and a firm's browser, and their negotiation."""

    def __init__(self) -> None:
        self.held: Negotiation = make_negotiation(make_inquiry(buyer=make_user(name="Wanjiru")))
        self.edition = self.held.edition
        assert self.held.buyer is not None
        self.person = self.held.buyer
        self.host = make_membership(organisation=self.held.firm.organisation).user
        self.buyer, self.seller = signed_in(self.person), signed_in(self.host)

    def url(self, name: str, agreement: Agreement | None = None, **more: Any) -> str:
        key: dict[str, Any] = {"edition": self.edition.slug, **more}
        if agreement is not None:
            key["code"] = agreement.code
        return reverse(f"visitor:agreements.{name}", kwargs=key)

    def create(self, **typed: str) -> Any:
        url = self.url("agreement_create", code=self.held.code)
        return self.buyer.post(url, {**TYPED, **typed})

    def made(self) -> Agreement:
        assert self.create().status_code == 302
        return Agreement.objects.get()

    def offered(self) -> Agreement:
        made = self.made()
        done = self.seller.post(self.url("agreement_offer", made), {"version": str(made.version)})
        assert done.status_code == 302
        made.refresh_from_db()
        return made


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def code_now(person: User) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_from_draft_to_record(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    two = Two()
    made = two.made()
    document = io.BytesIO(PDF)
    document.name = "contract.pdf"
    assert two.seller.post(two.url("file_add", made), {"files": document}).status_code == 302
    page = text(two.seller.get(two.url("agreement_show", made)))
    assert "contract.pdf" in page
    assert "CNY 1,200,000.50" in page
    mail.outbox.clear()
    made.refresh_from_db()
    two.seller.post(two.url("agreement_offer", made), {"version": str(made.version)})
    assert [letter.to for letter in mail.outbox] == [[two.person.email]]
    made.refresh_from_db()
    confirm = two.url("agreement_confirm", made)
    one, other = made.parties.order_by("position")
    posted = {"party": one.pk, "digest": made.digest, "code": code_now(two.person), "function": "Director"}
    done = two.buyer.post(confirm, posted, follow=True)
    assert "The others are still to come" in text(done)
    assert "Director" in text(two.seller.get(two.url("agreement_show", made)))
    key = SoftPasskey(two.host)
    options = options_in(two.seller.get(confirm))
    posted = {"party": other.pk, "digest": made.digest, "credential": key.answer(options)}
    done = two.seller.post(confirm, posted, follow=True)
    assert "Confirmed by all" in text(done)
    assert set_missing_records() == 1
    for client in (two.buyer, two.seller):
        record = client.get(two.url("record_show", made))
        assert b"".join(record.streaming_content).startswith(b"%PDF")
        assert record.headers["Cache-Control"] == "private, no-store"
    assert two.buyer.get(two.url("statement_show", made)).content.decode() == made.statement
    two.held.refresh_from_db()
    assert two.held.state == "won"


def options_in(response: Any) -> Any:
    """What the page hands to the passkey."""
    found = re.search(r'data-options="([^"]+)"', response.content.decode())
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value_from": "-1"}, "below zero"),
        ({"value_from": "1e400"}, "no number"),
        ({"value_from": "NaN"}, "no number"),
        ({"value_from": "1.234,5678"}, "at most 2 digits"),
        ({"value_from": ""}, "Write the amount"),
        ({"value_from": "9" * 30}, "too large"),
        ({"currency": "XXX"}, "no currency in use"),
        ({"currency": ""}, "in which currency"),
        ({"worth": "range", "value_to": "1"}, "above the lower one"),
        ({"worth": "range"}, "A range has an upper end"),
        ({"starts_on": "2026-09-05", "ends_on": "2026-09-04"}, "ends before it begins"),
        ({"title_en": "", "title_zh": ""}, "at least one language"),
        ({"organisation_en": ""}, "Name the organisation"),
        ({"kind": "gift"}, "Select a valid choice"),
        ({"signed_on": "31.02.2026"}, "valid date"),
    ],
)
def test_bad_input_says_what_to_do_and_stays(typed: dict[str, str], sentence: str) -> None:
    two = Two()
    answer = two.create(**typed)
    assert answer.status_code == 422
    page = text(answer)
    assert sentence in page
    assert "Twelve months." in page
    assert not Agreement.objects.exists()


def test_a_value_not_disclosed_is_kept_nowhere() -> None:
    two = Two()
    two.create(worth="undisclosed")
    made = Agreement.objects.get()
    assert (made.value_from, made.value_to, made.currency) == (None, None, "")


def test_full_width_digits_are_read() -> None:
    two = Two()
    two.create(value_from="１２００")
    assert Agreement.objects.get().value_from == 1200


def test_a_draft_saved_meanwhile_is_not_overwritten() -> None:
    two = Two()
    made = two.made()
    url = two.url("agreement_edit", made)
    assert two.seller.post(url, {**TYPED, "title_en": "Theirs", "version": "1"}).status_code == 302
    late = two.buyer.post(url, {**TYPED, "title_en": "Mine", "version": "1"})
    assert "saved this draft meanwhile" in text(late)
    assert "Mine" in text(late)
    made.refresh_from_db()
    assert made.title["en"] == "Theirs"


def test_a_stale_page_puts_nothing_to_the_parties() -> None:
    two = Two()
    made = two.made()
    two.seller.post(two.url("agreement_edit", made), {**TYPED, "version": "1"})
    answer = two.buyer.post(two.url("agreement_offer", made), {"version": "1"})
    assert "changed this meanwhile" in text(answer)
    made.refresh_from_db()
    assert made.state == "draft"


def test_strangers_find_nothing_whatever_they_guess(settings: Any, tmp_path: Any) -> None:
    """A third firm, the organiser's administrator, the leads-only, whoever runs the installation."""
    settings.MEDIA_ROOT = tmp_path
    two = Two()
    made = two.made()
    document = io.BytesIO(PDF)
    document.name = "contract.pdf"
    two.buyer.post(two.url("file_add", made), {"files": document})
    made.refresh_from_db()
    two.buyer.post(two.url("agreement_offer", made), {"version": str(made.version)})
    for party in made.parties.order_by("position"):
        confirm_for(made, party)
    set_missing_records()
    file = made.files.get()
    third = make_membership(organisation=make_exhibitor(two.edition).organisation).user
    administrator = make_team_member(two.edition).user
    leads = make_membership(organisation=two.held.firm.organisation, role="lead_only").user
    pages = [
        two.url(name, made)
        for name in ("agreement_show", "agreement_confirm", "record_show", "statement_show", "agreement_edit", "party_list")
    ] + [two.url("file_show", made, pk=file.pk)]  # fmt: skip
    media = reverse("media_file", args=[file.sha256, "contract.pdf"])
    made.refresh_from_db()
    record = reverse("media_file", args=[made.record.digest, "x.pdf"])  # type: ignore[union-attr]
    for person in (third, administrator, leads, make_user(is_superuser=True, is_staff=True)):
        client = signed_in(person)
        assert {client.get(page).status_code for page in [*pages, media, record]} == {404}
        for deed in ("agreement_confirm", "agreement_refuse", "agreement_withdraw", "agreement_renew"):
            assert client.post(two.url(deed, made), {"reason": "x"}).status_code == 404
        assert made.code not in text(client.get(two.url("agreement_list")))
    assert two.buyer.get(media).status_code == 404  # by digest nobody, by the agreement its parties


def test_booth_staff_read_and_sign_nothing() -> None:
    two = Two()
    made = two.offered()
    staff = signed_in(make_colleague(two.held.firm))
    assert "Read and confirm" not in text(staff.get(two.url("agreement_show", made)))
    for name in ("agreement_confirm", "agreement_refuse", "agreement_withdraw", "agreement_renew"):
        assert staff.post(two.url(name, made), {"reason": "x"}).status_code == 404
    answer = staff.get(two.url("agreement_create", code=two.held.code), follow=True)
    assert "Only owners and editors" in text(answer)


def test_nobody_confirms_for_the_other_party() -> None:
    two = Two()
    made = two.offered()
    other = made.parties.get(position=1)
    code = code_now(two.person)
    answer = two.buyer.post(
        two.url("agreement_confirm", made), {"party": other.pk, "digest": made.digest, "code": code}
    )
    assert answer.status_code == 404
    assert not AgreementParty.objects.exclude(confirmed_at=None).exists()


def test_confirming_twice_says_so() -> None:
    two = Two()
    made = two.offered()
    one = made.parties.get(position=0)
    url, code = two.url("agreement_confirm", made), code_now(two.person)
    posted = {"party": one.pk, "digest": made.digest, "code": code}
    assert two.buyer.post(url, posted).status_code == 302
    again = two.buyer.post(url, posted)
    assert again.status_code == 422
    assert "it counts once" in text(again)
    assert "it counts once" in text(two.buyer.get(url + f"?party={one.pk}"))


def test_another_text_than_the_one_shown_is_not_confirmed() -> None:
    two = Two()
    made = two.offered()
    one = made.parties.get(position=0)
    posted = {"party": one.pk, "digest": "0" * 64, "code": code_now(two.person)}
    answer = two.buyer.post(two.url("agreement_confirm", made), posted)
    assert "another text" in text(answer)


def test_a_wrong_code_is_said_at_its_field() -> None:
    two = Two()
    made = two.offered()
    code_now(two.person)
    one = made.parties.get(position=0)
    answer = two.buyer.post(
        two.url("agreement_confirm", made), {"party": one.pk, "digest": made.digest, "code": "000000"}
    )
    assert answer.status_code == 422
    assert 'id="code_error"' in text(answer)


def test_whoever_has_no_proof_is_led_to_one() -> None:
    two = Two()
    page = text(two.buyer.get(two.url("agreement_confirm", two.offered())))
    assert reverse("mfa_add_webauthn") in page
    assert reverse("mfa_activate_totp") in page


def test_refused_with_words_it_ends_for_all() -> None:
    two = Two()
    made = two.offered()
    assert two.seller.post(two.url("agreement_refuse", made), {"reason": ""}).status_code == 422
    mail.outbox.clear()
    assert two.seller.post(two.url("agreement_refuse", made), {"reason": "Too dear."}).status_code == 302
    assert "Too dear." in text(two.buyer.get(two.url("agreement_show", made)))
    assert "Too dear." in mail.outbox[0].body
    assert two.buyer.post(two.url("agreement_renew", made)).status_code == 302
    assert Agreement.objects.get(state="draft").replaces == made


def test_only_whole_pdf_documents_are_taken() -> None:
    two = Two()
    made = two.made()
    for content in (b"", b"MZ a program", b"<script>", b"%PDF-1.7 cut off"):
        document = io.BytesIO(content)
        document.name = "contract.pdf"
        answer = two.buyer.post(two.url("file_add", made), {"files": document})
        assert answer.status_code == 422
        assert "contract.pdf" in text(answer)
    assert not made.files.exists()


def test_between_firms_of_the_edition() -> None:
    edition = make_exhibitor().edition
    firm, other = make_exhibitor(edition), make_exhibitor(edition)
    owner = make_membership(organisation=firm.organisation).user
    client = signed_in(owner)
    url = reverse("visitor:agreements.agreement_create", args=[edition.slug])
    typed = {name: value for name, value in TYPED.items() if name not in ("organisation_en", "country")}
    assert client.post(url, typed).status_code == 302
    made = Agreement.objects.get()
    parties = reverse("visitor:agreements.party_list", args=[edition.slug, made.code])
    found = text(client.get(f"{parties}?q={other.organisation.name['en']}"))
    assert other.code in found
    assert client.post(parties, {"add": other.code}).status_code == 302
    assert made.parties.count() == 2
    party = made.parties.get(exhibitor=other)
    assert client.post(parties, {"remove": str(party.pk)}).status_code == 302
    assert made.parties.count() == 1


def test_an_accepted_quotation_fills_the_form() -> None:
    from tests.factories.quotations import make_quotation

    two = Two()
    quotation = make_quotation(two.held)
    quotation.state = "accepted"
    quotation.save()
    version = quotation.versions.get(number=quotation.sent_number)
    url = reverse("visitor:agreements.agreement_create", args=[two.edition.slug])
    page = text(two.buyer.get(f"{url}?quotation={quotation.code}"))
    assert version.title in page
    assert f'<option value="{version.currency}" selected' in page


def test_the_list_is_searched_filtered_and_taken_out() -> None:
    two = Two()
    made = two.made()
    url = two.url("agreement_list")
    for query, seen in (
        ("", True), ("?q=Cold", True), ("?q=冷链", True), ("?q=Port", True), ("?q=nothing", False),
        ("?state=draft", True), ("?state=confirmed", False), ("?kind=order", False), ("?state=x&page=99", True),
    ):  # fmt: skip
        assert (made.code in two.buyer.get(url + query).content.decode()) is seen, query
    csv = b"".join(two.buyer.get(two.url("agreement_export", kind="csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Cold chain" in csv
    assert two.buyer.get(two.url("agreement_export", kind="xlsx")).status_code == 200
    assert two.buyer.get(two.url("agreement_export", kind="exe")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    two = Two()
    for _ in range(count):
        made = make_agreement(two.held)
    two.buyer.get(two.url("agreement_list"))
    for client in (two.buyer, two.seller):
        with django_assert_num_queries(LIST_QUERIES):
            client.get(two.url("agreement_list"))
        with django_assert_num_queries(SHOW_QUERIES):
            client.get(two.url("agreement_show", made))
        with django_assert_num_queries(CONFIRM_QUERIES):
            client.get(two.url("agreement_confirm", made))


def test_a_firm_of_many_parties_asks_no_oftener(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    two = Two()
    made = make_agreement(two.held, state="draft")
    firms = [make_exhibitor(two.edition) for _ in range(3)]
    add_firms(made, firms, by=two.held.buyer)
    for firm in firms:
        make_membership(user=two.host, organisation=firm.organisation, role="owner")
    offering.offer(made, by=two.host)
    with django_assert_num_queries(SHOW_QUERIES):
        two.seller.get(two.url("agreement_show", made))


def test_the_negotiation_shows_its_agreements() -> None:
    two = Two()
    made = two.offered()
    page = text(
        two.seller.get(reverse("visitor:deals.negotiation_show", args=[two.edition.slug, two.held.code]))
    )
    assert two.url("agreement_show", made) in page
    assert two.url("agreement_create", code=two.held.code) in page


def test_an_account_that_goes_leaves_the_record() -> None:
    made = make_agreement(state="confirmed")
    one, other = made.parties.order_by("position")
    seller = signed_in(signer_of(other))
    one.user.delete()  # type: ignore[union-attr]
    page = text(seller.get(reverse("visitor:agreements.agreement_show", args=[made.edition.slug, made.code])))
    assert "Nairobi Port Authority" in page
