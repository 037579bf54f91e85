"""Candidates that state so much that it can hardly be true: every sector, every language, walls of words. A report, no verdict."""

from dataclasses import dataclass

from everfair.engines.matching.index import Index
from everfair.engines.matching.pack import FREE_LANGUAGES, FREE_SECTORS, breadth, narrowest
from everfair.engines.matching.words import counted

MANY_SECTORS = 10
MANY_LANGUAGES = 12
LONG = 8.0  # times the usual length of a text
REPEATED = 0.2  # share of one word in a text of at least ENOUGH words
ENOUGH = 40


@dataclass(frozen=True, slots=True)
class Suspect:
    """One candidate and what is odd about it; figures within the usual are 0."""

    row: int
    key: str
    sectors: int = 0
    languages: int = 0
    length: float = 0.0  # times the usual
    repeated: str = ""  # the word that is said again and again
    repeated_share: float = 0.0
    counts_as: float = 1.0  # how seriously each of its sectors is taken


def suspects(index: Index) -> list[Suspect]:
    """Candidates that overstate, the boldest first. What it brings them in the ranking: nothing, see docs/algorithms/matching.md."""
    found = [one for row in range(len(index.profiles)) if index.alive[row] and (one := _suspect(index, row))]
    return sorted(found, key=lambda s: (-_boldness(s), s.key))


def _boldness(s: Suspect) -> float:
    return (
        s.sectors / MANY_SECTORS
        + s.languages / MANY_LANGUAGES
        + s.length / LONG
        + s.repeated_share / REPEATED
    )


def _suspect(index: Index, row: int) -> Suspect | None:
    profile = index.profiles[row]
    sectors = len(narrowest(profile.offers.sectors))
    languages = len(set(profile.offers.languages))
    length, word, share = _texts(index, row)
    suspect = Suspect(
        row,
        profile.key,
        sectors if sectors >= MANY_SECTORS else 0,
        languages if languages >= MANY_LANGUAGES else 0,
        length if length >= LONG else 0.0,
        word if share >= REPEATED else "",
        share if share >= REPEATED else 0.0,
        breadth(sectors, FREE_SECTORS) * breadth(languages, FREE_LANGUAGES),
    )
    return suspect if _boldness(suspect) > 0 else None


def _texts(index: Index, row: int) -> tuple[float, str, float]:
    """The longest text against the usual, and the most repeated word with its share."""
    longest, word, most = 0.0, "", 0.0
    for language, text in sorted(index.profiles[row].offers.texts.items()):
        counts = counted(text, language)
        total = counts.total()
        longest = max(longest, total / index.vocabulary.usual_length.get(language, max(total, 1)))
        if total >= ENOUGH:
            term, n = min(counts.items(), key=lambda item: (-item[1], item[0]))
            if n / total > most:
                word, most = term, n / total
    return longest, word, most
