"""Values that go into and come out of text analysis. No algorithms here."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

TokenKind = Literal["word", "part"]
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One indexed form and the stretch of the original text it stands for.

    `position` counts the words of the text; a "part" (a word inside a longer one, or a compound written
    together) has the position of the word it belongs to. `start` and `end` are offsets into the given text.
    """

    term: str
    start: int
    end: int
    position: int
    kind: TokenKind = "word"
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an index stores of one text: its words in order, parts of words, and Latin words as spelt."""

    words: list[str]
    parts: list[str]
    spellings: list[str]


class JoinedTerms(NamedTuple):
    """The same with spaces between the terms, for a thousand texts a second and more."""

    words: str
    parts: str
    spellings: str


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One thing the searcher asked for; a document has it if any of its forms matches.

    `phrases` are alternatives in the running words (several terms must stand side by side), `foreign` single
    stems as other languages would write them, `parts` forms inside longer words, `pairs` pairs of characters
    of which all must be parts, `characters` the Han characters for a look into titles, `synonyms` phrases
    meaning the same, `spelling` the unstemmed word when a typing error in it may be forgiven.
    """

    text: str
    phrases: tuple[Phrase, ...]
    foreign: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    characters: str = ""
    pairs: Phrase = ()
    spelling: str = ""
    synonyms: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryText:
    """An analysed query: `words` in order without stop words, and whether the text had to be cut."""

    text: str
    words: tuple[QueryWord, ...]
    was_shortened: bool = False

    @property
    def is_sentence(self) -> bool:
        """A long query describes what is wanted; asking for every word of it would find nothing."""
        return len(self.words) > SENTENCE_WORDS


SENTENCE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Needles:
    """What to mark in a text: phrases of terms, and spellings that count with one typing error."""

    phrases: frozenset[Phrase] = frozenset()
    near: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch [start, end) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A short extract: its text, the marked stretches in it, and whether text was left out on either side."""

    text: str
    spans: tuple[Span, ...]
    is_cut_before: bool = False
    is_cut_after: bool = False
