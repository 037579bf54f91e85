"""Brings a list of needs in: every row judged first, then written in one transaction, or nothing. Sent again it changes what changed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_changes
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.fair.models import Edition
from everfair.fair.queries import today_of
from everfair.gateways.tables import Limits, Row, Table, TableError, read_rows
from everfair.matchmaking.actions.guards import TOPIC
from everfair.matchmaking.forms.need_lists import TED, NeedRowReader
from everfair.matchmaking.forms.need_values import clean_need
from everfair.matchmaking.models import Need, NeedSector
from everfair.matchmaking.signals import need_changed

KINDS = ("xlsx", "csv", "jsonl")
MOST_ROWS, MOST_COLUMNS, MOST_PROBLEMS, SAMPLE, BATCH = 20_000, 20_000, 500, 50, 500
STEP = 250  # rows between two signs of life
EVENT = "matchmaking.needs.imported"
COMPARED = (
    "buyer", "buyer_country", "audience", "title", "description", "sector_id", "modes", "countries", "deliver_to",
    "languages", "sizes", "licence", "licence_in", "budget_from", "budget_to", "currency", "starts_on", "ends_on",
    "closes_on", "musts", "source_url",
)  # fmt: skip


Tell = Callable[[int], None]


def quiet(_rows: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, and what to do about it."""

    row: int
    column: str
    message: str
    value: str = ""

    def as_dict(self) -> dict[str, object]:
        return {"row": self.row, "column": self.column, "message": self.message, "value": self.value}


@dataclass
class Report:
    """What a list would do or did. `is_written` is False after a look, and where rows have errors."""

    source: str
    kind: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    is_written: bool = False

    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows, "new": self.new, "changed": self.changed, "unchanged": self.unchanged, "bad": self.bad
        }  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """A list that can be read: its table, the reader of its rows, the report that fills as they are judged."""

    table: Table
    reader: NeedRowReader
    report: Report


@dataclass
class _Planned:
    need: Need
    sectors: list[int]
    is_new: bool


def import_needs(
    edition: Edition,
    path: Path,
    *,
    by: Any,
    source: str = "",
    file_name: str = "",
    skip_bad: bool = False,
    is_trial: bool = False,
    tell: Tell = quiet,
    now: datetime | None = None,
) -> Report:
    """Write the list at `path` into the edition, all good rows in one transaction. Refused where it cannot be read.

    With a bad row nothing is written unless `skip_bad`; `is_trial` never writes. Rows with a number are brought up to
    date under (source, number); a need that has ended stays ended. The organiser speaks for all of them. `tell` is
    called now and then with the rows judged so far.
    """
    now = now or timezone.now()
    opened = open_list(edition, path, source=source, file_name=file_name)
    report = opened.report
    if is_trial:
        for _planned in _plan(edition, opened, now, tell):
            pass
        return report
    try:
        with transaction.atomic():
            Edition.objects.select_for_update(of=("self",), no_key=True).get(
                pk=edition.pk
            )  # one list at a time
            planned = list(_plan(edition, opened, now, tell))
            if report.bad and not skip_bad:
                return report
            _write(edition, planned, report, by, now)
    except IntegrityError as error:
        raise Refused(
            _("Somebody wrote the same list meanwhile. Nothing was written; send it again.")
        ) from error
    report.is_written = True
    return report


def open_list(edition: Edition, path: Path, *, source: str = "", file_name: str = "") -> Opened:
    """The list with a reader of its rows and an empty report. Refused where it is no list of needs; no row is judged yet."""
    table = _open(path)
    sample = [row.values for row in islice(table.rows(lambda _error: None), SAMPLE)]
    if not sample:
        raise Refused(_("The list has a heading but no rows below it."), field="file")
    sectors = {sector.code: sector for sector in edition.sectors.all()}
    reader = NeedRowReader(table.columns, sample, sectors)
    if not reader.is_ted and not {"title_en", "title_zh", "title_other"} & set(reader.fields):
        raise Refused(
            _("No column holds what is looked for. Give one the title “Title” or “标题”."), field="file"
        )
    name = clean_line(source)[:60] or (TED if reader.is_ted else Path(file_name or path.name).stem[:60])
    return Opened(table, reader, Report(name, table.kind, unused=reader.unused[:30]))


def _open(path: Path) -> Table:
    limits = Limits(max_bytes=settings.MAX_LIST_MB * 1_000_000, max_rows=MOST_ROWS, max_columns=MOST_COLUMNS)
    table = read_rows(path, limits=limits)
    if table.kind not in KINDS:
        raise Refused(_("This file is no list. Send an Excel workbook (.xlsx), a CSV file or JSON lines."))
    return table


