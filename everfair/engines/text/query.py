"""A searcher's text as the things asked for. There is no query language: every sign is a plain character."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from everfair.engines.text.analyse import LONGEST_TERM, SHORTEST_FORGIVEN, plain_number, tokens
from everfair.engines.text.fold import fold_width, simplify
from everfair.engines.text.segment import cut_han, inner_words, pairs, run_pattern
from everfair.engines.text.stems import foreign_stems, script_of, stem_for
from everfair.engines.text.stopwords import CHINESE
from everfair.engines.text.types import Needles, Phrase, QueryText, QueryWord

LONGEST_QUERY = 300
_LONGEST_SYNONYM = 5

SynonymTable = Mapping[Phrase, Sequence[Phrase]]
"""Terms of a word or short phrase → terms of the phrases that mean the same (see `synonym_table`)."""


def read_query(text: str, synonyms: SynonymTable | None = None) -> QueryText:
    """Analyse what somebody typed. Longer than `LONGEST_QUERY` characters is cut, and said so."""
    was_shortened = len(text) > LONGEST_QUERY
    text = text[:LONGEST_QUERY]
    words = _words(text, drop_stop_words=True) or _words(text, drop_stop_words=False)
    return QueryText(text.strip(), tuple(_with_synonyms(words, synonyms or {})), was_shortened)


def _words(text: str, drop_stop_words: bool) -> list[QueryWord]:
    found: list[QueryWord] = []
    text = fold_width(text)
    for han, unspaced, number, word in run_pattern(text).findall(text):
        if word:
            found.extend(_latin_words(word, drop_stop_words))
        elif han:
            found.extend(_han_words(simplify(han), drop_stop_words))
        elif unspaced:
            found.append(QueryWord(unspaced, (tuple(pairs(unspaced)),)))
        else:
            found.append(QueryWord(number, ((plain_number(number),),)))
    return found


def _latin_words(word: str, drop_stop_words: bool) -> list[QueryWord]:
    main = [token for token in tokens(word, "en") if token.kind == "word"]
    if not main and not drop_stop_words:
        return [QueryWord(word, ((word.casefold()[:LONGEST_TERM],),))]
    if not main:
        return []
    if len(main) > 1:
        together = "".join(token.spelling for token in main)
        one = stem_for(together, "en")
        return [
            QueryWord(word, (tuple(token.term for token in main), (one,)), foreign_stems(together), (one,))
        ]
    spelling = main[0].spelling
    forgiven = spelling if len(spelling) >= SHORTEST_FORGIVEN and script_of(spelling) else ""
    return [QueryWord(word, ((main[0].term,),), foreign_stems(spelling), (main[0].term,), spelling=forgiven)]


def _han_words(run: str, drop_stop_words: bool) -> list[QueryWord]:
    """Dictionary words one by one; neighbouring single characters are one unknown word, a name perhaps."""
    found: list[QueryWord] = []
    unknown = ""
    for cut in [*cut_han(run), ""]:
        is_stop = cut in CHINESE and drop_stop_words
        if len(cut) == 1 and not is_stop:
            unknown += cut
            continue
        if unknown:
            found.append(_unknown_han(unknown))
            unknown = ""
        if cut and not is_stop:
            found.append(QueryWord(cut, _han_phrases(cut), parts=(cut,), characters=cut))
    return found


def _unknown_han(run: str) -> QueryWord:
    whole = (run,) if len(run) > 1 else ()
    return QueryWord(
        run, (tuple(run),), parts=whole, characters=run, pairs=tuple(pairs(run)) if whole else ()
    )


def _han_phrases(cut: str) -> tuple[Phrase, ...]:
    """The word itself, and the shorter words it is made of where they cover it without overlap."""
    inner = inner_words(cut)
    is_cover = "".join(word for word, _ in inner) == cut
    return ((cut,), tuple(word for word, _ in inner)) if is_cover and len(inner) > 1 else ((cut,),)


def synonym_table(groups: Sequence[Sequence[str]]) -> dict[Phrase, tuple[Phrase, ...]]:
    """Groups of texts with one meaning, in any languages, as a table from each one's terms to the others'."""
    table: dict[Phrase, dict[Phrase, None]] = {}
    for group in groups:
        phrases = dict.fromkeys(phrase for phrase in map(phrase_of, group) if phrase)
        for phrase in phrases:
            if len(phrase) <= _LONGEST_SYNONYM:
                others = table.setdefault(phrase, {})
                others.update((other, None) for other in phrases if other != phrase)
    return {phrase: tuple(others) for phrase, others in table.items()}


def phrase_of(text: str) -> Phrase:
    """The running terms of a short text, as documents have them."""
    return tuple(token.term for token in tokens(text, "en") if token.kind == "word")


def _with_synonyms(words: list[QueryWord], table: SynonymTable) -> list[QueryWord]:
    """Give words their synonyms; the words of a longer known phrase become one word of the query."""
    found: list[QueryWord] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_SYNONYM, len(words) - at), 0, -1):
            several = words[at : at + length]
            phrase = tuple(term for word in several for term in word.phrases[0])
            synonyms = table.get(phrase)
            if synonyms:
                found.append(_joined(several, phrase, tuple(synonyms)))
                at += length
                break
        else:
            found.append(words[at])
            at += 1
    return found


def _joined(words: list[QueryWord], phrase: Phrase, synonyms: tuple[Phrase, ...]) -> QueryWord:
    if len(words) == 1:
        return replace(words[0], synonyms=synonyms)
    text = " ".join(word.text for word in words)
    characters = "".join(word.characters for word in words)
    is_han = all(word.characters for word in words)
    return QueryWord(text, (phrase,), characters=characters if is_han else "", synonyms=synonyms)


def needles(query: QueryText, forgive: bool = False) -> Needles:
    """What to mark in a hit: the words asked for and their synonyms; with `forgive`, mistyped ones too."""
    phrases: set[Phrase] = set()
    near: set[str] = set()
    for word in query.words:
        phrases.update(word.phrases, word.synonyms)
        phrases.update((term,) for term in (*word.foreign, *word.parts, *word.pairs))
        if word.characters and len(word.characters) > 1:
            phrases.add(tuple(word.characters))
        if forgive and word.spelling:
            near.add(word.spelling)
    return Needles(frozenset(phrases), frozenset(near))
