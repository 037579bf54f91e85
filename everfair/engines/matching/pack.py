"""Profiles as columns: what each side states and asks, coded in small numbers that compiled code compares. Words are elsewhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.types import (
    ANYWHERE,
    SIZES,
    MatchingError,
    Offers,
    Profile,
    Seeks,
    Wish,
)

BITS = {wish: 1 << i for i, wish in enumerate(Wish)}
TEXT_BIT = 1 << len(Wish)
DEEPEST = 8  # levels of a sector that count
FREE_SECTORS = 3  # sectors one may state without being taken less seriously in each
FREE_LANGUAGES = 8
OTHER = 256  # a country nobody in the index names
LEAST_TOLD = 1 / 3  # of the fullest language of a text, from which on it is told in another too
_NO_AMOUNT = (math.nan, math.nan)


class Facts(NamedTuple):
    """What each row is and brings."""

    sector_at: NDArray[np.int32]  # [n + 1] into sector
    sector: NDArray[np.int32]
    breadth: NDArray[np.float32]  # [n] 1, less for those who state many sectors
    modes: NDArray[np.uint8]
    country: NDArray[np.int16]  # 0 = unknown
    delivers: NDArray[np.uint8]  # 0 unknown, 1 as in deliver, 2 anywhere
    deliver: NDArray[np.uint64]  # [n, 4] countries as bits
    language: NDArray[np.uint64]  # [n, 4]
    language_breadth: NDArray[np.float32]  # 2 = none stated
    size: NDArray[np.int8]  # −1 unknown
    price: NDArray[np.float32]  # [n, 2] nan unknown
    dates: NDArray[np.int32]  # [n, 2] 0 unknown
    has_subject: NDArray[np.uint8]  # texts or sectors are stated
    has_licence: NDArray[np.uint8]


class Wishes(NamedTuple):
    """What each row asks of the other side; `asked` and `hard` hold BITS (and TEXT_BIT)."""

    sector_at: NDArray[np.int32]
    sector: NDArray[np.int32]
    asked: NDArray[np.uint16]
    hard: NDArray[np.uint16]
    modes: NDArray[np.uint8]
    country: NDArray[np.uint64]  # [n, 4]
    deliver: NDArray[np.uint64]  # [n, 4]
    deliver_n: NDArray[np.uint8]  # countries asked for, those unknown to the index too
    language: NDArray[np.uint64]  # [n, 4]
    sizes: NDArray[np.uint8]
    budget: NDArray[np.float32]
    dates: NDArray[np.int32]


@dataclass(eq=False)
class Codes:
    """Numbers of sectors, countries and languages. Only ever grows, so that older columns stay true."""

    sectors: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)  # from 1
    languages: dict[str, int] = field(default_factory=dict)
    tongues: dict[str, int] = field(default_factory=dict)  # bits of the languages texts are told in

    def tree(self) -> NDArray[np.int32]:
        """[sectors, DEEPEST] number of the ancestor at each level, itself last, −1 below."""
        found = np.full((max(len(self.sectors), 1), DEEPEST), -1, np.int32)
        for path, number in self.sectors.items():
            parts = path.split("/")
            for level in range(len(parts)):
                found[number, level] = self.sectors["/".join(parts[: level + 1])]
        return found

    def add_sector(self, path: str) -> int:
        """The number of a sector; it and those above it get one where they have none."""
        parts = sector_parts(path)
        for level in range(1, len(parts) + 1):
            self.sectors.setdefault("/".join(parts[:level]), len(self.sectors))
        return self.sectors["/".join(parts)]

    def sector(self, path: str) -> int:
        """The number of a sector that has one."""
        return self.sectors["/".join(sector_parts(path))]

    def with_sectors_of(self, profiles: Sequence[Profile]) -> "Codes":
        """These codes and numbers for sectors that only the other side names; itself where there are none."""
        named = {
            path
            for p in profiles
            for path in (*p.offers.sectors, *p.seeks.sectors, *p.interests.sectors)
            if path.strip("/")
        }
        fresh = sorted(path for path in named if "/".join(sector_parts(path)) not in self.sectors)
        if not fresh:
            return self
        wider = Codes(dict(self.sectors), self.countries, self.languages, self.tongues)
        for path in fresh:
            wider.add_sector(path)
        return wider

    def add_code(self, codes: dict[str, int], code: str, what: str) -> None:
        """Give a country or a language a number."""
        if code not in codes and code != ANYWHERE:
            if len(codes) >= 255:
                raise MatchingError(f"more than 255 different {what}; {code!r} is one: check the codes")
            codes[code] = len(codes) + 1

    def learn(self, profiles: Sequence[Profile]) -> None:
        """Give numbers to whatever these candidates state or ask."""
        for profile in profiles:
            offers, seeks = profile.offers, profile.seeks
            for path in (*offers.sectors, *seeks.sectors):
                self.add_sector(path)
            for code in (*offers.delivers_to, *seeks.countries, *seeks.deliver_to, offers.country):
                if code:
                    self.add_code(self.countries, code, "countries")
            for code in (*offers.languages, *seeks.languages):
                self.add_code(self.languages, code, "languages")
            for code in (*offers.texts, *seeks.texts):
                if len(self.tongues) < 32:  # as many as columns.TONGUES
                    self.tongues.setdefault(tongue(code), 1 << len(self.tongues))

    def told_in(self, texts: Mapping[str, str]) -> int:
        """The languages texts are told in, as bits; one that no candidate has is none.

        A firm of English texts with a Chinese name beside the English one is not told in Chinese: a language counts that says at
        least a third of what the fullest one says.
        """
        said = {code: said_in(text) for code, text in texts.items()}
        least = LEAST_TOLD * max(said.values(), default=0)
        found = 0
        for code, amount in said.items():
            found |= self.tongues.get(tongue(code), 0) if amount > 0 and amount >= least else 0
        return found


def said_in(text: str) -> int:
    """How much a text says, in letters of an alphabet: a Chinese character says about as much as three of them."""
    return sum(3 if mark >= "\u2e80" else 1 for mark in text if mark.isalnum())


def tongue(code: str) -> str:
    """The language of a code without script or country: "zh-Hant" → "zh"."""
    return code.split("-")[0].casefold()


def sector_parts(path: str) -> list[str]:
    """ "1/1.B/1.B.a/" → its levels, no more than DEEPEST."""
    return [part for part in path.split("/") if part][:DEEPEST] or [""]


def narrowest(paths: Sequence[str]) -> list[str]:
    """Stated sectors without those that are only ancestors of others stated: catalogue rows list them too."""
    clean = sorted({"/".join(sector_parts(path)) for path in paths if path.strip("/")})
    return [path for path in clean if not any(other.startswith(path + "/") for other in clean)]


def breadth(stated: int, free: int) -> float:
    """How seriously each of many statements is taken: 1 up to `free`, then √(free / stated)."""
    return 1.0 if stated <= free else math.sqrt(free / stated)


def _bits(codes: Sequence[str], numbers: dict[str, int]) -> list[int]:
    words = [0, 0, 0, 0]
    for code in codes:
        number = numbers.get(code, 0)
        if number:
            words[number >> 6] |= 1 << (number & 63)
    return words


def pack_facts(all_offers: Sequence[Offers], codes: Codes) -> Facts:
    """Columns of what the rows are and bring."""
    known = [[codes.sector(path) for path in narrowest(offers.sectors)] for offers in all_offers]
    at, flat = _flat(known)
    n = len(all_offers)
    return Facts(
        at,
        flat,
        np.array([breadth(len(k), FREE_SECTORS) for k in known], np.float32),
        np.fromiter((o.modes & 15 for o in all_offers), np.uint8, n),
        np.fromiter((_country(o.country, codes) for o in all_offers), np.int16, n),
        np.fromiter((_delivers(o.delivers_to) for o in all_offers), np.uint8, n),
        _words([_bits(o.delivers_to, codes.countries) for o in all_offers]),
        _words([_bits(o.languages, codes.languages) for o in all_offers]),
        np.array(
            [breadth(len(set(o.languages)), FREE_LANGUAGES) if o.languages else 2.0 for o in all_offers],
            np.float32,
        ),
        np.fromiter((SIZES.index(o.size) if o.size in SIZES else -1 for o in all_offers), np.int8, n),
        np.array([o.price or _NO_AMOUNT for o in all_offers], np.float32).reshape(n, 2),
        np.array([_days(o) for o in all_offers], np.int32).reshape(n, 2),
        np.fromiter((bool(any(o.texts.values()) or o.sectors) for o in all_offers), np.uint8, n),
        np.fromiter((bool(o.licences) for o in all_offers), np.uint8, n),
    )


def pack_wishes(all_seeks: Sequence[Seeks], has_text: Sequence[bool], codes: Codes) -> Wishes:
    """Columns of what the rows ask. `has_text`: the need's words or meaning are known."""
    known = [[codes.sector(path) for path in narrowest(seeks.sectors)] for seeks in all_seeks]
    at, flat = _flat(known)
    n = len(all_seeks)
    asked = [
        stated(seeks) | (TEXT_BIT if text else 0) for seeks, text in zip(all_seeks, has_text, strict=True)
    ]
    return Wishes(
        at,
        flat,
        np.array(asked, np.uint16),
        np.array(
            [sum(BITS[wish] for wish in s.hard) & a for s, a in zip(all_seeks, asked, strict=True)], np.uint16
        ),
        np.fromiter((s.modes & 15 for s in all_seeks), np.uint8, n),
        _words([_bits(s.countries, codes.countries) for s in all_seeks]),
        _words([_bits(s.deliver_to, codes.countries) for s in all_seeks]),
        np.fromiter((min(len(set(s.deliver_to) - {ANYWHERE}), 255) for s in all_seeks), np.uint8, n),
        _words([_bits(s.languages, codes.languages) for s in all_seeks]),
        np.fromiter(
            (sum(1 << SIZES.index(z) for z in set(s.sizes) if z in SIZES) for s in all_seeks), np.uint8, n
        ),
        np.array([s.budget or _NO_AMOUNT for s in all_seeks], np.float32).reshape(n, 2),
        np.array([_days(s) for s in all_seeks], np.int32).reshape(n, 2),
    )


