"""Tables of the agreements room."""

from everfair.agreements.models.agreements import AGREEMENT_STEPS, Agreement, AgreementFile, AgreementParty
from everfair.agreements.models.chain import ChainEntry, ChainHead

__all__ = ["AGREEMENT_STEPS", "Agreement", "AgreementFile", "AgreementParty", "ChainEntry", "ChainHead"]
