"""Pages of quotations on both sides: drafted, sent, read, answered, compared, on paper. Everything works without a script."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from everfair.deals.actions import quoting
from everfair.deals.models import Inquiry, Negotiation, Quotation, QuotationFile
from everfair.deals.queries.quotations import draft_of
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from tests.factories.conversations import make_colleague
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_user
from tests.factories.quotations import make_quotation, make_rate, seller_of, typed_of, values_of, version_of

pytestmark = pytest.mark.django_db
SHOW_QUERIES, FIRM_QUERIES, EDIT_QUERIES, COMPARE_QUERIES = 10, 11, 11, 9


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class Two:
    """A buyer's and a firm's browser, and their negotiation. Days count from today."""

    def __init__(self, **inquiry: Any) -> None:
        today = timezone.localdate()
        self.edition = make_edition(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=2))
        self.last = (today + timedelta(days=30)).isoformat()
        self.firm = make_exhibitor(self.edition, state=Exhibitor.State.PUBLISHED)
        self.inquiry: Inquiry = make_inquiry(self.edition, **inquiry)
        self.held: Negotiation = make_negotiation(self.inquiry, self.firm)
        assert self.held.buyer is not None
        self.person, self.host = self.held.buyer, seller_of(self.held)
        self.buyer, self.seller = signed_in(self.person), signed_in(self.host)

    def url(self, name: str, quotation: Quotation | None = None, **more: Any) -> str:
        key: dict[str, Any] = {"edition": self.edition.slug, "code": self.held.code, **more}
        if quotation is not None:
            key["quotation"] = quotation.code
        return reverse(f"visitor:deals.{name}", kwargs=key)

    def draft(self) -> Quotation:
        assert self.seller.post(self.url("quotation_begin")).status_code == 302
        return self.held.quotations.get(sent_number=0)

    def sent(self, **extra: Any) -> Quotation:
        ends = timezone.localdate() + timedelta(days=30)
        return make_quotation(self.held, **{"ends_on": ends, **extra})

    def save(self, quotation: Quotation, do: str = "save", client: Client | None = None, **extra: Any) -> Any:
        quotation.refresh_from_db()
        data: dict[str, Any] = {**typed_of(ends_on=self.last), "version": str(quotation.version), "do": do}
        data |= {key.replace("__", "-"): value for key, value in extra.items()}
        return (client or self.seller).post(self.url("quotation_edit", quotation), data)

    def answer(self, quotation: Quotation, deed: str, client: Client | None = None, **data: Any) -> Any:
        found = {"number": "1", **data}
        return (client or self.buyer).post(
            self.url("quotation_answer", quotation, deed=deed), found, follow=True
        )


def test_a_quotation_from_the_button_to_the_accepted_one() -> None:
    two = Two()
    quotation = two.draft()
    assert two.save(quotation).status_code == 302
    assert two.buyer.get(two.url("quotation_show", quotation)).status_code == 404
    assert two.save(quotation, "send").status_code == 302
    page = two.buyer.get(two.url("quotation_show", quotation)).content.decode()
    assert "CNY\xa01,550.00" in page
    assert "Thirty days net." in page
    assert "Accept this version" in page
    page = two.answer(quotation, "accept").content.decode()
    assert "Accepted at CNY\xa01,550.00" in page
    assert "Accept this version" not in page
    negotiation = two.seller.get(two.url("negotiation_show")).content.decode()
    assert "Cold storage" in negotiation
    assert "accepted" in negotiation


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("line-0-price", "-1", "below zero"), ("line-0-price", "1e400", "no number"), ("line-0-price", "NaN", "no number"),
        ("line-0-price", "1.234", "two ways"), ("line-0-quantity", "9" * 20, "too large"), ("line-0-price", "1.23456", "too fine"),
        ("line-0-text", "", "Say what is quoted"), ("currency", "XXX", "no currency in use"), ("currency", "ZZZ", "no currency in use"),
        ("currency", "DEM", "no currency in use"), ("ends_on", "2020-01-01", "over"), ("ends_on", "31.12.2030", "2026-09-04"),
        ("ends_on", "", "required"), ("title", "", "required"), ("starts_on", "2999-01-01", "end before it starts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    name: str, text: str, sentence: str
) -> None:
    two = Two()
    quotation = two.draft()
    answer = two.save(quotation, "send", **{name: text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Saved as a draft" in page
    assert "Thirty days net." in page
    again = two.seller.get(two.url("quotation_edit", quotation)).content.decode()  # another day
    assert sentence in again
    assert "Thirty days net." in again
    quotation.refresh_from_db()
    assert quotation.sent_number == 0


@pytest.mark.parametrize(
    ("text", "total"), [("１２．５", "1,250.00"), ("1.234,56", "123,456.00"), ("1,234.56", "123,456.00"), ("12,345", "1,234,500.00")]
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, total: str) -> None:
    two = Two()
    quotation = two.draft()
    two.save(quotation, line__0__price=text, line__1__text="", line__1__price="")
    assert total in two.seller.get(two.url("quotation_edit", quotation)).content.decode()


def test_lines_come_and_go_without_a_script_and_a_hundred_are_the_most() -> None:
    two = Two()
    quotation = two.draft()
    page = two.save(quotation, "add").content.decode()
    assert 'name="line-2-text"' in page
    assert 'value="Handling"' in page
    assert "could not be saved" not in page
    page = two.save(quotation, "remove-0").content.decode()
    assert 'name="line-1-text"' not in page
    assert 'value="Handling"' in page
    many = {f"line-{place}-{name}": "1" for place in range(101) for name in ("text", "quantity", "price")}
    answer = two.save(quotation, "send", lines="101", **many)
    assert "at most 100 lines" in answer.content.decode()
    answer = two.save(quotation, "send", lines="100", **many)
    assert answer.status_code == 302
    assert version_of(Quotation.objects.get()).lines.count() == 100


def test_two_colleagues_at_once_lose_nothing() -> None:
    two = Two()
    quotation = two.draft()
    stale = quotation.version
    two.save(quotation, title="Hers")
    answer = two.save(quotation, title="His", version=str(stale))
    assert answer.status_code == 422
    assert "A colleague saved this meanwhile" in answer.content.decode()
    assert 'value="His"' in answer.content.decode()
    kept = draft_of(quotation)
    assert kept is not None
    assert kept.title == "Hers"


def test_files_go_with_a_version_to_the_two_sides_alone() -> None:
    two = Two()
    quotation = two.draft()
    picture = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
    two.save(quotation, files=SimpleUploadedFile("plan.png", picture.getvalue(), "image/png"))
    row = QuotationFile.objects.get()
    page = two.url("quotation_file", quotation, pk=row.pk)
    assert two.seller.get(page).status_code == 200
    assert two.buyer.get(page).status_code == 404  # not sent yet
    two.save(quotation, "send")
    assert two.buyer.get(page).status_code == 200
    assert signed_in(make_user()).get(page).status_code == 404
    two.seller.post(two.url("quotation_change", quotation, deed="new-version"))
    two.save(quotation, gone=str(QuotationFile.objects.latest("pk").pk))
    assert QuotationFile.objects.get() == row
    assert two.buyer.get(page).status_code == 200  # what was sent stays
    answer = two.save(quotation, files=SimpleUploadedFile("a.exe", b"MZ\x90 no picture", "image/png"))
    assert answer.status_code == 422
    assert "a.exe" in answer.content.decode()


def test_a_new_version_shows_what_changed_and_a_stale_page_accepts_nothing() -> None:
    two = Two()
    quotation = two.sent()
    two.seller.post(two.url("quotation_change", quotation, deed="new-version"))
    two.save(
        quotation,
        "send",
        line__0__price="11",
        line__1__text="Insurance",
        line__1__price="20",
        note="Cheaper.",
    )
    page = two.answer(quotation, "accept").content.decode()
    assert "another version meanwhile" in page
    assert "What changed since version 1" in page
    for words in ("Cheaper.", "<del>Handling", "<ins>Insurance", "CNY\xa01,550.00", "CNY\xa01,120.00"):
        assert words in page, words
    assert "Accepted at" in two.answer(quotation, "accept", number="2").content.decode()
    old = two.buyer.get(two.url("quotation_show", quotation) + "?version=1").content.decode()
    assert "an earlier version" in old
    assert "Accept this version" not in old
    assert two.buyer.get(two.url("quotation_show", quotation) + "?version=3").status_code == 404


def test_decline_needs_a_reason_and_a_counter_something() -> None:
    two = Two()
    quotation = two.sent()
    assert "Say why" in two.answer(quotation, "decline", text="").content.decode()
    assert "Say what you would like" in two.answer(quotation, "counter").content.decode()
    assert "below zero" in two.answer(quotation, "counter", **{"wish-1": "-5"}).content.decode()
    page = two.answer(quotation, "counter", text="For a year.", **{"wish-1": "11.25"}).content.decode()
    assert "wished: 11.25" in page
    assert "Declined" in two.answer(quotation, "decline", text="Given up.").content.decode()
    firm = two.seller.get(two.url("quotation_show", quotation)).content.decode()
    assert "Given up." in firm
    assert "For a year." in firm


def test_expired_and_not_begun_are_said_and_refused() -> None:
    two = Two()
    today = timezone.localdate()
    early = two.sent(starts_on=today + timedelta(days=5))
    page = two.buyer.get(two.url("quotation_show", early)).content.decode()
    assert "may be accepted from" in page
    assert "Accept this version" not in page
    two.answer(early, "accept")
    late = two.sent(title="Late")
    late.versions.update(ends_on=today - timedelta(days=3))
    page = two.answer(late, "accept").content.decode()
    assert "is over" in page
    assert "expired" in page
    assert not Quotation.objects.filter(state="accepted").exists()


# Attacks ------------------------------------------------------------------------------------------------------
def test_a_third_firm_guessing_addresses_finds_nothing() -> None:
    two = Two()
    quotation = two.sent()
    third = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
    other_one = make_negotiation(two.inquiry, third)
    rival = signed_in(make_colleague(third, role="owner"))
    organiser = make_user()
    make_team_member(two.edition, organiser, "administrator")
    for client in (rival, signed_in(organiser), signed_in(make_user())):
        for name in ("quotation_show", "quotation_edit"):
            assert client.get(two.url(name, quotation)).status_code == 404
        assert client.get(two.url("quotation_pdf", quotation, number=1)).status_code == 404
        assert client.post(two.url("quotation_begin")).status_code == 404
        for deed in ("accept", "decline", "counter"):
            assert (
                client.post(two.url("quotation_answer", quotation, deed=deed), {"number": 1}).status_code
                == 404
            )
        for deed in ("new-version", "withdraw", "drop"):
            assert client.post(two.url("quotation_change", quotation, deed=deed)).status_code == 404
        compare = reverse("visitor:deals.quotation_compare", args=[two.edition.slug, two.inquiry.code])
        assert client.get(compare).status_code == 404
    mixed = reverse("visitor:deals.quotation_show", args=[two.edition.slug, other_one.code, quotation.code])
    assert rival.get(mixed).status_code == 404  # through one's own negotiation
    assert two.buyer.get(mixed).status_code == 404


def test_the_sides_cannot_act_for_each_other() -> None:
    two = Two()
    quotation = two.sent()
    assert two.answer(quotation, "accept", two.seller).status_code == 404
    for deed in ("new-version", "withdraw", "drop"):
        assert two.buyer.post(two.url("quotation_change", quotation, deed=deed)).status_code == 404
    assert two.buyer.get(two.url("quotation_edit", quotation)).status_code == 404
    assert two.buyer.post(two.url("quotation_begin")).status_code == 404


def test_booth_staff_drafts_and_who_signs_sends() -> None:
    two = Two()
    staff = signed_in(make_colleague(two.firm, role="booth_staff"))
    leads = signed_in(make_colleague(two.firm, role="lead_only"))
    quotation = two.draft()
    assert leads.get(two.url("quotation_edit", quotation)).status_code == 404
    assert two.save(quotation, client=staff).status_code == 302
    assert "Send it to the buyer" not in staff.get(two.url("quotation_edit", quotation)).content.decode()
    assert two.save(quotation, "send", staff).status_code == 404
    assert two.save(quotation, "send").status_code == 302
    assert leads.get(two.url("quotation_show", quotation)).status_code == 404
    assert staff.post(two.url("quotation_change", quotation, deed="withdraw")).status_code == 404


def test_staff_of_a_buying_firm_counters_and_who_signs_accepts() -> None:
    two = Two()
    buying = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
    held = make_negotiation(make_inquiry(buyer_firm=buying, by=make_user()), two.firm)
    two.held = held
    quotation = two.sent()
    staff = signed_in(make_colleague(buying, role="booth_staff"))
    assert "Whoever signs for your firm" in staff.get(two.url("quotation_show", quotation)).content.decode()
    assert two.answer(quotation, "accept", staff).status_code == 404
    assert "wished" in two.answer(quotation, "counter", staff, **{"wish-1": "10"}).content.decode()
    editor = signed_in(make_colleague(buying, role="editor"))
    assert "Declined" in two.answer(quotation, "decline", editor, text="No.").content.decode()


def test_a_hidden_buyer_is_named_on_no_page_and_no_paper() -> None:
    two = Two(is_hidden=True)
    quotation = two.sent()
    two.answer(quotation, "counter", text="Less.")
    page = two.seller.get(two.url("quotation_show", quotation)).content.decode()
    assert two.person.name not in page
    assert "A buyer, not named" in page
    from everfair.deals.access import Stand
    from everfair.web.quotation_pdf import _data

    version = version_of(quotation)
    version.quotation = quotation
    for side in ("buyer", "firm"):
        data = _data(Stand(two.held, side), version)  # type: ignore[arg-type]
        assert two.person.name not in str(data)


def test_bad_numbers_in_addresses_and_forms_are_no_errors_of_ours() -> None:
    two = Two()
    quotation = two.sent()
    for number in ("", "x", "99999999999999999999", "-1", "1.5"):
        assert two.answer(quotation, "accept", number=number).status_code in (200, 422)
        assert two.buyer.get(two.url("quotation_show", quotation) + f"?version={number}").status_code in (
            200,
            404,
        )
    quotation.refresh_from_db()
    assert quotation.state == "sent"
    draft = quoting.begin_version(quotation, by=two.host)
    for data in (
        {"lines": "x"},
        {"lines": "99999"},
        {"version": "9" * 30},
        {"do": "remove-999999"},
        {"gone": "9" * 40},
    ):
        assert two.seller.post(two.url("quotation_edit", quotation), data).status_code in (200, 302, 422)
    assert draft.number == 2


# Paper and side by side ---------------------------------------------------------------------------------------
def test_a_version_on_paper_for_both_sides() -> None:
    two = Two()
    quotation = two.sent(title="冷链存储", terms="Thirty days.\n\nNet.")
    for client in (two.buyer, two.seller):
        answer = client.get(two.url("quotation_pdf", quotation, number=1))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert answer["Cache-Control"].find("no-cache") >= 0
    quoting.begin_version(quotation, by=two.host)
    assert two.seller.get(two.url("quotation_pdf", quotation, number=2)).status_code == 404  # not sent


def test_quotations_side_by_side_in_one_currency() -> None:
    two = Two()
    make_rate(two.edition, "EUR", "CNY", "8", timezone.localdate())
    two.sent()
    euro = make_negotiation(two.inquiry, make_exhibitor(two.edition))
    make_quotation(euro, currency="EUR", ends_on=timezone.localdate() + timedelta(days=3))
    yen = make_negotiation(two.inquiry, make_exhibitor(two.edition))
    make_quotation(yen, currency="JPY", ends_on=timezone.localdate() + timedelta(days=3))
    url = reverse("visitor:deals.quotation_compare", args=[two.edition.slug, two.inquiry.code])
    page = two.buyer.get(url + "?in=CNY").content.decode()
    assert "CNY\xa012,400.00" in page  # 1,550 EUR
    assert "1 EUR = 8 CNY" in page
    assert "Central bank" in page
    assert "no rate from JPY to CNY" in page
    assert page.index("Place 1 by total") < page.index("Place 2 by total") < page.index("without a place")
    page = two.buyer.get(url + "?in=EUR").content.decode()
    assert "EUR\xa0193.75" in page
    assert "the other way round" in page
    assert two.buyer.get(url + "?in=ZZZ").status_code == 200
    make_rate(two.edition, "JPY", "CNY", "0.05", timezone.localdate())
    page = two.buyer.get(url + "?in=EUR").content.decode()
    assert "by way of CNY" in page
    assert "no rate from" not in page
    export = reverse("visitor:deals.compare_export", args=[two.edition.slug, two.inquiry.code, "csv"])
    text = b"".join(two.buyer.get(export + "?in=CNY").streaming_content).decode()  # type: ignore[attr-defined]
    assert "12400" in text
    xlsx = two.buyer.get(export.replace(".csv", ".xlsx"))
    assert b"".join(xlsx.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [1, 3])
def test_the_comparison_asks_as_often_for_three_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two = Two()
    for number in range(count):
        held = make_negotiation(two.inquiry, make_exhibitor(two.edition))
        make_quotation(held, currency="EUR" if number % 2 else "USD", ends_on=timezone.localdate())
    url = reverse("visitor:deals.quotation_compare", args=[two.edition.slug, two.inquiry.code])
    with django_assert_num_queries(COMPARE_QUERIES):
        assert two.buyer.get(url + "?in=CNY").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_quotation_asks_as_often_with_three_versions_lines_and_answers(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two = Two()
    quotation = two.sent()
    for _number in range(count):
        quoting.begin_version(quotation, by=two.host)
        values = values_of(ends_on=timezone.localdate(), lines=values_of()["lines"] * count)
        quoting.send(quotation, values, by=two.host)
    with django_assert_num_queries(SHOW_QUERIES):
        assert two.buyer.get(two.url("quotation_show", quotation)).status_code == 200
    with django_assert_num_queries(FIRM_QUERIES):
        assert two.seller.get(two.url("quotation_show", quotation)).status_code == 200
    quoting.begin_version(quotation, by=two.host)
    with django_assert_num_queries(EDIT_QUERIES):
        assert two.seller.get(two.url("quotation_edit", quotation)).status_code == 200
