"""The one analysis of documents and queries: text in, terms out. Searching and marking use nothing else."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from everfair.engines.text.fold import fold_width, fold_width_with_offsets, fold_word, simplify
from everfair.engines.text.segment import cut_han, inner_words, pairs, pairs_around, run_pattern, runs_of
from everfair.engines.text.stems import stem_for
from everfair.engines.text.stopwords import CHINESE, ENGLISH, NAMES_IN_CAPITALS
from everfair.engines.text.types import JoinedTerms, Terms, Token

ANALYSIS_VERSION = 1
"""Raised whenever the same text gives other terms: an index built by another version has to be rebuilt."""

LONGEST_TERM = 64
SHORTEST_FORGIVEN = 5
_HYPHENS = "-\u2010\u2011"


@lru_cache(maxsize=65_536)
def _word_forms(raw: str, language: str) -> tuple[tuple[tuple[str, str, int], ...], str]:
    """A run of letters as ((term, spelling, offset), …) and its parts written together ("" for one part).

    Empty for a stop word, except where capitals make it a name: IT is not it, WHO is not who.
    """
    pieces = _split_hyphens(raw)
    if len(pieces) == 1:
        spelling = fold_word(raw)[:LONGEST_TERM]
        is_name = spelling in NAMES_IN_CAPITALS and raw.isupper()
        if not spelling or (spelling in ENGLISH and not is_name):
            return (), ""
        return ((stem_for(spelling, language), spelling, 0),), ""
    forms = []
    for piece, offset in pieces:
        spelling = fold_word(piece)[:LONGEST_TERM]
        if spelling:
            forms.append((stem_for(spelling, language), spelling, offset))
    together = "".join(spelling for _, spelling, _ in forms)
    telling = tuple(form for form in forms if form[1] not in ENGLISH) or tuple(forms)
    return telling, stem_for(together, language) if 1 < len(forms) <= 4 and len(together) <= 32 else ""


def _split_hyphens(raw: str) -> list[tuple[str, int]]:
    if not any(hyphen in raw for hyphen in _HYPHENS):
        return [(raw, 0)]
    pieces = []
    offset = 0
    for piece in raw.replace(_HYPHENS[1], "-").replace(_HYPHENS[2], "-").split("-"):
        pieces.append((piece, offset))
        offset += len(piece) + 1
    return pieces


def plain_number(raw: str) -> str:
    """1,000.5 → 1000.5: separators of thousands do not matter."""
    return raw.replace(",", "")


_RunTerms = tuple[str, str, str]
_MOST_RUNS = 60_000
_LONGEST_KEPT_RUN = 24
_LONGEST_KEPT_HAN = 8  # longer ones are clauses, hardly ever written twice


class _Runs(dict[str, _RunTerms]):
    """Run of one script → its words, parts and spellings, each in one string with spaces between.

    Catalogues repeat themselves, so most runs are here; strings are small, and joined again quickly.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, run: str) -> _RunTerms:
        match = run_pattern(run).fullmatch(run)
        words, parts, spellings = self._read(*match.groups()) if match else ((), (), ())
        found = (" ".join(words), " ".join(parts), " ".join(spellings))
        if len(run) <= (_LONGEST_KEPT_RUN if run[0] < "\u3400" else _LONGEST_KEPT_HAN):
            if len(self) >= _MOST_RUNS:
                self.clear()
            self[run] = found
        return found

    def _read(
        self, han: str | None, unspaced: str | None, number: str | None, word: str | None
    ) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        if word:
            forms, together = _word_forms(word, self.language)
            parts = (together,) if together else ()
            return [term for term, _, _ in forms], parts, [spelling for _, spelling, _ in forms]
        if han:
            han = simplify(han)
            cuts = cut_han(han)
            words = [cut for cut in cuts if cut not in CHINESE]
            inner = [part for cut in words if len(cut) > 2 for part, _ in inner_words(cut)]
            return words, [*(pair for pair, _ in pairs_around(han, cuts)), *inner], ()
        if unspaced:
            return pairs(unspaced), (), ()
        return (plain_number(number or ""),), (), ()


