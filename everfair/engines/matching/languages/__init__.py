"""Matching across two languages, learned from the fair's own bilingual records: no outside model."""

from everfair.engines.matching.languages.learn import learn
from everfair.engines.matching.languages.model import BilingualModel
from everfair.engines.matching.languages.similar import Candidates, candidates, similarity
from everfair.engines.matching.languages.store import model_bytes, read_model
from everfair.engines.matching.languages.types import FEW_RECORDS, Bilingual, ModelError

__all__ = [
    "FEW_RECORDS",
    "Bilingual",
    "BilingualModel",
    "Candidates",
    "ModelError",
    "candidates",
    "learn",
    "model_bytes",
    "read_model",
    "similarity",
]
