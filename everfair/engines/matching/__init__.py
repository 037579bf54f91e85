"""Ranks offers against needs, with reasons: by words, by meaning across languages, by structure, both ways.

The compiler is imported by the first ranking: a process that ranks nothing does not pay for it.
"""

from everfair.engines.matching.calibrate import calibrate
from everfair.engines.matching.check import Fault, check
from everfair.engines.matching.explain import Message, all_codes, explain
from everfair.engines.matching.fairness import FairnessReport, fairness_report
from everfair.engines.matching.index import Index, prepare, update
from everfair.engines.matching.rank import rank, rank_one
from everfair.engines.matching.reasons import reasons
from everfair.engines.matching.stuffing import Suspect, suspects
from everfair.engines.matching.telling import empty_terms, is_telling, most_usual
from everfair.engines.matching.types import (
    ANYWHERE,
    FIRST,
    NONE,
    Calibration,
    Fact,
    Ground,
    Interests,
    LanguageModel,
    Learned,
    Lexicon,
    Licence,
    MatchingError,
    Note,
    Offers,
    Options,
    Profile,
    Ranking,
    Reason,
    Seeks,
    Wish,
)

__all__ = [
    "ANYWHERE",
    "FIRST",
    "NONE",
    "Calibration",
    "Fact",
    "FairnessReport",
    "Fault",
    "Ground",
    "Index",
    "Interests",
    "LanguageModel",
    "Learned",
    "Lexicon",
    "Licence",
    "MatchingError",
    "Message",
    "Note",
    "Offers",
    "Options",
    "Profile",
    "Ranking",
    "Reason",
    "Seeks",
    "Suspect",
    "Wish",
    "all_codes",
    "calibrate",
    "check",
    "empty_terms",
    "explain",
    "fairness_report",
    "is_telling",
    "most_usual",
    "prepare",
    "rank",
    "rank_one",
    "reasons",
    "suspects",
    "update",
]
