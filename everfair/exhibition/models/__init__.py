"""Tables of the exhibition room."""

from everfair.exhibition.models.applying import (
    ApplicationAnswer,
    ApplicationQuestion,
    ExhibitorTask,
    Reminder,
    TaskKind,
)
from everfair.exhibition.models.exhibitor import (
    EXHIBITOR_STEPS,
    BoothContact,
    BoothDocument,
    CatalogueEntry,
    Exhibitor,
    FormerAddress,
)
from everfair.exhibition.models.importing import ImportMapping, ImportProblem, ImportRow, ImportRun
from everfair.exhibition.models.offer import Licence, Offer, OfferImage, OfferSector, Reference

__all__ = [
    "EXHIBITOR_STEPS",
    "ApplicationAnswer",
    "ApplicationQuestion",
    "BoothContact",
    "BoothDocument",
    "CatalogueEntry",
    "Exhibitor",
    "ExhibitorTask",
    "FormerAddress",
    "ImportMapping",
    "ImportProblem",
    "ImportRow",
    "ImportRun",
    "Licence",
    "Offer",
    "OfferImage",
    "OfferSector",
    "Reference",
    "Reminder",
    "TaskKind",
]