_runs: dict[str, _Runs] = {}


def joined_terms(text: str, language: str) -> JoinedTerms:
    """The terms an index stores of a text, joined by spaces: for indexes that split at spaces again."""
    runs = _runs.get(language)
    if runs is None:
        runs = _runs[language] = _Runs(language)
    found = [runs[run] for run in runs_of(fold_width(text))]
    if not found:
        return JoinedTerms("", "", "")
    words, parts, spellings = zip(*found, strict=True)
    return JoinedTerms(_joined(words), _joined(parts), _joined(spellings))


def _joined(found: tuple[str, ...]) -> str:
    return " ".join(filter(None, found))


def terms(text: str, language: str) -> Terms:
    """The terms an index stores of a text in `language`; the same ones `tokens` gives, quicker."""
    found = joined_terms(text, language)
    return Terms(found.words.split(), found.parts.split(), found.spellings.split())


def tokens(text: str, language: str) -> list[Token]:
    """Every term of a text with its place in the text as given, parts after the word they belong to."""
    folded, offsets = fold_width_with_offsets(text)
    found: list[Token] = []
    for token in _folded_tokens(folded, language):
        if offsets is None:
            found.append(token)
            continue
        start = offsets[token.start]
        end = max(offsets[token.end], start + 1)  # one written sign may hold several letters (㍿, ½)
        found.append(Token(token.term, start, end, token.position, token.kind, token.spelling))
    return found


def _folded_tokens(text: str, language: str) -> Iterator[Token]:
    position = 0
    for match in run_pattern(text).finditer(text):
        han, unspaced, number, word = match.groups()
        start = match.start()
        if word:
            forms, together = _word_forms(word, language)
            first = position
            for term, spelling, offset in forms:
                begin = start + offset
                length = _piece_length(word, offset)
                yield Token(term, begin, begin + length, position, "word", spelling)
                position += 1
            if together:
                yield Token(together, start, start + len(word), first, "part")
        elif han:
            for token in _han_tokens(simplify(han), start, position):
                yield token
                position = max(position, token.position + 1 if token.kind == "word" else 0)
        elif unspaced:
            for i, pair in enumerate(pairs(unspaced)):
                yield Token(pair, start + i, start + i + len(pair), position)
                position += 1
        else:
            yield Token(plain_number(number), start, match.end(), position)
            position += 1


def _piece_length(word: str, offset: int) -> int:
    rest = word[offset:]
    ends = [rest.find(hyphen) for hyphen in _HYPHENS if hyphen in rest]
    return min(ends) if ends else len(rest)


def _han_tokens(run: str, start: int, position: int) -> Iterator[Token]:
    cuts = cut_han(run)
    begin = start
    first = position
    for cut in cuts:
        if cut not in CHINESE:
            yield Token(cut, start, start + len(cut), position)
            for inner, offset in inner_words(cut):
                yield Token(inner, start + offset, start + offset + len(inner), position, "part")
            position += 1
        start += len(cut)
    for pair, offset in pairs_around(run, cuts):
        yield Token(pair, begin + offset, begin + offset + 2, first, "part")


def typed(text: str) -> list[str]:
    """Terms for suggestions while typing: Latin words unstemmed, Chinese as single characters, in order."""
    return [term for run in runs_of(fold_width(text)) for term in _typed_run(run)]


@lru_cache(maxsize=32_768)
def _typed_run(run: str) -> tuple[str, ...]:
    match = run_pattern(run).fullmatch(run)
    if match is None:
        return ()
    han, unspaced, number, word = match.groups()
    if word:
        folded = (fold_word(piece)[:LONGEST_TERM] for piece, _ in _split_hyphens(word))
        return tuple(filter(None, folded))
    if han:
        return tuple(simplify(han))
    return tuple(unspaced) if unspaced else (plain_number(number),)
