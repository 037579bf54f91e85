"""No service of qualified signatures is set up; one may be plugged in and has the shape that is asked for."""

import pytest

from everfair.gateways import signature
from everfair.gateways.signature import NullSignature, SignatureService, SignedDocument, Signer


def test_none_is_set_up() -> None:
    service = signature.get_service()
    assert (service.name, service.is_qualified) == ("", False)
    with pytest.raises(LookupError):
        service.begin(b"%PDF", "0" * 64, (Signer("Wanjiru", "w@example.org", "Port Authority"),))
    with pytest.raises(LookupError):
        service.fetch("1")


def test_one_may_be_plugged_in() -> None:
    class Signs:
        name, is_qualified = "Trust", True

        def begin(self, document: bytes, digest: str, signers: tuple[Signer, ...]) -> str:
            return "7"

        def fetch(self, number: str) -> SignedDocument | None:
            return SignedDocument(b"%PDF signed", ("CN=Wanjiru",))

    service: SignatureService = Signs()
    signature.use_service(service)
    try:
        assert signature.get_service().begin(b"%PDF", "0" * 64, ()) == "7"
    finally:
        signature.use_service(NullSignature())