def count_rows(table: Table) -> int:
    """Rows of a list, those that cannot be read too."""
    return sum(1 for _item in _items(table))


def _items(table: Table) -> Iterator[Row | TableError]:
    errors: list[TableError] = []
    for row in table.rows(errors.append):
        yield from errors
        errors.clear()
        yield row
    yield from errors


def _plan(edition: Edition, opened: Opened, now: datetime, tell: Tell) -> Iterator[_Planned]:
    """Good rows as needs, new or changed; counts and problems go into the report."""
    table, reader, report = opened.table, opened.reader, opened.report
    rows = Need.objects.filter(edition=edition, source=report.source).exclude(external_id="")
    held = {need.external_id: need for need in rows.select_related("sector")}
    further: dict[int, set[int]] = {}
    for pk, sector in NeedSector.objects.filter(need__in=rows).values_list("need_id", "sector_id"):
        further.setdefault(pk, set()).add(sector)
    seen: dict[str, int] = {}
    today = today_of(edition, now)
    for item in _items(table):
        if report.rows % STEP == 0:
            tell(report.rows)
        report.rows += 1
        if isinstance(item, TableError):
            _bad(report, item.row or 0, {"": str(item)}, reader, {})
            continue
        found = reader.read(item.values)
        # a row without a number is known by what it says: sent again it is the same need
        key = found.external_id or _digest(found.values)
        existing = held.get(key)
        clean, problems = clean_need(
            found.values, edition_id=edition.pk, today=today, keeps=existing.closes_on if existing else None
        )
        problems |= found.problems
        if key in seen:
            problems["id"] = _("Row %(row)d has the same number; give this one another.") % {"row": seen[key]}
        if problems:
            _bad(report, item.number, problems, reader, item.values)
            continue
        seen[key] = item.number
        plan = _planned(edition, report.source, key, existing, clean, further, now)
        if existing is None:
            report.new += 1
        elif plan is None:
            report.unchanged += 1
        else:
            report.changed += 1
        if plan is not None:
            yield plan


def _planned(
    edition: Edition,
    source: str,
    key: str,
    existing: Need | None,
    clean: dict[str, Any],
    further: dict[int, set[int]],
    now: datetime,
) -> _Planned | None:
    sectors = [sector.pk for sector in clean.pop("more_sectors", [])]
    need = existing or Need(
        edition=edition, source=source, external_id=key, state=Need.State.OPEN, opened_at=now, created_at=now
    )
    before = [getattr(need, name) for name in COMPARED]
    for name, value in clean.items():
        setattr(need, name, value)
    if existing is None:
        return _Planned(need, sectors, True)
    if before == [getattr(need, name) for name in COMPARED] and further.get(need.pk, set()) == set(sectors):
        return None
    need.version += 1
    need.changed_at = now
    return _Planned(need, sectors, False)


def _digest(values: dict[str, Any]) -> str:
    text = repr([sorted(values[name].items()) for name in ("title", "description")] + [values.get("buyer")])
    return "text-" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _bad(report: Report, row: int, problems: dict[str, str], reader: NeedRowReader, values: Any) -> None:
    report.bad += 1
    for name, message in problems.items():
        if len(report.problems) < MOST_PROBLEMS:
            column = reader.column(name) if name else ""
            value = values.get(column)
            report.problems.append(Problem(row, column, message, "" if value is None else str(value)[:200]))


def _write(edition: Edition, planned: list[_Planned], report: Report, by: Any, now: datetime) -> None:
    new = [one for one in planned if one.is_new]
    old = [one for one in planned if not one.is_new]
    Need.objects.bulk_create([one.need for one in new], batch_size=BATCH)
    if old:
        names = [name.removesuffix("_id") for name in COMPARED]
        Need.objects.bulk_update(
            [one.need for one in old], [*names, "version", "changed_at"], batch_size=BATCH
        )
        NeedSector.objects.filter(need__in=[one.need.pk for one in old]).delete()
    NeedSector.objects.bulk_create(
        [NeedSector(need=one.need, sector_id=sector) for one in planned for sector in one.sectors],
        batch_size=BATCH,
    )
    keys = [one.need.pk for one in planned]
    note_changes(TOPIC, keys, edition.pk)
    for one in planned:
        need_changed.send(Need, need_id=one.need.pk, event="opened" if one.is_new else "changed")
    after: dict[str, Any] = {"name": report.source, **report.counts()}
    audit.record(EVENT, edition, by=by, edition_id=edition.pk, after=after, now=now)
