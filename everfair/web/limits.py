"""How often one address may ask for something dear. Counts live in the shared cache; sign-in and mail have allauth's own limits."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's network address; the last hop's word behind our own proxy."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def allow(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Whether this caller may do `what` once more within the present window of `seconds`."""
    return allow_from(client_address(request), what, most=most, seconds=seconds)


def allow_from(address: str, what: str, *, most: int, seconds: int) -> bool:
    """The same for a network address, or any other name of who asks."""
    if not settings.RATE_LIMITS_ON:
        return True
    window = int(time.time()) // seconds
    key = f"limit:{what}:{address}:{window}"
    cache.add(key, 0, timeout=seconds * 2)
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # the counter was dropped between the two calls: start over
        return True
