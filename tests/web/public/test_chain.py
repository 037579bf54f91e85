"""The chain's page for everybody: heads, an entry looked up, every public line; nothing of an agreement can be read there."""

import html
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from everfair.agreements.actions.chain import append, publish_head
from everfair.agreements.models import ChainEntry
from everfair.fair.forms import RESERVED_ADDRESSES
from tests.factories.agreements import make_agreement
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 5, 3, 0, tzinfo=UTC)
QUERIES = 6


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_nothing_yet(client: Client) -> None:
    page = text(client.get("/en/chain/"))
    assert "No record yet" in page
    assert body(client.get("/en/chain/entries.jsonl")) == ""
    assert client.get("/zh/chain/").status_code == 200
    assert "chain" in RESERVED_ADDRESSES


def test_before_the_first_head_the_page_says_when_it_comes(client: Client) -> None:
    append("outcome.published", "abc", {})
    page = text(client.get("/en/chain/?q=1"))
    assert "No head published yet" in page
    assert "No record yet" not in page
    assert "an outcome published" in page


def test_no_word_of_an_agreement_is_there(client: Client) -> None:
    agreement = make_agreement(state="confirmed")
    publish_head()
    entry = ChainEntry.objects.get()
    pages = [
        text(client.get("/en/chain/")),
        text(client.get(f"/en/chain/?q={entry.digest[:10]}")),
        body(client.get("/en/chain/entries.jsonl")),
        body(client.get("/en/chain/heads.csv")),
    ]
    for page in pages:
        for secret in (agreement.code, agreement.digest, "Cold chain", "1200000", "Nairobi"):
            assert secret not in page
    assert entry.digest in pages[0]
    assert entry.head_line in pages[1]
    assert json.loads(pages[2])["kind"] == "agreement.confirmed"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("1", True), ("9", False), ("abc", False), ("x' OR 1=1", False), ("９", False), ("1" * 63, False)],
)
def test_an_entry_is_looked_up(client: Client, words: str, is_found: bool) -> None:
    append("x", "abc", {})
    page = text(client.get("/en/chain/", {"q": words}))
    assert ("No such record" in page) is not is_found


def test_heads_of_some_days(client: Client) -> None:
    append("x", "abc", {}, now=NOW)
    for days in range(3):
        publish_head(now=NOW + timedelta(days=days))
    csv = body(client.get("/en/chain/heads.csv?from=2026-09-06&until=2026-09-06"))
    assert csv.count("\n") == 2
    assert "2026-09-06" in csv
    assert "No head in these days" in text(client.get("/en/chain/?from=2027-01-01"))
    assert client.get("/en/chain/?from=yesterday&until=%00").status_code == 200
    assert client.get("/en/chain/heads.xlsx").status_code == 200
    assert client.get("/en/chain/heads.exe").status_code == 404
    assert client.get("/en/chain/entries.jsonl?from=x").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    append("x", "abc", {}, now=NOW)
    for days in range(count):
        publish_head(now=NOW + timedelta(days=days))
    address = reverse("public:agreements.chain_show")
    client.get(address)
    with django_assert_max_num_queries(QUERIES):
        client.get(address + "?q=1")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "5 Sept 2026, 03:00 UTC"), ("zh", "2026年9月5日 03:00 UTC")]
)
def test_times_are_told_on_the_chains_own_clock(client: Client, language: str, said: str) -> None:
    append("outcome.published", "abc", {}, now=NOW)
    client.force_login(make_user(time_zone="Africa/Nairobi"))
    assert text(client.get(f"/{language}/chain/?q=1")).count(said) == 2
