"""An analysed query as tantivy's queries: which documents match, and what scores them.

The weights here were chosen by benchmarks/search_quality.py. Matching looks only at the one list of all a
document's terms, so that counting does not walk through every field; scoring looks at the fields.
"""

import math
from collections.abc import Mapping, Sequence

import tantivy

from everfair.engines.text import Phrase, QueryText, QueryWord, typed
from everfair.gateways.search.naming import SLOTS
from everfair.gateways.search.word_order import Wanted

TITLE = 2.5
BODY = 1.0
NAMES = 0.6
SYNONYM = 0.6
SYNONYM_IN_SENTENCES = 0.1
FORGIVEN = 0.5  # a forgiven word scores this flat; an exact one scores several times as much
DEAR = 5_000  # documents with all words of a phrase, at most; where it is more, its places are not looked at
ABROAD = 0.4  # a match in texts of another language than the query's own
ABROAD_IN_SENTENCES = 0.1
NEARLY_ALL = 9 / 10  # words in a larger share of all documents score nothing beside others
COMMON = 1 / 4  # words in a larger share of all documents need not occur …
ENOUGH = 4  # … where at least these many rarer ones remain
RARER = 2 / 3  # of a sentence's words, one of this rarer part must occur

MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
Clause = tuple[tantivy.Occur, tantivy.Query]


