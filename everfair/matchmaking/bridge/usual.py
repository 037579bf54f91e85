"""Which words of a reason tell something: how usual a term is among candidates, and words that say nothing anywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from everfair.engines.matching import Index, Message, most_usual
from everfair.engines.text import tokens

EVERYWHERE = 1 << 30
_ENGLISH = """
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
"""
_CHINESE = """
一个 一家 一种 一些 一次 一天 一年 一起 一样 不同 不是 两个 两种 三个 主要 之后 之前 之间 也是 人员 今年 他们 以上 以下 以及 以内 以后 任何 但是
使用 全部 其中 其他 具有 内容 再次 几个 包括 单位 只有 可以 可能 各种 同时 后来 因为 因此 多种 大小 如果 如何 它们 完成 实际 对于 小时 工作 已经
希望 年内 开始 当天 情况 我们 所有 方式 方面 无需 时候 时间 是否 最后 最好 有关 期间 来自 根据 每个 每天 每年 每月 没有 然后 现在 由于 目前 直接
相关 看到 第一 第二 等等 经过 继续 而且 能够 自己 至少 自行 要求 说明 起来 足够 进行 这个 这些 通过 那些 部分 除了 需要 非常 首先 预计
"""


@lru_cache(maxsize=1)
def empty_terms() -> frozenset[str]:
    """Terms that tell nothing of what a firm does, as the analyser writes them."""
    english = {token.term for word in _ENGLISH.split() for token in tokens(word, "en")}
    return frozenset(english) | {token.term for word in _CHINESE.split() for token in tokens(word, "zh")}


class Usual(Mapping[str, int]):
    """Term → how many candidates use it. A view on an index: nothing is copied for one page."""

    def __init__(self, index: Index | None) -> None:
        self.ids: Mapping[str, int] = index.vocabulary.ids if index is not None else {}
        self.frequency: Sequence[int] = index.vocabulary.frequency if index is not None else ()
        self.most = most_usual(len(index.profiles)) if index is not None else EVERYWHERE - 1

    def __getitem__(self, term: str) -> int:
        if term in empty_terms():
            return EVERYWHERE
        return int(self.frequency[self.ids[term]])

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def tells(self, word: str) -> bool:
        """Whether a word, as it is written, says something that not everybody says."""
        found = tokens(word, "zh" if word and not word.isascii() else "en")
        return any(self.get(token.term, 0) <= self.most for token in found)


def telling(messages: Iterable[Message], usual: Usual) -> tuple[Message, ...]:
    """The messages with telling words only; one left without any goes, unless it is the only one."""
    kept, dropped = [], []
    messages = tuple(messages)
    is_firm_known = any(message.code == "interest_firm" for message in messages)
    for message in messages:
        if is_firm_known and message.code == "interest_words":
            continue  # words of the very firm that was looked at say nothing more
        words = message.facts.get("words")
        if not isinstance(words, tuple) or "theirs" in message.facts:
            kept.append(message)
            continue
        left = tuple(word for word in words if usual.tells(str(word)))
        if left:
            kept.append(replace(message, facts={**message.facts, "words": left}))
        else:
            dropped.append(message)
    return tuple(kept or dropped)
