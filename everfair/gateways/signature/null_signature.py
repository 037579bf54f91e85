"""No service: nothing is offered to be signed this way."""

from everfair.gateways.signature.types import SignedDocument, Signer


class NullSignature:
    """What stands there until an installation has a service of its own."""

    name = ""
    is_qualified = False

    def begin(self, document: bytes, digest: str, signers: tuple[Signer, ...]) -> str:
        """Refuses."""
        raise LookupError("no service of electronic signatures is set up here")

    def fetch(self, number: str) -> SignedDocument | None:
        """Knows nothing."""
        raise LookupError("no service of electronic signatures is set up here")
