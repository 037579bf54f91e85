"""The organiser's exchange rates: looked at before they are written, listed, exported, taken away and back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from everfair.deals.models import Rate
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_user
from tests.factories.quotations import make_rate

pytestmark = pytest.mark.django_db
LIST_QUERIES = 10


@pytest.fixture
def edition() -> Any:
    return make_edition()


@pytest.fixture
def desk(edition: Any) -> Client:
    user = make_user()
    make_team_member(edition, user, "administrator")
    client = Client()
    client.force_login(user)
    return client


def url(edition: Any, name: str, **more: Any) -> str:
    return reverse(f"organiser:deals.rate_{name}", kwargs={"edition": edition.slug, **more})


def csv(*rows: str) -> SimpleUploadedFile:
    text = "\n".join(["currency,in,value,day,source", *rows])
    return SimpleUploadedFile("rates.csv", text.encode(), "text/csv")


def test_a_list_is_looked_at_then_written_once(edition: Any, desk: Client) -> None:
    assert "No rate yet" in desk.get(url(edition, "list")).content.decode()
    answer = desk.post(
        url(edition, "import"), {"file": csv("EUR,CNY,8.1234,2026-09-04,Bank", "USD,CNY,7.1,2026-09-04,Bank")}
    )
    page = answer.content.decode()
    assert "Nothing is written yet" in page
    assert "8.1234" in page
    assert Rate.objects.count() == 0
    payload = answer.context["payload"]
    said = desk.post(url(edition, "write"), {"rates": payload}, follow=True).content.decode()
    assert "2 rates are written" in said
    assert "1 EUR = 8.1234 CNY" in said
    desk.post(url(edition, "write"), {"rates": payload})
    assert Rate.objects.count() == 2
    other = make_edition()
    make_team_member(other, answer.wsgi_request.user, "administrator")
    assert "too old" in desk.post(url(other, "write"), {"rates": payload}, follow=True).content.decode()
    assert "too old" in desk.post(url(edition, "write"), {"rates": "forged"}, follow=True).content.decode()
    assert Rate.objects.count() == 2


def test_rows_with_errors_are_named_and_nothing_can_be_written(edition: Any, desk: Client) -> None:
    answer = desk.post(
        url(edition, "import"), {"file": csv("EUR,CNY,8,2026-09-04,Bank", "ZZZ,CNY,8,2026-09-04,Bank")}
    )
    page = answer.content.decode()
    assert "some rows have errors" in page
    assert "no currency in use" in page
    assert "Write the rates" not in page
    answer = desk.post(url(edition, "import"), {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert answer.status_code == 422
    assert "no list" in answer.content.decode()
    assert desk.post(url(edition, "import"), {}).status_code == 422


def test_the_list_is_searched_exported_and_read_back(edition: Any, desk: Client) -> None:
    today = timezone.localdate()
    make_rate(edition, "EUR", "CNY", "8.12345678", today)
    make_rate(edition, "JPY", "CNY", "0.047891", today - timedelta(days=9), source="House bank")
    page = desk.get(url(edition, "list") + "?q=house").content.decode()
    assert "JPY" in page
    assert "1 EUR" not in page
    assert "1 JPY" not in desk.get(url(edition, "list") + f"?from={today}").content.decode()
    assert "No rate like this" in desk.get(url(edition, "list") + "?currency=KWD").content.decode()
    assert desk.get(url(edition, "list") + "?from=x&to=y&currency=%00&page=z").status_code == 200
    file = b"".join(desk.get(url(edition, "export", kind="csv")).streaming_content)  # type: ignore[attr-defined]
    answer = desk.post(url(edition, "import"), {"file": SimpleUploadedFile("rates.csv", file)})
    assert answer.context["plan"].counts == {"new": 0, "changed": 0, "unchanged": 2}
    xlsx = b"".join(desk.get(url(edition, "export", kind="xlsx")).streaming_content)  # type: ignore[attr-defined]
    answer = desk.post(url(edition, "import"), {"file": SimpleUploadedFile("rates.xlsx", xlsx)})
    assert answer.context["plan"].counts == {"new": 0, "changed": 0, "unchanged": 2}


def test_removing_is_undone(edition: Any, desk: Client) -> None:
    row = make_rate(edition)
    answer = desk.post(url(edition, "remove", pk=row.pk), follow=True)
    assert Rate.objects.count() == 0
    (said,) = answer.context["messages"]
    undo = said.extra_tags.removeprefix("undo:")
    assert "The rate is back" in desk.post(undo, follow=True).content.decode()
    assert Rate.objects.get().value == 8
    assert desk.post(url(edition, "remove", pk=99999)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    count: int, edition: Any, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_rate(edition, on=timezone.localdate() - timedelta(days=number))
    with django_assert_num_queries(LIST_QUERIES):
        assert desk.get(url(edition, "list")).status_code == 200
