"""Exchange rates brought in by the organiser: judged first, written as a whole or not at all. Days that passed are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.deals.forms.rates import RateReader
from everfair.deals.models import Rate
from everfair.engines.money import RateValue
from everfair.fair.models import Edition
from everfair.gateways.tables import Limits, TableError, read_rows

MOST_ROWS, MOST_COLUMNS, MOST_PROBLEMS, SAMPLE, BATCH = 5_000, 100, 200, 50, 500
MOST_BYTES = 5_000_000
KINDS = ("xlsx", "csv")


@dataclass(frozen=True)
class Planned:
    """One rate of the list. `was` is what stands there for the same pair and day; None: new."""

    rate: RateValue
    was: RateValue | None

    @property
    def is_changed(self) -> bool:
        """Whether another value or source stands there."""
        return self.was is not None and self.was != self.rate


@dataclass
class RatePlan:
    """What a list would do: its rates, and what is wrong as rows for parts/row_problems.html."""

    planned: list[Planned] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)
    rows: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it may be written: something is in it, and nothing is wrong."""
        return bool(self.planned) and not self.problems

    @property
    def counts(self) -> dict[str, int]:
        """new, changed, unchanged."""
        new = sum(one.was is None for one in self.planned)
        changed = sum(one.is_changed for one in self.planned)
        return {"new": new, "changed": changed, "unchanged": len(self.planned) - new - changed}


def plan_rates(edition: Edition, path: Path, *, today: date, base: str = "", source: str = "") -> RatePlan:
    """Judge the list at `path`. Refused (field "file") where it is no list of rates; nothing is written."""
    table = read_rows(path, limits=Limits(max_bytes=MOST_BYTES, max_rows=MOST_ROWS, max_columns=MOST_COLUMNS))
    if table.kind not in KINDS:
        raise Refused(_("This file is no list. Send an Excel workbook (.xlsx) or a CSV file."), field="file")
    sample = [row.values for row in islice(table.rows(lambda _error: None), SAMPLE)]
    if not sample:
        raise Refused(_("The list has a heading but no rows below it."), field="file")
    reader = RateReader(table.columns, sample, today, base, source)
    if reader.missing:
        raise Refused(
            _("The list lacks a column: %(titles)s. Put a row with titles on top.") % {"titles": ", ".join(reader.missing)},
            field="file",
        )  # fmt: skip
    plan, found, errors = RatePlan(), [], []  # type: ignore[var-annotated]
    for row in table.rows(errors.append):
        plan.rows += 1
        read = reader.read(row.values)
        if read.rate is not None:
            found.append(read.rate)
        for name, sentence in read.problems.items():
            column = reader.column(name)
            plan.problems.append(
                {"row": row.number, "column": column, "message": sentence, "value": str(row.values.get(column) or "")[:60]}
            )  # fmt: skip
    plan.problems += [_unreadable(error) for error in errors]
    plan.problems = sorted(plan.problems, key=lambda one: one["row"] or 0)[:MOST_PROBLEMS]  # type: ignore[arg-type, return-value]
    plan.planned = _planned(edition, found)
    return plan


def _unreadable(error: TableError) -> dict[str, object]:
    return {"row": error.row, "column": "", "message": str(error), "value": ""}


def _planned(edition: Edition, rates: Sequence[RateValue]) -> list[Planned]:
    days = {rate.on for rate in rates}
    there = {
        (row.currency, row.base, row.on): RateValue(row.currency, row.base, row.value, row.on, row.source)
        for row in Rate.objects.filter(edition=edition, on__in=days)
    }
    return [Planned(rate, there.get((rate.currency, rate.base, rate.on))) for rate in rates]


def write_rates(edition: Edition, rates: Sequence[RateValue], *, by: Any) -> dict[str, int]:
    """Write all of them, or none. A pair's rate of a day that stands there is corrected; other days stay as they are.

    Gives how many are new, changed and unchanged; written again nothing changes. What was corrected stands in the log.
    """
    with transaction.atomic():
        Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)  # one list at a time
        planned = _planned(edition, rates)
        changed = [one for one in planned if one.is_changed]
        rows = [
            Rate(
                edition=edition, currency=one.rate.currency, base=one.rate.base, value=one.rate.value, on=one.rate.on,
                source=one.rate.source,
            )
            for one in planned
            if one.was is None or one.is_changed
        ]  # fmt: skip
        Rate.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["edition", "currency", "base", "on"],
            update_fields=["value", "source"],
        )  # fmt: skip
        counts = RatePlan(planned).counts
        if rows:
            audit.record(
                "deals.rates.imported", edition, by=by, edition_id=edition.pk,
                before={_name(one.was): _told(one.was) for one in changed[:BATCH] if one.was is not None},
                after={**counts, **{_name(one.rate): _told(one.rate) for one in changed[:BATCH]}},
            )  # fmt: skip
        return counts


def _name(rate: RateValue) -> str:
    return f"{rate.currency}/{rate.base} {rate.on.isoformat()}"


def _told(rate: RateValue) -> str:
    return " · ".join(part for part in (f"{rate.value.normalize():f}", rate.source) if part)


def remove_rate(rate: Rate, *, by: Any) -> RateValue:
    """Take a rate away; what it was is given back, for undoing."""
    gone = RateValue(rate.currency, rate.base, rate.value, rate.on, rate.source)
    with transaction.atomic():
        audit.record(
            "deals.rate.removed", rate, by=by, edition_id=rate.edition_id, before={_name(gone): _told(gone)}
        )
        rate.delete()
    return gone


def restore_rate(edition: Edition, gone: RateValue, *, by: Any) -> Rate:
    """Bring a removed rate back, unless another stands there by now; then Refused."""
    with transaction.atomic():
        row, is_new = Rate.objects.get_or_create(
            edition=edition, currency=gone.currency, base=gone.base, on=gone.on,
            defaults={"value": gone.value, "source": gone.source},
        )  # fmt: skip
        if is_new:
            audit.record(
                "deals.rate.restored", row, by=by, edition_id=edition.pk, after={_name(gone): _told(gone)}
            )
        elif row.value != gone.value:
            raise Refused(_("Another rate of this pair and day stands there by now."))
        return row
