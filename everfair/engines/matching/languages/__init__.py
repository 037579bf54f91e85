"""Matching across two languages, learned from the fair's own bilingual records: no outside model.

Learning and comparing need the compiler and are imported from `learn` and `similar`; asking a model does not.
"""

from everfair.engines.matching.languages.model import BilingualModel
from everfair.engines.matching.languages.store import model_bytes, read_model
from everfair.engines.matching.languages.types import FEW_RECORDS, Bilingual, ModelError

__all__ = [
    "FEW_RECORDS",
    "Bilingual",
    "BilingualModel",
    "ModelError",
    "model_bytes",
    "read_model",
]
