"""Matching across two languages, learned from the fair's own bilingual records: no outside model.

Learning and comparing need the compiler, asking a model does not: the former are imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from everfair.engines.matching.languages.model import BilingualModel
from everfair.engines.matching.languages.store import model_bytes, read_model
from everfair.engines.matching.languages.types import FEW_RECORDS, Bilingual, ModelError

if TYPE_CHECKING:
    from everfair.engines.matching.languages.learn import learn
    from everfair.engines.matching.languages.similar import Candidates, candidates, similarity

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

_LATER = {"Candidates": "similar", "candidates": "similar", "learn": "learn", "similarity": "similar"}


def __getattr__(name: str) -> Any:
    """The public names behind the compiler."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
