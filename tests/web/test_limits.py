"""How often one address may ask: counted for each address, purpose and window; off when switched off."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from everfair.web import limits
from tests.factories.fair import make_edition
from tests.web.conftest import IN_A_WINDOW


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    """Limits on, nothing counted yet; the clock stands still (conftest.py)."""
    settings.RATE_LIMITS_ON = True
    cache.clear()


def asked(times: int, what: str = "search", address: str = "192.0.2.1", **extra: str) -> list[bool]:
    request = RequestFactory().get("/", REMOTE_ADDR=address, **extra)
    return [limits.allow(request, what, most=3, seconds=60) for _ in range(times)]


def test_the_most_is_allowed_and_no_more() -> None:
    assert asked(5) == [True, True, True, False, False]


def test_each_address_and_purpose_is_counted_for_itself() -> None:
    assert asked(4)[-1] is False
    assert asked(1, address="192.0.2.2") == [True]
    assert asked(1, what="suggest") == [True]
    assert asked(1) == [False]


def test_the_next_window_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(4)[-1] is False
    monkeypatch.setattr(limits.time, "time", lambda: IN_A_WINDOW + 59)
    assert asked(1) == [False]
    monkeypatch.setattr(limits.time, "time", lambda: IN_A_WINDOW + 60)
    assert asked(1) == [True]


def test_nothing_is_limited_when_switched_off(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False
    assert all(asked(50))
    settings.RATE_LIMITS_ON = True
    assert asked(1) == [True]  # nor was anything counted meanwhile


def test_behind_a_proxy_the_last_hops_word_counts_and_else_nobodys(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    assert asked(4, HTTP_X_FORWARDED_FOR="198.51.100.1")[-1] is False
    assert asked(1, HTTP_X_FORWARDED_FOR="198.51.100.2") == [False]  # a claim of the caller's own
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert asked(4, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.1")[-1] is False
    assert asked(1, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.2") == [True]
    assert asked(1, HTTP_X_FORWARDED_FOR="192.0.2.77, 198.51.100.1") == [False]


@pytest.mark.django_db
def test_the_search_page_is_asked_120_times_a_minute_and_no_more(settings: Any) -> None:
    settings.SEARCH_ENGINE = "null"
    address = f"/en/{make_edition().slug}/search/"
    client = Client()
    answers = [client.get(address, {"q": f"tea {number}"}).status_code for number in range(122)]
    assert answers[:120] == [200] * 120
    assert answers[120:] == [429, 429]
    assert client.get(address, {"q": "tea"}, REMOTE_ADDR="192.0.2.5").status_code == 200