class QueryBuilder:
    """Builds queries for one state of the index; knows which terms occur in it, and how often."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self._frequencies: dict[tuple[str, str], int] = {}

    # -- which documents match -------------------------------------------------------------------------

    def all_words(self, query: QueryText, forgive: bool = False) -> tantivy.Query:
        """Every word must occur in one of its forms."""
        return _boolean([(MUST, self._occurrence(word, forgive)) for word in query.words])

    def any_word(self, query: QueryText, forgive: bool = False) -> tantivy.Query:
        """One of the rarer words must occur: the frequent ones alone say nothing about a document."""
        words = sorted({word.phrases[0]: word for word in query.words}.values(), key=self._rarity)
        present = [word for word in words if self._rarity(word)] or words
        rarer = present[: max(2, int(len(present) * RARER))]
        while len(rarer) > ENOUGH and self._rarity(rarer[-1]) > self._searcher.num_docs * COMMON:
            rarer.pop()
        return _boolean([(SHOULD, self._occurrence(word, forgive, loosely=True)) for word in rarer])

    def _occurrence(self, word: QueryWord, forgive: bool, loosely: bool = False) -> tantivy.Query:
        singles = {phrase[0] for phrase in word.phrases if len(phrase) == 1}
        singles.update(word.parts)
        for phrase in word.phrases if loosely else ():
            singles.update(phrase)
        clauses = [
            (SHOULD, self._term("anywhere", term))
            for term in sorted(singles)
            if self._count("anywhere", term)
        ]
        clauses += [  # foreign stems only in foreign texts: a Portuguese stem of "portal" is "port"
            (SHOULD, self._term(field, stem))
            for stem in word.foreign
            for field in ("title_xx", "body_xx")
            if self._count(field, stem)
        ]
        together = [word.pairs] if word.pairs else [phrase for phrase in word.phrases if len(phrase) > 1]
        clauses += [
            (SHOULD, _boolean([(MUST, self._term("anywhere", term)) for term in phrase]))
            for phrase in together
        ]
        for synonym in word.synonyms:
            if not (loosely and self._is_dear(synonym)):
                clauses += self._side_by_side(synonym)
        if forgive and word.spelling:
            clauses.append((SHOULD, self._fuzzy("spellings", word.spelling, 1)))
        if word.characters and (forgive or len(word.characters) == 1):
            clauses.append((SHOULD, self._phrase("typed", tuple(word.characters))))
        return _boolean(clauses)

    def _side_by_side(self, phrase: Phrase) -> list[Clause]:
        if len(phrase) == 1:
            return [(SHOULD, self._term("anywhere", phrase[0]))] if self._count("anywhere", phrase[0]) else []
        fields = [f"{kind}_{slot}" for kind in ("title", "body") for slot in SLOTS]
        return [(SHOULD, self._phrase(f, phrase)) for f in (*fields, "names") if self._has_all(f, phrase)]

    def _is_dear(self, phrase: Phrase) -> bool:
        return len(phrase) > 1 and min(self._count("anywhere", term) for term in phrase) > DEAR

    def _rarity(self, word: QueryWord) -> int:
        """How many documents have the word, roughly."""
        return min(self._count("anywhere", term) for term in word.phrases[0])

    def most(self, query: QueryText) -> int:
        """How many documents have the most frequent word, roughly."""
        return max(map(self._rarity, query.words), default=0)

    # -- what scores them ------------------------------------------------------------------------------

    def scores(self, query: QueryText, loosely: bool, forgive: bool = False) -> list[Clause]:
        """Clauses that add up to the score of a document that matches.

        `loosely` (a sentence, or some words of the query): an unknown name counts by each of its characters.
        """
        weights = self._weights(query)
        foreign = {name: weight for name, weight in weights.items() if name.endswith("_xx")}
        synonym_share = SYNONYM_IN_SENTENCES if query.is_sentence else SYNONYM
        clauses: list[Clause] = []
        for word in self._telling(query):
            if loosely:
                clauses += self._each(word.phrases[0], weights, 1.0)
            else:
                clauses += self._scored(word.phrases[0], weights, 1.0)
                for form in word.phrases[1:]:
                    clauses += self._scored(form, weights, 1.0, or_each=False)
            for stem in word.foreign:
                if (stem,) not in word.phrases:
                    clauses += self._scored((stem,), foreign, 1.0)
            for synonym in word.synonyms:
                score = self._each if query.is_sentence else self._scored
                clauses += score(synonym, weights, synonym_share)
            if forgive and word.spelling:
                forgiven = self._fuzzy("spellings", word.spelling, 1)
                clauses.append((SHOULD, tantivy.Query.const_score_query(forgiven, FORGIVEN)))
        return clauses

    def _telling(self, query: QueryText) -> list[QueryWord]:
        """The words without repeats, and without those that nearly all documents have."""
        words = list({word.phrases[0]: word for word in query.words}.values())
        limit = self._searcher.num_docs * NEARLY_ALL
        return [word for word in words if self._rarity(word) <= limit] or words

    def _weights(self, query: QueryText) -> dict[str, float]:
        """Each text field's weight: full in the query's own language, less in the other."""
        han = sum(1 for word in query.words if word.characters)
        home = "zh" if han * 3 >= len(query.words) else "en"
        abroad = ABROAD_IN_SENTENCES if query.is_sentence else ABROAD
        weights = {"names": NAMES}
        for slot in SLOTS:
            share = 1.0 if slot in (home, "xx") else abroad
            weights |= {f"title_{slot}": TITLE * share, f"body_{slot}": BODY * share}
        return weights

    def _scored(
        self, phrase: Phrase, weights: Mapping[str, float], share: float, or_each: bool = True
    ) -> list[Clause]:
        """A phrase's score in each field that has it; too dear a one counts by its words, or not at all."""
        clauses: list[Clause] = []
        for field, weight in weights.items():
            rarest = min(self._count(field, term) for term in phrase)
            if rarest > DEAR and len(phrase) > 1:
                clauses += self._each(phrase, {field: weight}, share) if or_each else []
            elif rarest:
                boosted = tantivy.Query.boost_query(self._phrase(field, phrase), weight * share)
                clauses.append((SHOULD, boosted))
        return clauses

    def _each(self, phrase: Phrase, weights: Mapping[str, float], share: float) -> list[Clause]:
        return [clause for term in phrase for clause in self._scored((term,), weights, share)]

    def wanted_order(self, query: QueryText) -> Wanted | None:
        """What to look for in the best matches; None where there are no two words to stand together."""
        terms = tuple(term for word in query.words for term in word.phrases[0])
        if len(terms) < 2:
            return None
        weights = self._weights(query)
        number = self._searcher.num_docs
        rarity = {
            field: {
                term: _rarity(self._count(field, term), number)
                for term in set(terms)
                if self._count(field, term)
            }
            for field in weights
        }
        return Wanted(terms, weights, rarity, across=query.is_sentence)

    def among(self, numbers: Sequence[int]) -> tantivy.Query:
        """Just the documents with these numbers. (A set query would walk through all numbers there are.)"""
        return unscored(
            _boolean([(SHOULD, tantivy.Query.term_query(self._schema, "number", one)) for one in numbers])
        )

    # -- filters and suggestions -----------------------------------------------------------------------

    def filters(self, scope: Sequence[tuple[str, str]], chosen: Mapping[str, Sequence[str]]) -> list[Clause]:
        """Clauses that narrow and do not score: any of `scope`'s terms, and any value of each facet."""
        groups = [scope] if scope else []
        groups += [[(f"facet_{name}", value) for value in values] for name, values in chosen.items()]
        return [
            (MUST, unscored(_boolean([(SHOULD, self._term(field, value)) for field, value in group])))
            for group in groups
        ]

    def unfinished(self, text: str, forgive: bool = False) -> tantivy.Query | None:
        """Titles with all typed words, the last one as a beginning; Chinese characters side by side."""
        words = typed(text)
        clauses: list[Clause] = []
        run: list[str] = []
        for i, word in enumerate(words):
            if len(word) == 1 and not word.isascii():
                run.append(word)
                continue
            clauses += self._run(run)
            run = []
            is_last = i == len(words) - 1
            if is_last or forgive:
                distance = 1 if forgive and len(word) >= 5 else 0
                clauses.append((MUST, self._fuzzy("typed", word, distance, prefix=is_last)))
            else:
                clauses.append((MUST, self._term("typed", word)))
        clauses += self._run(run)
        return _boolean(clauses) if clauses else None

    def _run(self, characters: list[str]) -> list[Clause]:
        return [(MUST, self._phrase("typed", tuple(characters)))] if characters else []

    # -- tantivy's words -------------------------------------------------------------------------------

    def _phrase(self, field: str, phrase: Phrase) -> tantivy.Query:
        if len(phrase) == 1:
            return tantivy.Query.term_query(self._schema, field, phrase[0], "position")
        return tantivy.Query.phrase_query(self._schema, field, list(phrase))

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term, "basic")

    def _fuzzy(self, field: str, word: str, distance: int, prefix: bool = False) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self._schema, field, word, distance, True, prefix)

    def _has_all(self, field: str, phrase: Phrase) -> bool:
        return all(self._count(field, term) for term in phrase)

    def _count(self, field: str, term: str) -> int:
        key = (field, term)
        if key not in self._frequencies:
            self._frequencies[key] = self._searcher.doc_freq(field, term)
        return self._frequencies[key]


def _rarity(documents: int, of: int) -> float:
    return math.log(1 + (of - documents + 0.5) / (documents + 0.5))


def unscored(query: tantivy.Query) -> tantivy.Query:
    """The same documents, without effect on the score."""
    return tantivy.Query.const_score_query(query, 0.0)


def _boolean(clauses: Sequence[Clause]) -> tantivy.Query:
    if not clauses:
        return tantivy.Query.empty_query()
    if len(clauses) == 1:
        return clauses[0][1]
    return tantivy.Query.boolean_query(list(clauses))
