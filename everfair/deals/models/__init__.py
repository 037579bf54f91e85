"""Tables of the deals room."""

from everfair.deals.models.inquiries import INQUIRY_STEPS, Inquiry, InquiryFile, InquiryFirm
from everfair.deals.models.negotiations import (
    NEGOTIATION_STEPS,
    DealStage,
    Negotiation,
    NegotiationNote,
    NextStep,
)
from everfair.deals.models.quotations import (
    QUOTATION_STEPS,
    Quotation,
    QuotationAnswer,
    QuotationFile,
    QuotationLine,
    QuotationVersion,
    Rate,
)

__all__ = [
    "INQUIRY_STEPS", "NEGOTIATION_STEPS", "QUOTATION_STEPS", "DealStage", "Inquiry", "InquiryFile", "InquiryFirm", "Negotiation", "NegotiationNote",
    "NextStep", "Quotation", "QuotationAnswer", "QuotationFile", "QuotationLine", "QuotationVersion", "Rate",
]  # fmt: skip
