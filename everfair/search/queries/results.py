"""Searching an edition: one page of hits with marked words, exact counts, suggestions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from everfair.base.languages import pick_language
from everfair.engines.text import Needles, Span, highlight, snippet
from everfair.fair.models import Edition
from everfair.gateways.search import FACETS, KINDS, SORTS, Hit, Mode, Query, Sort, get_engine
from everfair.search.queries.synonyms import synonyms_of

PAGE_SIZE = 24
EXTRACT = 180  # characters of a body shown under a hit


@dataclass(frozen=True)
class Marked:
    """A text with the words that were searched for marked. The text is plain: escape it."""

    text: str = ""
    language: str = ""
    spans: tuple[Span, ...] = ()
    is_cut_before: bool = False
    is_cut_after: bool = False

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked."""
        found: list[tuple[str, bool]] = []
        at = 0
        for span in self.spans:
            if span.start > at:
                found.append((self.text[at : span.start], False))
            found.append((self.text[span.start : span.end], True))
            at = span.end
        if at < len(self.text):
            found.append((self.text[at:], False))
        return found


@dataclass(frozen=True)
class FoundHit:
    """An exhibitor or an offer found. `other_title` is in a second language where that one matched."""

    key: str
    kind: str
    pk: int
    score: float
    title: Marked
    other_title: Marked
    extract: Marked


@dataclass(frozen=True)
class Found:
    """One page of results. `facets`: name → value → exact count with the other facets' filters on.

    `mode` says how the words were taken: "all" of them, "forgiving" a typing error, or "any" of them.
    """

    text: str
    total: int
    page: int
    pages: int
    hits: tuple[FoundHit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kind_counts: Mapping[str, int] = field(default_factory=dict)
    mode: Mode = "everything"
    was_shortened: bool = False


@dataclass(frozen=True)
class Suggested:
    """A title that continues what is typed."""

    text: str
    language: str
    kind: str
    pk: int
    spans: tuple[Span, ...] = ()


def search_edition(
    edition: Edition,
    text: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    lang: str = "en",
    kinds: Sequence[str] = KINDS,
    page_size: int = PAGE_SIZE,
    facets: Sequence[str] = FACETS,
    without: str = "",
    without_mode: Mode = "all",
    forgives: bool = True,
) -> Found:
    """One page of an edition's exhibitors and offers for a text. Raises `SearchUnavailable`.

    `filters`: area and sector codes, country codes, modes "1" to "4", working languages; within a name any of
    the values, across names all of them. What `without` finds is left out. `forgives` False: words as they are spelt. An unknown `sort` is by relevance, a page past the end is empty.
    """
    page = max(1, page)
    wanted = tuple(kind for kind in KINDS if kind in kinds) or KINDS
    order: Sort = next((known for known in SORTS if known == sort), "relevance")
    result = get_engine().search(
        Query(
            edition=edition.pk,
            text=text,
            kinds=wanted,
            filters={name: tuple(values) for name, values in (filters or {}).items() if name != "kind"},
            sort=order,
            language=lang,
            offset=(page - 1) * page_size,
            limit=page_size,
            facets=tuple(facets),
            without=without,
            without_mode=without_mode,
            forgives=forgives,
            synonyms=synonyms_of(edition.pk),
        )
    )
    counts = {name: {one.value: one.count for one in values} for name, values in result.facets.items()}
    return Found(
        text=text[:300].strip() if result.was_shortened else text.strip(),
        total=result.total,
        page=page,
        pages=max(1, -(-result.total // page_size)),
        hits=tuple(_shown(hit, result.needles, lang) for hit in result.hits),
        facets={name: values for name, values in counts.items() if name != "kind"},
        kind_counts=counts.get("kind", {}),
        mode=result.mode,
        was_shortened=result.was_shortened,
    )


def _shown(hit: Hit, needles: Needles, lang: str) -> FoundHit:
    language = pick_language(dict(hit.titles), lang) or ""
    title = _marked(hit.titles.get(language, ""), language, needles)
    return FoundHit(
        hit.key,
        hit.kind,
        pk_of(hit.key),
        hit.score,
        title,
        _other_title(hit, language, needles),
        _extract(hit, lang, needles),
    )


def _marked(text: str, language: str, needles: Needles) -> Marked:
    return Marked(text, language, highlight(text, language, needles))


def _other_title(hit: Hit, shown: str, needles: Needles) -> Marked:
    """A title in another language, if the words are in that one: it tells the reader why this was found."""
    for language, text in hit.titles.items():
        if language != shown:
            marked = _marked(text, language, needles)
            if marked.spans:
                return marked
    return Marked()


def _extract(hit: Hit, lang: str, needles: Needles) -> Marked:
    """From the body in the reader's language; from another one if only that has the words."""
    first = pick_language(dict(hit.bodies), lang)
    order = dict.fromkeys([first, *hit.bodies] if first else hit.bodies)
    best = Marked()
    for language in order:
        cut = snippet(hit.bodies[language], language, needles, EXTRACT)
        marked = Marked(cut.text, language, cut.spans, cut.is_cut_before, cut.is_cut_after)
        if marked.spans:
            return marked
        best = best if best.text else marked
    return best


def suggestions(edition: Edition, text: str, lang: str = "en", limit: int = 8) -> tuple[Suggested, ...]:
    """Titles of the edition that continue what is typed. Raises `SearchUnavailable`."""
    if not text.strip():
        return ()
    return tuple(
        Suggested(one.text, one.language, one.kind, pk_of(one.key), _typed_span(one.text, text))
        for one in get_engine().suggest(edition.pk, text, lang, limit)
    )


def _typed_span(title: str, text: str) -> tuple[Span, ...]:
    at = title.casefold().find(text.strip().casefold())
    return (Span(at, at + len(text.strip())),) if at >= 0 and len(title.casefold()) == len(title) else ()


def pk_of(key: str) -> int:
    """The row number in a document's key: "offer:12" → 12."""
    return int(key.rpartition(":")[2])
