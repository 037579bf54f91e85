"""The registry as everybody reads it, kept in memory: public records alone, by fair, with words, facets and totals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any

from django.db.models import Case, Q, When
from django.http import Http404

from everfair.base.changes import Change, followers
from everfair.base.codes import slug
from everfair.engines.facets import Browse, Catalogue, CatalogueBuilder
from everfair.engines.facets import browse as browse_facets
from everfair.engines.outcomes import Entry, Totals, totals
from everfair.engines.text import QueryWord, SynonymTable, read_query, terms
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.outcomes.models import Outcome, OutcomeVersion
from everfair.outcomes.queries.content import begins_on, day_at

FACETS = ("class", "sector", "country", "delegation", "year")
ORDERS = ("newest", "value", "fit")
TOPICS = frozenset({"outcomes.outcome", "fair.edition"})
ROW = (
    "pk", "code", "state", "published_at", "withdrawn_at", "changed_at", "edition_id", "edition__slug", "edition__time_zone",
    "public__number", "public__digest", "public__at", "public__content",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One line of the registry. `content` is the public record, nothing beside it; {} once withdrawn."""

    pk: int
    code: str
    is_withdrawn: bool
    edition_id: int
    edition: str  # its address
    published_at: datetime
    changed_at: datetime
    version: int
    digest: str
    content: Mapping[str, Any]
    time_zone: str  # of the fair: its days are meant

    @property
    def published_on(self) -> date:
        """The day it was at the fair."""
        return day_at(self.published_at, self.time_zone)

    @property
    def changed_on(self) -> date:
        """The day it was at the fair when it last changed."""
        return day_at(self.changed_at, self.time_zone)

    @property
    def begins_on(self) -> date:
        """The day its months count from."""
        return begins_on(self.content.get("day"), self.published_at, self.time_zone)

    @cached_property
    def entry(self) -> Entry:
        """As it counts."""
        if self.is_withdrawn:
            return Entry(self.code, self.edition, "", is_withdrawn=True)
        return entry_of(self.code, self.edition, self.content)


def entry_of(code: str, edition: str, content: Mapping[str, Any]) -> Entry:
    """A public version as it counts."""
    value = content.get("value") or {}
    low, high = (Decimal(value[name]) if name in value else None for name in ("from", "to"))
    return Entry(
        code, edition, content["class"]["code"],
        tuple(dict.fromkeys(one["top"] for one in content.get("sectors", ()))),
        tuple(content.get("countries", ())),
        tuple(dict.fromkeys(delegation_key(one) for one in content.get("delegations", ()))),
        value.get("currency", ""), low, high,
    )  # fmt: skip


def delegation_key(delegation: Mapping[str, Any]) -> str:
    """A delegation across editions: by its English name where it has one, as it comes back under a new code."""
    return slug(delegation["name"].get("en", "")) or str(delegation["code"])


@dataclass(frozen=True)
class Listing:
    """One page of the registry, with exact total, counts and the totals of everything the filters give."""

    total: int
    records: tuple[Record, ...]
    counts: Mapping[str, Mapping[str, int]]
    totals: Totals
    is_loose: bool = False


@dataclass
class _Kept:
    records: dict[int, Record]
    catalogue: Catalogue
    words: dict[str, list[int]]
    titles: dict[str, list[int]]
    labels: dict[str, dict[str, Mapping[str, str]]]
    built_at: float
    took: float
    whole: Totals


