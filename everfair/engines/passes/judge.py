"""What a code is worth at one edition's door today. Whether a newer issue made it void is for the caller to know."""

from collections.abc import Mapping
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from everfair.engines.passes.code import split, unpack
from everfair.engines.passes.types import Pass, Verdict


def judge(code: str, *, keys: Mapping[int, bytes], edition: int, today: date) -> tuple[Verdict, Pass | None]:
    """The verdict, and the numbers the code claims (None when it is not readable).

    `keys`: number → public key of this edition. Asked in this order: readable, of this edition, by a key we know,
    signed by it, not expired. "other_edition" and "unknown_key" are claims of the code that nobody here can prove;
    none but "valid" lets in.
    """
    parts = split(code)
    pass_ = None if parts is None else unpack(parts[0])
    if parts is None or pass_ is None:
        return "forged", None
    if pass_.edition != edition:
        return "other_edition", pass_
    key = keys.get(pass_.key)
    if key is None:
        return "unknown_key", pass_
    if not _is_signed(parts[0], parts[1], key):
        return "forged", pass_
    if today > pass_.expires:
        return "expired", pass_
    return "valid", pass_


def _is_signed(payload: bytes, signature: bytes, key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, payload)
    except (InvalidSignature, ValueError):
        return False
    return True
