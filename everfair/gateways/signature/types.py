"""What a service of qualified electronic signatures takes and gives. Words of its own trade only; no table, no agreement."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Signer:
    """One who is to sign, as the service must know them; it proves by itself who they are."""

    name: str
    email: str
    organisation: str


@dataclass(frozen=True)
class SignedDocument:
    """What came back: the PDF with its signatures inside (PAdES), and what the service says of each certificate."""

    data: bytes
    certificates: tuple[str, ...]  # subject of each, in the order of signing


class SignatureService(Protocol):
    """One service. Every call may take minutes and belongs into a background task."""

    name: str
    is_qualified: bool  # a provider of trust services in the law's sense (eIDAS, 电子签名法) stands behind it

    def begin(self, document: bytes, digest: str, signers: tuple[Signer, ...]) -> str:
        """Hand a PDF over to be signed; the service's own number of it. Raises OSError when it cannot be reached."""

    def fetch(self, number: str) -> SignedDocument | None:
        """The signed PDF, None while somebody has not signed. Raises OSError, or LookupError for a number it does not know."""