@dataclass
class _Shelf:
    """One registry for each fair. A stale one is rebuilt by the next reader, but not more often than that allows."""

    kept: dict[int, _Kept] = field(default_factory=dict)
    terms: dict[tuple[int, str], tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    fairs: dict[int, int] = field(default_factory=dict)  # edition → fair
    stale: dict[int, set[int]] = field(default_factory=dict)  # fair → outcomes to read again
    broken: set[int] = field(default_factory=set)  # fairs to read anew
    building: Lock = field(default_factory=Lock)
    at_desk: dict[tuple[int, int, str], Any] = field(default_factory=dict)  # what queries/totals keeps
    notes: int = 0  # how often something changed: what was read before and is kept after is dropped

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.topic.startswith(("outcomes.", "fair.")):
                self.notes += 1
                self.at_desk.clear()
            if change.topic not in TOPICS or change.edition_id is None:
                continue
            fair = self.fairs.get(change.edition_id)
            if fair is None:
                self.broken.update(self.kept)  # an edition we have not seen yet
            elif change.topic == "outcomes.outcome":
                self.stale.setdefault(fair, set()).add(change.key)
            else:
                self.broken.add(fair)

    def get(self, fair_id: int) -> _Kept:
        kept = self.kept.get(fair_id)
        if kept is None:
            with self.building:
                return self.kept.get(fair_id) or self._build(fair_id, None)
        is_stale = fair_id in self.stale or fair_id in self.broken
        if is_stale and monotonic() - kept.built_at > 4 * kept.took and self.building.acquire(False):
            try:
                kept = self._build(fair_id, kept)
            finally:
                self.building.release()
        return kept

    def _build(self, fair_id: int, old: _Kept | None) -> _Kept:
        started = monotonic()
        changed = self.stale.pop(
            fair_id, set()
        )  # before reading: what changes meanwhile makes it stale again
        if old is None or fair_id in self.broken:
            self.broken.discard(fair_id)
            records = {one.pk: one for one in _read(fair_id, None)}
        else:
            records = {pk: one for pk, one in old.records.items() if pk not in changed}
            records |= {one.pk: one for one in _read(fair_id, changed)}
        self.fairs |= dict(Edition.objects.filter(fair=fair_id).values_list("pk", "fair_id"))
        kept = _made(records, self.terms, started)
        self.kept[fair_id] = kept
        return kept

    def clear(self) -> None:
        self.kept.clear()
        self.at_desk.clear()
        self.terms.clear()
        self.fairs.clear()
        self.stale.clear()
        self.broken.clear()


_shelf = _Shelf()
followers.follow(_shelf.note)


def forget_registries() -> None:
    """Drop everything kept in memory; the next reader builds anew."""
    _shelf.clear()


def kept_at_desk(key: tuple[int, int, str], read: Callable[[], Any]) -> Any:
    """What `read` gives, kept until an outcome or the fair's layout changes. `key`: edition, delegation or 0, language."""
    found = _shelf.at_desk.get(key)
    if found is None:
        before = _shelf.notes
        found = read()
        if _shelf.notes == before:
            _shelf.at_desk[key] = found
    return found


def has_outcomes(fair_id: int) -> bool:
    """Whether anything is public."""
    return bool(len(_shelf.get(fair_id).catalogue))


def labels_of(fair_id: int) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Names of classes, sectors and delegations as the records have them: facet → value → words."""
    return _shelf.get(fair_id).labels


def whole_of(fair_id: int) -> Totals:
    """Totals of everything public."""
    return _shelf.get(fair_id).whole


def browse(
    fair_id: int,
    filters: Mapping[str, Sequence[str]],
    *,
    words: str = "",
    synonyms: SynonymTable | None = None,
    order: str = "newest",
    offset: int = 0,
    limit: int = 50,
) -> Listing:
    """A page of the registry. Of one facet any of the values, across facets all of them; `order` "fit" is by words."""
    kept = _shelf.get(fair_id)
    catalogue, is_loose = kept.catalogue, False
    if words.strip() and len(catalogue):
        catalogue, is_loose = _narrowed(kept, words, synonyms)
    asked = {name: tuple(values) for name, values in filters.items() if name in FACETS}
    if order not in ORDERS or (order == "fit" and not words.strip()):
        order = "newest"
    if not len(kept.catalogue):
        return Listing(0, (), {name: dict.fromkeys(asked.get(name, ()), 0) for name in FACETS}, kept.whole)
    page: Browse = browse_facets(catalogue, asked, order=order, offset=offset, limit=limit)
    counts = {name: {str(value): n for value, n in values.items()} for name, values in page.counts.items()}
    is_whole = page.total == len(kept.catalogue)
    found = kept.whole if is_whole else _totals(kept, catalogue, asked, page.total)
    return Listing(page.total, tuple(kept.records[key] for key in page.keys), counts, found, is_loose)


def open_data(
    fair_id: int,
    filters: Mapping[str, Sequence[str]],
    *,
    words: str = "",
    synonyms: SynonymTable | None = None,
) -> list[Record]:
    """Every record the filters give, newest first; without filters also the withdrawn ones, last."""
    kept = _shelf.get(fair_id)
    found = browse(fair_id, filters, words=words, synonyms=synonyms, limit=len(kept.records) or 1).records
    if filters or words.strip():
        return list(found)
    return [*found, *(one for one in kept.records.values() if one.is_withdrawn)]


def record_of(outcome: Outcome) -> Record:
    """One public record, read now; Http404 where its edition is public no more."""
    found = next(iter(_read(outcome.edition.fair_id, {outcome.pk})), None)
    if found is None:
        raise Http404
    return found


def records_of(edition: Edition, keys: Iterable[int]) -> dict[int, Record]:
    """Those of these outcomes that are public now; nothing is asked where there are none."""
    wanted = list(keys)
    records = _shelf.get(edition.fair_id).records if wanted else {}
    return {pk: records[pk] for pk in wanted if pk in records and not records[pk].is_withdrawn}


def public_addresses(fair_id: int, edition_id: int) -> list[str]:
    """Codes of an edition's public outcomes, for the sitemap."""
    records = _shelf.get(fair_id).records.values()
    return [one.code for one in records if one.edition_id == edition_id and not one.is_withdrawn]


def _totals(kept: _Kept, catalogue: Catalogue, asked: Mapping[str, Sequence[str]], total: int) -> Totals:
    everything = browse_facets(catalogue, asked, order="newest", limit=total)
    return totals(kept.records[key].entry for key in everything.keys)


# Words --------------------------------------------------------------------------------------------------------
def _narrowed(kept: _Kept, text: str, synonyms: SynonymTable | None) -> tuple[Catalogue, bool]:
    """Records that have all the words; where none has, those that have some. Best first in the order "fit"."""
    asked = read_query(text, synonyms).words
    hits = [(_having(word, kept.words), _having(word, kept.titles)) for word in asked]
    found: set[int] = set.intersection(*(anywhere for anywhere, _title in hits)) if hits else set()
    is_loose = False
    if not found and hits:
        found, is_loose = set.union(*(anywhere for anywhere, _title in hits)), len(hits) > 1
    score = {n: sum((n in anywhere) + 2 * (n in title) for anywhere, title in hits) for n in found}
    catalogue = kept.catalogue
    orders = {name: tuple(n for n in numbers if n in found) for name, numbers in catalogue.orders.items()}
    orders["fit"] = tuple(sorted(orders["newest"], key=lambda n: -score[n]))
    return replace(catalogue, everything=sum(1 << n for n in found), orders=orders), is_loose


def _having(word: QueryWord, index: Mapping[str, list[int]]) -> set[int]:
    """Numbers of the records that have the word in one of its forms."""
    ways: list[Iterable[str]] = [
        *word.phrases, *word.synonyms, *((one,) for one in (*word.foreign, *word.parts)),
    ]  # fmt: skip
    if word.pairs:
        ways.append(word.pairs)
    found: set[int] = set()
    for way in ways:
        sets = [set(index.get(term, ())) for term in way]
        if sets:
            found |= set.intersection(*sets)
    return found


# Reading ------------------------------------------------------------------------------------------------------
def _read(fair_id: int, only: Iterable[int] | None) -> Iterable[Record]:
    rows = Outcome.objects.filter(edition__fair=fair_id, public__isnull=False)
    rows = rows.exclude(edition__phase=Edition.Phase.DRAFT)
    if only is not None:
        rows = rows.filter(pk__in=only)
    for row in rows.order_by("pk").values_list(*ROW):
        (
            pk,
            code,
            state,
            published,
            withdrawn,
            _changed,
            edition_id,
            edition,
            time_zone,
            number,
            digest,
            at,
            content,
        ) = row
        is_withdrawn = state == Outcome.State.WITHDRAWN
        yield Record(
            pk, code, is_withdrawn, edition_id, edition, published or at, withdrawn or at, number, digest,
            {} if is_withdrawn else content, time_zone,
        )  # fmt: skip


def _made(records: dict[int, Record], known: dict[Any, Any], started: float) -> _Kept:
    builder = CatalogueBuilder(FACETS)
    words: dict[str, list[int]] = {}
    titles: dict[str, list[int]] = {}
    labels: dict[str, dict[str, Mapping[str, str]]] = {"class": {}, "sector": {}, "delegation": {}}
    alive = [one for one in records.values() if not one.is_withdrawn]
    for number, record in enumerate(alive):
        entry = record.entry
        moment = record.published_at.timestamp()
        builder.add(
            record.pk,
            {name: entry.values(name) for name in FACETS},
            {
                "newest": (-moment, -record.pk),
                "value": (entry.high is None, -(entry.high or 0), -moment),
                "fit": (-moment, -record.pk),
            },
        )
        _note_labels(labels, record)
        key = (record.pk, record.digest)
        if key not in known:
            known[key] = _terms(record.content)
        in_title, anywhere = known[key]
        for term in in_title:
            titles.setdefault(term, []).append(number)
        for term in anywhere:
            words.setdefault(term, []).append(number)
    whole = totals(record.entry for record in alive)
    return _Kept(records, builder.freeze(), words, titles, labels, monotonic(), monotonic() - started, whole)


def _note_labels(labels: dict[str, dict[str, Mapping[str, str]]], record: Record) -> None:
    content = record.content
    labels["class"][content["class"]["code"]] = content["class"]["name"]
    for one in content.get("sectors", ()):
        if one["top"] == one["code"]:
            labels["sector"][one["code"]] = one["name"]
    for one in content.get("delegations", ()):
        labels["delegation"][delegation_key(one)] = one["name"]


def _terms(content: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Terms of the title, and of everything that is shown."""
    in_title = frozenset(term for code, text in content["title"].items() for term in _of(text, code))
    texts = [content["class"]["name"], content.get("summary", {})]
    texts += [one["name"] for name in ("names", "sectors", "delegations") for one in content.get(name, ())]
    rest = {term for words in texts for code, text in words.items() for term in _of(text, code)}
    return in_title, in_title | rest | {content["code"]}


def _of(text: str, language: str) -> list[str]:
    found = terms(text, language)
    return [*found.words, *found.parts]


# What pages add -----------------------------------------------------------------------------------------------
def edition_names(fair_id: int) -> dict[str, Mapping[str, str]]:
    """Address → name of the fair's public editions; one query."""
    rows = Edition.objects.filter(fair=fair_id).exclude(phase=Edition.Phase.DRAFT)
    return dict(rows.values_list("slug", "name"))


def class_codes(edition: Edition) -> list[str]:
    """The edition's classes in its order: colours go by it."""
    return list(edition.outcome_classes.order_by("position", "pk").values_list("code", flat=True))


def booth_addresses(content: Mapping[str, Any]) -> dict[str, str]:
    """Code → address part of the open booths among the parties that are named."""
    codes = [one["booth"] for one in content.get("names", ()) if one["booth"]]
    if not codes:
        return {}
    rows = Exhibitor.objects.filter(code__in=codes, state=Exhibitor.State.PUBLISHED)
    return {row.code: row.address for row in rows.select_related("organisation")}


def versions_of(outcome: Outcome) -> list[OutcomeVersion]:
    """What was public when: numbers, days, reasons and digests; the earlier contents are not shown again.

    `is_told`: whether everybody may read the digest. Not that of an earlier version without a salt: what is held back
    since could be found by trying.
    """
    rows = outcome.versions.order_by("-number").only("number", "at", "why", "digest")
    is_safe = Q(content__has_key="salt") | Q(pk=outcome.public_id)
    return list(rows.annotate(is_told=Case(When(is_safe, then=True), default=False)))
