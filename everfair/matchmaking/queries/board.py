"""The open needs of an edition kept in memory: words, facets with exact counts and order, for the board and firms' desks.

The public index has only what is on the board; needs kept for chosen firms are found here, by those firms alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic

from everfair.base.changes import Change, followers
from everfair.engines.facets import Browse, Catalogue, CatalogueBuilder
from everfair.engines.facets import browse as browse_facets
from everfair.engines.text import QueryWord, SynonymTable, read_query, terms
from everfair.exhibition.models.offer import bits_to_modes
from everfair.fair.models import Sector
from everfair.matchmaking.models import Need, NeedAudience, NeedSector

FACETS = ("sector", "mode", "country", "deliver", "language", "size", "buyer")
SEEN, ON_BOARD = "seen", "board"
ORDERS = ("newest", "closing", "fit")
NAMED, UNNAMED, KEPT = "named", "unnamed", "kept"
TOPICS = frozenset({"matchmaking.need", "fair.sector"})
ROW = (
    "pk", "version", "title", "description", "licence", "sector_id", "modes", "buyer_country", "deliver_to", "languages",
    "sizes", "audience", "opened_at", "closes_on",
)  # fmt: skip


@dataclass
class _Words:
    """Term → numbers of the needs that have it, in titles and anywhere."""

    titles: dict[str, list[int]] = field(default_factory=dict)
    anywhere: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class _Kept:
    catalogue: Catalogue
    words: _Words
    built_at: float
    took: float


@dataclass(frozen=True)
class Listing:
    """One page of needs: their ids in order, exact total, counts with the other filters on, how words were taken."""

    total: int
    keys: tuple[int, ...]
    counts: Mapping[str, Mapping[str, int]]
    is_loose: bool = False  # nothing has all the words: the closest come first


_Terms = tuple[frozenset[str], frozenset[str]]


class _Shelf:
    """Catalogues by edition. Stale ones are rebuilt by the next reader, but not more often than rebuilding allows."""

    def __init__(self) -> None:
        self.kept: dict[int, _Kept] = {}
        self.terms: dict[
            int, dict[tuple[int, int], _Terms]
        ] = {}  # of each edition's needs, by id and version
        self.any: dict[int, bool] = {}
        self.stale: set[int] = set()
        self.building = Lock()

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.topic in TOPICS and change.edition_id is not None:
                self.stale.add(change.edition_id)
                self.any.pop(change.edition_id, None)

    def get(self, edition_id: int) -> _Kept:
        kept = self.kept.get(edition_id)
        if kept is None:
            with self.building:
                kept = self.kept.get(edition_id) or self._build(edition_id)
        elif (
            edition_id in self.stale
            and monotonic() - kept.built_at > 4 * kept.took
            and self.building.acquire(False)
        ):
            try:  # one reader rebuilds, the others go on with the old one
                kept = self._build(edition_id)
            finally:
                self.building.release()
        return kept

    def _build(self, edition_id: int) -> _Kept:
        self.stale.discard(edition_id)  # before reading: what changes meanwhile makes it stale again
        started = monotonic()
        catalogue, words, known = _read(edition_id, self.terms.get(edition_id, {}))
        self.terms[edition_id] = known
        kept = self.kept[edition_id] = _Kept(catalogue, words, monotonic(), monotonic() - started)
        return kept

    def clear(self) -> None:
        self.kept.clear()
        self.terms.clear()
        self.any.clear()
        self.stale.clear()


_shelf = _Shelf()
followers.follow(_shelf.note)


def forget_boards() -> None:
    """Drop everything kept in memory; the next reader builds anew."""
    _shelf.clear()


def has_needs(edition_id: int) -> bool:
    """Whether anything is on the board: one small question to the database, kept until a need changes."""
    found = _shelf.any.get(edition_id)
    if found is None:
        rows = Need.objects.filter(edition_id=edition_id, state=Need.State.OPEN)
        found = _shelf.any[edition_id] = rows.exclude(audience=Need.Audience.CHOSEN).exists()
    return found


def browse(
    edition_id: int,
    filters: Mapping[str, Sequence[str]],
    *,
    words: str = "",
    synonyms: SynonymTable | None = None,
    firm_id: int | None = None,
    only_kept: bool = False,
    order: str = "newest",
    offset: int = 0,
    limit: int = 24,
) -> Listing:
    """A page of the board; with `firm_id` also what is kept for that firm (`only_kept`: nothing else).

    `filters`: FACETS; of one name any of the values, across names all of them. `order` "fit" is by words.
    """
    kept = _shelf.get(edition_id)
    seen = [*([] if only_kept else [ON_BOARD]), *([f"firm:{firm_id}"] if firm_id is not None else [])]
    catalogue, is_loose = kept.catalogue, False
    if words.strip() and len(catalogue):
        catalogue, is_loose = _narrowed(kept, words, synonyms)
    asked = {name: tuple(values) for name, values in filters.items() if name in FACETS}
    if order not in ORDERS or (order == "fit" and not words.strip()):
        order = "newest"
    if not len(kept.catalogue):
        return Listing(0, (), {name: dict.fromkeys(asked.get(name, ()), 0) for name in FACETS})
    page: Browse = browse_facets(
        catalogue, {**asked, SEEN: seen or ["nothing"]}, order=order, offset=offset, limit=limit
    )
    counts = {
        name: {str(value): n for value, n in values.items()} for name, values in page.counts.items() if name != SEEN
    }  # fmt: skip
    return Listing(page.total, page.keys, counts, is_loose)


# Words --------------------------------------------------------------------------------------------------------
def _narrowed(kept: _Kept, text: str, synonyms: SynonymTable | None) -> tuple[Catalogue, bool]:
    """The needs that have all the words; where none has, those that have some. Best first in the order "fit"."""
    asked = read_query(text, synonyms).words
    hits = [(_having(word, kept.words.anywhere), _having(word, kept.words.titles)) for word in asked]
    catalogue, is_loose = kept.catalogue, False
    found: set[int] = set.intersection(*(anywhere for anywhere, _title in hits)) if hits else set()
    if not found and hits:
        found, is_loose = set.union(*(anywhere for anywhere, _title in hits)), len(hits) > 1
    score = {
        number: sum((number in anywhere) + 2 * (number in title) for anywhere, title in hits)
        for number in found
    }
    orders = {
        name: tuple(number for number in numbers if number in found)
        for name, numbers in catalogue.orders.items()
    }
    orders["fit"] = tuple(sorted(orders["newest"], key=lambda number: -score[number]))
    bits = sum(1 << number for number in found)
    return replace(catalogue, everything=bits, orders=orders), is_loose


def _having(word: QueryWord, index: Mapping[str, list[int]]) -> set[int]:
    """Numbers of the needs that have the word in one of its forms."""
    ways: list[Iterable[str]] = [
        *word.phrases,
        *word.synonyms,
        *((one,) for one in (*word.foreign, *word.parts)),
    ]
    if word.pairs:
        ways.append(word.pairs)
    found: set[int] = set()
    for way in ways:
        sets = [set(index.get(term, ())) for term in way]
        if sets:
            found |= set.intersection(*sets)
    return found


# Reading ------------------------------------------------------------------------------------------------------
def _read(
    edition_id: int, known: Mapping[tuple[int, int], _Terms]
) -> tuple[Catalogue, _Words, dict[tuple[int, int], _Terms]]:
    open_needs = Need.objects.filter(edition_id=edition_id, state=Need.State.OPEN)
    rows = list(open_needs.order_by("pk").values_list(*ROW))
    sectors = {
        pk: (tuple(path.strip("/").split("/")), tuple(filter(None, name.values())))
        for pk, path, name in Sector.objects.filter(edition_id=edition_id).values_list("pk", "path", "name")
    }
    more = _lists(NeedSector.objects.filter(need__in=open_needs).values_list("need_id", "sector_id"))
    kept = open_needs.filter(audience=Need.Audience.CHOSEN)
    firms = _lists(NeedAudience.objects.filter(need__in=kept).values_list("need_id", "exhibitor_id"))
    builder = CatalogueBuilder((*FACETS, SEEN))
    words, fresh = _Words(), {}
    for number, row in enumerate(rows):
        pk, version, title, description, licence, sector, modes, country, deliver, languages, sizes, audience, opened, ends = row  # fmt: skip
        own = [sectors[one] for one in (sector, *more.get(pk, ())) if one in sectors]
        is_kept = audience == Need.Audience.CHOSEN
        moment = opened.timestamp() if opened else 0.0
        builder.add(
            pk,
            {
                "sector": [code for codes, _names in own for code in codes],
                "mode": [str(mode) for mode in bits_to_modes(modes)],
                "country": [country] if country else [],
                "deliver": [deliver] if deliver else [],
                "language": languages,
                "size": sizes,
                "buyer": [KEPT if is_kept else NAMED if audience == Need.Audience.BOARD else UNNAMED],
                SEEN: [f"firm:{firm}" for firm in firms.get(pk, ())] if is_kept else [ON_BOARD],
            },
            {
                "newest": (-moment, -pk),
                "closing": (ends.toordinal() if ends else 10**7, -moment, -pk),
                "fit": (-moment, -pk),
            },
        )
        found = known.get((pk, version)) or _terms(title, description, licence)
        fresh[pk, version] = found
        names = frozenset(term for _codes, texts in own for text in texts for term in _of(text, "en"))
        for term in found[0]:
            words.titles.setdefault(term, []).append(number)
        for term in found[0] | found[1] | names:
            words.anywhere.setdefault(term, []).append(number)
    return builder.freeze(), words, fresh


def _terms(title: Mapping[str, str], description: Mapping[str, str], licence: str) -> _Terms:
    in_title = frozenset(term for code, text in title.items() for term in _of(text, code))
    in_text = frozenset(term for code, text in description.items() for term in _of(text, code))
    return in_title, in_text | frozenset(_of(licence, "en"))


def _of(text: str, language: str) -> list[str]:
    found = terms(text, language)
    return [*found.words, *found.parts]


def _lists(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
