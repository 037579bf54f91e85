"""One-click sign-in for a sample installation, and only from the machine it runs on. No pages."""

import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from everfair.base.languages import Words, clean_words

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


@dataclass(frozen=True)
class DemoAccount:
    """A sample account that anybody at this machine may use."""

    email: str
    password: str
    role: Words
    desk: str


def is_local(request: HttpRequest) -> bool:
    """Whether the request was made on this very machine, by this machine's own name.

    A proxy on the same machine also speaks from the loopback address, so any sign of one, or a name that is
    not the machine's own, refuses.
    """
    if settings.SECURE_PROXY_SSL_HEADER or any(request.META.get(header) for header in FORWARDED):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _is_loopback(host))


def is_offered(request: HttpRequest) -> bool:
    """Whether this installation is a sample and the request comes from its own machine."""
    return bool(settings.DEMO) and is_local(request)


def accounts(request: HttpRequest) -> list[DemoAccount]:
    """The sample accounts this request may use; none anywhere else."""
    if not is_offered(request):
        return []
    try:
        listed = json.loads((settings.DATA_DIR / "demo-accounts.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [_account(row) for row in listed if row.get("email")]


def _account(row: dict[str, Any]) -> DemoAccount:
    role = row.get("role") or {}
    return DemoAccount(
        email=str(row["email"]),
        password=str(row.get("password", "")),
        role=clean_words(role if isinstance(role, dict) else {"en": str(role)}),
        desk=str(row.get("desk", "")),
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
