"""The outermost layer: what reaches Django, and that slow readers hold no thread."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from everfair.base.models import Change
from everfair.config import asgi

CHUNK = b"x" * 65_536


def a_request(path: str = "/", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "http_version": "1.1", "headers": [(b"host", b"testserver"), *headers],
    }  # fmt: skip


async def receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


def test_headers_that_pass_for_others_are_dropped() -> None:
    """X_Forwarded_For would become the same as the proxy's own X-Forwarded-For."""
    process, seen = asgi.Process(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.extend(scope["headers"])

    process.django = app  # type: ignore[assignment]

    async def send(message: Any) -> None:
        pass

    given = a_request("/", (b"x_forwarded_for", b"10.0.0.1"), (b"x-forwarded-for", b"192.0.2.7"))
    asyncio.run(process({**given, "method": "POST"}, receive, send))
    assert (b"x-forwarded-for", b"192.0.2.7") in seen
    assert b"x_forwarded_for" not in dict(seen)


def test_slow_readers_of_large_files_hold_no_thread() -> None:
    process = asgi.Process()

    def wsgi(environ: Any, start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "application/pdf")])
        if environ["PATH_INFO"] != "/small":
            for _ in range(settings.MAX_DOCUMENT_MB * 1024 * 1024 // len(CHUNK)):
                yield CHUNK
        yield b"end"

    process.django.app = wsgi

    async def all_of_them() -> list[Any]:
        never, got = asyncio.Event(), []

        async def slow(message: Any) -> None:
            await never.wait()

        async def quick(message: Any) -> None:
            got.append(message.get("body", b""))

        readers = [
            asyncio.create_task(process(a_request(f"/{n}"), receive, slow)) for n in range(settings.THREADS)
        ]
        await asyncio.sleep(0.05)
        try:
            await asyncio.wait_for(process(a_request("/small"), receive, quick), timeout=20)
        finally:
            never.set()
            await asyncio.gather(*readers, return_exceptions=True)
        return got

    assert b"end" in asyncio.run(all_of_them())


def test_a_reader_who_takes_nothing_any_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "STUCK", 0.05)
    process = asgi.Process()

    def wsgi(environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [CHUNK] * 5

    process.django.app = wsgi

    async def one() -> int:
        sent = 0

        async def stuck(message: Any) -> None:
            nonlocal sent
            sent += 1
            await asyncio.Event().wait()

        await asyncio.wait_for(process(a_request(), receive, stuck), timeout=20)
        return sent

    assert asyncio.run(one()) == 1


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Editions of which kept pages were dropped, in order."""
    found: list[Any] = []
    monkeypatch.setattr(asgi.FrontCache, "drop", lambda self, editions: found.extend(editions))
    return found


@pytest.mark.parametrize("topic", ["meetings.meeting", "meetings.request"])
def test_what_no_public_page_shows_costs_no_kept_page(dropped: list[Any], topic: str) -> None:
    """And so nobody can tell from a page's age that somebody agreed on a meeting just now."""
    process = asgi.Process()
    process._note([Change(topic=topic, key=1, edition_id=7)])
    assert dropped == []
    assert process.again == {}


@pytest.mark.parametrize("topic", ["meetings.rules", "exhibition.booth", "programme.session", "fair.edition"])
def test_what_public_pages_show_drops_those_of_its_edition_twice(dropped: list[Any], topic: str) -> None:
    process = asgi.Process()
    process._note(
        [
            Change(topic="meetings.meeting", key=1, edition_id=7),
            Change(topic=topic, key=2, edition_id=8),
        ]
    )
    assert dropped == [8]
    assert list(process.again) == [8]
