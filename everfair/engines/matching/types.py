"""What matching is made of: two sides that seek and offer, what is known of their doings, and what comes out. Nothing is weighed here.

Sectors are paths from the root of the fair's tree ("1/1.B/1.B.a"), countries and languages short codes, modes of supply bits
(bit 0 = mode 1), texts one for each content language. Amounts are in one currency, which the caller chose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float32]
Bools: TypeAlias = NDArray[np.bool_]
NONE = -1  # no candidate: pads the rows of a ranking
ANYWHERE = "*"  # delivers everywhere, valid everywhere
SIZES = ("micro", "small", "medium", "large")
SMALL = ("micro", "small")
FIRST = 10  # the places that fairness looks at
TOLERANCE = 0.1  # of the score: how far apart equally good matches may be where Options.fairness is 1


class MatchingError(ValueError):
    """Input that cannot be matched; the message says which and what to do."""


class Wish(StrEnum):
    """A structural wish of a need; hard ones filter, the others are preferences."""

    SECTORS = "sectors"
    MODES = "modes"
    COUNTRIES = "countries"
    DELIVERY = "delivery"
    LANGUAGES = "languages"
    SIZES = "sizes"
    LICENCES = "licences"
    BUDGET = "budget"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Licence:
    """Held: its name and where it is valid. Required: the name ("" = any) and the countries it must be valid in (all of them)."""

    name: str = ""
    valid_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seeks:
    """What a side looks for. Whatever is empty was not asked. `hard` wishes must be shown to hold: a candidate that does not say
    fails them, except for budget and dates, where only a contradiction fails."""

    texts: Mapping[str, str] = field(default_factory=dict)
    sectors: tuple[str, ...] = ()  # any of them, or one below
    modes: int = 0  # any of them
    countries: tuple[str, ...] = ()  # where the partner is: any of them
    deliver_to: tuple[str, ...] = ()  # where it is needed: all of them
    languages: tuple[str, ...] = ()  # any of them
    sizes: tuple[str, ...] = ()  # any of them
    licences: tuple[Licence, ...] = ()  # all of them
    budget: tuple[float, float] | None = None  # touches the price
    dates: tuple[date, date] | None = None  # first and last day, touches the offer's
    hard: frozenset[Wish] = frozenset()


@dataclass(frozen=True, slots=True)
class Offers:
    """What a side is and brings. Whatever is empty is not known."""

    texts: Mapping[str, str] = field(default_factory=dict)
    sectors: tuple[str, ...] = ()
    modes: int = 0
    country: str = ""
    delivers_to: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    size: str = ""
    licences: tuple[Licence, ...] = ()
    price: tuple[float, float] | None = None
    dates: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Interests:
    """Learned from what one did, decayed by the caller; −1 (not for me) to 1. Used for the one who did it, never for the other side."""

    sectors: Mapping[str, float] = field(default_factory=dict)  # path → weight
    firms: Mapping[str, float] = field(default_factory=dict)  # Profile.firm → weight
    words: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """One side of a match: a visitor, a firm, an offer, a need. `blocked`, `dismissed` and `met` hold keys or firms."""

    key: str
    firm: str = ""  # whose it is; candidates of one firm share the firm's places. "" = stands by itself
    seeks: Seeks = field(default_factory=Seeks)
    offers: Offers = field(default_factory=Offers)
    is_new: bool = False  # at the fair for the first time
    interests: Interests = field(default_factory=Interests)
    blocked: frozenset[str] = frozenset()  # holds for both: neither is shown the other
    dismissed: frozenset[str] = frozenset()  # "not for me": holds for this side
    met: frozenset[str] = frozenset()


class LanguageModel(Protocol):
    """Puts texts of all languages it knows into one space."""

    def vectors(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """[n, d] of unit length; a row of zeros where the model knows nothing of a text or its language."""
        ...


@runtime_checkable
class Learned(Protocol):
    """What a model learned from the fair knows beside: how much of a text it holds. Found by `isinstance`.

    A model without it is taken to know whatever it gives a vector for, in every language alike.
    """

    def placed(self, texts: Sequence[str], language: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The vectors, and [n] how far the model knows what each text is about: 0 (another trade) to 1 (as its own records)."""
        ...


