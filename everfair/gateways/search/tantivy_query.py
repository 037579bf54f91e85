"""An analysed query as tantivy's queries. The weights here were chosen by benchmarks/search_quality.py."""

import itertools
from collections.abc import Mapping, Sequence

import tantivy

from everfair.engines.text import Phrase, QueryText, QueryWord, fold_word, typed
from everfair.gateways.search.tantivy_fields import SLOTS

TITLE = 2.5
BODY = 1.0
NAMES = 0.6
PARTS = 0.4
TYPED = 1.0
ABROAD = 0.4  # a match in texts of another language than the query's own
ABROAD_IN_SENTENCES = 0.1
SYNONYM = 0.6
FORGIVEN = 0.5  # a forgiven word scores this flat; an exact one scores several times as much
NEIGHBOURS = 0.1  # two words of the query standing side by side
RAREST_SHARE = 1.5  # of a sentence, one of the rarer words (this part of them: 1 / share) must occur

MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
Clause = tuple[tantivy.Occur, tantivy.Query]


class QueryBuilder:
    """Builds queries for one state of the index; knows which terms occur in it, and how often."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self._home = ""
        self._abroad = ABROAD

    def _set_home(self, query: QueryText) -> None:
        """The query's own language decides where matches count in full."""
        han = sum(1 for word in query.words if word.characters)
        self._home = "zh" if han * 3 >= len(query.words) else "en"
        self._abroad = ABROAD_IN_SENTENCES if query.is_sentence else ABROAD

    def _weight(self, slot: str, weight: float) -> float:
        return weight if slot in (self._home, "xx") else weight * self._abroad

    @property
    def _fields(self) -> list[tuple[str, float]]:
        titles = [(f"title_{slot}", self._weight(slot, TITLE)) for slot in SLOTS]
        return titles + [(f"body_{slot}", self._weight(slot, BODY)) for slot in SLOTS]

    def all_words(self, query: QueryText, forgive: bool = False) -> tantivy.Query:
        """Every word must match in one of its forms; words side by side score a little more."""
        self._set_home(query)
        clauses: list[Clause] = [(MUST, self._word(word, forgive)) for word in query.words]
        clauses += self._neighbours([word.phrases[0] for word in query.words])
        return _boolean(clauses)

    def any_word(self, query: QueryText, forgive: bool = False) -> tantivy.Query:
        """Words that match add up, one of the rarer ones at least; the more and the rarer the better."""
        self._set_home(query)
        words = list({word.phrases[0]: word for word in query.words}.values())
        by_rarity = sorted(words, key=self._frequency)
        present = [word for word in by_rarity if self._frequency(word)] or by_rarity
        needed = {word.phrases[0] for word in present[: max(2, int(len(present) / RAREST_SHARE))]}
        rare = [(SHOULD, self._loose_word(word, forgive)) for word in words if word.phrases[0] in needed]
        rest = [(SHOULD, self._loose_word(word, forgive)) for word in words if word.phrases[0] not in needed]
        singles = [(term,) for word in query.words for term in word.phrases[0]]
        return _boolean([(MUST, _boolean(rare)), *rest, *self._neighbours(singles)])

    def unfinished(self, text: str, forgive: bool = False) -> tantivy.Query | None:
        """Titles with all typed words, the last one as a beginning; Chinese characters side by side."""
        words = typed(text)
        if not words:
            return None
        clauses: list[Clause] = []
        run: list[str] = []
        for i, word in enumerate(words):
            is_last = i == len(words) - 1
            if len(word) == 1 and not word.isascii():
                run.append(word)
                continue
            clauses += self._characters(run)
            run = []
            if is_last or forgive:
                distance = 1 if forgive and len(word) >= 5 else 0
                clauses.append((MUST, self._fuzzy("typed", word, distance, prefix=is_last)))
            else:
                clauses.append((MUST, self._term("typed", word)))
        clauses += self._characters(run)
        return _boolean(clauses)

    def filters(self, scope: Sequence[tuple[str, str]], chosen: Mapping[str, Sequence[str]]) -> list[Clause]:
        """Clauses that narrow and do not score: any of `scope`'s terms, and any value of each facet."""
        clauses = [self._any_of(scope)]
        clauses += [
            self._any_of([(f"facet_{name}", value) for value in values]) for name, values in chosen.items()
        ]
        return [(MUST, tantivy.Query.const_score_query(clause, 0.0)) for clause in clauses]

    def _any_of(self, terms: Sequence[tuple[str, str]]) -> tantivy.Query:
        return _boolean([(SHOULD, self._term(field, value, "basic")) for field, value in terms])

    def _word(self, word: QueryWord, forgive: bool) -> tantivy.Query:
        """Any form of a word in any field."""
        clauses = [clause for phrase in word.phrases for clause in self._in_texts(phrase)]
        clauses += [
            (SHOULD, _boost(self._term(f"{kind}_xx", stem), weight))
            for stem in word.foreign
            for kind, weight in (("title", TITLE), ("body", BODY))
            if (stem,) not in word.phrases and self._occurs(f"{kind}_xx", stem)
        ]
        clauses += [(SHOULD, _boost(self._term("parts", part, "freq"), PARTS)) for part in word.parts]
        if word.pairs:
            pairs = _boolean([(MUST, self._term("parts", pair, "freq")) for pair in word.pairs])
            clauses.append((SHOULD, _boost(pairs, PARTS)))
        clauses += [(SHOULD, _boost(clause, TYPED)) for _, clause in self._characters(list(word.characters))]
        for synonym in word.synonyms:
            clauses += [(SHOULD, _boost(clause, SYNONYM)) for _, clause in self._in_texts(synonym)]
        if forgive and word.spelling:
            forgiven = self._fuzzy("spellings", word.spelling, 1)
            clauses.append((SHOULD, tantivy.Query.const_score_query(forgiven, FORGIVEN)))
        return _boolean(clauses)

    def _loose_word(self, word: QueryWord, forgive: bool) -> tantivy.Query:
        """In a sentence an unknown name counts by each of its characters, a phrase by each of its words."""
        phrase = word.phrases[0]
        clauses = [clause for term in phrase for clause in self._in_texts((term,))]
        if forgive or not clauses:
            return self._word(word, forgive)
        for synonym in word.synonyms:
            clauses += [(SHOULD, _boost(clause, SYNONYM)) for _, clause in self._in_texts(synonym)]
        return _boolean(clauses)

    def _in_texts(self, phrase: Phrase) -> list[Clause]:
        fields = [*self._fields, ("names", NAMES)]
        return [
            (SHOULD, _boost(self._phrase(field, phrase), weight))
            for field, weight in fields
            if all(self._occurs(field, term) for term in phrase)
        ]

    def _neighbours(self, phrases: Sequence[Phrase]) -> list[Clause]:
        """Words that follow each other in the query, wherever they do so in a text."""
        clauses: list[Clause] = []
        pairs = dict.fromkeys((first[-1], second[0]) for first, second in itertools.pairwise(phrases))
        for pair in pairs:
            for field, weight in self._fields:
                if all(self._occurs(field, term) for term in pair):
                    clauses.append((SHOULD, _boost(self._phrase(field, pair), weight * NEIGHBOURS)))
        return clauses

    def _characters(self, run: list[str]) -> list[Clause]:
        return [(MUST, self._phrase("typed", tuple(run)))] if run else []

    def _phrase(self, field: str, phrase: Phrase) -> tantivy.Query:
        if len(phrase) == 1:
            return self._term(field, phrase[0], "position")
        return tantivy.Query.phrase_query(self._schema, field, list(phrase))

    def _term(self, field: str, term: str, option: str = "position") -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, term, option)

    def _fuzzy(self, field: str, word: str, distance: int, prefix: bool = False) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self._schema, field, fold_word(word), distance, True, prefix)

    def _occurs(self, field: str, term: str) -> bool:
        return self._searcher.doc_freq(field, term) > 0

    def _frequency(self, word: QueryWord) -> int:
        """How many documents have a word, roughly: the most in any one language's bodies."""
        return max(
            min(self._searcher.doc_freq(f"{kind}_{slot}", term) for term in word.phrases[0])
            for slot in SLOTS
            for kind in ("title", "body")
        )


def _boolean(clauses: Sequence[Clause]) -> tantivy.Query:
    if not clauses:
        return tantivy.Query.empty_query()
    if len(clauses) == 1:
        return clauses[0][1]
    return tantivy.Query.boolean_query(list(clauses))


def _boost(query: tantivy.Query, weight: float) -> tantivy.Query:
    return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)
