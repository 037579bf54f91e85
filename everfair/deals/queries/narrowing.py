"""What narrows a buyer's list of negotiations or quotations: words and one state. What they mean is each list's own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

WORDS = 6  # of a search, at most


@dataclass(frozen=True)
class Filters:
    """`words` as they were typed; `state` one of the list's, "" for all."""

    words: str = ""
    state: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.state))

    @property
    def each_word(self) -> list[str]:
        """The words to look for."""
        return self.words.split()[:WORDS]


def filters_of(query: Mapping[str, str], states: Collection[str]) -> Filters:
    """From an address; what is nonsense narrows nothing."""
    state = query.get("state", "")
    return Filters(query.get("q", "").strip()[:100], state if state in states else "")