@runtime_checkable
class Counted(Protocol):
    """What a model learned from the fair may know beside: how common a term is there. Found by `isinstance`."""

    def usual(self, term: str, language: str) -> float:
        """The share of the records it learned from that use a term; 0 for one it does not know, and where they are too few to say."""
        ...


@runtime_checkable
class Sided(Protocol):
    """A model that places needs and offers each in its own way, so that their product says how near they are. See `given`."""

    marks: tuple[float, float]
    """The product that says nothing, and the one that says all."""

    def fitted(self, candidates: "Sequence[Profile]", seed: int) -> "Sided":
        """The model made ready for these candidates."""
        ...

    def side(
        self, texts: Sequence[Mapping[str, str]], *, is_need: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """[n, d]; [n] how far each is known, 0 to 1; [n] where meaning counts in every language alike, if on both sides."""
        ...

    def vectors(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """As a LanguageModel, for single words."""
        ...


@runtime_checkable
class Lexicon(Protocol):
    """What a language model may know beside: which terms of the other language tell a term. Found by `isinstance`."""

    def across(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """A need's terms as terms of the other language, each with its share of the need; together at most 1."""
        ...

    def translated(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """The terms an offer would have in the other language, with how often."""
        ...

    def translations(self, term: str, language: str, most: int = 5) -> list[tuple[str, float]]:
        """Terms of the other language that tell a term, surest first."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """From the raw worth of a meeting to a chance: 1 / (1 + exp(−slope · (raw − middle)))."""

    slope: float = 6.0
    middle: float = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """What the organiser may set. See docs/algorithms/matching.md for each number's part in the score."""

    fairness: float = 0.5  # 0: only equal scores are shared fairly; 1: also scores up to TOLERANCE apart
    mutual: float = 0.3  # share of the other side's benefit in the worth of a meeting, 0 to 0.5
    behaviour: float = 0.5  # the most that learned interests add or take
    terms: float = 0.5  # the most that unmet preferences (mode, country, language, …) take
    per_firm: int = 2  # places one firm may have in a list
    met: float = 0.25  # factor for those one has met already; 0 leaves them out
    least: float = 0.0  # scores below are not shown
    calibration: Calibration = field(default_factory=Calibration)


class Note(IntEnum):
    """Why a list looks as it does."""

    RANKED = 0
    NOTHING_STATED = 1  # no need, no interests, nobody's need to go by: a fair draw
    NO_CANDIDATES = 2  # the fair is empty
    ALL_EXCLUDED = 3  # every candidate is blocked, dismissed or one's own
    NONE_FIT = 4  # hard wishes leave nobody


@dataclass(frozen=True, eq=False)
class Ranking:
    """The best candidates of each seeker, best first, rows padded with NONE (index) and 0 (score)."""

    index: Ints  # [seekers, top] rows of the candidates
    score: Floats  # [seekers, top] 0..1
    plain: Ints  # [seekers, top] the same before fairness
    plain_score: Floats  # [seekers, top]
    due: Floats  # [seekers] places of the first ten due to small and new firms: the sum of their shares of equally good ones
    note: NDArray[np.int8]  # [seekers] Note

    def __len__(self) -> int:
        return len(self.index)


class Ground(StrEnum):
    """What a reason is about."""

    WORDS = "words"  # the same words on both sides
    MEANING = "meaning"  # words that mean the same in two languages
    SECTOR = "sector"
    MODE = "mode"
    COUNTRY = "country"
    DELIVERY = "delivery"
    LANGUAGE = "language"
    SIZE = "size"
    LICENCE = "licence"
    BUDGET = "budget"
    DATES = "dates"
    INTEREST = "interest"  # of the reader, told to the reader only


Fact: TypeAlias = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One true fact about both sides. `is_theirs`: the candidate seeks it and the seeker offers it; else the other way round."""

    ground: Ground
    facts: Mapping[str, Fact]
    weight: float  # how much of the score hangs on it, for choosing which to show
    is_theirs: bool = False
