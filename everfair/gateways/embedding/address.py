"""Which addresses may be asked: the world by https; this machine; inside networks only where the operator says so. Asks nobody."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from everfair.gateways.embedding.types import EmbeddingAway, EmbeddingRefused

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Address:
    """An endpoint's address in parts."""

    is_https: bool
    host: str
    port: int
    path: str  # with the query

    @property
    def shown(self) -> str:
        """For messages: without path and query, which may hold a key."""
        return f"{'https' if self.is_https else 'http'}://{self.host}:{self.port}"


def parse_address(url: str) -> Address:
    """The parts of an http(s) address. Raises EmbeddingRefused where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise EmbeddingRefused(
            "EVERFAIR_EMBEDDING_URL is no address. Write it whole, such as http://127.0.0.1:8080/v1/embeddings; "
            "a key belongs in EVERFAIR_EMBEDDING_KEY."
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_https = parts.scheme == "https"
    return Address(is_https, parts.hostname, port or (443 if is_https else 80), path)


def resolved(address: Address, *, is_inside_allowed: bool) -> list[str]:
    """The numeric addresses that may be connected to, as the resolver orders them.

    Every one must be allowed, so that a name cannot point outside for the look and inside for the call: the caller connects to
    one of these and asks no resolver again. Raises EmbeddingAway where the name is not known, EmbeddingRefused where it is inside.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EmbeddingAway(f"The name {address.host} is not known here: {error}.") from error
    numbers = list(dict.fromkeys(str(one[4][0]) for one in found))
    for number in numbers:
        _check(address, ipaddress.ip_address(number.partition("%")[0]), is_inside_allowed)
    return numbers


def _check(address: Address, ip: IP, is_inside_allowed: bool) -> None:
    plain = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped else ip
    if plain.is_loopback:
        return
    if plain.is_global and not plain.is_multicast:
        if not address.is_https:
            raise EmbeddingRefused(
                f"{address.shown} lies outside and is not https: texts and key could be read on the way. Use https."
            )
        return
    if not is_inside_allowed:
        raise EmbeddingRefused(
            f"{address.host} is {plain}, an address of an inside network. If the encoder really is there, set "
            "EVERFAIR_EMBEDDING_INSIDE=true."
        )
