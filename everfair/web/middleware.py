"""What happens around every request: safe headers, language from the address, patience with the database. No fair logic."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.db.utils import InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from everfair.base.changes import followers
from everfair.base.languages import CONTENT_TO_INTERFACE, content_language
from everfair.gateways.storage.upload import limit_upload

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
LIST_UPLOAD = "/imports/new/"  # the one page that takes long lists
WAIT_READING, WAIT_WRITING = 3.0, 15.0  # seconds


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every zone this machine knows; asking the system costs ten milliseconds."""
    return frozenset(available_timezones())


class SafeHeaders:
    """A strict content security policy on every answer that has none of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class KeepUp:
    """Before an answer is made, what this process keeps in memory is brought up to date with the change table."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with suppress(OperationalError, InterfaceError):  # better an old hall than none
            followers.keep_up()
        return self.get_response(request)


def _interface_language(request: HttpRequest) -> str:
    first = request.path_info.lstrip("/").partition("/")[0]
    return CONTENT_TO_INTERFACE.get(first) or translation.get_language_from_request(request)


class LanguageFromAddress:
    """/zh/… and /en/… say the language; elsewhere the browser's wish does, once."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        interface = _interface_language(request)
        with translation.override(interface):
            request.LANGUAGE_CODE = interface
            request.content_language = content_language(interface)  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", content_language(interface))
        return response


class PersonTimeZone:
    """Times are shown in the signed-in person's zone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", "") if request.COOKIES else ""
        if zone and zone in _zones():
            with timezone.override(ZoneInfo(zone)):
                return self.get_response(request)
        return self.get_response(request)


class UploadLimit:
    """No page takes larger files than any page needs, and none at all from strangers: they would fill the disk.

    Runs before anything reads the body. Pages that take a file set a narrower limit with a kinder sentence.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.content_type or "") == "multipart/form-data":
            limit_upload(request, self._megabytes(request) * 1024 * 1024, self._refusal)
        return self.get_response(request)

    @staticmethod
    def _megabytes(request: HttpRequest) -> int:
        if not request.user.is_authenticated:
            return 0
        if request.path_info.endswith(LIST_UPLOAD):
            return int(settings.MAX_LIST_MB)
        return int(max(settings.MAX_IMAGE_MB, settings.MAX_DOCUMENT_MB))

    @staticmethod
    def _refusal(limit: int) -> Exception:
        return RequestDataTooBig(f"more than {limit} bytes of files")


class DatabasePatience:
    """A database that is away for some seconds: writing requests wait for it, reading ones wait less, then a plain page says so.

    Nothing has been written when the page appears, and the browser still holds what was typed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wait = WAIT_READING if request.method in {"GET", "HEAD"} else WAIT_WRITING
        if not self._connected(wait):
            return self._away(request)
        response = self.get_response(request)
        if response.status_code == 500 and not self._connected(0):  # it went while the answer was made
            return self._away(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            connection.close()
            return self._away(request)
        return None

    @staticmethod
    def _connected(wait: float) -> bool:
        ends = time.monotonic() + wait
        while True:
            try:
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()
                    connection.close_if_health_check_failed()  # a connection may look open when the database is gone
                connection.ensure_connection()
                return True
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() >= ends:
                    return False
                time.sleep(0.25)

    @staticmethod
    def _away(request: HttpRequest) -> HttpResponse:
        response = render(
            None,
            "public/database_away.html",
            {"was_writing": request.method not in {"GET", "HEAD"}},
            status=503,
        )
        response.headers["Retry-After"] = "5"
        return response
