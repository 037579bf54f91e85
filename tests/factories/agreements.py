"""Agreements of a negotiation, drafted, put to the parties or confirmed; and passkeys made of software."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from everfair.agreements.actions import confirming, drafting, offering
from everfair.agreements.actions.proving import Proof
from everfair.agreements.forms.agreements import Terms
from everfair.agreements.models import Agreement, AgreementParty
from everfair.deals.models import Negotiation
from everfair.people.models import User
from tests.factories.deals import make_negotiation
from tests.factories.people import make_membership

NOW = datetime(2026, 9, 5, 3, 0, tzinfo=UTC)
BUYER_FIRM = ({"en": "Nairobi Port Authority", "zh": "内罗毕港务局"}, "KE")


def make_terms(**extra: Any) -> Terms:
    values: dict[str, Any] = {
        "kind": "contract",
        "title": {"en": "Cold chain to the port", "zh": "至港口的冷链服务"},
        "summary": {"en": "Twelve months of cold storage.", "zh": "十二个月的冷库服务。"},
        "worth": "exact",
        "value_from": Decimal("1200000.50"),
        "value_to": Decimal("1200000.50"),
        "currency": "CNY",
        "signed_on": None,
        "starts_on": None,
        "ends_on": None,
        **extra,
    }
    return Terms(**values)


def make_agreement(
    negotiation: Negotiation | None = None, *, state: str = "offered", by: User | None = None, **extra: Any
) -> Agreement:
    """Of a person with a firm, put to the two unless `state` is "draft"; "confirmed" by both with proofs out of thin air."""
    negotiation = negotiation or make_negotiation()
    made = drafting.make_of_negotiation(
        negotiation, make_terms(**extra), BUYER_FIRM, by=by or negotiation.buyer, now=NOW
    )
    if state != "draft":
        made = offering.offer(made, by=by or negotiation.buyer, now=NOW)
    if state == "confirmed":
        for party in made.parties.order_by("position"):
            confirm_for(made, party)
        made.refresh_from_db()
    return made


def signer_of(party: AgreementParty) -> User:
    """Somebody who may confirm for the party; of a firm an owner, made where there is none."""
    if party.user is not None:
        return party.user
    assert party.exhibitor is not None
    rows = party.exhibitor.organisation.memberships.filter(role="owner")
    found = rows.first()
    return found.user if found else make_membership(organisation=party.exhibitor.organisation).user


def confirm_for(
    agreement: Agreement, party: AgreementParty, by: User | None = None, **extra: Any
) -> Agreement:
    """Confirm with a proof that was judged elsewhere."""
    person = by or signer_of(party)
    agreement.refresh_from_db()
    proof = Proof("totp", person.pk, party.pk, agreement.digest)
    return confirming.confirm(agreement, party, proof, by=person, **{"now": NOW, **extra})


class SoftPasskey:
    """A passkey without a device, of one person, registered as a browser would have done it."""

    def __init__(self, user: User, host: str = "testserver") -> None:
        from allauth.mfa.models import Authenticator

        self.host, self.origin = host, f"https://{host}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(f"{user.pk}{id(self)}".encode()).digest()
        cose = ES256.from_cryptography_key(self.key.public_key())
        attested = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(dict(cose))
        data = self._data(0x45) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        credential = {
            "id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": _text(self._client("webauthn.create", "AAAA")),
                "attestationObject": _text(attestation),
            },
        }  # fmt: skip
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Test", "credential": credential}
        )

    def answer(self, options: dict[str, Any]) -> str:
        """What the browser posts for these options."""
        data = self._data(0x05)
        client = self._client("webauthn.get", _challenge(options))
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            {
                "id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "clientExtensionResults": {},
                "authenticatorAttachment": None,
                "response": {
                    "clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signature),
                    "userHandle": None,
                },
            }
        )  # fmt: skip

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + (1).to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()


def _challenge(options: dict[str, Any]) -> str:
    asked = options["publicKey"]["challenge"]
    return asked if isinstance(asked, str) else _text(asked)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