def stated(seeks: Seeks) -> int:
    """Which structural wishes a need states, as BITS."""
    there = {
        Wish.SECTORS: any(path.strip("/") for path in seeks.sectors),
        Wish.MODES: seeks.modes & 15,
        Wish.COUNTRIES: seeks.countries,
        Wish.DELIVERY: set(seeks.deliver_to) - {ANYWHERE},
        Wish.LANGUAGES: seeks.languages,
        Wish.SIZES: set(seeks.sizes) & set(SIZES),
        Wish.LICENCES: seeks.licences,
        Wish.BUDGET: seeks.budget,
        Wish.DATES: seeks.dates,
    }
    return sum(BITS[wish] for wish, value in there.items() if value)


def _flat(lists: Sequence[Sequence[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    at = np.zeros(len(lists) + 1, np.int32)
    np.cumsum([len(found) for found in lists], out=at[1:])
    return at, np.array([number for found in lists for number in found], np.int32)


def _words(rows: Sequence[list[int]]) -> NDArray[np.uint64]:
    return np.array(rows, np.uint64).reshape(len(rows), 4)


def _country(code: str, codes: Codes) -> int:
    return codes.countries.get(code, OTHER) if code else 0


def _delivers(codes: Sequence[str]) -> int:
    if not codes:
        return 0
    return 2 if ANYWHERE in codes else 1


def _days(side: Offers | Seeks) -> tuple[int, int]:
    return (side.dates[0].toordinal(), side.dates[1].toordinal()) if side.dates else (0, 0)
