"""Tables of the agreements room."""

from everfair.agreements.models.agreements import AGREEMENT_STEPS, Agreement, AgreementFile, AgreementParty
from everfair.agreements.models.chain import ChainEntry, ChainHead
from everfair.agreements.models.proofs import CodeUsed, ProofAsked

__all__ = [
    "AGREEMENT_STEPS", "Agreement", "AgreementFile", "AgreementParty", "ChainEntry", "ChainHead", "CodeUsed",
    "ProofAsked",
]  # fmt: skip
