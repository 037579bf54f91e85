"""Where a service of qualified electronic signatures may be plugged in. None is set up: agreements are confirmed without one."""

from everfair.gateways.signature.null_signature import NullSignature
from everfair.gateways.signature.types import SignatureService, SignedDocument, Signer

__all__ = ["NullSignature", "SignatureService", "SignedDocument", "Signer", "get_service", "use_service"]

_service: SignatureService = NullSignature()


def get_service() -> SignatureService:
    """The service of this installation."""
    return _service


def use_service(service: SignatureService) -> None:
    """Called once, when an installation starts, by whoever writes such a service; see docs/use/agreements.md."""
    global _service
    _service = service
