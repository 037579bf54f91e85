"""What an import needs to know and what its pages show: look-ups, existing rows, the preview, what left the
list. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from everfair.base import progress
from everfair.base.languages import pick
from everfair.base.progress import Progress
from everfair.exhibition.models import Exhibitor, ImportMapping, ImportProblem, ImportRow, ImportRun
from everfair.exhibition.queries.exporting import with_flat_parts
from everfair.fair.models import Area, Delegation, Edition, Sector

CHUNK = 500


@dataclass(frozen=True)
class Choice:
    """A row of the edition that a list's words may stand for."""

    code: str
    names: tuple[str, ...]
    sign: str = ""  # the code as people read it, where that is not the code itself

    def label(self, language: str) -> str:
        return f"{self.sign or self.code} {self.names[1] if language == 'zh' and len(self.names) > 1 else self.names[0]}"


@dataclass(frozen=True)
class Choices:
    """The edition's areas, sectors and delegations."""

    area: tuple[Choice, ...]
    sector: tuple[Choice, ...]
    delegation: tuple[Choice, ...]


def choices_of(edition: Edition) -> Choices:
    """Three queries."""

    def read(model: Any) -> tuple[Choice, ...]:
        rows = model.objects.filter(edition=edition).values_list("code", "name")
        return tuple(Choice(code, tuple(_names(name)) or (code,)) for code, name in rows)

    areas = tuple(
        Choice(area.code, tuple(_names(area.name)) or (area.code,), area.sign)
        for area in Area.objects.filter(edition=edition)
    )
    return Choices(areas, read(Sector), read(Delegation))


def _names(name: dict[str, str]) -> list[str]:
    ordered = [pick(name, "en"), pick(name, "zh")]
    return list(dict.fromkeys([*ordered, *name.values()]))


@dataclass
class Existing:
    """Exhibitors already there, found by our code, by (source, id), or through their firm's (source, id)."""

    by_code: dict[str, Exhibitor] = field(default_factory=dict)
    by_id: dict[str, Exhibitor] = field(default_factory=dict)
    by_firm: dict[str, Exhibitor] = field(default_factory=dict)

    def find(self, external_id: str, code: str) -> Exhibitor | None:
        return self.by_code.get(code) or self.by_id.get(external_id) or self.by_firm.get(external_id)


def existing_for(run: ImportRun, rows: Iterable[ImportRow], *, lock: bool = False) -> Existing:
    """What the edition already holds of these rows. With `lock` the rows stay as they are until the
    transaction ends."""
    ids = {row.external_id for row in rows if row.external_id}
    codes = {str(row.values["code"]) for row in rows if row.values.get("code")}
    wanted = Q(source=run.source, external_id__in=ids) | Q(
        organisation__source=run.source, organisation__external_id__in=ids
    )
    if codes:
        wanted |= Q(code__in=codes)
    queryset = with_flat_parts(Exhibitor.objects.filter(wanted, edition_id=run.edition_id))
    if lock:
        queryset = queryset.select_for_update(of=("self", "organisation"))
    found = Existing()
    for exhibitor in queryset:
        found.by_code[exhibitor.code] = exhibitor
        if exhibitor.source == run.source and exhibitor.external_id:
            found.by_id[exhibitor.external_id] = exhibitor
        if exhibitor.organisation.source == run.source and exhibitor.organisation.external_id:
            found.by_firm[exhibitor.organisation.external_id] = exhibitor
    return found


def good_rows(run: ImportRun) -> Iterator[list[ImportRow]]:
    """The rows that may be applied, in the file's order, in chunks."""
    last = 0
    while True:
        chunk = list(
            ImportRow.objects.filter(run=run, number__gt=last)
            .exclude(verdict=ImportRow.Verdict.BAD)
            .order_by("number")[:CHUNK]
        )
        if not chunk:
            return
        yield chunk
        last = chunk[-1].number


def no_longer_in_file(run: ImportRun) -> QuerySet[Exhibitor]:
    """Exhibitors that an earlier import of the same source made and this file does not name. Nothing is
    taken down."""
    named = ImportRow.objects.filter(run=run, external_id=OuterRef("external_id"))
    return (
        Exhibitor.objects.filter(edition_id=run.edition_id, source=run.source)
        .exclude(external_id="")
        .filter(~Exists(named))
        .select_related("organisation")
        .order_by("pk")
    )


def problems_of(run: ImportRun) -> QuerySet[ImportProblem]:
    """Errors first, then warnings, by row."""
    return ImportProblem.objects.filter(run=run)


def rows_of(run: ImportRun, verdict: str = "") -> QuerySet[ImportRow]:
    """The staged rows, of one verdict if given."""
    found = ImportRow.objects.filter(run=run).order_by("number")
    return found.filter(verdict=verdict) if verdict else found


def saved_mapping(edition: Edition, digest: str) -> ImportMapping | None:
    """The mapping somebody confirmed for a file with the same columns."""
    return ImportMapping.objects.filter(fair_id=edition.fair_id, columns_digest=digest).first()


def sources_of(edition: Edition) -> list[str]:
    """Names of the lists already imported, for the form's suggestions."""
    return list(
        ImportRun.objects.filter(edition__fair_id=edition.fair_id)
        .order_by("source")
        .values_list("source", flat=True)
        .distinct()
    )


def progress_of(run: ImportRun) -> Progress:
    """While checking from the table, while applying from what was told (its transaction is not visible yet)."""
    found = progress.told("import", run.pk, total=run.rows_total, since=run.created_at)
    if run.state == ImportRun.State.APPLYING:
        return found
    return Progress(run.rows_checked, run.rows_total, found.is_silent)


def tell_progress(run_id: int, done: int, total: int) -> None:
    """A sign of life outside the transaction."""
    progress.tell("import", run_id, done, total)
