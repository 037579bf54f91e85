"""A client that asks a TURN server for a relay address and gives it back (RFC 8489, RFC 8656): proof that a secret works.

Not for media: the doctor and the tests use it, browsers have their own.
"""

import hashlib
import hmac
import ipaddress
import os
import re
import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from everfair.gateways.video.types import NotAnswering, SecretRefused

COOKIE = 0x2112A442
BINDING, ALLOCATE, REFRESH = 0x0001, 0x0003, 0x0004
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR_CODE, LIFETIME = 0x0006, 0x0008, 0x0009, 0x000D
REALM, NONCE, RELAYED, TRANSPORT, MAPPED = 0x0014, 0x0015, 0x0016, 0x0019, 0x0020
OVER_UDP = struct.pack("!I", 17 << 24)
ADDRESS = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[^:?\[\]/@\s]+)(:(?P<port>\d{1,5}))?(\?transport=(?P<transport>udp|tcp))?"
)
TRIES = (0.5, 1.0, 2.0)  # seconds to wait for an answer over UDP, where packets may be lost


@dataclass(frozen=True)
class Place:
    """A parsed stun: or turn: address."""

    host: str
    port: int
    transport: str
    is_tls: bool


class Wire(Protocol):
    """One way to one server."""

    def ask(self, request: bytes) -> bytes:
        """The answer to a request; OSError where none comes."""

    def close(self) -> None:
        """Let go of it."""


def parse(url: str) -> Place:
    """The place an address names: "turn:host:3478?transport=udp". ValueError with a sentence if it is none."""
    found = ADDRESS.fullmatch(url)
    port = int(found["port"] or 0) if found else 0
    if not found or port > 65535:
        raise ValueError(
            f"“{url}” is no STUN or TURN address. Write stun:host:3478 or turn:host:3478?transport=udp."
        )
    is_tls = found["scheme"].endswith("s")
    transport = found["transport"] or ("tcp" if is_tls else "udp")
    return Place(found["host"].strip("[]"), port or (5349 if is_tls else 3478), transport, is_tls)


def allocate(url: str, username: str, password: str, *, timeout: float = 5.0) -> tuple[str, int]:
    """Get a relay address from the server and give it back. The address it gave.

    NotAnswering if nothing comes back, SecretRefused if the name and password are refused.
    """
    wire = _open(parse(url), timeout)
    try:
        return _allocate(wire, url, username, password)
    except OSError as error:
        raise NotAnswering(f"{url} does not answer: {error or 'timed out'}") from error
    finally:
        wire.close()


def mapped_address(url: str, *, timeout: float = 5.0) -> tuple[str, int]:
    """The address under which a STUN server sees us. NotAnswering if nothing comes back."""
    wire = _open(parse(url), timeout)
    try:
        kind, found = _exchange(wire, BINDING, {})
    except OSError as error:
        raise NotAnswering(f"{url} does not answer: {error or 'timed out'}") from error
    finally:
        wire.close()
    if kind != BINDING | SUCCESS or MAPPED not in found:
        raise NotAnswering(f"{url} answers, but not as a STUN server")
    return _address(found[MAPPED])


def _allocate(wire: Wire, url: str, username: str, password: str) -> tuple[str, int]:
    kind, found = _exchange(wire, ALLOCATE, {TRANSPORT: OVER_UDP})
    if REALM not in found or NONCE not in found:
        raise NotAnswering(f"{url} asks for no password: it is no TURN server with a shared secret")
    realm = found[REALM].decode("utf-8", "replace")
    key = hashlib.md5(f"{username}:{realm}:{password}".encode(), usedforsecurity=False).digest()
    named = {USERNAME: username.encode(), REALM: found[REALM], NONCE: found[NONCE]}
    kind, found = _exchange(wire, ALLOCATE, {TRANSPORT: OVER_UDP, **named}, key)
    if kind != ALLOCATE | SUCCESS:
        code, reason = _error(found)
        if code in (401, 403, 438):
            raise SecretRefused(f"{url} refuses the name and password ({code} {reason})")
        raise NotAnswering(f"{url} gives no relay address ({code} {reason})")
    relayed = _address(found.get(RELAYED, b""))
    _exchange(wire, REFRESH, {LIFETIME: struct.pack("!I", 0), **named}, key)
    return relayed


