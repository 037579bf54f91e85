"""Rows of the exhibition, the needs board, the programme and the registry → documents of the index. Only what is public becomes one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer, OfferSector
from everfair.exhibition.models.offer import bits_to_modes
from everfair.fair.models import Sector
from everfair.gateways.markup import to_text
from everfair.gateways.search import Document
from everfair.matchmaking.models import Need, NeedSector
from everfair.outcomes.models import Outcome
from everfair.programme.models import Session, SessionSpeaker

CHUNK = 2000
_SIGNS = "[#*_`>|~"
_MARKDOWN = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[#*_`>|~]+|^\s*[-+]\s+", re.MULTILINE)


@dataclass(frozen=True)
class _Firm:
    """What an offer's document takes from its exhibitor."""

    edition: int
    area: str
    country: str
    names: tuple[str, ...]
    published_at: int


class Labels:
    """Sectors with their ancestors' codes and their names in all languages, read once for many documents."""

    def __init__(self) -> None:
        rows = Sector.objects.values_list("pk", "path", "name")
        self._codes: dict[int, tuple[str, ...]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        for pk, path, name in rows:
            self._codes[pk] = tuple(path.strip("/").split("/")) if path.strip("/") else ()
            self._names[pk] = tuple(text for text in name.values() if text)

    def codes(self, sectors: Iterable[int | None]) -> tuple[str, ...]:
        """Codes of the sectors and of those above them."""
        return tuple(dict.fromkeys(code for pk in sectors if pk for code in self._codes.get(pk, ())))

    def names(self, sectors: Iterable[int | None]) -> tuple[str, ...]:
        """Names of the sectors in every language."""
        return tuple(dict.fromkeys(name for pk in sectors if pk for name in self._names.get(pk, ())))


def exhibitor_documents(
    keys: Sequence[int] | None = None, labels: Labels | None = None
) -> Iterator[Document]:
    """Documents of published exhibitors, of all or of those with these ids."""
    labels = labels or Labels()
    rows = Exhibitor.objects.filter(state=Exhibitor.State.PUBLISHED)
    names = (
        "organisation__name", "organisation__description", "headline", "about", "organisation__country",
        "area__code", "place__number", "sector_id", "languages", "published_at",
    )  # fmt: skip
    for found in _read(rows, keys, "pk", "edition_id", *names):
        entries = CatalogueEntry.objects.filter(**_same_rows("pk", found, keys))
        of_catalogue = {row[0]: row for row in entries.values_list("pk", "sectors", "modes", "languages")}
        for row in found:
            yield _exhibitor_document(row, of_catalogue.get(row[0]), labels)


def _exhibitor_document(row: Sequence[Any], entry: Sequence[Any] | None, labels: Labels) -> Document:
    pk, edition, name, description, headline, about, country, area, place, sector, languages, published = row
    _pk, in_sectors, bits, in_languages = entry or (pk, "", 0, "")
    sectors = in_sectors.split() if in_sectors else labels.codes([sector])
    modes = bits_to_modes(bits)
    spoken = in_languages.split() if in_languages else languages or []
    return Document(
        key=f"exhibitor:{pk}",
        kind="exhibitor",
        edition=edition,
        titles=_filled(name),
        bodies=_joined(headline, about, description),
        names=(*labels.names([sector]), *([place] if place else [])),
        facets={
            "area": (area,) if area else (),
            "sector": tuple(sectors),
            "country": (country,) if country else (),
            "mode": tuple(str(mode) for mode in modes),
            "language": tuple(spoken),
        },
        published_at=_seconds(published),
    )


def offer_documents(keys: Sequence[int] | None = None, labels: Labels | None = None) -> Iterator[Document]:
    """Documents of offers on the shelf of published exhibitors, of all or of those with these ids."""
    labels = labels or Labels()
    rows = Offer.objects.filter(is_on_shelf=True, exhibitor__state=Exhibitor.State.PUBLISHED)
    firms: dict[int, _Firm] = {} if keys is not None else _firms(None)
    names = ("title", "description", "sector_id", "modes", "languages", "created_at")
    for found in _read(rows, keys, "pk", "exhibitor_id", *names):
        if keys is not None:
            firms = _firms({row[1] for row in found})
        further: dict[int, list[int]] = {}
        wanted = OfferSector.objects.filter(**_same_rows("offer_id", found, keys))
        for offer, sector in wanted.values_list("offer_id", "sector_id"):
            further.setdefault(offer, []).append(sector)
        for row in found:
            if row[1] in firms:  # published since the firms were read: its own change follows
                yield _offer_document(row, firms[row[1]], further.get(row[0], []), labels)


def _firms(keys: Iterable[int] | None) -> dict[int, _Firm]:
    rows = Exhibitor.objects.filter(state=Exhibitor.State.PUBLISHED)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    values = rows.values_list(
        "pk", "edition_id", "area__code", "organisation__country", "organisation__name", "published_at"
    )
    return {
        pk: _Firm(edition, area or "", country or "", tuple(_filled(name).values()), _seconds(published))
        for pk, edition, area, country, name, published in values.iterator(chunk_size=CHUNK)
    }


def _offer_document(row: Sequence[Any], firm: _Firm, further: list[int], labels: Labels) -> Document:
    pk, _exhibitor, title, description, sector, modes, languages, created = row
    sectors = [sector, *further]
    return Document(
        key=f"offer:{pk}",
        kind="offer",
        edition=firm.edition,
        titles=_filled(title),
        bodies=_joined(description),
        names=(*firm.names, *labels.names(sectors)),
        facets={
            "area": (firm.area,) if firm.area else (),
            "sector": labels.codes(sectors),
            "country": (firm.country,) if firm.country else (),
            "mode": tuple(str(mode) for mode in bits_to_modes(modes)),
            "language": tuple(languages or ()),
        },
        published_at=max(_seconds(created), firm.published_at),
    )


def need_documents(keys: Sequence[int] | None = None, labels: Labels | None = None) -> Iterator[Document]:
    """Documents of needs on the board, of all or of those with these ids.

    A person who looks for something is not found by name; a firm or body is, unless it keeps its name back.
    """
    labels = labels or Labels()
    rows = Need.objects.filter(state=Need.State.OPEN).exclude(audience=Need.Audience.CHOSEN)
    names = (
        "edition_id", "title", "description", "licence", "sector_id", "modes", "languages", "buyer_country", "opened_at",
        "audience", "buyer", "seeker__exhibitor__organisation__name",
    )  # fmt: skip
    for found in _read(rows, keys, "pk", *names):
        further: dict[int, list[int]] = {}
        wanted = NeedSector.objects.filter(**_same_rows("need_id", found, keys))
        for need, sector in wanted.values_list("need_id", "sector_id"):
            further.setdefault(need, []).append(sector)
        for row in found:
            yield _need_document(row, further.get(row[0], []), labels)


def _need_document(row: Sequence[Any], further: list[int], labels: Labels) -> Document:
    pk, edition, title, description, licence, sector, modes, languages, country, opened, audience, *buyer = (
        row
    )
    sectors = [sector, *further]
    named = () if audience == Need.Audience.HIDDEN else (buyer[0], *_filled(buyer[1]).values())
    return Document(
        key=f"need:{pk}",
        kind="need",
        edition=edition,
        titles=_filled(title),
        bodies=_filled(description),
        names=tuple(text for text in (*labels.names(sectors), licence, *named) if text),
        facets={
            "sector": labels.codes(sectors),
            "country": (country,) if country else (),
            "mode": tuple(str(mode) for mode in bits_to_modes(modes)),
            "language": tuple(languages or ()),
        },
        published_at=_seconds(opened),
    )


def session_documents(keys: Sequence[int] | None = None, labels: Labels | None = None) -> Iterator[Document]:
    """Documents of public sessions, of all or of those with these ids."""
    labels = labels or Labels()
    rows = Session.objects.filter(state__in=Session.PUBLIC_STATES)
    names = (
        "edition_id", "title", "subtitle", "abstract", "track", "language", "interpretation", "changed_at",
        "stage__name", "stage__area__code", "kind__name", "host_name", "exhibitor__organisation__name",
        "delegation__name",
    )  # fmt: skip
    for found in _read(rows, keys, "pk", *names):
        same = _same_rows("session_id", found, keys)
        in_sectors: dict[int, list[int]] = {}
        for session, sector in Session.sectors.through.objects.filter(**same).values_list(
            "session_id", "sector_id"
        ):
            in_sectors.setdefault(session, []).append(sector)
        speakers: dict[int, list[str]] = {}
        parts = SessionSpeaker.objects.filter(**same).order_by("position", "id")
        for session, name in parts.values_list("session_id", "speaker__name"):
            speakers.setdefault(session, []).extend(_filled(name).values())
        for row in found:
            yield _session_document(row, in_sectors.get(row[0], []), speakers.get(row[0], []), labels)


def _session_document(
    row: Sequence[Any], sectors: list[int], speakers: list[str], labels: Labels
) -> Document:
    pk, edition, title, subtitle, abstract, track, language, interpretation, changed, *named = row
    stage, area, kind, *hosts = named
    by_name = [text for words in (stage, kind, *hosts) for text in _filled(words).values()]
    spoken = dict.fromkeys(code for code in (language, *(interpretation or ())) if code)
    return Document(
        key=f"session:{pk}",
        kind="session",
        edition=edition,
        titles=_filled(title),
        bodies=_joined(subtitle, {code: to_text(text) for code, text in _filled(abstract).items()}),
        names=tuple(
            dict.fromkeys([*speakers, *([track] if track else []), *by_name, *labels.names(sectors)])
        ),
        facets={
            "area": (area,) if area else (),
            "sector": labels.codes(sectors),
            "language": tuple(spoken),
        },
        published_at=_seconds(changed),
    )


def outcome_documents(keys: Sequence[int] | None = None) -> Iterator[Document]:
    """Documents of public outcomes, of all or of those with these ids: made of the public record alone."""
    rows = Outcome.objects.filter(public__isnull=False).exclude(state=Outcome.State.WITHDRAWN)
    for found in _read(rows, keys, "pk", "edition_id", "published_at", "public__content"):
        for pk, edition, published, content in found:
            yield _outcome_document(pk, edition, published, content)


def _outcome_document(
    pk: int, edition: int, published: datetime | None, content: Mapping[str, Any]
) -> Document:
    named = [content["class"]["name"]]
    named += [one["name"] for field in ("names", "sectors", "delegations") for one in content.get(field, ())]
    texts = [text for words in named for text in _filled(words).values()]
    sectors = [code for one in content.get("sectors", ()) for code in (one["top"], one["code"])]
    return Document(
        key=f"outcome:{pk}",
        kind="outcome",
        edition=edition,
        titles=_filled(content["title"]),
        bodies=_filled(content.get("summary")),
        names=tuple(dict.fromkeys([*texts, content["code"]])),
        facets={"sector": tuple(dict.fromkeys(sectors)), "country": tuple(content.get("countries", ()))},
        published_at=_seconds(published),
    )


def all_documents() -> Iterator[Document]:
    """Every document there should be, streaming."""
    labels = Labels()
    yield from exhibitor_documents(labels=labels)
    yield from offer_documents(labels=labels)
    yield from need_documents(labels=labels)
    yield from session_documents(labels=labels)
    yield from outcome_documents()


def count_rows() -> int:
    """About how many documents `all_documents` gives, for showing progress."""
    published = Exhibitor.State.PUBLISHED
    return (
        Exhibitor.objects.filter(state=published).count()
        + Offer.objects.filter(is_on_shelf=True, exhibitor__state=published).count()
        + Need.objects.filter(state=Need.State.OPEN).exclude(audience=Need.Audience.CHOSEN).count()
        + Session.objects.filter(state__in=Session.PUBLIC_STATES).count()
        + Outcome.objects.filter(public__isnull=False).count()
    )


def _read(rows: QuerySet[Any], keys: Sequence[int] | None, *names: str) -> Iterator[list[tuple[Any, ...]]]:
    """Values of the rows, their id first, in pieces by id; no read is held open for long."""
    if keys is not None:
        for start in range(0, len(keys), CHUNK):
            yield list(rows.filter(pk__in=keys[start : start + CHUNK]).order_by("pk").values_list(*names))
        return
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list(*names)[:CHUNK]):
        yield found
        last = found[-1][0]


def _same_rows(name: str, found: Sequence[Sequence[Any]], keys: Sequence[int] | None) -> dict[str, Any]:
    """Conditions for rows of another table that belong to those found. A stretch of ids is read quicker."""
    if keys is not None or not found:
        return {f"{name}__in": [row[0] for row in found]}
    return {f"{name}__gte": found[0][0], f"{name}__lte": found[-1][0]}


def _filled(words: Mapping[str, str] | None) -> dict[str, str]:
    return {language: text for language, text in (words or {}).items() if text}


def _joined(*texts: Mapping[str, str] | None) -> dict[str, str]:
    """Several texts as one for each language, Markdown's signs taken out."""
    joined: dict[str, list[str]] = {}
    for words in texts:
        for language, text in _filled(words).items():
            joined.setdefault(language, []).append(plain(text))
    return {language: "\n".join(parts) for language, parts in joined.items()}


def plain(markdown: str) -> str:
    """A text without Markdown's signs, in one line for each paragraph."""
    text = markdown
    if "\n" in text or text.lstrip()[:1] in ("-", "+") or any(sign in text for sign in _SIGNS):
        text = _MARKDOWN.sub(lambda match: match.group(1) or " ", markdown)
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
