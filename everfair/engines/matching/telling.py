"""Which words are worth naming as a reason: none that count, none of one letter, none that much of the fair says. Reasons are elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from everfair.engines.matching.types import Counted, LanguageModel
from everfair.engines.text import simplify, tokens

MOST_SHARE = 0.2  # of the fair's records may use a word that is named: its idf is above 1.6
FEW = 3  # so many may use a word in a small fair too
_ENGLISH = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty thirty forty fourty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half quarter
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth twentieth thirtieth fortieth fiftieth hundredth
once twice thrice ones twos tens hundreds thousands millions billions dozens single double triple several
"""
_FIGURES = re.compile(r"[\W\d_]*")  # nothing but digits and signs: 2024, 24/7, 10,000
_COUNTED = re.compile(  # 四十, 第一, 三家, 数百, 十年, 百万元; but not 三维, 第三方, 一带一路
    r"第?[零〇○一二两三四五六七八九十百千万亿几数廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+"
    r"(?:[个家种次天年月日周位名项条件人岁倍期号批份套台只张座间分点]|小时|分钟|分之[零一二三四五六七八九十百千万]*|[万亿]?元|余|多|来)*"
)


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return frozenset(token.term for word in _ENGLISH.split() for token in tokens(word, "en"))


@lru_cache(maxsize=65_536)
def is_telling(term: str) -> bool:
    """Whether a term could say what somebody does: not one character, no figure, no word that only counts in English or Chinese."""
    if len(term) < 2 or _FIGURES.fullmatch(term) or term in _english():
        return False
    return not _COUNTED.fullmatch(simplify(term))


@dataclass(frozen=True)
class Weight:
    """How much of the fair uses a term: by its records, as the model read them, and by its candidates, where they were counted.

    `usual`: term → candidates that use it; terms of more than `most` of them are not named.
    """

    model: LanguageModel | None = None
    usual: Mapping[str, int] = field(default_factory=dict)
    most: int | None = None

    def share(self, term: str, language: str) -> float:
        """The share of the records that use a term; 0 where no model knows it."""
        return self.model.usual(term, language) if isinstance(self.model, Counted) else 0.0

    def tells(self, term: str, language: str) -> bool:
        """Whether a term carries weight: rare enough among records and candidates."""
        if self.most is not None and self.usual.get(term, 0) > self.most:
            return False
        return self.share(term, language) <= MOST_SHARE


def most_usual(candidates: int) -> int:
    """How many of so many candidates may use a word that is named."""
    return max(FEW, int(MOST_SHARE * candidates))
