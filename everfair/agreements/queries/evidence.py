"""A passkey's evidence, judged by anybody: the signature is over a challenge that is made of the agreement's own digest."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from fido2 import cbor
from fido2.cose import CoseKey

PARTS = ("nonce", "client_data", "authenticator_data", "signature", "public_key")


def challenge_of(nonce: bytes, digest: str) -> bytes:
    """What a passkey signs: SHA-256 of nonce and the statement's digest."""
    return hashlib.sha256(nonce + bytes.fromhex(digest)).digest()


def written(challenge: bytes) -> str:
    """As browsers write it: base64url without padding."""
    return urlsafe_b64encode(challenge).decode().rstrip("=")


def is_true(evidence: Mapping[str, str], digest: str) -> bool:
    """Whether the evidence (hexadecimal) holds for the text of this digest."""
    try:
        raw = {name: bytes.fromhex(evidence[name]) for name in PARTS}
        if json.loads(raw["client_data"])["challenge"] != written(challenge_of(raw["nonce"], digest)):
            return False
        key = CoseKey.parse(cbor.decode(raw["public_key"]))  # type: ignore[arg-type]
        key.verify(raw["authenticator_data"] + hashlib.sha256(raw["client_data"]).digest(), raw["signature"])
    except Exception:  # whatever a changed value does to the parsers: it does not hold
        return False
    return True
