"""Text of a code ↔ its numbers: `EF1:`, then base32 of 17 bytes of payload and 64 bytes of Ed25519 signature."""

import base64
import binascii
import struct
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from everfair.engines.passes.types import EPOCH, LAST_DAY, PREFIX, Pass

VERSION = 1
PAYLOAD = struct.Struct(">BBIIIBH")
SIGNATURE_BYTES = 64
SEED_BYTES = 32
BODY_BYTES = PAYLOAD.size + SIGNATURE_BYTES
BODY_LETTERS = -(-BODY_BYTES * 8 // 5)
PADDING = "=" * (-BODY_LETTERS % 8)


def new_seed(randomness: bytes) -> bytes:
    """A private key from 32 random bytes of the caller; ValueError for any other length, or for zeros."""
    if len(randomness) != SEED_BYTES or not any(randomness):
        raise ValueError(f"a seed needs {SEED_BYTES} random bytes")
    return bytes(randomness)


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that prove what `seed` signed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def write(pass_: Pass, seed: bytes) -> str:
    """The signed code, 134 characters that a QR code holds in its alphanumeric mode; ValueError when a number does not fit."""
    payload = pack(pass_)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(payload)
    return PREFIX + base64.b32encode(payload + signature).decode("ascii").rstrip("=")


def read(code: str) -> Pass | None:
    """The numbers in a code, whoever signed it; None when the text is no code. Says nothing about validity."""
    parts = split(code)
    return None if parts is None else unpack(parts[0])


def pack(pass_: Pass) -> bytes:
    """The 17 bytes that are signed."""
    for name in ("key", "edition", "kind", "serial", "issue"):
        if getattr(pass_, name) < 1:
            raise ValueError(f"{name} begins at 1")
    if not EPOCH <= pass_.expires <= LAST_DAY:
        raise ValueError(f"expires lies between {EPOCH} and {LAST_DAY}")
    try:
        return PAYLOAD.pack(
            VERSION,
            pass_.key,
            pass_.edition,
            pass_.kind,
            pass_.serial,
            pass_.issue,
            (pass_.expires - EPOCH).days,
        )
    except struct.error as error:
        raise ValueError(f"a number does not fit: {error}") from error


def unpack(payload: bytes) -> Pass | None:
    """The numbers of a payload; None for another version or a number that no writer writes."""
    version, key, edition, kind, serial, issue, days = PAYLOAD.unpack(payload)
    if version != VERSION or 0 in (key, edition, kind, serial, issue):
        return None
    return Pass(key, edition, kind, serial, issue, EPOCH + timedelta(days=days))


def split(code: str) -> tuple[bytes, bytes] | None:
    """(payload, signature) of a code in its one spelling; None for anything else.

    The last letter carries two bits too many. They must be zero, or one badge would have four spellings.
    """
    if len(code) != len(PREFIX) + BODY_LETTERS or not code.startswith(PREFIX):
        return None
    try:
        body = base64.b32decode(code[len(PREFIX) :] + PADDING)
    except (binascii.Error, ValueError):
        return None
    if base64.b32encode(body).decode("ascii").rstrip("=") != code[len(PREFIX) :]:
        return None
    return body[: PAYLOAD.size], body[PAYLOAD.size :]
