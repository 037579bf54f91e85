"""The best matches of a query in the embedded index, without scoring every one of them. No counting here."""

from dataclasses import dataclass
from typing import Any

import tantivy

from everfair.gateways.search.tantivy_fields import to_hit, to_running
from everfair.gateways.search.tantivy_query import MUST, Clause, QueryBuilder, unscored
from everfair.gateways.search.types import Hit
from everfair.gateways.search.word_order import Wanted, order_scores

REORDERED = 48  # best matches ordered a second time: two pages
MANY = 2_000  # matches; of fewer all are scored at once
LOOKED_AT = 2.5  # of the best scored documents, this many times the matches wanted are looked at …
LIKELY = 1 / 3  # … where this share of the documents with the most frequent word match
DEEPEST_FROM_TOP = 400  # matches wanted

Scored = tuple[float, Any]  # score and address


@dataclass(frozen=True)
class Best:
    """One search for the best of `total` documents that match `narrowed`, by the sum of `scores`."""

    searcher: tantivy.Searcher
    builder: QueryBuilder
    narrowed: tantivy.Query
    scores: list[Clause]
    total: int
    most: int  # documents with the most frequent word

    def page(self, limit: int, offset: int, wanted: Wanted | None) -> tuple[Hit, ...]:
        """A page of hits. The first `REORDERED` are ordered again by how the words stand together."""
        if wanted is None or offset + limit > REORDERED:
            found = self._best(offset + limit)[offset:]
            return tuple(to_hit(self.searcher.doc(address), score) for score, address in found)
        found = self._best(REORDERED)
        stored = [self.searcher.doc(address) for _, address in found]
        gains = order_scores([to_running(document) for document in stored], wanted)
        scores = [score + gain for (score, _), gain in zip(found, gains, strict=True)]
        best = sorted(range(len(found)), key=lambda i: -scores[i])  # stable: equals stay as they were
        return tuple(to_hit(stored[i], scores[i]) for i in best[offset : offset + limit])

    def _best(self, wish: int) -> list[Scored]:
        """The best matches in order, `wish` of them or all there are."""
        if self.total >= max(MANY, LIKELY * self.most) and self.scores and wish <= DEEPEST_FROM_TOP:
            found = self._from_the_top(wish)
            if len(found) == wish:
                return found
        scored = tantivy.Query.boolean_query([(MUST, unscored(self.narrowed)), *self.scores])
        return list(self.searcher.search(scored, wish, count=False).hits)

    def _from_the_top(self, wish: int) -> list[Scored]:
        """The best scored documents of all, then those of them that match: what is left is the best matches.

        The library skips documents that cannot come among the best, which it cannot do where they must match.
        """
        top = self.searcher.search(
            tantivy.Query.boolean_query(self.scores), int(LOOKED_AT * wish), count=False
        ).hits
        addresses = [address for _, address in top]
        numbers = self.searcher.fast_field_values("number", addresses)
        among = self.builder.among([int(number) for number in numbers if number is not None])
        both = tantivy.Query.boolean_query([(MUST, among), (MUST, unscored(self.narrowed))])
        matching = {
            (address.segment_ord, address.doc)
            for _, address in self.searcher.search(both, 2 * len(top), count=False).hits
        }
        return [one for one in top if (one[1].segment_ord, one[1].doc) in matching][:wish]