def _exchange(
    wire: Wire, method: int, attributes: dict[int, bytes], key: bytes = b""
) -> tuple[int, dict[int, bytes]]:
    """Kind and attributes of the answer. With `key` the request is signed, and so must a success be."""
    number = os.urandom(12)
    request = _message(method, number, attributes, key)
    answer = wire.ask(request)
    if len(answer) < 20 or answer[4:8] != struct.pack("!I", COOKIE) or answer[8:20] != number:
        raise OSError("an answer to something else")
    kind, length = struct.unpack("!HH", answer[:4])
    if key and kind == method | SUCCESS and not _is_signed(answer[: 20 + length], key):
        raise SecretRefused("the answer is not signed with our secret")
    return kind, _attributes(answer[20 : 20 + length])


def _message(method: int, number: bytes, attributes: dict[int, bytes], key: bytes) -> bytes:
    body = b"".join(_attribute(kind, value) for kind, value in attributes.items())
    if key:
        head = struct.pack("!HHI", method, len(body) + 24, COOKIE) + number
        body += _attribute(INTEGRITY, hmac.new(key, head + body, hashlib.sha1).digest())
    return struct.pack("!HHI", method, len(body), COOKIE) + number + body


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _attributes(body: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(body) >= 4:
        kind, length = struct.unpack("!HH", body[:4])
        found.setdefault(kind, body[4 : 4 + length])
        body = body[4 + length + (-length % 4) :]
    return found


def _is_signed(answer: bytes, key: bytes) -> bool:
    """Whether MESSAGE-INTEGRITY is right; it covers everything before itself, with the length as if it were the end."""
    position = 20
    while position + 4 <= len(answer):
        kind, length = struct.unpack("!HH", answer[position : position + 4])
        if kind == INTEGRITY:
            covered = answer[:2] + struct.pack("!H", position + 24 - 20) + answer[4:position]
            expected = hmac.new(key, covered, hashlib.sha1).digest()
            return hmac.compare_digest(expected, answer[position + 4 : position + 24])
        position += 4 + length + (-length % 4)
    return False


def _error(found: dict[int, bytes]) -> tuple[int, str]:
    value = found.get(ERROR_CODE, b"")
    if len(value) < 4:
        return 0, "no reason given"
    return value[2] * 100 + value[3], value[4:].decode("utf-8", "replace")


def _address(value: bytes) -> tuple[str, int]:
    """An XOR-MAPPED or XOR-RELAYED address. IPv6 is masked with more than the cookie: its number is not asked for here."""
    if len(value) < 8 or value[1] != 1:
        return "an address of another kind", 0
    port = struct.unpack("!H", value[2:4])[0] ^ (COOKIE >> 16)
    return str(ipaddress.IPv4Address(struct.unpack("!I", value[4:8])[0] ^ COOKIE)), port


class _Datagrams:
    """Requests over UDP, repeated as packets may be lost."""

    def __init__(self, place: Place, timeout: float) -> None:
        family, kind, _, _, address = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_DGRAM)[0]
        self.socket, self.timeout = socket.socket(family, kind), timeout
        self.socket.connect(address)

    def ask(self, request: bytes) -> bytes:
        for wait in TRIES:
            self.socket.settimeout(min(wait, self.timeout))
            self.socket.send(request)
            with suppress(TimeoutError):
                while True:
                    answer = self.socket.recv(4096)
                    if answer[4:20] == request[4:20]:  # else a second answer to something asked twice
                        return answer
        raise TimeoutError("no answer")

    def close(self) -> None:
        self.socket.close()


class _Stream:
    """Requests over TCP or TLS."""

    def __init__(self, place: Place, timeout: float) -> None:
        self.socket = socket.create_connection((place.host, place.port), timeout=timeout)
        if place.is_tls:
            context = ssl.create_default_context()
            self.socket = context.wrap_socket(self.socket, server_hostname=place.host)

    def ask(self, request: bytes) -> bytes:
        self.socket.sendall(request)
        head = self._read(20)
        return head + self._read(struct.unpack("!H", head[2:4])[0])

    def _read(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            part = self.socket.recv(length - len(got))
            if not part:
                raise OSError("closed without an answer")
            got += part
        return got

    def close(self) -> None:
        self.socket.close()


def _open(place: Place, timeout: float) -> Wire:
    try:
        return _Datagrams(place, timeout) if place.transport == "udp" else _Stream(place, timeout)
    except OSError as error:
        raise NotAnswering(f"{place.host}:{place.port} cannot be reached: {error}") from error
