"""What all engines share: how strictly a text is taken, which filters count, how counts are shown."""

from collections.abc import Iterator, Mapping, Sequence

from everfair.engines.text import QueryText
from everfair.gateways.search.types import FACETS, KINDS, FacetCount, Hit, Mode, Query, Result, Suggestion

DEEPEST = 10_000  # hits that can be paged through


def chosen_filters(query: Query) -> dict[str, tuple[str, ...]]:
    """The filters that narrow, by facet; the kinds asked for are one of them unless they are all."""
    chosen = {name: tuple(values) for name, values in query.filters.items() if values and name in FACETS}
    if set(query.kinds) != set(KINDS):
        chosen["kind"] = tuple(query.kinds)
    return chosen


def modes(text: QueryText, forgives: bool = True) -> tuple[Mode, ...]:
    """Readings of the text, the strictest first; the first that finds anything is used. Only the strictest where nothing is forgiven."""
    if not text.words:
        return ("everything",)
    if text.is_sentence:
        return ("any",)
    if not forgives:
        return ("all",)
    return ("all", "forgiving", "any") if len(text.words) > 1 else ("all", "forgiving")


def nothing(query: Query, text: QueryText) -> Result:
    """The answer to signs without a word among them."""
    chosen = chosen_filters(query)
    facets = {name: facet_counts({}, chosen.get(name, ())) for name in query.facets if name in FACETS}
    return Result(0, (), facets, mode="all", was_shortened=text.was_shortened)


def facet_counts(buckets: Mapping[str, int], chosen: Sequence[str]) -> tuple[FacetCount, ...]:
    """Counts, largest first and then by value; a chosen value is there even with none."""
    every = {**dict.fromkeys(chosen, 0), **buckets}
    ordered = sorted(every.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count, value in chosen) for value, count in ordered)


def suggestions_of(hits: Sequence[Hit], text: str, language: str) -> Iterator[Suggestion]:
    """One suggestion for each different title, in the language that was typed where there is one."""
    seen: set[str] = set()
    for hit in sorted(hits, key=_exhibitors_first):
        title_language = _title_language(hit.titles, text, language)
        title = hit.titles.get(title_language, "")
        if title and title not in seen:
            seen.add(title)
            yield Suggestion(title, hit.key, hit.kind, title_language)


def _title_language(titles: Mapping[str, str], text: str, language: str) -> str:
    beginning = text.strip().casefold()[:1]
    order = [language, *titles]
    with_beginning = [code for code in order if beginning and beginning in titles.get(code, "").casefold()]
    return next(iter(with_beginning), next((code for code in order if titles.get(code)), ""))


def _exhibitors_first(hit: Hit) -> bool:
    return hit.kind != "exhibitor"
