"""Which words are worth naming as a reason: none that count, none of one letter, none that much of the fair says. Reasons are elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

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
_EMPTY_ENGLISH = """
about above across after again against ahead all along already also although always among another any around away back
based because become before behind being below beside best better between beyond big both bring build by call can case
change clear come complete could day different do down during each early easy either end enough even ever every
everything exact exactly existing few find first five four free from full further get give given go good great ground
half hand have help here high hold hour how however include into its keep kept kind know large last late later least
leave less let like line little long look made main make many matter may means meet meeting might mind minute month more
most much must name near need never new next nine no nobody nothing now number of off offer offered often old on once
one only open order other our out over own part people per person place plan point possible provide provided put quick
quickly ready real rest right run same say second see sent set seven several shall short should show side simple since
single six small so some something soon stand start still stop such take team tell ten than that the their them then
there they thing this those three through time to today together too turn twice two under until up use used using usual
very want way week well what when where which while who whole whose why will with within without word work working works
ten twenty thirty forty fifty sixty hundred thousand move moves across would write year yes yet you your
begin begins business client clients companies company customer customers firm firms local professional quality service
services solution solutions
"""
_EMPTY_CHINESE = """
一个 一家 一种 一些 一次 一天 一年 一起 一样 不同 不是 两个 两种 三个 主要 之后 之前 之间 也是 人员 今年 他们 以上 以下 以及 以内 以后 任何 但是
使用 全部 其中 其他 具有 内容 再次 几个 包括 单位 只有 可以 可能 各种 同时 后来 因为 因此 多种 大小 如果 如何 它们 完成 实际 对于 小时 工作 已经
希望 年内 开始 当天 情况 我们 所有 方式 方面 无需 时候 时间 是否 最后 最好 有关 期间 来自 根据 每个 每天 每年 每月 没有 然后 现在 由于 目前 直接
相关 看到 第一 第二 等等 经过 继续 而且 能够 自己 至少 自行 要求 说明 起来 足够 进行 服务 企业 公司 客户 业务 专业 解决方案 提供商 供应商 团队 质量 这个 这些 通过 那些 部分 除了 需要 非常 首先 预计
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


@lru_cache(maxsize=1)
def empty_terms() -> frozenset[str]:
    """Terms that tell nothing of what a firm does, as the analyser writes them."""
    english = {token.term for word in _EMPTY_ENGLISH.split() for token in tokens(word, "en")}
    return frozenset(english) | {
        token.term for word in _EMPTY_CHINESE.split() for token in tokens(word, "zh")
    }


@dataclass(frozen=True)
class Weight:
    """How much of the fair uses a term: by its records, as the model read them, and by its candidates, where they were counted.

    `usual`: term → candidates that use it; terms of more than `most` of them are not named.
    """

    model: LanguageModel | None = None
    usual: Mapping[str, int] = field(default_factory=dict)
    most: int | None = None

    @cached_property
    def _counted(self) -> Counted | None:
        """The model, if it counts: asking a protocol takes longer than counting."""
        return self.model if isinstance(self.model, Counted) else None

    def share(self, term: str, language: str) -> float:
        """The share of the records that use a term; 0 where no model knows it."""
        return self._counted.usual(term, language) if self._counted is not None else 0.0

    def tells(self, term: str, language: str) -> bool:
        """Whether a term carries weight: rare enough among records and candidates."""
        if self.most is not None and self.usual.get(term, 0) > self.most:
            return False
        return self.share(term, language) <= MOST_SHARE


def most_usual(candidates: int) -> int:
    """How many of so many candidates may use a word that is named."""
    return max(FEW, int(MOST_SHARE * candidates))
