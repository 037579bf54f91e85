"""Quotations a buyer received: every one of theirs, in one list; what waits first by its last day; no draft, nobody else's."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.deals.actions import quoting
from everfair.deals.models import Negotiation, Quotation
from everfair.fair.models import Edition
from tests.factories.deals import make_begun, make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.people import make_membership, make_user
from tests.factories.quotations import make_draft, make_quotation, seller_of, values_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    today = timezone.now().date()
    return make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4))


def in_days(days: int) -> Any:
    return timezone.now().date() + timedelta(days=days)


def listed(user: Any, edition: Edition, **query: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("visitor:deals.quotation_list", args=[edition.slug]), query)
    assert answer.status_code == 200
    return str(answer.text)


def titles(page: str) -> list[str]:
    """Of the rows, in order."""
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in page else []
    return [row.split('dir="auto">')[1].split("</a>")[0] for row in rows]


def test_all_of_them_stand_in_one_list_whoever_began(edition: Edition) -> None:
    buyer = make_user()
    asked = make_negotiation(make_inquiry(edition, buyer))
    begun = make_begun(make_exhibitor(edition), buyer)
    for deal, title in ((asked, "Cold store"), (begun, "Ship by rail")):
        make_quotation(deal, title=title, ends_on=in_days(20))
    make_draft(make_negotiation(make_inquiry(edition, buyer)), title="Not sent")
    make_quotation(make_negotiation(make_inquiry(edition, make_user())), title="Not mine")
    page = listed(buyer, edition)
    assert sorted(titles(page)) == ["Cold store", "Ship by rail"]
    assert "CNY\xa01,550.00" in page
    assert titles(listed(make_user(), edition)) == []
    assert "No quotation yet" in listed(make_user(), edition)


def test_a_colleague_of_the_buying_firm_reads_it(edition: Edition) -> None:
    firm = make_exhibitor(edition)
    owner, colleague = (make_membership(organisation=firm.organisation).user for _ in range(2))
    make_quotation(
        make_negotiation(make_inquiry(buyer_firm=firm, by=owner)), title="For the firm", ends_on=in_days(9)
    )
    assert titles(listed(colleague, edition)) == ["For the firm"]


def test_what_waits_stands_by_its_last_day(edition: Edition) -> None:
    buyer = make_user()

    def quoted(title: str, days: int) -> tuple[Negotiation, Quotation]:
        deal = make_negotiation(make_inquiry(edition, buyer))
        return deal, make_quotation(deal, title=title, ends_on=in_days(days))

    for title, days in (("Late", 20), ("Soon", 2)):
        quoted(title, days)
    over = quoted("Over", 5)[1]
    over.versions.update(ends_on=in_days(-1))
    ended, _quotation = quoted("Ended", 5)
    Negotiation.objects.filter(pk=ended.pk).update(state="lost", ended_at=timezone.now(), why="price")
    declined = quoted("Declined", 5)[1]
    Quotation.objects.filter(pk=declined.pk).update(state="declined")
    assert titles(listed(buyer, edition, state="waiting")) == ["Soon", "Late"]
    assert titles(listed(buyer, edition, state="declined")) == ["Declined"]
    assert len(titles(listed(buyer, edition, state="no such"))) == 5
    assert "expired" in listed(buyer, edition, q="Over")


def test_only_the_version_that_was_sent_is_found_and_shown(edition: Edition) -> None:
    buyer = make_user()
    quotation = make_quotation(
        make_negotiation(make_inquiry(edition, buyer)), title="First words", ends_on=in_days(9)
    )
    seller = seller_of(quotation.negotiation)
    quoting.begin_version(quotation, by=seller)
    draft = quoting.save_draft(quotation, values_of(title="Second words", ends_on=in_days(9)), {}, by=seller)
    assert titles(listed(buyer, edition)) == ["First words"]
    assert titles(listed(buyer, edition, q="Second")) == []
    quoting.send(draft, values_of(title="Second words", ends_on=in_days(9)), by=seller)
    assert titles(listed(buyer, edition, q="Second")) == ["Second words"]
    page = listed(buyer, edition, q="First")
    assert titles(page) == []
    assert "No quotation like this" in page


def test_my_fair_leads_to_what_waits_when_there_are_several(edition: Edition) -> None:
    buyer = make_user()
    for _ in range(2):
        make_quotation(make_negotiation(make_inquiry(edition, buyer)), ends_on=in_days(9))
    client = Client()
    client.force_login(buyer)
    page = client.get(reverse("visitor:people.my_fair")).text
    assert reverse("visitor:deals.quotation_list", args=[edition.slug]) + "?state=waiting" in page


def test_the_list_goes_out_as_a_file_narrowed_as_it_is(edition: Edition) -> None:
    buyer = make_user()
    for title in ("Cold store", "Ship by rail"):
        make_quotation(make_negotiation(make_inquiry(edition, buyer)), title=title, ends_on=in_days(9))
    client = Client()
    client.force_login(buyer)
    address = reverse("visitor:deals.quotation_export", args=[edition.slug, "csv"])
    text = client.get(address, {"q": "rail"}).getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Title"], row["Currency"], row["Version"]) == ("Ship by rail", "CNY", "1")
    assert float(row["Total"]) == 1550
    xlsx = client.get(reverse("visitor:deals.quotation_export", args=[edition.slug, "xlsx"]))
    assert b"".join(xlsx).startswith(b"PK") if xlsx.streaming else xlsx.content.startswith(b"PK")
    assert (
        client.get(reverse("visitor:deals.quotation_export", args=[edition.slug, "pdf"])).status_code == 404
    )


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many(
    count: int, edition: Edition, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    buyer = make_user()
    for _ in range(count):
        make_quotation(make_negotiation(make_inquiry(edition, buyer)), ends_on=in_days(9))
    client = Client()
    client.force_login(buyer)
    address = reverse("visitor:deals.quotation_list", args=[edition.slug])
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address).text
    assert len(titles(page)) == count
