"""The page cache: what it keeps, what it never keeps, how it forgets, and that stale is better than none."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

from everfair.web.front_cache import FrontCache


class Origin:
    """An ASGI app that counts how often it is asked."""

    def __init__(self, keep: str | None = "7", status: int = 200, pause: float = 0) -> None:
        self.asked, self.keep, self.status, self.pause = 0, keep, status, pause

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        await asyncio.sleep(self.pause)
        headers = [(b"content-type", b"text/html"), (b"content-length", b"600")]
        if self.keep is not None:
            headers.append((b"x-everfair-keep", self.keep.encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": f"{self.asked}".encode() * 600, "more_body": False})


def ask(
    cache: FrontCache, *, path: str = "/en/x/", cookie: str = "", method: str = "GET", encoding: str = ""
) -> Any:
    """One request: (status, headers, body)."""
    return asyncio.run(_ask(cache, path, cookie, method, encoding))


async def _ask(cache: FrontCache, path: str, cookie: str, method: str, encoding: str) -> Any:
    headers = [(b"host", b"h")]
    headers += [(b"cookie", cookie.encode())] if cookie else []
    headers += [(b"accept-encoding", encoding.encode())] if encoding else []
    scope = {
        "type": "http",
        "method": method,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
    }
    got: list[Any] = []

    async def send(message: Any) -> None:
        got.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await cache(scope, receive, send)
    return got[0]["status"], dict(got[0]["headers"]), b"".join(part.get("body", b"") for part in got[1:])


def cached(make: Callable[[], Origin] = Origin, megabytes: int = 1) -> tuple[Origin, FrontCache]:
    origin = make()
    return origin, FrontCache(origin, seconds=60, megabytes=megabytes)


def test_a_marked_page_is_asked_for_once_and_the_mark_stays_inside() -> None:
    origin, cache = cached()
    first, second = ask(cache), ask(cache)
    assert first == second
    assert origin.asked == 1
    assert b"x-everfair-keep" not in first[1]


def test_an_unmarked_page_is_never_kept() -> None:
    origin, cache = cached(lambda: Origin(keep=None))
    ask(cache), ask(cache)
    assert origin.asked == 2


def test_who_carries_a_session_or_posts_goes_past() -> None:
    origin, cache = cached()
    ask(cache)
    ask(cache, cookie="a=b; everfair_session=1")
    ask(cache, cookie="everfair_csrf=1")
    ask(cache, method="POST")
    assert origin.asked == 4


def test_a_change_in_the_edition_drops_its_pages_and_no_others() -> None:
    origin, cache = cached()
    ask(cache)
    cache.drop([8])
    ask(cache)
    assert origin.asked == 1
    cache.drop([7])
    assert ask(cache)[2].startswith(b"2")
    cache.drop([None])
    assert ask(cache)[2].startswith(b"3")


def test_a_change_while_the_page_is_being_made_makes_it_stale_at_once() -> None:
    origin = Origin(pause=0.05)
    cache = FrontCache(origin, seconds=60, megabytes=1)

    async def both() -> None:
        asking = asyncio.create_task(_ask(cache, "/en/x/", "", "GET", ""))
        await asyncio.sleep(0.01)
        cache.drop([7])
        await asking

    asyncio.run(both())
    ask(cache)
    assert origin.asked == 2


def test_many_readers_of_one_missing_page_wake_the_origin_once() -> None:
    origin = Origin(pause=0.05)
    cache = FrontCache(origin, seconds=60, megabytes=1)

    async def many() -> list[Any]:
        return await asyncio.gather(*(_ask(cache, "/en/x/", "", "GET", "") for _ in range(20)))

    answers = asyncio.run(many())
    assert origin.asked == 1
    assert {answer[2] for answer in answers} == {b"1" * 600}


def test_gzip_for_those_who_take_it() -> None:
    _origin, cache = cached()
    _status, headers, body = ask(cache, encoding="gzip, br")
    assert headers[b"content-encoding"] == b"gzip"
    assert int(headers[b"content-length"]) == len(body)
    assert gzip.decompress(body) == b"1" * 600
    assert b"content-encoding" not in ask(cache)[1]


def test_an_old_page_is_shown_while_the_database_is_away() -> None:
    origin, cache = cached()
    ask(cache)
    cache.drop([7])
    origin.status = 503
    status, _headers, body = ask(cache)
    assert (status, body) == (200, b"1" * 600)


def test_memory_has_an_end() -> None:
    _origin, cache = cached()
    for number in range(1000):
        ask(cache, path=f"/en/{number}/")
    assert cache.size <= 1024 * 1024
    assert 0 < len(cache.pages) < 1000


def test_a_reader_who_takes_long_holds_up_nobody_else() -> None:
    """An answer that is not kept is passed on piece by piece; others must not wait for its first reader."""
    origin, cache = cached(lambda: Origin(keep=None))

    async def both() -> int:
        gate = asyncio.Event()
        scope: dict[str, Any] = {"type": "http", "method": "GET", "raw_path": b"/big", "query_string": b""}
        scope["headers"] = [(b"host", b"h")]

        async def slow(message: Any) -> None:
            await gate.wait()

        async def receive() -> Any:
            return {"type": "http.request"}

        first = asyncio.create_task(cache(scope, receive, slow))
        await asyncio.sleep(0.01)
        status, _headers, _body = await asyncio.wait_for(_ask(cache, "/big", "", "GET", ""), timeout=5)
        gate.set()
        await first
        return int(status)

    assert asyncio.run(both()) == 200
    assert origin.asked == 2


def test_an_answer_that_sets_a_cookie_is_passed_on_whole_and_never_kept() -> None:
    class WithCookie(Origin):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def adding(message: Any) -> None:
                if message["type"] == "http.response.start":
                    cookie = (b"Set-Cookie", b"everfair_csrf=1")
                    message = {**message, "headers": [*message["headers"], cookie]}
                await send(message)

            await super().__call__(scope, receive, adding)

    origin, cache = cached(WithCookie)
    _status, headers, _body = ask(cache)
    assert headers[b"Set-Cookie"] == b"everfair_csrf=1"
    assert b"x-everfair-keep" not in headers
    ask(cache)
    assert origin.asked == 2
