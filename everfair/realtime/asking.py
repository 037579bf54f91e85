"""Who is calling, and may they listen: asked for each connection in two threads of its own. Rights are the rooms'."""

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie

from everfair.gateways.live import digest_of
from everfair.realtime.topics import is_open_to

log = logging.getLogger("everfair.live")

Found = TypeVar("Found")
REMEMBER = 5.0  # seconds for which "everybody may listen to this topic", or not, is not asked again
MOST_REMEMBERED = 2000
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="everfair-live-asking")
_for_everybody: dict[str, tuple[bool, float]] = {}


@dataclass(frozen=True)
class Caller:
    """A request as far as this face reads it."""

    address: str
    session_key: str

    @property
    def session(self) -> str:
        """What stands for the session's key."""
        return digest_of(self.session_key)


@dataclass(frozen=True)
class Person:
    """Who holds the session; `pk` None for anonymous. `is_away`: the database did not answer."""

    user: Any
    pk: int | None = None
    is_away: bool = False


ANYBODY = Person(AnonymousUser())


def caller_of(scope: MutableMapping[str, Any]) -> Caller:
    """Network address (the last hop's word behind our own proxy) and session cookie."""
    address = str((scope.get("client") or ("",))[0])
    cookies, forwarded = "", ""
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies += value.decode("latin-1") + "; "
        elif name == b"x-forwarded-for":
            forwarded = value.decode("latin-1")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        address = forwarded.split(",")[-1].strip()
    return Caller(address, parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, ""))


async def read_person(caller: Caller) -> Person:
    """The signed-in person behind the session cookie."""
    if not caller.session_key:
        return ANYBODY
    return await _in_thread(person_of, caller.session_key) or Person(AnonymousUser(), is_away=True)


async def may_listen(topic: str, person: Person) -> bool | None:
    """Whether the topic's room lets them, None when nobody can say.

    What everybody may is asked once in a while, not by each of thousands.
    """
    known = _for_everybody.get(topic)
    if known is None or known[1] < monotonic():
        answer = await _in_thread(is_open_to, AnonymousUser(), topic)
        if answer is None:
            return None
        if len(_for_everybody) >= MOST_REMEMBERED:
            _for_everybody.clear()
        known = _for_everybody[topic] = (answer, monotonic() + REMEMBER)
    if known[0]:
        return True
    return False if person.pk is None else await _in_thread(is_open_to, person.user, topic)


def forget_answers(word: str | None = None) -> None:
    """Ask again: all, or topics with this first word, or this one topic."""
    for topic in list(_for_everybody) if word is not None else ():
        if topic == word or topic.startswith(f"{word}:"):
            del _for_everybody[topic]
    if word is None:
        _for_everybody.clear()


def person_of(session_key: str) -> Person:
    """The same as `read_person`, in a thread that may use the database."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    return Person(user, user.pk if user.is_authenticated else None)


async def _in_thread(call: Callable[..., Found], *args: Any) -> Found | None:
    """The call's result; None when the database is away."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _safely, call, *args)


def _safely(call: Callable[..., Found], *args: Any) -> Found | None:
    close_old_connections()
    try:
        return call(*args)
    except Exception:  # a page without push still works
        log.exception("A listener could not be checked.")
        return None
