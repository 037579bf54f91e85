"""Which words of a reason tell something: how usual a term is among candidates, and words that say nothing anywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from everfair.engines.matching import Index, Message, empty_terms, most_usual
from everfair.engines.text import tokens

EVERYWHERE = 1 << 30


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
