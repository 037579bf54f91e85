"""Addresses and bodies that no page of ours sends: an answer, never a failure."""

import pytest
from django.test import Client

from tests.factories.exhibition import make_exhibitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["0", "999999", "99999999999999999999999"])
def test_a_sitemap_that_is_none(client: Client, page: str) -> None:
    exhibitor = make_exhibitor()
    assert client.get(f"/sitemap-{exhibitor.edition.slug}-{page}.xml").status_code == 404


@pytest.mark.parametrize("digest", ["%00", "x", "0" * 64, "%ED%A0%80", "a'b"])
def test_a_file_nobody_has(client: Client, digest: str) -> None:
    assert client.get(f"/media/{digest}/a.pdf").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ED%A0%80",
        "page=%F0",
        "area=%00",
        "sort=%00",
        f"q={'x' * 999}",
        "page=²",
        "page=٣",
        "mode=²",
    ],
)
@pytest.mark.parametrize("path", ["search/", "halls/{area}/", "suggest/"])
def test_odd_words(client: Client, path: str, query: str) -> None:
    exhibitor = make_exhibitor()
    assert exhibitor.area is not None
    below = path.format(area=exhibitor.area.code)
    assert client.get(f"/en/{exhibitor.edition.slug}/{below}?{query}").status_code in (200, 503)


def test_a_request_to_the_server_itself(client: Client) -> None:
    assert client.generic("OPTIONS", "*").status_code in (200, 404)


@pytest.mark.parametrize("pk", ["99999999999999999999999", "9223372036854775808"])
def test_a_number_no_row_can_have(pk: str, admin_client: Client) -> None:
    exhibitor = make_exhibitor()
    address = f"/en/desk/{exhibitor.edition.slug}"
    for part in ("imports", "questions", "team", "sectors"):
        assert admin_client.get(f"{address}/{part}/{pk}/").status_code == 404
